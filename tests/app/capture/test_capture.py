"""A capture tells what PBX and DATEV are like, and nothing of anybody."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.capture.file import capture_text
from datev_connector.app.capture.notes import CaptureNotes
from datev_connector.app.capture.writing import personal_of
from datev_connector.app.diagnosis import Finding, Step, examine
from datev_connector.app.diagnosis.capturing import shown_address
from datev_connector.app.support_bundle.known_personal import KnownPersonal, folded
from datev_connector.app.support_bundle.versions import versions
from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office
from datev_connector.simulators.starface import (
    ModuleConfig,
    PbxContact,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from datev_connector.simulators.starface.made_up_contacts import made_up_contacts
from datev_connector.starface.module.archive import module_archive
from datev_connector.starface.module.names import STANDARD
from tests.app.cli_profile import CliProfile
from tests.app.diagnosis_desk import ExaminedProfile

CALLER, CALLER_NAME = "004972155501234", "Ada Byron-Lovelace"
DATEV_USER, DATEV_PASSWORD = "datevuser77", "Geheim-58"
CONTACTS = made_up_contacts(40)
OFFICE = Office(count=40)
LEAST_LETTERS, LEAST_DIGITS = 5, 6
PROTOCOL = frozenset({"natural_person", "legal_person", "inactive", "active"})
"""Words of DATEV's own that stand in every entity."""


class Captured:
    def __init__(self, text: str) -> None:
        self.text = text
        self.content: dict[str, Any] = json.loads(text)

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.content["facts"]
        return found

    def told(self, what: str, method: str) -> list[dict[str, Any]]:
        return [row for row in self.content["told"] if row.get(what, "").endswith(method)]


async def captured(profile: ExaminedProfile, **ground: Any) -> Captured:
    notes = CaptureNotes(clock=time.monotonic)
    environment = ground.pop("environment", {})
    made = profile.ground(capture=notes, **ground)
    made = replace(made, environment={**made.environment, **environment})
    async with aclosing(examine(made)) as examination:
        findings: list[Finding] = [finding async for finding in examination]
    text = capture_text(
        notes,
        [one.as_json() for one in findings],
        versions=versions("0"),
        com={},
        at=datetime.now(UTC),
        hide=KnownPersonal(personal_of(made.settings, notes.places)).hide,
    )
    return Captured(text)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExaminedProfile:
    monkeypatch.setenv("DATEV_CONNECTOR_DATEV_PASSWORD", DATEV_PASSWORD)
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    return ExaminedProfile(tmp_path / "profile")


async def whole_office(profile: ExaminedProfile) -> Captured:
    """Everything that there is to be seen, and two calls meanwhile."""
    config = StarfaceConfig(xmpp=XmppConfig(), contacts=CONTACTS)
    datev_config = DatevConfig(
        https_port=0, user=DATEV_USER, password=DATEV_PASSWORD, office=OFFICE
    )
    async with StarfaceSimulator(config) as pbx, DatevSimulator(datev_config) as datev:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        file = profile.folder / "settings.toml"
        more = (
            'contacts = "datevconnect"\n'
            f'connect_user = "{DATEV_USER}"\nconnect_url = "{datev.connect.https_url}"\n'
        )
        file.write_text(file.read_text("utf-8") + more, "utf-8")

        def call(_prompt: str) -> None:
            leg = pbx.pbx.incoming("0123", CALLER, CALLER_NAME)
            leg.ring()
            leg.answer()
            leg.hangup()
            pbx.pbx.incoming("0123", CALLER, CALLER_NAME).ring()

        return await captured(
            profile,
            events_s=4.0,
            prompt=call,
            environment={"DATEV_CONNECTOR_DATEV_PASSWORD": DATEV_PASSWORD},
        )


@pytest.mark.parametrize("name", [STANDARD, "KanzleiMusterfrau"])
async def test_what_the_module_answers(profile: ExaminedProfile, name: str) -> None:
    licence = "LICENCE-of-Musterfrau-2026"
    module = ModuleConfig(archive=module_archive(), name=name, values={"GUI_LICENCE": licence})
    async with StarfaceSimulator(StarfaceConfig(modules=(module,))) as pbx:
        profile.write_settings(pbx.port)
        file = profile.folder / "settings.toml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("[starface]", f'[starface]\nmodule_name = "{name}"'), "utf-8")
        there = await captured(profile)
        pbx.modules.activate(name, active=False)
        gone = await captured(profile)
    row = next(r for r in there.content["told"] if "getInfo" in str(r) or "licence" in str(r))
    assert row["value"] == {
        "moduleVersion": "number",
        "licence": "XXXXXXX-xx-Xxxxxxxxxx-dddd",
        "logLevel": "XXXX",
    }
    faults = [r for r in gone.content["told"] if r.get("fault") == 1 and "ucp" not in str(r)]
    assert faults
    assert all("Musterfrau" not in one.text for one in (there, gone))


# --- nobody's -----------------------------------------------------------------------------------


def leaves(value: object) -> Iterator[str]:
    """All texts and numbers in a value, without the names of members."""
    match value:
        case dict():
            for one in value.values():
                yield from leaves(one)
        case list() | tuple():
            for one in value:
                yield from leaves(one)
        case str() | int() | float():
            yield str(value)


def entities() -> Iterator[object]:
    for contact in CONTACTS:
        yield asdict(contact)
    for index in range(OFFICE.count):
        yield OFFICE.addressee(index)
        yield OFFICE.client(index)
        yield OFFICE.client(index, second=True)
    for user in StarfaceConfig().users:
        yield asdict(user)
    yield [CALLER, CALLER_NAME, DATEV_USER, DATEV_PASSWORD]


def personal_words() -> set[str]:
    texts = [text for entity in entities() for text in leaves(entity) if text not in PROTOCOL]
    words = {folded(word) for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    return {word for word in words if len(word) >= LEAST_LETTERS}


def personal_numbers() -> set[str]:
    found = set()
    for entity in entities():
        for text in leaves(entity):
            digits = "".join(filter(str.isdecimal, text))
            if len(digits) >= LEAST_DIGITS and not re.search(r"\d{4}-\d\d-\d\dT", text):
                found.add(digits[-7:])
    return found


async def test_nothing_of_anybody_is_in_it(profile: ExaminedProfile) -> None:
    text = (await whole_office(profile)).text
    there = {folded(word) for word in re.findall(r"[^\W\d_]+", text)}
    told = personal_words() & there
    assert told <= OURS, sorted(told - OURS)
    digits = re.sub(r"(?<=\d)[ /().-]{1,3}(?=\d)", "", text)
    assert not [number for number in personal_numbers() if number in digits]
    for secret in ("Pass123", "Pass124", DATEV_PASSWORD, "0123", "0124", DATEV_USER, CALLER):
        assert secret not in text
    for place in (str(profile.folder), "127.0.0.1", "localhost", "pbx.example", "SHA-256 "):
        assert place not in text, "servers, folders and certificates are an office's own"


OURS = frozenset(
    {"active", "business", "company", "email", "mobile", "phone", "number", "telephone", "value"}
    | {"false", "true"}
)
"""Ordinary words that made-up data and our own sentences have in common."""


async def test_the_guard_of_this_test_would_see_a_name_and_a_number() -> None:
    assert {"byron", "lovelace", "berger", "conrad"} <= personal_words()
    assert CALLER[-7:] in personal_numbers()
    assert len(personal_numbers()) > 60


# --- what it is good for ------------------------------------------------------------------------


async def test_it_holds_what_the_references_do_not_know(profile: ExaminedProfile) -> None:
    seen = await whole_office(profile)
    (services,) = {str(row["value"]) for row in seen.told("answer", "getProvidedRequests")}
    assert "ucp.v30" in services
    states = [row["params"][0]["state"] for row in seen.told("event", "receiveCallState")]
    for state in ("RINGING", "CONNECTED", "HANGUP"):
        assert states.count(state) >= 2, "a capture hears the whole call, on both ways"
    (call, *_) = seen.told("event", "receiveCallState")
    assert call["params"][0]["callerNumber"] == "d" * len(CALLER)
    assert call["params"][0]["id"] == "uuid 1"
    assert call["way"] in {"https", "xmpp"}
    described = seen.facts["xmpp service discovery"]
    assert any("jabber:iq:rpc" in one["features"] for one in described)
    assert seen.facts["uci over xmpp"]["found"] in {"advertised", "guessed"}
    assert seen.facts["xmpp sign-in"]
    assert seen.facts["rest"]["most contacts in a page"] == len(CONTACTS)
    lists = seen.facts["datevconnect"]["lists"]
    addressee = lists["master-data/v1/addressees"]
    assert addressee["top is honoured"] in {True, False}
    assert addressee["entries"]["of"][0]["id"].startswith("uuid")
    assert "communications" in addressee["single"]
    assert seen.content["versions"]["Python"]
    found = {row["step"]: row.get("found") for row in seen.content["findings"]}
    assert found["version"] == "STARFACE 8.1.0.5, UCI v30"
    assert "SCRAM-SHA-256" in found["xmpp sign-in form"]
    assert found["tls"] is None


async def test_without_a_pbx_it_holds_what_there_is(profile: ExaminedProfile) -> None:
    profile.write_settings(1)
    seen = await captured(profile)
    assert seen.content["told"] == []
    assert any(finding["state"] == "down" for finding in seen.content["findings"])


async def test_without_a_capture_nothing_more_is_asked(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig(contacts=(PbxContact(id="1"),))) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert not found.has(Step.CAPTURE)


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("pbx.example", "DOMAIN"),
        ("uci.pbx.example", "uci.DOMAIN"),
        ("conference.PBX.example", "conference.DOMAIN"),
        ("ucp@pbx.example/x", "ucp@DOMAIN"),
        ("mueller@pbx.example", "xxxxxxx@DOMAIN"),
        ("a1.mueller.pbx.example", "xd.xxxxxxx.DOMAIN"),
        ("other.example", "elsewhere (xxxxx.xxxxxxx)"),
    ],
)
def test_an_address_without_whose_it_is(address: str, shown: str) -> None:
    assert shown_address(address, "pbx.example") == shown


# --- the command --------------------------------------------------------------------------------


def test_the_command_writes_the_file_and_replaces_none(tmp_path: Path) -> None:
    profile, file = CliProfile(tmp_path / "profile"), tmp_path / "capture.json"
    profile.settings(
        '[starface]\nhost = "127.0.0.1"\nlogin = "0123"\nhttps_port = 1\nxmpp_port = 1\n'
    )
    told = profile.failed(1, "diagnose", "--json", "--capture", str(file))
    assert f"What was answered stands in {file}." in told
    content = json.loads(file.read_text("utf-8"))
    assert content["com"] == {"com": "only on Windows"}
    assert content["findings"]
    before = file.read_bytes()
    assert "is there already" in profile.failed(1, "diagnose", "--capture", str(file))
    assert file.read_bytes() == before
    profile.failed(1, "diagnose", "--json", "--capture", str(file), "--force")
    assert file.read_bytes() != before
