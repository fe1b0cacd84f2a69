"""The module DATEVConnectorforSTARFACE: its functions, and the tabs of its configuration.

It needs no compiled code and takes part in no call. Each function is an entry point of type
XMLRPC_auth: whoever has a login may call it, as `<name of the configuration>.<name>`, with one
struct, and gets one struct.

| function | takes | gives |
|---|---|---|
| getInfo | - | moduleVersion (number), licence, logLevel (text) |
| ping | - | ok (true) |
| report | level, user, text | ok (true) |
"""

from __future__ import annotations

from enum import StrEnum

from datev_connector.starface.module.archive import words
from datev_connector.starface.module.archive.edition import MODULE_VERSION
from datev_connector.starface.module.archive.parts import (
    Assign,
    Case,
    Function,
    Headline,
    InfoText,
    Level,
    Literal,
    Log,
    Module,
    Reference,
    Source,
    Switch,
    Tab,
    TextChoice,
    TextInput,
    Type,
    Variable,
    Words,
)


class ReportLevel(StrEnum):
    """Levels of what connectors report; no module is known that writes TRACE into its log."""

    ERROR = "ERROR"
    WARN = "WARN"
    INFO = "INFO"
    DEBUG = "DEBUG"
    TRACE = "TRACE"

    @property
    def written_as(self) -> Level:
        """The level in the log."""
        return Level.DEBUG if self is ReportLevel.TRACE else Level(self.value)


LOG_LEVEL = Variable(
    key="gui/log-level", name="GUI_LOG_LEVEL", type=Type.STRING, value=ReportLevel.WARN.value
)
LICENCE = Variable(key="gui/licence", name="GUI_LICENCE", type=Type.STRING)


def the_module() -> Module:
    """The module as it is delivered."""
    return Module(
        name=words.PRODUCT,
        label=Words(de=words.PRODUCT, en=words.PRODUCT),
        short=words.SHORT,
        description=words.DESCRIPTION,
        tabs=(_general(), _licence(), _help()),
        functions=(_get_info(), _ping(), _report()),
    )


# --- tabs -----------------------------------------------------------------------------------------


def _general() -> Tab:
    return Tab(
        key="tab/general",
        label=words.GENERAL,
        elements=(
            Headline(key="tab/general/reports", label=words.REPORTS),
            InfoText(key="tab/general/reports-are", text=words.REPORTS_ARE),
            TextChoice(
                key="tab/general/log-level",
                label=words.DOWN_TO,
                hint=words.DOWN_TO_HINT,
                variable=LOG_LEVEL,
                choices=tuple(level.value for level in ReportLevel),
            ),
        ),
    )


def _licence() -> Tab:
    return Tab(
        key="tab/licence",
        label=words.LICENCE,
        elements=(
            Headline(key="tab/licence/of", label=words.LICENCE_OF),
            InfoText(key="tab/licence/is", text=words.LICENCE_IS),
            TextInput(
                key="tab/licence/text",
                label=words.LICENCE_TEXT,
                hint=words.LICENCE_HINT,
                variable=LICENCE,
            ),
        ),
    )


def _help() -> Tab:
    return Tab(
        key="tab/help",
        label=words.HELP,
        elements=(
            Headline(key="tab/help/name", label=words.NAME),
            InfoText(key="tab/help/name-is", text=words.NAME_IS),
            Headline(key="tab/help/checking", label=words.CHECKING),
            InfoText(key="tab/help/checking-is", text=words.CHECKING_IS),
            Headline(key="tab/help/log", label=words.LOG),
            InfoText(key="tab/help/log-is", text=words.LOG_IS),
        ),
    )


# --- functions ------------------------------------------------------------------------------------


def _get_info() -> Function:
    version = Variable(key="getInfo/version", name="moduleVersion", type=Type.NUMBER)
    licence = Variable(key="getInfo/licence", name="licence", type=Type.STRING)
    level = Variable(key="getInfo/level", name="logLevel", type=Type.STRING)
    return Function(
        name="getInfo",
        description="Version of the module, licence text and level of reports",
        outputs=(version, licence, level),
        steps=(
            _give(version, Literal(text=str(MODULE_VERSION))),
            _give(licence, Reference(key=LICENCE.key)),
            _give(level, Reference(key=LOG_LEVEL.key)),
        ),
    )


def _ping() -> Function:
    done = Variable(key="ping/ok", name="ok", type=Type.BOOLEAN)
    return Function(
        name="ping",
        description="Answers, and does nothing else",
        outputs=(done,),
        steps=(_give(done, Literal(text="true")),),
    )


def _report() -> Function:
    level, user, text = (
        Variable(key=f"report/{name}", name=name, type=Type.STRING)
        for name in ("level", "user", "text")
    )
    done = Variable(key="report/ok", name="ok", type=Type.BOOLEAN)
    messages: tuple[Source, ...] = (
        Reference(key=user.key),
        Literal(text=": "),
        Reference(key=text.key),
    )
    cases = tuple(
        Case(
            key=f"report/case/{name.value}",
            value=name.value,
            steps=(Log(key=f"report/log/{name.value}", level=name.written_as, messages=messages),),
        )
        for name in ReportLevel
    )
    by_level = Switch(
        key="report/by-level",
        on=Reference(key=level.key),
        cases=cases,
        otherwise=(Log(key="report/log/other", level=Level.INFO, messages=messages),),
    )
    return Function(
        name="report",
        description="Writes what a connector reports into the log of this configuration",
        inputs=(level, user, text),
        outputs=(done,),
        steps=(by_level, _give(done, Literal(text="true"))),
    )


def _give(output: Variable, value: Source) -> Assign:
    """Fill an output of a function."""
    return Assign(key=f"{output.key}/assign", target=Reference(key=output.key), value=value)
