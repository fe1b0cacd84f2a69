"""Names and numbers of DATEV's COM interfaces, as the contract has them (DATEV CTI)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final
from uuid import UUID

from datev_connector.datev.wire import FIELDS

CLSID_DATEV: Final = UUID("A299D197-E7C3-43E2-8ACC-C608FC2A7806")
"""`DatevTelefonie`: what DATEV puts into the Running Object Table."""
CLSID_BUDDY: Final = UUID("D8CA0C15-8585-494A-93DF-07D706629793")
"""`BuddyAdapter`: what the telephony program puts there; one value for all makers."""

IID_DATA: Final = UUID("A4F23D58-64A0-412B-8A9A-0088026DC967")
IID_CONTROL: Final = UUID("867665AF-5040-4134-8D8D-3B7E9013EA12")
IID_HISTORY: Final = UUID("9B1B44F5-222A-49A1-A200-56DE9DF10676")
IID_NOTIFICATION: Final = UUID("2C706C43-A0E8-4B18-98C2-BF1629AAD7C4")

IID_UNKNOWN: Final = UUID("00000000-0000-0000-C000-000000000046")
IID_DISPATCH: Final = UUID("00020400-0000-0000-C000-000000000046")
IID_MESSAGE_FILTER: Final = UUID("00000016-0000-0000-C000-000000000046")

PROXY_DISPATCH: Final = UUID("00020420-0000-0000-C000-000000000046")
"""Windows' marshaller for interfaces that are called by `IDispatch` only."""
PROXY_TYPE_LIBRARY: Final = UUID("00020424-0000-0000-C000-000000000046")
"""Windows' marshaller that reads a type library."""

LIBID: Final = UUID("3B6F8C52-6E0F-4E53-9A55-6D7C0A0C41E7")
"""Our own type library; DATEV's has another id."""
LIBRARY_VERSION: Final = (1, 0)

DISPIDS: Final = {name: number for number, name in enumerate(FIELDS, 1)}
"""`IDatevCtiData`: the eleven properties, 1 to 11 in the order of the interface."""
DISPID_PROPERTYPUT: Final = -3

CONTROL_METHODS: Final = ("Dial", "Drop")
"""`IDatevCtiControl` in its order."""
FIRST_SLOT: Final = 3
"""Where an interface's own methods begin in the table of one that extends IUnknown only."""
FIRST_DUAL_SLOT: Final = 7
"""The same for an interface that extends IDispatch."""


class Invoking(IntEnum):
    """`wFlags` of `IDispatch::Invoke`."""

    METHOD = 1
    GET = 2
    PUT = 4
    PUT_REFERENCE = 8


def braced(identity: UUID) -> str:
    """The spelling of the registry and of the Running Object Table: `{...}` in capitals."""
    return f"{{{identity}}}".upper()


def table_name(clsid: UUID) -> str:
    """What a viewer of the Running Object Table shows for an active object."""
    return "!" + braced(clsid)


DISPIDS_BY_LOWER_NAME: Final = {name.lower(): number for name, number in DISPIDS.items()}
"""Automation does not tell upper case from lower."""
