"""A connector without windows goes by new policies at once, as it would by saved settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from datev_connector.app.running.policy_words import not_followed, told_of
from datev_connector.app.secrets import Passwords, SecretKind, accounts
from datev_connector.app.settings import Loaded, Settings, SettingsError
from datev_connector.domain.effects import TellUser
from datev_connector.engine import News

if TYPE_CHECKING:
    from datev_connector.app.commands.session import Session
    from datev_connector.app.running.policy_watch import Policies
    from datev_connector.app.running.wiring import Connector


class PolicyFollowing:
    """Reads the settings anew and has the connector follow. Belongs to the event loop."""

    def __init__(
        self, session: Session, connector: Connector, listener: Callable[[News], None]
    ) -> None:
        """`listener` hears what a person should know."""
        self._session = session
        self._connector = connector
        self._listener = listener
        self._loaded: Loaded = session.loaded
        self._work: asyncio.Task[None] | None = None

    def changed(self, policies: Policies) -> None:
        """Go by these policies; the one after the other, since a keyring may take its time."""
        before = self._work
        self._work = asyncio.get_running_loop().create_task(self._follow(policies, before))

    async def settled(self) -> None:
        """Wait until the last change is followed."""
        if self._work is not None:
            await self._work

    async def _follow(self, policies: Policies, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        try:
            loaded = self._session.settings_by(policies)
        except SettingsError as fault:
            self._tell(not_followed(str(fault)))
            return
        passwords = await asyncio.to_thread(self._passwords, loaded.settings)
        remarks = self._connector.follow(loaded.settings, passwords)
        for text in (*told_of(self._loaded, loaded), *remarks):
            self._tell(text)
        self._loaded = loaded

    def _passwords(self, settings: Settings) -> Passwords:
        found = {
            account.kind: self._session.secret(
                account.kind, host=account.host, login=account.login
            ).value
            for account in accounts(settings)
        }
        return Passwords(
            starface=found.get(SecretKind.STARFACE_PASSWORD, ""),
            client_secret=found.get(SecretKind.CLIENT_SECRET, ""),
            datev=found.get(SecretKind.DATEV_PASSWORD, ""),
        )

    def _tell(self, text: str) -> None:
        self._listener(News(self._session.now(), TellUser(text)))
