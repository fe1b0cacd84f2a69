"""Faults of DATEV: its telephony by COM, its master data service, DATEVconnect."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from datev_connector.app.diagnosis import master_data
from datev_connector.app.office import sdd_options
from datev_connector.app.settings import Settings
from datev_connector.datev.master_data.sdd.options import SddOptions
from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office
from datev_connector.simulators.datev.rest_bad_answers import Fault
from datev_connector.simulators.datev.rest_faults import Refusal
from tests.app.diagnosis.faults_of_pbx import HOSTED
from tests.app.diagnosis.office import DATEV_PASSWORD, DATEV_USER, FaultyOffice
from tests.app.diagnosis_desk import Findings

Told = Callable[[FaultyOffice], Awaitable[Findings]]


def datev_answers(hresult: int) -> Told:
    """Looking for DATEV ends with this code."""

    async def fault(office: FaultyOffice) -> Findings:
        office.has_datev_by_com(datev_hresult=hresult)
        return await office.examine()

    return fault


async def competitor(office: FaultyOffice) -> Findings:
    """Another telephony program is registered for DATEV: Windows answers 262631."""
    office.has_datev_by_com(others=1)
    return await office.examine()


async def own_registration_refused(office: FaultyOffice) -> Findings:
    """Windows does not enter us in the table."""
    office.has_datev_by_com(own=0x80070005)
    return await office.examine()


async def interfaces_unknown_to_windows(office: FaultyOffice) -> Findings:
    """Windows does not know the interface by which DATEV dials."""
    office.has_datev_by_com(carried=False)
    return await office.examine()


def reader_fails(code: str, of: str) -> Told:
    """The reader of the master data ends with this error."""

    async def fault(office: FaultyOffice) -> Findings:
        line = f"say(error={code!r}, type={of!r}, hresult='0x80131509', message='')"
        office.reads_master_data("hello()", line)
        return await office.examine()

    return fault


async def empty_list(office: FaultyOffice) -> Findings:
    """The master data service hands out a list without an entry."""
    office.reads_master_data("hello()", "say(end=0)")
    return await office.examine()


async def slow_list(office: FaultyOffice) -> Findings:
    """The master data service takes longer than it may, as an overloaded server does."""

    def impatient(settings: Settings) -> SddOptions:
        return replace(sdd_options(settings), limit_s=0.5)

    office.monkeypatch.setattr(master_data, "sdd_options", impatient)
    office.reads_master_data("hello()", "time.sleep(600)")
    return await office.examine()


async def hosted_reader_missing(office: FaultyOffice) -> Findings:
    """In a data centre the program that reads the master data was not installed."""
    office.environment |= HOSTED
    office.set("datev", contacts="sdd", sdd_reader=str(office.folder / "nowhere"))
    return await office.examine()


def connect_does(trouble: Callable[[DatevSimulator], None]) -> Told:
    """DATEVconnect does this."""

    async def fault(office: FaultyOffice) -> Findings:
        async with office.connect() as simulator:
            trouble(simulator)
            return await office.examine()

    return fault


def refuses(how: Refusal) -> Told:
    """DATEVconnect refuses the user."""

    def refuse(simulator: DatevSimulator) -> None:
        simulator.connect.faults.refusal = how

    return connect_does(refuse)


def answers_with(status: int) -> Told:
    """DATEVconnect answers everything with this status."""

    def answer(simulator: DatevSimulator) -> None:
        simulator.connect.faults.play(Fault.STATUS, status=status, times=0)

    return connect_does(answer)


async def login_by_e_mail(office: FaultyOffice) -> Findings:
    """Somebody signs in as with SmartLogin."""
    async with office.connect():
        office.set("datev", connect_user="anna.berger@kanzlei.example")
        return await office.examine()


async def certificate_of_another_name(office: FaultyOffice) -> Findings:
    """The certificate is trusted, but DATEVconnect is called by its address."""
    config = DatevConfig(
        https_port=0, user=DATEV_USER, password=DATEV_PASSWORD, office=Office(count=1)
    )
    async with office.connect(config) as simulator:
        trusted = office.folder.parent / "trusted.pem"
        trusted.write_text(simulator.connect.certificate_pem)
        office.monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        url = simulator.connect.https_url or ""
        office.set(
            "datev",
            connect_verify_certificate="system",
            connect_url=url.replace("localhost", "127.0.0.1"),
        )
        return await office.examine()
