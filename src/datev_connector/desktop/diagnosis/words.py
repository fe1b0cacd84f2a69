"""What the diagnosis window says of legs and findings. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datev_connector.desktop.legs import LEGS, leg_name, leg_text, mender_word
from datev_connector.desktop.ports import Finding, ShownCertificate
from datev_connector.desktop.sentences import as_sentence, capital
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

Detail = tuple[str, str]
"""A label and what it stands before."""
SLOW_S = 3.0
"""From then on it is said how long a step took."""


def overall(reports: Mapping[Leg, LegReport], language: Language) -> tuple[LegState | None, str]:
    """Say how all is doing in one sentence, with the worst state; None: nothing has reported."""
    states = [report.state for report in reports.values()]
    down, limited = states.count(LegState.DOWN), states.count(LegState.DEGRADED)
    if down:
        return LegState.DOWN, language.count(
            "{number} connection is not working.", "{number} connections are not working.", down
        )
    if limited:
        return LegState.DEGRADED, language.count(
            "{number} connection is limited.", "{number} connections are limited.", limited
        )
    if not states:
        return None, language.say("No connection has reported yet.")
    return LegState.UP, language.say("Everything is in order.")


def reason_told(report: LegReport, language: Language) -> str:
    """Say why a leg is as it is, in whole sentences."""
    return as_sentence(language.tell(report.reason))


def report_details(report: LegReport, language: Language) -> list[Detail]:
    """Say what is the matter with a leg, who can mend it and how; nothing of one that is well."""
    if report.state is LegState.UP:
        return []
    return _filled(
        [
            (language.say("Cause"), reason_told(report, language)),
            (language.say("Responsible"), mender_word(report.mender, language)),
            (language.say("What to do"), said(report.remedy, language)),
        ]
    )


def all_legs_text(
    reports: Mapping[Leg, LegReport], language: Language, moments: Moments, version: str
) -> str:
    """Tell all legs in a text made for being sent."""
    head = language.say("DATEV Connector {version}: status of the connections", version=version)
    texts = [leg_text(leg, reports.get(leg), language, moments) for leg in LEGS]
    return "\n\n".join([head, *texts])


def certificate_words(
    shown: ShownCertificate, language: Language, moments: Moments
) -> tuple[str, str, str]:
    """Title, question and explanation: whether a server may be known by another certificate."""
    known = said(shown.known, language) or language.say("no certificate")
    if shown.known_since is not None:
        date = moments.date(shown.known_since)
        known = language.say("{certificate} (known since {date})", certificate=known, date=date)
    parts = (
        language.say("Known so far: {certificate}", certificate=known),
        language.say("Shown now: {certificate}", certificate=said(shown.described, language)),
        language.say(
            "Compare the fingerprint (SHA-256) of the new certificate with the one that the "
            "administrator of the server reads there. Agree only if both are the same: otherwise "
            "somebody may stand between and read passwords."
        ),
    )
    server = f"{shown.host}:{shown.port}"
    return (
        language.say("Check certificate"),
        language.say("{server} has another certificate. Do you trust it?", server=server),
        "\n\n".join(parts),
    )


# --- findings -------------------------------------------------------------------------------------


def headline(finding: Finding, language: Language) -> str:
    """Say what a step found out, in a line or two."""
    meaning, found = language.tell(finding.meaning), language.tell(finding.found)
    if finding.left_out:
        return as_sentence(meaning)  # the word beside it says that it was not examined
    if finding.state is not LegState.UP:
        return as_sentence(meaning or found)
    if meaning and found:
        return f"{as_sentence(found)} {meaning}"
    return capital(found or meaning)


def details(finding: Finding, language: Language) -> list[Detail]:
    """Say what was tried, what came back, who can mend it and how; nothing of what is well."""
    if finding.left_out or finding.state is LegState.UP:
        return []
    mender = mender_word(finding.mender, language)
    return _filled(
        [
            (language.say("Tried"), said(finding.tried, language)),
            (language.say("Came back"), said(finding.found, language) if finding.meaning else ""),
            (language.say("Responsible"), mender if finding.remedy else ""),
            (language.say("What to do"), said(finding.remedy, language)),
        ]
    )


def finding_state(finding: Finding) -> LegState | None:
    """The state to mark a finding with; None: it was not examined."""
    return None if finding.left_out else finding.state


def finding_word(finding: Finding, language: Language) -> str:
    """The state of a finding in a word."""
    if finding.left_out:
        return language.say("Not examined")
    words = {
        LegState.UP: language.say("In order"),
        LegState.DEGRADED: language.say("Remark"),
        LegState.DOWN: language.say("Fault"),
    }
    return words[finding.state]


def duration_word(finding: Finding, language: Language) -> str:
    """How long a slow step took; empty for quick ones."""
    if finding.duration_s < SLOW_S:
        return ""
    return language.say("{seconds} s", seconds=language.whole(round(finding.duration_s)))


def progress(findings: Sequence[Finding], language: Language) -> str:
    """Say how far an examination is that goes on."""
    if not findings:
        return language.say("The diagnosis begins …")
    last = findings[-1]
    return language.say(
        "The diagnosis goes on … {steps} so far, the last one: {leg}, {step}.",
        steps=language.count("{number} step", "{number} steps", len(findings)),
        leg=leg_name(last.leg, language),
        step=language.tell(last.step),
    )


def summary(
    findings: Sequence[Finding], language: Language, *, stopped: bool
) -> tuple[LegState, str]:
    """Say what came of an examination, with its worst state."""
    tried = [finding.state for finding in findings if not finding.left_out]
    down, remarks = tried.count(LegState.DOWN), tried.count(LegState.DEGRADED)
    begin = language.say("The diagnosis has ended.")
    if stopped:
        begin = language.say("The diagnosis was stopped.")
    counted = [
        language.count("{number} fault", "{number} faults", down),
        language.count("{number} remark", "{number} remarks", remarks),
        language.say("{number} in order", number=tried.count(LegState.UP)),
        language.say("{number} not examined", number=len(findings) - len(tried)),
    ]
    state = LegState.DOWN if down else LegState.DEGRADED if remarks or stopped else LegState.UP
    return state, f"{begin} {', '.join(counted)}."


def finding_text(finding: Finding, language: Language) -> str:
    """Tell a finding in lines made for being sent."""
    head = language.say(
        "{step}: {state}. {headline}",
        step=language.tell(finding.step),
        state=finding_word(finding, language),
        headline=headline(finding, language),
    )
    lines = (f"    {label}: {text}" for label, text in details(finding, language))
    return "\n".join([f"  {head}", *lines])


def examination_text(
    findings: Sequence[Finding], language: Language, *, stopped: bool, version: str
) -> str:
    """Tell a whole examination in a text made for being sent."""
    head = language.say("DATEV Connector {version}: diagnosis", version=version)
    parts = [head, summary(findings, language, stopped=stopped)[1]]
    for leg in dict.fromkeys(finding.leg for finding in findings):
        texts = [finding_text(one, language) for one in findings if one.leg is leg]
        parts.append("\n".join([leg_name(leg, language), *texts]))
    return "\n\n".join(parts)


def said(text: str, language: Language) -> str:
    """Say what another room has worded, with a capital at its beginning."""
    return capital(language.tell(text))


def _filled(rows: list[Detail]) -> list[Detail]:
    return [(label, text) for label, text in rows if text]
