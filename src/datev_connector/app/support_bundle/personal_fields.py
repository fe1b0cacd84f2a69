"""Which fields of the domain's values hold what; what nobody has thought of is personal."""

from __future__ import annotations

from enum import Enum, auto


class Content(Enum):
    """What a text of a field is."""

    PLAIN = auto()
    """Nothing personal, or made by ourselves: it stays."""
    SENTENCE = auto()
    """A sentence for people; what is known to be personal is taken out of it."""
    NUMBER = auto()
    """However it is written."""
    DIGITS = auto()
    """E.164 without its plus, or what is dialled as it is."""
    ACCOUNT = auto()
    """An extension of the PBX, whatever its length."""
    NAME = auto()
    NOTE = auto()
    CONTACT_ID = auto()
    PBX_ID = auto()
    """An id of the PBX; identifiers made by machines stay."""
    OTHER = auto()
    """Whatever it is, it gets a stand-in."""


_FIELDS = {
    "call": Content.PLAIN,
    "call_id": Content.PLAIN,
    "station": Content.PLAIN,
    "country": Content.PLAIN,
    "area_code": Content.PLAIN,
    "exchange_prefix": Content.PLAIN,
    "data_source": Content.PLAIN,
    "reason": Content.SENTENCE,
    "remedy": Content.SENTENCE,
    "refused": Content.SENTENCE,
    "number": Content.NUMBER,
    "first_number": Content.NUMBER,
    "sent_number": Content.NUMBER,
    "caller_number": Content.NUMBER,
    "called_number": Content.NUMBER,
    "given": Content.NUMBER,
    "e164": Content.NUMBER,
    "digits": Content.DIGITS,
    "standardised": Content.NUMBER,
    "accounts": Content.ACCOUNT,
    "name": Content.NAME,
    "pbx_name": Content.NAME,
    "caller_name": Content.NAME,
    "called_name": Content.NAME,
    "contact_name": Content.NAME,
    "group": Content.NAME,
    "text": Content.NOTE,
    "note": Content.NOTE,
    "wanted_note": Content.NOTE,
    "id": Content.CONTACT_ID,
    "contact_id": Content.CONTACT_ID,
    "client_number": Content.CONTACT_ID,
    "pbx_call": Content.PBX_ID,
    "old": Content.PBX_ID,
    "new": Content.PBX_ID,
    "alive": Content.PBX_ID,
    "ids": Content.PBX_ID,
}
_OF_CLASS = {
    ("TellUser", "text"): Content.SENTENCE,
    ("StoredNumber", "note"): Content.OTHER,
}


def content_of(class_name: str, field_name: str) -> Content:
    """Say what the texts in a field are; a field that is not known here is `OTHER`."""
    known = _OF_CLASS.get((class_name, field_name))
    return known or _FIELDS.get(field_name, Content.OTHER)
