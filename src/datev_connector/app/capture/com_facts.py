"""What Windows knows of DATEV's COM interfaces, and who is in the Running Object Table.

Nothing is said to DATEV and nothing is registered: the table and the registry are only read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from datev_connector.datev.com.ids import (
    CLSID_BUDDY,
    CLSID_DATEV,
    IID_CONTROL,
    IID_DATA,
    IID_HISTORY,
    IID_NOTIFICATION,
    LIBID,
    braced,
)
from datev_connector.system.com_registration import (
    Classes,
    registered_interface,
    server_files,
)

INTERFACES = {
    "IDatevCtiData": IID_DATA,
    "IDatevCtiControl": IID_CONTROL,
    "IDatevCtiHistory": IID_HISTORY,
    "IDatevCtiNotification": IID_NOTIFICATION,
}
CLASSES = {"DatevTelefonie": CLSID_DATEV, "BuddyAdapter": CLSID_BUDDY}

ComFacts = Callable[[], dict[str, object]]
"""Tells what is known here, as JSON has it."""
Table = Callable[[UUID], dict[str, object]]
"""Tells who is in the Running Object Table under a class."""


def registration(classes: Classes, table: Table) -> dict[str, object]:
    """The facts of a computer."""
    return {
        "our own type library": braced(LIBID),
        "interfaces": {
            name: [asdict(one) for one in registered_interface(classes, braced(iid))]
            for name, iid in INTERFACES.items()
        },
        "classes": {
            name: {"registered": server_files(classes, braced(clsid)), **table(clsid)}
            for name, clsid in CLASSES.items()
        },
    }


def com_facts() -> dict[str, object]:
    """The facts of this computer; on every other system that there is none of that."""
    found: dict[str, object] = {"com": "only on Windows"}
    if sys.platform == "win32":
        from datev_connector.system.com_registration import RegistryClasses

        found = registration(RegistryClasses(), _running)
    return found


if sys.platform == "win32":

    def _running(clsid: UUID) -> dict[str, object]:
        """Count the entries of a class, and look for an object; in an apartment of its own."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="capture") as thread:
            return thread.submit(_looked_up, clsid).result()

    def _looked_up(clsid: UUID) -> dict[str, object]:
        from datev_connector.datev.com.apartment import abi, running_objects

        multithreaded = 0
        abi.co_initialize(None, multithreaded)
        try:
            entries = running_objects.entries(clsid)
            hresult, address = running_objects.active_object(clsid)
            if address:
                abi.release(address)
        finally:
            abi.co_uninitialize()
        code = f"0x{hresult & 0xFFFFFFFF:08X}"
        return {"entries in the running object table": entries, "active object": code}
