"""Who belongs to what the PBX sends: the index, and a short memory of what was asked last.

A caller is looked up more than once: a group's call at each telephone, a conversation with each
step, a client who tries it again. An answer that was found is given again as long as the index
says that nothing has changed, which costs a fraction of finding it. It depends on the text, the
dial plan and the index alone; learned choices are no part of it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from datev_connector.domain.contacts import Rule
from datev_connector.domain.matching import Match, find
from datev_connector.domain.numbers import read_caller

if TYPE_CHECKING:
    from datev_connector.domain.contacts import Contact, ContactRef
    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.matching import NumberIndex

MOST_ANSWERS: Final = 512
LARGEST_ANSWER: Final = 2_000
"""Characters of all texts in an answer: what is longer (garbage, a full shelf of doubles) is not
kept, so that the memory is bounded whatever the index holds."""
_CONTACT: Final = 200
"""What a contact costs beside its texts, in characters."""


class Directory:
    """Answers by a dial plan. A fault of the index is raised as the index raises it."""

    def __init__(self, index: NumberIndex, plan: DialPlan) -> None:
        """Nothing is asked yet."""
        self._index = index
        self._plan = plan
        self._answers: OrderedDict[tuple[str, bool], Match] = OrderedDict()
        self._version: object = None

    def who(self, text: str, *, explain: bool = False) -> Match:
        """Return who belongs to a number as the PBX sent it: what `find` says."""
        version = self._index.version()
        if version != self._version:
            self._answers.clear()
            self._version = version
        asked = (text, explain)
        known = self._answers.get(asked)
        if known is not None:
            self._answers.move_to_end(asked)
            return known
        match = find(read_caller(text, self._plan), self._index, self._plan, explain=explain)
        self._remember(asked, match)
        return match

    def read_by(self, plan: DialPlan) -> None:
        """Read numbers by this plan from now on."""
        self._plan = plan
        self._answers.clear()

    def contact(self, ref: ContactRef) -> Contact | None:
        """Return a contact, whatever numbers it has."""
        return self._index.contact(ref)

    def nobody(self, text: str) -> Match:
        """Return what can be said of a number where the index cannot be asked."""
        return Match(number=read_caller(text, self._plan), rule=Rule.NONE)

    def _remember(self, asked: tuple[str, bool], match: Match) -> None:
        if _size(match) > LARGEST_ANSWER:
            return
        self._answers[asked] = match
        if len(self._answers) > MOST_ANSWERS:
            self._answers.popitem(last=False)


def _size(match: Match) -> int:
    size = len(match.number.given)
    for one in match.candidates:
        size += _CONTACT + len(one.ref.id + one.name + one.number + one.client_number)
    for loser in match.rejected:
        size += _CONTACT + len(loser.ref.id + loser.name + loser.number)
    return size
