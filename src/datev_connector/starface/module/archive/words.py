"""What an administrator reads in the configuration of the module, in German and English."""

from __future__ import annotations

from typing import Final

from datev_connector.starface.module.archive.parts import Words
from datev_connector.starface.module.names import STANDARD

PRODUCT: Final = "DATEV Connector for STARFACE"

GENERAL: Final = Words(de="Allgemein", en="General")
LICENCE: Final = Words(de="Lizenz", en="Licence")
HELP: Final = Words(de="Hilfe", en="Help")

REPORTS: Final = Words(de="Meldungen der Arbeitsplätze", en="Reports of the workplaces")
REPORTS_ARE: Final = Words(
    de=(
        "Die Connectoren an den Arbeitsplätzen melden in die Log-Datei dieser Konfiguration, was "
        "ihnen auffällt. Namen, Rufnummern und Notizen melden sie nie."
    ),
    en=(
        "The connectors at the workplaces report into the log file of this configuration what "
        "they notice. They never report names, telephone numbers or notes."
    ),
)
DOWN_TO: Final = Words(de="Melden bis zur Stufe", en="Report down to level")
DOWN_TO_HINT: Final = Words(
    de=(
        "ERROR: nur Fehler; WARN: auch Warnungen; INFO: auch Anmeldungen; DEBUG und TRACE: für "
        "die Fehlersuche. Der Log-Level der Konfiguration selbst muss das ebenfalls zulassen."
    ),
    en=(
        "ERROR: errors only; WARN: warnings as well; INFO: sign-ins as well; DEBUG and TRACE: for "
        "searching a fault. The log level of the configuration itself has to let them pass, too."
    ),
)

LICENCE_OF: Final = Words(de="Lizenz des Connectors", en="Licence of the connector")
LICENCE_IS: Final = Words(
    de=(
        "Fügen Sie hier den Lizenztext ein, den Sie erhalten haben, vollständig und unverändert. "
        "Leerzeichen und Zeilenumbrüche spielen keine Rolle. Die Arbeitsplätze lesen ihn von hier; "
        "ins Internet geht nichts."
    ),
    en=(
        "Paste the licence text here that you have been given, whole and unchanged. Blanks and "
        "line breaks do not matter. The workplaces read it from here; nothing goes to the internet."
    ),
)
LICENCE_TEXT: Final = Words(de="Lizenztext", en="Licence text")
LICENCE_HINT: Final = Words(
    de="Ohne Lizenz arbeitet jeder Arbeitsplatz 30 Tage zur Probe.",
    en="Without a licence every workplace works for a trial of 30 days.",
)

NAME: Final = Words(de="Name der Konfiguration", en="Name of the configuration")
NAME_IS: Final = Words(
    de=(
        f"Diese Konfiguration muss genau {STANDARD} heißen: ohne Leerzeichen, auch nicht am Anfang "
        "oder Ende, und mit dieser Groß- und Kleinschreibung. Sonst finden die Arbeitsplätze sie "
        "nicht. Sie muss aktiv sein. Legen Sie nur eine an."
    ),
    en=(
        f"This configuration must be named exactly {STANDARD}: without blanks, not at its "
        "beginning or end either, and in this upper and lower case. Otherwise the workplaces do "
        "not find it. It must be active. Create one only."
    ),
)
CHECKING: Final = Words(de="Prüfen", en="Checking")
CHECKING_IS: Final = Words(
    de=(
        "Ob ein Arbeitsplatz das Modul findet und die Lizenz gültig ist, zeigt er unter Zustand "
        "und Diagnose. Steht dort, das Modul fehle, vergleichen Sie den Namen der Konfiguration "
        "mit dem Namen in den Einstellungen des Connectors."
    ),
    en=(
        "Whether a workplace finds the module, and whether the licence is valid, it shows under "
        "Status and diagnosis. If it says there that the module is missing, compare the name of "
        "the configuration with the name in the settings of the connector."
    ),
)
LOG: Final = Words(de="Log-Datei", en="Log file")
LOG_IS: Final = Words(
    de=(
        "Eine neue Konfiguration schreibt nur Fehler (ERROR) in ihre Log-Datei. Stellen Sie für "
        "die Fehlersuche den Log-Level der Konfiguration auf TRACE und die Stufe im Reiter "
        "Allgemein dieses Moduls ebenso, und danach beide zurück."
    ),
    en=(
        "A new configuration writes errors only (ERROR) into its log file. To search a fault, set "
        "the log level of the configuration to TRACE, and the level in this module's tab General "
        "as well, and set both back afterwards."
    ),
)

SHORT: Final = "Zeigt den DATEV Connectoren ihre Lizenz und nimmt ihre Meldungen auf"
DESCRIPTION: Final = (
    "Gegenstück der DATEV Connectoren an den Arbeitsplätzen: hält die Lizenz, sagt seine Version "
    "und schreibt Meldungen der Connectoren in die Log-Datei. Greift in keinen Anruf ein."
)
