"""What a person has set: all of it is kept, or nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.settings import Layer, Loaded, Origin, SettingsError, policy_layer
from datev_connector.app.settings.saving import LOCKED, NotUsable, Shelf, draft, keep, usable


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(
        user_file=tmp_path / "settings.toml",
        machine_file=tmp_path / "machine.toml",
        platform="linux",
    )


def loaded(shelf: Shelf) -> Loaded:
    there = shelf.user_file.exists()
    return shelf.load(shelf.user_file.read_bytes() if there else None)


def save(shelf: Shelf, **entered: Any) -> Loaded:
    """Names with two underscores in place of the point."""
    names = {name.replace("__", "."): value for name, value in entered.items()}
    settled = draft(usable(names, loaded(shelf)), shelf)
    keep(settled, shelf)
    assert loaded(shelf).settings == settled.loaded.settings
    return settled.loaded


def kept(shelf: Shelf) -> dict[str, Any]:
    return tomllib.loads(shelf.user_file.read_text("utf-8"))


def test_what_is_set_is_in_the_file_and_counts(shelf: Shelf) -> None:
    after = save(shelf, starface__host="PBX.Example", calls__prefer_datev=True)
    assert kept(shelf) == {"starface": {"host": "pbx.example"}, "calls": {"prefer_datev": True}}
    assert after.provenance["starface.host"].origin is Origin.USER_FILE


def test_what_is_as_it_was_is_not_written(shelf: Shelf) -> None:
    shelf.user_file.write_text("[calls]\nprefer_datev = true\n")
    save(shelf, calls__prefer_datev=True, starface__https_port=443, starface__transport="auto")
    assert shelf.user_file.read_text() == "[calls]\nprefer_datev = true\n"


def test_a_file_that_holds_it_already_is_not_touched(shelf: Shelf) -> None:
    shelf.user_file.write_text("[calls]\nprefer_datev = true\n")
    before = shelf.user_file.stat().st_ino
    keep(draft({"calls.prefer_datev": True}, shelf), shelf)
    assert shelf.user_file.stat().st_ino == before


def test_what_is_inherited_again_is_taken_out(shelf: Shelf) -> None:
    shelf.machine_file.write_text("[dial_plan]\narea_code = '721'\n")
    save(shelf, dial_plan__area_code="30", calls__prefer_datev=True)
    assert kept(shelf)["dial_plan"] == {"area_code": "30"}
    after = save(shelf, dial_plan__area_code="721", calls__prefer_datev=False)
    assert kept(shelf) == {"calls": {}, "dial_plan": {}}
    assert after.provenance["dial_plan.area_code"].origin is Origin.MACHINE_FILE


def test_a_usual_value_that_this_computer_sets_otherwise_is_written(shelf: Shelf) -> None:
    shelf.machine_file.write_text("[calls]\nopen_window = false\n")
    save(shelf, calls__open_window=True)
    assert kept(shelf) == {"calls": {"open_window": True}}


def test_all_flaws_are_told_at_once_and_nothing_is_kept(shelf: Shelf) -> None:
    with pytest.raises(NotUsable) as refused:
        save(
            shelf,
            starface__https_port=70000,
            starface__host="a b",
            calls__open_window="yes",
            starface__transport="pigeon",
            dial_plan__area_code="30",
        )
    assert set(refused.value.flaws) == {
        "starface.https_port",
        "starface.host",
        "calls.open_window",
        "starface.transport",
    }
    assert not shelf.user_file.exists()


def test_values_that_do_not_fit_each_other_are_flaws(shelf: Shelf) -> None:
    with pytest.raises(NotUsable) as refused:
        save(shelf, datev__connect_url="http://datev.example", datev__connect_user="otto")
    assert set(refused.value.flaws) == {"datev.connect_url"}
    assert not shelf.user_file.exists()


def test_what_a_policy_fixes_cannot_be_changed(shelf: Shelf, tmp_path: Path) -> None:
    policy: Layer = policy_layer(Origin.MACHINE_POLICY, "the policy", {"starface": {"host": "pbx"}})
    fixed = Shelf(user_file=shelf.user_file, machine_file=shelf.machine_file, policies=(policy,))
    save(fixed, starface__host="pbx", starface__login="0123")
    with pytest.raises(NotUsable) as refused:
        save(fixed, starface__host="other")
    assert refused.value.flaws == {"starface.host": LOCKED}
    assert kept(fixed) == {"starface": {"login": "0123"}}


def test_what_somebody_else_has_changed_meanwhile_stays(shelf: Shelf) -> None:
    shown = loaded(shelf)
    shelf.user_file.write_text("# by hand\n[starface]\nlogin = '0124'\n")
    settled = draft(usable({"starface.host": "pbx", "starface.login": ""}, shown), shelf)
    keep(settled, shelf)
    assert shelf.user_file.read_text().startswith("# by hand\n")
    assert kept(shelf) == {"starface": {"login": "0124", "host": "pbx"}}
    assert settled.loaded.settings.starface.login == "0124"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[starface]\nhost = \n", 2, "no TOML"),
        ("[starface]\nhots = 'pbx'\n", 2, "no such key"),
        ("[starface]\n\nhttps_port = 0\n", 3, "from 1 to 65535"),
    ],
)
def test_a_file_that_is_wrong_is_never_written_over(
    shelf: Shelf, text: str, line: int, told: str
) -> None:
    shown = loaded(shelf)
    shelf.user_file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        draft(usable({"starface.login": "0123"}, shown), shelf)
    (problem,) = refused.value.problems
    assert (problem.source, problem.line) == (str(shelf.user_file), line)
    assert told in problem.message
    assert shelf.user_file.read_text() == text


def test_a_wrong_value_is_put_right_by_a_new_one(shelf: Shelf) -> None:
    shown = loaded(shelf)
    shelf.user_file.write_text("[starface]\nhttps_port = 0\n")
    keep(draft(usable({"starface.https_port": 8443}, shown), shelf), shelf)
    assert kept(shelf) == {"starface": {"https_port": 8443}}


def test_a_name_that_is_none_is_a_fault_of_ours(shelf: Shelf) -> None:
    with pytest.raises(KeyError):
        usable({"starface.hots": "pbx"}, loaded(shelf))
