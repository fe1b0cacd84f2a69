from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datev_connector.app.settings import Layer, Origin, load_settings, policy_layer
from datev_connector.app.settings.laying import Loaded
from datev_connector.app.settings.original.judging import Judged, judged
from datev_connector.app.settings.original.names import ROWS, is_known, rows_for, words_of
from datev_connector.app.settings.original.reading import read_old
from datev_connector.app.settings.original.report import WORDS, Fate
from tests.app.settings.original.files import OFFICE, user_config

TAKEN = {
    "starface.host": "pbx.kanzlei-lindgraefe.example",
    "starface.xmpp_port": 5223,
    "starface.login": "0017",
    "calls.transfer_automatically": True,
    "calls.only_datev_matches": True,
    "calls.skip_internal": False,
    "calls.only_answered": True,
    "calls.open_window": False,
    "calls.prefer_datev": True,
    "calls.first_best_contact": True,
    "calls.close_after_call": True,
    "calls.hide_internal": True,
    "general.start_with_windows": False,
}


def of(values: dict[str, str], loaded: Loaded | None = None) -> Judged:
    old = read_old(user_config(values).encode())
    return judged(old, loaded or load_settings((), platform="win32"))


def fate(name: str, value: str, loaded: Loaded | None = None) -> tuple[Fate, dict[str, Any]]:
    found = of({name: value}, loaded)
    return found.rows[0].fate, dict(found.wanted)


def test_an_office_goes_on_as_it_was() -> None:
    found = of(dict(OFFICE))
    assert dict(found.wanted) == TAKEN
    fates = {row.name: row.fate for row in found.rows}
    assert fates["SslPort"] is Fate.SAME
    assert fates["Password"] is Fate.SECRET
    assert fates["UseTapiLine"] is Fate.TAPI
    assert fates["UpgradeRequired"] is Fate.OWN
    assert fates["RefreshSeconds"] is Fate.UNKNOWN
    assert len(found.rows) == len(OFFICE), "every setting is told of"


def test_no_row_holds_what_tells_of_anybody() -> None:
    text = str(of(dict(OFFICE)).rows)
    for value in ("lindgraefe", "0017", "AQAAANC", "Geheimer", "4711"):
        assert value not in text


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("Host", "starface.host"),
        ("HostName", "starface.host"),
        ("starface_ip", "starface.host"),
        ("StarfaceIPAddress", "starface.host"),
        ("ServerAdresse", "starface.host"),
        ("serveraddress", "starface.host"),
        ("Server", "starface.host"),
        ("STARFACE", "starface.host"),
        ("UserName", "starface.login"),
        ("Benutzername", "starface.login"),
        ("LoginID", "starface.login"),
        ("starfaceLogin", "starface.login"),
    ],
)
def test_texts_are_known_by_many_names(name: str, option: str) -> None:
    assert fate(name, "pbx") == (Fate.TAKEN, {option: "pbx"})


@pytest.mark.parametrize(
    ("name", "value", "option", "taken"),
    [
        ("XMPPPort", "5333", "starface.xmpp_port", 5333),
        ("PortXmpp", "5333", "starface.xmpp_port", 5333),
        ("Xmpp", "5333", "starface.xmpp_port", 5333),
        ("HTTPSPort", "8443", "starface.https_port", 8443),
        ("Ssl", "8443", "starface.https_port", 8443),
        ("AutoTransfer", "true", "calls.transfer_automatically", True),
        ("DirektUebertragen", "1", "calls.transfer_automatically", True),
        ("anrufeDirektÜbertragen", "ja", "calls.transfer_automatically", True),
        ("NurBeiTrefferInDatevStammdaten", "True", "calls.only_datev_matches", True),
        ("OnlyDatevHits", "True", "calls.only_datev_matches", True),
        ("InterneAnrufeIgnorieren", "False", "calls.skip_internal", False),
        ("NurErfolgreicheAnrufeÜbertragen", "True", "calls.only_answered", True),
        ("chkOnlyAnsweredCalls", "True", "calls.only_answered", True),
        ("OpenCallDialogAutomatically", "False", "calls.open_window", False),
        ("AnruferdialogAutomatischOeffnen", "False", "calls.open_window", False),
        ("StammdatenPriorisieren", "True", "calls.prefer_datev", True),
        ("ErstbestenKontaktWaehlen", "True", "calls.first_best_contact", True),
        ("SchliessenNachGespraech", "True", "calls.close_after_call", True),
        ("ClosePopupAfterCall", "True", "calls.close_after_call", True),
        ("ShowInternalCalls", "False", "calls.hide_internal", True),
        ("InterneAnrufeAusblenden", "True", "calls.hide_internal", True),
        ("AutoStart", "False", "general.start_with_windows", False),
        ("MitWindowsStarten", "0", "general.start_with_windows", False),
    ],
)
def test_what_the_windows_offered_is_known_by_many_names(
    name: str, value: str, option: str, taken: int | bool
) -> None:
    assert fate(name, value) == (Fate.TAKEN, {option: taken})


@pytest.mark.parametrize(
    "name",
    [
        *("Port", "Id", "Name", "StarfaceName", "DatevServer", "TransferInternalCalls"),
        *("DontTransfer", "NeverShowInternalCalls", "Printer", "", "CallRecordingServer"),
        *("OpenWindowMaximised", "StartMinimized", "DisablePopup", "IgnoreMissedCalls"),
    ],
)
def test_a_name_that_could_mean_something_else_is_not_guessed_at(name: str) -> None:
    assert fate(name or "?", "True") == (Fate.UNKNOWN, {})


def test_no_name_means_two_options_of_one_kind() -> None:
    for name in OFFICE:
        kinds = [(row.kind, row.option) for row in rows_for(words_of(name))]
        assert len({kind for kind, _ in kinds}) == len(kinds), name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XmppPort", "0"),
        ("XmppPort", "70000"),
        ("XmppPort", "five"),
        ("XmppPort", "9" * 5000),
        ("XmppPort", "\u0664\u0664\u0663"),
        ("XmppPort", "-1"),
        ("DirectTransfer", "maybe"),
        ("DirectTransfer", "2"),
        ("Host", "pbx kanzlei"),
        ("Host", "user@pbx"),
        ("UseStarface", "True"),
        ("LoginEnabled", "false"),
    ],
)
def test_a_value_of_the_wrong_kind_is_left(name: str, value: str) -> None:
    wanted = Fate.EMPTY if len(value) > 4000 else Fate.UNUSABLE
    found, taken = fate(name, value)
    assert taken == {}
    assert found in {wanted, Fate.UNUSABLE}


def test_what_was_not_set_is_nothing_to_take_over() -> None:
    assert fate("Host", "") == (Fate.EMPTY, {})
    assert fate("Printer", "") == (Fate.EMPTY, {})


@pytest.mark.parametrize(
    ("name", "value"), [("UseSSL", "False"), ("Verschluesselt", "nein"), ("HttpPort", "80")]
)
def test_encryption_is_never_switched_off_by_itself(name: str, value: str) -> None:
    assert fate(name, value) == (Fate.ENCRYPTED, {})


@pytest.mark.parametrize("name", ["Password", "Passwort", "StarfacePwd", "LoginPassword", "Token"])
def test_a_secret_is_never_taken_over(name: str) -> None:
    assert fate(name, "geheim") == (Fate.SECRET, {})


@pytest.mark.parametrize("name", ["UseTapiLine", "usetapiline", "TapiLineName", "TAPI"])
@pytest.mark.parametrize("value", ["True", "False", ""])
def test_tapi_is_explained_as_gone(name: str, value: str) -> None:
    assert fate(name, value) == (Fate.TAPI, {})
    assert "2.4.4.1" in WORDS[Fate.TAPI]


def test_the_first_of_two_counts() -> None:
    found = of({"Host": "pbx", "Server": "pbx", "ServerAddress": "other"})
    assert [row.fate for row in found.rows] == [Fate.TAKEN, Fate.SAME, Fate.TWICE]
    assert dict(found.wanted) == {"starface.host": "pbx"}


def test_what_others_have_set_stays(tmp_path: Path) -> None:
    policy = policy_layer(
        Origin.MACHINE_POLICY, "HKLM", {"calls": {"transfer_automatically": False}}
    )
    machine = Layer(
        origin=Origin.MACHINE_FILE, source="machine", values={"starface": {"host": "pbx.office"}}
    )
    own = Layer(origin=Origin.USER_FILE, source="own", values={"starface": {"login": "0100"}})
    found = of(dict(OFFICE), load_settings([policy, machine, own]))
    fates = {row.option: row.fate for row in found.rows}
    assert fates["calls.transfer_automatically"] is Fate.LOCKED
    assert fates["starface.host"] is Fate.ADMINISTRATOR
    assert fates["starface.login"] is Fate.KEPT
    assert not {"starface.host", "starface.login", "calls.transfer_automatically"} & set(
        found.wanted
    )
    assert found.wanted["calls.prefer_datev"] is True


def test_files_of_other_programs_are_told_apart() -> None:
    assert is_known("UseTapiLine")
    assert is_known("StarfaceHost")
    assert not is_known("LastOpenedFolder")


def test_every_fate_has_words_and_every_row_an_option() -> None:
    known = load_settings(()).provenance
    assert set(WORDS) == set(Fate)
    assert all(row.option in known for row in ROWS)
