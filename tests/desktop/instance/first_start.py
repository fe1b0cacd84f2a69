"""Run by tests: a first instance that prints what it hears, one line each."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication

from datev_connector.desktop.instance import OneInstance


def main(key: str) -> int:
    application = QCoreApplication([])
    instance = OneInstance(key)
    if not instance.claim():
        say("second")
        return 0
    instance.show_wanted.connect(heard_show)
    instance.dial_wanted.connect(heard_dial)
    instance.quit_wanted.connect(application.quit)
    say("first")
    return application.exec()


def heard_show() -> None:
    say("show")


def heard_dial(text: str) -> None:
    say(f"dial {text!r}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
