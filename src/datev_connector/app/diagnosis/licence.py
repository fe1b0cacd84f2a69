"""Probes of the licence: which one is in effect, until when, by which clock, and for how many.

It is judged as the connector judges it: by what the store remembers, by the file, and by what the
module has just said. Nothing is written, and nobody is asked over the network.
"""

from __future__ import annotations

from datev_connector.app.diagnosis.finding import Observation, Step, flawed, leg_seen, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.licence import keys, places, seats, words
from datev_connector.app.licence.keeper import LicenceKeeper
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.licences import Judgement, LicenceState, Origin
from datev_connector.domain.wording import worded
from datev_connector.starface.trouble import Complaint

LOOK = worded("see which licence counts, and until when")
COUNT = worded("count the logins that have used the connector on this computer lately")


class LicenceProbes:
    """Asks what is known."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook
        self._judgement: Judgement | None = None
        self._file = ""
        self._fault = ""
        """Why the file cannot be read."""

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        return (self._probe(Step.LICENCE, self.licence), self._probe(Step.SEATS, self.seats))

    def _probe(self, step: Step, ask: Ask) -> Probe:
        limit_s = self._ground.limit_s + places.LOOK_LIMIT_S
        return Probe(leg=Leg.LICENCE, step=step, ask=ask, needs=(Step.OPEN,), limit_s=limit_s)

    async def licence(self) -> Observation:
        """Whether the connector may serve, by what, and what is to be done."""
        keeper = self._keeper()
        await keeper.look()
        if self._notebook.module is not None:
            keeper.take(self._notebook.module.licence)
        self._judgement = judgement = keeper.judgement
        report = words.leg_report(judgement, self._ground.now())
        nothing_to_add = judgement.origin is None and report.state is LegState.UP
        return leg_seen(LOOK, report, found="" if nothing_to_add else self._place(judgement))

    async def seats(self) -> Observation | None:
        """Whether there are enough seats, as far as this computer can tell."""
        judgement = self._judgement
        if judgement is None or judgement.licence is None:
            return None
        found = worded(
            "{in_use} of {seats} seats",
            in_use=judgement.seats_in_use,
            seats=judgement.licence.seats,
        )
        if judgement.state is not LicenceState.TOO_MANY_SEATS:
            return well(COUNT, found, OTHERS_UNSEEN)
        told = words.finding(judgement)
        complaint = Complaint(reason=told.what, mender=told.mender, remedy=told.remedy)
        return flawed(COUNT, found, complaint)

    def _keeper(self) -> LicenceKeeper:
        settings, at = self._ground.settings, self._ground.now()
        return LicenceKeeper(
            Remembered(self._notebook.licence_note),
            keys.shipped(),
            pbx=lambda: settings.starface.host,
            file=places.FileLook(self._read_file),
            seats=seats.SeatRegister(seats.shared_folder()),
            now=lambda: at,
            changed=lambda: None,
        )

    def _read_file(self) -> places.FileRead | None:
        settings = self._ground.settings
        try:
            read = places.read_file(self._ground.profile, settings.general.licence_file)
        except places.Unreadable as fault:
            self._fault = str(fault)
            raise
        self._file = "" if read is None else str(read.path)
        return read

    def _place(self, judgement: Judgement) -> str:
        """Where the text was that counts."""
        if judgement.origin is Origin.MODULE:
            return worded("read in the module of the phone system")
        if judgement.origin is Origin.FILE:
            return worded("read in {file}", file=self._file or places.NAME)
        return self._fault or worded("no licence was found")


OTHERS_UNSEEN = worded("Logins on other computers are not counted here.")


class Remembered:
    """What the store held when it was opened, to be read and not to be written."""

    def __init__(self, note: str | None) -> None:
        """`note` is what stood there; None: nothing."""
        self._note = note

    def noted(self, name: str) -> str | None:
        """Return what was noted."""
        return self._note

    def note(self, name: str, value: str) -> None:
        """Leave it to the connector."""
