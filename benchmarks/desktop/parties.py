"""The processes with windows, on a screen that is there for them alone."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datev import Datev
from benchmarks.desktop.frames import VARIABLE, FrameClock
from benchmarks.pbx import Callback, Pbx
from benchmarks.processes import Profile, Running, python, says_ready
from tests.desktop import screen

MISSING = "windows need a screen; one of Xvfb, openbox, trayer, xdotool and xprop is missing"


def can_measure() -> bool:
    """Tell whether there is a screen to be had."""
    return not screen.missing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shower:
    """A process that shows a window for each call."""

    running: Running
    callback: Callback
    frames: FrameClock


@contextmanager
def environment_with(**values: str) -> Iterator[None]:
    """Have processes that are started meanwhile see these variables."""
    before: Mapping[str, str | None] = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def on_a_screen() -> Iterator[None]:
    """A screen with a window manager and a panel."""
    with (
        screen.virtual_screen() as display,
        environment_with(DISPLAY=display, QT_QPA_PLATFORM="xcb"),
    ):
        yield


@contextmanager
def desktop(profile: Profile, pbx: Pbx, name: str = "") -> Iterator[Shower]:
    """Run the connector with its windows."""
    frames = FrameClock()
    with Datev() as datev, environment_with(**{VARIABLE: str(frames.port)}):
        profile.set(pbx=pbx.port, datev=datev.port)
        command = python("-m", "benchmarks.desktop.observed", "--profile", str(profile.folder))
        output = profile.folder.with_suffix(f".{name}out")
        running = Running((*command, "run", "--stream"), output)
        try:
            datev.welcome()
            threading.Thread(target=_confirm_all, args=(datev,), daemon=True).start()
            running.wait_for(says_ready)
            yield Shower(running=running, callback=pbx.callback, frames=frames)
            running.tell('{"command": "quit"}')
        finally:
            running.end()
            frames.close()


def _confirm_all(datev: Datev) -> None:
    """Take whatever DATEV is told, until the client leaves."""
    with suppress(RuntimeError, OSError):
        while True:
            _, message = datev.receive(patient=True)
            datev.confirm(message)


@contextmanager
def bare_windows(folder: Path) -> Iterator[Shower]:
    """Run the bare client with its windows."""
    frames = FrameClock()
    with environment_with(**{VARIABLE: str(frames.port)}):
        running = Running(python("-m", "benchmarks.desktop.bare_window"), folder / "windows.out")
    try:
        running.wait_for(str.isdigit)
        port = int(running.lines()[0])
        yield Shower(running=running, callback=Callback(host="127.0.0.1", port=port), frames=frames)
    finally:
        running.kill()
        frames.close()
