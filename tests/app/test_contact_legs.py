"""What the contact legs say of the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from datev_connector.app.running.address_refresh import Refreshing
from datev_connector.app.running.contact_legs import contact_reports
from datev_connector.domain.contacts import Source
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.starface.trouble import Complaint
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


def test_institutions_of_a_file_do_not_make_addressees_look_old() -> None:
    old = replace(state(Source.INSTITUTION, 2), loaded_at=NOON - timedelta(days=90))
    new = replace(state(Source.DATEV, 3), loaded_at=NOON)
    reports = {r.leg: r for r in contact_reports([old, new], NOON)}
    now, then = (f"{at.astimezone():%Y-%m-%d %H:%M}" for at in (NOON, NOON - timedelta(days=90)))
    assert reports[Leg.CONTACTS_DATEV].reason == (
        f"5 contacts, as of {now} (2 institutions as of {then})"
    )


# --- the address book of the PBX ------------------------------------------------------------------

READING = Refreshing(page=3, of=50)
SECRET_LOST = Complaint(reason="It is so.", mender=Mender.PBX_ADMIN, remedy="Do it.")


def starface_leg(refreshing: Refreshing, *filled: SourceState) -> LegReport:
    reports = {report.leg: report for report in contact_reports(filled, NOON, refreshing)}
    assert reports[Leg.CONTACTS_DATEV].reason == "there are no contacts of this source"
    return reports[Leg.CONTACTS_STARFACE]


def test_reading_is_told_and_changes_nothing_else() -> None:
    report = starface_leg(READING, state(Source.STARFACE, 7))
    assert report.state is LegState.UP
    assert report.reason.startswith("7 contacts, as of ")
    assert report.reason.endswith("the address book of the PBX is being read, page 3 of 50")
    assert starface_leg(Refreshing(of=1)).state is LegState.DEGRADED


def test_what_hinders_is_told_with_the_age_of_what_is_in_use() -> None:
    report = starface_leg(Refreshing(trouble=SECRET_LOST), state(Source.STARFACE, 7))
    assert report.state is LegState.DEGRADED
    assert "cannot be read. It is so. In use: 7 contacts, as of 2026-11-20" in report.reason
    assert (report.mender, report.remedy) == (Mender.PBX_ADMIN, "Do it.")
    bare = starface_leg(Refreshing(trouble=SECRET_LOST))
    assert bare.reason.endswith("It is so. There are no contacts of this source.")


def test_an_empty_book_leaves_what_is_there() -> None:
    report = starface_leg(Refreshing(empty=True), state(Source.STARFACE, 7))
    assert report.state is LegState.UP
    assert "is empty and changed none" in report.reason
    bare = starface_leg(Refreshing(empty=True))
    assert bare.state is LegState.DEGRADED
    assert bare.mender is Mender.PBX_ADMIN


def test_entries_that_could_not_be_read_are_counted() -> None:
    report = starface_leg(Refreshing(left_out=1), state(Source.STARFACE, 7))
    assert report.state is LegState.UP
    assert "1 entry of the address book could not be read" in report.reason
    assert starface_leg(Refreshing(), state(Source.STARFACE, 7)).reason.count(";") == 0
