"""Writes the templates for Group Policy from the registry of options, in German and English.

With `--check` nothing is written: it fails if a template is older than options or words.
"""

from __future__ import annotations

import sys
from pathlib import Path

from datev_connector.app.policies.template import admx
from datev_connector.app.policies.texts import adml
from datev_connector.texts.language import Language, Tongue

TARGET = Path(__file__).parents[1] / "installer" / "policies"
NAME = "DatevConnector"
FOLDERS = {Tongue.GERMAN: "de-DE", Tongue.ENGLISH: "en-US"}


def templates() -> dict[Path, str]:
    """The content of every file."""
    return {
        TARGET / f"{NAME}.admx": admx(),
        **{
            TARGET / folder / f"{NAME}.adml": adml(Language.of(tongue))
            for tongue, folder in FOLDERS.items()
        },
    }


def main(options: list[str]) -> int:
    """Write or check; return the exit code."""
    stale = []
    for file, text in templates().items():
        content = text.encode()
        if "--check" not in options:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        elif not file.exists() or file.read_bytes() != content:
            stale.append(file)
    for file in stale:
        print(f"{file.relative_to(TARGET.parent)} is older than the settings: make policies")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
