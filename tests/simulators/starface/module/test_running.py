"""Functions of the designer's language, run from archives made by hand."""

from __future__ import annotations

import xmlrpc.client
from datetime import UTC, datetime

import pytest

from datev_connector.simulators.starface import (
    BadModule,
    Configuration,
    LogLevel,
    ModuleConfig,
    Modules,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.module.running import CannotRun
from datev_connector.simulators.starface.module.values import cast, text_of
from tests.simulators.starface.client import Client, fetch
from tests.simulators.starface.module.made import (
    MODULE,
    archive,
    assign,
    call,
    descriptor,
    entry,
    function,
    variable,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUT = variable("out")


def configured(children: str, variables: str = "") -> Configuration:
    """A configuration of a module with these functions; `f` is its entry point."""
    content = archive(descriptor(children, entry("f"), variables))
    modules = Modules([ModuleConfig(archive=content, name="m")], lambda: NOON)
    return modules["m"]


def run(children: str, variables: str = "", **given: object) -> dict[str, object]:
    one = configured(children, variables)
    return one.call(one.module.entry_points["f"], given, NOON)


def log(level: str, *messages: tuple[str, bool]) -> str:
    items = "".join(
        f"<item><value>{text}</value><byReference>{str(refers).lower()}</byReference></item>"
        for text, refers in messages
    )
    slots = variable("logLevel", value=level) + (
        '<multipleValueVariable id="messages" name="messages" type="OBJECT">'
        f"<value/><values>{items}</values></multipleValueVariable>"
    )
    return call("Log2", slots, domain="starface.system")


def case(value: str, steps: str) -> str:
    return (
        f'<case id="c"><inputVars>{variable("condition", "OBJECT", value)}</inputVars>'
        f"<children>{steps}</children></case>"
    )


def switch(on: str, *branches: str) -> str:
    return (
        f'<switch id="s"><inputVars>{variable("condition", "STRING", on, "true")}</inputVars>'
        f"<children>{''.join(branches)}</children></switch>"
    )


def otherwise(steps: str) -> str:
    return f'<switchDefault id="d"><children>{steps}</children></switchDefault>'


@pytest.mark.parametrize(
    ("kind", "literal", "expected"),
    [
        ("STRING", "12", "12"),
        ("NUMBER", "12", 12.0),
        ("NUMBER", "1.5", 1.5),
        ("BOOLEAN", "true", True),
        ("BOOLEAN", "no", False),
        ("OBJECT", "12", "12"),
    ],
)
def test_a_literal_becomes_what_the_variable_is(kind: str, literal: str, expected: object) -> None:
    assert run(function("f", assign("out", literal), outputs=variable("out", kind))) == {
        "out": expected
    }


def test_what_cannot_be_cast_is_left_out_of_the_answer() -> None:
    assert run(function("f", assign("out", "many"), outputs=variable("out", "NUMBER"))) == {}


def test_inputs_have_defaults_and_are_cast() -> None:
    takes = function(
        "f", assign("out", "taken", "true"), variable("taken", "STRING", "usual"), variable("out")
    )
    assert run(takes) == {"out": "usual"}
    assert run(takes, taken=7) == {"out": "7"}
    assert run(takes, other=1) == {"out": "usual"}


def test_fields_of_the_configuration_are_read() -> None:
    one = configured(
        function("f", assign("out", "GUI_A", "true"), outputs=OUT), variable("GUI_A", value="old")
    )
    entry_point = one.module.entry_points["f"]
    assert one.call(entry_point, {}, NOON) == {"out": "old"}
    one.set("GUI_A", "new")
    assert one.call(entry_point, {}, NOON) == {"out": "new"}
    with pytest.raises(LookupError, match="no field 'GUI_B'; there are: GUI_A"):
        one.set("GUI_B", "x")


def test_disabled_steps_and_comments_do_nothing_and_return_leaves() -> None:
    steps = assign("out", "1") + assign("out", "2", more="<disabled>true</disabled>")
    steps += '<commentStatement id="x"/><return id="r"/>' + assign("out", "3")
    assert run(function("f", steps, outputs=OUT)) == {"out": "1"}


def test_a_variable_is_made_and_known_by_id_and_name() -> None:
    made = '<typedVarDef type="NUMBER" variableName="sum" id="s"><defaultValue>3</defaultValue>'
    made += "</typedVarDef>"
    by_id = made + assign("out", "s", "true")
    by_name = made + assign("out", "sum", "true")
    for steps in (by_id, by_name):
        assert run(function("f", steps, outputs=variable("out", "NUMBER"))) == {"out": 3.0}


def test_functions_call_functions() -> None:
    inner = function("g", assign("result", "given", "true"), variable("given"), variable("result"))
    bound = call("g", variable("given", value="x"), variable("result", value="out"))
    assert run(function("f", bound, outputs=OUT) + inner) == {"out": "x"}
    free = call("g", variable("given", value="y"), variable("result"))
    free += assign("out", "_result", "true")
    assert run(function("f", free, outputs=OUT) + inner) == {"out": "y"}


def test_a_module_can_be_asked_for_its_version() -> None:
    asked = call("GetModuleInfo", "", variable("moduleVersion"), domain="starface.entities")
    steps = asked + assign("out", "_moduleVersion", "true")
    assert run(function("f", steps, outputs=variable("out", "NUMBER"))) == {"out": 7.0}


@pytest.mark.parametrize(("asked", "told"), [("a", "1"), ("b", "2"), ("c", "3"), ("", "3")])
def test_switch(asked: str, told: str) -> None:
    steps = switch(
        "in",
        case("a", assign("out", "1")),
        case("b", assign("out", "2")),
        otherwise(assign("out", "3")),
    )
    assert run(function("f", steps, variable("in"), OUT), **{"in": asked}) == {"out": told}


def test_log_joins_its_messages() -> None:
    one = configured(
        function(
            "f",
            log("ERROR", ("in", True), (" and ", False), ("n", True)),
            variable("in") + variable("n", "NUMBER"),
        )
    )
    one.call(one.module.entry_points["f"], {"in": "a", "n": 2}, NOON)
    (written,) = one.log
    assert (written.level, written.text, written.at) == (LogLevel.ERROR, "a and 2", NOON)


@pytest.mark.parametrize(
    ("steps", "complaint"),
    [
        ('<forEachInMap id="x"/>', "step forEachInMap is not simulated"),
        ('<varAssign id="a"/>', "no value or no target"),
        ('<functionCall id="a"/>', "no target"),
        (call("Execute4", domain="starface.system"), "starface.system.Execute4 is not simulated"),
        (call("Log2", domain="starface.system"), "no level or no message"),
        (log("LOUD", ("x", False)), "level 'LOUD'"),
        (assign("nobody", "1"), "not found: nobody"),
        (assign("out", "nobody", "true"), "not found: nobody"),
        (call("f"), "calls itself without end"),
        (call("g"), "is compiled"),
        (switch("out", '<if2 id="i"/>'), "a switch holds if2"),
        ('<switch id="s"/>', "has no condition"),
    ],
)
def test_what_cannot_be_run_is_said(steps: str, complaint: str) -> None:
    compiled = function("g", more="<implementationFile>G.class</implementationFile>")
    with pytest.raises(CannotRun, match=complaint):
        run(function("f", steps, outputs=OUT) + compiled)


def test_an_entry_point_may_lead_into_another_module_which_is_not_simulated() -> None:
    elsewhere = entry("f").replace(MODULE, MODULE[::-1])
    content = archive(descriptor(function("f"), elsewhere))
    one = Modules([ModuleConfig(archive=content, name="m")], lambda: NOON)["m"]
    with pytest.raises(CannotRun, match="leads into another module"):
        one.call(one.module.entry_points["f"], {}, NOON)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "STRING", None),
        (True, "NUMBER", None),
        ([1], "NUMBER", None),
        ("1e400", "NUMBER", float("inf")),
        ("FALSE", "BOOLEAN", False),
        (1.0, "BOOLEAN", True),
        ([1], "LIST", [1]),
        ("x", "LIST", None),
        ({"a": 1}, "MAP", {"a": 1}),
        (3, "OBJECT", 3.0),
        ([], "OBJECT", []),
        (None, "OBJECT", None),
        (NOON, "DATE_TIME", NOON),
    ],
)
def test_casts(value: object, kind: str, expected: object) -> None:
    assert cast(value, kind) == expected


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "true"), (2.0, "2"), (2.5, "2.5"), ("x", "x")]
)
def test_texts(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("setting", list(LogLevel))
def test_a_level_includes_those_before_it(setting: LogLevel) -> None:
    passing = [level for level in LogLevel if setting.lets_pass(level)]
    assert passing == list(LogLevel)[: len(passing)]
    assert passing[-1] is setting


def test_names_of_configurations_are_taken_once() -> None:
    config = ModuleConfig(archive=archive(), name="m")
    modules = Modules([config], lambda: NOON)
    with pytest.raises(ValueError, match="'m' is there already"):
        modules.add(config)
    modules.add(ModuleConfig(archive=archive(), name="n"))
    with pytest.raises(ValueError, match="'m' is there already"):
        modules.rename("n", "m")
    with pytest.raises(LookupError, match="no configuration 'x'; there are: 'm', 'n'"):
        modules.remove("x")
    with pytest.raises(BadModule):
        modules.add(ModuleConfig(archive=b"", name="o"))


# --- over the wire --------------------------------------------------------------------------------


def pbx(content: bytes) -> StarfaceSimulator:
    config = StarfaceConfig(modules=(ModuleConfig(archive=content, name="m"),))
    return StarfaceSimulator(config)


async def test_a_failure_inside_is_a_fault() -> None:
    content = archive(descriptor(function("f", '<beanShellScript id="b"/>'), entry("f")))
    async with pbx(content) as starface:
        with pytest.raises(xmlrpc.client.Fault, match="beanShellScript is not simulated") as caught:
            await Client(simulator=starface).call("m.f", {})
    assert caught.value.faultCode == starface.config.fault_codes.failed_module


async def test_an_open_entry_point_answers_everybody() -> None:
    f = function("f", assign("out", "1"), outputs=OUT)
    content = archive(descriptor(f, entry("f", "XMLRPC_noauth") + entry("g", target="f")))
    body = xmlrpc.client.dumps(({},), "m.f").encode()
    async with pbx(content) as starface:
        answer = await fetch(starface, "POST", "/xml-rpc", body=body)
        closed = await fetch(starface, "POST", "/xml-rpc", body=body.replace(b"m.f", b"m.g"))
    assert b"<string>1</string>" in answer.body
    assert b"faultCode" in closed.body


async def test_without_a_licence_of_the_pbx_nothing_is_served() -> None:
    content = archive(descriptor(function("f"), entry("f"), licence=""))
    async with pbx(content) as starface:
        with pytest.raises(xmlrpc.client.Fault, match="No such handler"):
            await Client(simulator=starface).call("m.f", {})
