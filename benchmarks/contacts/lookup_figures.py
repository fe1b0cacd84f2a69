"""What the look-ups found out, as figures: against LDAP, a dict, a list, and against themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.contacts.bare import SUFFIX
from benchmarks.contacts.ldap_server import version
from benchmarks.contacts.lookup import (
    AGAIN,
    BLOCK,
    DICT,
    DIRECT,
    EXPLAINED,
    FIRST,
    GET,
    HIT,
    LDAP,
    MISS,
    OPENED,
    OPENING,
    OURS,
    SCAN,
    SCANS,
    UNREAD,
    WARM_UP,
    Findings,
)
from benchmarks.figures import Figure, Row, median, percentile

LARGE = 100_000
"""The aims are for so many numbers and more."""
LDAP_AIM, DICT_AIM, FLAT_AIM = 0.05, 10.0, 1.5
US_IN_MS = 1000.0
HOW = """\
The clock starts with the text that the PBX sends (`0049721...`) and stops when it is known who that
is: read, asked of the index in its encrypted file on the disk, best match chosen.
`first time`: the number was not asked for before, the store is open and in use.
`asked before`: shortly after the first time; the connector remembers its last answers.
`explained`: with all reasons why nobody else was chosen, as `lookup` tells them, never remembered.
{each} callers for each of these, half of them at home and half on a mobile telephone, known and
unknown, in blocks of {block} by turns, after {warm_up} that do not count; every answer is checked.
Columns give median / 95th / 99th percentile; ratios are those of the medians.
"""
LDAP_HOW = """\
The directory is {version}: slapd with its mdb back end on the same machine, with the same
contacts and an index on `telephoneNumber`; its client is Debian's python3-ldap over TCP on
loopback, as a desk would ask if the way to the server took no time, with a connection that stays.
It is given the number in E.164, which the connector has yet to make.
`just opened`: the first question of all to a process that has just started and opened its file
(slapd has started, its client is connected); medians of {starts} starts.
`not in memory`: when it was open, the system was asked to keep nothing of that file in memory
(`posix_fadvise`); nothing else was dropped.
"""
DICT_HOW = """\
The dict holds all numbers in E.164 in the memory of a process of its own; the text is read by the
same code. It took {kept_s:.1f} s to fill it with the most numbers, at each start of such a program.
`dict.get alone`: with the number in E.164 already, that is without reading it.
`direct line`: of a company that is known by its head number; the dict holds stems as well and is
asked for them one after another.
"""
SCAN_HOW = """\
A list of all numbers is looked through for the first one that ends in the same {suffix} digits, in
Python; {scans} times each. The connector's row is the one for the first time.
"""
FLAT_HOW = """\
The same look-ups with the most numbers and with the fewest, by turns. With few numbers all of the
file fits into the pages that the store keeps at hand; with many it does not, and a page is read
from the system and decrypted.
The file is looked through for damage when it is opened by who is alone with it.
"""


def figures(found: Findings) -> Sequence[Figure]:
    """All that can be said."""
    each = {"each": found.each, "block": BLOCK, "warm_up": WARM_UP}
    made = []
    if found.has_ldap:
        made.append(
            Figure(
                title="Who is calling: against LDAP",
                compared_with="Indexed search in OpenLDAP",
                rows=tuple(_against_ldap(found)),
                explanation=HOW.format(**each)
                + LDAP_HOW.format(version=version(), starts=found.starts),
            )
        )
    made.append(
        Figure(
            title="Who is calling: against a dict in memory",
            compared_with="Dict",
            rows=tuple(_against_dict(found)),
            explanation=("As above.\n" if made else HOW.format(**each))
            + DICT_HOW.format(kept_s=found.kept_s),
        )
    )
    made.append(
        Figure(
            title="Who is calling: against looking through a list",
            compared_with="Suffix scan",
            rows=tuple(_against_scan(found)),
            explanation=SCAN_HOW.format(suffix=SUFFIX, scans=SCANS),
        )
    )
    made.append(
        Figure(
            title="Who is calling: with more numbers",
            compared_with=f"With {min(found.samples):,} numbers",
            rows=tuple(_against_itself(found)),
            explanation=FLAT_HOW,
        )
    )
    return made


def _against_ldap(found: Findings) -> Iterator[Row]:
    for size, samples in found.samples.items():
        aim = LDAP_AIM if size >= LARGE else None
        for when in (AGAIN, FIRST):
            for kind in (HIT, MISS):
                ours, theirs = samples[OURS, kind, when], samples[LDAP, kind, when]
                yield _row(f"{size:,} numbers, {kind}, {when}", ours, theirs, aim)
        for kind in (HIT, MISS):
            ours, theirs = samples[EXPLAINED, kind, FIRST], samples[LDAP, kind, FIRST]
            yield _row(f"{size:,} numbers, {kind}, explained", ours, theirs)
        for when in (OPENED, UNREAD):
            if samples.get((OURS, HIT, when)):
                ours, theirs = samples[OURS, HIT, when], samples[LDAP, HIT, when]
                yield _row(f"{size:,} numbers, {when}", ours, theirs, aim, tails=False)


def _against_dict(found: Findings) -> Iterator[Row]:
    for size, samples in found.samples.items():
        aim = DICT_AIM if size >= LARGE else None
        for when in (AGAIN, FIRST):
            for kind in (HIT, MISS):
                ours, theirs = samples[OURS, kind, when], samples[DICT, kind, when]
                yield _row(f"{size:,} numbers, {kind}, {when}", ours, theirs, aim)
        ours = samples[OURS, DIRECT, FIRST]
        yield _row(f"{size:,} numbers, {DIRECT}, {FIRST}", ours, samples[DICT, DIRECT, FIRST])
        ours, theirs = samples[OURS, HIT, FIRST], samples[GET, HIT, FIRST]
        yield _row(f"{size:,} numbers, {HIT}, dict.get alone", ours, theirs)


def _against_scan(found: Findings) -> Iterator[Row]:
    for size, samples in found.samples.items():
        for kind in (HIT, MISS):
            ours, theirs = samples[OURS, kind, FIRST], samples[SCAN, kind, FIRST]
            yield _row(f"{size:,} numbers, {kind}", ours, theirs, tails=False)


def _against_itself(found: Findings) -> Iterator[Row]:
    few, many = found.extremes
    for when in (AGAIN, FIRST):
        for kind in (HIT, MISS):
            which = (OURS, kind, when)
            what = f"{max(found.samples):,} numbers, {kind}, {when}"
            yield _row(what, many[which], few[which], FLAT_AIM)
    for which in ((OURS, DIRECT, FIRST), (OURS, "", OPENING)):
        what = ", ".join(filter(None, (f"{max(found.samples):,} numbers", *which[1:])))
        yield _row(what, many[which], few[which], tails=which[1] == DIRECT)


def _row(
    what: str,
    ours_ns: Sequence[int],
    theirs_ns: Sequence[int],
    aim: float | None = None,
    *,
    tails: bool = True,
) -> Row:
    shares = (0.5, 0.95, 0.99) if tails else (0.5,)
    return Row(
        what=what,
        ours=_told(ours_ns, shares),
        against=_told(theirs_ns, shares),
        ratio=median(ours_ns) / median(theirs_ns),
        aim=aim,
    )


def _told(samples_ns: Sequence[int], shares: Sequence[float]) -> str:
    us = [percentile(samples_ns, share) / 1000 for share in shares]
    if us[0] >= US_IN_MS:
        return " / ".join(f"{each / US_IN_MS:.1f}" for each in us) + " ms"
    return " / ".join(f"{each:.1f}" for each in us) + " µs"
