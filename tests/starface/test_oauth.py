"""What the sign-in service says and what it means."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.https.client import HttpAnswer, PbxAddress
from datev_connector.starface.sign_in.oauth import (
    TOKEN_PATH,
    USUAL_LIFE_S,
    Client,
    Denied,
    by_password,
    by_refresh,
    offered_at,
    onward_path,
    read_tokens,
)
from datev_connector.starface.trouble import TroubleKind

PBX = PbxAddress(host="pbx.example", port=443)
CLIENT = Client(id="rest-client-headless", secret="s&cret")
PAGE = b"<!DOCTYPE html><html></html>"


def answer(
    value: Any = None, *, status: int = 200, body: bytes | None = None, location: str = ""
) -> HttpAnswer:
    return HttpAnswer(
        status=status,
        content_type="application/json",
        location=location,
        body=json.dumps(value).encode() if body is None else body,
    )


def denied(given: HttpAnswer, *, proven: bool = False) -> Denied:
    with pytest.raises(Denied) as caught:
        read_tokens(given, 0.0, where="pbx:443", proven=proven)
    return caught.value


# --- asking ---------------------------------------------------------------------------------------


def test_the_forms_hold_what_the_standard_wants() -> None:
    form = parse_qs(by_password(CLIENT, "0123", "p ä&=").decode())
    assert form == {
        "client_id": ["rest-client-headless"],
        "client_secret": ["s&cret"],
        "grant_type": ["password"],
        "username": ["0123"],
        "password": ["p ä&="],
        "scope": ["login"],
    }
    again = parse_qs(by_refresh(CLIENT, "r1").decode())
    assert again["grant_type"] == ["refresh_token"]
    assert again["refresh_token"] == ["r1"]
    assert "s&cret" not in repr(CLIENT)


# --- discovery ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/auth/realms/pbx/x", "/auth/realms/pbx/x"),
        ("https://pbx.example/a", "/a"),
        ("https://pbx.example:443/a", "/a"),
        ("https://PBX.example/a", "/a"),
        ("https://other.example/a", None),
        ("//other.example/a", None),
        ("http://pbx.example/a", None),
        ("https://pbx.example:8443/a", None),
        ("https://pbx.example:x/a", None),
        ("login", None),
        ("", None),
        ("https://[", None),
        ("/a\0b", None),
        ("/\ud800", None),
        ("/" + "a" * 100_000, None),
    ],
)
def test_a_redirect_is_followed_to_the_same_port_only(location: str, path: str | None) -> None:
    assert onward_path(answer(status=302, body=b"", location=location), PBX) == path
    assert onward_path(answer(status=200, body=b"", location=location), PBX) is None


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (answer({"token_endpoint": "https://pbx.example/t"}), "/t"),
        (answer({"token_endpoint": "https://evil.example/t"}), TOKEN_PATH),
        (answer({"token_endpoint": "https://pbx.example/t\0"}), TOKEN_PATH),
        (answer({"token_endpoint": "https://pbx.example/t\ud800"}), TOKEN_PATH),
        (answer({"token_endpoint": f"https://pbx.example/{'t' * 100_000}"}), TOKEN_PATH),
        (answer({"token_endpoint": 7}), None),
        (answer({"issuer": "x"}), None),
        (answer(["token_endpoint"]), None),
        (answer(body=PAGE), None),
        (answer({"token_endpoint": "https://pbx.example/t"}, status=404), None),
        (answer(body=b"[" * 100_000), None),
    ],
)
def test_who_describes_a_token_endpoint_offers_oauth(given: HttpAnswer, path: str | None) -> None:
    assert offered_at(given, PBX) == path


# --- tokens ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires_in", "due_s", "ends_s"),
    [
        (300, 340.0, 400.0),
        (3600, 3640.0, 3700.0),
        (10, 108.0, 110.0),
        (None, 100 + USUAL_LIFE_S - 60, 100 + USUAL_LIFE_S),
        ("300", 340.0, 400.0),
        (True, 340.0, 400.0),
        (-5, 340.0, 400.0),
    ],
)
def test_a_token_is_renewed_before_it_ends(expires_in: object, due_s: float, ends_s: float) -> None:
    found = read_tokens(
        answer({"access_token": "a", "refresh_token": "r", "expires_in": expires_in}),
        100.0,
        where="pbx",
        proven=False,
    )
    assert (found.access, found.refresh) == ("a", "r")
    assert [found.due_s, found.ends_s] == pytest.approx([due_s, ends_s])
    assert "'a'" not in repr(found)


@pytest.mark.parametrize("token", ["", None, 7, "a b", "ä", "a\r\nb", "x" * 20_000, ["a"]])
def test_what_cannot_travel_is_no_token(token: object) -> None:
    assert denied(answer({"access_token": token})).trouble.kind is TroubleKind.STRANGE_ANSWER
    found = read_tokens(
        answer({"access_token": "a", "refresh_token": token}), 0.0, where="", proven=False
    )
    assert found.refresh == ""


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("invalid_grant", TroubleKind.SIGN_IN_REFUSED),
        ("invalid_client", TroubleKind.OAUTH_CLIENT_REFUSED),
        ("unauthorized_client", TroubleKind.OAUTH_RIGHT_MISSING),
        ("access_denied", TroubleKind.OAUTH_RIGHT_MISSING),
        ("unsupported_grant_type", TroubleKind.OAUTH_MISSING),
        ("<script>", TroubleKind.OAUTH_MISSING),
    ],
)
def test_each_error_has_its_meaning(error: str, kind: TroubleKind) -> None:
    found = denied(answer({"error": error}, status=400))
    assert found.trouble.kind is kind
    assert found.ended is (error == "invalid_grant")
    assert "<" not in found.trouble.complaint.reason


def test_a_wrong_client_secret_in_the_words_of_keycloak() -> None:
    said = {"error": "unauthorized_client", "error_description": "Invalid client credentials"}
    assert denied(answer(said, status=401)).trouble.kind is TroubleKind.OAUTH_CLIENT_REFUSED


@pytest.mark.parametrize(
    ("given", "new", "known"),
    [
        (answer(body=PAGE), TroubleKind.OAUTH_MISSING, TroubleKind.WEB_PAGE),
        (answer(body=b"", status=404), TroubleKind.OAUTH_MISSING, TroubleKind.HTTP_STATUS),
        (answer(body=b"", status=302), TroubleKind.OAUTH_MISSING, TroubleKind.REDIRECT),
        (answer(body=b"", status=503), TroubleKind.HTTP_STATUS, TroubleKind.HTTP_STATUS),
        (answer(body=PAGE, status=401), TroubleKind.SIGN_IN_REFUSED, TroubleKind.SIGN_IN_REFUSED),
        (answer(body=b"", status=429), TroubleKind.SIGN_IN_REFUSED, TroubleKind.SIGN_IN_REFUSED),
        (answer([1]), TroubleKind.OAUTH_MISSING, TroubleKind.HTTP_STATUS),
    ],
)
def test_a_service_that_is_not_there(
    given: HttpAnswer, new: TroubleKind, known: TroubleKind
) -> None:
    assert denied(given).trouble.kind is new
    assert denied(given, proven=True).trouble.kind is known


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
MEMBERS = ("access_token", "refresh_token", "expires_in", "error", "error_description")
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, JSON))


@given(value=FIELDS | JSON, status=st.sampled_from([200, 302, 400, 401, 404, 500]))
def test_whatever_comes_is_a_token_or_a_reason(value: Any, status: int) -> None:
    try:
        found = read_tokens(answer(value, status=status), 5.0, where="pbx", proven=False)
    except Denied as denial:
        assert denial.trouble.complaint.reason.endswith(".")
    else:
        assert found.access
        assert 5.0 < found.due_s < found.ends_s
