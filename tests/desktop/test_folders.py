from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

OPEN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from datev_connector.desktop.folders import open_folder

application = QApplication([])
sys.exit(0 if open_folder(Path(sys.argv[1])) else 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what Linux desktops offer")
def test_the_system_is_asked_to_show_the_folder(screen: str, tmp_path: Path) -> None:
    asked, program = tmp_path / "asked", tmp_path / "bin" / "xdg-open"
    program.parent.mkdir()
    os.mkfifo(asked)
    program.write_text(f'#!/bin/sh\necho "$1" > "{asked}"\n', "utf-8")
    program.chmod(0o700)
    folder = tmp_path / "Büro logs"
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", OPEN, str(folder)],
        env={
            **os.environ,
            "DISPLAY": screen,
            "QT_QPA_PLATFORM": "xcb",
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        },
        check=True,
        timeout=60,
    )
    reading = os.open(asked, os.O_RDWR)  # so that it never waits for a writer who does not come
    told, _, _ = select.select([reading], [], [], 30)
    assert told, "nobody was asked"
    assert os.read(reading, 4096).decode().strip() in {str(folder), folder.as_uri()}
    os.close(reading)
