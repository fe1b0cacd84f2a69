"""Looks for what is personal in files, however it may be written or encoded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

SHORTEST_WORD = 5
ENCODED_FROM = 6
"""Characters; shorter ones turn up in encoded texts by chance."""
_DIGITS = re.compile(r"\d(?:[ \t\u00a0/().\u2010-\u2015-]{0,3}\d)+")


def traces(
    content: bytes, *, texts: Iterable[str], numbers: Iterable[str], words: Iterable[str] = ()
) -> list[str]:
    """What of these is in the content of a file.

    `texts` in any case and encoding; `numbers` in any spelling; `words` standing alone.
    """
    found = [text for text in texts if _holds(content, text)]
    plain = content.decode("utf-8", "replace")
    found += [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", plain)]
    runs = {"".join(filter(str.isdecimal, run)) for run in _DIGITS.findall(plain)}
    for number in numbers:
        national = "".join(filter(str.isdecimal, number)).removeprefix("00").lstrip("0")
        written = any(national in run or run == national[-7:] for run in runs)
        if written or any(form in content.lower() for form in _encoded(national)):
            found.append(number)
    return found


def with_words(names: Iterable[str]) -> set[str]:
    """The names, and the words in them that tell of somebody."""
    found = set[str]()
    for name in names:
        found |= {
            name,
            *(word for word in re.split(r"[\s&.-]+", name) if len(word) >= SHORTEST_WORD),
        }
    return found


def _holds(content: bytes, text: str) -> bool:
    lowered = content.lower()
    if any(form in lowered for form in _spelt(text)):
        return True
    return len(text) >= ENCODED_FROM and any(
        form in (content if is_exact else lowered) for form, is_exact in _all_encoded(text)
    )


def _spelt(text: str) -> Iterator[bytes]:
    """In plain sight: as it is, and as files of all sorts write what is no plain letter."""
    umlauts = text
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        umlauts = umlauts.replace(letter, letters)
    for one in {text, text.casefold(), text.upper(), umlauts}:
        for form in (
            *(
                one,
                json.dumps(one)[1:-1],
                repr(one)[1:-1],
                escape(one),
                quote(one),
                quote_plus(one),
            ),
            one.encode("unicode_escape").decode("ascii"),
        ):
            yield form.lower().encode()
        yield one.encode("cp1252", "replace").lower()


def _all_encoded(text: str) -> Iterator[tuple[bytes, bool]]:
    for one in (text, text.casefold(), text.upper()):
        for raw in (one.encode(), one.encode("utf-16-le"), one.encode("utf-16-be")):
            yield raw, True
            yield raw.hex().encode(), False
            for form in _base64(raw):
                yield form, True


def _encoded(digits: str) -> Iterator[bytes]:
    for raw in (digits.encode(), digits.encode("utf-16-le")):
        yield raw.hex().encode()
        yield from (form.lower() for form in _base64(raw))


def _base64(raw: bytes) -> Iterator[bytes]:
    """As it stands in the middle of something that is encoded as a whole: three places it may
    begin at, without the letters that it shares with its neighbours."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw).rstrip(b"=")
        sure = encoded[(shift * 8 + 5) // 6 :]
        yield sure[: len(sure) - 1] if (shift + len(raw)) % 3 else sure
