"""What came back when something went wrong at the PBX, in a few words.

The sentence that says what it means is the complaint of the trouble.
"""

from __future__ import annotations

from datev_connector.domain.wording import joined, worded
from datev_connector.starface.trouble import Trouble, TroubleKind

_K = TroubleKind
WORDS = {
    _K.NAME_UNKNOWN: worded("the name is not known"),
    _K.REFUSED_CONNECTION: worded("the connection was refused"),
    _K.UNREACHABLE: worded("nobody can be reached there"),
    _K.SILENT: worded("no answer in time"),
    _K.CUT: worded("the connection was cut"),
    _K.NO_TLS: worded("no encrypted answer"),
    _K.TLS_EXPECTED: worded("encryption is expected"),
    _K.CERTIFICATE_UNTRUSTED: worded("a certificate that is not trusted"),
    _K.CERTIFICATE_CHANGED: worded("another certificate than before"),
    _K.CERTIFICATE_DIFFERENT: worded("another certificate than over HTTPS"),
    _K.CERTIFICATE_UNUSABLE: worded("a certificate that cannot be used"),
    _K.WEB_PAGE: worded("a web page"),
    _K.REDIRECT: worded("a redirection to elsewhere"),
    _K.HTTP_STATUS: worded("an HTTP status"),
    _K.NO_XML_RPC: worded("something that is not UCI"),
    _K.STRANGE_ANSWER: worded("an unexpected answer"),
    _K.FAULT: worded("a fault"),
    _K.UNAUTHORIZED: worded("sign-in refused"),
    _K.SIGN_IN_REFUSED: worded("sign-in refused"),
    _K.RIGHT_MISSING: worded("not allowed"),
    _K.NO_UCI: worded("none of the generations of UCI"),
    _K.SESSION_LOST: worded("the session is forgotten"),
    _K.OFFLINE: worded("no connection"),
    _K.ADDRESS_CHANGED: worded("this computer has another address"),
    _K.SETTINGS_INCOMPLETE: worded("settings are missing"),
    _K.CANNOT_LISTEN: worded("no port could be opened"),
    _K.SUBSCRIPTION_REFUSED: worded("the subscription was refused"),
    _K.EVENTS_LOST: worded("no events"),
    _K.NO_XMPP: worded("something that is not XMPP"),
    _K.STREAM_ERROR: worded("the service ended the connection"),
    _K.NO_STARTTLS: worded("no encryption was offered"),
    _K.NO_MECHANISM: worded("no form of sign-in that may be used"),
    _K.DOMAIN_UNKNOWN: worded("this domain is not served"),
    _K.ENDPOINT_MISSING: worded("no endpoint"),
    _K.ENDPOINT_SILENT: worded("no answer from the endpoint"),
    _K.OAUTH_MISSING: worded("no OAuth sign-in"),
    _K.OAUTH_CLIENT_REFUSED: worded("the OAuth client was refused"),
    _K.OAUTH_RIGHT_MISSING: worded("OAuth is not allowed"),
    _K.OAUTH_SECRET_MISSING: worded("sign-in refused"),
    _K.NO_REST: worded("something that is no address book"),
    _K.REST_MISSING: worded("no REST interface"),
    _K.REST_DENIED: worded("not allowed"),
}
WITH_DETAIL = frozenset(
    {_K.HTTP_STATUS, _K.FAULT, _K.STREAM_ERROR, _K.NO_TLS, _K.CERTIFICATE_UNTRUSTED}
)
"""Their detail is what came back; that of others is told in the sentence."""


def in_short(trouble: Trouble) -> str:
    """What came back."""
    detail = trouble.detail if trouble.kind in WITH_DETAIL else ""
    return joined(WORDS[trouble.kind], detail, between=": ")
