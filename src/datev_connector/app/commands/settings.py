"""`settings`: every effective value and where it comes from; and the certificate once trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed
from datev_connector.app.commands.options import common_options, json_option, pass_session
from datev_connector.app.commands.output import local_text, print_json, print_table
from datev_connector.app.commands.settings_import import import_settings

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.settings import ShownSetting
    from datev_connector.store.pins import Pin


@click.group()
@common_options
def settings() -> None:
    """What is set, and where."""


@settings.command()
@json_option
@common_options
@pass_session
def show(session: Session, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Show every effective value and where it comes from."""
    from datev_connector.app.settings import shown_settings

    rows = shown_settings(session.loaded)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        print_table(("SETTING", "VALUE", "FROM"), [_row(row) for row in rows])
        click.echo(f"\nYour settings file: {session.profile.settings_file}")


@settings.command("forget-certificate", short_help="Trust a server's next certificate again.")
@click.option(
    "--of",
    "owner",
    type=click.Choice(["starface", "datev"]),
    default="starface",
    show_default=True,
    help="The PBX, or DATEVconnect.",
)
@json_option
@common_options
@pass_session
def forget_certificate(session: Session, owner: str, as_json: bool) -> None:  # noqa: FBT001 -- click's way
    """Forget the certificates by which a server is known; the next ones that it shows are trusted.

    Compare the new fingerprint with the certificate of the server before: whoever stands in between
    shows another one as well.
    """
    servers = _datev_servers(session) if owner == "datev" else _pbx_servers(session)
    with session.store() as store:
        pins = {server: store.pins.pin(server) for server in servers}
        for server in servers:
            store.pins.forget_pin(server)
    if as_json:
        print_json([_forgotten(server, pin) for server, pin in pins.items()])
        return
    for server, pin in pins.items():
        if pin is None:
            click.echo(f"{server}: no certificate was known.")
        else:
            since = local_text(pin.at)
            click.echo(f"{server}: forgotten: {pin.fingerprint}, known since {since}.")
    name = "DATEVconnect" if owner == "datev" else "the PBX"
    click.echo(f"The next certificates of {name} are trusted.")


settings.add_command(import_settings)


def _pbx_servers(session: Session) -> list[str]:
    from datev_connector.app.running.trusted import server_name

    section = session.settings.starface
    if not section.host:
        raise CommandFailed("The PBX is not set (starface.host).", "Set it in the settings first.")
    return [server_name(section.host, port) for port in (section.https_port, section.xmpp_port)]


def _datev_servers(session: Session) -> list[str]:
    from datev_connector.app.office import connect_options
    from datev_connector.app.running.trusted import server_name

    address = connect_options(session.settings).address
    return [server_name(address.host, address.port)]


def _forgotten(server: str, pin: Pin | None) -> dict[str, object]:
    fingerprint = None if pin is None else pin.fingerprint
    return {"server": server, "forgotten": pin is not None, "fingerprint": fingerprint}


def _row(row: ShownSetting) -> tuple[str, str, str]:
    place = row.origin
    if row.source != row.origin:
        place += f": {row.source}" + (f", line {row.line}" if row.line is not None else "")
    return f"{row.section}.{row.key}", row.toml, place + (" (locked)" if row.locked else "")
