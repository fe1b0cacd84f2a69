"""What happens with a call by itself."""

from __future__ import annotations

from datev_connector.app.settings.option import Option


def _switch(key: str, help_text: str, *, default: bool) -> Option:
    return Option(section="calls", key=key, kind=bool, default=default, help=help_text)


CALLS = (
    _switch(
        "transfer_automatically",
        "Calls go to DATEV by themselves. Otherwise only by the DATEV button.",
        default=False,
    ),
    _switch(
        "only_datev_matches",
        "With automatic transfer: only calls whose number was found in DATEV.",
        default=False,
    ),
    _switch("skip_internal", "With automatic transfer: not the internal calls.", default=True),
    _switch(
        "only_answered",
        "With automatic transfer: nothing goes out before the call is answered.",
        default=False,
    ),
    _switch(
        "open_window",
        "With automatic transfer: the call window opens all the same.",
        default=True,
    ),
    _switch(
        "hide_internal",
        "Internal calls open no window and are never transferred.",
        default=False,
    ),
    _switch(
        "prefer_datev",
        "Exactly one hit in DATEV wins over hits in the STARFACE address book without asking.",
        default=False,
    ),
    _switch(
        "first_best_contact",
        "Several hits in one source: one is taken without asking, always the same.",
        default=False,
    ),
    _switch("close_after_call", "The call window closes when the call ends.", default=False),
)
