"""What is put into the PBX: the archive of the module, made without anything of STARFACE's own.

    parts    what a module is made of, as values        content  our module, in these words
    flow     functions and what they do, as XML         words    what an administrator reads
    tabs     tabs and fields, as XML                    edition  version and dates
    descriptor  the whole `module-descriptor.xml`       jar      a ZIP in JAR form

Everything is pure: the same edition gives the same bytes, whenever and wherever it is built.
"""

from __future__ import annotations

from typing import Final

from datev_connector.starface.module.archive.content import the_module
from datev_connector.starface.module.archive.descriptor import descriptor
from datev_connector.starface.module.archive.edition import (
    AFTER,
    CHANGED_AT,
    FORM,
    MODULE_VERSION,
)
from datev_connector.starface.module.archive.ids import MODULE_ID
from datev_connector.starface.module.archive.jar import jar, manifest_stands_in
from datev_connector.starface.module.names import STANDARD

__all__ = ["FILE_NAME", "MODULE_ID", "MODULE_VERSION", "is_ours", "module_archive"]

FILE_NAME: Final = f"{STANDARD}.sfm"


def module_archive() -> bytes:
    """The archive that an administrator takes into the library of modules."""
    manifest = {
        "Manifest-Version": "1.0",
        "ObjectId": MODULE_ID,
        "StarfaceModule_SpecVersion": str(FORM),
        "Created-By": f"STARFACE Version {AFTER}",
        "Create-Date": CHANGED_AT.isoformat(timespec="seconds"),
    }
    return jar(manifest, {"module-descriptor.xml": descriptor(the_module())}, CHANGED_AT)


def is_ours(content: bytes) -> bool:
    """Whether these are the bytes of an archive of the module, of any edition, as made here."""
    return manifest_stands_in(content, f"ObjectId: {MODULE_ID}")
