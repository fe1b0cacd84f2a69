"""Keys of the contact index that fit the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.app.commands.output import with_progress

if TYPE_CHECKING:
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.store.store import Store


def apply_dial_plan(store: Store, plan: DialPlan) -> None:
    """Make the keys anew if the dial plan has changed since they were made."""
    if store.contacts.outdated(plan):
        for _ in with_progress(store.contacts.reindexing(plan), None, "Applying the dial plan"):
            pass
        while store.contacts.sweep():
            pass
