from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from datev_connector.app.windows.dialling import DiallingDesk
from datev_connector.desktop.ports import DialPreview
from datev_connector.domain.contacts import Contact, ContactRef, IndexEntry, Source, StoredNumber
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.effects import DialReported, PlaceCall
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.inputs import DialRequested, LegChanged
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.store import StoreError
from tests.domain.paper_index import PaperIndex

Answer = TypeVar("Answer")
PLAN = DialPlan(area_code="721", exchange_prefix="0")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class AtOnce:
    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        future = Future[Answer]()
        future.set_result(work())
        return future


def contact(ident: str, name: str, number: str) -> Contact:
    ref = ContactRef(Source.DATEV, ident)
    return Contact(ref=ref, name=name, numbers=(StoredNumber(number=number),))


CONTACTS = (
    contact("1", "Müller GmbH", "0721 9876-0"),
    contact("2", "Müller GmbH", "0721 98760"),
    contact("3", "Meier, Anna", "0721 98760"),
)


def preview(text: str, plan: DialPlan = PLAN) -> DialPreview:
    desk = DiallingDesk(AtOnce(), PaperIndex(CONTACTS, plan), lambda: plan)
    return desk.preview(text).result()


def test_an_outside_number_is_shown_nationally_and_dialled_with_the_prefix() -> None:
    found = preview(" 0721 / 98 76-0 ")
    assert (found.dialled, found.shown, found.refused) == ("0004972198760", "0721 98760", "")


def test_it_names_who_has_the_number_each_once() -> None:
    assert preview("0721 98760").names == ("Meier, Anna", "Müller GmbH")
    assert preview("089 123456").names == ()


def test_a_local_number_gets_the_area_code_of_the_office() -> None:
    assert preview("98760").dialled == "0004972198760"


def test_an_extension_is_dialled_as_it_is() -> None:
    found = preview("12")
    assert (found.dialled, found.shown, found.names) == ("12", "12", ())


def test_what_cannot_be_dialled_says_why() -> None:
    found = preview("Müller")
    assert found.dialled == ""
    assert "no digits" in found.refused


def test_the_plan_that_counts_now_is_asked_for() -> None:
    plans = [DialPlan(area_code="721", exchange_prefix="9"), DialPlan(area_code="721")]
    desk = DiallingDesk(AtOnce(), PaperIndex(()), plans.pop)
    assert desk.preview("0721 98760").result().dialled == "004972198760"
    assert desk.preview("0721 98760").result().dialled == "9004972198760"


class Broken(PaperIndex):
    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        raise StoreError("the disk is gone", "wait")


def test_without_the_index_it_can_be_dialled_all_the_same() -> None:
    desk = DiallingDesk(AtOnce(), Broken(CONTACTS), lambda: PLAN)
    found = desk.preview("0721 98760").result()
    assert (found.dialled, found.names) == ("0004972198760", ())


TEXTS = [
    "0721 98760",
    "+49 (0)721 9876-0",
    "98760",
    "12",
    "110",
    "*21#",
    "0049 721 98760; Zentrale",
    "004972198760",
    "+43 1 5123456",
    "0000",
    "Müller",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("plan", [PLAN, DialPlan(), DialPlan(exchange_prefix="9")])
def test_the_preview_is_what_the_desk_has_the_pbx_dial(text: str, plan: DialPlan) -> None:
    desk = CallDesk(rules=CallRules(), plan=plan, ids=IdSequence("t", 1))
    up = LegReport(leg=Leg.STARFACE, state=LegState.UP, since=NOON, reason="up")
    desk.handle(LegChanged(at=NOON, report=up))
    effects = desk.handle(DialRequested(at=NOON, number=text))
    placed = [one.number for one in effects if isinstance(one, PlaceCall)]
    refused = [one.refused for one in effects if isinstance(one, DialReported) and one.refused]
    found = preview(text, plan)
    assert placed == ([found.dialled] if found.dialled else [])
    assert refused == ([found.refused] if found.refused else [])
