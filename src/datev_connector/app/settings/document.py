"""Writes `docs/settings.md` from the registry, so that page and program can't drift apart."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.app.settings.layers import PRECEDENCE
from datev_connector.app.settings.option import TYPE_NAMES, Option
from datev_connector.app.settings.registry import OPTIONS, SECTIONS
from datev_connector.app.settings.show import toml_text

INTRODUCTION = """\
# Settings

Settings stand in `settings.toml`, a TOML file.
`datev-connector settings show` prints every effective value and where it comes from.

For each key the first of these that holds it wins: {precedence}.
A value fixed by a policy is shown as locked; see [policies.md](policies.md).
Unknown names and bad values are errors; all are shown at once, with file, line and key.
A policy that cannot be used does not keep the program from starting.

Passwords are never in the file.
They are in the keyring of the operating system.
For unattended runs these environment variables override it:
`DATEV_CONNECTOR_PASSWORD`, `DATEV_CONNECTOR_CLIENT_SECRET`, `DATEV_CONNECTOR_DATEV_PASSWORD`.

This page is made from the program's own list of options by `scripts/settings_page.py`."""


def settings_page() -> str:
    """The whole page in Markdown."""
    precedence = ", ".join(origin.value for origin in PRECEDENCE)
    parts = [INTRODUCTION.format(precedence=precedence)]
    for section, sentence in SECTIONS.items():
        parts.append(f"## [{section}]\n\n{sentence}")
        parts += [_entry(option) for option in OPTIONS if option.section == section]
    return "\n\n".join(parts) + "\n"


def _entry(option: Option) -> str:
    facts = ". ".join(_facts(option))
    lines = [f"### {option.key}", "", option.help, "", f"{facts}."]
    if option.allowed:
        lines += ["", *(f'- `"{value}"`: {text}' for value, text in option.allowed.items())]
    return "\n".join(lines)


def _facts(option: Option) -> Iterator[str]:
    default = f"Default: `{toml_text(option.default)}`"
    if option.windows_default is not None:
        default += f", on Windows `{toml_text(option.windows_default)}`"
    yield default
    if not option.allowed:
        kind = TYPE_NAMES[option.kind]
        limits = "" if option.minimum is None else f" from {option.minimum} to {option.maximum}"
        yield f"Type: {kind}{limits}{f' ({option.unit})' if option.unit else ''}"
    if option.restart:
        yield "A change counts from the next start on"
