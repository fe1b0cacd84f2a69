from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.ports import Field, FieldKind, Form
from datev_connector.desktop.settings.draft import Draft
from tests.desktop.settings.forms import Value, form_with

PASSWORD = "secret.starface-password"
HOST = "starface.host"


def secret(*, there: bool) -> Draft:
    field = Field(name=PASSWORD, kind=FieldKind.SECRET, value=there)
    return Draft(form=Form(fields=(field,)))


@pytest.mark.parametrize(
    ("there", "entered", "change", "would_be_there"),
    [
        (False, "", None, False),
        (False, "geheim", "geheim", True),
        (False, False, None, False),
        (True, "", None, True),
        (True, "geheim", "geheim", True),
        (True, False, False, False),
    ],
)
def test_a_secret_is_left_replaced_or_removed(
    there: bool, entered: Value, change: Value | None, would_be_there: bool
) -> None:
    draft = secret(there=there).entered(PASSWORD, entered)
    assert draft.changes.get(PASSWORD) is change or draft.changes[PASSWORD] == change
    assert draft.value(PASSWORD) is would_be_there
    assert draft.changed == (change is not None)


def test_a_removal_can_be_taken_back() -> None:
    draft = secret(there=True).entered(PASSWORD, False).entered(PASSWORD, "")
    assert not draft.changed


@given(st.lists(st.sampled_from(["", "a", "b"])))
def test_what_is_there_already_is_no_change(entries: list[str]) -> None:
    draft = Draft(form=form_with({HOST: "a"}))
    for text in entries:
        draft = draft.entered(HOST, text)
    last = entries[-1] if entries else "a"
    assert draft.value(HOST) == last
    assert draft.changes == ({} if last == "a" else {HOST: last})


def test_a_fixed_field_takes_nothing() -> None:
    draft = Draft(form=form_with(locked={HOST: "policy"})).entered(HOST, "other")
    assert not draft.changed


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        Draft(form=form_with()).entered("starface.nonsense", "1")


def test_entries_survive_that_the_form_is_read_again() -> None:
    draft = Draft(form=form_with({HOST: "a"})).entered(HOST, "b").entered("starface.login", "7")
    again = draft.read_again(form_with({HOST: "b", "starface.login": "1"}))
    assert again.changes == {"starface.login": "7"}
    fixed = draft.read_again(form_with({HOST: "c"}, locked={HOST: "policy"}))
    assert fixed.changes == {"starface.login": "7"}
    assert fixed.value(HOST) == "c"


def test_what_was_entered_since_it_was_sent_is_still_to_be_saved() -> None:
    draft = Draft(form=form_with({HOST: "a"})).entered(HOST, "b").entered(PASSWORD, "geheim")
    sent = dict(draft.changes)
    later = draft.entered(HOST, "c").entered("starface.login", "7")
    saved = later.saved(form_with({HOST: "b", PASSWORD: True}), sent)
    assert saved.changes == {HOST: "c", "starface.login": "7"}
    assert draft.saved(form_with({HOST: "b", PASSWORD: True}), sent).changes == {}
