"""Numbers from outside: `tel:` and `callto:` links, and what other programs hand over. Pure.

Whatever web page or mail can place a link. So a link never holds more than a plain number: control
characters, letters and the codes for services of the PBX (`*`, `#`: divert all calls, open a door)
are refused. Codes are for hands only. And nothing is dialled without a key press.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

LONGEST: Final = 200
"""Characters, as given."""

_LINK: Final = re.compile(r"(tel|callto):(?://)?(.*)", re.IGNORECASE | re.ASCII)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE | re.ASCII)
_ESCAPE: Final = re.compile(r"%(?![0-9a-f]{2})", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\+?[0-9() ./-]*[0-9][0-9() ./-]*", re.ASCII)
"""With the visual separators of RFC 3966, blanks, and the slash behind German area codes."""


def is_link(text: str) -> bool:
    """Tell whether a text is a link of whatever kind."""
    return _SCHEME.match(text.strip()) is not None


def number_of_link(text: str) -> str | None:
    """Return the number of a `tel:` or `callto:` link (RFC 3966) as written, without parameters.

    None for other links, and for what must not come from a link.
    A local number stays one: its context says where it counts, not what stands before it.
    """
    found = _LINK.fullmatch(text.strip(" ")) if len(text) <= LONGEST else None
    if found is None or not _is_plain(text) or _ESCAPE.search(text):
        return None
    written = re.split("[;?]", found[2], maxsplit=1)[0].rstrip("/")
    return _number(unquote(written))


def number_offered(text: str) -> str | None:
    """Return the number of a link, or of a text that another program has handed over.

    None where there is none, and where it must not come from outside.
    """
    bare = text.strip()
    if len(bare) > LONGEST:
        return None
    return number_of_link(bare) if is_link(bare) else _number(bare)


def _number(text: str) -> str | None:
    # Word processors write other hyphens and blanks than keyboards.
    plain = "".join(_plainer(one) for one in text) if _is_plain(text) else ""
    bare = " ".join(plain.split())
    return bare if _NUMBER.fullmatch(bare) else None


def _plainer(one: str) -> str:
    category = unicodedata.category(one)
    return {"Zs": " ", "Pd": "-"}.get(category, one)


def _is_plain(text: str) -> bool:
    """Tell whether there are no control, format or unassigned characters."""
    return not any(unicodedata.category(one).startswith("C") for one in text)
