"""
A STARFACE PBX on loopback: UCI over HTTPS and XMPP, OAuth, REST address book, call list.

`StarfaceSimulator` is the server. Its `pbx` is the switchboard where calls are made to happen, its
`behaviour` says how the PBX behaves, its `faults` how it misbehaves, and its `chronicle` what it
saw: requests, events pushed, and the true story of every call.

    async with StarfaceSimulator(StarfaceConfig()) as starface:
        call = starface.pbx.incoming("0123", "004972112345", "Ada Byron")
        call.ring()
        call.answer()
        call.hangup()
        await starface.settled()
        for line in table_lines(starface.chronicle.table()):
            print(line)

`read_script` reads the same steps from a file, `Player` performs them, and `Console` takes them
line by line; `SCENARIOS` holds a whole call of every kind.
"""

from __future__ import annotations

from datev_connector.simulators.starface.calls import Call
from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.chronicle import CallStory, Chronicle, Door, Outcome
from datev_connector.simulators.starface.config import (
    AuthMode,
    BadLogin,
    Behaviour,
    ContactColumns,
    FaultCodes,
    JabberRpcConfig,
    OAuthConfig,
    PbxContact,
    PbxGroup,
    PbxUser,
    StarfaceConfig,
    TimestampForm,
)
from datev_connector.simulators.starface.console import Console, table_lines
from datev_connector.simulators.starface.faults import Fault, FaultKind
from datev_connector.simulators.starface.legs import ForwardType, IllegalStep, Party
from datev_connector.simulators.starface.made_up_contacts import made_up_book, made_up_contacts
from datev_connector.simulators.starface.module import (
    BadModule,
    Configuration,
    LogEntry,
    LogLevel,
    ModuleConfig,
    Modules,
    configuration_lines,
    read_module,
)
from datev_connector.simulators.starface.player import Player
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.script import BadScript, Script, read_script
from datev_connector.simulators.starface.server import StarfaceSimulator
from datev_connector.simulators.starface.steps import BadStep
from datev_connector.simulators.starface.xmpp.config import Mechanism, StartTls, XmppConfig
from datev_connector.simulators.starface.xmpp.door import NotAttached
from datev_connector.simulators.starface.xmpp.manners import Manners

__all__ = [
    "SCENARIOS",
    "AuthMode",
    "BadLogin",
    "BadModule",
    "BadScript",
    "BadStep",
    "Behaviour",
    "Call",
    "CallStory",
    "Certificate",
    "Chronicle",
    "Configuration",
    "Console",
    "ContactColumns",
    "Door",
    "Fault",
    "FaultCodes",
    "FaultKind",
    "ForwardType",
    "IllegalStep",
    "JabberRpcConfig",
    "LogEntry",
    "LogLevel",
    "Manners",
    "Mechanism",
    "ModuleConfig",
    "Modules",
    "NotAttached",
    "OAuthConfig",
    "Outcome",
    "Party",
    "PbxContact",
    "PbxGroup",
    "PbxUser",
    "Player",
    "Script",
    "StarfaceConfig",
    "StarfaceSimulator",
    "StartTls",
    "TimestampForm",
    "XmppConfig",
    "configuration_lines",
    "made_up_book",
    "made_up_contacts",
    "read_module",
    "read_script",
    "table_lines",
]
