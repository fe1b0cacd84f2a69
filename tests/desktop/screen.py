"""A virtual screen of its own for a run: Xvfb, a window manager, a panel with tray icons."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

NEEDED = ("Xvfb", "openbox", "trayer", "xdotool", "xprop")
SIZE = "1920x1080x24"


def missing() -> list[str]:
    """The programs that a screen needs and that are not there."""
    return [name for name in NEEDED if shutil.which(name) is None]


PANEL = ("trayer", "--edge", "bottom", "--height", "32")


@contextmanager
def virtual_screen(size: str = SIZE) -> Iterator[str]:
    """Start a screen with window manager and panel; give its name, as `DISPLAY` takes it."""
    with (
        bare_screen(size) as display,
        program(list(PANEL), env={**os.environ, "DISPLAY": display}),
    ):
        yield display


@contextmanager
def bare_screen(size: str = SIZE) -> Iterator[str]:
    """Start a screen with window manager and without panel; give its name."""
    with ExitStack() as running:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
        command += ["-noreset"]  # starting over when its last guest leaves, it drops the next one
        running.enter_context(program(command, pass_fds=(writing,)))
        os.close(writing)
        with os.fdopen(reading) as number:
            display = f":{int(number.readline())}"
        there = {**os.environ, "DISPLAY": display}
        subprocess.run(["xprop", "-root"], env=there, check=True, stdout=subprocess.DEVNULL)
        running.enter_context(program(["openbox", "--sm-disable"], env=there))
        _await_property(there, "_NET_SUPPORTING_WM_CHECK")
        yield display


@contextmanager
def program(command: list[str], **options: object) -> Iterator[None]:
    """Have a program run for a while."""
    process = subprocess.Popen(  # type: ignore[call-overload]
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _await_property(environment: dict[str, str], name: str) -> None:
    """Wait until the window manager has said that it is there.

    Asked again and again, since whoever spies on a property misses what came just before.
    """
    asking = ["xprop", "-root", name]
    while (
        "window id"
        not in subprocess.run(
            asking, env=environment, check=True, capture_output=True, text=True
        ).stdout
    ):
        pass
