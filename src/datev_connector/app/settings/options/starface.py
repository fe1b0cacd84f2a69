"""How to reach the STARFACE PBX and sign in."""

from __future__ import annotations

from datev_connector.app.settings import rules
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.options.certificates import CHECKS
from datev_connector.app.settings.sections import (
    Certificates,
    Events,
    SignIn,
    Transport,
    UciVersion,
)

STARFACE = (
    Option(
        section="starface",
        key="host",
        kind=str,
        default="",
        rule=rules.host,
        help="Name or address of the PBX in the office network, without https://.",
    ),
    Option(
        section="starface",
        key="https_port",
        kind=int,
        default=443,
        minimum=1,
        maximum=rules.HIGHEST_PORT,
        help="Port of the PBX for HTTPS (for HTTP if `encrypted` is false).",
    ),
    Option(
        section="starface",
        key="xmpp_port",
        kind=int,
        default=5222,
        minimum=1,
        maximum=rules.HIGHEST_PORT,
        help="Port of the PBX for XMPP.",
    ),
    Option(
        section="starface",
        key="login",
        kind=str,
        default="",
        rule=rules.stripped,
        help="Login of the STARFACE user, as for the web interface (often a number).",
    ),
    Option(
        section="starface",
        key="encrypted",
        kind=bool,
        default=True,
        help="Talk to the PBX over TLS. False: everything, notes included, can be read on the way.",
    ),
    Option(
        section="starface",
        key="verify_certificate",
        kind=Certificates,
        default=Certificates.PIN,
        allowed=CHECKS,
        help="How the certificate of the PBX is checked.",
    ),
    Option(
        section="starface",
        key="transport",
        kind=Transport,
        default=Transport.AUTO,
        allowed={
            "auto": "XMPP where the PBX offers UCI over it, otherwise HTTPS.",
            "xmpp": "XMPP only.",
            "https": "HTTPS only.",
        },
        help="How to reach the PBX.",
    ),
    Option(
        section="starface",
        key="events",
        kind=Events,
        default=Events.AUTO,
        allowed={
            "auto": "The PBX calls back; a slow poll beside it takes over if it does not.",
            "callback": "The PBX calls back; nothing is polled.",
            "polling": "Calls are asked for again and again; the PBX never calls back.",
        },
        help="How calls are noticed over HTTPS.",
    ),
    Option(
        section="starface",
        key="callback_host",
        kind=str,
        default="",
        rule=rules.host,
        help="Address under which the PBX reaches this machine. "
        "Empty: the one from which this machine reaches the PBX.",
    ),
    Option(
        section="starface",
        key="callback_port",
        kind=int,
        default=0,
        minimum=0,
        maximum=rules.HIGHEST_PORT,
        help="Port on which this machine waits for the PBX. 0: any free one.",
    ),
    Option(
        section="starface",
        key="uci_version",
        kind=UciVersion,
        default=UciVersion.AUTO,
        allowed={
            "auto": "The newest generation that the PBX answers.",
            "v30": "Version 3.0 only.",
            "v22": "Version 2.2 only, for older PBXs.",
        },
        help="Generation of the STARFACE interface (UCI).",
    ),
    Option(
        section="starface",
        key="sign_in",
        kind=SignIn,
        default=SignIn.AUTO,
        allowed={
            "auto": "OAuth if the PBX offers it and the client secret is known; otherwise SHA-512, "
            "or the Active Directory form if the PBX asks for it.",
            "sha512": "Login and password; only a digest is sent.",
            "active-directory": "The PBX checks the password with Active Directory.",
            "oauth": "A token from the PBX's own sign-in service, STARFACE 10 and newer; "
            "needs the client secret, in the keyring or `DATEV_CONNECTOR_CLIENT_SECRET`.",
            "md5": "A weak digest, for very old PBXs only.",
        },
        help="How the user signs in.",
    ),
    Option(
        section="starface",
        key="oauth_client_id",
        kind=str,
        default="rest-client-headless",
        rule=rules.required_word,
        help="Client name for signing in with OAuth.",
    ),
    Option(
        section="starface",
        key="xmpp_domain",
        kind=str,
        default="",
        rule=rules.host,
        help="XMPP domain of the PBX. Empty: the same as `host`.",
    ),
    Option(
        section="starface",
        key="xmpp_endpoint",
        kind=str,
        default="",
        rule=rules.word,
        help="XMPP address of the PBX's interface UCI. Empty: looked for.",
    ),
    Option(
        section="starface",
        key="module_name",
        kind=str,
        default="DATEVConnectorforSTARFACE",
        rule=rules.word,
        help="Name of the module's configuration in the PBX, letter by letter; empty: the office "
        "does without the module.",
    ),
)
