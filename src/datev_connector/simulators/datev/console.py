"""Command lines for the stand-in: `dial "0721 / 123-0" name="Probebau GmbH"`.

The first word names the action; parameters follow in order or as name=value. Pure: reading lines
from somewhere and showing what an action returns is the caller's business.
"""

from __future__ import annotations

import shlex
from dataclasses import MISSING
from difflib import get_close_matches

from datev_connector.simulators.datev import (
    connect_actions,
    data_actions,
    link_actions,
    show_actions,
)
from datev_connector.simulators.datev.action import Action, BadAction, build_action, parameters

ACTIONS: dict[str, type[Action]] = {
    "dial": link_actions.Dial,
    "drop": link_actions.Drop,
    "pause": link_actions.Pause,
    "await": link_actions.Await,
    "go-away": link_actions.GoAway,
    "come-back": link_actions.ComeBack,
    "hang": link_actions.Hang,
    "answer-late": link_actions.AnswerLate,
    "reject": link_actions.Reject,
    "die": link_actions.Die,
    "spoil-answer": link_actions.SpoilAnswer,
    "send": link_actions.Send,
    "mend": link_actions.Mend,
    "connect-away": connect_actions.ConnectAway,
    "connect-back": connect_actions.ConnectBack,
    "connect-html": connect_actions.ConnectHtml,
    "connect-cut": connect_actions.ConnectCut,
    "connect-rights": connect_actions.ConnectRights,
    "connect-fail": connect_actions.ConnectFail,
    "connect-fault": connect_actions.ConnectFault,
    "connect-spoil": connect_actions.ConnectSpoil,
    "connect-release": connect_actions.ConnectRelease,
    "connect-clock": connect_actions.ConnectClock,
    "connect-manner": connect_actions.ConnectManner,
    "connect-password": connect_actions.ConnectPassword,
    "connect-unlock": connect_actions.ConnectUnlock,
    "connect-mend": connect_actions.ConnectMend,
    "add-addressee": data_actions.AddAddressee,
    "change-addressee": data_actions.ChangeAddressee,
    "change-phone": data_actions.ChangePhone,
    "delete-addressee": data_actions.DeleteAddressee,
    "add-client": data_actions.AddClient,
    "change-client": data_actions.ChangeClient,
    "delete-client": data_actions.DeleteClient,
    "touch-all": data_actions.TouchAll,
    "show": show_actions.Show,
    "quit": show_actions.Quit,
}


def find_action(name: str) -> type[Action]:
    """The action of this name. Raises BadAction."""
    kind = ACTIONS.get(name)
    if kind is None:
        near = get_close_matches(name.lower(), [*ACTIONS, "help"], n=1)
        meant = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(ACTIONS)}"
        raise BadAction(f"{name!r} is no action; {meant}")
    return kind


def parse_line(line: str) -> Action | None:
    """One command line; None for an empty one or a comment. Raises BadAction."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise BadAction(f"the line is not understood: {error}") from error
    if not words:
        return None
    kind = find_action(words[0])
    return build_action(kind, _values(kind, words[1:]))


def _values(kind: type[Action], words: list[str]) -> dict[str, object]:
    names = [field.name for field in parameters(kind)]
    values: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in names:
            free = [name for name in names if name not in values]
            if not free:
                raise BadAction(f"{word!r} is one word too many")
            name, value = free[0], word
        if name in values:
            raise BadAction(f"{name!r} is given twice")
        values[name] = value
    return values


def help_lines() -> list[str]:
    """How commands are written and in which order they go, and every command."""
    return [
        "Words go in this order or as name=value; [those] may be missing; quote what holds blanks.",
        "A call goes: await connectors (the connector comes by itself); dial; drop; show calls.",
        "number is any number to dial; call_id stands in the answer to dial.",
        *(
            "  await connectors",
            '  dial "0721 / 123-0" "Probebau GmbH"',
            "  drop",
            "  show journal",
        ),
        "",
        *(f"{_usage(name, kind):<52} {_purpose(kind)}" for name, kind in ACTIONS.items()),
        f"{'help':<52} These lines.",
    ]


def _usage(name: str, kind: type[Action]) -> str:
    needed = (
        field.name if field.default is MISSING else f"[{field.name}]" for field in parameters(kind)
    )
    return " ".join((name, *needed))


def _purpose(kind: type[Action]) -> str:
    return (kind.__doc__ or "").splitlines()[0]
