"""What we do about the questions that people ask about the connector which this one replaces."""

from __future__ import annotations

from datev_connector.app.diagnosis import Step
from datev_connector.domain.legs import Mender
from tests.app.diagnosis import faults_of_datev as datev
from tests.app.diagnosis import faults_of_module as module
from tests.app.diagnosis import faults_of_pbx as pbx
from tests.app.diagnosis.told import (
    Case,
    Examined,
    Explained,
    Proven,
    at,
    mentions,
    remarks,
    says,
)

DATEV, NETWORK, PBX = Mender.DATEV_ADMIN, Mender.NETWORK_ADMIN, Mender.PBX_ADMIN
USER, WINDOWS = Mender.USER, Mender.WINDOWS_ADMIN
DESK = "tests/domain/desk"
REAL_COM = "tests/windows"

COMPETITOR: tuple[Case, ...] = (
    Examined(
        datev.competitor,
        (
            remarks(
                Step.LINK,
                USER,
                "Two telephony programs are registered for DATEV: this one and UcClient.exe",
                "zwei Telefonieprogramme angemeldet: dieses und UcClient.exe",
            ),
            remarks(Step.LINK, USER, "(code 262631)", "(Code 262631)"),
        ),
    ),
    Proven(
        (
            f"{REAL_COM}/test_diagnosis_com.py::test_another_program_holds_the_slot",
            f"{REAL_COM}/datev/test_table.py::test_a_competitor_is_named_and_watched_until_it_goes",
            at(
                f"{REAL_COM}/test_com_registration.py",
                "test_a_competitor_is_shown_and_calls_are_told_all_the_same",
            ),
        )
    ),
)
QUESTIONED: dict[str, tuple[Case, ...]] = {
    "terminal-server": (
        Explained(
            "Does the program run on a terminal server?", "Läuft das Programm auf einem Terminal"
        ),
        Proven(
            (
                at(
                    "tests/app/end_to_end/test_terminal_server.py",
                    "test_25_people_on_one_machine_do_not_see_each_other",
                ),
                f"{REAL_COM}/test_system_many.py::test_people_on_one_windows_do_not_see_each_other",
            )
        ),
    ),
    "module-named-otherwise": (module.NAMED_OTHERWISE, module.NOT_THERE, module.NOT_ACTIVE),
    "module-name-with-a-blank": (module.NAMED_WITH_A_BLANK,),
    "credentials-wrong": (
        Examined(
            pbx.wrong_password,
            (
                says(
                    Step.SIGN_IN,
                    USER,
                    "STARFACE does not accept login or password.",
                    "STARFACE nimmt Login oder Passwort nicht an.",
                ),
            ),
        ),
    ),
    "proxy-between": (
        Examined(
            pbx.proxy_that_answers,
            (
                says(
                    Step.HTTP,
                    NETWORK,
                    "A proxy answers for the PBX",
                    "Für die Telefonanlage antwortet ein Proxy",
                ),
            ),
        ),
        Examined(
            pbx.proxy_that_shows_a_page,
            (
                says(
                    Step.SIGN_IN,
                    NETWORK,
                    "whether a proxy answers for the PBX",
                    "ob ein Proxy für die Telefonanlage antwortet",
                ),
            ),
        ),
    ),
    "firewall-between": (
        Examined(
            pbx.firewall_between,
            (
                says(
                    Step.TCP,
                    NETWORK,
                    "Check network, VPN and firewall between this computer and the PBX.",
                    "Netz, VPN und Firewall zwischen diesem Computer und der Telefonanlage prüfen.",
                ),
            ),
        ),
    ),
    "firewall-here": (
        Examined(
            pbx.firewall_here,
            (
                remarks(
                    Step.CALLBACK,
                    WINDOWS,
                    "Check firewall and security software of this computer",
                    "Firewall und Sicherheitssoftware dieses Computers",
                ),
            ),
        ),
    ),
    "public-address": (
        Examined(
            pbx.public_address,
            (
                mentions(
                    Step.NAME, "This is a public address.", "Das ist eine öffentliche Adresse."
                ),
            ),
        ),
        Examined(
            pbx.events_that_do_not_come,
            (
                remarks(
                    Step.EVENTS,
                    NETWORK,
                    "STARFACE's events do not reach this computer",
                    "Die Ereignisse von STARFACE erreichen diesen Computer nicht",
                ),
            ),
        ),
    ),
    "port-of-https-wrong": (
        Examined(
            pbx.closed_https_port,
            (
                says(Step.TCP, NETWORK, "Nothing listens at", "nimmt nichts Verbindungen an"),
                says(Step.TCP, NETWORK, "starface.https_port", "starface.https_port"),
            ),
        ),
        Examined(
            pbx.https_port_of_somebody_else,
            (says(Step.HTTP, NETWORK, "something that is not UCI", "das kein UCI ist"),),
        ),
    ),
    "port-of-xmpp-wrong": (
        Examined(
            pbx.xmpp_port_of_a_web_server,
            (
                remarks(Step.XMPP_TLS, NETWORK, "does not speak XMPP", "spricht kein XMPP"),
                remarks(Step.XMPP_TLS, NETWORK, "a web server or proxy", "ein Webserver"),
            ),
        ),
        Examined(
            pbx.xmpp_alone_and_closed,
            (says(Step.XMPP_TCP, NETWORK, "starface.xmpp_port", "starface.xmpp_port"),),
        ),
    ),
    "buddy-262631": COMPETITOR,
    "hosted-without-a-way": (
        Examined(
            pbx.hosted_without_a_way,
            (
                says(
                    Step.TCP,
                    NETWORK,
                    "may belong to a data centre that runs DATEV for offices",
                    "zu einem Rechenzentrum gehören, das DATEV für Kanzleien betreibt",
                ),
                says(
                    Step.TCP,
                    NETWORK,
                    "by a gateway for a PBX in the cloud",
                    "bei einer Telefonanlage in der Cloud über ein Gateway",
                ),
            ),
        ),
    ),
    "hosted-installing": (
        Examined(
            datev.hosted_reader_missing,
            (
                remarks(
                    Step.MASTER_DATA,
                    WINDOWS,
                    "the DATEV adviser of the office arranges that",
                    "Der DATEV-Betreuer der Kanzlei veranlasst das",
                ),
            ),
        ),
        Explained("Ask your DATEV adviser", "Wenden Sie sich an Ihren DATEV-Betreuer"),
    ),
    "data-server-exception": (
        Examined(
            datev.reader_fails("server-exception", "System.ApplicationException"),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "no DATEV user belongs to this Windows user",
                    "gehört zu diesem Windows-Benutzer kein DATEV-Benutzer",
                ),
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "Im Datenserver ist ein Ausnahmefehler aufgetreten",
                    "Im Datenserver ist ein Ausnahmefehler aufgetreten",
                ),
            ),
        ),
        Proven(("tests/datev/master_data/sdd/test_reader.py::test_says_what_is_wrong",)),
    ),
    "no-window-by-version": (
        Examined(
            pbx.generation_of_before,
            (
                says(
                    Step.SIGN_IN,
                    PBX,
                    "Check the version of the PBX",
                    "Die Version der Telefonanlage",
                ),
            ),
        ),
        Examined(
            pbx.newer_than_known,
            (
                mentions(
                    Step.VERSIONS,
                    "newer than those that this program knows",
                    "neuer als die, die dieses Programm kennt",
                ),
            ),
        ),
        module.OLDER_THAN_THE_PROGRAM,
    ),
    "tapi-not-running": (
        Explained("This program does not use TAPI", "Dieses Programm verwendet kein TAPI"),
        Proven(("tests/app/diagnosis/test_symptoms.py::test_nothing_of_ours_speaks_tapi",)),
    ),
    "no-window-by-right": (
        Examined(
            pbx.no_right_to_uci,
            (
                says(
                    Step.RIGHTS,
                    PBX,
                    "Give the user the right to use calls through UCI.",
                    "Dem Benutzer das Recht geben, Anrufe über UCI zu nutzen.",
                ),
            ),
        ),
        Examined(
            pbx.no_right_to_uci_over_xmpp,
            (
                says(
                    Step.RIGHTS,
                    PBX,
                    "STARFACE does not allow this user to read calls.",
                    "STARFACE erlaubt diesem Benutzer nicht, Anrufe zu lesen.",
                ),
            ),
        ),
    ),
    "no-window-by-tapi-line": (
        Explained("UseTapiLine", "UseTapiLine"),
        Proven(("tests/app/diagnosis/test_symptoms.py::test_nothing_of_ours_speaks_tapi",)),
    ),
}
