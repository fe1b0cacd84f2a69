"""Probes of the store: where its key lies, whether it opens, and whether there is room for more."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.finding import Observation, Step, leg_seen, well
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.licence.kept import NOTE
from datev_connector.app.office import connect_options
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.trusted import StoredPins
from datev_connector.app.secrets import Vault
from datev_connector.app.settings import ContactSource
from datev_connector.app.store_key import KeyPlace, StoreKey, StoreKeyError, store_key
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.store.errors import StoreError, translated
from datev_connector.store.store import Store

FIND_KEY = worded("find the key of the store")
OPEN_STORE = worded("open the store and read it through")
WRITE_DISK = worded("write a file beside the store")
READ_INDEX = worded("count the contacts of this source")

KEPT = {
    KeyPlace.KEYRING: worded("It is kept in the keyring."),
    KeyPlace.FILE: worded("It is kept in the file."),
}

FILL_INDEX = worded(
    "The connector fetches them by itself while it runs. On the command line contacts sync does so "
    "at once, and contacts import FILE takes them from a file."
)

LEAST_FREE_BYTES = 500_000_000
"""Weeks of calls and a new contact index, with room for the system itself."""
TRIAL_BYTES = 65_536


class StoreProbes:
    """Asks for the one file on which everything that a user typed depends."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        limit_s, leg = self._ground.limit_s, Leg.STORE
        return (
            Probe(leg=leg, step=Step.KEY, ask=self.key, limit_s=limit_s),
            Probe(leg=leg, step=Step.OPEN, ask=self.opens, needs=(Step.KEY,), limit_s=limit_s),
            Probe(leg=leg, step=Step.DISK, ask=self.disk, limit_s=limit_s),
            self._index_probe(Leg.CONTACTS_DATEV),
            self._index_probe(Leg.CONTACTS_STARFACE),
        )

    def _index_probe(self, leg: Leg) -> Probe:
        async def ask() -> Observation | None:
            return self.index(leg)

        needs = (Step.OPEN,)
        return Probe(leg=leg, step=Step.INDEX, ask=ask, needs=needs, limit_s=self._ground.limit_s)

    async def key(self) -> Observation:
        """Where the key is, and whether that is a safe place."""
        try:
            found = await aside(self._find_key)
        except StoreKeyError as fault:
            return Observation(
                state=LegState.DOWN,
                tried=FIND_KEY,
                found=str(fault),
                meaning=worded(
                    "Without its key the store cannot be opened, and the connector not run."
                ),
                mender=Mender.USER,
                remedy=worded("Unlock the keyring, or bring back from a backup what is missing."),
            )
        self._notebook.store_key = found.key
        if not found.warning:
            return well(FIND_KEY, KEPT[found.place])
        return Observation(
            state=LegState.DEGRADED,
            tried=FIND_KEY,
            found=found.warning,
            mender=Mender.USER,
            remedy=worded("See to it that nobody else can read the folder of the profile."),
        )

    async def opens(self) -> Observation:
        """Whether the store opens, and its content is in order."""
        try:
            set_aside = await aside(self._read_store)
        except StoreError as fault:
            return _store_fault(OPEN_STORE, fault)
        self._notebook.store_opened = True
        if set_aside is not None:
            return Observation(
                state=LegState.DEGRADED,
                tried=OPEN_STORE,
                found=worded(
                    "It was damaged: it is kept as {set_aside}, and a new one was begun.",
                    set_aside=str(set_aside),
                ),
                mender=Mender.USER,
                remedy=worded(
                    "Bring the store back from a backup if notes are missing; "
                    "have the disk checked."
                ),
            )
        if self._notebook.connector:
            return well(
                OPEN_STORE, worded("It opens; the running connector checked it at its start.")
            )
        return well(OPEN_STORE, worded("It opens, and its content is in order."))

    async def disk(self) -> Observation:
        """Whether the folder can be written, and how much room is left."""
        try:
            free = await aside(self._write_and_measure)
        except StoreError as fault:
            return _store_fault(WRITE_DISK, fault)
        room = worded("{gigabytes:.1f} GB are free.", gigabytes=free / 1e9)
        if free >= LEAST_FREE_BYTES:
            return well(WRITE_DISK, room)
        return Observation(
            state=LegState.DEGRADED,
            tried=WRITE_DISK,
            found=room,
            meaning=worded("The disk is nearly full; a full disk keeps no notes."),
            mender=Mender.USER,
            remedy=worded("Make room on the disk."),
        )

    def index(self, leg: Leg) -> Observation | None:
        """How many contacts there are, and how old they are."""
        unwanted = self._ground.settings.datev.contacts is ContactSource.NONE
        if leg is Leg.CONTACTS_DATEV and unwanted:
            return None
        reports = contact_reports(self._notebook.sources, self._ground.now())
        seen = next(leg_seen(READ_INDEX, report) for report in reports if report.leg is leg)
        return seen if seen.state is LegState.UP else replace(seen, remedy=FILL_INDEX)

    # --- in a thread of its own -------------------------------------------------------------------

    def _find_key(self) -> StoreKey:
        profile = self._ground.profile
        vault = Vault(timeout_s=0.4 * self._ground.limit_s)
        return store_key(profile, vault, store_exists=profile.store_file.exists())

    def _read_store(self) -> Path | None:
        """Fill the notebook; answer where a damaged store went."""
        section, notebook = self._ground.settings.starface, self._notebook
        with open_store(self._ground, notebook) as store:
            notebook.sources = store.contacts.sources()
            notebook.licence_note = store.noted(NOTE)
            kept = StoredPins(store.pins)
            connect = connect_options(self._ground.settings).address
            servers = [(section.host, port) for port in (section.https_port, section.xmpp_port)]
            for host, port in (*servers, (connect.host, connect.port)):
                pin = kept.pin(host, port)
                if pin is not None:
                    notebook.pins.set_pin(host, port, pin)
            return None if store.set_aside is None else store.set_aside.path

    def _write_and_measure(self) -> int:
        profile = self._ground.profile
        with translated(profile.store_file):
            profile.prepare()
            with tempfile.TemporaryFile(dir=profile.root) as trial:
                trial.write(secrets.token_bytes(TRIAL_BYTES))
                trial.flush()
                os.fsync(trial.fileno())
            return shutil.disk_usage(profile.root).free


def open_store(ground: Ground, notebook: Notebook) -> Store:
    """The store of the profile. Raises StoreError."""
    file, key = ground.profile.store_file, notebook.store_key
    return Store.open(file, key, now=ground.now(), station=secrets.token_hex(8))


async def keep_pin(ground: Ground, notebook: Notebook, port: int) -> bool:
    """Keep the certificate that was seen for the first time at a port; tell whether it is kept."""
    host = ground.settings.starface.host
    pin = notebook.pins.pin(host, port)
    if pin is None or not notebook.store_opened:
        return False

    def keep() -> None:
        with open_store(ground, notebook) as store:
            StoredPins(store.pins).set_pin(host, port, pin)

    try:
        await aside(keep)
    except StoreError:
        return False  # the store's own probe, or the next start, says what is wrong with it
    return True


def _store_fault(tried: str, fault: StoreError) -> Observation:
    return Observation(
        state=LegState.DOWN,
        tried=tried,
        found=fault.what,
        meaning=worded("Nothing can be kept, and the connector does not run."),
        mender=Mender.USER,
        remedy=fault.remedy,
    )
