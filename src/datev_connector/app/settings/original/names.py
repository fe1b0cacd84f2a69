"""What a setting of the earlier connector means, told by the words in its name. Pure.

Its manual names what the windows offer, in German; names of settings are mostly English. So a name
is cut into words, words of one sense count as one, and a row of `ROWS` is met where it has all the
words that the row needs and no word that the row does not know. A name with a word too many is not
guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_WORD = re.compile(r"[A-ZÄÖÜ]+(?![a-zäöüß])|[A-ZÄÖÜ]?[a-zäöüß]+|\d+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})

_SENSES: Mapping[str, str] = {
    "": "use is enable enabled setting settings default chk cb txt tb checkbox text option value "
    "property my the by on in to of if and bei zu zur im an des der die das als bool",
    "host": "host hostname server servername rechner rechnername computername",
    "address": "address adresse addr ip url uri dns",
    "name": "name",
    "pbx": "starface pbx anlage telefonanlage sf uci",
    "xmpp": "xmpp jabber",
    "https": "https ssl tls http web xmlrpc",
    "port": "port ports",
    "login": "login user username benutzer benutzername anmeldename kennung account anmeldung",
    "id": "id",
    "password": "password passwort kennwort pwd pass passwd secret geheim credential credentials "
    "token",
    "encrypt": "encrypt encrypted encryption verschluesselt verschluesselung verschluesseln "
    "verschluesselte secure",
    "transfer": "transfer transfers transmit uebertragen uebertragung send senden submit "
    "uebergeben uebergabe",
    "direct": "direct directly direkt direkte auto automatic automatically automatisch "
    "automatische immediately sofort",
    "only": "only nur just",
    "datev": "datev",
    "match": "match matches matched treffer hit hits found gefunden known",
    "master": "stammdaten masterdata master data daten",
    "ignore": "ignore ignorieren ignored skip exclude",
    "internal": "internal internals intern interne interner internen",
    "call": "call calls caller callers anruf anrufe anrufer anruferdaten gespraech gespraeche "
    "telefonat telefonate anrufdaten",
    "answered": "successful successfull success erfolgreich erfolgreiche erfolgreichen answered "
    "angenommen angenommene finished completed beendete",
    "window": "window fenster dialog dialogue popup anruferdialog anrufdialog anruffenster",
    "open": "open oeffnen show anzeigen display zeigen visible",
    "close": "close closing schliessen",
    "after": "after nach",
    "end": "end ended ende hangup anrufende",
    "prefer": "prioritize prioritise prioritized priorisieren priorisierung prefer bevorzugen "
    "priority prio",
    "first": "first erste erster ersten erstbesten erstbester",
    "best": "best beste besten",
    "contact": "contact contacts kontakt kontakte",
    "choose": "choose select waehlen auswaehlen pick take selection",
    "random": "random zufaellig",
    "start": "start autostart starten startup run launch mitstarten",
    "windows": "windows system logon os",
    "with": "with mit beim at",
    "hide": "hide hidden ausblenden verbergen suppress unterdruecken",
    "connection": "connection connect verbindung",
    "tapi": "tapi tapiline tapi3",
    "licence": "license licence lizenz",
    "log": "log logging loglevel protokoll",
    "level": "level",
    "place": "size position location left top width height bounds splitter column columns state",
    "upgrade": "upgrade upgraded upgraderequired callupgrade needsupgrade update required needs",
    "version": "version",
}
_SENSE_OF = {word: sense for sense, words in _SENSES.items() for word in words.split()}
_LONGEST = max(map(len, _SENSE_OF))
_LONGEST_COMPOUND = 40
"""Characters of a word that is looked at for words in it."""


class Sense(StrEnum):
    """What is done with a setting that is none of ours."""

    SECRET = "secret"  # noqa: S105 - a name
    TAPI = "tapi"
    LICENCE = "licence"
    LOG = "log"
    OWN = "own"
    """Only the earlier program itself needed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One option of ours, and the names that it may have had."""

    option: str
    needs: tuple[frozenset[str], ...]
    """A name has all words of one of these ..."""
    may: frozenset[str] = field(default_factory=frozenset)
    """... and beside them only such."""
    kind: type[str | bool | int]
    inverted: bool = False
    """True there is false here."""

    def fits(self, words: frozenset[str]) -> bool:
        """Tell whether a name with these words is one of them."""
        return any(need <= words <= need | self.may for need in self.needs)


def _row(
    option: str,
    kind: type[str | bool | int],
    needs: str,
    may: str = "",
    *,
    inverted: bool = False,
) -> Row:
    """`needs`: alternatives between commas."""
    return Row(
        option=option,
        kind=kind,
        needs=tuple(frozenset(one.split()) for one in needs.split(",")),
        may=frozenset(may.split()),
        inverted=inverted,
    )


ROWS = (
    _row("starface.host", str, "host,address", "pbx host address name connection"),
    _row("starface.host", str, "pbx"),
    _row("starface.encrypted", bool, "encrypt,https", "pbx connection transfer https master"),
    _row("starface.xmpp_port", int, "xmpp port,xmpp", "pbx host port connection"),
    _row("starface.https_port", int, "https port,https", "pbx host port connection"),
    _row("starface.login", str, "login", "pbx name id connection"),
    _row("calls.transfer_automatically", bool, "transfer direct", "call datev master"),
    _row(
        "calls.only_datev_matches",
        bool,
        "only match,only datev,only master",
        "match datev master transfer direct call contact with",
    ),
    _row("calls.skip_internal", bool, "ignore internal", "call transfer direct"),
    _row("calls.only_answered", bool, "only answered", "call transfer direct datev"),
    _row("calls.open_window", bool, "open window,window direct", "call direct contact"),
    _row("calls.prefer_datev", bool, "prefer", "datev master contact"),
    _row(
        "calls.first_best_contact",
        bool,
        "first choose,first best,first contact,random contact",
        "contact best choose match",
    ),
    _row(
        "calls.close_after_call",
        bool,
        "close end,close after,close window,close call",
        "window after call end direct",
    ),
    _row("calls.hide_internal", bool, "hide internal", "call window"),
    _row("calls.hide_internal", bool, "open internal", "call window", inverted=True),
    _row("general.start_with_windows", bool, "start", "with windows login direct"),
)


_OWN = (frozenset({"version"}), frozenset({"first", "start"}))


def words_of(name: str) -> frozenset[str]:
    """The senses of the words in a name; a word that nobody knows stays as it is."""
    return frozenset(filter(None, (_sense(word) for word in _words(name))))


def rows_for(words: frozenset[str]) -> tuple[Row, ...]:
    """What a name with these words may mean."""
    return tuple(row for row in ROWS if row.fits(words))


def sense_of(words: frozenset[str]) -> Sense | None:
    """What else a name with these words is known to be."""
    if "password" in words:
        return Sense.SECRET
    if "tapi" in words:
        return Sense.TAPI
    if "licence" in words:
        return Sense.LICENCE
    if "log" in words and words <= {"log", "level"}:
        return Sense.LOG
    if "upgrade" in words or {"window", "place"} <= words or words in _OWN:
        return Sense.OWN
    return None


def is_known(name: str) -> bool:
    """Tell whether this is a name that the earlier connector may have used."""
    words = words_of(name)
    return bool(rows_for(words)) or sense_of(words) in {Sense.SECRET, Sense.TAPI, Sense.LICENCE}


def _sense(word: str) -> str:
    return _SENSE_OF.get(word, word)


def _words(name: str) -> Iterator[str]:
    for found in _WORD.findall(name):
        word = found.casefold().translate(_FOLDED)
        is_one = word in _SENSE_OF or len(word) > _LONGEST_COMPOUND
        yield from [word] if is_one else _parts(word) or [word]


def _parts(word: str) -> list[str]:
    """The known words that a word is put together of; none where something is left over."""
    if not word:
        return []
    for end in range(min(len(word), _LONGEST), 1, -1):
        begin, rest = word[:end], word[end:]
        if begin not in _SENSE_OF:
            continue
        if not rest:
            return [begin]
        following = _parts(rest)
        if following:
            return [begin, *following]
    return []
