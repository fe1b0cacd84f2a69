from __future__ import annotations

import json
from pathlib import Path

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Door,
    Manners,
    Mechanism,
    StarfaceConfig,
    StartTls,
    XmppConfig,
)
from datev_connector.simulators.starface.config import PbxUser
from datev_connector.simulators.starface.player import ACTIONS, Player
from datev_connector.simulators.starface.script import BadScript, read_script
from datev_connector.simulators.starface.server import StarfaceSimulator
from datev_connector.simulators.starface.steps import BadStep, Step, step_from_line

WORKDAY = """
steps = [
    "incoming a 77 004972112345 name='Ada Byron'",
    { do = "ring", call = "a" },
    { do = "wait", seconds = 0 },
    "answer a",
    "hangup a",
]
[pbx]
port = 0
encrypted = false
session_timeout_s = 30
versions = ["v22"]
auth_modes = ["md5"]
bad_login = "lenient"
[pbx.behaviour]
late_names = true
[[pbx.users]]
login = "77"
password = "p"
number = "7"
phones = ["SIP/7", "SIP/77"]
[[pbx.groups]]
group_id = "g"
number = "30"
members = ["77"]
[[pbx.contacts]]
id = "c1"
phone = "0049721"
"""


def write(folder: Path, text: str, name: str = "day.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


async def test_a_day(tmp_path: Path) -> None:
    script = read_script(write(tmp_path, WORKDAY))
    config = script.config
    assert config.users == (
        PbxUser(login="77", password="p", number="7", phones=("SIP/7", "SIP/77")),
    )
    assert (config.versions, config.auth_modes) == (frozenset({"v22"}), frozenset({AuthMode.MD5}))
    assert (config.bad_login, config.session_timeout_s) == (BadLogin.LENIENT, 30.0)
    assert config.behaviour.late_names
    async with StarfaceSimulator(config) as starface:
        said: list[str] = []
        await Player(starface).play(script.steps, said.append)
        (story,) = starface.chronicle.calls
        assert (story.outcome, story.caller_name) == ("answered", "Ada Byron")
        assert said == [f"call a: {story.call_id}"]


def test_json_list_of_steps(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(["ring a", {"do": "answer", "call": "a"}]), "day.json")
    script = read_script(path, StarfaceConfig(port=4))
    assert script.config.port == 4
    assert script.steps == (
        Step(action="ring", words={"call": "a"}),
        Step(action="answer", words={"call": "a"}),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps = = 3", "line 1"),
        ("stepps = []", "unknown key 'stepps'; there are: pbx, steps"),
        ("steps = 3", "steps must be a list"),
        ("steps = [3]", "step 1: must be a line or a table, not 3"),
        ('steps = ["ring a", "rign a"]', "step 2: unknown action 'rign'; did you mean 'ring'?"),
        ('steps = ["ring"]', "step 1: ring needs 'call'; usage: ring CALL"),
        ('steps = ["ring a b"]', "step 1: too many words"),
        ("steps = [{ do = 'ring', cal = 'a' }]", "step 1: ring has no 'cal'"),
        ("steps = [{ call = 'a' }]", "step 1: no action"),
        ("steps = [{ do = 'wait', seconds = 'x' }]", "'seconds' must be a number, not 'x'"),
        ("steps = [{ do = 'ring', call = 4 }]", "'call' must be text, not 4"),
        ("steps = ['incoming \"a']", 'step 1: incoming "a: No closing quotation'),
        ("pbx = 3", "pbx must be a table"),
        ("[pbx]\nports = 3", "pbx.ports: no such setting"),
        ("[pbx]\nport = 'x'", "pbx.port must be int, not 'x'"),
        ("[pbx]\nport = true", "pbx.port must be int, not True"),
        ("[pbx]\nbad_login = 'x'", "pbx.bad_login: 'x' is none of strict, lenient"),
        ("[pbx]\nversions = 'v22'", "pbx.versions must be a list of texts"),
        ("[pbx]\nusers = 3", "pbx.users must be a list of tables"),
        ("[pbx]\nusers = [3]", "pbx.users[1] must be a table"),
        ("[[pbx.users]]\nlogin = '1'", "pbx.users[1]: missing 'password' and 'number'"),
        ("[[pbx.users]]\nlogin = 1", "pbx.users[1].login must be str, not 1"),
        ("[[pbx.users]]\nname = 'x'", "pbx.users[1].name: no such setting"),
        ("[pbx]\nnow = 'x'", "pbx.now: no such setting"),
    ],
)
def test_mistakes_are_explained(tmp_path: Path, text: str, complaint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(BadScript) as caught:
        read_script(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value)


def test_not_text(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadScript, match="not UTF-8 text"):
        read_script(path)


async def test_failing_step_is_numbered(starface: StarfaceSimulator, tmp_path: Path) -> None:
    path = write(tmp_path, 'steps = ["outgoing a 0123 0049721", "busy a", "answer a"]')
    with pytest.raises(BadStep, match=r"step 3 \(answer\): call .* cannot answer \(0123: HANGUP\)"):
        await Player(starface).play(read_script(path).steps)


def test_pbx_with_every_door(tmp_path: Path) -> None:
    text = """
[pbx]
auth_modes = ["oauth"]
made_up_contacts = 30
[pbx.xmpp]
domain = "a.example"
starttls = "optional"
mechanisms = ["PLAIN"]
[pbx.oauth]
access_life_s = 60
[pbx.jabber_rpc]
connection_requests = false
[pbx.contact_columns]
numbers = ["mobile", "fax"]
"""
    config = read_script(write(tmp_path, text)).config
    assert config.xmpp == XmppConfig(
        domain="a.example", starttls=StartTls.OPTIONAL, mechanisms=(Mechanism.PLAIN,)
    )
    assert config.xmpp is not None
    assert config.xmpp.endpoint_address == "uci.a.example"
    assert config.oauth.access_life_s == 60.0
    assert not config.jabber_rpc.connection_requests
    assert config.contact_columns.numbers == ("mobile", "fax")
    assert len(config.contacts) == 30


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("made_up_contacts = -1", "pbx.made_up_contacts must be a number of contacts"),
        ('xmpp = { starttls = "perhaps" }', "pbx.xmpp.starttls: 'perhaps' is none of required"),
        ('xmpp = { endpoint = "a@" }', "pbx.xmpp: no Jabber id: 'a@'"),
        ('xmpp = { domain = "a@b" }', "pbx.xmpp: no domain: 'a@b'"),
        ('contact_columns = { numbers = ["hat"] }', "pbx.contact_columns: no column 'hat'"),
        ("xmpp = { certificate = 1 }", "pbx.xmpp.certificate: no such setting"),
    ],
)
def test_bad_door(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(BadScript, match=told):
        read_script(write(tmp_path, f"[pbx]\n{line}\n"))


async def test_xmpp_misbehaves_by_script() -> None:
    async with StarfaceSimulator(StarfaceConfig(xmpp=XmppConfig())) as starface:
        player = Player(starface)
        for line in (
            "xmpp-manners web-server",
            "drop-xmpp",
            "restart-xmpp",
            "xmpp-error conflict",
            "expire-tokens",
            "fault unavailable *.login door=xmpp skip=2",
        ):
            await player.perform(step_from_line(line, ACTIONS))
        assert starface.xmpp.server.manners is Manners.WEB_SERVER
        (fault,) = starface.faults.planned
        assert (fault.door, fault.skip) == (Door.XMPP, 2)
        with pytest.raises(BadStep, match="no manners 'rude'; there are: proper"):
            await player.perform(step_from_line("xmpp-manners rude", ACTIONS))
    async with StarfaceSimulator(StarfaceConfig()) as starface:
        with pytest.raises(BadStep, match="no XMPP door"):
            await Player(starface).perform(step_from_line("xmpp-manners silent", ACTIONS))
