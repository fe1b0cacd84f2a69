"""
A STARFACE PBX on loopback: UCI over XML-RPC with callbacks, REST address book, call list.

`StarfaceSimulator` is the server. Its `pbx` is the switchboard where calls are made to happen, its
`behaviour` says how the PBX behaves, its `faults` how it misbehaves, and its `chronicle` what it
saw: requests, events pushed, and the true story of every call.
"""

from __future__ import annotations

from datev_connector.simulators.starface.calls import Call
from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.config import (
    AuthMode,
    BadLogin,
    Behaviour,
    FaultCodes,
    PbxContact,
    PbxGroup,
    PbxUser,
    StarfaceConfig,
    TimestampForm,
)
from datev_connector.simulators.starface.faults import Fault, FaultKind
from datev_connector.simulators.starface.server import StarfaceSimulator

__all__ = [
    "AuthMode",
    "BadLogin",
    "Behaviour",
    "Call",
    "Certificate",
    "Fault",
    "FaultCodes",
    "FaultKind",
    "PbxContact",
    "PbxGroup",
    "PbxUser",
    "StarfaceConfig",
    "StarfaceSimulator",
    "TimestampForm",
]
