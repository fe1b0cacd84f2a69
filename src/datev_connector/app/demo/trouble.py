"""What keeps the day from going on, in words that can be shown."""

from __future__ import annotations

from datev_connector.app.demo.language import Text


class Trouble(Exception):
    """Something did not happen, or the connector is gone."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


_IN_VAIN = Text(
    "{seconds} Sekunden vergeblich darauf gewartet, dass {what}",
    "waited {seconds} s in vain until {what}",
)


def in_vain(what: Text, timeout_s: float) -> Trouble:
    """What was waited for did not come; `what` continues the sentence "waited until"."""
    return Trouble(_IN_VAIN.fill(what=what, seconds=f"{timeout_s:g}"))
