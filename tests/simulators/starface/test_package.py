from __future__ import annotations

import ast
from pathlib import Path

import datev_connector.simulators.starface as package


def test_public_names_exist() -> None:
    assert all(hasattr(package, name) for name in package.__all__)


def test_stands_alone() -> None:
    folder = Path(package.__file__).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("datev_"):
                assert str(node.module).startswith("datev_connector.simulators.starface"), path


def test_simulators_do_not_share_switches() -> None:
    config = package.StarfaceConfig(encrypted=False)
    one, other = package.StarfaceSimulator(config), package.StarfaceSimulator(config)
    one.behaviour.late_names = True
    assert not other.behaviour.late_names
