from __future__ import annotations

from datetime import timedelta

from datev_connector.desktop.call_window.openings import Openings
from datev_connector.domain import inputs
from datev_connector.domain.effects import CallChanged, SaveCall, Window
from datev_connector.domain.rules import CallRules
from datev_connector.engine.news import News
from tests.desktop.call_window.people import NOON, call, kept, opened, opens
from tests.domain.desk.playbook import book


def asked_for(*news: News) -> list[bool]:
    openings, answers = Openings(), []
    for one in news:
        answers.append(openings.is_asked_for(one))
        openings = openings.after(one)
    return answers


def test_what_follows_the_news_of_a_call_opens_by_itself() -> None:
    assert asked_for(*opens(call())) == [False, False]


def test_what_a_person_opens_is_asked_for() -> None:
    told, auto = opens(call())
    assert asked_for(told, auto, opened(call(), NOON)) == [False, False, True]
    assert asked_for(told, opened(call("c2"))) == [False, True]
    assert asked_for(told, kept(call()), opened(call())) == [False, False, True]
    assert asked_for(told, opened(call(), NOON + timedelta(milliseconds=1))) == [False, True]


def test_the_desk_itself_speaks_in_this_order() -> None:
    desk = book(CallRules())
    ringing = desk.ring()
    desk.later(2).answer()
    desk.feed(inputs.WindowOpened(at=desk.at, call=ringing.call))
    told = [one for one in desk.of(object) if isinstance(one, Window | CallChanged | SaveCall)]
    news = [
        News(NOON + timedelta(seconds=number // 100), one)
        for number, one in enumerate(told)
        if isinstance(one, Window | CallChanged)
    ]
    opening = [
        answer
        for answer, one in zip(asked_for(*news), news, strict=True)
        if isinstance(one.matter, Window) and one.matter.action == "open"
    ]
    assert opening == [False, True]
