from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from datev_connector.starface.wire.xmlrpc import MethodCall
from datev_connector.starface.xmpp.incoming import SAID_AGAIN_S, Incoming
from datev_connector.starface.xmpp.stanzas import Request, condition_of, domain_of, error_element
from tests.starface.xmpp_run import DOMAIN, ENDPOINT, OWN, call_text, parsed


@dataclass
class Line:
    """Keeps what is answered."""

    answers: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    def answer(self, request: Request, content: str = "") -> None:
        self.answers.append(content)

    def refuse(self, request: Request, condition: str) -> None:
        self.refusals.append(condition)


class Desk:
    """What comes in, at a time that the test says."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.events: list[MethodCall] = []
        self.line = Line()
        self.incoming = Incoming(self.events.append, lambda: self.now_s)

    def take(self, sender: str = ENDPOINT, *, content: str = "", bare: str | None = None) -> None:
        request = Request(
            kind="set",
            number="1",
            sender=sender,
            sender_bare=sender if bare is None else bare,
            addressee=OWN,
            content=parsed(content or call_text("event")),
        )
        self.incoming.take(request, self.line)


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.incoming.expect(senders=frozenset({ENDPOINT, DOMAIN}), own_address=OWN)
    return made


def test_before_the_endpoint_is_known_only_the_server_is_believed() -> None:
    desk = Desk()
    desk.incoming.expect(senders=frozenset(), own_address=OWN)
    desk.take()
    assert desk.line.refusals == ["forbidden"]
    desk.take("")
    assert len(desk.events) == 1


def test_an_impossible_address_equals_no_other(desk: Desk) -> None:
    desk.incoming.expect(senders=frozenset({"", DOMAIN}), own_address=OWN)
    desk.take("@@@", bare="")
    assert desk.line.refusals == ["forbidden"]
    assert desk.events == []


def test_the_answer_goes_out_before_the_event_is_looked_at() -> None:
    order: list[str] = []

    class Ordered(Line):
        def answer(self, request: Request, content: str = "") -> None:
            order.append("answered")

    incoming = Incoming(lambda _: order.append("handed on"), lambda: 0.0)
    incoming.expect(senders=frozenset({ENDPOINT}), own_address=OWN)
    request = Request(
        kind="set",
        number="1",
        sender=ENDPOINT,
        sender_bare=ENDPOINT,
        addressee="",
        content=parsed(call_text("event")),
    )
    incoming.take(request, Ordered())
    assert order == ["answered", "handed on"]


def test_a_flood_of_strangers_does_not_fill_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(1000):
        desk.take("4711@elsewhere.example/x")
    assert len(caplog.records) == 1
    desk.now_s += SAID_AGAIN_S
    desk.take("4711@elsewhere.example/x")
    assert len(caplog.records) == 2
    assert "999 more" in caplog.records[1].getMessage()
    assert "elsewhere.example" in caplog.text
    assert "4711" not in caplog.text
    assert desk.line.refusals == ["forbidden"] * 1001


def test_an_address_keeps_its_person_out_of_the_log() -> None:
    assert domain_of("0123@pbx.example/res@x") == DOMAIN
    assert domain_of("pbx.example") == DOMAIN
    assert domain_of("a@b@c") == "c"


def test_errors_can_be_read_as_they_are_written() -> None:
    for condition in ("forbidden", "bad-request", "service-unavailable"):
        assert condition_of(parsed(error_element(condition))) == condition
    assert condition_of(None) == "undefined-condition"
    assert condition_of(parsed("<error><text/></error>")) == "undefined-condition"
