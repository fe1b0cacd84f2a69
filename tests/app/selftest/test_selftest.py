"""The self-test: what works is proven, and whatever is damaged is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.licence import keys
from datev_connector.app.selftest import handshakes, keeping, modules, parts
from datev_connector.app.selftest.proof import Failed, Outcome, Skipped, prove
from datev_connector.app.versions import table
from datev_connector.texts.language import Language, Tongue

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
PARTS = {
    "modules",
    "texts",
    "tables",
    "time zones",
    "store",
    "keyring",
    "TLS",
    "window",
    "COM",
    "SDD reader",
    "manual",
}


def selftest(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "datev_connector", "selftest", "--offscreen", *options],
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


def outcomes(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {proof["part"]: proof for proof in json.loads(run.stdout)["proofs"]}


def test_a_sound_installation_proves_itself_and_writes_nothing_into_a_home(tmp_path: Path) -> None:
    run = selftest("--json", HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "data"))
    found = outcomes(run)
    assert run.returncode == 0, run.stdout
    assert json.loads(run.stdout)["ok"] is True
    assert set(found) == PARTS
    assert {found[part]["outcome"] for part in ("modules", "store", "TLS", "window")} == {"proven"}
    assert not (tmp_path / "data").exists()


def test_each_part_is_a_line_for_people() -> None:
    run = selftest()
    lines = run.stdout.splitlines()
    assert len(lines) == len(PARTS) + 1
    assert all(line.split()[0] in set(Outcome) for line in lines[:-1])
    assert lines[-1].endswith("works.")


def test_a_damaged_library_fails_by_name_and_the_other_parts_go_on(tmp_path: Path) -> None:
    (tmp_path / "apsw.py").write_text("raise ImportError('the file is damaged')\n", "utf-8")
    run = selftest("--json", PYTHONPATH=str(tmp_path))
    found = outcomes(run)
    assert run.returncode == 1
    assert "apsw: ImportError: the file is damaged" in found["modules"]["told"]
    assert found["store"]["outcome"] == "failed"
    assert found["TLS"]["outcome"] == "proven"


def test_without_qt_the_window_fails_and_the_rest_is_proven(tmp_path: Path) -> None:
    (tmp_path / "PySide6.py").write_text("", "utf-8")
    run = selftest(PYTHONPATH=str(tmp_path))
    assert run.returncode == 1
    assert "failed   window:" in run.stdout
    assert "proven   store:" in run.stdout
    assert run.stdout.splitlines()[-1].endswith("Repair or reinstall it.")


# --- the parts ------------------------------------------------------------------------------------


def test_the_end_of_an_attempt_is_its_outcome() -> None:
    def ends_with(fault: Exception) -> Outcome:
        def attempt() -> str:
            raise fault

        return prove("it", attempt).outcome

    assert prove("it", lambda: "works").told == "works"
    assert ends_with(Failed("no")) is Outcome.FAILED
    assert ends_with(Skipped("not here")) is Outcome.SKIPPED
    assert ends_with(ZeroDivisionError()) is Outcome.FAILED


def test_every_module_is_found() -> None:
    names = set(modules.own_modules())
    assert {"datev_connector.app.cli", "datev_connector.desktop.look.look"} <= names
    assert not any(name.endswith("__main__") for name in names)
    assert "datev_connector.datev.com.ids" in names
    for_windows = {name for name in names if ".com.apartment." in name}
    assert bool(for_windows) is (sys.platform == "win32")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "LIBRARIES", ("json", "no_such_library"))
    monkeypatch.setattr(modules, "own_modules", lambda: iter(()))
    with pytest.raises(Failed, match="no_such_library: ModuleNotFoundError"):
        modules.all_modules()


def test_a_store_that_can_be_read_by_anybody_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PLAIN_HEADER", b"")
    with pytest.raises(Failed, match="without its key"):
        keeping.store_keeps(tmp_path, NOW)


def test_tls_that_accepts_anybody_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    one = handshakes.identity(datetime.now(UTC))
    monkeypatch.setattr(handshakes, "identity", lambda now: one)
    with pytest.raises(Failed, match="other than the known one"):
        handshakes.tls_works(NOW)


def test_a_damaged_reader_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sdd-reader.exe"
    file.write_bytes(b"<html>")
    monkeypatch.setattr(parts, "find_reader", lambda options: file)
    with pytest.raises(Failed, match="damaged"):
        parts.reader_is_there()
    file.write_bytes(b"MZ\x90")
    assert "is there" in parts.reader_is_there()


def test_a_manual_without_its_pictures_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "index.html"
    page.write_text('<img src="pictures/a.png" alt="A">', "utf-8")
    monkeypatch.setattr(parts, "find_manual", lambda tongue: page)
    with pytest.raises(Failed, match=r"a\.png"):
        parts.manual_is_there()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").touch()
    assert "with 1 pictures" in parts.manual_is_there()
    monkeypatch.setattr(
        parts, "find_manual", lambda tongue: page if tongue is Tongue.GERMAN else None
    )
    with pytest.raises(Failed, match="missing"):
        parts.manual_is_there()


def test_a_spoiled_table_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1 keys" in parts.tables_are_there()
    monkeypatch.setattr(table, "shipped", lambda: "")
    with pytest.raises(Failed, match="empty"):
        parts.tables_are_there()
    monkeypatch.setattr(keys, "shipped", lambda: (_ for _ in ()).throw(FileNotFoundError()))
    assert prove("tables", parts.tables_are_there).outcome is Outcome.FAILED


def test_missing_texts_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Language, "of", lambda tongue: type("Mute", (), {"say": staticmethod(str)}))
    with pytest.raises(Failed, match="German"):
        parts.texts_are_there()
