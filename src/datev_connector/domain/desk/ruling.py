"""Other rules while calls live: they count from now on, and what was decided stays decided.

Who a call is with, what DATEV was told, and whether a call that is over belongs there are
decisions. That nobody was found is none: such a caller is looked up again where the number reads
differently now, or is an outside number for the first time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, Known
from datev_connector.domain.desk import people
from datev_connector.domain.numbers import NumberKind

if TYPE_CHECKING:
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import RulesChanged


def changed(book: Book, change: RulesChanged) -> None:
    """Go by these rules and this plan from now on."""
    book.rules = change.rules
    book.plan = replace(change.plan, accounts=book.plan.accounts)
    for call in list(book.active()):
        book.put(call)  # what is due by the new rules is due now
        if call.known is Known.NOBODY and not call.dialled:
            _read_again(book, call)


def _read_again(book: Book, call: Call) -> None:
    remote = book.remote(call)
    internal = remote.kind is NumberKind.INTERNAL
    if (remote.e164, internal) != (call.e164, call.internal):
        people.look_up(book, book.change(call, e164=remote.e164, internal=internal))
