"""The permitted chains of one call as a table (DATEV CTI, chains of CallState).

Per call: Offered, Connected, Finished; or Offered, Absence; or Connected, Finished for a call
first seen when it was already connected. Finished or Absence alone exist only as `NewJournal`,
which opens no chain. What is not in the table is forbidden, and a forbidden notification changes
nothing.
"""

from __future__ import annotations

from datev_connector.simulators.datev.record import CallState, Method

Step = tuple[Method, CallState]

# None stands for "not known yet". The two last states have no way out.
CHAIN: dict[CallState | None, dict[Step, CallState]] = {
    None: {
        (Method.NEW_CALL, CallState.OFFERED): CallState.OFFERED,
        (Method.NEW_CALL, CallState.CONNECTED): CallState.CONNECTED,
    },
    CallState.OFFERED: {
        (Method.CALL_STATE_CHANGED, CallState.CONNECTED): CallState.CONNECTED,
        (Method.CALL_STATE_CHANGED, CallState.ABSENCE): CallState.ABSENCE,
    },
    CallState.CONNECTED: {
        (Method.CALL_STATE_CHANGED, CallState.FINISHED): CallState.FINISHED,
        (Method.CALL_ADRESSAT_CHANGED, CallState.CONNECTED): CallState.CONNECTED,
    },
    CallState.FINISHED: {},
    CallState.ABSENCE: {},
}

LAST_STATES = frozenset(state for state, ways in CHAIN.items() if state is not None and not ways)
JOURNAL_STATES = frozenset({CallState.FINISHED, CallState.ABSENCE})


def next_state(state: CallState | None, method: Method, told: CallState) -> CallState | None:
    """The state after `method` with CallState `told`, or None where the chain forbids it."""
    return CHAIN[state].get((method, told))
