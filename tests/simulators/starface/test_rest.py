from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    ContactColumns,
    FaultKind,
    PbxContact,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
    made_up_contacts,
)
from datev_connector.simulators.starface.accounts import rest_secret
from tests.simulators.starface.client import fetch
from tests.simulators.starface.clock import Clock

CONTACTS = tuple(
    PbxContact(
        id=f"c{n}",
        first_name=f"Vorname{n}",
        family_name=f"Name{99 - n}",
        phone=f"004972100{n}",
        tags=("kunden",) if n % 2 else ("medien",),
    )
    for n in range(45)
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def starface(clock: Clock) -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig(now=clock, contacts=CONTACTS)) as simulator:
        yield simulator


async def ask(
    starface: StarfaceSimulator, method: str, path: str, token: str | None = None, body: Any = None
) -> tuple[int, Any]:
    headers = {"X-Version": "2", "Content-Type": "application/json"}
    if token is not None:
        headers["authToken"] = token
    data = json.dumps(body).encode() if body is not None else b""
    answer = await fetch(starface, method, "/rest" + path, body=data, headers=headers)
    return answer.status, json.loads(answer.body) if answer.body else None


async def offered(starface: StarfaceSimulator, password: str = "Pass123") -> dict[str, Any]:
    _, form = await ask(starface, "GET", "/login")
    form["secret"] = rest_secret("0123", form["nonce"], password, AuthMode.SHA512)
    return dict(form)


async def signed_in(starface: StarfaceSimulator) -> str:
    status, answer = await ask(starface, "POST", "/login", body=await offered(starface))
    assert status == 200
    return str(answer["token"])


async def test_login_and_out(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    status, me = await ask(starface, "GET", "/users/me", token)
    assert (status, me["login"], me["familyName"]) == (200, "0123", "Berger")
    assert await ask(starface, "DELETE", "/login", token) == (204, None)
    assert (await ask(starface, "GET", "/users/me", token))[0] == 401


async def test_nonce_serves_once(starface: StarfaceSimulator) -> None:
    form = await offered(starface)
    assert form["loginType"] == "Internal"
    assert (await ask(starface, "POST", "/login", body=form))[0] == 200
    assert (await ask(starface, "POST", "/login", body=form))[0] == 400


async def test_wrong_password_is_counted(starface: StarfaceSimulator) -> None:
    form = await offered(starface, "wrong")
    status, answer = await ask(starface, "POST", "/login", body=form)
    assert (status, answer["message"]) == (400, "Login failed")
    assert starface.accounts.attempts("0123").bad == 1


async def test_active_directory_login() -> None:
    config = StarfaceConfig(auth_modes=frozenset({AuthMode.ACTIVE_DIRECTORY}))
    async with StarfaceSimulator(config) as starface:
        _, form = await ask(starface, "GET", "/login")
        assert form["loginType"] == "ActiveDirectory"
        mode = AuthMode.ACTIVE_DIRECTORY
        form["secret"] = rest_secret("0123", form["nonce"], "Pass123", mode)
        assert (await ask(starface, "POST", "/login", body=form))[0] == 200


@pytest.mark.parametrize("body", [{}, [], {"nonce": 1, "secret": "x"}, {"nonce": "x"}])
async def test_incomplete_login(starface: StarfaceSimulator, body: Any) -> None:
    assert (await ask(starface, "POST", "/login", body=body))[0] == 400


async def test_without_token(starface: StarfaceSimulator) -> None:
    status, answer = await ask(starface, "GET", "/contacts")
    assert status == 401
    assert answer == {
        "code": "d937bb0c-ab0f-464a-a02a-41840746a45a",
        "message": "Not logged in",
    }
    status, answer = await ask(starface, "GET", "/contacts", "")
    assert (status, answer["code"]) == (400, "46dca6f5-ed1a-44c9-920d-b0e57ea17ef5")


async def test_token_ends(starface: StarfaceSimulator, clock: Clock) -> None:
    token = await signed_in(starface)
    clock.forward(4 * 3600)
    assert (await ask(starface, "GET", "/users/me", token))[0] == 401
    token = await signed_in(starface)
    starface.rest.expire_tokens()
    assert (await ask(starface, "GET", "/users/me", token))[0] == 401


async def test_pages(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    _, first = await ask(starface, "GET", "/contacts", token)
    assert first["metadata"] == {
        "page": 0,
        "pagesize": 20,
        "totalPages": 3,
        "sort": "",
        "sortdirection": "ASC",
    }
    ids = [contact["id"] for contact in first["contacts"]]
    for page in (1, 2):
        _, more = await ask(starface, "GET", f"/contacts?page={page}", token)
        ids += [contact["id"] for contact in more["contacts"]]
    assert ids == [contact.id for contact in CONTACTS]
    _, beyond = await ask(starface, "GET", "/contacts?page=3", token)
    assert beyond["contacts"] == []


async def test_columns_match_the_schema(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    _, page = await ask(starface, "GET", "/contacts?searchTerms=vorname7", token)
    (contact,) = page["contacts"]
    summary = [a["name"] for a in page["summaryBlockSchema"]["attributes"]]
    numbers = [a["name"] for a in page["phoneNumbersBlockSchema"]["attributes"]]
    assert dict(zip(summary, contact["summaryValues"], strict=True))["familyname"] == "Name92"
    assert dict(zip(numbers, contact["phoneNumberValues"], strict=True))["phone"] == "0049721007"
    _, scheme = await ask(starface, "GET", "/contacts/scheme?lang=de", token)
    assert [a["name"] for a in scheme["phoneNumbersBlock"]["attributes"]] == numbers


async def test_search_sort_and_tags(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    path = "/contacts?tags=kunden&sort=familyname&sortdirection=DESC&pagesize=500"
    _, page = await ask(starface, "GET", path, token)
    assert [contact["id"] for contact in page["contacts"]][:2] == ["c1", "c3"]
    assert (len(page["contacts"]), page["metadata"]["pagesize"]) == (22, 200)
    _, tags = await ask(starface, "GET", "/contacts/tags", token)
    assert [tag["name"] for tag in tags] == ["kunden", "medien"]


async def test_detail(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    _, contact = await ask(starface, "GET", "/contacts/c7", token)
    assert contact["primaryExternalNumber"] == "0049721007"
    assert [block["name"] for block in contact["blocks"]] == ["contact", "telephone"]
    status, answer = await ask(starface, "GET", "/contacts/none", token)
    assert (status, answer["message"]) == (404, "Contact not found")


async def test_errors(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    assert (await ask(starface, "GET", "/calls", token))[0] == 404
    assert (await ask(starface, "PUT", "/contacts", token))[0] == 405
    assert (await ask(starface, "PUT", "/login", token))[0] == 405
    assert (await ask(starface, "GET", "/contacts?page=x", token))[0] == 400
    answer = await fetch(starface, "POST", "/rest/login", body=b"no json")
    assert answer.status == 400


async def test_book_changes_while_running(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    starface.address_book.replace([PbxContact(id="only")])
    _, page = await ask(starface, "GET", "/contacts", token)
    assert [contact["id"] for contact in page["contacts"]] == ["only"]
    assert len(starface.address_book) == 1


async def test_restart_ends_tokens(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    await starface.restart()
    assert (await ask(starface, "GET", "/users/me", token))[0] == 401


async def test_version_of_the_interface_is_demanded(starface: StarfaceSimulator) -> None:
    answer = await fetch(starface, "GET", "/rest/login")
    assert (answer.status, json.loads(answer.body)["message"]) == (400, "X-Version must be 2")
    config = StarfaceConfig(rest_demands_version=False)
    async with StarfaceSimulator(config) as easy:
        assert (await fetch(easy, "GET", "/rest/login")).status == 200


async def test_nonce_grows_old(starface: StarfaceSimulator, clock: Clock) -> None:
    form = await offered(starface)
    clock.forward(300)
    assert (await ask(starface, "POST", "/login", body=form))[0] == 400
    assert starface.accounts.attempts("0123").good == 0


async def test_accounts() -> None:
    group = PbxGroup(group_id="g1", number="50", name="Zentrale")
    async with StarfaceSimulator(StarfaceConfig(groups=(group,))) as starface:
        _, accounts = await ask(starface, "GET", "/accounts", await signed_in(starface))
    shown = [(a["type"], a["primaryInternalPhoneNumber"]) for a in accounts]
    assert shown == [("USER", "23"), ("USER", "24"), ("GROUP", "50")]
    assert len({account["accountId"] for account in accounts}) == 3


async def test_columns_are_the_administrators_choice() -> None:
    shown = ContactColumns(
        summary=("company", "familyname"), numbers=("fax", "mobile", "phone"), details=("note",)
    )
    contact = PbxContact(id="c", company="Bäckerei Groß", fax="0721/1", phone="0721/2", note="n")
    config = StarfaceConfig(contacts=(contact,), contact_columns=shown)
    async with StarfaceSimulator(config) as starface:
        token = await signed_in(starface)
        _, page = await ask(starface, "GET", "/contacts", token)
        _, scheme = await ask(starface, "GET", "/contacts/scheme?lang=en", token)
        _, detail = await ask(starface, "GET", "/contacts/c", token)
    (row,) = page["contacts"]
    assert row["summaryValues"] == ["Bäckerei Groß", ""]
    assert row["phoneNumberValues"] == ["0721/1", "", "0721/2"]
    german = [a["i18nDisplayName"] for a in page["phoneNumbersBlockSchema"]["attributes"]]
    english = [a["i18nDisplayName"] for a in scheme["phoneNumbersBlock"]["attributes"]]
    assert german == ["Fax", "Mobil", "Rufnummer"]
    assert english == ["Fax", "Mobile", "Phone number"]
    keys = [a["displayKey"] for a in scheme["phoneNumbersBlock"]["attributes"]]
    assert keys == ["FAX_NUMBER", "MOBILE_PHONE_NUMBER", "PHONE_NUMBER"]
    assert detail["blocks"][0]["attributes"][0]["value"] == "n"


def test_column_that_does_not_exist() -> None:
    with pytest.raises(LookupError, match="no column 'hat'; there are: salutation"):
        StarfaceSimulator(StarfaceConfig(contact_columns=ContactColumns(numbers=("hat",))))


async def test_book_changes_while_it_is_read(starface: StarfaceSimulator) -> None:
    token = await signed_in(starface)
    starface.address_book.replace_later(CONTACTS[:10], after_pages=2)
    totals = []
    for page in range(3):
        _, answer = await ask(starface, "GET", f"/contacts?page={page}", token)
        totals.append((answer["metadata"]["totalPages"], len(answer["contacts"])))
    assert totals == [(3, 20), (3, 20), (1, 0)]


@pytest.mark.parametrize(
    ("kind", "status"), [(FaultKind.SERVER_ERROR, 500), (FaultKind.UNAUTHORIZED, 401)]
)
async def test_a_page_fails(starface: StarfaceSimulator, kind: FaultKind, status: int) -> None:
    token = await signed_in(starface)
    starface.faults.add(kind, method="GET /rest/contacts", skip=1)
    found = []
    for page in range(3):
        headers = {"X-Version": "2", "authToken": token}
        answer = await fetch(starface, "GET", f"/rest/contacts?page={page}", headers=headers)
        found.append(answer.status)
    assert found == [200, status, 200]


async def test_ten_thousand_contacts() -> None:
    config = StarfaceConfig(contacts=made_up_contacts(10_000))
    async with StarfaceSimulator(config) as starface:
        token = await signed_in(starface)
        ids = []
        for page in range(50):
            _, answer = await ask(starface, "GET", f"/contacts?pagesize=200&page={page}", token)
            assert answer["metadata"]["totalPages"] == 50
            ids += [contact["id"] for contact in answer["contacts"]]
        assert len(set(ids)) == 10_000
        _, tags = await ask(starface, "GET", "/contacts/tags", token)
        assert "Mandanten" in [tag["name"] for tag in tags]
