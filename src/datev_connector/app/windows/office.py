"""The office behind the windows: every port, fulfilled by the running connector."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future

from datev_connector.app import office
from datev_connector.app.commands.session import Session
from datev_connector.app.level_watch import OPTION, LevelWatch
from datev_connector.app.log_levels import USUAL, LevelStanding
from datev_connector.app.running.policy_watch import Policies, PolicyWatch
from datev_connector.app.secrets import Vault
from datev_connector.app.windows.calls import DeskCalls
from datev_connector.app.windows.core import Core, Opened
from datev_connector.app.windows.diagnosis import Examined, RunningDiagnosis
from datev_connector.app.windows.dialling import DiallingDesk
from datev_connector.app.windows.held_licence import held_licence
from datev_connector.app.windows.journal import StoredJournal
from datev_connector.app.windows.known_secrets import KnownSecrets
from datev_connector.app.windows.people import IndexedPeople
from datev_connector.app.windows.program import RunningProgram
from datev_connector.app.windows.settings import ProfileSettings, no_start
from datev_connector.app.windows.sign_in_start import start_at_sign_in
from datev_connector.domain.effects import TellUser
from datev_connector.engine import News

_log = logging.getLogger(__name__)


class RunningOffice:
    """Fulfils `desktop.ports.Office`."""

    def __init__(
        self,
        session: Session,
        core: Core,
        opened: Opened,
        *,
        tell: Callable[[News], None],
        end: Callable[[], None],
    ) -> None:
        """`tell` hears what could not be done; `end` begins the end of the program."""
        self._tell: Callable[[str], None] = lambda text: tell(News(session.now(), TellUser(text)))
        thread, connector, store = core.thread, opened.connector, opened.store
        self.calls = DeskCalls(thread, connector.engine, now=session.now, tell=tell)
        self.people = IndexedPeople(thread, store)
        self.journal = StoredJournal(thread, store)
        self.settings = ProfileSettings(
            thread,
            connector,
            profile=session.profile,
            loaded=session.loaded,
            passwords=connector.passwords,
            secrets=KnownSecrets(Vault(), os.environ, hide=session.hide),
            policies=session.policies,
            at_sign_in=start_at_sign_in if session.is_usual else no_start,
        )
        self.settings.settle()
        watch = PolicyWatch(
            session.read_policies,
            self._policies_changed,
            known=session.policies,
            file=session.profile.settings_file,
        )
        self._watching = thread.do(
            lambda: asyncio.get_running_loop().create_task(watch.run(), name="policies")
        )
        self.dialling = DiallingDesk(
            thread, store.contacts, lambda: office.dial_plan(self.settings.loaded.settings)
        )
        self.diagnosis = RunningDiagnosis(
            thread,
            connector.engine,
            store,
            Examined(
                profile=session.profile,
                loaded=lambda: self.settings.loaded,
                passwords=lambda: self.settings.passwords,
                now=session.now,
                connect=connector.connect_anew,
                report=connector.report,
            ),
        )
        self.program = RunningProgram(
            session.profile,
            end,
            log=lambda: _standing(connector.log),
            licence=lambda: held_licence(connector.licence.judgement, session.now()),
        )
        if connector.log is not None:
            connector.log.give_back = self._log_as_usual

    def _policies_changed(self, policies: Policies) -> None:
        self.settings.policies_changed(policies).add_done_callback(self._tell_of_policies)

    def _tell_of_policies(self, done: Future[tuple[str, ...]]) -> None:
        fault = done.exception()
        if fault is not None:
            _log.error("a changed policy could not be followed", exc_info=fault)
            return
        for text in done.result():
            self._tell(text)

    def _log_as_usual(self) -> None:
        """The time of a detailed log is up: the settings shall say so as well."""
        self.settings.save({OPTION: USUAL.value})


def _standing(log: LevelWatch | None) -> LevelStanding:
    return LevelStanding(level=USUAL) if log is None else log.standing
