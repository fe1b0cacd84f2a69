from __future__ import annotations

from pathlib import Path

from datev_connector.app.signpost import FOLDER, NAME, put_up


def test_the_old_folder_says_where_the_logs_are(tmp_path: Path) -> None:
    environment = {"APPDATA": str(tmp_path)}
    old = tmp_path / FOLDER
    old.mkdir(parents=True)
    (old / "client.log").write_text("of the earlier connector", "utf-8")
    for folder in (tmp_path / "first", tmp_path / "second"):
        put_up(folder, environment)
        text = (old / NAME).read_text("utf-8-sig")
        assert str(folder) in text
    before = (old / NAME).stat().st_mtime_ns
    put_up(tmp_path / "second", environment)
    assert (old / NAME).stat().st_mtime_ns == before, "it is written once"
    assert (old / "client.log").read_text("utf-8") == "of the earlier connector"


def test_where_nobody_looks_nothing_is_put_up(tmp_path: Path) -> None:
    put_up(tmp_path / "logs", {})
    put_up(tmp_path / FOLDER, {"APPDATA": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    put_up(tmp_path / "logs", {"APPDATA": str(tmp_path / "file")})
