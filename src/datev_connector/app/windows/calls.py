"""What a person does with calls, handed to the desk in the order in which it was done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from datev_connector.app.windows.asked_store import Worker
from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Person
from datev_connector.domain.wording import worded
from datev_connector.engine import Engine, News
from datev_connector.store.errors import StoreError

_log = logging.getLogger(__name__)


class DeskCalls:
    """Fulfils `desktop.ports.Calls`; may be called from any thread."""

    def __init__(
        self,
        core: Worker,
        engine: Engine,
        *,
        now: Callable[[], datetime],
        tell: Callable[[News], None],
    ) -> None:
        """`tell` hears what could not be done."""
        self._core = core
        self._engine = engine
        self._now = now
        self._tell = tell

    def note(self, call: str, text: str) -> None:
        """The note of the call is now `text`."""
        self._do(call, lambda: inputs.NoteTyped(at=self._now(), call=call, text=text))

    def transfer(self, call: str) -> None:
        """The DATEV button."""
        self._do(call, lambda: inputs.TransferPressed(at=self._now(), call=call))

    def choose(self, call: str, person: Person | None, *, remember: bool) -> None:
        """It is this person; None: nobody of those offered."""
        self._do(
            call,
            lambda: inputs.PersonChosen(
                at=self._now(), call=call, person=person, remember=remember
            ),
        )

    def dial(self, number: str) -> None:
        """Dial a number."""
        self._core.do(
            lambda: self._engine.feed(inputs.DialRequested(at=self._now(), number=number))
        )

    def hang_up(self, call: str) -> None:
        """End the call."""
        self._do(call, lambda: inputs.HangUpPressed(at=self._now(), call=call))

    def open(self, call: str) -> None:
        """Show the window of a call again."""
        self._do(call, lambda: inputs.WindowOpened(at=self._now(), call=call))

    def close(self, call: str) -> None:
        """The person closed the window of a call."""
        self._do(call, lambda: inputs.WindowClosed(at=self._now(), call=call))

    def _do(self, call: str, event: Callable[[], inputs.Input]) -> None:
        def work() -> None:
            try:
                if self._engine.call(call) is not None:
                    self._engine.feed(event())
                    return
            except StoreError as fault:
                text = worded("The call cannot be read: {fault}", fault=fault.what)
            except Exception:  # noqa: BLE001 - the border of the thread: nobody waits for an answer
                _log.exception("what was done with a call did not reach the desk")
                text = worded("Something went wrong inside the connector; the log says what.")
            else:
                text = worded("This call is not kept any more.")
            self._tell(News(self._now(), effects.TellUser(text, call)))

        self._core.do(work)
