"""Who it is: asked, chosen, rejected, and never carried over to another party."""

from __future__ import annotations

from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Known, PbxState, Person
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.record import OWN_SOURCE
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, book, entry


def test_two_on_one_number_are_asked_and_the_call_goes_out_meanwhile() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    asked = desk.of(effects.AskWho)
    assert [p.ref.id for p in asked[0].candidates] == ["s1", "s2"]
    assert desk.told[0][1].data_source == OWN_SOURCE
    assert desk.told[0][1].contact_id == ""
    desk.answer()
    chosen = inputs.PersonChosen(at=desk.at, call=call.call, person=asked[0].candidates[1])
    desk.feed(chosen)
    desk.hang_up()
    assert desk.story == [
        "NewCall Offered",
        "CallStateChanged Connected",
        "CallAdressatChanged Connected",
        "CallStateChanged Finished",
    ]
    assert desk.told[-1][1].contact_id == "s2"
    assert desk.problems == []


def test_a_choice_is_learned_and_can_be_unlearned() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.hang_up()
    again = desk.later(60).ring("p2", SHARED)
    assert (again.known, again.person) == (Known.LEARNED, person)
    assert len(desk.of(effects.AskWho)) == 1
    desk.feed(inputs.PersonChosen(at=desk.at, call=again.call, person=None))
    desk.hang_up("p2")
    desk.later(60).ring("p3", SHARED)
    assert len(desk.of(effects.AskWho)) == 2


def test_a_stranger_who_was_said_to_be_a_client_is_known_from_then_on() -> None:
    desk = book()
    call = desk.ring(number=STRANGER)
    assert call.known is Known.NOBODY
    ref = ContactRef(Source.DATEV, "c1")
    person = Person(ref=ref, name="Adler GmbH", number=call.number, rule=Rule.NONE)
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.hang_up()
    again = desk.later(60).ring("p2", STRANGER)
    assert (again.known, again.person) == (Known.LEARNED, person)
    assert desk.told[-1][1].contact_id == "c1"


def test_number_and_name_that_arrive_late_are_used_and_never_lost() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.at_pbx("p1").name == "Adler GmbH"
    desk.pbx("p1", PbxState.CONNECTED, caller_number="", caller_name="")
    assert desk.at_pbx("p1").number == CLIENT


def test_a_name_from_the_pbx_that_arrives_late_names_a_stranger() -> None:
    desk = book()
    desk.ring(number=STRANGER)
    desk.pbx("p1", PbxState.RINGING, caller_name="Herr Fremd")
    call = desk.at_pbx("p1")
    assert call.name == "Herr Fremd"
    assert call.person is not None
    assert call.person.ref.source is Source.STARFACE


def test_anonymous_callers_are_shown_without_a_name() -> None:
    desk = book()
    desk.ring(number="")
    assert desk.told == [], "the number may still come"
    desk.later(1).tick()
    call = desk.at_pbx("p1")
    assert (call.number, call.name, call.known) == ("", "", Known.NOBODY)
    assert desk.told[0][1].number == ""


def test_an_attended_transfer_shows_the_new_party() -> None:
    desk = book()
    desk.shelf.entries.append(entry(Source.DATEV, "c9", "Zander", STRANGER))
    desk.ring()
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    assert desk.at_pbx("p1").name == "Zander"
    assert desk.story[-1] == "CallAdressatChanged Connected"
    desk.hang_up()
    assert desk.problems == []


def test_whom_the_user_rejected_does_not_come_back_in_this_call() -> None:
    desk = book()
    call = desk.ring()
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=None))
    desk.pbx("p1", PbxState.RINGING, caller_number="+49721555111", caller_name="Herr Adler")
    call = desk.answer()
    assert (call.known, call.person) == (Known.REJECTED, None)
    desk.hang_up()
    assert desk.told[-1][1].contact_id == ""


def test_nobody_unlearns_a_choice_of_the_same_call() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=None))
    assert desk.learned == {}


def test_a_choice_is_about_that_party_and_not_about_the_next() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.feed(inputs.PersonChosen(at=desk.at, call=call.call, person=person))
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    assert desk.at_pbx("p1").name == "Adler GmbH"


def test_a_number_that_comes_a_moment_later_is_the_one_that_datev_gets() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.later(0.1).pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.told[0][1].number == CLIENT


def test_two_calls_without_a_number_are_both_shown_in_time() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.later(0.3).pbx("p2", PbxState.RINGING)
    began_at = desk.at
    desk.sleep()
    assert desk.windows.count("open") == 1
    desk.sleep()
    assert desk.windows.count("open") == 2
    assert (desk.at - began_at).total_seconds() < 1


def test_nobody_stays_nobody_when_the_number_arrives_late() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.feed(inputs.PersonChosen(at=desk.at, call=desk.at_pbx("p1").call, person=None))
    desk.pbx("p1", PbxState.RINGING, caller_number=CLIENT)
    assert desk.at_pbx("p1").known is Known.REJECTED


def test_a_direct_line_goes_to_datev_and_not_the_head_number_it_was_known_by() -> None:
    desk = book()
    zahn = entry(Source.DATEV, "f1", "Zahn AG", "004989999980")
    desk.shelf.entries.append(zahn._replace(number="089 99998-0", head=True))
    call = desk.ring(number="00498999998217")
    assert call.name == "Zahn AG"
    assert desk.told[0][1].number == "00498999998217"


def test_a_client_passed_on_does_not_inherit_the_name_of_the_colleague() -> None:
    desk = book()
    desk.ring(number="23", caller_name="Frau Kern")
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    assert desk.at_pbx("p1").name == ""
    desk.pbx("p1", PbxState.CONNECTED, caller_number=CLIENT)
    call = desk.at_pbx("p1")
    assert (call.name, call.known) == ("Adler GmbH", Known.AUTOMATIC)


def test_whom_a_call_was_given_to_counts_as_used() -> None:
    desk = book()
    desk.ring()
    assert desk.of(effects.SaveUse) == []
    desk.later(5).answer()
    client = ContactRef(Source.DATEV, "c1")
    assert desk.of(effects.SaveUse) == [effects.SaveUse(at=desk.at, ref=client)]
    desk.later(5).pbx("p1", PbxState.HELD)
    desk.later(5).answer()
    assert len(desk.of(effects.SaveUse)) == 1, "once a call"


def test_whom_the_user_chose_counts_as_used() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[1]
    desk.choose(call, person)
    assert desk.of(effects.SaveUse) == [effects.SaveUse(at=desk.at, ref=person.ref)]
    desk.choose(call, None)
    assert len(desk.of(effects.SaveUse)) == 1


def test_a_choice_for_this_once_is_not_learned() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    desk.choose(call, desk.of(effects.AskWho)[0].candidates[0], remember=False)
    assert desk.learned == {}
    assert desk.at_pbx("p1").known is Known.CHOSEN


def test_another_question_is_put_anew_and_the_same_one_only_once() -> None:
    desk = book()
    desk.shelf.entries += [
        entry(Source.DATEV, "t1", "Carl, A", STRANGER),
        entry(Source.DATEV, "t2", "Carl, B", STRANGER),
    ]
    desk.ring(number=SHARED)
    desk.answer()
    desk.ring(number=SHARED)
    assert len(desk.of(effects.AskWho)) == 1
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    assert [p.ref.id for p in desk.of(effects.AskWho)[-1].candidates] == ["t1", "t2"]
    assert len(desk.of(effects.AskWho)) == 2


def test_after_the_end_nobody_is_asked_or_looked_up() -> None:
    desk = book()
    desk.answers_look_up = False
    desk.ring(number=SHARED)
    desk.hang_up()
    desk.find(desk.looked_up.pop())
    assert desk.of(effects.AskWho) == []
    call = next(iter(desk.calls.values()))
    assert call.known is Known.ASKED
    desk.note(call, "a word")
    assert len(desk.of(effects.LookUp)) == 1


def test_a_choice_outlives_the_same_number_in_another_spelling() -> None:
    desk = book()
    call = desk.ring(number=SHARED)
    person = desk.of(effects.AskWho)[0].candidates[0]
    desk.choose(call, person)
    desk.pbx("p1", PbxState.CONNECTED, caller_number="+49 721 555222")
    call = desk.at_pbx("p1")
    assert (call.known, call.person) == (Known.CHOSEN, person)


def test_a_new_party_without_a_contact_is_not_told_as_the_last_one() -> None:
    desk = book()
    desk.ring()
    desk.answer()
    desk.pbx("p1", PbxState.CONNECTED, caller_number=STRANGER)
    desk.hang_up()
    last = desk.told[-1][1]
    assert (last.contact_name, last.contact_id, last.data_source) == ("", "", OWN_SOURCE)
    assert desk.problems == []


def test_a_number_that_comes_at_last_is_still_looked_up() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.sleep()
    assert desk.at_pbx("p1").known is Known.NOBODY
    desk.ring()
    assert desk.at_pbx("p1").name == "Adler GmbH"


def test_the_clock_put_back_leaves_no_caller_waiting() -> None:
    desk = book()
    desk.pbx("p1", PbxState.RINGING)
    desk.later(-3600).tick()
    assert desk.windows[0] == "open"


def test_the_last_report_with_another_number_leaves_no_name_of_the_first_party() -> None:
    desk = book()
    desk.ring(number=CLIENT)
    desk.answer()
    desk.pbx("p1", PbxState.HANGUP, caller_number=STRANGER)
    call = next(iter(desk.calls.values()))
    assert (call.number, call.name) == (CLIENT, "Adler GmbH")


def test_a_mailbox_that_ends_the_call_brings_no_other_party() -> None:
    desk = book()
    desk.ring(number=CLIENT)
    desk.pbx("p1", PbxState.MAILBOX, caller_number=STRANGER)
    call = next(iter(desk.calls.values()))
    assert (call.number, call.name) == (CLIENT, "Adler GmbH")


def test_the_look_up_tells_whether_the_pbx_named_somebody() -> None:
    desk = book()
    desk.answers_look_up = False
    desk.ring(caller_name="Frau Kern")
    desk.later(5).ring("p2", STRANGER)
    assert [each.named for each in desk.looked_up] == [True, False]


def test_an_internal_number_is_not_looked_up() -> None:
    desk = book()
    assert desk.ring(number="23").known is Known.NOBODY
    assert desk.of(effects.LookUp) == []
    desk.ring("p2", number=CLIENT)
    assert len(desk.of(effects.LookUp)) == 1
