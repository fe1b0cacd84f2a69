"""What can go wrong with DATEVconnect, and how each of it is said to a person.

What statuses and codes mean: DATEVconnect (developer portal, OpenAPI files, live findings).
"""

from __future__ import annotations

from enum import StrEnum

from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.legs import Mender
from datev_connector.domain.wording import Worded, joined, worded


class Wrong(StrEnum):
    """Everything that keeps us from reading master data; the values are the codes."""

    ADDRESS_UNUSABLE = "address-unusable"
    PASSWORD_MISSING = "password-missing"  # noqa: S105 - a name
    PASSWORD_UNSPEAKABLE = "password-unspeakable"  # noqa: S105 - a name
    PASSWORD_IN_THE_CLEAR = "password-in-the-clear"  # noqa: S105 - a name
    NAME_UNKNOWN = "name-unknown"
    REFUSED_CONNECTION = "refused-connection"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CUT = "cut"
    NO_HTTP = "no-http"
    NO_TLS = "no-tls"
    TLS_EXPECTED = "tls-expected"
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    CERTIFICATE_NAME = "certificate-name"
    CERTIFICATE_CHANGED = "certificate-changed"
    CERTIFICATE_UNUSABLE = "certificate-unusable"
    SIGN_IN_REFUSED = "sign-in-refused"
    EMAIL_LOGIN_REFUSED = "email-login-refused"
    WINDOWS_SIGN_ON_REFUSED = "windows-sign-on-refused"
    WINDOWS_SIGN_ON_MISSING = "windows-sign-on-missing"
    WINDOWS_SIGN_ON_BROKEN = "windows-sign-on-broken"
    SIGN_ON_NOT_OFFERED = "sign-on-not-offered"
    RIGHT_MISSING = "right-missing"
    REFUSED_BEFORE_DATEV = "refused-before-datev"
    FORBIDDEN = "forbidden"
    BAD_REQUEST = "bad-request"
    NOT_FOUND = "not-found"
    DOMAIN_UNKNOWN = "domain-unknown"
    NOT_ACCEPTABLE = "not-acceptable"
    TOO_LARGE = "too-large"
    SERVER_ERROR = "server-error"
    HTTP_STATUS = "http-status"
    WEB_PAGE = "web-page"
    REDIRECT = "redirect"
    NO_JSON = "no-json"
    LIST_CUT = "list-cut"
    LIST_EMPTY = "list-empty"
    NO_CLIENTS = "no-clients"
    ENTRY_UNREADABLE = "entry-unreadable"
    ENTRIES_GONE = "entries-gone"
    CLOSED = "closed"


def trouble(wrong: Wrong, *, where: str = "", detail: str = "") -> Trouble:
    """The trouble in plain words. `detail` holds nothing secret and nothing of a client."""
    reason, mender, remedy, pace = WORDS[wrong]
    told: str = reason.filled(where=where or "DATEVconnect", detail=detail)
    if wrong is Wrong.CERTIFICATE_CHANGED:
        told = joined(told, detail)
    return Trouble(code=wrong.value, reason=told, mender=mender, remedy=remedy, pace=pace)


def failed(wrong: Wrong, *, where: str = "", detail: str = "") -> MasterDataTrouble:
    """The trouble, to be raised."""
    return MasterDataTrouble(trouble(wrong, where=where, detail=detail))


_W = Wrong
NOTHING_TO_SEE = frozenset({_W.RIGHT_MISSING, _W.REFUSED_BEFORE_DATEV, _W.FORBIDDEN, _W.NOT_FOUND})
"""What this user is not shown, or DATEV does not have."""
OF_ONE_ENTRY = frozenset(
    {
        *(_W.SILENT, _W.CUT, _W.NO_HTTP, _W.BAD_REQUEST, _W.NOT_ACCEPTABLE, _W.TOO_LARGE),
        *(_W.SERVER_ERROR, _W.HTTP_STATUS, _W.WEB_PAGE, _W.REDIRECT, _W.NO_JSON),
        _W.ENTRY_UNREADABLE,
    }
)
"""What may be the matter with one addressee alone, as long as others can be read."""

_RIGHTS = worded(
    'Give the user the right "DATEVconnect" in DATEV\'s rights management (a prohibition in any '
    "group beats all grants), then restart the services Datev.Connect.Server and "
    "Datev.ApplicationHost.Server."
)

WORDS: dict[Wrong, tuple[Worded, Mender, Worded, Pace]] = {
    _W.ADDRESS_UNUSABLE: (
        worded("The address of DATEVconnect cannot be used: {detail}."),
        Mender.USER,
        worded("Correct datev.connect_url, for example https://server:58452."),
        Pace.LASTING,
    ),
    _W.PASSWORD_MISSING: (
        worded("User or password for DATEVconnect is not set."),
        Mender.USER,
        worded("Set datev.connect_user and its password; without both, Windows signs you on."),
        Pace.LASTING,
    ),
    _W.PASSWORD_UNSPEAKABLE: (
        worded("User or password for DATEVconnect holds characters that cannot be sent."),
        Mender.USER,
        worded("Correct datev.connect_user and its password; a user holds no colon."),
        Pace.LASTING,
    ),
    _W.PASSWORD_IN_THE_CLEAR: (
        worded(
            "The password for DATEVconnect would travel to {where} unencrypted; nothing was sent."
        ),
        Mender.USER,
        worded("Begin datev.connect_url with https:// (DATEV's port for it is 58452)."),
        Pace.LASTING,
    ),
    _W.NAME_UNKNOWN: (
        worded("The name of the DATEV server in {where} is not known in this network."),
        Mender.NETWORK_ADMIN,
        worded("Check datev.connect_url and the name service of the network."),
        Pace.QUICK,
    ),
    _W.REFUSED_CONNECTION: (
        worded("Nothing listens at {where}."),
        Mender.DATEV_ADMIN,
        worded(
            "Check datev.connect_url, and whether the services Datev.Connect.Server and "
            "Datev.ApplicationHost.Server are running."
        ),
        Pace.QUICK,
    ),
    _W.UNREACHABLE: (
        worded("{where} cannot be reached."),
        Mender.NETWORK_ADMIN,
        worded("Check network, VPN and firewall between this computer and the DATEV server."),
        Pace.QUICK,
    ),
    _W.SILENT: (
        worded("{where} accepts requests but does not answer in time."),
        Mender.DATEV_ADMIN,
        worded(
            "Check whether the DATEV server is overloaded; fewer datev.connect_lanes ask less "
            "of it."
        ),
        Pace.QUICK,
    ),
    _W.CUT: (
        worded("The connection to {where} was cut."),
        Mender.NETWORK_ADMIN,
        worded("Nothing if it happens once; otherwise check network, proxy and DATEV server."),
        Pace.QUICK,
    ),
    _W.NO_HTTP: (
        worded("{where} sends something that is not HTTP."),
        Mender.USER,
        worded("Check the port in datev.connect_url: DATEV uses 58452 (https) and 58454 (http)."),
        Pace.LASTING,
    ),
    _W.NO_TLS: (
        worded("{where} does not answer encrypted ({detail})."),
        Mender.USER,
        worded("Check the port in datev.connect_url: DATEV uses 58452 for https."),
        Pace.LASTING,
    ),
    _W.TLS_EXPECTED: (
        worded("{where} speaks TLS, but datev.connect_url begins with http://."),
        Mender.USER,
        worded("Begin datev.connect_url with https://, or use DATEV's port for http (58454)."),
        Pace.LASTING,
    ),
    _W.CERTIFICATE_UNTRUSTED: (
        worded("The certificate of {where} is not trusted ({detail})."),
        Mender.DATEV_ADMIN,
        worded(
            "Give the DATEV server a certificate that this computer trusts, "
            'or set datev.connect_verify_certificate = "pin".'
        ),
        Pace.LASTING,
    ),
    _W.CERTIFICATE_NAME: (
        worded("The certificate of {where} was issued to another name."),
        Mender.USER,
        worded(
            "Use the name of the DATEV server in datev.connect_url as its certificate bears it, "
            'not an address; or set datev.connect_verify_certificate = "pin".'
        ),
        Pace.LASTING,
    ),
    _W.CERTIFICATE_CHANGED: (
        worded("The certificate of {where} has changed; nothing secret was sent."),
        Mender.DATEV_ADMIN,
        worded(
            "Compare the new fingerprint with the certificate of the DATEV server. If it is right, "
            "agree to it in the status window, or run: datev-connector settings forget-certificate "
            "--of datev. If not, somebody stands between."
        ),
        Pace.LASTING,
    ),
    _W.CERTIFICATE_UNUSABLE: (
        worded("The certificate of {where} is the known one, but TLS cannot use it ({detail})."),
        Mender.DATEV_ADMIN,
        worded("Give the DATEV server a new certificate; this one is too weak or not well-formed."),
        Pace.LASTING,
    ),
    _W.SIGN_IN_REFUSED: (
        worded("DATEVconnect does not accept user or password."),
        Mender.USER,
        worded(
            "Check datev.connect_user (as DOMAIN\\user) and its password, then try again. "
            "Several wrong tries lock the account."
        ),
        Pace.REFUSED,
    ),
    _W.EMAIL_LOGIN_REFUSED: (
        worded(
            "DATEVconnect does not accept this user; a login by e-mail address cannot be used "
            "there."
        ),
        Mender.USER,
        worded(
            "Set datev.connect_user to a Windows user (DOMAIN\\user) with a password of its own, "
            "or leave it empty for the Windows sign-on."
        ),
        Pace.REFUSED,
    ),
    _W.WINDOWS_SIGN_ON_REFUSED: (
        worded("DATEVconnect does not accept the Windows sign-on of this user."),
        Mender.DATEV_ADMIN,
        worded(
            "Check whether this Windows user is a DATEV user and may use DATEVconnect; "
            "or set datev.connect_user and a password."
        ),
        Pace.REFUSED,
    ),
    _W.WINDOWS_SIGN_ON_MISSING: (
        worded("This computer has no Windows sign-on to show to DATEVconnect."),
        Mender.USER,
        worded("Set datev.connect_user and its password."),
        Pace.LASTING,
    ),
    _W.WINDOWS_SIGN_ON_BROKEN: (
        worded("The Windows sign-on at {where} broke off ({detail})."),
        Mender.NETWORK_ADMIN,
        worded(
            "Check whether a proxy stands between this computer and the DATEV server: "
            "this sign-on needs one unbroken connection."
        ),
        Pace.LASTING,
    ),
    _W.SIGN_ON_NOT_OFFERED: (
        worded("{where} does not offer the form of sign-on that we are to use ({detail})."),
        Mender.DATEV_ADMIN,
        worded(
            "Check datev.connect_url, and set datev.connect_user, or leave it empty for Windows."
        ),
        Pace.LASTING,
    ),
    _W.RIGHT_MISSING: (
        worded("DATEV does not allow this user to read {detail} (DCO10400)."),
        Mender.DATEV_ADMIN,
        _RIGHTS,
        Pace.LASTING,
    ),
    _W.REFUSED_BEFORE_DATEV: (
        worded(
            "Windows on the DATEV server turns this user away before DATEV is asked for {detail}."
        ),
        Mender.DATEV_ADMIN,
        worded(
            "Check the Windows sign-on of this user at the DATEV server. {rights}", rights=_RIGHTS
        ),
        Pace.LASTING,
    ),
    _W.FORBIDDEN: (
        worded("DATEV does not allow this user to read {detail} (HTTP status 403)."),
        Mender.DATEV_ADMIN,
        _RIGHTS,
        Pace.LASTING,
    ),
    _W.BAD_REQUEST: (
        worded("DATEVconnect does not understand our request for {detail} (HTTP status 400)."),
        Mender.VENDOR,
        worded("Tell the vendor the version of DATEVconnect."),
        Pace.LASTING,
    ),
    _W.NOT_FOUND: (
        worded("{where} knows nothing of {detail} (HTTP status 404)."),
        Mender.USER,
        worded(
            "Check datev.connect_url: name, port (https 58452, http 58454) and nothing behind it."
        ),
        Pace.LASTING,
    ),
    _W.DOMAIN_UNKNOWN: (
        worded("DATEVconnect has not loaded its part for master data."),
        Mender.DATEV_ADMIN,
        worded(
            "Wait until DATEV has started completely; if it stays so, install or update "
            "DATEVconnect (Client Master Data, version 1)."
        ),
        Pace.QUICK,
    ),
    _W.NOT_ACCEPTABLE: (
        worded("DATEVconnect does not want to give {detail} as JSON (HTTP status 406)."),
        Mender.VENDOR,
        worded("Check whether a proxy changes our requests; otherwise tell the vendor."),
        Pace.LASTING,
    ),
    _W.TOO_LARGE: (
        worded("DATEVconnect says that {detail} would be too large (HTTP status 416)."),
        Mender.VENDOR,
        worded("Tell the vendor how many addressees there are."),
        Pace.LASTING,
    ),
    _W.SERVER_ERROR: (
        worded("DATEVconnect failed while it gathered {detail}."),
        Mender.DATEV_ADMIN,
        worded(
            "Wait; if it stays so, look into DATEV's own logs and restart the services "
            "Datev.Connect.Server and Datev.ApplicationHost.Server."
        ),
        Pace.QUICK,
    ),
    _W.HTTP_STATUS: (
        worded("{where} answers with {detail}."),
        Mender.DATEV_ADMIN,
        worded("Check whether a proxy answers for the DATEV server."),
        Pace.QUICK,
    ),
    _W.WEB_PAGE: (
        worded("{where} answers with a web page instead of data."),
        Mender.NETWORK_ADMIN,
        worded("Check datev.connect_url and whether a proxy answers for the DATEV server."),
        Pace.LASTING,
    ),
    _W.REDIRECT: (
        worded("{where} sends us elsewhere instead of answering."),
        Mender.NETWORK_ADMIN,
        worded("Check datev.connect_url and any proxy."),
        Pace.LASTING,
    ),
    _W.NO_JSON: (
        worded("{where} sends something that is no master data ({detail})."),
        Mender.DATEV_ADMIN,
        worded("Check the version of DATEVconnect and whether a proxy answers for it."),
        Pace.LASTING,
    ),
    _W.LIST_CUT: (
        worded("The list of {detail} broke off before its end; nothing was replaced."),
        Mender.NETWORK_ADMIN,
        worded("Nothing if it happens once; otherwise check network, proxy and DATEV server."),
        Pace.QUICK,
    ),
    _W.LIST_EMPTY: (
        worded("DATEV shows this user no addressees at all; the contacts of before stay."),
        Mender.DATEV_ADMIN,
        worded("Check the rights of this user in DATEV, and whether the addressees are there."),
        Pace.LASTING,
    ),
    _W.NO_CLIENTS: (
        worded("DATEV shows this user no clients at all; those of before stay."),
        Mender.DATEV_ADMIN,
        worded("Check the rights of this user in DATEV, and whether the clients are there."),
        Pace.LASTING,
    ),
    _W.ENTRY_UNREADABLE: (
        worded("DATEVconnect gives addressees that cannot be read ({detail})."),
        Mender.VENDOR,
        worded("Tell the vendor the version of DATEVconnect."),
        Pace.LASTING,
    ),
    _W.ENTRIES_GONE: (
        worded("DATEVconnect knows none of many addressees that it had listed before."),
        Mender.DATEV_ADMIN,
        worded("Wait until DATEV has started completely; the list is read again the next time."),
        Pace.QUICK,
    ),
    _W.CLOSED: (
        worded("Reading from DATEVconnect was ended."),
        Mender.NOBODY,
        worded(""),
        Pace.QUICK,
    ),
}
