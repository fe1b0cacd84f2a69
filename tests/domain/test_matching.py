from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datev_connector.domain.contacts import Contact, Medium, Rule, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import (
    Cause,
    IndexKey,
    Match,
    SearchKeys,
    find,
    full_index_keys,
    index_keys,
    search_keys,
)
from datev_connector.domain.numbers import read_caller
from datev_connector.domain.plain_fields import plain_key
from tests.domain.paper_index import KARLSRUHE, PaperIndex, contact

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

HEAD = contact("head", "0721 9999-0")
DESK = contact("desk", "0721 9999-12")


def found(
    caller: str,
    *contacts: Contact,
    plan: DialPlan = KARLSRUHE,
    used: dict[str, datetime] | None = None,
) -> Match:
    return find(read_caller(caller, plan), PaperIndex(contacts, plan, used), plan)


def ids(match: Match) -> list[str]:
    return [candidate.ref.id for candidate in match.candidates]


def losers(match: Match) -> dict[str, Cause]:
    return {rejected.ref.id: rejected.cause for rejected in match.rejected}


OTHER_NUMBERS = [
    *["01713920077", "08001234567", "018055555", "09001123456", "070012345678", "03212345678"],
    "+43158000123",
]


# --- keys -----------------------------------------------------------------------------------------


def test_a_fixed_line_looks_for_all_stems_that_leave_five_digits() -> None:
    assert search_keys(read_caller("0049721999912", KARLSRUHE), KARLSRUHE) == SearchKeys(
        exact=("49721999912",),
        stems=("49721999912", "4972199991", "497219999", "49721999", "4972199", "497219"),
    )


def test_short_fixed_lines_look_for_no_stem_that_is_a_bare_area_code() -> None:
    keys = search_keys(read_caller("0721999", KARLSRUHE), KARLSRUHE)
    assert keys.stems == ("49721999", "4972199", "497219")


@pytest.mark.parametrize("caller", OTHER_NUMBERS)
def test_other_numbers_look_for_no_stem(caller: str) -> None:
    keys = search_keys(read_caller(caller, KARLSRUHE), KARLSRUHE)
    assert len(keys.exact) == 1
    assert keys.stems == ()


def test_a_completed_number_looks_for_no_stem() -> None:
    keys = search_keys(read_caller("999912", KARLSRUHE), KARLSRUHE)
    assert keys == SearchKeys(exact=("49721999912",))


@pytest.mark.parametrize("caller", ["", "0", "12", "110", "*97", "Müller", "7" * 30])
def test_what_is_not_external_looks_for_nothing(caller: str) -> None:
    assert search_keys(read_caller(caller, KARLSRUHE), KARLSRUHE) == SearchKeys()


@pytest.mark.parametrize(
    ("stored", "keys"),
    [
        (StoredNumber(number="089 / 99998-030"), [IndexKey(key="498999998030")]),
        (
            StoredNumber(number="0721 9999-0"),
            [IndexKey(key="4972199990", stem="497219999")],
        ),
        (
            StoredNumber(number="", standardised="0049721999912"),
            [IndexKey(key="49721999912")],
        ),
        (
            StoredNumber(number="089 / 99998-030", standardised="00498999998030", note="Zentrale"),
            [IndexKey(key="498999998030", stem="498999998")],
        ),
        (StoredNumber(number="999912"), [IndexKey(key="49721999912", completed=True)]),
        (
            StoredNumber(number="089 99998 / 0171 3920077"),
            [IndexKey(key="498999998"), IndexKey(key="491713920077")],
        ),
        (
            StoredNumber(number="0721 9999-13", medium=Medium.FAX),
            [IndexKey(key="49721999913")],
        ),
        (StoredNumber(number="12"), []),
        (StoredNumber(number="110"), []),
        (StoredNumber(number="siehe oben"), []),
        (StoredNumber(number=""), []),
    ],
)
def test_what_goes_into_the_index(stored: StoredNumber, keys: list[IndexKey]) -> None:
    assert list(index_keys(stored, KARLSRUHE)) == keys


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stored",
    ["089 123456", "+49 89 123456", "+49 (0)89/12 34 56", "0049 89 123456", "(089) 1234-56"],
)
@pytest.mark.parametrize("caller", ["004989123456", "+4989123456", "089123456"])
def test_every_spelling_of_a_number_meets_every_other(stored: str, caller: str) -> None:
    match = found(caller, contact("client", stored))
    assert (match.rule, ids(match)) == (Rule.EXACT, ["client"])


@pytest.mark.parametrize("direct", ["", "1", "12", "123", "1234", "12345", "0"])
def test_a_head_number_answers_for_its_direct_lines(direct: str) -> None:
    match = found(f"00497219999{direct}", HEAD)
    rule = Rule.EXACT if direct == "0" else Rule.COMPANY_STEM
    assert (match.rule, ids(match)) == (rule, ["head"])
    assert match.candidates[0].number == "0721 9999-0"


@pytest.mark.parametrize("caller", ["00497219999123456", "004972199", "004972189991"])
def test_a_head_number_answers_for_nobody_else(caller: str) -> None:
    match = found(caller, HEAD)
    assert (match.rule, match.candidates, match.rejected) == (Rule.NONE, (), ())


def test_an_ordinary_number_answers_for_itself_only() -> None:
    assert found("004972199991", contact("client", "0721 99990")).rule is Rule.NONE


def test_an_exact_number_beats_the_head_number() -> None:
    match = found("0049721999912", HEAD, DESK)
    assert (match.rule, ids(match)) == (Rule.EXACT, ["desk"])
    assert losers(match) == {"head": Cause.WEAKER_RULE}
    assert match.rejected[0].reason == (
        "fits only by its head number; another contact has exactly this number"
    )


def test_the_longest_stem_wins() -> None:
    match = found("0049721999912", contact("wide", "0721 999-0"), HEAD)
    assert (match.rule, ids(match)) == (Rule.COMPANY_STEM, ["head"])
    assert losers(match) == {"wide": Cause.SHORTER_STEM}


def test_a_stored_local_number_is_completed() -> None:
    match = found("0049721999912", contact("local", "9999-12"))
    assert (match.rule, ids(match)) == (Rule.COMPLETED_LOCAL, ["local"])
    assert found("004989999912", contact("local", "9999-12")).rule is Rule.NONE


def test_a_local_caller_is_completed() -> None:
    match = found("999912", DESK)
    assert (match.rule, ids(match)) == (Rule.COMPLETED_LOCAL, ["desk"])


def test_a_completed_number_loses_against_exact_and_stem() -> None:
    local = contact("local", "9999-12")
    assert losers(found("0049721999912", local, DESK)) == {"local": Cause.WEAKER_RULE}
    match = found("0049721999912", local, HEAD)
    assert (match.rule, ids(match)) == (Rule.COMPANY_STEM, ["head"])


def test_completing_and_stem_together_are_too_weak() -> None:
    assert found("0049721999912", contact("local", "9999-0")).rule is Rule.NONE
    assert found("999912", HEAD).rule is Rule.NONE


def test_equal_last_digits_of_two_countries_do_not_collide() -> None:
    assert found("+431711234567", contact("client", "0171 1234567")).rule is Rule.NONE


def test_fax_numbers_do_not_answer_but_are_named() -> None:
    match = found("0049721999912", contact("fax", "0721 9999-12", medium=Medium.FAX), HEAD)
    assert (match.rule, ids(match)) == (Rule.COMPANY_STEM, ["head"])
    assert losers(match) == {"fax": Cause.NO_PHONE}
    alone = found("0049721999912", contact("fax", "0721 9999-12", medium=Medium.FAX))
    assert (alone.rule, ids(alone), losers(alone)) == (Rule.NONE, [], {"fax": Cause.NO_PHONE})
    assert "fax" in alone.rejected[0].reason


def test_inactive_contacts_answer_only_where_nobody_else_does() -> None:
    former = contact("former", "0721 9999-12", active=False)
    match = found("0049721999912", former, HEAD)
    assert (match.rule, ids(match)) == (Rule.COMPANY_STEM, ["head"])
    assert losers(match) == {"former": Cause.INACTIVE}
    alone = found("0049721999912", former, contact("older", "0721 9999-0", active=False))
    assert (alone.rule, ids(alone)) == (Rule.EXACT, ["former"])
    assert not alone.candidates[0].active
    assert losers(alone) == {"older": Cause.WEAKER_RULE}


def test_one_contact_is_one_candidate_however_often_it_is_stored() -> None:
    twice = contact(
        "twice",
        "0721 9999-12",
        "+49 721 999912",
        "9999-12",
        StoredNumber(number="0721 9999-12", medium=Medium.FAX),
    )
    match = found("0049721999912", twice)
    assert ids(match) == ["twice"]
    assert match.rejected == ()


def test_the_same_id_in_two_sources_is_two_contacts() -> None:
    match = found(
        "0049721999912",
        contact("1", "0721 9999-12"),
        contact("1", "0721 9999-12", source=Source.STARFACE),
    )
    assert [candidate.ref.source for candidate in match.candidates] == [
        Source.DATEV,
        Source.STARFACE,
    ]


@pytest.mark.parametrize("media", [(Medium.PHONE, Medium.FAX), (Medium.FAX, Medium.PHONE)])
def test_a_telephone_that_lost_explains_more_than_a_fax_of_the_same_number(
    media: tuple[Medium, ...],
) -> None:
    numbers = [StoredNumber(number="0721 9999-12", medium=medium) for medium in media]
    match = found("0049721999912", DESK, contact("former", *numbers, active=False))
    assert losers(match) == {"former": Cause.INACTIVE}


def test_candidates_come_in_the_order_datev_then_latest_used_then_name() -> None:
    number = "0721 9999-12"
    contacts = (
        contact("book", number, source=Source.STARFACE, name="Aalen"),
        contact("b", number, name="berta"),
        contact("a", number, name="Anton"),
        contact("late", number, name="Zoe"),
        contact("early", number, name="Yves", source=Source.INSTITUTION),
    )
    match = found("0049721999912", *contacts, used={"late": NOON, "early": MORNING, "book": NOON})
    assert ids(match) == ["late", "early", "a", "b", "book"]


def test_nobody_is_asked_about_a_number_that_is_none() -> None:
    match = found("Müller", HEAD)
    assert (match.rule, match.candidates, match.rejected) == (Rule.NONE, (), ())


# --- always ---------------------------------------------------------------------------------------

CALLERS = st.sampled_from(
    ["0049721999912", "00497219999", "004972199990", "999912", "00491713920077", "0049721999", "12"]
)
STORED = st.builds(
    StoredNumber,
    number=st.sampled_from(
        [
            *["0721 9999-12", "0721 9999-0", "0721 999-0", "9999-12", "9999-0", "0171 3920077"],
            *["0721 9999-12 / 0171 3920077", "0721 99991-2", "+49 721 9999-12"],
            "Zentrale 0721 9999",
        ]
    ),
    medium=st.sampled_from(Medium),
)
CONTACTS = st.lists(
    st.builds(
        contact,
        st.sampled_from("abcdef"),
        STORED,
        STORED,
        source=st.sampled_from(Source),
        name=st.sampled_from(["", "Same"]),
        active=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.ref,
)
USES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([MORNING, NOON]))
STRENGTH = [Rule.EXACT, Rule.COMPANY_STEM, Rule.COMPLETED_LOCAL]


@given(CALLERS, CONTACTS, USES, st.randoms(use_true_random=False))
def test_the_order_of_the_index_does_not_matter(
    caller: str, contacts: list[Contact], used: dict[str, datetime], chance: Random
) -> None:
    number = read_caller(caller, KARLSRUHE)
    index = PaperIndex(contacts, KARLSRUHE, used)
    before = find(number, index, KARLSRUHE)
    chance.shuffle(index.rows)
    assert find(number, index, KARLSRUHE) == before


@given(CALLERS, CONTACTS)
def test_only_the_best_rule_and_one_entry_a_contact(caller: str, contacts: list[Contact]) -> None:
    match = found(caller, *contacts)
    refs = [candidate.ref for candidate in match.candidates]
    refs += [rejected.ref for rejected in match.rejected]
    assert len(refs) == len(set(refs))
    assert {candidate.rule for candidate in match.candidates} <= {match.rule}
    assert (match.rule is Rule.NONE) == (not match.candidates)
    assert len({candidate.active for candidate in match.candidates}) <= 1


@given(CALLERS, CONTACTS)
def test_nobody_who_fits_better_is_rejected(caller: str, contacts: list[Contact]) -> None:
    match = found(caller, *contacts)
    for one in contacts:
        alone = found(caller, one)
        if alone.candidates and one.active:
            assert match.candidates
            assert match.candidates[0].active
            assert STRENGTH.index(match.rule) <= STRENGTH.index(alone.rule)
        assert (alone.candidates == ()) or one.ref in {
            *(candidate.ref for candidate in match.candidates),
            *(rejected.ref for rejected in match.rejected),
        }


@given(CALLERS, CONTACTS)
def test_without_an_explanation_the_candidates_are_the_same(
    caller: str, contacts: list[Contact]
) -> None:
    number, index = read_caller(caller, KARLSRUHE), PaperIndex(contacts, KARLSRUHE)
    brief = find(number, index, KARLSRUHE, explain=False)
    full = find(number, index, KARLSRUHE)
    assert (brief.rule, brief.candidates) == (full.rule, full.candidates)


FIELDS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["0", "+49", "+49 ", "0049", "(0", "00", "", "Tel. ", "+43 "]),
    st.sampled_from(["721", "171", "89", "800", "110", "1", "19", "0721"]),
    st.sampled_from(["", " ", " / ", ") ", "-", " - "]),
    st.text(alphabet="0123456789", min_size=1, max_size=9),
    st.sampled_from(["", "-0", "-12", " - 3", " / 0171 3920077"]),
)
STANDARDISED = st.builds(
    "{}{}".format,
    st.sampled_from(["0049", "+49", "0043", "0", ""]),
    st.from_regex(r"[0-9]{0,12}", fullmatch=True),
)
PLANS = st.builds(
    DialPlan,
    country=st.sampled_from(["DE", "AT", "CH", "IT", "US"]),
    area_code=st.sampled_from(["", "721", "0721"]),
    internal_digits=st.sampled_from([0, 4, 8, 12]),
    accounts=st.frozensets(st.sampled_from(["0721999912", "0049721999912"]), max_size=1),
)


@st.composite
def stored_numbers(draw: st.DrawFn) -> StoredNumber:
    """Draw a field, and mostly a standardised form of the same digits."""
    text = draw(FIELDS | st.just(""))
    digits = "".join(filter(str.isdigit, text)).lstrip("0").removeprefix("49").lstrip("0")
    same = st.sampled_from([f"0049{digits}", f"+49{digits}", ""])
    note = draw(st.sampled_from(["", "Zentrale", "privat"]))
    return StoredNumber(number=text, standardised=draw(same | STANDARDISED), note=note)


@settings(max_examples=500)
@given(stored_numbers(), PLANS)
def test_plain_fields_are_read_quickly_as_in_full(stored: StoredNumber, plan: DialPlan) -> None:
    head = stored.note == "Zentrale"
    assert index_keys(stored, plan) == full_index_keys(stored, plan, head=head)


def test_a_field_that_its_standardised_form_contradicts_has_both_numbers() -> None:
    stored = StoredNumber(number="0721 9999-12", standardised="0049721888812")
    assert [key.key for key in index_keys(stored, KARLSRUHE)] == ["49721888812", "49721999912"]


def test_an_account_of_the_pbx_is_no_outside_number() -> None:
    plan = DialPlan(area_code="721", accounts=frozenset({"0721999912"}))
    assert index_keys(StoredNumber(number="0721 9999-12"), plan) == ()


@pytest.mark.parametrize(
    ("text", "standardised"),
    [
        *[("0721 / 9999-12", "0049721999912"), ("0721 999912", ""), ("", "+49721999912")],
        *[("+49 171 3920077", "00491713920077"), ("0721 9999-0", "004972199990")],
    ],
)
def test_what_most_fields_hold_is_plain(text: str, standardised: str) -> None:
    assert plain_key(text, standardised, KARLSRUHE) is not None
