"""How the state of a leg is marked: by a shape, and the same in colour."""

from __future__ import annotations

from datev_connector.desktop.look.symbols import Symbol
from datev_connector.desktop.look.theme import Theme
from datev_connector.domain.legs import LegState


def state_symbol(state: LegState | None) -> Symbol:
    """The shape of a state; None: the leg has not reported."""
    match state:
        case LegState.UP:
            return Symbol.UP
        case LegState.DEGRADED:
            return Symbol.DEGRADED
        case LegState.DOWN:
            return Symbol.DOWN
        case None:
            return Symbol.UNKNOWN


def state_colour(state: LegState | None, theme: Theme) -> str:
    """The colour of a state, for its mark and its word."""
    match state:
        case LegState.UP:
            return theme.good
        case LegState.DEGRADED:
            return theme.warning
        case LegState.DOWN:
            return theme.bad
        case None:
            return theme.subdued
