"""The safety net under the log: hides numbers, known names and secrets in any text.

Code that logs masks by itself (`domain.masking`); this catches what a library, an exception text
or a forgotten call brings along. It rather hides too much than too little, but leaves what a
reader of logs lives on: dates, times, IP addresses, ports and DATEV's result codes.
"""

from __future__ import annotations

import base64
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, quote_plus

from datev_connector.app.readings import Part, Span, everywhere, exchanged
from datev_connector.domain.masking import HIDDEN, mask_number

SHORTEST_NAME = 4
"""Shorter texts are parts of other words; hiding them would make the log unreadable."""
SHORTEST_SECRET = 3
SHORTEST_IN_BASE64 = 6
"""Fewer bytes turn up in encoded texts by chance."""
MOST_NAMES = 256
"""Names that turned up lately; each costs a search in every line."""

_NAMES_OF_SECRETS = (
    r"(?:(?:passw(?:or)?d|passwort|kennwort|passphrase|secret|token|api[_-]?key|session[_-]?id"
    r"|jsessionid|starface\.(?:auth|jwt))[\w.-]{0,20}"
    r"|(?<![\w.-])(?:pwd|auth|cookie|set-cookie))"
)
"""Names that hold a secret; no word before it and no long one after it, so that looking for them
takes a time that grows with the text and no faster."""
_HINTS_OF_SECRETS = (
    *("passw", "kennw", "passphrase", "secret", "token", "api", "session", "auth", "jwt", "pwd"),
    *("cookie", "bearer", "basic", "negotiate", "ntlm", "digest", "://"),
)
_QUOTED = (
    r'b?"(?:\\.|[^"\\])*"?'
    r"|b?'(?:\\.|[^'\\])*'?"
    r"|\\{1,8}[\"'](?:(?!\\{0,8}[\"']).)*"  # quoted inside of something quoted
)
_ASSIGNED = r"(?:\\*[\"'])?\s*[:=]\s*"
SECRET_VALUES = (
    # a header that signs in, in a header block, a list of pairs or a dict
    re.compile(
        r"(?P<kept>\b(?:proxy-)?authorization\b(?:\\*[\"'])?\s*[:=,]\s*)"
        rf"(?:{_QUOTED}|[^\r\n]+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<kept>\b(?:bearer|basic|negotiate|ntlm|digest)\s+)[\w.~+/=-]{8,}", re.IGNORECASE
    ),
    # password=..., "secret": "...", de.vertico.starface.auth=...
    re.compile(
        rf"(?P<kept>{_NAMES_OF_SECRETS}{_ASSIGNED})"
        rf"(?:{_QUOTED}|[^\s&;,\"'<>)}}\]]+)",
        re.IGNORECASE,
    ),
    # an XML element, or an XML-RPC member, of such a name
    re.compile(rf"(?P<kept><(?:{_NAMES_OF_SECRETS})\b[^<>]*>(?:<!\[CDATA\[)?)[^<]+", re.IGNORECASE),
    re.compile(
        rf"(?P<kept>{_NAMES_OF_SECRETS}\s*</name>\s*<value>\s*(?:<\w+>)?"
        r"(?:<!\[CDATA\[)?)[^<]+",
        re.IGNORECASE,
    ),
    # https://user:password@host
    re.compile(r"(?P<kept>://)[^\s/@]+(?=@)"),
)
_IN_A_PATH = r'[^\\/:*?"<>|\r\n]+'
_OWNER = re.compile(
    rf"(?P<kept>[\\/]Users[\\/]{{1,4}}|/home/){_IN_A_PATH}"
    rf"|(?P<before>[\\/]){_IN_A_PATH}(?=[\\/]{{1,4}}AppData[\\/])",
    re.IGNORECASE,
)
"""The folder in a path that is called like a person; texts of Python write backslashes twice."""
SIGNS_IN = re.compile(
    r"\b[0-9a-fA-F]{100,}\b|(?<![A-Za-z0-9])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"
)
"""A digest (SHA-512; a certificate's fingerprint is shorter), or a token in JSON (RFC 7519)."""

_TIME = r"[0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?(?!\d)"
_DATE = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d)"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_LEFT_ALONE = (
    rf"{_DATE}(?:[T ]{_TIME})?|{_TIME}"
    rf"|{_OCTET}(?:\.{_OCTET}){{3}}(?::\d{{1,5}})?(?![.\d])"  # an IP address with or without port
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # an identifier of a call
    r"|(?=\d*[a-f])[0-9a-f]{16}(?:-\d{1,7}){2}\b"  # one of ours
)
BETWEEN_DIGITS = r"[ \t\u00a0\u2000-\u200b\u202f/().\u2010-\u2015-]{0,3}"
"""Blanks of all widths, and what else groups the digits of a number."""
_NUMBER = rf"\+?\(?\d(?:{BETWEEN_DIGITS}\d)+"
NUMBERS = re.compile(
    rf"(?<![^\W_])(?=[\da-f+(])(?:{_LEFT_ALONE}|(?P<number>{_NUMBER}))", re.IGNORECASE
)
RESULT_CODE = re.compile(r"hresult\W{1,3}-?$", re.IGNORECASE)


def spellings_of_secret(secret: str) -> frozenset[str]:
    """A secret as it may stand in an address, a form, XML, JSON, a text of Python or base64."""
    in_address = (quote(secret, safe=""), quote_plus(secret))
    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return frozenset(
        {secret, *in_address, escape(secret, quote=False), *in_json, repr(secret)[1:-1]}
    ) | frozenset(_in_base64(secret))


def _in_base64(secret: str) -> Iterator[str]:
    """Wherever it begins in what is encoded, without letters shared with what is beside it."""
    raw = secret.encode("utf-8", "surrogatepass")
    for before in range(3 if len(raw) >= SHORTEST_IN_BASE64 else 0):
        bits = 8 * (before + len(raw))
        encoded = base64.b64encode(bytes(before) + raw).decode()[-(-8 * before // 6) : bits // 6]
        yield from (encoded, encoded.translate(str.maketrans("+/", "-_")))


class SensitiveTexts:
    """Clear texts that must not turn up: secrets for good, names as long as they are fresh."""

    def __init__(self) -> None:
        """Knows nothing yet."""
        self._secrets: set[str] = set()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._beginnings: frozenset[str] = frozenset()

    def add_secret(self, secret: str) -> None:
        """Hides a password or token from now on, also as part of an address or of XML."""
        if len(secret) >= SHORTEST_SECRET:
            self._secrets.update(spellings_of_secret(secret))

    def add_name(self, name: str, shown: str) -> None:
        """Hides a name, number or note from now on behind its masked form."""
        if len(name) < SHORTEST_NAME or name in shown:
            return
        is_new = name not in self._names
        self._names[name] = shown
        self._names.move_to_end(name)
        if is_new:
            while len(self._names) > MOST_NAMES:
                self._names.popitem(last=False)
            self._beginnings = frozenset(known[:SHORTEST_NAME] for known in self._names)

    def hide(self, text: str) -> str:
        """The text without any of the known ones, also below escapes; nothing of them stays."""
        return exchanged(text, everywhere(text, self._found))

    def _found(self, text: str) -> Iterator[Part]:
        for secret in tuple(self._secrets):  # another thread may learn one meanwhile
            yield from ((*place, HIDDEN) for place in places_of(secret, text))
        if self._may_hold_a_name(text):
            for name, shown in tuple(self._names.items()):
                yield from ((*place, shown) for place in places_of(name, text))

    def _may_hold_a_name(self, text: str) -> bool:
        """A quick look: most lines hold the beginning of no name at all."""
        last = len(text) - SHORTEST_NAME
        return any(
            text[start : start + SHORTEST_NAME] in self._beginnings for start in range(last + 1)
        )


def places_of(known: str, text: str) -> Iterator[Span]:
    """Where a text that is not empty stands in another one."""
    start = text.find(known)
    while start >= 0:
        yield start, start + len(known)
        start = text.find(known, start + 1)


def mask_text(text: str) -> str:
    """The text without secrets that have a known form, and with masked telephone numbers."""
    return exchanged(text, everywhere(text, _found))


def without_owners(text: str) -> str:
    """The text without the names of users in the paths of their folders."""
    return _OWNER.sub(lambda found: f"{found['kept'] or found['before']}...", text)


def _found(text: str) -> Iterator[Part]:
    lowered = text.lower()
    if any(hint in lowered for hint in _HINTS_OF_SECRETS):
        for pattern in SECRET_VALUES:
            for found in pattern.finditer(text):
                yield found.end("kept"), found.end(), HIDDEN
    yield from ((*found.span(), HIDDEN) for found in SIGNS_IN.finditer(text))
    for found in NUMBERS.finditer(text):
        shown = _masked_number(found)
        if shown != found[0]:
            yield *found.span(), shown


def _masked_number(found: re.Match[str]) -> str:
    number = found["number"]
    if number is None or RESULT_CODE.search(
        found.string, max(0, found.start() - 12), found.start()
    ):
        return found[0]
    digits = sum(character.isdecimal() for character in number)
    dialled_whole = number.lstrip("(")[0] in "+0"
    if digits < (5 if dialled_whole else 6):
        return number
    return mask_number(number)
