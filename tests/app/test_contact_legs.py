"""What the contact legs say of the index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.store.contacts import SourceState

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def state(source: Source, contacts: int) -> SourceState:
    return SourceState(source=source, loaded_at=NOON, contacts=contacts, numbers=contacts)


def test_an_empty_index_says_how_to_fill_it() -> None:
    for report in contact_reports([], NOON):
        assert report.state is LegState.DEGRADED
        assert report.mender is Mender.USER
        assert "contacts import" in report.remedy


@pytest.mark.parametrize(("count", "words"), [(1, "1 contact,"), (2, "2 contacts,")])
def test_a_filled_source_says_how_much_and_how_old(count: int, words: str) -> None:
    reports = {r.leg: r for r in contact_reports([state(Source.STARFACE, count)], NOON)}
    assert reports[Leg.CONTACTS_STARFACE].state is LegState.UP
    assert reports[Leg.CONTACTS_STARFACE].reason.startswith(words)
    assert reports[Leg.CONTACTS_DATEV].state is LegState.DEGRADED


def test_addressees_and_institutions_are_one_leg() -> None:
    found = [state(Source.DATEV, 3), state(Source.INSTITUTION, 2)]
    reports = {r.leg: r for r in contact_reports(found, NOON)}
    assert reports[Leg.CONTACTS_DATEV].reason.startswith("5 contacts,")
