from __future__ import annotations

from datetime import UTC, datetime

import pytest

from datev_connector.desktop.assistant.progress import done_steps
from datev_connector.desktop.assistant.proof import Watch
from datev_connector.desktop.assistant.steps import StepName
from datev_connector.desktop.assistant.verdict import (
    Verdict,
    missing_words,
    proof_words,
    verdict,
    verdict_text,
)
from datev_connector.desktop.settings.draft import Draft
from datev_connector.desktop.settings.trial import Trial
from datev_connector.domain.calls import Direction
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments
from tests.desktop.assistant.calls import call_at, told
from tests.desktop.settings.forms import OFFICE, finding, form_with

WELL = Trial().after(finding(Leg.STARFACE))
BROKEN = Trial().after(
    finding(
        Leg.STARFACE,
        LegState.DOWN,
        meaning="Falsches Passwort",
        mender=Mender.PBX_ADMIN,
        remedy="Neu setzen.",
    )
)
LIMITED = Trial().after(finding(Leg.DATEV, LegState.DEGRADED, meaning="Fehlt"))


def seen(noon: datetime) -> Watch:
    call = call_at(noon, pbx_name="Bäckerei Krüger")
    return Watch().begun(noon).after(told(noon, call))


def judged(trial: Trial, watch: Watch, language: Language, *, entered: bool = True) -> Verdict:
    form = form_with(OFFICE if entered else {})
    return verdict(form, Draft(form=form).values, trial, watch, language)


def test_a_call_and_whole_connections_are_good(noon: datetime, german: Language) -> None:
    end = judged(WELL, seen(noon), german)
    assert end.good
    assert end.missing == ()
    assert end.proven is not None


def test_a_limited_leg_is_told_but_spoils_nothing(noon: datetime, german: Language) -> None:
    end = judged(LIMITED, seen(noon), german)
    assert end.good
    assert [one.state for one in end.missing] == [LegState.DEGRADED]


def test_without_a_call_nothing_is_proven(german: Language) -> None:
    end = judged(WELL, Watch(), german)
    assert not end.good
    assert [one.mender for one in end.missing] == [Mender.USER]


def test_a_broken_leg_is_not_good_even_with_a_call(noon: datetime, german: Language) -> None:
    assert not judged(BROKEN, seen(noon), german).good


def test_everything_that_is_missing_is_named_with_who_mends_it(german: Language) -> None:
    end = judged(BROKEN, Watch(), german, entered=False)
    words = [missing_words(one, german) for one in end.missing]
    assert words[0].startswith("Adresse, Login oder Passwort")
    assert words[1] == (
        "Telefonanlage: Gestört. Falsches Passwort\n"
        "Zuständig: Administrator der Telefonanlage\n"
        "Abhilfe: Neu setzen."
    )
    assert words[2].startswith("Es wurde kein Testanruf erkannt.")
    assert len(words) == 3


@pytest.mark.parametrize("trial", [Trial(), Trial(running=True), Trial(broken_off=True)])
def test_an_examination_that_did_not_end_is_missing(
    trial: Trial, noon: datetime, german: Language
) -> None:
    end = judged(trial, seen(noon), german)
    assert len(end.missing) == 1
    assert "nicht zu Ende geprüft" in german.tell(end.missing[0].what)


def test_the_copied_text_names_no_caller(noon: datetime, german: Language) -> None:
    watch = seen(noon)
    end = judged(BROKEN, watch, german)
    text = verdict_text(end, watch, german, Moments(german, UTC))
    assert "Ein Testanruf wurde um 12:00 erkannt." in text
    assert "Falsches Passwort" in text
    assert "Krüger" not in text
    assert "0176" not in text


def test_the_proof_says_who_and_when(noon: datetime, german: Language) -> None:
    call = call_at(noon, pbx_name="Krüger")
    assert proof_words(call, "14:03", german) == "Nachgewiesen: Anruf von Krüger um 14:03 erkannt."
    out = call.but(direction=Direction.OUTGOING)
    assert proof_words(out, "14:03", german) == "Nachgewiesen: Anruf bei Krüger um 14:03 erkannt."
    nobody = call_at(noon).but(e164="+4917612345678")
    assert "0176 12345678" in proof_words(nobody, "14:03", german)
    withheld = call_at(noon, number="")
    assert "einer unbekannten Nummer" in proof_words(withheld, "14:03", german)


def test_steps_are_done_when_they_are_behind_and_lack_nothing(noon: datetime) -> None:
    form = form_with(OFFICE)
    values = Draft(form=form).values
    names = list(StepName)
    assert done_steps(StepName.WELCOME, form, values, WELL, seen(noon)) == frozenset()
    at_end = done_steps(StepName.END, form, values, WELL, seen(noon))
    assert at_end == frozenset(names) - {StepName.END}
    unproven = done_steps(StepName.END, form, values, BROKEN, Watch())
    assert at_end - unproven == {StepName.CHECK, StepName.TEST_CALL}
    bare = form_with({})
    empty = done_steps(StepName.END, bare, Draft(form=bare).values, WELL, seen(noon))
    assert at_end - empty == {StepName.PBX}
