"""What one invocation of the command line works with: profile, settings, store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid

if TYPE_CHECKING:
    from datev_connector.app.folders import Profile
    from datev_connector.app.level_watch import LevelWatch
    from datev_connector.app.logs import Log
    from datev_connector.app.policies.layers import ReadKey
    from datev_connector.app.secrets import Secret, SecretKind
    from datev_connector.app.settings import Layer, Loaded, Settings
    from datev_connector.app.settings.original.report import Report
    from datev_connector.app.settings.saving import Shelf
    from datev_connector.store.store import Store


class Session:
    """Filled by the common options, then used by one command."""

    def __init__(
        self,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        read_policy: ReadKey | None = None,
    ) -> None:
        """`now` gives the time in UTC; `read_policy` reads policies, usually from the registry."""
        self.folder: Path | None = None
        self.settings_file: Path | None = None
        self.log_level: str | None = None
        """What was asked of this command; None: nothing."""
        self.now = now
        self._log: Log | None = None
        self._read_policy = read_policy
        self.level_watch: LevelWatch | None = None
        """Has the log follow the settings; there is one while `followed_log` is open."""
        self.taken_over: Report | None = None
        """What this start has taken over of the settings of an earlier connector."""
        self.mends_policies = False
        """True: what is wrong in a policy is told, and does not end the command."""

    @property
    def is_usual(self) -> bool:
        """Tell whether the profile is the user's own one, as a start without options has it."""
        return self.folder is None and self.settings_file is None

    @cached_property
    def profile(self) -> Profile:
        """The folders that --profile and --config name, or the user's own."""
        from datev_connector.app.folders import find_profile

        return find_profile(folder=self.folder, settings_file=self.settings_file)

    @cached_property
    def policies(self) -> tuple[Layer, ...]:
        """What administrators fixed."""
        return self.read_policies()

    def read_policies(self) -> tuple[Layer, ...]:
        """What administrators have fixed by now."""
        from datev_connector.app.policies.layers import policy_layers

        return policy_layers(self._read_policy) if self._read_policy else policy_layers()

    @cached_property
    def loaded(self) -> Loaded:
        """The settings with their origins; hints go to stderr. Raises SettingsInvalid."""
        from datev_connector.app.settings import SettingsError

        try:
            loaded = self.settings_by(self.policies)
        except SettingsError as fault:
            raise SettingsInvalid(fault.problems) from fault
        for flaw in loaded.faults:
            say(f"warning: {flaw}")
        for hint in loaded.hints:
            say(f"hint: {hint}")
        return loaded

    def settings_by(self, policies: tuple[Layer, ...]) -> Loaded:
        """The settings under these policies, as files have them now. Raises SettingsError."""
        from datev_connector.app.settings import read_settings

        return read_settings(
            user_file=self.profile.settings_file,
            machine_file=self.profile.machine_settings_file,
            policies=policies,
            user_file_must_exist=self.profile.settings_file_named,
            mend_policies=self.mends_policies,
        )

    def _settings_now(self) -> Loaded | None:
        """The settings as they stand by now, policies too; None: they cannot be used."""
        from datev_connector.app.settings import SettingsError

        try:
            return self.settings_by(self.read_policies())
        except SettingsError:
            return None

    @property
    def shelf(self) -> Shelf:
        """Where the settings stand."""
        from datev_connector.app.settings.saving import Shelf

        return Shelf(
            user_file=self.profile.settings_file,
            machine_file=self.profile.machine_settings_file,
            policies=self.policies,
        )

    @property
    def settings(self) -> Settings:
        """The effective settings. Raises SettingsInvalid."""
        return self.loaded.settings

    @contextmanager
    def log(self, name: str) -> Iterator[None]:
        """Write the log `name` of the profile meanwhile."""
        from datev_connector.app.logs import start_log

        level = self.log_level or "info"
        with start_log(self.profile.logs_folder, level=level, name=name) as log:
            self._log = log
            yield

    @contextmanager
    def followed_log(self, name: str) -> Iterator[None]:
        """Write the log `name` meanwhile, and have it tell as much as the settings want."""
        from datev_connector.app.level_watch import LevelWatch, WishInSettings
        from datev_connector.app.settings.sections import LogLevel

        files = (self.profile.settings_file, self.profile.machine_settings_file)
        with self.log(name):
            assert self._log is not None  # noqa: S101 -- it has just begun
            self.level_watch = LevelWatch(
                self._log,
                self.profile,
                WishInSettings(self._settings_now, files),
                now=self.now,
                given=None if self.log_level is None else LogLevel(self.log_level.lower()),
            )
            self.level_watch.look()
            yield

    def take_over_settings(self) -> None:
        """On a first start, take over the settings of the connector that was here before.

        To be called before settings are asked for. Another profile than the user's own is left
        alone: whoever names one fills it.
        """
        from datev_connector.app.settings.original.taking_over import take_over_first

        if self.is_usual:
            self.taken_over = take_over_first(
                self.profile, self.shelf, environment=os.environ, now=self.now
            )

    def secret(self, kind: SecretKind, *, host: str, login: str) -> Secret:
        """Find a secret, and keep it out of the log from now on."""
        from datev_connector.app.secrets import Vault, read_secret

        secret = read_secret(kind, host=host, login=login, vault=Vault(), environment=os.environ)
        if secret.found:
            self.hide(secret.value)
        return secret

    def hide(self, secret: str) -> None:
        """Keep a secret out of the log from now on."""
        if self._log is not None:
            self._log.sensitive.add_secret(secret)

    def datev_password(self) -> str:
        """Return the password of the user of DATEVconnect; empty without user or password."""
        from urllib.parse import urlsplit

        from datev_connector.app.secrets import SecretKind

        section = self.settings.datev
        if not section.connect_user:
            return ""
        host = urlsplit(section.connect_url).hostname or ""
        return self.secret(SecretKind.DATEV_PASSWORD, host=host, login=section.connect_user).value

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store of the profile; it is made if there is none. Raises CommandFailed."""
        from datev_connector.store.errors import StoreError

        try:
            with self._open_store() as store:
                yield store
        except StoreError as fault:
            raise CommandFailed(fault.what, fault.remedy) from fault

    def _open_store(self) -> Store:
        import secrets

        from datev_connector.app.folders import ELSEWHERE_REMEDY, elsewhere
        from datev_connector.app.secrets import Vault
        from datev_connector.app.store_key import StoreKeyError, store_key
        from datev_connector.store.store import Store
        from datev_connector.system.places import is_elsewhere

        file = self.profile.store_file
        if is_elsewhere(file.parent):
            raise CommandFailed(elsewhere(file.parent), ELSEWHERE_REMEDY)
        exists = file.exists()
        try:
            key = store_key(self.profile, Vault(), store_exists=exists)
        except StoreKeyError as fault:
            raise CommandFailed(str(fault)) from fault
        if key.warning and not exists:
            say(f"warning: {key.warning}")
        store = Store.open(file, key.key, now=self.now(), station=secrets.token_hex(8))
        self.profile.close_files()
        if store.set_aside is not None:
            say(
                f"warning: the store was damaged; it was kept as {store.set_aside.path} "
                "and a new one begun"
            )
        return store


def say(text: str) -> None:
    """Write a line for the person at the terminal, apart from the output."""
    click.echo(text, err=True)
