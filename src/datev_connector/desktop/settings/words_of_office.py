"""Words for DATEV, its master data, and the program itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.desktop.settings.option_words import OptionWords, option
from datev_connector.desktop.settings.words_of_connection import CERTIFICATES
from datev_connector.domain.wording import worded

_DATEV: dict[str, OptionWords] = {
    "datev.link": option(
        worded("DATEV telephony"),
        worded("Where calls go, and from where DATEV dials."),
        com=(
            worded("DATEV on this computer"),
            worded("Calls go to the DATEV workplace that is installed here."),
        ),
        simulator=(
            worded("A stand-in for DATEV"),
            worded("For trying out and for tests: calls go to a program that plays DATEV."),
        ),
    ),
    "datev.simulator_address": option(
        worded("Address of the stand-in"),
        worded("Address and port, such as 127.0.0.1:5881."),
    ),
    "datev.contacts": option(
        worded("Master data come from"),
        worded("From there the program knows who is calling."),
        auto=(
            worded("Whatever is available"),
            worded("The master data service if this computer has it, DATEVconnect otherwise."),
        ),
        sdd=(
            worded("DATEV's master data service"),
            worded("Clients, other contacts and institutions, read on this computer."),
        ),
        datevconnect=(
            worded("DATEVconnect"),
            worded("Clients and other contacts from a server, without institutions."),
        ),
        none=(
            worded("Only what was imported"),
            worded("DATEV is not asked; contacts come from a file and the phone system."),
        ),
    ),
    "datev.contacts_refresh_minutes": option(
        worded("Ask for changes every"),
        worded("How often DATEVconnect is asked what has changed."),
        unit=worded("minutes"),
    ),
    "datev.contacts_reload_days": option(
        worded("Read everything anew every"),
        worded("In case DATEVconnect does not report every change."),
        unit=worded("days"),
        zero=worded("never"),
    ),
    "datev.connect_url": option(
        worded("Address of DATEVconnect"),
        worded("As your DATEV administrator gave it, such as https://server:58452."),
    ),
    "datev.connect_user": option(
        worded("User"),
        worded("Only needed if the Windows sign-on is not accepted."),
        empty=worded("Windows sign-on"),
    ),
    "secret.datev-password": option(
        worded("Password for DATEVconnect"),
        worded("Belongs to the user above. The system keeps it, encrypted."),
    ),
    "datev.connect_verify_certificate": option(
        worded("Certificate of DATEVconnect"),
        worded("How the program makes sure that it speaks with your server."),
        choices=CERTIFICATES,
    ),
    "datev.connect_lanes": option(
        worded("Requests at a time"),
        worded("Fewer spare the server, more are faster."),
    ),
    "datev.sdd_reader": option(
        worded("Program that reads the master data service"),
        worded("Only needed if your support has given you another one."),
        empty=worded("the one that came with this program"),
    ),
    "datev.sdd_assemblies": option(
        worded("Folder of the DATEV program files"),
        worded("Only needed if DATEV stands in an unusual place."),
        empty=worded("looked for"),
    ),
    "datev.sdd_limit_s": option(
        worded("Longest time of a reading"),
        worded("After this time a reading of the master data service is broken off."),
        unit=worded("seconds"),
    ),
}

_GENERAL: dict[str, OptionWords] = {
    "general.language": option(
        worded("Language"),
        worded("Language of all windows and messages."),
        auto=(worded("As Windows"), worded("German or English, as the system is set.")),
        de=(worded("German (Deutsch)"), worded("All windows are in German.")),
        en=(worded("English (Englisch)"), worded("All windows are in English.")),
    ),
    "general.start_with_windows": option(
        worded("Start with Windows"),
        worded("The program starts as soon as you sign in."),
    ),
    "general.start_delay_s": option(
        worded("Delay after sign-in"),
        worded("So long the program waits, so that DATEV can come up first."),
        unit=worded("seconds"),
    ),
    "general.dial_shortcut": option(
        worded("Shortcut for dialling"),
        worded("Opens the dialler from every program, such as Ctrl+Shift+F10."),
        empty=worded("no shortcut"),
    ),
    "general.licence_file": option(
        worded("Licence file"),
        worded("Only needed if the phone system does without the module that holds the licence."),
        empty=worded("licence.txt in the profile"),
    ),
    "general.log_level": option(
        worded("The log tells"),
        worded("Names, numbers, notes and passwords never stand in the log."),
        error=(worded("Faults only"), worded("Only what has gone wrong is logged.")),
        warning=(worded("Faults and warnings"), worded("What is not in order is logged as well.")),
        info=(
            worded("The usual"),
            worded("Calls, connections and what DATEV was told are logged as well."),
        ),
        debug=(
            worded("More (DEBUG)"),
            worded("For finding a fault. After 24 hours it goes back to the usual by itself."),
        ),
        trace=(
            worded("Everything (TRACE)"),
            worded(
                "The form of each message to and from phone system and DATEV is logged as well. "
                "After 24 hours it goes back to the usual by itself."
            ),
        ),
    ),
}

WORDS: Mapping[str, OptionWords] = MappingProxyType({**_DATEV, **_GENERAL})
