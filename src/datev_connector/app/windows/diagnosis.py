"""How the program is doing, for the windows: the state of the legs, examination, support bundle.

What examines and what packs is loaded when it is first wanted; most sessions never want it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from datev_connector.app.folders import Profile
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import Loaded
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.desktop.ports import Finding, Refused, ShownCertificate
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.wording import worded
from datev_connector.engine import Engine
from datev_connector.store.store import Store

if TYPE_CHECKING:
    from datev_connector.app.diagnosis import Finding as Found
    from datev_connector.app.running.module_lines import Line
    from datev_connector.app.support_bundle.gathered import Gathered
    from datev_connector.app.windows.certificates import Certificates
    from datev_connector.app.windows.examination import RunningExamination

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """Whom to examine, and what must not be told of it."""

    profile: Profile
    loaded: Callable[[], Loaded]
    """The settings as they are now; called on any thread."""
    passwords: Callable[[], Passwords]
    """What the connector signs in with; called on any thread."""
    now: Callable[[], datetime]
    """UTC."""
    connect: Callable[[Leg], None]
    """Makes the connection of a leg anew; called on the thread of the core."""
    report: Callable[[tuple[Line, ...]], None]
    """Has the module in the PBX write down lines; called on the thread of the core."""


class RunningDiagnosis:
    """Fulfils `desktop.ports.Diagnosis` for a running connector."""

    def __init__(
        self, thread: CoreThread, engine: Engine, store: Store, examined: Examined
    ) -> None:
        """Engine and store belong to `thread`."""
        self._thread = thread
        self._engine = engine
        self._store = store
        self._examined = examined
        self._last: list[Found] = []
        self._certificates: Certificates | None = None

    def legs(self) -> tuple[LegReport, ...]:
        """Return the last report of every leg; a copy, taken at once."""
        return tuple(self._engine.legs.values())

    def examine(
        self,
        found: Callable[[Finding], None],
        *,
        events_s: float = 0.0,
        call_now: Callable[[], None] | None = None,
    ) -> tuple[RunningExamination, Future[None]]:
        """Probe one leg after another, on a thread of its own."""
        from datev_connector.app.diagnosis import Finding as Found
        from datev_connector.app.diagnosis import Ground
        from datev_connector.app.diagnosis.ground import EVENTS_S
        from datev_connector.app.diagnosis.probing import LIMIT_S
        from datev_connector.app.windows.examination import RunningExamination
        from datev_connector.app.windows.shown_finding import for_windows

        self._last = last = list[Found]()

        def keep(finding: Found) -> None:
            last.append(finding)
            found(for_windows(finding))

        ground = Ground(
            profile=self._examined.profile,
            loaded=self._examined.loaded(),
            environment=os.environ,
            now=self._examined.now,
            limit_s=LIMIT_S,
            events_s=max(events_s, EVENTS_S),
            prompt=lambda _: None if call_now is None else call_now(),
            within_connector=True,
            held=self._examined.passwords(),
            write_down=self._write_down,
        )
        examination = RunningExamination(ground, keep)
        examination.start()
        return examination, examination.ended

    def _write_down(self, lines: tuple[Line, ...]) -> None:
        self._thread.do(lambda: self._examined.report(lines))

    def certificate_changed(self, report: LegReport) -> bool:
        """Tell whether a leg is down because its server shows another certificate."""
        from datev_connector.app.windows.certificates import has_changed

        return report.state is not LegState.UP and has_changed(report)

    def shown_certificate(self, leg: Leg) -> Future[ShownCertificate]:
        """Ask the server of a leg for its certificate; nothing secret is sent."""
        return self._known_certificates().look(leg)

    def trust(self, shown: ShownCertificate) -> Future[None]:
        """Know the server by this certificate from now on, and make the connection anew."""
        return self._known_certificates().trust(shown)

    def _known_certificates(self) -> Certificates:
        from datev_connector.app.running.trusted import StoredPins
        from datev_connector.app.windows.certificates import Certificates

        if self._certificates is None:
            self._certificates = Certificates(
                self._thread,
                StoredPins(self._store.pins),
                lambda: self._examined.loaded().settings,
                connect=self._examined.connect,
                now=self._examined.now,
            )
        return self._certificates

    def write_bundle(self, file: Path) -> Future[Path]:
        """Write the support bundle; refused where the file is there or cannot be written."""
        written = Future[Path]()
        gathering = self._thread.do(self._gathered)
        threading.Thread(
            target=self._write, args=(file, gathering, written), name="bundle", daemon=True
        ).start()
        return written

    def _gathered(self) -> Callable[[frozenset[str]], Gathered]:
        from datev_connector.app.support_bundle.gathered import gathering

        return gathering(
            self._store,
            self._engine,
            profile=self._examined.profile,
            loaded=self._examined.loaded(),
            findings=tuple(self._last),
            now=self._examined.now,
        )

    def _write(
        self,
        file: Path,
        gathering: Future[Callable[[frozenset[str]], Gathered]],
        written: Future[Path],
    ) -> None:
        from datev_connector.app.support_bundle.bundle import write_bundle

        try:
            write_bundle(file, gathering.result()(self._examined.passwords().all))
        except FileExistsError:
            what = worded("There is a file of this name already: {file}.", file=file.name)
            written.set_exception(Refused(what, worded("Choose another name.")))
        except OSError as fault:
            what = worded("The file cannot be written: {reason}.", reason=fault.strerror or fault)
            written.set_exception(Refused(what, worded("Choose another folder.")))
        except CancelledError:  # the core has ended
            written.cancel()
        except Exception:  # noqa: BLE001 - the border of the thread: whoever waits is told
            _log.exception("the support bundle could not be written")
            written.set_exception(Refused(worded("Something went wrong; the log says what.")))
        else:
            written.set_result(file)
