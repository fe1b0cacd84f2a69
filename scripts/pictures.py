"""Writes a picture of every window and state, in both languages, all themes and several scales.

They go to build/pictures/<language>-<theme>-<percent>/, several together on its sheets;
`--only de-light` and `--scenes call` leave out the rest. `--manual` writes those that the manuals
show into docs/. The pictures are the same each time: time, data and font are fixed. With them come
the faults of windows that can be found without looking, such as words that are cut.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.desktop.screen import bare_screen, missing  # noqa: E402 - only the line above finds it

TARGET = ROOT / "build" / "pictures"
MANUALS = {
    "de-light-200": ROOT / "docs" / "handbuch" / "bilder",
    "en-light-200": ROOT / "docs" / "manual" / "pictures",
}
SETTINGS = (
    *(
        f"{language}-{theme}-{percent}"
        for language in ("de", "en")
        for theme in ("light", "dark")
        for percent in (100, 200)
    ),
    "de-light-125",
    "de-high-contrast-100",
)
AT_ONCE = 2


def main() -> int:
    """Start a process for each setting, two at a time; return the exit code."""
    options = read_options()
    if missing():
        print(f"there is no virtual screen without {', '.join(missing())}", file=sys.stderr)
        return 1
    wanted = [one for one in (MANUALS if options.manual else SETTINGS) if options.only in one]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = list(pool.map(partial(take, options=options), wanted))
    return max(codes, default=0)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="settings with this in their name: de-light")
    parser.add_argument("--scenes", default="", help="scenes whose name begins so: call")
    parser.add_argument("--manual", action="store_true", help="those of the manuals, into docs/")
    return parser.parse_args()


def take(setting: str, options: argparse.Namespace) -> int:
    """Take the pictures of a setting in a process of its own: Qt reads the scale at its start."""
    scale = int(setting.rpartition("-")[2]) / 100
    folder = MANUALS[setting] if options.manual else TARGET / setting
    command = [sys.executable, "-m", "tests.desktop.pictures", setting, str(folder)]
    command += ["--scenes", options.scenes, *(["--manual"] if options.manual else [])]
    with bare_screen(f"{round(1920 * scale)}x{round(1080 * scale)}x24") as display:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(scale),
            "TZ": "Europe/Berlin",
            "LC_ALL": "C.UTF-8",
        }
        return subprocess.run(command, env=environment, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
