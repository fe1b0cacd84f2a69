"""How many numbers a second are read, against the bare library for telephone numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from time import perf_counter

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from benchmarks.contacts import office
from benchmarks.contacts.office import PLAN
from benchmarks.figures import Figure, Row, median
from datev_connector.domain.contacts import StoredNumber
from datev_connector.domain.matching import index_keys
from datev_connector.domain.numbers import read_caller, read_stored

ABROAD = (
    *("004315800{}", "00431{}", "0041442{}", "0033142{}", "00442079{}", "001212{}", "0039025{}"),
    *("0031205{}", "0048222{}", "00352{}"),
)
DIFFICULT = (
    "07 21 / {0} {1} - 0 (Zentrale)",
    "Tel. 0721/{0}{1}-10/-11, Fax -99",
    "+49 (0) 721 {0}{1} ab 14:30 Uhr",
    "0721 {0}{1} od. 0171 {0}{1}",
    "0049 (0)721-{0}{1} priv.",
    "\uff10\uff17\uff12\uff11 {0} {1}",
    "[0721] {0}.{1} Durchwahl 12",
    "+43 (0) 1 {0} {1}",
    "{0}{1} Büro Frau Süß",
    "Mo-Fr 0721 – {0}{1} u. 0721 – {1}{0}",
)
HOW = """\
{count} different texts each, one after another in one process; medians of {rounds} rounds by turns.
The bare library is `phonenumbers` (the same one that the connector has for other countries): its
`parse` and `format_number` on the same texts, failures included. It finds one number in a text,
no second one, no head number, and nothing that lacks its area code.
Callers are what the PBX sends. From the own country they are read without the library, from abroad
with it.
Fields are what master data hold: usual ones with the standardised form that DATEV has beside most
of them, both read and made into keys for the index; difficult ones without it, with notes, labels,
several numbers or signs that are no ASCII.
"""


def measure(*, count: int, rounds: int, seed: int) -> Figure:
    """Read so many texts of each kind."""
    rows = []
    for what, (texts, ours) in _kinds(count, seed).items():
        ours_s, theirs_s = _by_turns(texts, ours, rounds)
        rows.append(_row(what, count / ours_s, count / theirs_s))
    return Figure(
        title="Reading numbers",
        compared_with="Bare library",
        rows=tuple(rows),
        explanation=HOW.format(count=count, rounds=rounds),
    )


Kind = tuple[Sequence[str], Callable[[], None]]


def _kinds(count: int, seed: int) -> Mapping[str, Kind]:
    home = [one.sent for one in islice(office.known(count, seed), count)]
    abroad = [ABROAD[turn % len(ABROAD)].format(100_000 + turn) for turn in range(count)]
    every = (number for index in range(count) for number in office.contact(index).numbers)
    usual = list(islice(every, count))
    difficult = [
        DIFFICULT[turn % len(DIFFICULT)].format(200 + turn // 500, 100 + turn % 500)
        for turn in range(count)
    ]
    return {
        "callers, own country": (home, lambda: _read_callers(home)),
        "callers, abroad": (abroad, lambda: _read_callers(abroad)),
        "fields, usual": ([stored.number for stored in usual], lambda: _make_keys(usual)),
        "fields, difficult": (difficult, lambda: _read_fields(difficult)),
    }


def _by_turns(texts: Sequence[str], ours: Callable[[], None], rounds: int) -> tuple[float, float]:
    """Seconds a round of both."""
    took: tuple[list[float], list[float]] = ([], [])
    sides: tuple[Callable[[], None], ...] = (ours, lambda: _parse(texts))
    for turn in range(rounds + 1):
        for read, times in zip(sides, took, strict=True):
            begun_s = perf_counter()
            read()
            if turn:  # the first round makes the library read its plans
                times.append(perf_counter() - begun_s)
    return median(took[0]), median(took[1])


def _read_callers(texts: Sequence[str]) -> None:
    for text in texts:
        read_caller(text, PLAN)


def _make_keys(numbers: Sequence[StoredNumber]) -> None:
    for stored in numbers:
        index_keys(stored, PLAN)


def _read_fields(texts: Sequence[str]) -> None:
    for text in texts:
        read_stored(text, "", PLAN)


def _parse(texts: Sequence[str]) -> None:
    for text in texts:
        try:
            found = phonenumbers.parse(text, PLAN.country)
        except NumberParseException:
            continue
        phonenumbers.format_number(found, PhoneNumberFormat.E164)


def _row(what: str, ours: float, theirs: float) -> Row:
    return Row(
        what=what,
        ours=f"{ours:,.0f} numbers/s",
        against=f"{theirs:,.0f} numbers/s",
        ratio=theirs / ours,
    )
