"""Words for everything about the phone system."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.desktop.settings.option_words import OptionWords, option
from datev_connector.domain.wording import worded

CERTIFICATES = {
    "pin": (
        worded("Remember the first one"),
        worded(
            "The certificate seen first counts. Another one is refused until somebody agrees to it."
        ),
    ),
    "system": (
        worded("As Windows does"),
        worded("What the operating system trusts counts, company certificates included."),
    ),
    "off": (
        worded("Do not check"),
        worded("Any certificate counts: whoever stands in between can listen. For tests only."),
    ),
}

WORDS: Mapping[str, OptionWords] = MappingProxyType(
    {
        "starface.host": option(
            worded("Address of the phone system"),
            worded(
                "What you enter in the browser for the STARFACE web page, without https://. "
                "In the office network use the internal address."
            ),
        ),
        "starface.https_port": option(
            worded("Port for HTTPS"),
            worded("Usually 443. Change it only if a firewall forwards another port."),
        ),
        "starface.xmpp_port": option(
            worded("Port for XMPP"),
            worded("Usually 5222. Change it only if a firewall forwards another port."),
        ),
        "starface.login": option(
            worded("STARFACE login"),
            worded("The login ID for the STARFACE web page, often a number."),
        ),
        "secret.starface-password": option(
            worded("Password"),
            worded("The password for the STARFACE web page. The system keeps it, encrypted."),
        ),
        "starface.encrypted": option(
            worded("Encrypt the connection"),
            worded("Without encryption everybody on the way can read all, notes included."),
        ),
        "starface.verify_certificate": option(
            worded("Certificate of the phone system"),
            worded("How the program makes sure that it speaks with your phone system."),
            choices=CERTIFICATES,
        ),
        "starface.transport": option(
            worded("Way to the phone system"),
            worded("The automatic choice fits nearly always."),
            auto=(
                worded("Automatic"),
                worded("XMPP where the phone system offers it, HTTPS otherwise."),
            ),
            xmpp=(worded("XMPP only"), worded("The program waits until XMPP works.")),
            https=(worded("HTTPS only"), worded("XMPP is not tried.")),
        ),
        "starface.events": option(
            worded("How calls are noticed"),
            worded("Concerns the way over HTTPS; whoever chooses here wants HTTPS only."),
            auto=(
                worded("Automatically by message, otherwise by asking"),
                worded("The phone system reports calls; if reports fail to come, it is asked."),
            ),
            callback=(
                worded("By message only"),
                worded("The phone system reports calls. It must reach this computer."),
            ),
            polling=(
                worded("By asking only"),
                worded("The phone system is asked again and again. Calls show a moment later."),
            ),
        ),
        "starface.callback_host": option(
            worded("Address of this computer"),
            worded("Under this address the phone system reaches this computer."),
            empty=worded("found by itself"),
        ),
        "starface.callback_port": option(
            worded("Port of this computer"),
            worded("On this port the program waits for messages of the phone system."),
            zero=worded("any free one"),
        ),
        "starface.uci_version": option(
            worded("Version of the interface"),
            worded("Generation of the STARFACE interface (UCI)."),
            auto=(
                worded("The newest one that answers"),
                worded("3.0 is tried first, then 2.2."),
            ),
            v30=(worded("3.0 only"), worded("For current phone systems.")),
            v22=(worded("2.2 only"), worded("For older phone systems.")),
        ),
        "starface.sign_in": option(
            worded("Form of sign-in"),
            worded("The automatic choice asks the phone system what it wants."),
            auto=(
                worded("As the phone system wants it"),
                worded("OAuth if the client secret is there, login and password otherwise."),
            ),
            sha512=(
                worded("Login and password"),
                worded("Only a digest of the password is sent (SHA-512)."),
            ),
            active_directory=(
                worded("Active Directory"),
                worded("The phone system checks the password with the Windows domain."),
            ),
            oauth=(
                worded("OAuth (STARFACE 10 and newer)"),
                worded("Needs the client secret from the administration of the phone system."),
            ),
            md5=(
                worded("Login and password, old form"),
                worded("A weak digest (MD5), for very old phone systems only."),
            ),
        ),
        "starface.oauth_client_id": option(
            worded("OAuth client"),
            worded("Name of the program at the sign-in service of the phone system."),
        ),
        "secret.starface-client-secret": option(
            worded("Client secret"),
            worded("Stands in the administration of the phone system under Server, REST-API."),
        ),
        "starface.xmpp_domain": option(
            worded("XMPP domain"),
            worded("Only needed if the XMPP service has a name of its own."),
            empty=worded("as the address of the phone system"),
        ),
        "starface.xmpp_endpoint": option(
            worded("XMPP address of the interface"),
            worded("Only needed if the interface is not found by itself."),
            empty=worded("looked for"),
        ),
        "starface.module_name": option(
            worded("Name of the module configuration"),
            worded(
                "As in the administration of the phone system, letter by letter. Leave it empty if "
                "the office does without the module."
            ),
            empty=worded("no module"),
        ),
    }
)
