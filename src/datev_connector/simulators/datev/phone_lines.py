"""Generated phone numbers of a German office's clients, spelt as people spell them.

The ranges never meet: companies own a stem beginning with 2 (`0721 / 200017-0` and its direct
lines), homes have seven digits beginning with 5, mobiles a mobile prefix, foreign lines a country.
So a number belongs to exactly one addressee unless it is shared on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

AREAS = ("721", "30", "40", "89", "221", "69", "711", "911")
MOBILE_PREFIXES = ("151", "160", "170", "171", "172", "175", "176", "179")
FOREIGN = (("43", "1"), ("41", "44"), ("48", "22"), ("90", "212"), ("33", "1"))
SPELLINGS = 6
UNREADABLE = ("siehe Notiz", "0721 / ??? bitte erfragen", "n.n.", "nur über Sekretariat", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLine:
    """Area (or mobile prefix) without trunk zero, subscriber number, extension if there is one."""

    area: str
    subscriber: str
    extension: str = ""
    country: str = "49"

    @property
    def standardized(self) -> str:
        """Digits with 00 and country code, as DATEVconnect's `number_standardized`."""
        return f"00{self.country}{self.area}{self.subscriber}{self.extension}"

    @property
    def local(self) -> str:
        """Without area code, as it is dialled in the same town."""
        tail = f"-{self.extension}" if self.extension else ""
        return f"{self.subscriber[:3]} {self.subscriber[3:]}{tail}"

    def spelt(self, style: int) -> str:
        """One of the spellings that people use; `style` is any number."""
        tail = f"{self.subscriber}-{self.extension}" if self.extension else self.subscriber
        if self.country != "49":
            return f"{'+' if style % 2 else '00'}{self.country} {self.area} {tail}"
        return _spelt(self.area, tail, self.local.replace("-", " - "), style % SPELLINGS)


def _spelt(area: str, tail: str, grouped: str, style: int) -> str:
    if style == 0:
        return f"0{area} / {tail}"
    if style == 1:
        return f"+49 {area} {tail}"
    if style == 2:
        return f"0{area} {grouped}"
    if style == 3:
        return f"(0{area}) {tail}"
    return f"+49 (0){area} / {tail}" if style == 4 else f"0049 {area} {tail}"


def company_line(index: int, extension: str) -> PhoneLine:
    """A line of company number `index`; extension 0 is the head number."""
    area = AREAS[index % len(AREAS)]
    return PhoneLine(area=area, subscriber=f"2{index // len(AREAS):05d}", extension=extension)


def home_line(index: int) -> PhoneLine:
    """The line at home of person number `index`."""
    area = AREAS[index % len(AREAS)]
    return PhoneLine(area=area, subscriber=f"5{index // len(AREAS):06d}")


def mobile_line(index: int) -> PhoneLine:
    """The mobile of person number `index`."""
    prefix = MOBILE_PREFIXES[index % len(MOBILE_PREFIXES)]
    return PhoneLine(area=prefix, subscriber=f"{4000000 + index // len(MOBILE_PREFIXES)}")


def foreign_line(index: int) -> PhoneLine:
    """A line abroad of addressee number `index`."""
    country, area = FOREIGN[index % len(FOREIGN)]
    subscriber = f"{6000000 + index // len(FOREIGN)}"
    return PhoneLine(area=area, subscriber=subscriber, country=country)
