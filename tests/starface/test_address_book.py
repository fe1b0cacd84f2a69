"""Reading the address book of a simulated PBX over real TLS, and what goes wrong with it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from datev_connector.domain.contacts import Source
from datev_connector.simulators.starface import (
    AuthMode,
    Certificate,
    ContactColumns,
    FaultKind,
    OAuthConfig,
    PbxContact,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
    made_up_contacts,
)
from datev_connector.simulators.starface.http_server import HttpServer, Request, Response
from datev_connector.starface.address_book.book import AddressBook, read_address_book
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from tests.network.certificates import Pins
from tests.simulators.starface.clock import Clock
from tests.starface.pbx_run import options_for

SECRET = OAuthConfig().client_secret
CONTACTS = "GET /rest/contacts"
MODES = [
    ({AuthMode.SHA512}, ""),
    ({AuthMode.ACTIVE_DIRECTORY}, ""),
    ({AuthMode.OAUTH}, SECRET),
]
BOOK = made_up_contacts(250)


class Reading:
    def __init__(self, pbx: StarfaceSimulator, who: Credentials, clock: Clock) -> None:
        self.pbx = pbx
        self.who = who
        self.clock = clock
        self.told: list[tuple[int, int, int]] = []

    def progress(self, page: int, of: int, contacts: int) -> None:
        self.told.append((page, of, contacts))

    async def book(self, page_size: int = 100) -> AddressBook:
        return await read_address_book(self.who, page_size=page_size, progress=self.progress)

    async def trouble(self) -> Trouble:
        with pytest.raises(LinkTrouble) as caught:
            await self.book()
        return caught.value.trouble

    def asked(self, method: str) -> int:
        return self.pbx.chronicle.request_counts.get(method, 0)


@asynccontextmanager
async def reading(
    *, password: str = "Pass123", secret: str = "", sign_in: str = "auto", **config: Any
) -> AsyncIterator[Reading]:
    clock = Clock()
    begin = clock.at

    def elapsed_s() -> float:
        return (clock.at - begin).total_seconds()

    settings: dict[str, Any] = {"contacts": BOOK, "now": clock, "lock_after": 3} | config
    async with StarfaceSimulator(StarfaceConfig(**settings)) as pbx:
        who = Credentials(
            options_for(pbx, sign_in=sign_in),
            password,
            client_secret=secret,
            pins=Pins(),
            now=clock,
            clock=elapsed_s,
        )
        try:
            yield Reading(pbx, who, clock)
        finally:
            await who.close()


def numbers_of(contact: PbxContact) -> set[str]:
    numbers = (contact.phone, contact.phone2, contact.homephone, contact.mobile)
    return {" ".join(number.split()) for number in numbers} - {""}


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("modes", "secret"), MODES)
async def test_the_whole_book_is_read_with_every_form_of_sign_in(
    modes: set[AuthMode], secret: str
) -> None:
    async with reading(auth_modes=frozenset(modes), secret=secret) as at:
        book = await at.book()
        assert {one.ref.id for one in book.contacts} == {one.id for one in BOOK}
        found = {one.ref.id: one for one in book.contacts}
        for contact in BOOK:
            assert found[contact.id].ref.source is Source.STARFACE
            assert {n.number for n in found[contact.id].numbers} == numbers_of(contact)
            assert contact.family_name in found[contact.id].name
            assert contact.company in found[contact.id].name
        assert book.left_out == 0
        assert at.told == [(1, 3, 100), (2, 3, 200), (3, 3, 250)]
        assert at.pbx.accounts.attempts("0123").good == 1
        assert at.asked("DELETE /rest/login") == (0 if secret else 1)


async def test_ten_thousand_contacts() -> None:
    async with reading(contacts=made_up_contacts(10_000)) as at:
        book = await at.book()
        assert len(book.contacts) == 10_000
        assert at.told[-1] == (100, 100, 10_000)
        assert at.asked(CONTACTS) == 100


@pytest.mark.parametrize("page_size", [1, 7, 1000])
async def test_a_pbx_that_gives_smaller_pages_is_asked_more_often(page_size: int) -> None:
    async with reading(contacts=BOOK[:30], max_page_size=9) as at:
        assert len((await at.book(page_size)).contacts) == 30
        assert at.asked(CONTACTS) == -(-30 // min(page_size, 9))


async def test_other_columns_in_another_order() -> None:
    columns = ContactColumns(
        summary=("email", "company", "familyname", "title", "firstname"),
        numbers=("fax", "mobile", "phone"),
    )
    one = PbxContact(
        id="7",
        first_name="Ada",
        family_name="Byron",
        company="Maschinen KG",
        email="ada@example.org",
        phone="0721 1",
        mobile="0170 2",
        fax="0721 3",
    )
    async with reading(contacts=(one,), contact_columns=columns) as at:
        (found,) = (await at.book()).contacts
    assert found.name == "Ada Byron, Maschinen KG"
    assert [(n.number, n.medium.value) for n in found.numbers] == [
        ("0721 3", "fax"),
        ("0170 2", "mobile"),
        ("0721 1", "phone"),
    ]


async def test_an_empty_book_is_no_trouble() -> None:
    async with reading(contacts=()) as at:
        assert (await at.book()).contacts == ()


async def test_the_extensions_of_users_and_groups() -> None:
    group = PbxGroup(group_id="g1", number="50", name="Zentrale")
    async with reading(groups=(group,)) as at:
        assert (await at.book()).extensions == frozenset({"23", "24", "50"})
        at.pbx.faults.add(FaultKind.SERVER_ERROR, method="GET /rest/accounts")
        assert (await at.book()).extensions is None


# --- a book that changes meanwhile ----------------------------------------------------------------


async def test_an_entry_that_moves_over_a_page_border_is_there_once() -> None:
    async with reading() as at:
        at.pbx.address_book.replace_later(
            (PbxContact(id="new", company="Neu"), *BOOK), after_pages=1
        )
        ids = [one.ref.id for one in (await at.book()).contacts]
        assert len(ids) == len(set(ids))
        assert set(ids) == {one.id for one in BOOK}


@pytest.mark.parametrize("left", [0, 50, 150])
async def test_a_book_that_becomes_shorter_ends_sooner(left: int) -> None:
    async with reading() as at:
        at.pbx.address_book.replace_later(BOOK[:left], after_pages=1)
        ids = {one.ref.id for one in (await at.book()).contacts}
        assert ids == {one.id for one in BOOK[: max(100, left)]}


async def test_a_book_that_becomes_longer_is_read_to_its_new_end() -> None:
    async with reading(contacts=BOOK[:150]) as at:
        at.pbx.address_book.replace_later(BOOK, after_pages=1)
        assert len((await at.book()).contacts) == 250
        assert at.told[0] == (1, 2, 100)
        assert at.told[-1] == (3, 3, 250)


# --- sign-ins that end ----------------------------------------------------------------------------


@pytest.mark.parametrize(("modes", "secret"), MODES)
@pytest.mark.parametrize("gate", [FaultKind.UNAUTHORIZED, FaultKind.HTML, FaultKind.REDIRECT])
async def test_a_sign_in_that_ends_meanwhile_is_made_anew(
    modes: set[AuthMode], secret: str, gate: FaultKind
) -> None:
    async with reading(auth_modes=frozenset(modes), secret=secret) as at:
        at.pbx.faults.add(gate, method=CONTACTS, skip=1)
        assert len((await at.book()).contacts) == 250
        attempts = at.pbx.accounts.attempts("0123")
        assert attempts.bad == 0
        assert attempts.good + attempts.refreshes == 2


@pytest.mark.parametrize(("modes", "secret"), MODES)
async def test_tokens_that_end_while_reading(modes: set[AuthMode], secret: str) -> None:
    async with reading(auth_modes=frozenset(modes), secret=secret) as at:

        def wait(page: int, of: int, contacts: int) -> None:
            at.clock.forward(4 * 3600.0)

        book = await read_address_book(at.who, progress=wait)
        assert len(book.contacts) == 250
        assert at.pbx.accounts.attempts("0123").bad == 0


@pytest.mark.parametrize(
    ("gate", "kind"),
    [
        (FaultKind.UNAUTHORIZED, TroubleKind.UNAUTHORIZED),
        (FaultKind.HTML, TroubleKind.WEB_PAGE),
        (FaultKind.REDIRECT, TroubleKind.REDIRECT),
    ],
)
async def test_a_gate_that_stays_shut_is_knocked_at_twice(
    gate: FaultKind, kind: TroubleKind
) -> None:
    async with reading() as at:
        at.pbx.faults.add(gate, method=CONTACTS, times=None)
        assert (await at.trouble()).kind is kind
        assert at.pbx.accounts.attempts("0123").good == 2


@pytest.mark.parametrize(("modes", "secret"), MODES)
async def test_a_wrong_password_is_shown_once(modes: set[AuthMode], secret: str) -> None:
    async with reading(auth_modes=frozenset(modes), secret=secret, password="wrong") as at:
        trouble = await at.trouble()
        assert trouble.kind is TroubleKind.SIGN_IN_REFUSED
        assert "login or password" in trouble.complaint.reason
        everybody = [at.pbx.accounts.attempts(login) for login in ("0123", "")]
        assert sum(attempts.bad for attempts in everybody) == 1


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET /rest/login", "POST /rest/login", CONTACTS])
@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (FaultKind.SERVER_ERROR, {TroubleKind.HTTP_STATUS}),
        (FaultKind.UNAVAILABLE, {TroubleKind.HTTP_STATUS}),
        (FaultKind.EMPTY, {TroubleKind.NO_REST}),
        (FaultKind.GARBAGE, {TroubleKind.NO_REST}),
        (FaultKind.OVERSIZE, {TroubleKind.NO_REST}),
        (FaultKind.WRONG_TYPES, {TroubleKind.NO_REST}),
        (FaultKind.DROP, {TroubleKind.CUT}),
        (FaultKind.LOST_ANSWER, {TroubleKind.CUT}),
        (FaultKind.HTML, {TroubleKind.WEB_PAGE}),
        (FaultKind.REDIRECT, {TroubleKind.REDIRECT}),
    ],
)
async def test_whatever_the_pbx_answers_is_told(
    method: str, fault: FaultKind, kinds: set[TroubleKind]
) -> None:
    async with reading(sign_in="sha512") as at:
        at.pbx.faults.add(fault, method=method, times=None)
        trouble = await at.trouble()
        assert trouble.kind in kinds
        assert str(at.pbx.port) in trouble.complaint.reason


async def test_a_pbx_that_goes_away_while_reading() -> None:
    async with reading() as at:
        at.pbx.faults.add(FaultKind.DROP, method=CONTACTS, skip=2, times=None)
        assert (await at.trouble()).kind is TroubleKind.CUT
        assert at.told[-1] == (2, 3, 200)
    async with reading() as at:
        await at.pbx.go_down()
        assert (await at.trouble()).kind is TroubleKind.REFUSED_CONNECTION


async def test_a_certificate_that_changed_stops_before_anything_secret_is_sent() -> None:
    async with reading() as at:
        await at.book()
        await at.pbx.restart(certificate=Certificate.make())
        before = len(at.pbx.chronicle.requests)
        assert (await at.trouble()).kind is TroubleKind.CERTIFICATE_CHANGED
        assert len(at.pbx.chronicle.requests) == before


async def test_no_secret_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with reading() as at:
        await at.book()
        tokens = list(at.pbx.rest._tokens)
    assert "Pass123" not in caplog.text
    assert not [one for one in BOOK if one.family_name and one.family_name in caplog.text]
    assert all(token not in caplog.text for token in tokens)


# --- a counterpart that lies ----------------------------------------------------------------------

OFFER = {"loginType": "Internal", "nonce": "n", "secret": None}


@asynccontextmanager
async def liar(answers: dict[str, Any]) -> AsyncIterator[Credentials]:
    """A server over TLS that answers with these values, or statuses where they are numbers.

    A function is asked for the page that is wanted.
    """

    async def handle(request: Request) -> Response:
        value = answers.get(f"{request.method} {request.path}", 404)
        if callable(value):
            value = value(int(request.query["page"]))
        if isinstance(value, int) and not isinstance(value, bool):
            return Response(status=value)
        return Response(body=json.dumps(value).encode(), content_type="application/json")

    server = HttpServer(handle, body_limit=1 << 20)
    port = await server.start("127.0.0.1", 0, Certificate.make().server_context())
    options = StarfaceOptions(host="127.0.0.1", https_port=port, login="0123", sign_in="sha512")
    who = Credentials(options, "Pass123", pins=Pins(), now=Clock())
    try:
        yield who
    finally:
        await who.close()
        await server.stop()


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({}, TroubleKind.REST_MISSING),
        ({"GET /rest/login": 401}, TroubleKind.UNAUTHORIZED),
        ({"GET /rest/login": 403}, TroubleKind.REST_DENIED),
        ({"GET /rest/login": ["x"]}, TroubleKind.NO_REST),
        ({"GET /rest/login": {"nonce": 7}}, TroubleKind.NO_REST),
        ({"GET /rest/login": {"nonce": ""}}, TroubleKind.NO_REST),
        ({"GET /rest/login": OFFER, "POST /rest/login": 400}, TroubleKind.SIGN_IN_REFUSED),
        ({"GET /rest/login": OFFER, "POST /rest/login": 403}, TroubleKind.SIGN_IN_REFUSED),
        ({"GET /rest/login": OFFER, "POST /rest/login": 500}, TroubleKind.HTTP_STATUS),
        ({"GET /rest/login": OFFER, "POST /rest/login": {"token": 7}}, TroubleKind.NO_REST),
        ({"GET /rest/login": OFFER, "POST /rest/login": {"token": "a\nb"}}, TroubleKind.NO_REST),
    ],
)
async def test_a_sign_in_that_makes_no_sense(answers: dict[str, Any], kind: TroubleKind) -> None:
    async with liar(answers) as who:
        with pytest.raises(LinkTrouble) as caught:
            await read_address_book(who)
        assert caught.value.trouble.kind is kind


@pytest.mark.parametrize(
    ("contacts", "kind"),
    [
        (403, TroubleKind.REST_DENIED),
        (405, TroubleKind.REST_DENIED),
        (404, TroubleKind.REST_MISSING),
        (400, TroubleKind.HTTP_STATUS),
        (True, TroubleKind.NO_REST),
        ({"contacts": [], "metadata": {"totalPages": 10**9}}, TroubleKind.NO_REST),
        ({"contacts": [{}], "metadata": {"totalPages": 1}}, TroubleKind.NO_REST),
    ],
)
async def test_a_book_that_makes_no_sense(contacts: Any, kind: TroubleKind) -> None:
    answers = {
        "GET /rest/login": OFFER,
        "POST /rest/login": {"token": "t"},
        "GET /rest/contacts": contacts,
    }
    async with liar(answers) as who:
        with pytest.raises(LinkTrouble) as caught:
            await read_address_book(who)
        assert caught.value.trouble.kind is kind


async def test_a_server_cannot_ask_for_the_password_itself_against_the_settings() -> None:
    offer = {"loginType": "ActiveDirectory", "nonce": "n", "secret": None}
    # Whatever is posted would be answered so that another trouble is told.
    async with liar({"GET /rest/login": offer, "POST /rest/login": 500}) as who:
        with pytest.raises(LinkTrouble) as caught:
            await read_address_book(who)
    assert caught.value.trouble.kind is TroubleKind.SETTINGS_INCOMPLETE
    assert "starface.sign_in" in caught.value.trouble.complaint.reason


SIGN_IN = {"GET /rest/login": OFFER, "POST /rest/login": {"token": "t"}}


def book_with_gaps(gaps: list[int], totals: Mapping[int, int]) -> Callable[[int], Any]:
    """Five pages of one contact each; each of the `gaps` is empty once."""
    attributes = [{"displayKey": "COMPANY"}], [{"displayKey": "PHONE_NUMBER"}]

    def page(number: int) -> Any:
        entry = {"id": str(number), "summaryValues": ["A"], "phoneNumberValues": ["0721 1"]}
        gap = number in gaps
        if gap:
            gaps.remove(number)
        return {
            "contacts": [] if gap else [entry],
            "metadata": {"totalPages": totals.get(number, 5)},
            "summaryBlockSchema": {"attributes": attributes[0]},
            "phoneNumbersBlockSchema": {"attributes": attributes[1]},
        }

    return page


async def test_an_empty_page_in_the_middle_is_asked_for_once_more() -> None:
    async with liar({**SIGN_IN, "GET /rest/contacts": book_with_gaps([0, 2], {})}) as who:
        ids = [one.ref.id for one in (await read_address_book(who)).contacts]
    assert ids == ["0", "1", "2", "3", "4"]


async def test_an_empty_page_in_the_middle_is_no_end_of_the_book() -> None:
    async with liar({**SIGN_IN, "GET /rest/contacts": book_with_gaps([2, 2], {})}) as who:
        with pytest.raises(LinkTrouble) as caught:
            await read_address_book(who)
    assert caught.value.trouble.kind is TroubleKind.NO_REST
    assert "page 3 of 5" in caught.value.trouble.complaint.reason


@pytest.mark.parametrize(("gap", "total"), [(4, 5), (2, 2), (2, 3)])
async def test_an_empty_last_page_is_the_end(gap: int, total: int) -> None:
    pages = book_with_gaps([gap], {gap: total})
    async with liar({**SIGN_IN, "GET /rest/contacts": pages}) as who:
        assert len((await read_address_book(who)).contacts) == gap


async def test_a_book_of_empty_pages_is_no_empty_book() -> None:
    pages = {"contacts": [], "metadata": {"totalPages": 9999}}
    async with liar({**SIGN_IN, "GET /rest/contacts": pages}) as who:
        with pytest.raises(LinkTrouble) as caught:
            await read_address_book(who)
    assert caught.value.trouble.kind is TroubleKind.NO_REST
