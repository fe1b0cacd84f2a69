"""Rights, the way back, real events and clocks: what a sign-in that works is worth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datev_connector import __version__
from datev_connector.app.diagnosis import Step, events
from datev_connector.app.diagnosis.certificate import whose, why_untrusted
from datev_connector.app.diagnosis.finding import PROGRAM
from datev_connector.app.versions import table
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.simulators.starface import (
    Behaviour,
    FaultKind,
    PbxContact,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from tests.app.diagnosis_desk import (
    ExaminedProfile,
    asks_often,
    running_connector,
    server,
    standing_in,
)
from tests.network.certificates import make_identity

CALLER = "004972112345"


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    return ExaminedProfile(tmp_path / "profile")


def calling(pbx: StarfaceSimulator, prompts: list[str]) -> Callable[[str], None]:
    """A person who calls when asked to."""

    def call(prompt: str) -> None:
        prompts.append(prompt)
        pbx.pbx.incoming("0123", CALLER, "Ada Byron").ring()

    return call


# --- events ---------------------------------------------------------------------------------------


async def test_events_are_proven_on_every_way_by_a_person_who_calls(
    profile: ExaminedProfile,
) -> None:
    prompts: list[str] = []
    async with StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as pbx:
        profile.write_settings(pbx.port, xmpp=pbx.xmpp_port)
        found = await profile.examine(events_s=20.0, prompt=calling(pbx, prompts))
    proven = found.of(Step.EVENTS)
    assert proven.state is LegState.UP
    assert proven.found == "An event came over callback and XMPP."
    assert proven.duration_s < 15, "who has heard enough stops listening"
    (prompt,) = prompts
    assert "at most 20 seconds" in prompt or "20 seconds at most" in prompt
    for personal in (CALLER, "Ada", "Byron", "12345"):
        assert personal not in found.text


async def test_an_event_on_one_way_proves_nothing_for_the_other(profile: ExaminedProfile) -> None:
    # The PBX is told a place that the system's resolver refuses without asking the network.
    async with StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as pbx:
        profile.write_settings(pbx.port, 'callback_host = "::1%nowhere"', xmpp=pbx.xmpp_port)
        found = await profile.examine(events_s=3.0, limit_s=3.0, prompt=calling(pbx, []))
    assert found.of(Step.EVENTS).state is LegState.UP
    assert found.of(Step.EVENTS).found == "An event came over XMPP, none over callback."
    assert found.of(Step.CALLBACK).state is LegState.UP
    assert "proves nothing where addresses are translated" in found.of(Step.CALLBACK).meaning


async def test_nobody_called(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert found.of(Step.EVENTS).state is LegState.UP, "a quiet telephone is no fault"
    assert found.of(Step.EVENTS).found.startswith("Not proven")
    meaning = found.of(Step.EVENTS).meaning
    assert meaning.startswith("To prove it, have the diagnosis wait for a call that you make")
    assert "diagnose --events 60" in meaning


async def test_nobody_called_though_asked_to(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "EVENTS_S", 0.0)
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(events_s=0.1)
    assert found.of(Step.EVENTS).state is LegState.DEGRADED
    assert "If somebody called meanwhile" in found.of(Step.EVENTS).meaning


async def test_a_call_whose_events_do_not_come_convicts_the_way_back(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_often(monkeypatch)
    config = StarfaceConfig(behaviour=Behaviour(deliver_events=False))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(events_s=12.0, prompt=calling(pbx, []))
    lost = found.of(Step.EVENTS)
    assert (lost.state, lost.mender) == (LegState.DEGRADED, Mender.NETWORK_ADMIN)
    assert "events do not reach this computer" in lost.meaning
    assert lost.found == "a call without its events"


async def test_a_running_connector_tells_of_its_last_event(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    async with StarfaceSimulator(StarfaceConfig()) as pbx, server(None) as datev:
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev}")
        async with running_connector(profile.folder):
            found = await profile.examine(events_s=20.0, prompt=calling(pbx, []))
            again = await profile.examine()
    assert found.of(Step.EVENTS).state is LegState.UP
    for one in (found, again):
        assert one.of(Step.EVENTS).found.startswith("The last event came ")


# --- the way back ---------------------------------------------------------------------------------


async def test_our_own_port_answers_where_the_pbx_is_told(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert found.of(Step.CALLBACK).state is LegState.UP
    assert found.of(Step.CALLBACK).found.startswith("127.0.0.1:")
    assert "/" not in found.of(Step.CALLBACK).found + found.of(Step.CALLBACK).tried, "a secret"
    assert found.of(Step.EVENTS).found.startswith("Not proven"), "our own test is no event"


# --- rights ---------------------------------------------------------------------------------------


async def test_a_subscription_that_is_refused(profile: ExaminedProfile) -> None:
    config = StarfaceConfig(behaviour=Behaviour(accept_subscriptions=False))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    assert found.of(Step.SIGN_IN).state is LegState.UP
    rights = found.of(Step.RIGHTS)
    assert (rights.state, rights.mender) == (LegState.DEGRADED, Mender.PBX_ADMIN)
    assert rights.found.startswith("events: refused; calls: answered")
    assert "does not accept our subscription" in rights.meaning
    assert found.of(Step.WAY).found.startswith("HTTPS with polling")


async def test_a_session_that_breaks_after_the_password_was_taken(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.WRONG_TYPES, method="*.getCallIds", times=None)
        found = await profile.examine()
    assert found.of(Step.SIGN_IN).state is LegState.UP
    assert found.of(Step.RIGHTS).state is LegState.DOWN
    assert "getCallIds with something unexpected" in found.of(Step.RIGHTS).meaning
    assert not found.has(Step.WAY)


async def test_a_call_list_that_is_not_given(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        pbx.faults.add(FaultKind.UCI_FAULT, method="*.getCallList", times=None)
        found = await profile.examine()
    rights = found.of(Step.RIGHTS)
    assert rights.state is LegState.DEGRADED
    assert "call list: fault" in rights.found
    assert "a colleague took" in rights.meaning


async def test_an_address_book_that_can_be_read_or_not(profile: ExaminedProfile) -> None:
    people = tuple(PbxContact(id=str(n), first_name="Ada", phone=CALLER) for n in range(3))
    async with StarfaceSimulator(StarfaceConfig(contacts=people)) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
        pbx.faults.add(FaultKind.GARBAGE, method="*contacts*", times=None)
        broken = await profile.examine()
        pbx.faults.clear()
        pbx.faults.add(FaultKind.UNAUTHORIZED, method="POST /rest/login", times=None)
        refused = await profile.examine()
        assert pbx.chronicle.request_counts["POST /rest/login"] == 3, "one sign-in each time"
    book = found.of(Step.ADDRESS_BOOK)
    assert (book.leg, book.found) == (Leg.CONTACTS_STARFACE, "It can be read: some 3 entries.")
    assert broken.of(Step.ADDRESS_BOOK).state is LegState.DEGRADED
    not_taken = refused.of(Step.ADDRESS_BOOK)
    assert (not_taken.state, not_taken.mender) == (LegState.DEGRADED, Mender.PBX_ADMIN)
    assert "takes this password for calls, but not for its address book" in not_taken.meaning
    for personal in ("Ada", CALLER):
        assert personal not in found.text


# --- clocks, versions, certificates ---------------------------------------------------------------


def zone_here(hours: int = 0) -> str:
    """The zone of this computer, or one some hours ahead of it, as zones without summer go."""
    offset = datetime.now().astimezone().utcoffset() or timedelta()
    return f"Etc/GMT{-(round(offset / timedelta(hours=1)) + hours):+d}"


@pytest.mark.parametrize(
    ("offset", "state", "words"),
    [
        (timedelta(0), LegState.UP, "the same zone as here"),
        (timedelta(minutes=5), LegState.DEGRADED, "s ahead"),
        (timedelta(minutes=-5), LegState.DEGRADED, "s behind"),
    ],
)
async def test_events_show_the_wall_clock_of_the_pbx(
    profile: ExaminedProfile, offset: timedelta, state: LegState, words: str
) -> None:
    config = StarfaceConfig(zone=zone_here(), behaviour=Behaviour(clock_offset=offset))
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(events_s=20.0, prompt=calling(pbx, []))
    clock = found.of(Step.CLOCK)
    assert clock.state is state
    assert "its wall clock shows UTC" in clock.found
    assert words in clock.found
    assert "DATEV" in clock.meaning


async def test_a_pbx_in_another_zone(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig(zone=zone_here(1))) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine(events_s=20.0, prompt=calling(pbx, []))
    assert found.of(Step.CLOCK).state is LegState.DEGRADED
    assert "another zone" in found.of(Step.CLOCK).meaning
    assert "here it is UTC" in found.of(Step.CLOCK).found


async def test_a_call_list_from_the_future(profile: ExaminedProfile) -> None:
    config = StarfaceConfig(
        zone=zone_here(), behaviour=Behaviour(clock_offset=timedelta(minutes=10))
    )
    async with StarfaceSimulator(config) as pbx:
        profile.write_settings(pbx.port)
        call = pbx.pbx.incoming("0123", CALLER, "Ada Byron")
        call.ring()
        call.hangup()
        found = await profile.examine()
    assert found.of(Step.CLOCK).state is LegState.DEGRADED
    assert "10 min in our future" in found.of(Step.CLOCK).found


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("8.1.0.5", "Nothing is known that speaks against"),
        ("10.0.2.6", "a later version will demand OAuth"),
        ("11.0.0.1", "newer than those that this program knows"),
        ("4.0", "Nothing is known that speaks against"),
    ],
)
async def test_a_version_is_looked_up_but_what_was_tried_counts(
    profile: ExaminedProfile, version: str, words: str
) -> None:
    async with StarfaceSimulator(StarfaceConfig(server_version=version)) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
    versions = found.of(Step.VERSIONS)
    assert (versions.leg, versions.state) == (Leg.STARFACE, LegState.UP)
    assert versions.found == f"STARFACE {version}, this program {__version__}"
    assert words in versions.meaning


async def test_this_program_is_looked_up_as_well(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with StarfaceSimulator() as pbx:
        profile.write_settings(pbx.port)
        known = (await profile.examine()).found[0]
        shipped = table.shipped()
        unknown = shipped.replace(
            'part = "own"\nversion = "0.1"', 'part = "own"\nversion = "0.0.1"'
        )
        assert unknown != shipped
        monkeypatch.setattr(table, "shipped", lambda: unknown)
        newer = (await profile.examine()).found[0]
    for finding in (known, newer):
        assert (finding.leg, finding.step, finding.state) == (PROGRAM, Step.PROGRAM, LegState.UP)
        assert finding.found == f"this program {__version__}"
    assert "Nothing is known that speaks against" in known.meaning
    assert "newer than those that this program knows" in newer.meaning


async def test_the_version_is_known_beside_a_running_connector_too(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    config = StarfaceConfig(server_version="10.0.2.6")
    async with StarfaceSimulator(config) as pbx, server(None) as datev:
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev}")
        async with running_connector(profile.folder):
            await standing_in(profile.folder, lambda standing: bool(standing.pbx_version))
            found = await profile.examine()
    assert found.of(Step.VERSION).found.startswith("STARFACE 10.0.2.6, ")
    assert "OAuth" in found.of(Step.VERSIONS).meaning


def test_why_a_certificate_is_not_trusted(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    mine = make_identity(tmp_path, name="pbx.example").certificate
    old = make_identity(tmp_path, name="*.pbx.example", expired=True).certificate
    assert "not for" not in why_untrusted(mine, "PBX.example", now)
    assert "made for pbx.example, and not for other.example" in (
        why_untrusted(mine, "other.example", now)
    )
    assert "not for" not in why_untrusted(old, "tk.pbx.example", now)
    assert "not for a.tk.pbx.example" in why_untrusted(old, "a.tk.pbx.example", now)
    assert "no longer valid" in why_untrusted(old, "tk.pbx.example", now)
    assert "(expired)" in whose(old, now)
    assert why_untrusted(b"nonsense", "pbx.example", now) == "It cannot be read."
