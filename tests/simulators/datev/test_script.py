from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from datev_connector.simulators.datev import (
    BadAction,
    BadScript,
    DatevConfig,
    DatevSimulator,
    Method,
    Office,
    Quit,
    Rules,
    ScriptForm,
    help_lines,
    parse_line,
    read_script,
    run_script,
)
from datev_connector.simulators.datev.connect_actions import ConnectRights
from datev_connector.simulators.datev.console import ACTIONS
from datev_connector.simulators.datev.link_actions import Await, Dial, Die, Drop, GoAway, Reject
from datev_connector.simulators.datev.rest_faults import Refusal
from datev_connector.simulators.datev.show_actions import Show
from tests.simulators.datev.peer import Peer
from tests.simulators.datev.records import absent, journal, offered


@pytest.fixture
async def datev() -> AsyncIterator[DatevSimulator]:
    config = DatevConfig(rules=Rules(late_after_s=None), office=Office(count=20))
    async with DatevSimulator(config) as simulator:
        yield simulator


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("", None),
        ("   # a remark", None),
        ('dial "0721 / 123-0" name="Bau & Söhne"', Dial("0721 / 123-0", "Bau & Söhne")),
        ("dial 110 Polizei id-1", Dial("110", "Polizei", "id-1")),
        ("dial a=b", Dial("a=b")),
        ("die 3 before=yes", Die(3, before=True)),
        ("go-away no", GoAway(forget=False)),
        ("reject 0x80010105 times=2", Reject(0x80010105, 2)),
        ("reject -2147417851", Reject(-2147417851)),
        ("await journal 2 timeout_s=1.5", Await("journal", 2, 1.5)),
        ("connect-rights empty=true", ConnectRights(empty=True)),
        ("quit", Quit()),
    ],
)
def test_command_lines(line: str, action: object) -> None:
    assert parse_line(line) == action


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dance", "no action; there is dial, drop"),
        ("shwo calls", "did you mean 'show'"),
        ("HELP", "did you mean 'help'"),
        ("dial", "'number' is missing"),
        ('dial "open', "not understood"),
        ("mend all", "too many"),
        ("dial number=1 number=2", "twice"),
        ("die soon", "cannot be 'soon'"),
        ("die 0", "from 1"),
        ("go-away perhaps", "cannot be 'perhaps'"),
        ("await rain", "'rain'"),
        ("send flowers", "'flowers'"),
        ("spoil-answer flowers", "'flowers'"),
        ("show everything", "'everything'"),
        ("connect-fail 200", "400 to 599"),
        ("reject 0x180010001", "32-bit"),
    ],
)
def test_command_lines_not_understood(line: str, words: str) -> None:
    with pytest.raises(BadAction, match=words):
        parse_line(line)


def test_help_tells_every_action() -> None:
    lines = help_lines()
    for name in (*ACTIONS, "help"):
        assert len([line for line in lines if line.split(" ")[0] == name]) == 1
    assert any(line.startswith("dial number [name]") for line in lines)


def test_the_example_of_the_help_is_understood() -> None:
    example = [line for line in help_lines() if line.startswith("  ")]
    assert [parse_line(line) for line in example] == [
        Await("connectors"),
        Dial("0721 / 123-0", "Probebau GmbH"),
        Drop(),
        Show("journal"),
    ]


def test_scripts_in_both_forms() -> None:
    toml = '[[step]]\ndo = "die"\nnth = 2\n[[step]]\ndo = "await"\nwhat = "calls"\ntimeout_s = 5\n'
    steps = [{"do": "die", "nth": 2}, {"do": "await", "what": "calls", "timeout_s": 5}]
    expected = (Die(2), Await("calls", 1, 5.0))
    assert read_script(toml, ScriptForm.TOML) == expected
    assert read_script(json.dumps(steps), ScriptForm.JSON) == expected
    assert read_script(json.dumps({"step": steps}), ScriptForm.JSON) == expected


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("[[step]\n", ScriptForm.TOML, "no TOML"),
        ("{", ScriptForm.JSON, "no JSON"),
        ("{}", ScriptForm.JSON, "no list"),
        ("7", ScriptForm.JSON, "no list"),
        ("[7]", ScriptForm.JSON, "step 1: 'do'"),
        ('[{"do": "mend"}, {"do": "dance"}]', ScriptForm.JSON, r"step 2 \(dance\)"),
        ('[{"do": "die", "nth": true}]', ScriptForm.JSON, "'nth' cannot be True"),
        ('[{"do": "dial", "number": 7}]', ScriptForm.JSON, "'number' cannot be 7"),
        ('[{"do": "pause", "seconds": []}]', ScriptForm.JSON, "'seconds'"),
        ('[{"do": "die", "when": 1}]', ScriptForm.JSON, "'when' is no parameter"),
    ],
)
def test_scripts_not_understood(text: str, form: ScriptForm, words: str) -> None:
    with pytest.raises(BadScript, match=words):
        read_script(text, form)


async def test_a_script_plays_datev_for_a_connector(datev: DatevSimulator) -> None:
    steps = [
        {"do": "await", "what": "connectors"},
        {"do": "dial", "number": "0721 1"},
        {"do": "await", "what": "ended"},
        {"do": "reject", "times": 1},
        {"do": "await", "what": "journal"},
        {"do": "drop"},
        {"do": "quit"},
        {"do": "go-away"},
    ]
    shown: list[str] = []
    script = read_script(json.dumps(steps), ScriptForm.JSON)
    async with Peer(datev) as peer, asyncio.TaskGroup() as group:
        group.create_task(run_script(datev, script, shown.append))
        request = await peer.read()
        answer = {**request["call"], "CallID": "c-1"}
        await peer.write({"id": request["id"], "hresult": 0, "call": answer})
        ring = offered("c-2")
        await peer.ask(Method.NEW_CALL, ring)
        await peer.ask(Method.CALL_STATE_CHANGED, absent(ring))
        while await peer.ask(Method.NEW_JOURNAL, journal(absent(ring))):
            pass
    assert shown[0] == "Dial: 0x00000000, CallID c-1"
    assert shown[-1] == "no call is going on"
    assert datev.listening
    assert datev.violations == ()


async def test_every_fault_can_be_made_and_mended_from_the_console(datev: DatevSimulator) -> None:
    async def say(line: str) -> list[str]:
        action = parse_line(line)
        assert action is not None
        return await action.perform(datev)

    first = datev.connect.data.addressees
    guid = next(iter(first))["id"]
    await say(f"change-addressee {guid} status inactive")
    assert next(entry for entry in first if entry["id"] == guid)["status"] == "inactive"
    await say(f"delete-addressee {guid}")
    assert [entry["id"] for entry in first.deletion_log] == [guid]
    for line in ("connect-html", "connect-cut 2", "connect-rights", "connect-fail 500"):
        await say(line)
    assert datev.connect.faults.refusal is Refusal.WITH_CODE
    await say("connect-mend")
    assert datev.connect.faults.instead() is None
    await say("connect-away")
    await say("connect-back")
    await say("hang yes")
    await say("answer-late 2")
    await say("spoil-answer garbage 2")
    await say("die 5")
    await say("mend")
    assert datev.faults.handle("NewCall").hresult == 0
    await say("pause 0")
    await say("go-away")
    assert not datev.listening
    await say("come-back")
    async with Peer(datev) as peer:
        await say("await connectors")
        await say("send garbage")
        assert b"not json" in await peer.line()
        ring = offered("c-1", number="")
        await peer.ask(Method.NEW_CALL, ring)
        await peer.ask(Method.CALL_STATE_CHANGED, absent(ring))
        await peer.ask(Method.NEW_JOURNAL, journal(absent(ring)))
        await peer.ask(Method.NEW_JOURNAL, journal(absent(ring)))
        assert "Offered > Absence" in (await say("show"))[0]
        assert "sent 2 times" in (await say("show journal"))[0]
        assert await say("show violations") == ["no violations"]
        assert await say("show hints") == ["no hints"]
        assert await say("show connectors") == ["connector 1"]
        assert len(await say("show log")) > 5
        request = asyncio.get_running_loop().create_task(say("drop c-1"))
        asked = await peer.read()
        await peer.write({"id": asked["id"], "hresult": 0})
        assert "violation" in (await request)[1]
