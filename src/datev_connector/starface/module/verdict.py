"""What it means that the module does not answer, in the words that leg and diagnosis share."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.module.names import STANDARD, NearMiss
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind
from datev_connector.starface.trouble import Complaint

UNWANTED = Complaint(
    reason=worded("The office does without the module, as set (starface.module_name is empty).")
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
            remedy=worded(
                'Enter "{name}" in the settings under Connection, as the name of the module '
                "configuration (starface.module_name).",
                name=STANDARD,
            ),
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
