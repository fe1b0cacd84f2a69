"""Fetches the address book of the PBX for a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid
from datev_connector.app.commands.output import plural, progress_line

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.starface.address_book.book import AddressBook
    from datev_connector.store.store import Store


def fetch_address_book(session: Session, store: Store) -> AddressBook:
    """Read the address book of the PBX. Raises CommandFailed, SettingsInvalid."""
    import asyncio

    from datev_connector.app import office
    from datev_connector.app.running.trusted import StoredPins
    from datev_connector.app.secrets import SecretKind
    from datev_connector.app.settings import missing_for_run
    from datev_connector.starface.address_book.book import read_address_book
    from datev_connector.starface.sign_in.credentials import Credentials
    from datev_connector.starface.trouble import LinkTrouble

    found = missing_for_run(session.settings, source=str(session.profile.settings_file))
    missing = [problem for problem in found if problem.key.startswith("starface.")]
    if missing:
        raise SettingsInvalid(missing)
    section = session.settings.starface
    password, client = (
        session.secret(kind, host=section.host, login=section.login)
        for kind in (SecretKind.STARFACE_PASSWORD, SecretKind.CLIENT_SECRET)
    )
    if not password.found:
        raise CommandFailed(f"No password: {password.reason}.")

    async def read() -> AddressBook:
        credentials = Credentials(
            office.starface_options(session.settings),
            password.value,
            client_secret=client.value,
            pins=StoredPins(store.pins),
            now=session.now,
        )
        with progress_line() as line:
            try:
                return await read_address_book(
                    credentials,
                    progress=lambda page, of, contacts: line.show(
                        f"Reading page {page} of {of}: {plural(contacts, 'contact')}"
                    ),
                )
            finally:
                await credentials.close()

    try:
        return asyncio.run(read())
    except LinkTrouble as failed:
        told = failed.trouble.complaint
        raise CommandFailed(told.reason, told.remedy) from failed
