"""How Windows is told to start this program."""

from __future__ import annotations

import pytest

from datev_connector.system.own_command import own_command


@pytest.mark.parametrize(
    ("executable", "command"),
    [
        (
            r"C:\Program Files\DATEV Connector\DatevConnector.exe",
            r'"C:\Program Files\DATEV Connector\DatevConnector.exe" run --at-sign-in',
        ),
        (
            r"C:\Connector\datev-connector.exe",
            r'"C:\Connector\DatevConnector.exe" run --at-sign-in',
        ),
        (
            r"C:\venv\Scripts\python.exe",
            r'"C:\venv\Scripts\pythonw.exe" -P -m datev_connector run --at-sign-in',
        ),
        (
            r"C:\Mein Python\PythonW.exe",
            r'"C:\Mein Python\pythonw.exe" -P -m datev_connector run --at-sign-in',
        ),
    ],
)
def test_a_path_with_spaces_is_quoted_and_a_python_needs_no_console(
    executable: str, command: str
) -> None:
    assert own_command("run", "--at-sign-in", executable=executable) == command
