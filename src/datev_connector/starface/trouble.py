"""What can go wrong between us and the PBX, and how each of it is said to a person.

A `Trouble` is what a transport or an answer showed. It knows three things: the words for the leg
report, who can mend it, and how careful the next try must be, because wrong sign-ins lock accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import Worded, joined, worded
from datev_connector.starface.pacing import Pace


class TroubleKind(StrEnum):
    """Everything that keeps us from hearing of calls."""

    NAME_UNKNOWN = "name-unknown"
    REFUSED_CONNECTION = "refused-connection"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CUT = "cut"
    NO_TLS = "no-tls"
    TLS_EXPECTED = "tls-expected"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_CHANGED = "certificate-changed"
    CERTIFICATE_DIFFERENT = "certificate-different"
    CERTIFICATE_UNUSABLE = "certificate-unusable"
    WEB_PAGE = "web-page"
    REDIRECT = "redirect"
    HTTP_STATUS = "http-status"
    NO_XML_RPC = "no-xml-rpc"
    STRANGE_ANSWER = "strange-answer"
    FAULT = "fault"
    UNAUTHORIZED = "unauthorized"
    SIGN_IN_REFUSED = "sign-in-refused"
    RIGHT_MISSING = "right-missing"
    NO_UCI = "no-uci"
    SESSION_LOST = "session-lost"
    OFFLINE = "offline"
    ADDRESS_CHANGED = "address-changed"
    SETTINGS_INCOMPLETE = "settings-incomplete"
    CANNOT_LISTEN = "cannot-listen"
    SUBSCRIPTION_REFUSED = "subscription-refused"
    EVENTS_LOST = "events-lost"
    NO_XMPP = "no-xmpp"
    STREAM_ERROR = "stream-error"
    NO_STARTTLS = "no-starttls"
    NO_MECHANISM = "no-mechanism"
    DOMAIN_UNKNOWN = "domain-unknown"
    ENDPOINT_MISSING = "endpoint-missing"
    ENDPOINT_SILENT = "endpoint-silent"
    OAUTH_MISSING = "oauth-missing"
    OAUTH_CLIENT_REFUSED = "oauth-client-refused"
    OAUTH_RIGHT_MISSING = "oauth-right-missing"
    OAUTH_SECRET_MISSING = "oauth-secret-missing"  # noqa: S105 - a name
    NO_REST = "no-rest"
    REST_MISSING = "rest-missing"
    REST_DENIED = "rest-denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that went wrong. `where` is host and port; `detail` holds nothing secret."""

    kind: TroubleKind
    where: str = ""
    detail: str = ""

    @property
    def complaint(self) -> Complaint:
        """The trouble in plain words."""
        reason, mender, remedy = WORDS[self.kind]
        where = self.where or worded("the PBX")
        told: str = reason.filled(where=where, detail=self.detail)
        if self.kind in DETAIL_FOLLOWS:
            told = joined(told, self.detail)
        return Complaint(
            reason=told, mender=mender, remedy=remedy.filled(port=PORT) if remedy else ""
        )

    def pace(self, *, signing_in: bool, accepted_before: bool) -> Pace:
        """How careful the next try must be.

        `signing_in`: our token was on its way in a login; `accepted_before`: the PBX took it once.
        What answers a login without saying yes may well have counted it as a wrong one.
        """
        told_off = self.kind is TroubleKind.HTTP_STATUS and self.detail in TOO_MANY
        if self.kind in LASTING or (signing_in and (self.kind in DENIED or told_off)):
            return Pace.REFUSED
        rejected = self.kind is TroubleKind.HTTP_STATUS and self.detail.startswith("4")
        if not signing_in or not (self.kind in EVASIVE | UNCLEAR or rejected):
            return Pace.QUICK
        if self.kind in EVASIVE:
            return Pace.CAREFUL if accepted_before else Pace.REFUSED
        return Pace.QUICK if accepted_before else Pace.CAREFUL


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One plain sentence, who can mend it, and what that person does."""

    reason: str
    mender: Mender = Mender.NOBODY
    remedy: str = ""


class LinkTrouble(Exception):
    """Raised by a link to the PBX instead of an answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.complaint.reason)
        self.trouble = trouble


_K = TroubleKind
LASTING = frozenset(
    {
        *(_K.SIGN_IN_REFUSED, _K.RIGHT_MISSING, _K.SETTINGS_INCOMPLETE, _K.TLS_EXPECTED),
        *(_K.OAUTH_MISSING, _K.OAUTH_CLIENT_REFUSED, _K.OAUTH_RIGHT_MISSING),
        *(_K.OAUTH_SECRET_MISSING, _K.REST_MISSING, _K.REST_DENIED),
    }
)
DENIED = frozenset({_K.UNAUTHORIZED})
TOO_MANY = frozenset({"423", "429"})
"""HTTP statuses of a server that has had enough of us: locked, too many requests."""
EVASIVE = frozenset({_K.WEB_PAGE, _K.REDIRECT})
"""How newer PBXs answer a wrong token, and how proxies answer anything."""
UNCLEAR = frozenset({_K.FAULT, _K.STRANGE_ANSWER, _K.NO_XML_RPC})

DETAIL_FOLLOWS = frozenset({_K.CERTIFICATE_CHANGED, _K.CERTIFICATE_DIFFERENT})
"""Their detail is a sentence of its own."""
PORT = "starface.https_port"
"""The setting that leads to the door; whoever speaks of another door fills in that one's."""

WORDS: dict[TroubleKind, tuple[Worded, Mender, Worded]] = {
    _K.NAME_UNKNOWN: (
        worded("The name of the PBX in {where} is not known in this network."),
        Mender.NETWORK_ADMIN,
        worded("Check starface.host in the settings and the name service of the network."),
    ),
    _K.REFUSED_CONNECTION: (
        worded("Nothing listens at {where}."),
        Mender.NETWORK_ADMIN,
        worded("Check starface.host and {port}, and whether the PBX is running."),
    ),
    _K.UNREACHABLE: (
        worded("{where} cannot be reached."),
        Mender.NETWORK_ADMIN,
        worded("Check network, VPN and firewall between this computer and the PBX."),
    ),
    _K.SILENT: (
        worded("{where} accepts requests but does not answer in time."),
        Mender.NETWORK_ADMIN,
        worded("Check whether the PBX is overloaded or something between holds the answers back."),
    ),
    _K.CUT: (
        worded("The connection to {where} was cut."),
        Mender.NETWORK_ADMIN,
        worded("Nothing if it happens once; otherwise check network, proxy and PBX."),
    ),
    _K.NO_TLS: (
        worded("{where} does not answer encrypted ({detail})."),
        Mender.NETWORK_ADMIN,
        worded("Check {port}; starface.encrypted = false only if the PBX offers no TLS."),
    ),
    _K.TLS_EXPECTED: (
        worded("{where} speaks TLS, but the settings say that it does not."),
        Mender.USER,
        worded(
            "The PBX expects TLS on this port: set starface.encrypted = true, "
            "or set {port} to its port for HTTP."
        ),
    ),
    _K.CERTIFICATE_UNTRUSTED: (
        worded("The certificate of {where} is not trusted ({detail})."),
        Mender.PBX_ADMIN,
        worded(
            "Give the PBX a certificate that this computer trusts, or set "
            'starface.verify_certificate = "pin".'
        ),
    ),
    _K.CERTIFICATE_CHANGED: (
        worded("The certificate of {where} has changed; nothing secret was sent."),
        Mender.PBX_ADMIN,
        worded(
            "Compare the new fingerprint with the certificate of the PBX. If it is right, agree to "
            "it in the status window, or run: datev-connector settings forget-certificate. "
            "If not, somebody stands between."
        ),
    ),
    _K.CERTIFICATE_DIFFERENT: (
        worded(
            "The certificate of {where} is not the one that the PBX has over HTTPS; "
            "neither password nor token was sent."
        ),
        Mender.PBX_ADMIN,
        worded(
            "Compare both fingerprints with the certificates of the PBX. If both are right, give "
            "both ports the same certificate, or certificates that this computer trusts and set "
            'starface.verify_certificate = "system". If one is not, somebody stands between.'
        ),
    ),
    _K.CERTIFICATE_UNUSABLE: (
        worded("The certificate of {where} is the known one, but TLS cannot use it ({detail})."),
        Mender.PBX_ADMIN,
        worded("Give the PBX a new certificate; this one is too weak or not well-formed."),
    ),
    _K.WEB_PAGE: (
        worded("{where} answers with a web page instead of data."),
        Mender.NETWORK_ADMIN,
        worded(
            "Check {port} and whether a proxy answers for the PBX; newer PBXs answer so when login "
            "or password is wrong."
        ),
    ),
    _K.REDIRECT: (
        worded("{where} sends us elsewhere instead of answering."),
        Mender.NETWORK_ADMIN,
        worded(
            "Check starface.encrypted, {port} and any proxy; newer PBXs answer so when login or "
            "password is wrong."
        ),
    ),
    _K.HTTP_STATUS: (
        worded("{where} answers with HTTP status {detail}."),
        Mender.PBX_ADMIN,
        worded("Check whether the PBX has started completely and whether a proxy answers for it."),
    ),
    _K.NO_XML_RPC: (
        worded("{where} sends something that is not UCI ({detail})."),
        Mender.NETWORK_ADMIN,
        worded("Check {port} and whether a proxy answers for the PBX."),
    ),
    _K.STRANGE_ANSWER: (
        worded("STARFACE answers {detail} with something unexpected."),
        Mender.PBX_ADMIN,
        worded("Check the version of the PBX and its logs."),
    ),
    _K.FAULT: (
        worded("STARFACE reports a fault ({detail})."),
        Mender.PBX_ADMIN,
        worded("Check the logs of the PBX."),
    ),
    _K.UNAUTHORIZED: (
        worded("{where} refuses the sign-in (HTTP status {detail})."),
        Mender.USER,
        worded("Check login and password, then try again. Several wrong tries block the account."),
    ),
    _K.SIGN_IN_REFUSED: (
        worded("STARFACE does not accept login or password."),
        Mender.USER,
        worded(
            "Check login and password, then try again. Several wrong tries block the account; "
            "if both are right, the PBX admin checks starface.sign_in and the rights of "
            "the user."
        ),
    ),
    _K.RIGHT_MISSING: (
        worded("STARFACE does not allow this user to read calls."),
        Mender.PBX_ADMIN,
        worded("Give the user the right to use calls through UCI."),
    ),
    _K.NO_UCI: (
        worded("STARFACE knows none of the UCI generations that we speak ({detail})."),
        Mender.PBX_ADMIN,
        worded("Check the version of the PBX and starface.uci_version."),
    ),
    _K.SESSION_LOST: (
        worded("STARFACE has forgotten our session; signing in again."),
        Mender.NOBODY,
        worded(""),
    ),
    _K.ADDRESS_CHANGED: (
        worded("This computer has another address now; telling STARFACE where to send events."),
        Mender.NOBODY,
        worded(""),
    ),
    _K.OFFLINE: (
        worded("There is no connection to STARFACE at the moment."),
        Mender.NOBODY,
        worded("Wait until it is back; its leg says what is missing."),
    ),
    _K.SETTINGS_INCOMPLETE: (
        worded("{detail}"),
        Mender.USER,
        worded("Complete the settings of STARFACE."),
    ),
    _K.CANNOT_LISTEN: (
        worded("This computer cannot receive the events of the PBX ({detail})."),
        Mender.NETWORK_ADMIN,
        worded(
            "Check starface.callback_host and starface.callback_port, or set starface.events = "
            '"polling".'
        ),
    ),
    _K.SUBSCRIPTION_REFUSED: (
        worded("STARFACE does not accept our subscription to events."),
        Mender.PBX_ADMIN,
        worded("Check the rights of the user and the version of the PBX."),
    ),
    _K.EVENTS_LOST: (
        worded("STARFACE's events do not reach us over {where}."),
        Mender.PBX_ADMIN,
        worded("Check the XMPP service of the PBX; until then calls are reported another way."),
    ),
    _K.NO_XMPP: (
        worded("{where} does not speak XMPP ({detail})."),
        Mender.NETWORK_ADMIN,
        worded("Check starface.xmpp_port and whether a proxy answers for the PBX."),
    ),
    _K.STREAM_ERROR: (
        worded("The XMPP service at {where} ended the connection ({detail})."),
        Mender.PBX_ADMIN,
        worded("Nothing if it happens once; otherwise check the logs of the PBX."),
    ),
    _K.NO_STARTTLS: (
        worded("The XMPP service at {where} offers no encryption; nothing secret was sent."),
        Mender.PBX_ADMIN,
        worded("Let the PBX offer STARTTLS; starface.encrypted = false only if it cannot."),
    ),
    _K.NO_MECHANISM: (
        worded(
            "The XMPP service at {where} offers no form of sign-in that may be used ({detail})."
        ),
        Mender.PBX_ADMIN,
        worded("Let the PBX offer SCRAM, or PLAIN over TLS."),
    ),
    _K.DOMAIN_UNKNOWN: (
        worded("The XMPP service at {where} does not serve the domain {detail}."),
        Mender.PBX_ADMIN,
        worded("Set starface.xmpp_domain to the domain of the PBX's XMPP service."),
    ),
    _K.ENDPOINT_MISSING: (
        worded("No UCI endpoint was found over XMPP (asked: {detail})."),
        Mender.PBX_ADMIN,
        worded("If the PBX offers UCI over XMPP, set starface.xmpp_endpoint to its address."),
    ),
    _K.ENDPOINT_SILENT: (
        worded("The UCI endpoint {detail} does not answer over XMPP."),
        Mender.PBX_ADMIN,
        worded("Check starface.xmpp_endpoint; leave it empty to have the endpoint looked for."),
    ),
    _K.OAUTH_MISSING: (
        worded("{where} offers no OAuth sign-in ({detail})."),
        Mender.USER,
        worded('Set starface.sign_in = "auto"; only STARFACE 10 and newer know OAuth.'),
    ),
    _K.OAUTH_CLIENT_REFUSED: (
        worded("STARFACE does not accept the OAuth client ({detail})."),
        Mender.PBX_ADMIN,
        worded(
            "Check starface.oauth_client_id and the client secret (PBX: Admin, Server, Status, "
            "REST-API)."
        ),
    ),
    _K.OAUTH_RIGHT_MISSING: (
        worded("STARFACE does not allow this user to sign in with OAuth ({detail})."),
        Mender.PBX_ADMIN,
        worded('Give the user the right "API Zugriff mit OAuth Password Grant".'),
    ),
    _K.OAUTH_SECRET_MISSING: (
        worded(
            "STARFACE does not accept login and password in the older form; it offers OAuth, "
            "for which the client secret is not known."
        ),
        Mender.USER,
        worded(
            "Check login and password. If both are right, enter the client secret (PBX: Admin, "
            "Server, Status, REST-API) in the settings under Connection, or set "
            "DATEV_CONNECTOR_CLIENT_SECRET."
        ),
    ),
    _K.NO_REST: (
        worded("{where} sends something that is no address book ({detail})."),
        Mender.PBX_ADMIN,
        worded("Check the version of the PBX and whether a proxy answers for it."),
    ),
    _K.REST_MISSING: (
        worded("{where} has no REST interface to read the address book from ({detail})."),
        Mender.PBX_ADMIN,
        worded(
            "Only STARFACE 6.4.2 and newer have one; older books are brought by contacts "
            "import FILE."
        ),
    ),
    _K.REST_DENIED: (
        worded("STARFACE does not allow this user to read the address book ({detail})."),
        Mender.PBX_ADMIN,
        worded("Give the user the right to use the address book."),
    ),
}
