"""Texts to hand on: complete, and for one person alone."""

from __future__ import annotations

import pytest

from datev_connector.desktop.diagnosis.letters import letter, menders
from datev_connector.desktop.legs import mender_word
from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.texts.language import Language
from tests.desktop.diagnosis.examined import findings


def finding(mender: Mender, **changes: object) -> Finding:
    fields: dict[str, object] = {
        "leg": Leg.STARFACE,
        "step": "Rights of the user",
        "state": LegState.DOWN,
        "tried": "ask for calls",
        "found": "a fault",
        "meaning": "It is not allowed.",
        "mender": mender,
        "remedy": f"What {mender.value} does.",
        "duration_s": 0.1,
    }
    return Finding(**(fields | changes))  # type: ignore[arg-type]


def test_each_gets_their_own_and_nobody_gets_nothing(german: Language) -> None:
    all_of_them = [finding(mender) for mender in Mender]
    assert menders(all_of_them) == tuple(one for one in Mender if one is not Mender.NOBODY)
    for mender in menders(all_of_them):
        text = letter(mender, all_of_them, german, "1.2")
        assert text.startswith(f"Für: {mender_word(mender, german)}\n")
        assert "1.2" in text
        assert [one for one in Mender if f"What {one.value} does." in text] == [mender]


def test_a_text_says_what_was_tried_what_came_back_what_it_means_and_what_to_do(
    german: Language,
) -> None:
    text = letter(Mender.PBX_ADMIN, [finding(Mender.PBX_ADMIN)], german, "1.2")
    assert text.splitlines()[3:] == [
        "Telefonanlage, Rights of the user: Störung. It is not allowed.",
        "    Versucht: Ask for calls",
        "    Ergebnis: A fault",
        "    Abhilfe: What pbx-admin does.",
    ]


@pytest.mark.parametrize("changes", [{"state": LegState.UP}, {"left_out": True}, {"remedy": ""}])
def test_what_needs_no_mending_is_in_no_text(german: Language, changes: dict[str, object]) -> None:
    fine = [finding(Mender.PBX_ADMIN, **changes)]
    assert menders(fine) == ()
    assert letter(Mender.PBX_ADMIN, fine, german, "1.2") == ""


def test_several_findings_of_one_person_are_one_text(german: Language) -> None:
    two = [finding(Mender.PBX_ADMIN), finding(Mender.PBX_ADMIN, leg=Leg.MODULE)]
    text = letter(Mender.PBX_ADMIN, two, german, "1.2")
    assert text.count("Abhilfe: ") == 2
    assert text.count("Für: ") == 1


def test_those_of_a_whole_examination(german: Language) -> None:
    for mender in menders(findings()):
        assert letter(mender, findings(), german, "1.2")
