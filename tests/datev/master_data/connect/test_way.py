"""Whom to trust, what may be sent where, and what failing connections mean: real ports."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from datev_connector.datev.master_data.connect.options import ConnectOptions
from datev_connector.datev.master_data.freshness import Grade
from datev_connector.datev.master_data.trouble import MasterDataTrouble, Pace, Trouble
from datev_connector.domain.legs import Mender
from datev_connector.network.tls import Pin
from datev_connector.simulators.datev import Refusal, Scheme, SignOn
from tests.datev.master_data.connect.office import COUNT, SHORT, Scene, office
from tests.network.certificates import make_identity

SINCE = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with office(plain=True, sign_on=SignOn(over_http=tuple(Scheme))) as made:
        made.set(times=SHORT)
        yield made


async def looked(scene: Scene) -> Trouble:
    with pytest.raises(MasterDataTrouble) as caught:
        await scene.client().look()
    assert caught.value.trouble.code != "sign-in-refused"
    return caught.value.trouble


# --- certificates ---------------------------------------------------------------------------------


async def test_the_certificate_seen_first_is_pinned(scene: Scene) -> None:
    await scene.client().look()
    assert list(scene.pins.kept) == [("localhost", scene.options.address.port)]


async def test_another_certificate_gets_no_secret(scene: Scene, tmp_path: Path) -> None:
    other = make_identity(tmp_path).certificate
    scene.pins.set_pin("localhost", scene.options.address.port, Pin(certificate=other, since=SINCE))
    trouble = await looked(scene)
    assert (trouble.code, trouble.mender) == ("certificate-changed", Mender.DATEV_ADMIN)
    assert "2026-01-02" in trouble.reason
    assert "settings forget-certificate" in trouble.remedy
    assert scene.requests == 0


async def test_a_certificate_that_changes_in_the_middle(scene: Scene) -> None:
    await scene.refresh(Grade.ANEW)
    kept = scene.kept.found
    await scene.datev.connect.go_away()
    scene.datev.connect.renew_certificate()
    await scene.datev.connect.come_back()
    before = scene.requests
    assert (await scene.trouble()).code == "certificate-changed"
    assert scene.requests == before
    assert scene.kept.found == kept


async def test_the_system_trusts_no_certificate_of_its_own_making(scene: Scene) -> None:
    scene.set(verify_certificate="system")
    trouble = await looked(scene)
    assert trouble.code == "certificate-untrusted"
    assert 'datev.connect_verify_certificate = "pin"' in trouble.remedy
    assert scene.requests == 0


async def test_a_certificate_by_name_does_not_fit_an_address(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(scene.datev.connect.certificate_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    scene.set(verify_certificate="system")
    assert (await scene.client().look()).echo is None
    scene.set(url=f"https://127.0.0.1:{scene.options.address.port}")
    trouble = await looked(scene)
    assert (trouble.code, trouble.mender) == ("certificate-name", Mender.USER)
    assert "name" in trouble.remedy


async def test_no_verification_is_a_choice(scene: Scene) -> None:
    scene.set(verify_certificate="off", url=f"https://127.0.0.1:{scene.options.address.port}")
    assert (await scene.refresh(Grade.ANEW)).fetched == COUNT
    assert scene.pins.kept == {}


# --- what may be sent where -----------------------------------------------------------------------


async def test_basic_over_plain_http_on_this_machine(scene: Scene) -> None:
    scene.set(url=scene.datev.connect.http_url)
    assert (await scene.refresh(Grade.ANEW)).fetched == COUNT


@pytest.mark.parametrize("sign_on", ["auto", "basic"])
@pytest.mark.parametrize("host", ["server", "server.kanzlei.example", "192.0.2.1", "[2001:db8::1]"])
async def test_no_password_goes_to_another_machine_in_the_clear(host: str, sign_on: str) -> None:
    options = ConnectOptions(url=f"http://{host}", user="service", sign_on=sign_on)
    trouble = options.fault("geheim")
    assert trouble is not None
    assert (trouble.code, trouble.pace) == ("password-in-the-clear", Pace.LASTING)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_this_machine(host: str) -> None:
    assert ConnectOptions(url=f"http://{host}", user="service").fault("geheim") is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "address-unusable"),
        ("server:58452", "address-unusable"),
        ("ftp://server", "address-unusable"),
        ("https://", "address-unusable"),
        ("https://ser ver", "address-unusable"),
        ("https://server:0", "address-unusable"),
        ("https://server:99999", "address-unusable"),
        ("https://[::1", "address-unusable"),
        ("https://user:secret@server", "address-unusable"),
        ("https://server/?a=b", "address-unusable"),
        ("https://server/a b", "address-unusable"),
        ("https://server/ä", "address-unusable"),
        (f"https://{'x' * 70}.example", "address-unusable"),
    ],
)
def test_addresses_of_no_use(url: str, code: str) -> None:
    trouble = ConnectOptions(url=url).fault("")
    assert trouble is not None
    assert (trouble.code, trouble.mender) == (code, Mender.USER)
    assert "secret" not in trouble.reason


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("https://server", "https://server:58452/datev/api"),
        ("http://localhost/", "http://localhost:58454/datev/api"),
        (" https://server:443/datev/api/ ", "https://server:443/datev/api"),
        ("https://server/proxy/datev/api", "https://server:58452/proxy/datev/api"),
        ("https://[::1]:1", "https://[::1]:1/datev/api"),
    ],
)
def test_addresses(url: str, full: str) -> None:
    options = ConnectOptions(url=url)
    assert options.fault("") is None
    assert options.address.url == full


@pytest.mark.parametrize(
    ("user", "password", "code"),
    [
        ("service", "", "password-missing"),
        (" ", "geheim", "password-missing"),
        ("ser:vice", "geheim", "password-unspeakable"),
        ("service", "ge\nheim", "password-unspeakable"),
        ("service", "ge\udce4heim", "password-unspeakable"),
    ],
)
def test_passwords_of_no_use(user: str, password: str, code: str) -> None:
    trouble = ConnectOptions(url="https://server", user=user, sign_on="basic").fault(password)
    assert trouble is not None
    assert trouble.code == code


@pytest.mark.parametrize("wrong", [{"verify_certificate": "x"}, {"sign_on": "x"}, {"lanes": 0}])
def test_values_that_no_setting_has(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ConnectOptions(url="https://server", **wrong)


# --- failing connections --------------------------------------------------------------------------


async def test_nobody_is_there(scene: Scene) -> None:
    for url in (scene.datev.connect.https_url, scene.datev.connect.http_url):
        scene.set(url=url)
        await scene.datev.connect.go_away()
        trouble = await looked(scene)
        assert (trouble.code, trouble.pace) == ("refused-connection", Pace.QUICK)
        await scene.datev.connect.come_back()


async def test_a_name_that_nobody_knows(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.set(url="https://nobody.localhost.invalid")
    monkeypatch.setattr(socket, "getaddrinfo", _knows_nobody)
    for verification in ("pin", "system"):
        scene.set(verify_certificate=verification)
        trouble = await looked(scene)
        assert (trouble.code, trouble.pace) == ("name-unknown", Pace.QUICK)


def _knows_nobody(*question: object, **more: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_the_ports_mixed_up(scene: Scene) -> None:
    https, http = scene.options.address.port, int((scene.datev.connect.http_url or "")[-5:])
    scene.set(url=f"http://localhost:{https}")
    assert (await looked(scene)).code == "tls-expected"
    for verification in ("pin", "system"):
        scene.set(url=f"https://localhost:{http}", verify_certificate=verification)
        assert (await looked(scene)).code == "no-tls"


@contextlib.asynccontextmanager
async def stranger(answer: bytes, *, ends: bool = True) -> AsyncIterator[str]:
    """Something else at a port: it says the same to everybody, whatever they speak."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await reader.read(65536)
            writer.write(answer)
            if not ends:
                await reader.read()
        writer.transport.abort() if not answer else writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("answer", "ends", "code"),
    [
        (b"", True, "cut"),
        (b"", False, "silent"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", True, "no-http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", True, "list-cut"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", False, "silent"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", True, "forbidden"),
        (b"HTTP/1.1 407 Proxy\r\nContent-Length: 0\r\n\r\n", True, "http-status"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", True, "no-http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", True, "no-json"),
    ],
)
async def test_strangers(scene: Scene, answer: bytes, ends: bool, code: str) -> None:
    async with stranger(answer, ends=ends) as url:
        scene.set(url=url)
        assert (await scene.trouble()).code == code


async def test_a_list_that_never_ends(scene: Scene) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    async with stranger(head + b'[{"id": "a"},', ends=False) as url:
        scene.set(url=url)
        assert (await scene.trouble()).code == "silent"


async def test_a_port_that_accepts_and_says_nothing(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        scene.set(url=f"https://127.0.0.1:{deaf.getsockname()[1]}", times=SHORT)
        scene.set(times=SHORT.__class__(connect_s=0.3, answer_s=0.3, list_silence_s=0.3))
        assert (await looked(scene)).code == "unreachable"


# --- looking around -------------------------------------------------------------------------------


async def test_looking_around_is_cheap(scene: Scene) -> None:
    seen = await scene.client().look()
    assert (seen.echo, seen.addressees, seen.clients, seen.user) == (None, None, None, "service")
    assert scene.requests == 5


@pytest.mark.parametrize("refusal", list(Refusal))
async def test_looking_around_without_rights(scene: Scene, refusal: Refusal) -> None:
    scene.datev.connect.faults.refusal = refusal
    seen = await scene.client().look()
    assert seen.domains is None
    for trouble in (seen.echo, seen.addressees, seen.clients):
        assert trouble is not None
        assert trouble.code in {"right-missing", "refused-before-datev"}


async def test_looking_around_behind_a_proxy(scene: Scene) -> None:
    scene.datev.connect.faults.html = True
    seen = await scene.client().look()
    assert [each.code for each in (seen.echo, seen.addressees, seen.clients) if each] == [
        "web-page"
    ] * 3
