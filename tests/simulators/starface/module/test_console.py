"""Modules in scripts and at the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.simulators.starface import (
    BadScript,
    Console,
    LogLevel,
    ModuleConfig,
    Player,
    StarfaceConfig,
    StarfaceSimulator,
    read_script,
)
from datev_connector.starface.module.archive import module_archive
from tests.simulators.starface.module.made import archive, descriptor

NAME = "DATEVConnectorforSTARFACE"
USUAL = StarfaceConfig(modules=(ModuleConfig(archive=module_archive(), name=NAME),))


async def at_console(*lines: str, config: StarfaceConfig = USUAL) -> list[str]:
    console = Console(Player(StarfaceSimulator(config)))
    return [said for line in lines for said in await console.line(line)]


async def test_shows_a_configuration_as_the_administrator_sees_it() -> None:
    said = await at_console("module-set " + NAME + ' GUI_LICENCE "abc def"', "modules")
    assert said[0] == f"{NAME!r}: active"
    assert "  [Lizenz]" in said
    assert "    Lizenztext (GUI_LICENCE): 'abc def'" in said
    levels = "ERROR, WARN, INFO, DEBUG, TRACE"
    assert f"    Melden bis zur Stufe (GUI_LOG_LEVEL): 'WARN' of {levels}" in said
    assert f"  XML-RPC: {NAME}.getInfo" in said
    assert await at_console("modules", config=StarfaceConfig()) == ["no modules"]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ((f"module-active {NAME} no",), f"{NAME!r}: not active"),
        ((f"module-active {NAME} no", f"module-active {NAME} yes"), f"{NAME!r}: active"),
        ((f'module-rename {NAME} "DATEV Connector "',), "'DATEV Connector ': active"),
        ((f"module-save-anew {NAME}",), f"{NAME!r}: outdated: the module was saved anew"),
        ((f"module-remove {NAME}",), "no modules"),
    ],
)
async def test_changes_it(lines: tuple[str, ...], state: str) -> None:
    assert (await at_console(*lines, "modules"))[0] == state


async def test_a_module_that_needs_a_licence_of_the_pbx(tmp_path: Path) -> None:
    file = tmp_path / "other.sfm"
    file.write_bytes(archive(descriptor(licence="")))
    said = await at_console(f"module-add {file} other", "modules")
    assert "'other': Unzureichende Modullizenz" in said


async def test_the_log_is_shown_newest_first() -> None:
    simulator = StarfaceSimulator(USUAL)
    configuration = simulator.modules[NAME]
    entry = configuration.module.entry_points["report"]
    console = Console(Player(simulator))
    assert await console.line(f"module-log-level {NAME} INFO") == []
    for level, text in (("ERROR", "one"), ("DEBUG", "two"), ("INFO", "three")):
        struct = {"level": level, "user": "u", "text": text}
        configuration.call(entry, struct, simulator.config.now())
    name, newest, oldest = await console.line("module-log")
    assert (name, newest[8:], oldest[8:]) == (f"{NAME!r}:", " INFO  u: three", " ERROR u: one")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("module-rename x y", "no configuration 'x'; there are: 'DATEVConnectorforSTARFACE'"),
        (f"module-rename {NAME} {NAME}", "is there already"),
        (f"module-set {NAME} GUI_X x", "no field 'GUI_X'; there are: GUI_LOG_LEVEL, GUI_LICENCE"),
        (f"module-log-level {NAME} LOUD", "no level 'LOUD'; there are: ERROR, WARN"),
        ("module-add /nowhere/x.sfm y", "No such file"),
        (f"module-add {__file__} y", "the archive is broken"),
    ],
)
async def test_mistakes_are_explained(line: str, complaint: str) -> None:
    (said,) = await at_console(line)
    assert complaint in said


# --- scripts --------------------------------------------------------------------------------------


def script(folder: Path, text: str) -> StarfaceConfig:
    file = folder / "s.toml"
    file.write_text(text, "utf-8")
    return read_script(file, USUAL).config


def test_a_script_has_modules_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "other.sfm").write_bytes(archive())
    config = script(
        tmp_path,
        """
        [[pbx.modules]]
        name = "DATEV Connector"
        active = false
        log_level = "TRACE"
        values = {GUI_LICENCE = "text"}
        [[pbx.modules]]
        name = "other"
        archive = "other.sfm"
        """,
    )
    ours, other = StarfaceSimulator(config).modules
    assert (ours.name, ours.active, ours.log_level) == ("DATEV Connector", False, LogLevel.TRACE)
    assert ours.value("GUI_LICENCE") == "text"
    assert (other.name, other.module.name, other.active) == ("other", "Made up", True)
    assert script(tmp_path, "").modules == USUAL.modules
    assert script(tmp_path, "[pbx]\nmodules = []").modules == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[pbx]\nmodules = 3", "pbx.modules must be a list of tables"),
        ("[pbx]\nmodules = [3]", r"pbx.modules\[1\] must be a table"),
        ("[[pbx.modules]]\nactive = true", r"pbx.modules\[1\]: missing 'name'"),
        ("[[pbx.modules]]\nname = 'a'\nactive = 3", "active must be bool"),
        ("[[pbx.modules]]\nname = 'a'\nlog_level = 'x'", "is none of ERROR, WARN"),
        ("[[pbx.modules]]\nname = 'a'\nvalues = 'x'", "values must be a table of texts"),
        ("[[pbx.modules]]\nname = 'a'\nvalues = {A = 'x'}", "no field 'A'"),
        ("[[pbx.modules]]\nname = 'a'\ncolour = 'x'", "colour: no such setting"),
        ("[[pbx.modules]]\nname = 'a'\narchive = 'none.sfm'", "No such file"),
        ("[[pbx.modules]]\nname = 'a'\narchive = 's.toml'", "the archive is broken"),
        ("[[pbx.modules]]\nname = 'a'\n[[pbx.modules]]\nname = 'a'", "is there already"),
    ],
)
def test_mistakes_in_scripts_are_explained(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(BadScript, match=complaint):
        script(tmp_path, text)


def test_a_module_without_an_archive_is_missing_one(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("[[pbx.modules]]\nname = 'a'", "utf-8")
    with pytest.raises(BadScript, match="missing 'archive'"):
        read_script(file)
