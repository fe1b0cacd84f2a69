"""What the steps of the diagnosis are called in windows."""

from __future__ import annotations

from datev_connector.app.diagnosis.finding import Step
from datev_connector.domain.wording import worded

STEP_NAMES: dict[str, str] = {
    Step.PROGRAM: worded("Version of this program"),
    Step.SETTINGS: worded("Settings"),
    Step.PASSWORD: worded("Password of the phone system"),
    Step.CONNECTOR: worded("Running program"),
    Step.CALL_WINDOWS: worded("Windows of calls"),
    Step.KEY: worded("Key of the storage"),
    Step.OPEN: worded("Open the storage"),
    Step.DISK: worded("Room on the disk"),
    Step.INDEX: worded("Stored contacts"),
    Step.NAME: worded("Name of the server"),
    Step.TCP: worded("Connection (TCP)"),
    Step.TLS: worded("Encryption (TLS)"),
    Step.HTTP: worded("Answer of the server (HTTP)"),
    Step.SIGN_IN_FORM: worded("Way of signing in"),
    Step.SIGN_IN: worded("Sign-in"),
    Step.XMPP_TCP: worded("XMPP: connection"),
    Step.XMPP_TLS: worded("XMPP: encryption"),
    Step.XMPP_FORM: worded("XMPP: way of signing in"),
    Step.XMPP_SIGN_IN: worded("XMPP: sign-in"),
    Step.XMPP_ENDPOINT: worded("XMPP: call service"),
    Step.VERSION: worded("Version of the phone system"),
    Step.RIGHTS: worded("Rights of the user"),
    Step.ADDRESS_BOOK: worded("Reading the address book"),
    Step.WAY: worded("Way in use"),
    Step.CALLBACK: worded("Way back to this computer"),
    Step.EVENTS: worded("Events of calls"),
    Step.CLOCK: worded("Clocks"),
    Step.LINK: worded("Connection to DATEV"),
    Step.MASTER_DATA: worded("Reading the master data"),
    Step.VERSIONS: worded("Versions together"),
    Step.MODULE: worded("Module"),
    Step.MODULE_LICENCE: worded("Licence in the module"),
    Step.MODULE_LOG: worded("The module's log"),
    Step.LICENCE: worded("Licence in effect"),
    Step.SEATS: worded("Seats of the licence"),
    Step.CAPTURE: worded("What the systems offer"),
}


def step_name(step: Step) -> str:
    """Name a step; one without a name by what the command line calls it."""
    return STEP_NAMES.get(step, step.value)
