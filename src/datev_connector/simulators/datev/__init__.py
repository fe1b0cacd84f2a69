"""A DATEV to develop, demonstrate and test against, written from the interface descriptions.

* `DatevSimulator`: the whole stand-in, an async context manager set up by a `DatevConfig`.
* `ContractChecker`: the judge of the telephony contract without I/O; says `Finding`s by `Rule`.
* `CallRecord`: the data object of eleven fields; `CallEntry`, `JournalEntry`: what DATEV shows.
* `FaultPlan`, `Spoil`: what can go wrong on the telephony link.
* `DatevConnect`: the REST service with `Office` data, `RestFaults` and `Refusal`.
* `MessageLog`, `log_table`: what crossed the telephony link.
"""

from __future__ import annotations

from datev_connector.simulators.datev.call_list import CallEntry, JournalEntry, Notice
from datev_connector.simulators.datev.checker import ContractChecker, Outcome, Verdict
from datev_connector.simulators.datev.config import DatevConfig
from datev_connector.simulators.datev.connect import DatevConnect
from datev_connector.simulators.datev.connection import ConnectorGone
from datev_connector.simulators.datev.dialling import CommandAnswer
from datev_connector.simulators.datev.faults import FaultPlan, Spoil
from datev_connector.simulators.datev.finding import Finding, Rule
from datev_connector.simulators.datev.message_log import LoggedLine, MessageLog, log_rows, log_table
from datev_connector.simulators.datev.office import Office
from datev_connector.simulators.datev.record import CallRecord, CallState, Direction, Method
from datev_connector.simulators.datev.rest_faults import Refusal, RestFaults
from datev_connector.simulators.datev.rules import ADDRESSEES, INSTITUTIONS, Rules
from datev_connector.simulators.datev.simulator import DatevSimulator

__all__ = [
    "ADDRESSEES",
    "INSTITUTIONS",
    "CallEntry",
    "CallRecord",
    "CallState",
    "CommandAnswer",
    "ConnectorGone",
    "ContractChecker",
    "DatevConfig",
    "DatevConnect",
    "DatevSimulator",
    "Direction",
    "FaultPlan",
    "Finding",
    "JournalEntry",
    "LoggedLine",
    "MessageLog",
    "Method",
    "Notice",
    "Office",
    "Outcome",
    "Refusal",
    "RestFaults",
    "Rule",
    "Rules",
    "Spoil",
    "Verdict",
    "log_rows",
    "log_table",
]
