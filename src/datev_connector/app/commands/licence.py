"""`licence`: which one is in effect, and what a text says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.licence_issue import issue
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import print_json, shown

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.licence.keys import VendorKeys
    from datev_connector.app.licence.showing import Line

WIDTH = 13


@click.group()
@common_options
def licence() -> None:
    """Licences of this program."""


licence.add_command(issue)


@licence.command(short_help="Show which licence is in effect, or explain one.")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Explain a FILE by these public keys in place of those of the program.",
)
@json_option
@common_options
@pass_session
def show(session: Session, file: Path | None, keys_file: Path | None, *, as_json: bool) -> None:
    """Show which licence is in effect, from where and until when; with FILE explain that text.

    `-` reads the text from standard input. A text that is no licence ends the command with code 1.
    """
    if file is None:
        if keys_file is not None:
            raise click.UsageError("--keys is for a FILE; the program goes by its own keys.")
        _show_in_effect(session, as_json=as_json)
    else:
        _explain(session, _content(file), _keys(keys_file), str(file), as_json=as_json)


def _show_in_effect(session: Session, *, as_json: bool) -> None:
    from datev_connector.app.licence import keys, showing

    with session.log("command"), session.store() as store:
        found = showing.in_effect(
            session.profile, session.settings, store, keys.shipped(), session.now
        )
    if as_json:
        print_json(showing.as_json(found.judgement, file=found.file))
    else:
        _print(showing.lines(found.judgement, file=found.file, fault=found.fault))


def _explain(session: Session, raw: bytes, keys: VendorKeys, name: str, *, as_json: bool) -> None:
    from datev_connector.app.licence import showing, words

    judgement = showing.explained(raw, keys, pbx=session.settings.starface.host, now=session.now())
    if judgement is None:
        raise CommandFailed(f"{name} is empty.", words.COPY_AGAIN)
    if as_json:
        print_json(showing.as_json(judgement, file=name))
    elif judgement.flaw is None:
        _print(showing.lines(judgement, file=name))
    if judgement.flaw is not None:
        told = words.finding(judgement)
        raise CommandFailed(told.what, told.remedy)


def _content(file: Path) -> bytes:
    from datev_connector.app.licence.letters import LONGEST

    if str(file) == "-":
        return sys.stdin.buffer.read(LONGEST + 1)
    with file.open("rb") as reading:
        return reading.read(LONGEST + 1)


def _keys(file: Path | None) -> VendorKeys:
    from datev_connector.app.licence.keys import BadKeys, VendorKeys, shipped

    if file is None:
        return shipped()
    try:
        return VendorKeys.read(file.read_text("utf-8"))
    except (BadKeys, UnicodeDecodeError) as fault:
        raise CommandFailed(f"{file} holds no keys: {fault}.") from fault


def _print(lines: list[Line]) -> None:
    for heading, text in lines:
        click.echo(f"{heading + ':' if heading else '':<{WIDTH}} {shown(text)}")
