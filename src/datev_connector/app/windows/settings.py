"""The settings behind their window: kept in file and keyring, followed by the running connector."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from datev_connector.app.folders import Profile
from datev_connector.app.running.policy_words import not_followed, told_of
from datev_connector.app.secrets import Account, Passwords, SecretKind, accounts
from datev_connector.app.settings import OPTIONS, Layer, Loaded, Settings, SettingsError
from datev_connector.app.settings.layers import file_content
from datev_connector.app.settings.option import Value
from datev_connector.app.settings.original.report import kept_report
from datev_connector.app.settings.saving import Draft, NotUsable, Shelf, draft, keep, usable
from datev_connector.app.settings.writing import CannotEdit
from datev_connector.app.windows.known_secrets import KnownSecrets
from datev_connector.app.windows.settings_form import SECRET, form_of
from datev_connector.app.windows.taken_over import shown_report
from datev_connector.desktop.ports import Flaw, Form, Refused, Saved
from datev_connector.desktop.taken_over import TakenOver
from datev_connector.domain.wording import sentence, worded
from datev_connector.starface.options import can_be_sent

Answer = TypeVar("Answer")
Entered = Mapping[str, str | int | bool]

BY_HAND = worded("Change this in the file by hand, then start the program again.")

_log = logging.getLogger(__name__)


def no_start(_settings: Settings) -> str:
    """Nothing is started by itself: another profile than the user's own."""
    return ""


class Worker(Protocol):
    """Does work on the thread of the connector."""

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        """Do it soon, in the order of the calls."""


class Follower(Protocol):
    """The running connector, as far as settings are concerned; only a worker may ask it."""

    def follow(self, settings: Settings, passwords: Passwords) -> tuple[str, ...]:
        """Go by these from now on; return what a person should know of that."""


@dataclass(frozen=True, slots=True)
class _State:
    """What counts now."""

    loaded: Loaded
    inherited: Loaded
    passwords: Passwords


class ProfileSettings:
    """Fulfils `desktop.ports.Settings`; may be called from any thread.

    File and keyring may take their time: they have a thread of their own.
    """

    def __init__(
        self,
        worker: Worker,
        connector: Follower,
        *,
        profile: Profile,
        loaded: Loaded,
        passwords: Passwords,
        secrets: KnownSecrets,
        policies: Sequence[Layer] = (),
        at_sign_in: Callable[[Settings], str] = no_start,
    ) -> None:
        """`loaded` and `passwords` are what the connector goes by.

        `at_sign_in` has the operating system start the program, or not; it returns what a person
        should know of that.
        """
        self._worker = worker
        self._connector = connector
        self._profile = profile
        self._file = profile.settings_file
        self._shelf = Shelf(
            user_file=profile.settings_file,
            machine_file=profile.machine_settings_file,
            policies=tuple(policies),
        )
        self._secrets = secrets
        self._secrets.remember(loaded.settings, passwords)
        self._at_sign_in = at_sign_in
        self._state = _State(loaded, self._shelf.inherited(), passwords)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")

    @property
    def loaded(self) -> Loaded:
        """The settings that count now; on any thread."""
        return self._state.loaded

    @property
    def passwords(self) -> Passwords:
        """What the connector signs in with; on any thread."""
        return self._state.passwords

    def form(self) -> Form:
        """Return all settings as they are now."""
        state = self._state
        return form_of(state.loaded, state.inherited, state.passwords, self._secrets.is_given)

    def taken_over(self) -> TakenOver | None:
        """Return what came from the connector that was here before; None: nothing."""
        report = kept_report(self._profile)
        return None if report is None else shown_report(report)

    def save(self, changes: dict[str, str | int | bool]) -> Future[Saved]:
        """Check all, keep all or nothing, and have the running connector follow.

        Fails with `Refused` where file or profile cannot be used.
        """
        return self._thread.submit(self._save, dict(changes))

    def settle(self) -> None:
        """Have the operating system follow what may have been set while nothing ran."""
        self._thread.submit(self._settle)

    def _settle(self) -> None:
        refused = self._at_sign_in(self._state.loaded.settings)
        if refused:
            _log.warning("%s", refused)

    def policies_changed(self, policies: Sequence[Layer]) -> Future[tuple[str, ...]]:
        """Go by these policies from now on, as by settings that were saved.

        Ends with what a person should know of that, who has set nothing.
        """
        return self._thread.submit(self._follow_policies, tuple(policies))

    def _follow_policies(self, policies: tuple[Layer, ...]) -> tuple[str, ...]:
        before, shelf = self._state, replace(self._shelf, policies=policies)
        try:
            loaded, inherited = shelf.load(file_content(self._file)), shelf.inherited()
        except SettingsError as error:
            return (not_followed(str(error)),)
        self._shelf = shelf
        passwords = self._secrets.passwords(loaded.settings)
        self._state = _State(loaded, inherited, passwords)
        remarks = [*told_of(before.loaded, loaded), *_missing(before, self._state)]
        remarks += self._followed(before.loaded.settings, loaded.settings, passwords)
        return tuple(remarks)

    def _followed(
        self, before: Settings, settings: Settings, passwords: Passwords
    ) -> Iterator[str]:
        """Have the connector follow, and the operating system."""
        follow = self._worker.do(lambda: self._connector.follow(settings, passwords))
        yield from follow.result()
        if settings.general != before.general:
            yield from filter(None, [self._at_sign_in(settings)])

    def _save(self, entered: Entered) -> Saved:
        before = self._state
        try:
            typed = _texts(entered, self._secrets)
            wanted = usable(_options(entered), before.loaded)
            settled = self._draft(wanted) if wanted else None
            loaded = before.loaded if settled is None else settled.loaded
            whose = _whose(typed, loaded.settings)
        except NotUsable as refusal:
            flaws = tuple(Flaw(name=name, text=text) for name, text in refusal.flaws.items())
            return Saved(form=self.form(), flaws=flaws)
        if settled is not None:
            self._write(settled)
        remarks = [*self._keep_secrets(whose)]
        passwords = self._secrets.passwords(loaded.settings)
        inherited = before.inherited if settled is None else settled.inherited
        self._state = _State(loaded, inherited, passwords)
        remarks += _missing(before, self._state)
        remarks += self._followed(before.loaded.settings, loaded.settings, passwords)
        remarks += _later(wanted)
        return Saved(form=self.form(), remarks=tuple(remarks))

    def _draft(self, wanted: Mapping[str, Value]) -> Draft:
        try:
            return draft(wanted, self._shelf)
        except SettingsError as error:
            what = worded(
                "The settings cannot be used as they stand in the file: {problems}",
                problems=str(error),
            )
            raise Refused(what, BY_HAND) from error
        except CannotEdit as fault:
            file = str(self._file)
            what = worded("The settings file {file} is written in an unusual way.", file=file)
            raise Refused(what, BY_HAND) from fault

    def _write(self, settled: Draft) -> None:
        try:
            keep(settled, self._shelf)
        except OSError as fault:
            what = worded(
                "The settings file {file} cannot be written: {reason}.",
                file=str(self._file),
                reason=fault.strerror or str(fault),
            )
            remedy = worded("Make room on the disk, and check who may write to its folder.")
            raise Refused(what, remedy) from fault

    def _keep_secrets(self, whose: Mapping[Account, str]) -> Iterator[str]:
        for account, text in whose.items():
            if text:
                why = self._secrets.keep(account, text)
                if why:
                    yield worded(
                        "The secret could not be kept, and counts until the program ends: {why}",
                        why=sentence(why),
                    )
            else:
                why = self._secrets.forget(account)
                if why:
                    yield worded(
                        "The keyring may still hold what was removed: {why}", why=sentence(why)
                    )


def _options(entered: Entered) -> dict[str, object]:
    return {name: value for name, value in entered.items() if not name.startswith(SECRET)}


def _texts(entered: Entered, secrets: KnownSecrets) -> dict[SecretKind, str]:
    """What was typed for which secret; empty: it is to be removed. Raises NotUsable."""
    found: dict[SecretKind, str] = {}
    flaws: dict[str, str] = {}
    for name, raw in entered.items():
        if not name.startswith(SECRET) or raw is True or raw == "":
            continue
        kind = SecretKind(name.removeprefix(SECRET))
        text = str(raw).strip() if raw is not False else ""
        if secrets.is_given(kind):
            flaws[name] = worded(
                "is given by the environment variable {variable} and cannot be changed here",
                variable=kind.variable,
            )
        elif not can_be_sent(text):
            flaws[name] = worded("holds characters that cannot be sent")
        else:
            found[kind] = text
    if flaws:
        raise NotUsable(flaws)
    return found


def _whose(typed: Mapping[SecretKind, str], settings: Settings) -> dict[Account, str]:
    """For which account each secret is. Raises NotUsable for one that is nobody's."""
    known = {account.kind: account for account in accounts(settings)}
    flaws = {
        f"{SECRET}{kind.value}": worded("needs a server and a user, whose secret it is")
        for kind, text in typed.items()
        if text and kind not in known
    }
    if flaws:
        raise NotUsable(flaws)
    return {known[kind]: text for kind, text in typed.items() if kind in known}


def _missing(before: _State, now: _State) -> Iterator[str]:
    """Tell of accounts that are new, and whose password nobody knows."""
    old = accounts(before.loaded.settings)
    for account in accounts(now.loaded.settings):
        if account in old or now.passwords.of(account.kind):
            continue
        if account.kind is not SecretKind.CLIENT_SECRET:
            yield worded(
                "The password of {login} at {host} is not known yet; type it in.",
                login=account.login,
                host=account.host,
            )


def _later(wanted: Mapping[str, Value]) -> Iterator[str]:
    if any(option.restart and option.name in wanted for option in OPTIONS):
        yield worded("The language counts from the next start of the program on.")
