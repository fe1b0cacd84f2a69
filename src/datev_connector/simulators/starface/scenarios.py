"""Whole calls of every kind that a STARFACE user lives through, by name.

Each is a list of steps with places for the user, the outside number and a colleague (the login of
another user). Calls are named `a`, `b`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A call from beginning to end."""

    title: str
    steps: tuple[str, ...]

    def lines(self, user: str, number: str, colleague: str = "") -> list[str]:
        """Steps as console lines for these people."""
        places = {"user": user, "number": number or '""', "colleague": colleague}
        return [step.format(**places) for step in self.steps]


def _scenario(title: str, *steps: str) -> Scenario:
    return Scenario(title=title, steps=steps)


IN = "incoming a {user} {number}"
GROUP = "incoming a {user} {number} group=g1"
OUT = "outgoing a {user} {number}"

SCENARIOS: dict[str, Scenario] = {
    "incoming-answered": _scenario("incoming, answered", IN, "ring a", "answer a", "hangup a"),
    "incoming-missed": _scenario("incoming, missed", IN, "ring a", "no-answer a"),
    "incoming-rejected": _scenario("incoming, rejected on the phone", IN, "ring a", "reject a"),
    "incoming-busy": _scenario("incoming while engaged, no call waiting", IN, "busy a"),
    "incoming-anonymous": _scenario(
        "incoming without a number", 'incoming a {user} ""', "ring a", "answer a", "hangup a"
    ),
    "incoming-late-name": _scenario(
        "the name arrives while it rings",
        IN,
        "ring a",
        'name a "Ada Byron"',
        "answer a",
        "hangup a",
    ),
    "group-answered": _scenario(
        "group call, answered by this user", GROUP, "ring a", "answer a by={user}", "hangup a"
    ),
    "group-answered-elsewhere": _scenario(
        "group call, answered by a colleague",
        GROUP,
        "ring a",
        "answer-elsewhere a {colleague}",
        "hangup a",
    ),
    "forwarded-always": _scenario(
        "received because a colleague forwards always",
        "incoming a {user} {number} by={colleague} kind=CFU",
        "ring a",
        "answer a",
        "hangup a",
    ),
    "forward-no-reply": _scenario(
        "not taken, sent on to a colleague", IN, "ring a", "forward a {colleague}", "hangup a"
    ),
    "voicemail": _scenario(
        "not taken, the mailbox answers", IN, "ring a", "voicemail a", "hangup a"
    ),
    "blind-transfer-received": _scenario(
        "a colleague sends a call on without asking",
        "incoming a {colleague} {number}",
        "ring a",
        "answer a",
        "blind-transfer a {user} by={colleague}",
        "answer a",
        "hangup a",
    ),
    "attended-transfer-received": _scenario(
        "a colleague asks first, then hands the call over",
        "incoming a {colleague} {number}",
        "ring a",
        "answer a",
        "consult a b {user}",
        "ring b",
        "answer b",
        "transfer a b",
        "hangup b",
    ),
    "attended-transfer-new-id": _scenario(
        "as before, and the call goes on under another id",
        "incoming a {colleague} {number}",
        "ring a",
        "answer a",
        "consult a b {user}",
        "ring b",
        "answer b",
        "transfer a b new_id=yes",
        "hangup b",
    ),
    "transfer-done": _scenario(
        "the user asks a colleague and hands the call over",
        IN,
        "ring a",
        "answer a",
        "consult a b {colleague}",
        "ring b",
        "answer b",
        "transfer a b",
        "hangup b",
    ),
    "internal-outgoing": _scenario(
        "the user calls a colleague",
        "internal a {user} {colleague}",
        "ring a",
        "answer a",
        "hangup a",
    ),
    "internal-incoming": _scenario(
        "a colleague calls the user",
        "internal a {colleague} {user}",
        "ring a",
        "answer a",
        "hangup a",
    ),
    "outgoing-answered": _scenario(
        "dialled on the phone, answered", OUT, "ring a", "answer a", "hangup a"
    ),
    "outgoing-busy": _scenario("dialled on the phone, engaged", OUT, "busy a"),
    "outgoing-unanswered": _scenario(
        "dialled on the phone, nobody answers", OUT, "ring a", "no-answer a"
    ),
    "call-waiting": _scenario(
        "a second call while the first is talked on",
        IN,
        "ring a",
        "answer a",
        "incoming b {user} 004930999888",
        "ring b",
        "hangup a",
        "answer b",
        "hangup b",
    ),
    "hold-and-resume": _scenario(
        "put on hold and back", IN, "ring a", "answer a", "hold a", "resume a", "hangup a"
    ),
    "dial-answered": _scenario(
        "a client dials; own phone lifted, far end answers",
        "expect-dial a",
        "lift a",
        "ring a",
        "answer a",
        "hangup a",
    ),
    "dial-not-lifted": _scenario(
        "a client dials; the own phone is not lifted", "expect-dial a", "no-answer a"
    ),
}
