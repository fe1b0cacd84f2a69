"""What offices report of such connectors, each with a short id; every one has a case beside it.

The first list has the questions that people ask about the connector which this one replaces, the
second the messages and troubles known of telephony with DATEV. They are worded here as an office
would word them; quoted is only what a screen or a log shows.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that an office reports."""

    id: str
    seen: str


QUESTIONS = (
    Symptom("terminal-server", "Does it run on a terminal server of our own?"),
    Symptom("module-named-otherwise", "No connection; the module's configuration is misspelt."),
    Symptom("module-name-with-a-blank", "No connection; the module's name ends with a blank."),
    Symptom("credentials-wrong", '"Zugangsdaten nicht korrekt": login or password is wrong.'),
    Symptom("proxy-between", '"Keine Verbindung möglich": a proxy answers for the phone system.'),
    Symptom("firewall-between", '"Keine Verbindung möglich": a firewall between two networks.'),
    Symptom("firewall-here", '"Keine Verbindung möglich": the firewall of this computer.'),
    Symptom("public-address", "Only some calls go to DATEV; the public address is configured."),
    Symptom("port-of-https-wrong", "Only some calls go to DATEV; the port for HTTPS is another."),
    Symptom("port-of-xmpp-wrong", "Only some calls go to DATEV; the port for XMPP is another."),
    Symptom("buddy-262631", '"Registering Buddy failed: 262631" at the start; no names, no dial.'),
    Symptom("hosted-without-a-way", "In DATEVasp no connection to a phone system in the cloud."),
    Symptom("hosted-installing", "Who installs the program in DATEVasp?"),
    Symptom("data-server-exception", '"Im Datenserver ist ein Ausnahmefehler aufgetreten".'),
    Symptom("no-window-by-version", "Connected, but no window at a call: versions do not fit."),
    Symptom("tapi-not-running", '"OLE_E_NOTRUNNING" at TAPI3Lib.TAPIClass.initialize.'),
    Symptom("no-window-by-right", "Connected, but no window at a call: the right UCI is missing."),
    Symptom("no-window-by-tapi-line", "Connected, but no window at a call: UseTapiLine is on."),
)

TELEPHONY = (
    Symptom("buddy-registering-failed", '"Registering Buddy failed: 262631".'),
    Symptom("table-warning", "A warning about the Running Object Table with 0x000401E7."),
    Symptom("adapter-not-registered", '"Cannot register DatevAdapter", on a terminal server.'),
    Symptom("telephony-not-available", "Telefonie not available, while master data are."),
    Symptom("not-in-the-table", "DATEV is not found in the table, mostly 0x800401E3."),
    Symptom("no-such-interface", "DATEV's object has no interface for notifications."),
    Symptom("class-not-registered", "0x80040154 at each notification, then none is tried."),
    Symptom("skipped-after-failures", "Notifications are skipped for a while after failures."),
    Symptom("skipped-without-datev", "Notifications are skipped, as DATEV is not there."),
    Symptom("dial-without-sync-id", "DATEV's call for dialling has no SyncID."),
    Symptom("sync-id-lost-later", "Later notifications of a dialled call have no SyncID."),
    Symptom("dial-does-nothing", "A click on a number in DATEV does nothing."),
    Symptom("no-contacts", "No contacts, or they could not be loaded from the master data."),
    Symptom("type-cannot-be-loaded", "An error about types that cannot be loaded (Remoting)."),
    Symptom("identity-not-translated", '"Manche oder alle Identitätsverweise ..." on reading.'),
    Symptom("fewer-contacts", "There are fewer contacts than expected."),
    Symptom("number-not-found", "A number that stands in DATEV is not found."),
    Symptom("wrong-contact-first", "Another contact comes first than the office wants."),
    Symptom("internal-looked-up", "Internal numbers are looked up among the clients."),
    Symptom("journal-refused", "A journal entry is refused, as a call is active."),
    Symptom("journal-window-missing", "The window for the note never appears."),
    Symptom("inactive-client-shown", "A client who is inactive is still shown."),
    Symptom("rest-refused-empty", "DATEVconnect answers 403 without a text."),
    Symptom("rest-refused-right", "DATEVconnect answers 403 with DCO10400."),
    Symptom("rest-not-acceptable", "DATEVconnect answers 406."),
    Symptom("rest-not-found", "DATEVconnect answers 404."),
    Symptom("rest-e-mail-login", "DATEVconnect answers 401 to a login by e-mail address."),
    Symptom("rest-certificate-by-address", "A certificate error, as DATEVconnect is an address."),
)
