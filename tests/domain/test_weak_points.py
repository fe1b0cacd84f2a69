"""What simpler matchers of caller numbers get wrong, each beaten by name.

The habits: all but digits deleted, the last ten digits compared, then a search for the longest
common ending; the first contact found is taken.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datev_connector.domain.calls import Known
from datev_connector.domain.choice import ContactRules, decide
from datev_connector.domain.contacts import Contact, ContactRef, Medium, Rule, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import Cause, Match, find, search_keys
from datev_connector.domain.numbers import NumberKind, read_caller, read_stored
from tests.domain.paper_index import KARLSRUHE, PaperIndex, contact

ZERO_OUT = DialPlan(area_code="721", exchange_prefix="0")
CALLER = "0049721999912"
EAGER = ContactRules(prefer_datev=True, first_best_contact=True)


def found(caller: str, *contacts: Contact, plan: DialPlan = KARLSRUHE) -> Match:
    return find(read_caller(caller, plan), PaperIndex(contacts, plan), plan)


def who(caller: str, *contacts: Contact, plan: DialPlan = KARLSRUHE) -> list[str]:
    return [candidate.ref.id for candidate in found(caller, *contacts, plan=plan).candidates]


# --- spellings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", ["089 123456", "+49 89 123456", "0049 89 123456", "(089)123456"])
@pytest.mark.parametrize("caller", ["089123456", "004989123456", "+4989123456"])
def test_the_trunk_zero_of_short_numbers(stored: str, caller: str) -> None:
    assert who(caller, contact("client", stored)) == ["client"]


def test_the_offices_own_country_and_area_code_are_put_in() -> None:
    assert who(CALLER, contact("no-code", "9999-12")) == ["no-code"]
    assert who("999912", contact("client", "+49 721 999912")) == ["client"]
    assert who("004366212345", contact("at", "12345"), plan=DialPlan(country="AT", area_code="662"))


@pytest.mark.parametrize("stored", ["+49 (0)89 123456", "+49(0)89/123456", "(0)89 123456"])
def test_a_bracketed_zero_is_no_digit(stored: str) -> None:
    assert who("004989123456", contact("client", stored)) == ["client"]


def test_the_central_desk_answers_for_its_direct_lines() -> None:
    match = found(CALLER, contact("company", "0721 9999-0"))
    assert (match.rule, match.candidates[0].ref.id) == (Rule.COMPANY_STEM, "company")


def test_an_exact_hit_hides_no_other_spelling() -> None:
    spellings = [
        "0721 999912",
        "+49 (0)721 9999-12",
        "0721/99 99 12",
        "Tel. 0721/9999 - 12 (Fr. X)",
    ]
    contacts = [contact(f"c{n}", text) for n, text in enumerate(spellings)]
    assert who(CALLER, *contacts) == ["c0", "c1", "c2", "c3"]


@pytest.mark.parametrize("caller", ["0721999912", "00721999912", "0049721999912", "00049721999912"])
def test_the_exchange_prefix(caller: str) -> None:
    assert who(caller, contact("client", "0721 9999-12"), plan=ZERO_OUT) == ["client"]


@pytest.mark.parametrize("caller", ["110", "112", "116117", "0049110", "11833", "19222"])
def test_service_numbers_are_no_clients(caller: str) -> None:
    assert who(caller, contact("client", f"0721 {caller}"), contact("odd", caller)) == []


def test_full_width_digits() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in "0721999912")
    assert who(CALLER, contact("client", wide)) == ["client"]
    assert who(wide, contact("client", "0721 999912")) == ["client"]


def test_several_numbers_and_notes_in_one_field() -> None:
    couple = contact("couple", "Er: 0171 3920077, Sie: 0172 1234567 (ab 18 Uhr), p. 07243 1234")
    for caller in ("00491713920077", "00491721234567", "004972431234"):
        assert who(caller, couple) == ["couple"]


# --- the wrong client -----------------------------------------------------------------------------


def test_equal_last_ten_digits_of_two_countries() -> None:
    german, american = contact("german", "0212 5550123"), contact("american", "+1 212 555 0123")
    assert who("00492125550123", german, american) == ["german"]
    assert who("0012125550123", german, american) == ["american"]
    assert who("00442125550123", german, american) == []


@pytest.mark.parametrize(
    "stored", ["089 123456", "0721 456789", "123456", "+43 721 999912", "999912"]
)
def test_a_common_ending_is_no_match(stored: str) -> None:
    assert who("004930555999912", contact("other", stored)) == []


def test_looking_up_asks_for_keys_and_never_reads_the_whole_index() -> None:
    keys = search_keys(read_caller(CALLER, KARLSRUHE), KARLSRUHE)
    assert len(keys.exact) + len(keys.stems) <= 7
    assert all(CALLER[2:].startswith(key) for key in (*keys.exact, *keys.stems))


def test_mobile_numbers_have_no_direct_lines() -> None:
    assert who("004917139200771", contact("client", "0171 392007-0")) == []


def test_ordinary_numbers_have_no_direct_lines() -> None:
    assert who("00497219999123", contact("client", "0721 999912")) == []
    assert who("004972199991", contact("client", "0721 99990")) == []


numbers_of_the_world = st.builds(
    "{}{}".format,
    st.sampled_from(["49721", "4930", "49171", "49152", "43662", "431", "4144", "1212", "33388"]),
    st.integers(10**5, 10**8 - 1).map(str),
).map(lambda digits: f"00{digits}")


@st.composite
def near_misses(draw: st.DrawFn) -> tuple[str, str]:
    """Draw two numbers that have much in common: an ending, a beginning, all but one digit."""
    one = draw(numbers_of_the_world)
    place = draw(st.integers(4, len(one) - 1))
    changed = one[:place] + draw(st.sampled_from("0123456789")) + one[place + 1 :]
    other = draw(
        st.sampled_from(
            [changed, one[:-1], one + "1", "0049" + one[4:], "0043" + one[4:], "0049" + one[-10:]]
        )
        | numbers_of_the_world
    )
    return one, other


WRITTEN = st.sampled_from(
    [
        *["{e164}", "00{digits}", "Tel. {e164}", "{e164} (privat)", "{e164} Fr. Müller"],
        *["p: {e164}, g: ---", "{e164} 8-12 Uhr", "{e164} (8:00-12:00)", "Handy 2 {e164}"],
    ]
)


@given(near_misses(), WRITTEN, st.booleans())
def test_no_caller_is_ever_somebody_else(
    numbers: tuple[str, str], written: str, standardised: bool
) -> None:
    caller, other = numbers
    reader, owner = read_caller(caller, KARLSRUHE), read_caller(other, KARLSRUHE)
    assume(owner.kind is NumberKind.EXTERNAL and reader.e164 != owner.e164)
    text = written.format(e164=owner.e164, digits=owner.digits)
    stored = StoredNumber(number=text, standardised=other if standardised else "")
    match = found(caller, contact("other", stored))
    assert (match.rule, match.candidates) == (Rule.NONE, ())


@given(near_misses(), st.sampled_from(["-0", "-00", " Zentrale"]))
def test_a_head_number_answers_for_what_begins_with_it_only(
    numbers: tuple[str, str], ending: str
) -> None:
    caller, other = numbers
    text = other[2:] if ending == " Zentrale" else other[2:-1]
    text = f"+{text}{ending}"
    (stored,) = read_stored(text, "", KARLSRUHE)
    match = found(caller, contact("other", text))
    if match.candidates and match.rule is not Rule.EXACT:
        assert match.rule is Rule.COMPANY_STEM
        assert stored.stem is not None
        assert match.number.digits.startswith(stored.stem)
        assert len(match.number.digits) - len(stored.stem) <= 5
        assert stored.stem.startswith("49")
    if match.rule is Rule.EXACT:
        assert match.number.digits == stored.digits


@given(near_misses(), near_misses(), st.sampled_from([ContactRules(), EAGER]), st.booleans())
def test_whoever_is_taken_without_a_question_has_the_number(
    callers: tuple[str, str], others: tuple[str, str], rules: ContactRules, mixed: bool
) -> None:
    """Whatever the settings: who answers by `exact` has a field that means the caller's number."""
    caller, second = callers
    shelf = {"a": second, "b": others[0], "c": others[1], "d": caller if mixed else others[0]}
    contacts = [contact(name, f"+{number[2:]}") for name, number in shelf.items()]
    decision = decide(found(caller, *contacts), "", rules, None)
    if decision.person is not None:
        own = read_stored(f"+{shelf[decision.person.ref.id][2:]}", "", KARLSRUHE)
        assert read_caller(caller, KARLSRUHE).e164 in {number.e164 for number in own}


# --- who does not answer, and what is said then ---------------------------------------------------


def test_fax_entries_do_not_answer() -> None:
    match = found(CALLER, contact("fax", "0721 9999-12", medium=Medium.FAX))
    assert match.candidates == ()
    assert [(one.ref.id, one.cause) for one in match.rejected] == [("fax", Cause.NO_PHONE)]


def test_inactive_ones_are_shown_where_nobody_else_matches_and_never_taken() -> None:
    match = found(CALLER, contact("former", "0721 9999-12", active=False))
    decision = decide(match, "", EAGER, None)
    assert (decision.known, decision.person) == (Known.NOBODY, None)
    assert [person.ref.id for person in decision.candidates] == ["former"]
    assert "no longer active" in decision.why


@pytest.mark.parametrize(
    ("garbage", "reason"),
    [
        ("7" * 30, "is neither complete nor a local number"),
        ("00" + "7" * 30, "is too long for a telephone number"),
        ("0721" + "7" * 30, "is too long for a telephone number"),
        ("1" * 100_000, "is 100000 characters long, which no telephone number is"),
        ("00999123456", "begins with a country code that does not exist"),
        ("004972", "is too short for a telephone number"),
        ("Müller", "holds letters"),
    ],
)
def test_garbage_is_unreadable_and_the_reason_is_told(garbage: str, reason: str) -> None:
    match = found(garbage, contact("client", "0721 999912"))
    assert (match.rule, match.candidates, match.rejected) == (Rule.NONE, (), ())
    decision = decide(match, "", ContactRules(), None)
    assert decision.why == f"The number {reason}."


# --- learned choices ------------------------------------------------------------------------------

SHARED = [contact("anna", "0721 9999-12"), contact("bernd", "0721 9999-12")]
BERND = ContactRef(Source.DATEV, "bernd")


def test_a_learned_choice_answers_for_the_number() -> None:
    decision = decide(found(CALLER, *SHARED), "", ContactRules(), BERND)
    assert (decision.known, decision.person and decision.person.ref) == (Known.LEARNED, BERND)


def test_a_learned_choice_that_is_no_longer_active_gives_way_to_who_is() -> None:
    anna, carla = SHARED[0], contact("carla", "0721 9999-12")
    bernd = contact("bernd", "0721 9999-12", active=False)
    one = decide(found(CALLER, anna, bernd), "", ContactRules(), BERND)
    assert (one.known, one.person and one.person.ref.id) == (Known.AUTOMATIC, "anna")
    gone = "The contact that was chosen earlier for it is no longer active."
    assert one.why == f"By exactly this number. {gone}"
    several = decide(found(CALLER, anna, bernd, carla), "", ContactRules(), BERND)
    assert (several.known, several.person) == (Known.ASKED, None)
    assert several.why == f"2 contacts fit. {gone}"


def test_a_learned_choice_that_is_gone_is_not_followed() -> None:
    anna = SHARED[0]
    one = decide(found(CALLER, anna), "", ContactRules(), BERND)
    assert (one.known, one.person and one.person.ref.id) == (Known.AUTOMATIC, "anna")
    gone = "The contact that was chosen earlier for it no longer fits."
    assert one.why == f"By exactly this number. {gone}"
    nobody = decide(found(CALLER), "", ContactRules(), BERND)
    assert (nobody.known, nobody.person) == (Known.NOBODY, None)
    assert nobody.why == f"Nobody has this number. {gone}"
