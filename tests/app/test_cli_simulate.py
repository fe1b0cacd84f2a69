"""The simulators as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.app.cli_profile import CliProfile


@contextmanager
def simulator(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "datev_connector", "simulate", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def address(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    line = process.stdout.readline()
    host, _, port = line.rpartition("/")[2].rpartition(" ")[2].strip().rpartition(":")
    return host, int(port)


@pytest.mark.parametrize("which", ["starface", "datev"])
def test_a_simulator_listens_takes_commands_and_ends_at_quit(which: str) -> None:
    with simulator(which, "--port", "0") as process:
        socket.create_connection(address(process), timeout=10).close()
        out, errors = process.communicate("help\nnonsense\n\nquit\n", timeout=30)
        assert process.returncode == 0
        assert "quit" in out
        assert "nonsense" in out + errors
        assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process")
@pytest.mark.parametrize("which", ["starface", "datev"])
def test_ctrl_c_ends_a_simulator_without_a_fault(which: str) -> None:
    with simulator(which, "--port", "0") as process:
        address(process)
        process.send_signal(signal.SIGINT)
        _out, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for one process")
def test_ctrl_c_while_the_terminal_waits_for_a_line() -> None:
    with simulator("datev", "--port", "0") as process:
        address(process)
        assert process.stdin is not None
        process.stdin.write("show calls\n")
        process.stdin.flush()
        assert process.stdout is not None
        assert process.stdout.readline() == "no calls\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_script_is_played(tmp_path: Path) -> None:
    script = tmp_path / "day.toml"
    script.write_text('steps = ["incoming a 0123 004972112345", "ring a"]\n')
    with simulator("starface", "--port", "0", "--plain", "--script", str(script)) as process:
        out, _errors = process.communicate("calls\nquit\n", timeout=30)
        assert "http://" in out
        assert "004972112345" in out


def test_starface_opens_every_door_that_is_asked_for() -> None:
    wishes = ("--xmpp-port", "0", "--xmpp-domain", "pbx.example", "--auth", "oauth")
    with simulator("starface", "--port", "0", *wishes, "--contacts", "12") as process:
        out, errors = process.communicate("quit\n", timeout=30)
    assert "XMPP at 127.0.0.1:" in out
    assert "domain pbx.example, UCI at uci.pbx.example" in out
    assert "OAuth client rest-client-headless, secret " in out
    assert "12 contacts in the address book" in out
    assert errors == ""


def test_options_change_the_pbx_of_a_script(tmp_path: Path) -> None:
    script = tmp_path / "pbx.toml"
    script.write_text('[pbx.xmpp]\nport = 5222\ndomain = "a.example"\nendpoint = "bot@a.example"\n')
    with simulator("starface", "--port=0", "--xmpp-port=0", "--script", str(script)) as process:
        out, _errors = process.communicate("quit\n", timeout=30)
    assert "domain a.example, UCI at bot@a.example" in out
    assert "127.0.0.1:5222" not in out


def test_xmpp_options_need_the_door(tmp_path: Path) -> None:
    profile = CliProfile(tmp_path)
    assert "--xmpp-port" in profile.failed(2, "simulate", "starface", "--starttls", "none")
    wrong = ("--xmpp-port", "0", "--xmpp-domain", "a@b")
    assert "--xmpp-domain: no domain" in profile.failed(2, "simulate", "starface", *wrong)


@pytest.mark.parametrize(
    ("which", "name", "text"),
    [
        ("starface", "s.toml", 'steps = ["dance"]'),
        ("starface", "s.toml", "not toml"),
        ("datev", "s.toml", '[[step]]\ndo = "dance"\n'),
        ("datev", "s.json", "{"),
    ],
)
def test_a_bad_script_fails_before_anything_is_played(
    tmp_path: Path, which: str, name: str, text: str
) -> None:
    profile = CliProfile(tmp_path / "profile")
    told = profile.failed(1, "simulate", which, "--port", "0", "--script", profile.file(name, text))
    assert name in told


@pytest.mark.parametrize("which", ["starface", "datev"])
def test_a_port_that_is_taken_fails_in_plain_words(tmp_path: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = CliProfile(tmp_path).failed(1, "simulate", which, "--port", port)
    assert "another" in told


def test_datev_serves_master_data_to_another_process(tmp_path: Path) -> None:
    pem = tmp_path / "datev.pem"
    wishes = ("--http-port", "0", "--addressees", "30", "--certificate", str(pem))
    with simulator("datev", "--port", "0", "--https-port", "0", *wishes) as process:
        address(process)
        assert process.stdout is not None
        http, https = (process.stdout.readline().split()[-1] for _ in range(2))
        path = "/datev/api/master-data/v1/addressees"
        trust = ssl.create_default_context(cafile=str(pem))
        for url in (http, https):
            accept = {"Accept": "application/json; charset=utf-8"}
            answer = httpx2.get(url + path, headers=accept, verify=trust, timeout=10)
            assert len(answer.json()) == 30
