from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.calls import Known
from datev_connector.domain.choice import ContactRules, Decision, decide
from datev_connector.domain.contacts import Contact, ContactRef, Medium, Rule, Source
from datev_connector.domain.matching import Match, find
from datev_connector.domain.numbers import read_caller
from tests.domain.paper_index import KARLSRUHE, PaperIndex, contact

CALLER = "0049721999912"
NUMBER = "0721 9999-12"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

ASK = ContactRules()
PREFER = ContactRules(prefer_datev=True)
FIRST = ContactRules(first_best_contact=True)
BOTH = ContactRules(prefer_datev=True, first_best_contact=True)
EVERY = (ASK, PREFER, FIRST, BOTH)

D1 = contact("d1", NUMBER, name="Anna")
D2 = contact("d2", NUMBER, name="Berta", source=Source.INSTITUTION)
S1 = contact("s1", NUMBER, name="Emil", source=Source.STARFACE)
S2 = contact("s2", NUMBER, name="Fritz", source=Source.STARFACE)


def match(*contacts: Contact, caller: str = CALLER, used: str = "") -> Match:
    index = PaperIndex(contacts, KARLSRUHE, {used: NOON})
    return find(read_caller(caller, KARLSRUHE), index, KARLSRUHE)


def taken(decision: Decision) -> tuple[Known, str | None]:
    return decision.known, decision.person.ref.id if decision.person else None


def offered(decision: Decision) -> list[str]:
    return [person.ref.id for person in decision.candidates]


@pytest.mark.parametrize("rules", EVERY)
def test_no_hit_is_nobody(rules: ContactRules) -> None:
    decision = decide(match(), "", rules, None)
    assert taken(decision) == (Known.NOBODY, None)
    assert (decision.candidates, decision.datev_hits) == ((), 0)


@pytest.mark.parametrize("rules", EVERY)
@pytest.mark.parametrize(("only", "datev_hits"), [(D1, 1), (D2, 1), (S1, 0)])
def test_exactly_one_hit_is_taken(rules: ContactRules, only: Contact, datev_hits: int) -> None:
    decision = decide(match(only), "", rules, None)
    assert taken(decision) == (Known.AUTOMATIC, only.ref.id)
    assert decision.datev_hits == datev_hits


ASKED = (Known.ASKED, None)


@pytest.mark.parametrize(
    ("contacts", "rules", "expected"),
    [
        # one in DATEV, some in STARFACE
        ((D1, S1), ASK, ASKED),
        ((D1, S1), FIRST, ASKED),
        ((D1, S1), PREFER, (Known.AUTOMATIC, "d1")),
        ((D1, S1), BOTH, (Known.AUTOMATIC, "d1")),
        ((D1, S1, S2), ASK, ASKED),
        ((D1, S1, S2), FIRST, ASKED),
        ((D1, S1, S2), PREFER, (Known.AUTOMATIC, "d1")),
        ((D1, S1, S2), BOTH, (Known.AUTOMATIC, "d1")),
        # several in DATEV alone
        ((D1, D2), ASK, ASKED),
        ((D1, D2), PREFER, ASKED),
        ((D1, D2), FIRST, (Known.AUTOMATIC, "d1")),
        ((D1, D2), BOTH, (Known.AUTOMATIC, "d1")),
        # several in STARFACE alone
        ((S1, S2), ASK, ASKED),
        ((S1, S2), PREFER, ASKED),
        ((S1, S2), FIRST, (Known.AUTOMATIC, "s1")),
        ((S1, S2), BOTH, (Known.AUTOMATIC, "s1")),
        # several in DATEV, some in STARFACE
        ((D1, D2, S1), ASK, ASKED),
        ((D1, D2, S1), PREFER, ASKED),
        ((D1, D2, S1), FIRST, ASKED),
        ((D1, D2, S1), BOTH, (Known.AUTOMATIC, "d1")),
    ],
)
def test_several_hits(
    contacts: tuple[Contact, ...], rules: ContactRules, expected: tuple[Known, str | None]
) -> None:
    decision = decide(match(*contacts), "", rules, None)
    assert taken(decision) == expected
    assert offered(decision) == sorted(one.ref.id for one in contacts)
    assert decision.datev_hits == sum(one.ref.source.in_datev for one in contacts)


@pytest.mark.parametrize(
    ("contacts", "rules", "learned", "expected"),
    [
        ((D1, S1), ASK, S1, (Known.LEARNED, "s1")),
        ((D1, S1), FIRST, D1, (Known.LEARNED, "d1")),
        ((D1, D2), ASK, D2, (Known.LEARNED, "d2")),
        ((D1, D2), FIRST, D2, (Known.LEARNED, "d2")),
        ((S1, S2), FIRST, S2, (Known.LEARNED, "s2")),
        ((D1, D2, S1), PREFER, S1, (Known.LEARNED, "s1")),
        ((D1, D2, S1), BOTH, D2, (Known.LEARNED, "d2")),
        # where a setting answers, nobody is asked and nothing learned is needed
        ((D1, S1), PREFER, S1, (Known.AUTOMATIC, "d1")),
        ((D1, D2, S1), BOTH, S1, (Known.AUTOMATIC, "d1")),
        ((D1,), ASK, D1, (Known.AUTOMATIC, "d1")),
        # a learned contact that does not fit any more is passed over
        ((D1,), ASK, S1, (Known.AUTOMATIC, "d1")),
        ((D1, D2), ASK, S1, ASKED),
        ((D1, D2), FIRST, S1, (Known.AUTOMATIC, "d1")),
        ((), ASK, D1, (Known.NOBODY, None)),
    ],
)
def test_a_learned_choice_answers_before_asking(
    contacts: tuple[Contact, ...],
    rules: ContactRules,
    learned: Contact,
    expected: tuple[Known, str | None],
) -> None:
    assert taken(decide(match(*contacts), "", rules, learned.ref)) == expected


def test_the_first_best_is_the_latest_used_before_the_first_by_name() -> None:
    assert taken(decide(match(D1, D2, used="d2"), "", FIRST, None)) == (Known.AUTOMATIC, "d2")
    assert taken(decide(match(D1, D2, S1, used="s1"), "", BOTH, None)) == (Known.AUTOMATIC, "d1")


def test_only_hits_of_the_best_rule_count() -> None:
    head = contact("head", "0721 9999-0")
    local = contact("local", "9999-12", source=Source.STARFACE)
    assert taken(decide(match(D1, head, local), "", ASK, None)) == (Known.AUTOMATIC, "d1")
    assert taken(decide(match(head, local), "", ASK, local.ref)) == (Known.AUTOMATIC, "head")


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ("0721 9999-12", "exactly this number"),
        ("0721 9999-0", "head number 0721 9999-0"),
        ("9999-12", "area code"),
    ],
)
def test_the_decision_says_by_which_rule(stored: str, words: str) -> None:
    assert words in decide(match(contact("one", stored)), "", ASK, None).why


# --- a name that the PBX sends --------------------------------------------------------------------


def test_a_name_of_the_pbx_is_a_hit_in_starface() -> None:
    decision = decide(match(), "  Emil Huber ", ASK, None)
    assert taken(decision) == (Known.AUTOMATIC, "pbx:+49721999912")
    assert decision.person is not None
    assert decision.person.ref.source is Source.STARFACE
    assert decision.person.name == "Emil Huber"
    assert decision.person.number == CALLER
    assert decision.datev_hits == 0
    assert "phone system" in decision.why


@pytest.mark.parametrize(
    ("contacts", "rules", "expected"),
    [
        ((D1,), ASK, ASKED),
        ((D1,), PREFER, (Known.AUTOMATIC, "d1")),
        ((D1, D2), FIRST, ASKED),
        ((D1, D2), BOTH, (Known.AUTOMATIC, "d1")),
        ((S1,), ASK, (Known.AUTOMATIC, "s1")),
        ((S1, S2), ASK, ASKED),
    ],
)
def test_a_name_of_the_pbx_counts_unless_the_address_book_knows_somebody(
    contacts: tuple[Contact, ...], rules: ContactRules, expected: tuple[Known, str | None]
) -> None:
    decision = decide(match(*contacts), "Emil Huber", rules, None)
    assert taken(decision) == expected
    by_book = any(one.ref.source is Source.STARFACE for one in contacts)
    assert ("pbx:+49721999912" in offered(decision)) == (not by_book)


def test_an_address_book_that_knows_the_number_by_a_weaker_rule_knows_it() -> None:
    head = contact("head", "0721 9999-0", source=Source.STARFACE)
    assert taken(decide(match(D1, head), "Head", ASK, None)) == (Known.AUTOMATIC, "d1")


def test_an_address_book_that_knows_the_number_by_a_shorter_head_number_knows_it() -> None:
    near = contact("near", "0721 9999-0")
    far = contact("far", "0721 999-0", source=Source.STARFACE)
    decision = decide(match(near, far, caller="0721999915"), "Far", ASK, None)
    assert taken(decision) == (Known.AUTOMATIC, "near")


def test_an_address_book_that_has_it_as_fax_only_does_not() -> None:
    fax = contact("fax", NUMBER, source=Source.STARFACE, medium=Medium.FAX)
    assert taken(decide(match(D1, fax), "Emil Huber", ASK, None)) == ASKED


def test_a_learned_name_of_the_pbx_is_known_again() -> None:
    learned = ContactRef(Source.STARFACE, "pbx:+49721999912")
    decision = decide(match(D1), "Emil Huber", ASK, learned)
    assert taken(decision) == (Known.LEARNED, "pbx:+49721999912")


@pytest.mark.parametrize("name", ["", " ", "-", "?", "*", "+49 721 999912", "Anonymous"])
def test_a_placeholder_is_no_name(name: str) -> None:
    assert taken(decide(match(), name, ASK, None)) == (Known.NOBODY, None)


@pytest.mark.parametrize("caller", ["", "0", "12", "110", "*97", "rubbish"])
def test_the_pbx_names_nobody_without_an_outside_number(caller: str) -> None:
    decision = decide(match(caller=caller), "Emil Huber", ASK, None)
    assert taken(decision) == (Known.NOBODY, None)
    assert decision.why


# --- contacts that are no longer active -----------------------------------------------------------


def test_inactive_contacts_are_offered_and_never_taken() -> None:
    former = contact("former", NUMBER, active=False)
    for rules in EVERY:
        decision = decide(match(former), "", rules, None)
        assert taken(decision) == (Known.NOBODY, None)
        assert offered(decision) == ["former"]
        assert decision.datev_hits == 0
    assert "no longer active" in decide(match(former), "", ASK, None).why


def test_an_inactive_contact_gives_way_to_a_name_of_the_pbx() -> None:
    former = contact("former", NUMBER, active=False)
    decision = decide(match(former), "Emil Huber", ASK, None)
    assert taken(decision) == (Known.AUTOMATIC, "pbx:+49721999912")


def test_an_inactive_contact_can_have_been_learned() -> None:
    former = contact("former", NUMBER, active=False)
    decision = decide(match(former), "", ASK, former.ref)
    assert taken(decision) == (Known.LEARNED, "former")
    assert taken(decide(match(former, D1), "", ASK, former.ref)) == (Known.AUTOMATIC, "d1")


@pytest.mark.parametrize("name", ["", "Emil Huber"])
@pytest.mark.parametrize("rules", EVERY)
def test_an_unknown_caller_is_whom_he_was_said_to_be(rules: ContactRules, name: str) -> None:
    client = contact("client", "0721 1", name="Anna", client_number="10001")
    decision = decide(match(), name, rules, client.ref, client)
    assert taken(decision) == (Known.LEARNED, "client")
    assert decision.person is not None
    assert (decision.person.name, decision.person.client_number) == ("Anna", "10001")
    assert (decision.person.rule, decision.person.number) == (Rule.NONE, CALLER)
    assert (offered(decision), decision.datev_hits) == (["client"], 1)


def test_who_was_said_to_call_gives_way_to_who_has_the_number_now() -> None:
    client = contact("client", "0721 1")
    assert taken(decide(match(D1), "", ASK, client.ref, client)) == (Known.AUTOMATIC, "d1")
    former = contact("former", NUMBER, active=False)
    decision = decide(match(former), "", ASK, client.ref, client)
    assert taken(decision) == (Known.LEARNED, "client")
    assert offered(decision) == ["client", "former"]


def test_an_unknown_caller_may_be_said_to_be_somebody_inactive() -> None:
    former = contact("former", "0721 1", active=False)
    decision = decide(match(), "", ASK, former.ref, former)
    assert taken(decision) == (Known.LEARNED, "former")
    assert decision.datev_hits == 0
    assert "no longer active" in decision.why


# --- always ---------------------------------------------------------------------------------------

CONTACTS = st.lists(
    st.builds(
        contact,
        st.sampled_from("abcd"),
        st.sampled_from([NUMBER, "0721 9999-0", "9999-12", "0721 999-0", "0721 9999-13"]),
        source=st.sampled_from(Source),
        active=st.booleans(),
        medium=st.sampled_from(Medium),
    ),
    max_size=6,
    unique_by=lambda one: one.ref,
)
REFS = st.none() | st.builds(ContactRef, st.sampled_from(Source), st.sampled_from("abcd"))
RULES = st.sampled_from(EVERY)
NAMES = st.sampled_from(["", "Emil Huber"])


@given(CONTACTS, NAMES, RULES, REFS)
def test_nothing_weaker_and_nothing_silent(
    contacts: list[Contact], name: str, rules: ContactRules, learned: ContactRef | None
) -> None:
    hits = match(*contacts)
    decision = decide(hits, name, rules, learned)
    active = any(one.active for one in hits.candidates)
    if hits.candidates and (active or not name):
        assert {person.rule for person in decision.candidates} == {hits.rule}
    if decision.person is not None:
        assert decision.person in decision.candidates
    if decision.known is Known.AUTOMATIC and len(decision.candidates) > 1:
        assert rules.prefer_datev or rules.first_best_contact
    if decision.known is Known.LEARNED:
        assert decision.person is not None
        assert decision.person.ref == learned
    assert (decision.known is Known.ASKED) == (
        decision.person is None and decision.known is not Known.NOBODY
    )
    assert decision.datev_hits == (
        sum(person.ref.source.in_datev for person in decision.candidates) if active else 0
    )


@given(CONTACTS, NAMES, RULES, REFS)
def test_the_same_hits_in_any_order_give_the_same_decision(
    contacts: list[Contact], name: str, rules: ContactRules, learned: ContactRef | None
) -> None:
    forward = decide(match(*contacts), name, rules, learned)
    assert decide(match(*reversed(contacts)), name, rules, learned) == forward


@given(CONTACTS, RULES)
def test_settings_never_change_who_can_be_chosen(
    contacts: list[Contact], rules: ContactRules
) -> None:
    assert decide(match(*contacts), "", rules, None).candidates == (
        decide(match(*contacts), "", ASK, None).candidates
    )


def test_a_hit_by_the_pbx_beside_others_has_their_rule() -> None:
    decision = decide(match(contact("head", "0721 9999-0")), "Emil Huber", ASK, None)
    assert [person.rule for person in decision.candidates] == [Rule.COMPANY_STEM] * 2
