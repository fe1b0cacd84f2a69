from __future__ import annotations

from itertools import product

import pytest

from datev_connector.desktop.assistant.steps import (
    STEPS,
    StepName,
    after,
    before,
    is_complete,
    lacking,
    step,
)
from datev_connector.desktop.settings.draft import Draft
from datev_connector.texts.language import Language
from tests.desktop.settings.forms import Value, form_with

NEEDED = ("starface.host", "starface.login", "secret.starface-password")


def test_one_step_follows_the_other() -> None:
    assert [one.name for one in STEPS] == list(StepName)
    assert before(StepName.WELCOME) is None
    assert after(StepName.END) is None
    for earlier, later in zip(list(StepName), list(StepName)[1:], strict=False):
        assert after(earlier) is later
        assert before(later) is earlier


def test_fields_of_steps_are_settings() -> None:
    known = {field.name for field in form_with().fields}
    asked = [name for one in STEPS for name in one.fields]
    assert set(asked) <= known
    assert len(set(asked)) == len(asked)
    assert all(set(one.needed) <= set(one.fields) for one in STEPS)


@pytest.mark.parametrize("filled", list(product((True, False), repeat=3)))
def test_the_phone_system_needs_address_login_and_password(filled: tuple[bool, ...]) -> None:
    entered: tuple[Value, ...] = ("pbx", " 12 ", True)
    values: dict[str, Value] = {
        name: value if there else (False if value is True else "  ")
        for name, value, there in zip(NEEDED, entered, filled, strict=True)
    }
    form = form_with(values)
    draft = Draft(form=form)
    lacks = {flaw.name for flaw in lacking(StepName.PBX, form, draft.values)}
    assert lacks == {name for name, there in zip(NEEDED, filled, strict=True) if not there}
    assert is_complete(StepName.PBX, form, draft.values) == all(filled)


def test_what_is_typed_and_not_saved_yet_counts() -> None:
    draft = Draft(form=form_with({"starface.host": "", "starface.login": "1"}))
    draft = draft.entered("starface.host", "pbx").entered("secret.starface-password", "x")
    assert lacking(StepName.PBX, draft.form, draft.values) == ()
    gone = Draft(form=form_with()).entered("secret.starface-password", False)
    assert [one.name for one in lacking(StepName.PBX, gone.form, gone.values)] == [NEEDED[2]]


def test_nobody_is_asked_for_what_is_fixed_but_it_is_missing_all_the_same() -> None:
    form = form_with(
        {"starface.login": "1", "secret.starface-password": True}, locked={"starface.host": "x"}
    )
    values = Draft(form=form).values
    assert lacking(StepName.PBX, form, values) == ()
    assert not is_complete(StepName.PBX, form, values)


def test_other_steps_need_nothing() -> None:
    form = form_with({})
    for name in set(StepName) - {StepName.PBX}:
        assert is_complete(name, form, Draft(form=form).values)


def test_every_step_has_words_in_german(german: Language) -> None:
    for name in StepName:
        assert german.tell(step(name).title) != step(name).title
        assert german.tell(step(name).intro) != step(name).intro
