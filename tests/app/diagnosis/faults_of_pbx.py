"""Faults on the way to the phone system and behind its door."""

from __future__ import annotations

from datev_connector.app.diagnosis import events, network
from datev_connector.simulators.starface import (
    Behaviour,
    FaultKind,
    PbxUser,
    StarfaceConfig,
    XmppConfig,
)
from tests.app.diagnosis.office import FaultyOffice, swallowing_port
from tests.app.diagnosis_desk import Findings, asks_often, server
from tests.ports import kept_port

CALLER = "004972112345"
PUBLIC = "8.8.8.8"
"""An address of the internet; nobody connects to it here."""
SHORT_S = 4.0
"""A probe gives up on who is silent well before its own time is over, on a busy machine too."""
HOSTED = {"USERDOMAIN": "DATEVASP", "SESSIONNAME": "RDP-Tcp#1"}


async def wrong_password(office: FaultyOffice) -> Findings:
    """The password is another one."""
    async with office.pbx():
        return await office.examine(password="not-the-right-one")


async def proxy_that_answers(office: FaultyOffice) -> Findings:
    """A proxy answers for the phone system, and refuses."""
    answer = b"HTTP/1.1 407 No\r\nServer: squid/6.1\r\nContent-Length: 0\r\n\r\n"
    async with server(answer) as port:
        office.set("starface", https_port=port, encrypted=False)
        return await office.examine()


async def proxy_that_shows_a_page(office: FaultyOffice) -> Findings:
    """A transparent proxy shows a page of its own in place of every answer."""
    async with office.pbx() as pbx:
        pbx.faults.add(FaultKind.HTML, times=None)
        return await office.examine()


async def firewall_between(office: FaultyOffice) -> Findings:
    """Everything that is sent to the phone system is dropped on the way."""
    with swallowing_port() as port:
        office.set("starface", https_port=port)
        return await office.examine(limit_s=SHORT_S)


async def firewall_here(office: FaultyOffice) -> Findings:
    """Nobody gets through to this computer, not even itself at its address in the network."""

    async def dropped(*_: object, **__: object) -> None:
        raise TimeoutError

    office.monkeypatch.setattr(events, "ask_unsigned", dropped)
    async with office.pbx():
        return await office.examine()


async def events_that_do_not_come(office: FaultyOffice) -> Findings:
    """The phone system reports calls to an address at which this computer is not reached."""
    asks_often(office.monkeypatch)
    config = StarfaceConfig(behaviour=Behaviour(deliver_events=False))
    async with office.pbx(config) as pbx:
        return await office.examine(
            events_s=12.0, prompt=lambda _: pbx.pbx.incoming("0123", CALLER, "Ada Byron").ring()
        )


async def public_address(office: FaultyOffice) -> Findings:
    """The name of the phone system leads to an address of the internet."""

    def resolved(_host: str, _port: int) -> list[str]:
        return [PUBLIC]

    office.monkeypatch.setattr(network, "addresses_of", resolved)
    async with office.pbx():
        return await office.examine()


async def closed_https_port(office: FaultyOffice) -> Findings:
    """Nothing listens at the port for HTTPS."""
    with kept_port() as port:
        office.set("starface", https_port=port)
        return await office.examine()


async def https_port_of_somebody_else(office: FaultyOffice) -> Findings:
    """The port for HTTPS is that of a mail server."""
    async with server(b"220 mail.example ready\r\n") as port:
        office.set("starface", https_port=port, encrypted=False)
        return await office.examine()


async def xmpp_port_of_a_web_server(office: FaultyOffice) -> Findings:
    """The port for XMPP is that of a web server."""
    async with office.pbx(), server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        office.set("starface", xmpp_port=port)
        return await office.examine()


async def xmpp_alone_and_closed(office: FaultyOffice) -> Findings:
    """Calls are to be reported over XMPP alone, and nothing listens there."""
    async with office.pbx():
        office.set("starface", transport="xmpp")
        return await office.examine()


async def hosted_without_a_way(office: FaultyOffice) -> Findings:
    """A session in a data centre that hosts DATEV, from which nothing gets out."""
    office.environment |= HOSTED
    with swallowing_port() as port:
        office.set("starface", https_port=port)
        return await office.examine(limit_s=SHORT_S)


async def generation_of_before(office: FaultyOffice) -> Findings:
    """A phone system that speaks a generation of UCI which we do not."""
    async with office.pbx(StarfaceConfig(versions=frozenset({"v20"}))):
        return await office.examine()


async def newer_than_known(office: FaultyOffice) -> Findings:
    """A phone system that came after this program."""
    async with office.pbx(StarfaceConfig(server_version="11.0.0.3")):
        return await office.examine()


async def no_right_to_uci(office: FaultyOffice) -> Findings:
    """The user may sign in and has no right to UCI."""
    user = PbxUser(login="0123", password="Pass123", number="23", uci=False)
    async with office.pbx(StarfaceConfig(users=(user,))):
        return await office.examine()


async def no_right_to_uci_over_xmpp(office: FaultyOffice) -> Findings:
    """The same where XMPP is offered as well."""
    user = PbxUser(login="0123", password="Pass123", number="23", uci=False)
    async with office.pbx(StarfaceConfig(users=(user,), xmpp=XmppConfig())):
        return await office.examine()


async def no_windows_wanted(office: FaultyOffice) -> Findings:
    """The settings keep the window shut."""
    office.set("calls", transfer_automatically=True, open_window=False)
    async with office.pbx():
        return await office.examine()


async def internal_calls_hidden(office: FaultyOffice) -> Findings:
    """The settings hide internal calls."""
    office.set("calls", hide_internal=True)
    async with office.pbx():
        return await office.examine()
