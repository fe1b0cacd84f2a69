"""`setup`: what the installer of Windows asks for. Not for people, hence not in the overview."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid, in_words
from datev_connector.app.commands.options import common_options, pass_session

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session


@click.group(hidden=True)
@common_options
def setup() -> None:
    """What the installer has the program do."""


@setup.command("machine-settings", short_help="Put the installer's values into the machine's file.")
@common_options
@pass_session
def machine_settings(session: Session) -> None:
    """Put the values given to the installer into the settings file of the machine."""
    from datev_connector.app.installing.machine_settings import given, keep_reason, set_up
    from datev_connector.app.settings import SettingsError

    file = session.profile.machine_settings_file
    try:
        done = set_up(file, given())
    except SettingsError as fault:
        keep_reason(file, str(fault))
        raise SettingsInvalid(fault.problems) from fault
    except OSError as fault:
        raise CommandFailed(in_words(fault)) from fault
    keep_reason(file, "")
    click.echo(f"{file} was written." if done else "Nothing was given.")


@setup.command("links", short_help="Offer the program for tel: and callto: links.")
@click.option("--remove", is_flag=True, help="Take the offer back, if it is ours.")
@common_options
def own_links(*, remove: bool) -> None:
    """Offer the program to Windows for tel: and callto: links, for the person who calls this."""
    from datev_connector.system import links

    command = links.link_command()
    if remove:
        gone = links.withdraw(command)
        click.echo("The offer was taken back." if gone else "There is no offer of ours.")
        return
    links.offer(command, f"{sys.executable},0")
    click.echo("Choose the program for tel: in the settings of Windows, under Default apps.")


@setup.command("erase-own-data", short_help="Remove what was kept for you.")
@common_options
@pass_session
def erase_own_data(session: Session) -> None:
    """Remove settings, calls, notes, logs and secrets of the person who calls this."""
    from datev_connector.app.installing.erasing import erase_own

    _done(erase_own(session.profile))


@setup.command("erase-machine-data", short_help="Remove what was kept for the machine.")
@common_options
@pass_session
def erase_machine_data(session: Session) -> None:
    """Remove the settings of the machine."""
    from datev_connector.app.installing.erasing import erase_machine

    _done(erase_machine(session.profile))


@setup.command("register-interfaces", short_help="Make DATEV's interfaces known to Windows.")
@common_options
def register_interfaces() -> None:
    """Make those of DATEV's interfaces known to Windows that nobody has made known."""
    import sys
    from pathlib import Path

    from datev_connector.datev.com import type_library

    library = Path(sys.executable).with_name("type-library") / "datev_cti.tlb"
    if not library.is_file():
        raise CommandFailed(f"There is no {library}.", "Repair the installation.")
    if type_library.main(["register", str(library)]):
        raise CommandFailed("Only Windows has such interfaces.")


@setup.command("unregister-interfaces", short_help="Take back what register-interfaces did.")
@common_options
def unregister_interfaces() -> None:
    """Take the interfaces back that are still registered as ours."""
    from datev_connector.datev.com import type_library

    if type_library.main(["unregister"]):
        raise CommandFailed("Only Windows has such interfaces.")


def _done(left: list[str]) -> None:
    if left:
        raise CommandFailed("Not everything could be removed. " + "; ".join(left))
