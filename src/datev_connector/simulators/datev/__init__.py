"""A DATEV to develop, demonstrate and test against, written from the interface descriptions.

* `DatevSimulator`: the whole stand-in, an async context manager set up by a `DatevConfig`.
* `ContractChecker`: the judge of the telephony contract without I/O; says `Finding`s by `Rule`.
* `CallRecord`: the data object of eleven fields; `CallEntry`, `JournalEntry`: what DATEV shows.
* `FaultPlan`, `Spoil`: what can go wrong on the telephony link.
* `DatevConnect`: the REST service with `Office` data and `RestFaults`: `Refusal`, `Fault` for bad
  answers, `Blemish` for spoiled entries; `SignOn`, `Scheme`, `ChannelBinding` say who comes in.
* `read_script`, `run_script`, `parse_line`, `help_lines`: scripts and the console, as `Action`s.
* `MessageLog`, `log_table`: what crossed the telephony link.
"""

from __future__ import annotations

from datev_connector.simulators.datev.action import Action, BadAction
from datev_connector.simulators.datev.call_list import CallEntry, JournalEntry, Notice
from datev_connector.simulators.datev.checker import ContractChecker, Outcome, Verdict
from datev_connector.simulators.datev.config import DatevConfig
from datev_connector.simulators.datev.connect import DatevConnect
from datev_connector.simulators.datev.connection import ConnectorGone
from datev_connector.simulators.datev.console import help_lines, parse_line
from datev_connector.simulators.datev.dialling import CommandAnswer
from datev_connector.simulators.datev.faults import FaultPlan, Spoil
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.message_log import LoggedLine, MessageLog, log_rows, log_table
from datev_connector.simulators.datev.office import Office
from datev_connector.simulators.datev.record import CallRecord, CallState, Direction, Method
from datev_connector.simulators.datev.rest_bad_answers import Fault
from datev_connector.simulators.datev.rest_blemishes import Blemish
from datev_connector.simulators.datev.rest_faults import Refusal, RestFaults
from datev_connector.simulators.datev.rest_manners import RestManners
from datev_connector.simulators.datev.rest_sign_on import (
    ChannelBinding,
    Scheme,
    SignOn,
    SignOnCounts,
)
from datev_connector.simulators.datev.rules import ADDRESSEES, INSTITUTIONS, Rules
from datev_connector.simulators.datev.script import (
    BadScript,
    ScriptForm,
    read_script,
    run_script,
)
from datev_connector.simulators.datev.show_actions import Quit
from datev_connector.simulators.datev.simulator import DatevSimulator

__all__ = [
    "ADDRESSEES",
    "INSTITUTIONS",
    "Action",
    "BadAction",
    "BadScript",
    "Blemish",
    "CallEntry",
    "CallRecord",
    "CallState",
    "ChannelBinding",
    "CommandAnswer",
    "ConnectorGone",
    "ContractChecker",
    "DatevConfig",
    "DatevConnect",
    "DatevSimulator",
    "Direction",
    "Fault",
    "FaultPlan",
    "Finding",
    "JournalEntry",
    "LoggedLine",
    "MessageLog",
    "Method",
    "Notice",
    "Office",
    "Outcome",
    "Quit",
    "Refusal",
    "RestFaults",
    "RestManners",
    "Rule",
    "Rules",
    "Scheme",
    "ScriptForm",
    "SignOn",
    "SignOnCounts",
    "Spoil",
    "Verdict",
    "help_lines",
    "log_rows",
    "log_table",
    "parse_line",
    "read_script",
    "run_script",
]
