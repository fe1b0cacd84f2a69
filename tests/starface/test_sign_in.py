from __future__ import annotations

import pytest

from datev_connector.starface.sign_in.forms import (
    AUTH,
    USER,
    SignIn,
    form_for_login_type,
    rest_secret,
    sign_in_query,
)

SHA_OF_123 = (
    "123:81d8af78c98b153485f7d48e3437eb735ba37f0f013c5e06ba74536776c59456"
    "94e7cde71e2effbed7b5a1d1a4566fadcd847ef4098c234052fdfd288e8b6ced"
)
SHA_OF_265 = (
    "265:6ca456deae38e2bfe99932fbae6098b9362c3825120686beebc67f6df38fd1b9"
    "cd35f6fb2aff4533388f0d49d272e40cac7f1fbec0194c8dbc84a8fc71d3388b"
)


@pytest.mark.parametrize(
    ("form", "login", "password", "query"),
    [
        (SignIn.SHA512, "123", "Pass123", {AUTH: SHA_OF_123}),
        (SignIn.AUTO, "265", "Geheim", {AUTH: SHA_OF_265}),
        (SignIn.ACTIVE_DIRECTORY, "jdoe", "Geheim", {AUTH: "amRvZSpHZWhlaW0="}),
        (SignIn.MD5, "265", "Geheim", {AUTH: "c39083417b2146e4d0b8a63d7697cd16", USER: "265"}),
    ],
)
@pytest.mark.parametrize("blanks", ["", " ", "\t\n "])
def test_tokens_are_those_of_the_pbx(
    form: SignIn, login: str, password: str, query: dict[str, str], blanks: str
) -> None:
    assert sign_in_query(form, blanks + login + blanks, password + blanks) == query


def test_characters_beyond_ascii_are_utf8() -> None:
    assert sign_in_query(SignIn.ACTIVE_DIRECTORY, "jörg", "ü") == {AUTH: "asO2cmcqw7w="}


def test_oauth_has_no_token_made_from_a_password() -> None:
    with pytest.raises(ValueError, match="OAuth"):
        sign_in_query(SignIn.OAUTH, "1", "2")


NONCE = "pds24hmip1ctbogn1l8ujvs5u4"
REST_SHA = (
    "0001:65ef4a7a16c3031bc6a5ad766d18568497f468f7c7988d08f9105df59781b0f7"
    "350edb914033d85269aedb9fa1c33a6df21bfef7762cd5ded32e87f69927ee42"
)


@pytest.mark.parametrize(
    ("login_type", "login", "password", "secret"),
    [
        ("Internal", "0001", "Test1234", REST_SHA),
        (None, " 0001\t", "Test1234\n", REST_SHA),
        ("ActiveDirectory", "jdoe", "Geheim", "amRvZXBkczI0aG1pcDFjdGJvZ24xbDh1anZzNXU0R2VoZWlt"),
    ],
)
def test_the_nonce_takes_the_place_of_the_asterisk(
    login_type: object, login: str, password: str, secret: str
) -> None:
    assert rest_secret(login_type, NONCE, login, password) == secret


@pytest.mark.parametrize(
    ("login_type", "form"),
    [
        ("Internal", SignIn.SHA512),
        ("ActiveDirectory", SignIn.ACTIVE_DIRECTORY),
        ("Unheard", SignIn.SHA512),
        (None, SignIn.SHA512),
    ],
)
def test_the_login_type_of_the_pbx_names_the_form(login_type: object, form: SignIn) -> None:
    assert form_for_login_type(login_type) is form
