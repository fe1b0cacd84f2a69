"""Texts to hand on: for each person who can mend something, what that person needs. Pure: no Qt.

Command line and windows give the same texts. They hold no number, name, note or secret, since
findings hold none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datev_connector.desktop.diagnosis.words import Detail, finding_word, headline, said
from datev_connector.desktop.legs import leg_name, mender_word
from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import LegState, Mender
from datev_connector.texts.language import Language


def menders(findings: Iterable[Finding]) -> tuple[Mender, ...]:
    """Who has something to mend, in the order of their first finding."""
    return tuple(dict.fromkeys(one.mender for one in findings if is_to_be_mended(one)))


def is_to_be_mended(finding: Finding) -> bool:
    """Tell whether somebody should do something about a finding."""
    broken = finding.state is not LegState.UP and not finding.left_out
    return broken and finding.mender is not Mender.NOBODY and bool(finding.remedy)


def letter(mender: Mender, findings: Sequence[Finding], language: Language, version: str) -> str:
    """All that a person has to mend, as a text to be sent; empty: nothing."""
    theirs = [one for one in findings if one.mender is mender and is_to_be_mended(one)]
    if not theirs:
        return ""
    head = language.say(
        "For: {mender}\nWhat the diagnosis of the DATEV Connector {version} found:",
        mender=mender_word(mender, language),
        version=version,
    )
    return "\n\n".join([head, *(told(one, language) for one in theirs)])


def told(finding: Finding, language: Language) -> str:
    """Tell a finding to whoever mends it: what is the matter, and how that was found out."""
    head = language.say(
        "{leg}, {step}: {state}. {headline}",
        leg=leg_name(finding.leg, language),
        step=language.tell(finding.step),
        state=finding_word(finding, language),
        headline=headline(finding, language),
    )
    return "\n".join(
        [head, *(f"    {label}: {text}" for label, text in _details(finding, language))]
    )


def _details(finding: Finding, language: Language) -> list[Detail]:
    rows = [
        (language.say("Tried"), said(finding.tried, language)),
        (language.say("Came back"), said(finding.found, language) if finding.meaning else ""),
        (language.say("What to do"), said(finding.remedy, language)),
    ]
    return [(label, text) for label, text in rows if text]
