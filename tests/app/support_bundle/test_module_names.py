"""Names of configurations of the module: shown where they tell of nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.settings import read_settings
from datev_connector.app.support_bundle.known_personal import KnownPersonal, Personal
from datev_connector.app.support_bundle.module_names import shown_name, without_module_names
from datev_connector.app.support_bundle.shown_settings import settings_text
from datev_connector.starface.module.names import STANDARD, near_miss
from datev_connector.starface.module.trouble import missing
from datev_connector.starface.module.verdict import complaint_of

OFFICE = "Kanzlei Wunderlich Berlin"
NAMES = st.text("qzjQZJ", min_size=5, max_size=300)
"""Nothing that stands in a sentence."""


@pytest.mark.parametrize(
    "name", [STANDARD, f"{STANDARD} ", STANDARD.lower(), "DATEV Connector for STARFACE"]
)
def test_spellings_of_the_usual_name_stay(name: str) -> None:
    text = complaint_of(missing(STANDARD, "fault"), STANDARD, (near_miss(name, "x"),)).reason
    assert without_module_names(text) == text
    assert f'"{name}"' in text


@given(NAMES)
def test_other_names_are_not_told_wherever_they_stand(name: str) -> None:
    failed = missing(name, "fault")
    near = (near_miss(f"{name} ", name), near_miss(f"{name} 2", name))
    complaint = complaint_of(failed, name, near)
    for text in (complaint.reason, complaint.remedy, failed.complaint.remedy):
        hidden = KnownPersonal(Personal()).hide(text)
        assert name not in hidden
        assert shown_name(name) in hidden


def test_what_an_office_called_it_is_in_no_line_of_a_log() -> None:
    told = complaint_of(missing("Hildebrandt", "fault"), "Hildebrandt", (near_miss(OFFICE, "x"),))
    line = f"2026-03-02 08:00:00 WARNING module is degraded: {told.reason}\n"
    hidden = KnownPersonal(Personal()).hide_lines(line * 3)
    assert "Hildebrandt" not in hidden
    assert "Wunderlich" not in hidden
    assert hidden.count('"Xxxxxxx Xxxxxxxxxx Xxxxxx" (another configuration') == 3


@pytest.mark.parametrize(
    ("name", "shown"), [("Hildebrandt", "Xxxxxxxxxxx"), (STANDARD, STANDARD), ("", "")]
)
def test_the_setting_is_shown_as_its_likeness(tmp_path: Path, name: str, shown: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[starface]\nmodule_name = "{name}"\n', "utf-8")
    text = settings_text(read_settings(user_file=file, machine_file=tmp_path / "none.toml"))
    assert f'module_name = "{shown}"' in text
