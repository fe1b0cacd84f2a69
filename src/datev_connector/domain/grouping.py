"""Where one number of a text ends and the next begins, told by groups of digits and signs alone.

A run of digits and signs is taken apart into groups, and put together again into numbers: a number
begins with 0 or +, or is another ending of the one before it (`12345-10/-11`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

_SHORTEST_FULL: Final = 6
"""From so many digits on, something that begins with 0 or + is a number of its own."""
_SHORTEST_NATIONAL: Final = 7
_SHORTEST_AFTER_BLANK: Final = 9
"""Between mere blanks only so long a rest begins a new number: groups may begin with 0."""
_SHORTEST_ALTERNATIVE: Final = 4
_LONGEST_ZEROS: Final = 4
_SHORTEST_BASE: Final = 3
_MOST_HYPHENS: Final = 2
_SHORTEST_AREA_CODE: Final = 3
_LONGEST_AREA_CODE: Final = 5
_USUAL_NATIONAL: Final = 11
_MOBILE_CODE: Final = re.compile(r"0?1[567]\d\d?")
_AREA_BASE_DIRECT: Final = 3
_LONG_GROUP: Final = 4
"""Where people write in groups of two or three digits, none has as many."""
_POSTAL_CODE: Final = 5
_LONGEST_CODE: Final = 3
_LONGEST_NATIONAL: Final = 14
_LONGEST_COUNTED: Final = 3
_FARTHEST_COUNTED: Final = 9

SEPARATOR: Final = "|"
"""Stands in a run for a word or sign that divides: `oder`, `;`."""
_GROUP: Final = re.compile(r"(\D*)(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One number found in a text."""

    digits: str
    """With `+` in front where a country code is certain; otherwise as dialled."""
    direct: tuple[int, ...] = ()
    """For a head number: how many last digits may lie behind the stem, best guess first."""


@dataclass(frozen=True, slots=True)
class _Group:
    before: str
    digits: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """A number as groups of digits, each with what stands before it."""

    groups: tuple[_Group, ...]

    @property
    def plus(self) -> bool:
        """Tell whether a plus stands before it."""
        return "+" in self.groups[0].before

    @property
    def digits(self) -> str:
        """All its digits."""
        return "".join(group.digits for group in self.groups)

    @property
    def last(self) -> _Group:
        """The last group."""
        return self.groups[-1]

    @property
    def is_full(self) -> bool:
        """Tell whether it says itself where it begins."""
        return (self.plus or self.digits.startswith("0")) and len(self.digits) >= _SHORTEST_FULL

    @property
    def national_length(self) -> int:
        """Count the digits as dialled within the country, a leading zero included."""
        if self.plus:
            return len(self.digits) - 1
        return len(self.digits) - (3 if self.digits.startswith("00") else 0)

    @property
    def has_area(self) -> bool:
        """Tell whether something stands between country code and last digits."""
        first = self.groups[0].digits
        is_code = len(first) <= _LONGEST_CODE if self.plus else first.startswith("00")
        return len(self.groups) > (2 if is_code and len(first) <= _LONGEST_CODE + 2 else 1)

    def joined(self, group: _Group) -> Grouped:
        """Put a group behind the others."""
        return Grouped((*self.groups, group))

    def ending_in(self, digits: str) -> Grouped:
        """Put other digits in the place of the last ones."""
        kept = self.last.digits[: -len(digits)]
        return Grouped((*self.groups[:-1], _Group(self.last.before, kept + digits)))

    def written(self, *, marked: bool) -> Written:
        """Return the number; `marked`: the text calls it a head number."""
        digits = self.digits
        if self.plus:
            # "+0049" and "+0721" both carry a plus too many.
            digits = digits if digits.startswith("0") else f"+{digits}"
        return Written(digits=digits, direct=self._direct(marked=marked))

    def _direct(self, *, marked: bool) -> tuple[int, ...]:
        if self.ends_in_zeros:
            return (len(self.last.digits),)
        if not marked:
            return ()
        ends_in_zero = self.last.digits.endswith("0")
        hyphens = sum("-" in group.before for group in self.groups)
        if ends_in_zero and "-" in self.last.before and hyphens <= _MOST_HYPHENS:
            return (len(self.last.digits), 1)
        return (1,) if ends_in_zero else (0,)

    @property
    def ends_in_zeros(self) -> bool:
        """Tell whether the last group is the `0` of a head number."""
        if len(self.groups) == 1 or self.last.digits.strip("0") or self._is_grouped_throughout:
            return False
        if not self.last.before.strip():
            # "1234 0" is a head number, "12 34 00" and "12 34 0" are digits in pairs.
            return self.last.digits == "0" and len(self.groups[-2].digits) >= _SHORTEST_BASE
        return len(self.last.digits) <= _LONGEST_ZEROS

    @property
    def _is_grouped_throughout(self) -> bool:
        """Tell whether the last group stands as those before it do: `12.34.00`, `123 456 0`."""
        before, last = self.groups[-2:]
        if before.before.strip() != last.before.strip():
            return False
        behind_area = self._area_at + 1 < len(self.groups) - 2
        is_short = behind_area and len(before.digits) < _LONG_GROUP
        return is_short or len(before.digits) == len(last.digits)

    @property
    def _area_at(self) -> int:
        first = self.groups[0].digits
        if self.plus or first.startswith("00"):
            return 2 if first == "00" else 1
        return 0


def numbers_of(run: str) -> Iterator[Grouped]:
    """Split a run of digits and signs where a new number begins; `SEPARATOR` stands for a break."""
    groups = [_Group(*found.groups()) for found in _GROUP.finditer(run)]
    current: Grouped | None = None
    for group, following, rest in zip_longest(groups, groups[1:], _rests(groups)):
        if current is None:
            current = Grouped((group,))
        elif not _is_end_of_head(group, following) and _begins(current, group, following, rest):
            yield current
            current = Grouped((group,))
        elif (other := _alternative(current, group)) is not None:
            yield current
            current = other
        elif _is_local_beside(current, group, rest):
            yield current
            current = Grouped((group,))
        elif _is_postal_code(current, group, rest):
            break
        else:
            current = current.joined(group)
    if current is not None:
        yield current


def _rests(groups: list[_Group]) -> list[int]:
    """Count the digits from each group to the end or to what plainly begins another number."""
    if len(groups) == 1:
        return [len(groups[0].digits)]
    rests = [0]
    begun = True
    for before, group, following in zip_longest(
        groups[-2::-1], groups[::-1], [None, *groups[:0:-1]]
    ):
        rest = len(group.digits) + (0 if begun else rests[-1])
        begun = _is_plain_beginning(before, group, following, rest)
        rests.append(rest)
    return rests[:0:-1]


def _is_plain_beginning(
    before: _Group | None, group: _Group, following: _Group | None, rest: int
) -> bool:
    if SEPARATOR in group.before:
        return True
    if not _begins_by_itself(group) or (before and _MOBILE_CODE.fullmatch(before.digits)):
        return False
    if any(sign in group.before for sign in "/(+") and len(group.digits) <= _LONGEST_AREA_CODE:
        return rest >= _SHORTEST_NATIONAL
    return rest >= (
        _SHORTEST_NATIONAL if _is_area_code(group, following) else _SHORTEST_AFTER_BLANK
    )


def _is_end_of_head(group: _Group, following: _Group | None) -> bool:
    """Tell whether zeros are the `-0` of a head number, whatever number may come behind them."""
    if group.digits.strip("0"):
        return False
    if group.before.endswith("-") and " " not in group.before:
        return True
    # "... - 0 / 0171 ..." and "... 0, +49 ...": the next number begins by itself.
    return following is not None and _begins_by_itself(following)


def _is_area_code(group: _Group, following: _Group | None) -> bool:
    """Tell whether a slash says so: `089/...`."""
    slashed = following is not None and following.before.strip() == "/"
    return slashed and len(group.digits) >= _SHORTEST_AREA_CODE


def _begins_by_itself(group: _Group) -> bool:
    return "+" in group.before or group.digits.lstrip("0") not in {"", group.digits}


def _begins(current: Grouped, group: _Group, following: _Group | None, rest: int) -> bool:
    """Tell whether a group is the start of another number."""
    length = current.national_length
    from_zero = group.digits.startswith("0") and rest >= _SHORTEST_AFTER_BLANK
    if from_zero and length >= _POSTAL_CODE and not (current.plus or current.digits[0] == "0"):
        return True
    if length < _SHORTEST_FULL:
        return False
    if re.search(r"\+\s?$", group.before) and rest >= _SHORTEST_NATIONAL + 1:
        return True
    if group.digits.startswith("0"):
        return _begins_with_zero(current, group, following, rest)
    return SEPARATOR in group.before and _alternative(current, group) is None


def _begins_with_zero(current: Grouped, group: _Group, following: _Group | None, rest: int) -> bool:
    if any(sign in group.before for sign in (SEPARATOR, "/", "(", "+")):
        return rest >= _SHORTEST_FULL
    if following is not None and _ends_before(current, group, following):
        return False
    if _is_area_code(group, following) and rest >= _SHORTEST_FULL:
        return True
    length = current.national_length
    if rest >= _SHORTEST_AFTER_BLANK:
        return length >= _SHORTEST_NATIONAL
    too_long = length > _SHORTEST_NATIONAL and length + rest > _LONGEST_NATIONAL
    return too_long and rest > _SHORTEST_NATIONAL


def _ends_before(current: Grouped, group: _Group, following: _Group) -> bool:
    """Tell whether a slash behind the group ends the number: `0721 500 0262 / 500 0263`."""
    if following.before != " / " or _MOBILE_CODE.fullmatch(group.digits):
        return False
    in_groups = not current.last.before.strip() and len(current.last.digits) < _LONG_GROUP
    return in_groups and current.national_length + len(group.digits) <= _USUAL_NATIONAL


def _is_local_beside(current: Grouped, group: _Group, rest: int) -> bool:
    """Tell whether a slash stands where the number ends, since none is as long: `0171... / 56`."""
    length = current.national_length
    complete = length >= _SHORTEST_AFTER_BLANK and length + rest > _LONGEST_NATIONAL
    return complete and "/" in group.before


def _is_postal_code(current: Grouped, group: _Group, rest: int) -> bool:
    """Tell whether the last five digits would make a complete number longer than any."""
    if group.before.strip() or len(group.digits) != _POSTAL_CODE or rest != _POSTAL_CODE:
        return False
    length = current.national_length
    return length >= _SHORTEST_AFTER_BLANK and length + _POSTAL_CODE > _LONGEST_NATIONAL


def _alternative(current: Grouped, group: _Group) -> Grouped | None:
    """Return the second number of `12345-10/11`, `12345-10/-11`, `12345/12346` and `12345 + 6`."""
    if not group.digits.strip("0"):
        return None
    before = group.before.replace(" ", "")
    slashed = before.replace("+", "/").replace(SEPARATOR, "/").replace("(-", "/-")
    if len(current.groups) == 1:
        return _second_local(current, group) if "/" in slashed else None
    if current.national_length < _SHORTEST_NATIONAL or not current.has_area:
        return None
    if "/" not in slashed:
        return current.ending_in(group.digits) if _is_range(current, group) else None
    return _other_ending(current, group, slashed)


def _second_local(current: Grouped, group: _Group) -> Grouped | None:
    same_length = len(group.digits) == len(current.digits) >= _SHORTEST_FULL
    return Grouped((group,)) if same_length and not current.is_full else None


def _other_ending(current: Grouped, group: _Group, before: str) -> Grouped | None:
    last = current.last
    hyphened = "-" in last.before
    if before.endswith("/-"):
        direct = _Group("-", group.digits)
        return Grouped((*current.groups[:-1], direct)) if hyphened else current.joined(direct)
    if current.ends_in_zeros and len(group.digits) < _SHORTEST_FULL:
        return current.ending_in(group.digits)
    if hyphened and len(group.digits) < _SHORTEST_FULL and len(current.groups) >= _AREA_BASE_DIRECT:
        return current.ending_in(group.digits)
    if "+" in group.before and len(group.digits) < _SHORTEST_ALTERNATIVE:
        # "+ 9" belongs to no number if it does not count on; then there is no second one.
        return current.ending_in(group.digits) if _follows(last, group) else current
    if len(group.digits) == len(last.digits) >= _SHORTEST_ALTERNATIVE or _follows(last, group):
        return current.ending_in(group.digits)
    return None


def _is_range(current: Grouped, group: _Group) -> bool:
    """Tell `9999-12 - 15` and `999912 999913` from parts of one number."""
    last = current.last
    if not group.before.strip():
        too_long = current.national_length + len(group.digits) > _LONGEST_NATIONAL
        return too_long and len(group.digits) == len(last.digits) >= _SHORTEST_FULL
    if group.before != " - " or last.before != "-":
        return False
    return len(group.digits) == len(last.digits) and _follows(last, group)


def _follows(last: _Group, group: _Group) -> bool:
    """Tell whether the group counts on from the end of a long one: `999912/13`."""
    length = len(group.digits)
    if length > len(last.digits) or length > _LONGEST_COUNTED or group.digits.startswith("0"):
        return False
    return 0 < int(group.digits) - int(last.digits[-length:]) <= _FARTHEST_COUNTED
