"""What the answers of the module come to, in the words that leg, diagnosis and commands share."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.module.answers import ModuleInfo
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import STANDARD, NearMiss
from datev_connector.starface.module.trouble import REBUILD, ModuleTrouble, ModuleTroubleKind
from datev_connector.starface.trouble import Complaint

KNOWN_VERSION = MODULE_VERSION
"""What goes with this program."""
UNWANTED = Complaint(
    reason=worded("The office does without the module, as set (starface.module_name is empty).")
)


def verdict_on(info: ModuleInfo, known: int = KNOWN_VERSION) -> tuple[LegState, Complaint]:
    """How far a module that answers can be relied on; `known`: the version that we build."""
    if info.version < known:
        return LegState.DEGRADED, Complaint(
            reason=worded(
                "The module in the PBX is older than this program: it has version {version}, "
                "and {known} goes with it.",
                version=info.version,
                known=known,
            ),
            mender=Mender.PBX_ADMIN,
            remedy=REBUILD,
        )
    if info.version > known:
        return LegState.UP, Complaint(
            reason=worded(
                "The module answers. It is newer than this program: it has version {version}, "
                "and {known} goes with it.",
                version=info.version,
                known=known,
            ),
            mender=Mender.USER,
            remedy=worded("Update this program when it suits."),
        )
    return LegState.UP, Complaint(
        reason=worded("The module answers, version {version}.", version=info.version)
    )


def complaint_of(trouble: ModuleTrouble, name: str, near: tuple[NearMiss, ...] = ()) -> Complaint:
    """What is wrong with a module that does not answer.

    `near`: configurations that answer under other names.
    """
    if trouble.kind is not ModuleTroubleKind.MISSING or not near:
        return trouble.complaint
    there = joined(*map(_named, near), between="; ")
    told = worded("{missing} There is {there}.", missing=trouble.complaint.reason, there=there)
    complaint = replace(trouble.complaint, reason=told)
    if name != STANDARD and any(one.name == STANDARD for one in near):
        return replace(
            complaint,
            mender=Mender.USER,
            remedy=worded('Set starface.module_name = "{name}".', name=STANDARD),
        )
    return replace(
        complaint,
        remedy=worded(
            "Rename the configuration in the administration of the PBX (Module) to exactly "
            '"{name}", with no blank before or behind it.',
            name=name,
        ),
    )


def _named(near: NearMiss) -> str:
    return worded('one called "{name}" ({flaw})', name=near.name, flaw=near.flaw)
