"""Everything that legs, doors, store and desk can complain of is said in German, part by part."""

from __future__ import annotations

import asyncio
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest

from datev_connector.app.running.address_refresh import Refreshing
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.app.running.master_data_refresh import Freshness
from datev_connector.app.running.master_data_ways import NOT_FOUND, NOT_WANTED
from datev_connector.app.selftest.modules import own_modules
from datev_connector.datev.absent import NoDatev
from datev_connector.datev.master_data.connect.troubles import Wrong
from datev_connector.datev.master_data.connect.troubles import trouble as connect_trouble
from datev_connector.datev.master_data.freshness import Progress
from datev_connector.datev.master_data.sdd import troubles as sdd_troubles
from datev_connector.datev.master_data.sdd.lines import Failure
from datev_connector.datev.master_data.trouble import Trouble as MasterDataWrong
from datev_connector.datev.presence import Presence
from datev_connector.domain.contacts import Source
from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import LegReport
from datev_connector.domain.wording import Worded, joined, worded
from datev_connector.engine import keeper
from datev_connector.starface.leg_words import LegWords
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.store import errors
from datev_connector.store.contacts import SourceState
from datev_connector.texts.language import Language, Tongue

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GERMAN = Language.of(Tongue.GERMAN)
ROOMS = (
    "domain",
    "engine",
    "starface",
    "datev",
    "network",
    "store",
    "app.diagnosis",
    "app.running",
)
BROKEN = worded("no TLS")
"""A detail that is to be said in German too."""


def told(text: str) -> str:
    """The text in German, after it was made sure that no word of it is left in English."""
    assert isinstance(text, Worded), f"forgets its words: {text!r}"
    assert list(left_in_english(text)) == []
    german = GERMAN.tell(text)
    assert german != text
    return german


def left_in_english(text: str) -> Iterator[str]:
    """The templates in a text, however deep, that the catalogue does not know."""
    if not isinstance(text, Worded):
        return
    words = re.search(r"[^\W\d_]", re.sub(r"\{[^}]*\}", "", text.template))
    if words and GERMAN.say(text.template) == text.template:
        yield text.template
    for value in text.values.values():
        if isinstance(value, str):
            yield from left_in_english(value)


def tell_both(reason: str, remedy: str) -> None:
    told(reason)
    assert remedy == "" or told(remedy)


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TroubleKind)
def test_troubles_with_the_pbx(kind: TroubleKind) -> None:
    for where in ("", "pbx:443"):
        complaint = Trouble(kind=kind, where=where, detail=BROKEN).complaint
        tell_both(complaint.reason, complaint.remedy)
        assert "kein TLS" in told(complaint.reason) or "no TLS" not in complaint.reason


@pytest.mark.parametrize("wrong", Wrong)
def test_troubles_with_datevconnect(wrong: Wrong) -> None:
    found = connect_trouble(wrong, where="server:58452", detail=BROKEN)
    tell_both(found.reason, found.remedy)
    assert "kein TLS" in told(found.reason) or "no TLS" not in found.reason


@pytest.mark.parametrize("code", [*sdd_troubles.BY_CODE, "usage", "never-heard-of"])
def test_troubles_of_the_reader(code: str) -> None:
    for kind in ("", "COMException"):
        failure = Failure(code=code, type=kind, hresult="", message="")
        found = sdd_troubles.of_failure(failure).trouble
        tell_both(found.reason, found.remedy)


@pytest.mark.parametrize("found", [NOT_FOUND, NOT_WANTED], ids=lambda found: found.code)
def test_missing_ways_to_master_data(found: MasterDataWrong) -> None:
    tell_both(found.reason, found.remedy)


@pytest.mark.parametrize("presence", Presence)
def test_presence_of_datev(presence: Presence) -> None:
    _, reason, _, remedy = presence.value
    tell_both(reason, remedy)


FILE = Path("store.db")


@pytest.mark.parametrize(
    "error",
    [
        errors.overtaken(),
        *(make(FILE) for make in (errors.corrupt, errors.full, errors.read_only, errors.busy)),
        errors.failing(FILE, "Input/output error"),
    ],
    ids=str,
)
def test_faults_of_the_store(error: errors.StoreError) -> None:
    tell_both(error.what, error.remedy)
    assert told(str(error)) == f"{told(error.what)} {told(error.remedy)}"


# --- reports that are put together ----------------------------------------------------------------


def tell_report(report: LegReport) -> str:
    tell_both(report.reason, report.remedy)
    return GERMAN.tell(report.reason)


def state(source: Source, contacts: int, age: timedelta = timedelta(0)) -> SourceState:
    return SourceState(source=source, loaded_at=NOW - age, contacts=contacts, numbers=contacts)


WRONG = connect_trouble(Wrong.SILENT, where="server:58452")
FILLED = [
    state(Source.DATEV, 118234),
    state(Source.INSTITUTION, 2, timedelta(days=9)),
    state(Source.STARFACE, 1),
]


@pytest.mark.parametrize("states", [[], FILLED], ids=["empty", "filled"])
@pytest.mark.parametrize(
    "freshness",
    [
        Freshness(),
        Freshness(way="DATEVconnect", progress=Progress(done=3)),
        Freshness(way="DATEVconnect", progress=Progress(done=3, of=9)),
        Freshness(trouble=WRONG),
        Freshness(trouble=NOT_FOUND),
        Freshness(clients=WRONG),
        Freshness(left_out=1),
        Freshness(left_out=2),
    ],
)
def test_contacts_of_datev(states: list[SourceState], freshness: Freshness) -> None:
    report, _ = contact_reports(states, NOW, None, freshness)
    german = tell_report(report)
    assert not states or f"118.236 Kontakte, Stand {NOW.astimezone():%d.%m.%Y %H:%M}" in german


@pytest.mark.parametrize("states", [[], FILLED], ids=["empty", "filled"])
@pytest.mark.parametrize(
    "refreshing",
    [
        Refreshing(),
        Refreshing(of=1),
        Refreshing(page=3, of=50),
        Refreshing(trouble=Trouble(kind=TroubleKind.REST_DENIED, detail="403").complaint),
        Refreshing(empty=True),
        Refreshing(left_out=1),
        Refreshing(left_out=2),
    ],
)
def test_contacts_of_the_pbx(states: list[SourceState], refreshing: Refreshing) -> None:
    _, report = contact_reports(states, NOW, refreshing)
    tell_report(report)


def test_several_flaws_of_the_leg_to_the_pbx() -> None:
    flaws = [Trouble(kind=kind, detail="x").complaint for kind in TroubleKind]
    changed = LegWords().working(flaws[0], flaws, NOW)
    assert changed is not None
    assert tell_report(changed.report) == " ".join(GERMAN.tell(flaw.reason) for flaw in flaws)


async def test_a_datev_that_is_not_there() -> None:
    news: list[Input] = []
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await NoDatev(emit=news.append, now=lambda: NOW).run()
    (changed,) = news
    assert isinstance(changed, LegChanged)
    tell_report(changed.report)


@pytest.mark.parametrize(
    ("fault", "gaps"), [(str(errors.full(FILE)), False), (None, True), (None, False)]
)
def test_the_leg_of_the_store(fault: str | None, gaps: bool) -> None:
    tell_report(keeper._report(NOW, fault, gaps=gaps))


# --- everything that stands in a module -----------------------------------------------------------


def modules() -> Iterator[ModuleType]:
    wanted = tuple(f"datev_connector.{room}" for room in ROOMS)
    for name in own_modules():
        if name.startswith(wanted):
            yield importlib.import_module(name)


def worded_in(value: object) -> Iterator[Worded]:
    """All worded texts in a value, however deep."""
    inside: Iterable[object] = ()
    if isinstance(value, Worded):
        yield value
    elif isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, type) and issubclass(value, Enum):
        inside = [member.value for member in value]
    elif isinstance(value, tuple | list):
        inside = value
    elif is_dataclass(value) and not isinstance(value, type):
        inside = [getattr(value, one.name) for one in fields(value)]
    for one in inside:
        yield from worded_in(one)


def test_all_texts_that_stand_in_modules() -> None:
    texts = [
        text for module in modules() for name in vars(module).values() for text in worded_in(name)
    ]
    assert len(texts) > 300
    assert [part for text in texts for part in left_in_english(text)] == []


def complaints_in(value: object) -> Iterator[Complaint | MasterDataWrong]:
    if isinstance(value, Complaint | MasterDataWrong):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from complaints_in(one)


def test_all_complaints_that_stand_in_modules() -> None:
    found = [
        one for module in modules() for each in vars(module).values() for one in complaints_in(each)
    ]
    assert len(found) > 30
    for complaint in found:
        tell_both(complaint.reason, complaint.remedy)


def test_a_text_of_which_a_part_is_not_translated_is_found() -> None:
    lost = worded("Nobody has ever said this of {what}.", what="it")
    text = joined(worded("no TLS"), worded("{told}; close that connector first", told=lost))
    assert lost.template in list(left_in_english(text))
