"""What the page on the simulators shows can be played as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from datev_connector.simulators.datev import ScriptForm
from datev_connector.simulators.datev import read_script as read_datev_script
from datev_connector.simulators.starface import StarfaceSimulator
from datev_connector.simulators.starface.player import Player
from datev_connector.simulators.starface.script import read_script as read_starface_script

PAGE = Path(__file__).parents[2] / "docs" / "simulators.md"
EXAMPLES = re.findall(
    r"^```(toml|json) (\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
)


def examples(which: str) -> list[tuple[str, str]]:
    return [(form, text) for form, simulator, text in EXAMPLES if simulator == which]


def test_there_is_an_example_of_each_form() -> None:
    assert [form for form, _ in examples("starface")] == ["toml", "toml", "json"]
    assert [form for form, _ in examples("datev")] == ["toml", "json"]


@pytest.mark.parametrize(("form", "text"), examples("starface"))
async def test_the_scripts_of_starface_can_be_played(form: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / f"day.{form}"
    file.write_text(text, "utf-8")
    script = read_starface_script(file)
    steps = [step for step in script.steps if step.action != "wait"]
    async with StarfaceSimulator(script.config) as simulator:
        await Player(simulator).play(steps)
        (story,) = simulator.chronicle.calls
    assert story.rang_at is not None


@pytest.mark.parametrize(("form", "text"), examples("datev"))
def test_the_scripts_of_datev_can_be_read(form: str, text: str) -> None:
    assert read_datev_script(text, ScriptForm(form))
