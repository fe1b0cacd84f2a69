"""Probe of the way to DATEV's master data: whether it is there, and what this user may read."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.beside import left_to_connector
from datev_connector.app.diagnosis.finding import Observation, Step, well
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.office import connect_options, sdd_options
from datev_connector.app.running.master_data_ways import NOBODY_THERE, NOT_FOUND
from datev_connector.app.secrets import SecretKind, Vault, read_secret
from datev_connector.app.settings import ContactSource
from datev_connector.app.versions import Part, Proof, Version
from datev_connector.datev.master_data.connect.adapter import DatevConnect
from datev_connector.datev.master_data.connect.listing import ADDRESSEES, CLIENTS
from datev_connector.datev.master_data.connect.looking import SAMPLE, Seen
from datev_connector.datev.master_data.connect.options import ConnectTimes
from datev_connector.datev.master_data.sdd.adapter import SddReader, Tally
from datev_connector.datev.master_data.sdd.installation import is_datev_installed
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Trouble
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.wording import joined, sentence, worded

ASK_CONNECT = worded("sign in to DATEVconnect and ask for the right to read addressees and clients")
DOMAIN = "master-data"
OURS = Version((1,))
"""The version of the master data that this program asks for (DATEVconnect, Client Master Data)."""
ASK_SDD = worded("read the institutions from DATEV's master data service")


class MasterDataProbes:
    """Asks for nothing that a connector would not ask for, and for little of it."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook

    def probes(self) -> tuple[Probe, ...]:
        """The one question, to the way that the connector would go."""
        section, leg = self._ground.settings.datev, Leg.CONTACTS_DATEV
        by_sdd = section.contacts is ContactSource.SDD or (
            section.contacts is ContactSource.AUTO and is_datev_installed()
        )
        ask, limit_s = self.connect, self._ground.limit_s
        if by_sdd:
            # The reader gives up first, and says more than that it hangs.
            ask, limit_s = self.sdd, limit_s + section.sdd_limit_s
        if section.contacts is ContactSource.NONE:
            return ()
        return (Probe(leg=leg, step=Step.MASTER_DATA, ask=ask, limit_s=limit_s),)

    async def connect(self) -> Observation:
        """Whether DATEVconnect lets this user read what is needed."""
        if self._notebook.connector:
            # A wrong password would be tried a second time, and count twice.
            return self._left_to_connector(ASK_CONNECT)
        limit_s = self._ground.limit_s
        options = replace(
            connect_options(self._ground.settings),
            lanes=1,
            times=ConnectTimes(connect_s=0.3 * limit_s, answer_s=0.5 * limit_s),
        )
        connect = DatevConnect(
            options, await self._password(), pins=self._notebook.pins, now=self._ground.now
        )
        try:
            seen = await connect.look()
            await self._capture(connect, seen)
            return self._connect_seen(seen)
        except MasterDataTrouble as failed:
            return self._connect_trouble(failed.trouble)
        finally:
            await connect.close()

    async def _capture(self, connect: DatevConnect, seen: Seen) -> None:
        """Note what DATEVconnect is like, if somebody wants to know."""
        notes = self._ground.capture
        if notes is None:
            return
        lists: dict[str, object] = {}
        notes.facts["datevconnect"] = {
            "domains": [
                f"{foreign(one.name)} {foreign(one.version)}" for one in seen.domains or ()
            ],
            "echo": "yes" if seen.echo is None else seen.echo.code,
            "tells whom it takes us for": bool(seen.user),
            "tells the time": seen.clock is not None,
            "lists": lists,
        }
        for resource in (ADDRESSEES, CLIENTS):
            try:
                sample = await connect.sample(resource)
            except MasterDataTrouble as failed:
                lists[resource] = failed.trouble.code
            else:
                lists[resource] = {
                    "top is honoured": len(sample.entries) <= SAMPLE,
                    "entries": notes.forms.of(sample.entries),
                    "single": notes.forms.of(sample.single),
                }

    async def sdd(self) -> Observation:
        """Whether DATEV's master data service can be read; its shorter list is enough to tell."""
        if self._notebook.connector:
            return self._left_to_connector(ASK_SDD)
        reader = SddReader(replace(sdd_options(self._ground.settings), retries=0))
        tally = Tally()
        try:
            async with contextlib.aclosing(reader.read(Source.INSTITUTION, tally)) as institutions:
                async for _ in institutions:
                    pass
        except MasterDataTrouble as failed:
            return _trouble_seen(ASK_SDD, failed.trouble)
        self._notebook.proven.add(Proof.MASTER_DATA)
        return well(
            ASK_SDD,
            joined(
                worded("It can be read: {number} institutions.", number=tally.contacts),
                self._files(tally),
            ),
        )

    def _files(self, tally: Tally) -> str:
        """Which version DATEV's program files say that they have."""
        greeting = tally.greeting
        if greeting is None:
            return ""
        self._notebook.found_version(Part.SDD, greeting.version)
        version = foreign(greeting.file_version)
        if not version:
            return ""
        return worded("DATEV's program files there have the version {version}.", version=version)

    async def _password(self) -> str:
        options = connect_options(self._ground.settings)
        if not options.user:
            return ""
        vault = Vault(timeout_s=0.3 * self._ground.limit_s)
        secret = await aside(
            lambda: read_secret(
                SecretKind.DATEV_PASSWORD,
                host=options.address.host,
                login=options.user,
                vault=vault,
                environment=self._ground.environment,
            )
        )
        return secret.value

    def _connect_seen(self, seen: Seen) -> Observation:
        for domain in seen.domains or ():
            if domain.name == DOMAIN and not self._offers_ours:
                self._notebook.found_version(Part.MASTER_DATA, domain.version)
        if seen.addressees is not None:
            return _trouble_seen(ASK_CONNECT, seen.addressees)
        if seen.clients is not None:
            return _trouble_seen(ASK_CONNECT, seen.clients, found=worded("Addressees can be read."))
        self._notebook.proven.add(Proof.MASTER_DATA)
        versions = [f"{each.name} {each.version}".strip() for each in seen.domains or ()]
        installed = worded("Installed: {parts}.", parts=", ".join(versions)) if versions else ""
        found = joined(worded("Addressees and clients can be read."), installed)
        return well(ASK_CONNECT, found)

    @property
    def _offers_ours(self) -> bool:
        """Tell whether the version that we ask for was among those that were offered."""
        found = self._notebook.versions.get(Part.MASTER_DATA)
        return found is not None and found.begins_with(OURS)

    def _connect_trouble(self, trouble: Trouble) -> Observation:
        section = self._ground.settings.datev
        promised = section.contacts is ContactSource.DATEVCONNECT or section.connect_user
        if trouble.code not in NOBODY_THERE or promised:
            return _trouble_seen(ASK_CONNECT, trouble)
        return _trouble_seen(ASK_CONNECT, NOT_FOUND, found=sentence(trouble.reason))

    def _left_to_connector(self, tried: str) -> Observation:
        return left_to_connector(
            worded("nothing: the running connector does this ({tried})", tried=tried),
            worded("Not tried: another sign-in could count as a second wrong one."),
            Leg.CONTACTS_DATEV,
            self._ground,
            self._notebook,
        )


def _trouble_seen(tried: str, trouble: Trouble, *, found: str = "") -> Observation:
    """Contacts of before serve on, so a trouble here never puts the leg down."""
    return Observation(
        state=LegState.DEGRADED,
        tried=tried,
        found=found or worded("an error ({code})", code=trouble.code),
        meaning=trouble.reason,
        mender=trouble.mender,
        remedy=trouble.remedy,
    )
