"""Run by a Windows Python: puts into the store of the user what an upgrade must not lose.

A call whose note is a draft, and one whose entry waits for DATEV.
"""

from __future__ import annotations

from datev_connector.app.commands.session import Session
from datev_connector.domain.effects import SaveCall, SaveEntry
from tests.store.support import call, entry, noted

DRAFT, WAITING = "Entwurf: Müllers fragen nach der Frist", "waits"


def main() -> None:
    """Keep both."""
    with Session().store() as store:
        draft, waiting = call("draft", **noted(DRAFT)), call(WAITING, minute=1)
        number = store.next_position()
        saves = (SaveCall(draft), SaveCall(waiting), SaveEntry(entry(number, call=WAITING)))
        store.commit(saves)


if __name__ == "__main__":
    main()
