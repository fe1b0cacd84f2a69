"""Signing on at a real acceptor (NTLM within Negotiate), and with Basic."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from datev_connector.datev.master_data.connect.sign_on import offered_scheme
from datev_connector.datev.master_data.connect.windows_context import channel_bindings
from datev_connector.datev.master_data.freshness import Grade
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace
from datev_connector.domain.legs import Mender
from datev_connector.simulators.datev import ChannelBinding, Fault, Scheme, SignOn
from tests.datev.master_data.connect.office import COUNT, PASSWORD, Scene, office

WINDOWS_USER = "KANZLEI\\service"
LANES = 4


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with office(sign_on=SignOn(channel_binding=ChannelBinding.REQUIRED)) as made:
        made.set(user=WINDOWS_USER, sign_on="negotiate", lanes=LANES)
        yield made


async def test_one_handshake_for_each_connection(scene: Scene) -> None:
    outcome = await scene.refresh(Grade.ANEW)
    counts = scene.datev.connect.sign_ons
    assert outcome.fetched == COUNT
    assert (counts.handshakes, counts.signed_on, counts.refused) == (LANES, LANES, 0)
    assert counts.basic == 0
    # Three requests where a sign-on is needed, one everywhere else.
    assert scene.requests == COUNT + 2 + 2 * LANES


async def test_a_server_that_wants_a_handshake_for_each_request() -> None:
    sign_on = SignOn(every_request=True)
    async with office(sign_on=sign_on) as scene:
        scene.set(user=WINDOWS_USER, sign_on="negotiate", lanes=2)
        outcome = await scene.refresh(Grade.ANEW)
        counts = scene.datev.connect.sign_ons
        assert (outcome.fetched, counts.refused) == (COUNT, 0)
        assert counts.signed_on == COUNT + 2
        # After the first times, nobody is sent away for coming without a token.
        assert counts.challenged <= 4


async def test_ntlm_where_nothing_else_is_offered() -> None:
    async with office(sign_on=SignOn(over_https=(Scheme.BASIC, Scheme.NTLM))) as scene:
        scene.set(user=WINDOWS_USER, sign_on="negotiate")
        assert (await scene.refresh(Grade.ANEW)).fetched == COUNT


async def test_over_plain_http_on_this_machine() -> None:
    async with office(plain=True) as scene:
        scene.set(url=scene.datev.connect.http_url, user=WINDOWS_USER, sign_on="negotiate")
        assert (await scene.refresh(Grade.ANEW)).fetched == COUNT


async def test_a_server_that_offers_basic_alone() -> None:
    async with office(sign_on=SignOn(over_https=(Scheme.BASIC,))) as scene:
        scene.set(user=WINDOWS_USER, sign_on="negotiate")
        trouble = await scene.trouble()
        assert (trouble.code, trouble.pace) == ("sign-on-not-offered", Pace.LASTING)


async def test_a_server_that_does_not_take_basic_says_nothing_about_the_password() -> None:
    async with office(sign_on=SignOn(over_https=(Scheme.NEGOTIATE, Scheme.NTLM))) as scene:
        trouble = await scene.trouble()
        assert (trouble.code, trouble.pace) == ("sign-on-not-offered", Pace.LASTING)
        assert "(Basic)" in trouble.reason


@pytest.mark.parametrize("sign_on", ["basic", "negotiate"])
async def test_a_wrong_password_is_shown_once(sign_on: str) -> None:
    async with office(sign_on=SignOn(lock_after=2)) as scene:
        scene.set(user=WINDOWS_USER, sign_on=sign_on, lanes=4)
        scene.password = "falsch"
        trouble = await scene.trouble()
        assert (trouble.code, trouble.pace) == ("sign-in-refused", Pace.REFUSED)
        assert trouble.mender is Mender.USER
        assert "lock" in trouble.remedy
        assert scene.datev.connect.sign_ons.refused == 1
        assert not scene.datev.connect.locked


@pytest.mark.parametrize("sign_on", ["basic", "negotiate"])
async def test_a_wrong_password_is_shown_once_where_all_lanes_could_begin(sign_on: str) -> None:
    async with office(sign_on=SignOn(lock_after=2)) as scene:
        scene.set(user=WINDOWS_USER, sign_on=sign_on, lanes=4)
        scene.datev.connect.faults.play(Fault.NO_RIGHT, "single", skip=10, times=0)
        await scene.trouble()
        scene.datev.connect.faults.clear()
        scene.password = "falsch"
        assert (await scene.trouble()).code == "sign-in-refused"
        assert scene.datev.connect.sign_ons.refused == 1
        scene.password = PASSWORD
        assert (await scene.refresh(Grade.ANEW)).fetched == COUNT - 10


async def test_a_login_by_e_mail_address() -> None:
    async with office() as scene:
        scene.set(user="service@kanzlei.example")
        trouble = await scene.trouble()
        assert (trouble.code, trouble.pace) == ("email-login-refused", Pace.REFUSED)
        assert "e-mail" in trouble.reason


@pytest.mark.parametrize("sign_on", ["basic", "negotiate"])
async def test_a_password_changed_in_the_middle(sign_on: str) -> None:
    every_request = SignOn(every_request=True)
    async with office(sign_on=every_request) as scene:
        scene.set(user=WINDOWS_USER, sign_on=sign_on, lanes=1)
        await scene.refresh(Grade.ANEW)
        kept = scene.kept.found
        scene.datev.connect.faults.play(Fault.SIGN_IN, "single", skip=10, times=0)
        assert (await scene.trouble()).code == "sign-in-refused"
        assert scene.kept.found == kept
        assert scene.kept.building is not None


async def test_a_broken_connection_signs_on_again(scene: Scene) -> None:
    for guid in scene.addressee_ids()[:3]:
        scene.datev.connect.faults.play(Fault.RESET, f"master-data/v1/addressees/{guid}")
    assert (await scene.refresh(Grade.ANEW)).fetched == COUNT
    assert LANES < scene.datev.connect.sign_ons.signed_on <= LANES + 3


async def test_without_a_user_and_without_windows_somebody_is_asked_for_one(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.set(user="", sign_on="auto")
    with pytest.raises(MasterDataTrouble) as caught:
        await scene.client().look()
    trouble = caught.value.trouble
    assert trouble.code in {"windows-sign-on-missing", "windows-sign-on-refused"}
    assert "datev.connect_user" in trouble.remedy


async def test_looking_around_tells_whom_datev_takes_us_for(scene: Scene) -> None:
    seen = await scene.client().look()
    assert seen.user
    assert (seen.echo, seen.addressees, seen.clients) == (None, None, None)
    assert seen.domains is not None
    assert ("master-data", "v1") in {(each.name, each.version) for each in seen.domains}
    assert seen.clock is not None


@pytest.mark.parametrize(
    ("challenges", "scheme"),
    [
        (["Negotiate", "NTLM", "Basic realm=x"], "Negotiate"),
        (["Basic realm=x, NTLM"], "NTLM"),
        (["negotiate abc=", "NTLM"], "Negotiate"),
        (["Basic"], ""),
        ([], ""),
    ],
)
def test_the_best_scheme_that_is_offered(challenges: list[str], scheme: str) -> None:
    assert offered_scheme(challenges) == scheme


async def test_what_binds_a_sign_on_to_a_channel() -> None:
    async with office(0) as scene:
        pem = scene.datev.connect.certificate_pem.encode()
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    bindings = channel_bindings(der)
    assert bindings is not None
    assert bindings.application_data is not None
    assert len(bindings.application_data) == len(b"tls-server-end-point:") + 32
    assert channel_bindings(None) is None
    assert channel_bindings(b"no certificate") is None
