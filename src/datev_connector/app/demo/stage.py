"""The stage: a PBX and a DATEV on loopback, and the profile that leads the connector to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from datev_connector.app.demo.language import Language
from datev_connector.app.demo.office import (
    AREA_CODE,
    DATEV_PASSWORD,
    DATEV_USER,
    JONAS,
    LENA,
    PBX_CONTACTS,
    RECEPTION,
    Book,
    Contact,
)
from datev_connector.simulators.datev import CommandAnswer, DatevConfig, DatevSimulator
from datev_connector.simulators.starface import (
    Call,
    LogLevel,
    ModuleConfig,
    PbxContact,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from datev_connector.starface.module.archive import module_archive
from datev_connector.starface.module.names import STANDARD

_SETTINGS = """\
[starface]
host = "{pbx_host}"
https_port = {pbx_port}
login = "{login}"
encrypted = true
verify_certificate = "pin"
transport = "auto"
xmpp_port = {xmpp_port}
events = "auto"
callback_host = "{pbx_host}"
callback_port = 0

[dial_plan]
country = "DE"
area_code = "{area_code}"
exchange_prefix = ""
internal_digits = 4

[calls]
transfer_automatically = true
only_datev_matches = false
skip_internal = true
only_answered = false
open_window = true
hide_internal = false
prefer_datev = false
first_best_contact = false
close_after_call = false

[datev]
link = "simulator"
simulator_address = "{datev_host}:{datev_port}"
contacts = "datevconnect"
connect_url = "{connect_url}"
connect_user = '{connect_user}'
connect_verify_certificate = "pin"

[general]
language = "{language}"
"""


@dataclass(slots=True, kw_only=True)
class Stage:
    """Both simulators, and the calls of the day by their names in the plan."""

    starface: StarfaceSimulator
    datev: DatevSimulator
    calls: dict[str, Call] = field(default_factory=dict)
    _pbx_is_there: bool = True

    def settings(self, language: Language) -> str:
        """The settings file of a connector for Lena's desk."""
        return _SETTINGS.format(
            pbx_host=self.starface.host,
            pbx_port=self.starface.port,
            xmpp_port=self.starface.xmpp_port,
            login=LENA.login,
            area_code=AREA_CODE,
            datev_host=self.datev.host,
            datev_port=self.datev.port,
            connect_url=self.datev.connect.https_url,
            connect_user=DATEV_USER,
            language=language.value,
        )

    def fill_datev(self, contacts: Iterable[Contact]) -> None:
        """Put those who are clients into DATEV's master data."""
        for contact in contacts:
            if contact.book is Book.ADDRESSEE:
                addressee, client = contact.entities
                self.datev.connect.put_addressee(addressee)
                self.datev.connect.put_client(client)

    def prepare(self, profile: Path, language: Language) -> None:
        """Write the settings into the folder of a profile."""
        profile.mkdir(parents=True, exist_ok=True)
        (profile / "settings.toml").write_text(self.settings(language), "utf-8")

    def rings(self, name: str, number: str, *, group: bool) -> None:
        """Somebody outside calls Lena, or the reception."""
        wanted = RECEPTION.group_id if group else None
        self.calls[name] = call = self.starface.pbx.incoming(LENA.login, number, group=wanted)
        call.ring()

    def colleague_rings(self, name: str) -> None:
        """Jonas calls Lena."""
        self.calls[name] = call = self.starface.pbx.internal(JONAS.login, LENA.login)
        call.ring()

    async def clicks(self, name: str, contact: Contact) -> CommandAnswer:
        """The number is clicked in DATEV; an accepted click becomes the call `name`.

        Raises ConnectorGone, or TimeoutError if connector or PBX do nothing.
        """
        answer = await self.datev.dial(
            contact.number, contact.name, contact.id, contact.data_source
        )
        if answer.accepted:
            self.calls[name] = await self.starface.pbx.dialled()
        return answer

    async def pbx_goes_down(self) -> None:
        """The PBX forgets calls and sessions, and does not answer any more."""
        self._pbx_is_there = False
        await self.starface.go_down()

    async def pbx_comes_back(self) -> None:
        """The PBX answers again; no error if it does already."""
        if not self._pbx_is_there:
            await self.starface.listen()
            self._pbx_is_there = True

    async def tidy_up(self, *, with_datev: bool) -> None:
        """After a scene that went wrong: nobody talks any more, everybody is there again."""
        for call in self.starface.pbx.calls:
            call.hangup()
        await self.pbx_comes_back()
        if with_datev:
            await self.datev.come_back()

    @property
    def told(self) -> int:
        """How many notifications DATEV has accepted."""
        return sum(len(call.history) for call in self.datev.calls) + len(self.datev.journal)


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """Both simulators on free ports of this machine, over real sockets; the PBX with all doors."""
    config = StarfaceConfig(
        users=(LENA, JONAS),
        groups=(RECEPTION,),
        contacts=tuple(
            PbxContact(id=one.id, company=one.name, phone=one.number) for one in PBX_CONTACTS
        ),
        xmpp=XmppConfig(),
        modules=(ModuleConfig(archive=module_archive(), name=STANDARD, log_level=LogLevel.TRACE),),
    )
    domain, _, user = DATEV_USER.partition("\\")
    office = DatevConfig(https_port=0, user=user, domain=domain, password=DATEV_PASSWORD)
    async with StarfaceSimulator(config) as starface, DatevSimulator(office) as datev:
        yield Stage(starface=starface, datev=datev)
