"""What each fault of the report is called, what it does to a call, and how it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from datev_connector.domain.mending import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words for one kind of fault."""

    heading: str
    effect: str
    remedy: str
    """What to do in DATEV."""


WORDS: Final[Mapping[Fault, Words]] = MappingProxyType(
    {
        Fault.INACTIVE_CLIENT: Words(
            heading="Active clients whose addressee is inactive",
            effect="Their calls are shown as those of somebody who is no longer active.",
            remedy="set the addressee active again, or end the client.",
        ),
        Fault.UNREACHABLE_CLIENT: Words(
            heading="Clients without a telephone number",
            effect="Nobody knows who it is when they call.",
            remedy="enter the telephone numbers that they call from.",
        ),
        Fault.UNREADABLE: Words(
            heading="Numbers that cannot be read",
            effect="No caller is known by them, and they cannot be dialled.",
            remedy="correct the number; remarks belong into the note.",
        ),
        Fault.DOUBLE: Words(
            heading="The same name twice with the same number",
            effect="Every call asks which of them it is; calls and notes are spread over both.",
            remedy="keep one of them, and set the other one inactive.",
        ),
        Fault.SHARED: Words(
            heading="Numbers that several contacts have",
            effect="Every call asks who it is.",
            remedy="find out whose number it is, and delete it with the others; enter direct lines "
            "for the people of a company.",
        ),
        Fault.FAX: Words(
            heading="Fax numbers stored as telephone",
            effect="They are offered for dialling, and take callers for somebody.",
            remedy="change the kind of the number to fax; let a telephone number stand apart.",
        ),
        Fault.NO_AREA_CODE: Words(
            heading="Numbers that are not complete",
            effect="What was put in is a guess, which counts only where nobody else fits.",
            remedy="enter the number as shown here, if that is right.",
        ),
    }
)
