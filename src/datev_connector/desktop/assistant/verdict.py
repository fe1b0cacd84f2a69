"""How the first set-up ended: proven, or what is missing and who mends it. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.steps import StepName, is_complete
from datev_connector.desktop.call_window.face import number_of
from datev_connector.desktop.legs import leg_name, mender_word, state_word
from datev_connector.desktop.ports import Form
from datev_connector.desktop.settings.draft import Value
from datev_connector.desktop.settings.trial import LegTrial, Trial
from datev_connector.domain.calls import Call, Direction
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is not as it should be; texts are worded."""

    what: str
    state: LegState
    mender: Mender
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The end of the first set-up."""

    proven: Call | None
    missing: tuple[Missing, ...]

    @property
    def good(self) -> bool:
        """Tell whether a call was seen and nothing is broken."""
        broken = any(one.state is LegState.DOWN for one in self.missing)
        return self.proven is not None and not broken


def verdict(
    form: Form, values: Mapping[str, Value], trial: Trial, watch: Watch, language: Language
) -> Verdict:
    """Judge what was entered, examined and seen."""
    missing = (
        *_of_entries(form, values),
        *(_of_leg(one, language) for one in trial.faults),
        *_of_trial(trial),
        *_of_call(watch),
    )
    return Verdict(proven=watch.call, missing=missing)


def _of_entries(form: Form, values: Mapping[str, Value]) -> Iterator[Missing]:
    if not is_complete(StepName.PBX, form, values):
        yield Missing(
            what=worded("Address, login or password of the phone system are missing."),
            state=LegState.DOWN,
            mender=Mender.USER,
            remedy=worded("Go back to the step for the phone system and fill them in."),
        )


def _of_leg(trial: LegTrial, language: Language) -> Missing:
    state = trial.state or LegState.DEGRADED
    return Missing(
        what=worded(
            "{leg}: {state}. {words}",
            leg=leg_name(trial.leg, language),
            state=state_word(state, language),
            words=trial.words,
        ),
        state=state,
        mender=trial.telling.mender,
        remedy=trial.telling.remedy,
    )


def _of_trial(trial: Trial) -> Iterator[Missing]:
    if not trial.over:
        yield Missing(
            what=worded("The connections were not examined to the end."),
            state=LegState.DEGRADED,
            mender=Mender.USER,
            remedy=worded("Go back to the check and wait until it is done."),
        )


def _of_call(watch: Watch) -> Iterator[Missing]:
    if not watch.proven:
        yield Missing(
            what=worded("No test call was seen."),
            state=LegState.DEGRADED,
            mender=Mender.USER,
            remedy=worded(
                "Call this extension from a mobile phone, and see whether the call window opens."
            ),
        )


def proof_words(call: Call, at: str, language: Language) -> str:
    """Say which call was seen; `at` is the time of day."""
    who = call.name or number_of(call) or language.say("an unknown number")
    if call.direction is Direction.OUTGOING:
        return language.say("Proven: call to {who} seen at {time}.", who=who, time=at)
    return language.say("Proven: call from {who} seen at {time}.", who=who, time=at)


def missing_words(missing: Missing, language: Language) -> str:
    """Say one thing that is missing, and who mends it how, in lines."""
    lines = [language.tell(missing.what)]
    mender = mender_word(missing.mender, language)
    if mender:
        lines.append(language.say("Responsible: {mender}", mender=mender))
    if missing.remedy:
        lines.append(language.say("What to do: {remedy}", remedy=missing.remedy))
    return "\n".join(lines)


def verdict_text(judged: Verdict, watch: Watch, language: Language, moments: Moments) -> str:
    """Everything as a text to be sent to who mends it; it names no caller."""
    parts = [language.say("First set-up of the DATEV Connector for STARFACE")]
    if judged.proven is not None and watch.seen_at is not None:
        time = moments.time(watch.seen_at)
        parts.append(language.say("A test call was seen at {time}.", time=time))
    parts.extend(missing_words(one, language) for one in judged.missing)
    return "\n\n".join(parts)
