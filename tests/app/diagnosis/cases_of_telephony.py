"""What we do about the messages and troubles that are known of telephony with DATEV."""

from __future__ import annotations

from datev_connector.app.diagnosis import Step
from datev_connector.domain.legs import Mender
from datev_connector.simulators.datev.rest_faults import Refusal
from tests.app.diagnosis import faults_of_datev as datev
from tests.app.diagnosis import faults_of_pbx as pbx
from tests.app.diagnosis.cases_of_questions import COMPETITOR
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

NOT_RUNNING: tuple[Case, ...] = (
    Examined(
        datev.datev_answers(0x800401E3),
        (
            says(
                Step.LINK,
                USER,
                "DATEV Telefonie is not running in this Windows session.",
                "DATEV Telefonie läuft in dieser Windows-Sitzung nicht.",
            ),
            says(Step.LINK, USER, "0x800401E3", "0x800401E3"),
            says(
                Step.LINK,
                USER,
                "neither may run as administrator",
                "keines darf als Administrator laufen",
            ),
        ),
    ),
    Proven(
        (
            f"{REAL_COM}/test_diagnosis_com.py::test_nobody_is_there",
            at(
                f"{REAL_COM}/test_com_notifications.py",
                "test_without_datev_nothing_leaves_and_it_is_found_when_it_comes",
            ),
        )
    ),
)

TELEPHONED: dict[str, tuple[Case, ...]] = {
    "buddy-registering-failed": COMPETITOR,
    "table-warning": COMPETITOR,
    "adapter-not-registered": (
        Examined(
            datev.own_registration_refused,
            (
                remarks(
                    Step.LINK,
                    USER,
                    "Start the connector in the session of the user of DATEV",
                    "Starten Sie den Connector in der Sitzung des DATEV-Benutzers",
                ),
            ),
        ),
    ),
    "telephony-not-available": NOT_RUNNING,
    "not-in-the-table": NOT_RUNNING,
    "no-such-interface": (
        Examined(
            datev.datev_answers(0x80004002),
            (
                says(
                    Step.LINK,
                    DATEV,
                    "does not answer as DATEV does",
                    "antwortet nicht so, wie DATEV es tut",
                ),
            ),
        ),
        Examined(
            datev.interfaces_unknown_to_windows,
            (
                remarks(
                    Step.LINK,
                    WINDOWS,
                    "Windows does not know DATEV's telephony interface here",
                    "Windows kennt die Telefonie-Schnittstelle von DATEV hier nicht",
                ),
            ),
        ),
        Proven(
            (
                f"{REAL_COM}/test_diagnosis_com.py::test_interfaces_that_windows_does_not_know",
                f"{REAL_COM}/datev/test_table.py::test_what_is_not_datev_gets_nothing_and_is_seen_through",
            )
        ),
    ),
    "class-not-registered": (
        Examined(
            datev.datev_answers(0x80040154),
            (
                says(
                    Step.LINK,
                    DATEV,
                    "A part of DATEV Telefonie is not registered in Windows (0x80040154).",
                    "Ein Teil von DATEV Telefonie ist in Windows nicht registriert (0x80040154).",
                ),
                says(
                    Step.LINK,
                    DATEV,
                    "Repair the installation of DATEV Telefonie Basis.",
                    "Reparieren Sie die Installation von DATEV Telefonie Basis.",
                ),
            ),
        ),
        Examined(
            datev.datev_answers(0x80040155),
            (
                says(
                    Step.LINK,
                    WINDOWS,
                    "DATEV's telephony interface is not registered in Windows",
                    "Die Telefonie-Schnittstelle von DATEV ist in Windows nicht registriert",
                ),
            ),
        ),
    ),
    "skipped-after-failures": (
        Proven(
            (
                "tests/app/end_to_end/test_datev_faults.py::test_a_busy_datev_is_asked_again",
                at(
                    f"{DESK}/test_outbox.py",
                    "test_a_refused_entry_is_tried_again_later_and_does_not_hold_up_the_others",
                ),
                at(
                    f"{REAL_COM}/datev/test_hanging.py",
                    "test_a_datev_that_fails_is_told_the_next_call_all_the_same",
                ),
            )
        ),
    ),
    "skipped-without-datev": (
        Proven(
            (
                at(
                    "tests/app/end_to_end/test_datev_faults.py",
                    "test_calls_while_datev_was_away_come_as_entries_in_order_once",
                ),
                f"{REAL_COM}/datev/test_deaths.py::test_three_deaths_lose_and_double_nothing",
            )
        ),
    ),
    "dial-without-sync-id": (
        Proven(
            (
                f"{REAL_COM}/test_com_dial.py::test_dial_is_copied_and_answered_before_it_returns",
                at(
                    f"{REAL_COM}/datev/test_dial.py",
                    "test_nobody_touches_the_object_after_dial_has_returned",
                ),
            )
        ),
    ),
    "sync-id-lost-later": (
        Proven(
            (
                f"{DESK}/test_dialling.py::test_datev_dials_and_follows_the_call_with_its_sync_id",
                at(
                    f"{DESK}/test_dialling.py",
                    "test_an_own_id_of_the_pbx_is_recognised_without_an_outside_number",
                ),
            )
        ),
    ),
    "dial-does-nothing": (
        Examined(
            pbx.closed_https_port,
            (says(Step.TCP, NETWORK, "Nothing listens at", "nimmt nichts Verbindungen an"),),
        ),
        Proven(
            (
                f"{DESK}/test_dialling.py::test_no_dialling_without_a_pbx",
                f"{DESK}/test_dialling.py::test_absurd_numbers_are_refused",
                f"{REAL_COM}/datev/test_dial.py::test_a_dial_without_a_pbx_is_refused_at_once",
            )
        ),
    ),
    "no-contacts": (
        Examined(
            datev.empty_list,
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "Give the user the right to see the addressees and institutions in DATEV.",
                    "das Recht geben, Adressaten und Institutionen zu sehen",
                ),
            ),
        ),
        Examined(
            datev.reader_fails("assembly-missing", "SddReader.AssemblyMissing"),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "Install DATEV Basis",
                    "DATEV Basis installieren",
                ),
            ),
        ),
        Examined(
            datev.reader_fails("no-data", "SddReader.NoData"),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "Start DATEV once as this user",
                    "DATEV einmal als dieser Benutzer starten",
                ),
            ),
        ),
        Examined(
            datev.slow_list,
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "has not handed out the whole list in time",
                    "hat die ganze Liste nicht rechtzeitig ausgegeben",
                ),
            ),
        ),
    ),
    "type-cannot-be-loaded": (
        Examined(
            datev.reader_fails("type-load", "System.TypeLoadException"),
            (
                remarks(
                    Step.MASTER_DATA,
                    WINDOWS,
                    "Install .NET Framework 4.8 and repair the installation of DATEV",
                    ".NET Framework 4.8 installieren und die Installation von DATEV reparieren",
                ),
            ),
        ),
    ),
    "identity-not-translated": (
        Examined(
            datev.reader_fails("no-rights", "System.Security.Principal.IdentityNotMappedException"),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "This Windows user has no rights in DATEV.",
                    "Dieser Windows-Benutzer hat keine Rechte in DATEV.",
                ),
            ),
        ),
    ),
    "fewer-contacts": (
        Proven(
            (
                at(
                    "tests/domain/test_matching.py",
                    "test_inactive_contacts_answer_only_where_nobody_else_does",
                ),
                "tests/datev/master_data/sdd/test_reader.py::test_reads_addressees",
                "tests/datev/master_data/sdd/test_reader.py::test_an_empty_list_is_no_success",
            )
        ),
    ),
    "number-not-found": (
        Proven(
            (
                "tests/domain/test_weak_points.py::test_the_trunk_zero_of_short_numbers",
                "tests/domain/test_weak_points.py::test_the_central_desk_answers_for_its_direct_lines",
                at(
                    "tests/domain/test_mending.py",
                    "test_a_number_that_names_no_caller_is_told_with_its_reason",
                ),
            )
        ),
        Explained("A client is not recognised although", "Ein Mandant wird nicht erkannt"),
    ),
    "wrong-contact-first": (
        Proven(
            (
                "tests/domain/test_choice.py::test_a_learned_choice_answers_before_asking",
                f"{DESK}/test_people.py::test_a_choice_is_learned_and_can_be_unlearned",
            )
        ),
    ),
    "internal-looked-up": (
        Proven((f"{DESK}/test_people.py::test_an_internal_number_is_not_looked_up",)),
    ),
    "journal-refused": (
        Proven(
            (
                f"{DESK}/test_outbox.py::test_no_journal_while_another_call_is_active",
                "tests/app/end_to_end/test_datev_faults.py::test_entries_wait_for_the_end_of_a_call",
            )
        ),
    ),
    "journal-window-missing": (
        Examined(
            pbx.no_windows_wanted,
            (
                mentions(
                    Step.CALL_WINDOWS,
                    "No window opens by itself",
                    "Von selbst öffnet sich kein Fenster",
                ),
            ),
        ),
        Examined(
            pbx.internal_calls_hidden,
            (
                mentions(
                    Step.CALL_WINDOWS,
                    "Internal calls have no window",
                    "Interne Anrufe haben kein Fenster",
                ),
            ),
        ),
        Proven((f"{DESK}/test_windows.py::test_hidden_internal_calls_are_in_the_journal_only",)),
    ),
    "inactive-client-shown": (
        Proven(
            (
                "tests/domain/test_choice.py::test_inactive_contacts_are_offered_and_never_taken",
                at(
                    "tests/domain/test_mending.py",
                    "test_who_is_inactive_is_told_only_as_an_active_client",
                ),
            )
        ),
    ),
    "rest-refused-empty": (
        Examined(
            datev.refuses(Refusal.EMPTY),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "Windows on the DATEV server turns this user away",
                    "Windows auf dem DATEV-Server weist diesen Benutzer ab",
                ),
            ),
        ),
    ),
    "rest-refused-right": (
        Examined(
            datev.refuses(Refusal.WITH_CODE),
            (
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "DATEV does not allow this user to read the addressees (DCO10400).",
                    "DATEV erlaubt diesem Benutzer nicht, die Adressaten zu lesen (DCO10400).",
                ),
                remarks(
                    Step.MASTER_DATA,
                    DATEV,
                    "a prohibition in any group beats all grants",
                    "ein Verbot in irgendeiner Gruppe schlägt alle Erlaubnisse",
                ),
            ),
        ),
    ),
    "rest-not-acceptable": (
        Examined(
            datev.answers_with(406),
            (
                remarks(
                    Step.MASTER_DATA,
                    Mender.VENDOR,
                    "does not want to give the addressees as JSON (HTTP status 406)",
                    "nicht als JSON liefern (HTTP-Status 406)",
                ),
            ),
        ),
    ),
    "rest-not-found": (
        Examined(
            datev.answers_with(404),
            (
                remarks(
                    Step.MASTER_DATA,
                    USER,
                    "knows nothing of the addressees (HTTP status 404)",
                    "kennt nicht, was angefragt wurde: die Adressaten (HTTP-Status 404)",
                ),
                remarks(
                    Step.MASTER_DATA, USER, "https 58452, http 58454", "https 58452, http 58454"
                ),
            ),
        ),
    ),
    "rest-e-mail-login": (
        Examined(
            datev.login_by_e_mail,
            (
                remarks(
                    Step.MASTER_DATA,
                    USER,
                    "a login by e-mail address cannot be used there",
                    "eine Anmeldung mit E-Mail-Adresse lässt sich dort nicht verwenden",
                ),
            ),
        ),
    ),
    "rest-certificate-by-address": (
        Examined(
            datev.certificate_of_another_name,
            (
                remarks(
                    Step.MASTER_DATA,
                    USER,
                    "was issued to another name",
                    "wurde auf einen anderen Namen ausgestellt",
                ),
            ),
        ),
    ),
}
