from __future__ import annotations

import string

import phonenumbers
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from datev_connector.domain import numbering
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.numbers import (
    Dialable,
    Number,
    NumberKind,
    Undiallable,
    national_format,
    read_caller,
    read_fully,
    read_quickly,
    read_stored,
    to_dial,
)

KARLSRUHE = DialPlan(area_code="721")
NO_AREA = DialPlan()
ZERO_OUT = DialPlan(area_code="721", exchange_prefix="0")
NINE_OUT = DialPlan(area_code="0721", exchange_prefix="9")
PLANS = st.builds(
    DialPlan,
    country=st.sampled_from(["DE", "AT", "CH", "IT", "US"]),
    area_code=st.sampled_from(["", "721", "0721", "30"]),
    exchange_prefix=st.sampled_from(["", "0", "9", "00"]),
    internal_digits=st.integers(0, 8),
    accounts=st.frozensets(st.sampled_from(["110", "12345", "0123"]), max_size=2),
)
# What is found in such fields, and in between anything at all.
WRITING = st.text(alphabet="0123456789+-/(). ,;|*#-Zxo\u2013\u00a0\uff10\u0660\n", max_size=80)
TEXTS = st.one_of(WRITING, st.text(max_size=200), st.text(alphabet=string.digits, max_size=40))


NUMBERS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "Tel. ", "+49 (0)", "+49 ", "0049", "(0", "0", "+43 ", "+1 "]),
    st.sampled_from(["721", "30", "171", "7191", "800", "1", "212"]),
    st.sampled_from(["", " ", ") ", "/", " / ", "-"]),
    st.text(alphabet=string.digits, min_size=3, max_size=8),
    st.sampled_from(["", "-0", " - 00", "/-12", " App. 3", " (Zentrale)", " / 0171 3920077"]),
    WRITING,
)


def stored_forms(text: str, standardised: str = "", plan: DialPlan = KARLSRUHE) -> list[str | None]:
    return [number.e164 for number in read_stored(text, standardised, plan)]


# --- what the PBX sends ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("00497114605430", "+497114605430"),
        ("004917123456789", "+4917123456789"),
        ("+497114605430", "+497114605430"),
        ("07114605430", "+497114605430"),
        ("0711 / 4605-430", "+497114605430"),
        ("+49 (0)711 4605430", "+497114605430"),
        ("004907114605430", "+497114605430"),
        ("0043158000", "+43158000"),
        ("00390612345678", "+390612345678"),
        ("08001234567", "+498001234567"),
        ("018051234567", "+4918051234567"),
        ("09001123456", "+499001123456"),
        ("072119222", "+4972119222"),
        ("497114605430", "+497114605430"),
        ("\uff10\uff17\uff11\uff11\uff14\uff16\uff10\uff15", "+497114605"),
    ],
)
def test_outside_callers_have_a_number_of_the_world(text: str, e164: str) -> None:
    number = read_caller(text, KARLSRUHE)
    assert (number.kind, number.e164) == (NumberKind.EXTERNAL, e164)
    assert number.digits == e164[1:]
    assert not number.completed
    assert number.given == text


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "0", "-", "000", "?", "+", "anonymous", "Anonymous", "unknown", "withheld"],
        *["ANONYMOUS@anonymous.invalid", "unbekannt", "Unterdrückt"],
    ],
)
def test_withheld_numbers(text: str) -> None:
    number = read_caller(text, KARLSRUHE)
    assert (number.kind, number.e164, number.digits) == (NumberKind.ANONYMOUS, None, "")


@pytest.mark.parametrize("text", ["1", "12", "999", "1234", "0123", "*97", "#0*"])
def test_extensions_and_function_codes_are_internal(text: str) -> None:
    number = read_caller(text, KARLSRUHE)
    assert (number.kind, number.e164, number.digits) == (NumberKind.INTERNAL, None, text)


def test_a_known_account_is_internal_whatever_its_length() -> None:
    plan = DialPlan(internal_digits=2, accounts=frozenset({"70012", "115"}))
    assert read_caller("70012", plan).kind is NumberKind.INTERNAL
    assert read_caller("115", plan).kind is NumberKind.INTERNAL
    assert read_caller("70013", plan).kind is not NumberKind.INTERNAL


@pytest.mark.parametrize(
    "text", ["110", "112", "115", "116117", "116116", "11833", "118000", "11880", "19222"]
)
def test_special_numbers_are_nobodys(text: str) -> None:
    for number in (read_caller(text, KARLSRUHE), *read_stored(text, "", KARLSRUHE)):
        assert (number.kind, number.e164, number.digits) == (NumberKind.SPECIAL, None, text)


@pytest.mark.parametrize("text", ["0049110", "+49110", "0110", "+49116117"])
def test_a_special_number_is_not_taken_for_a_subscriber(text: str) -> None:
    assert read_caller(text, DialPlan(internal_digits=3)).kind is NumberKind.SPECIAL


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Müller", "holds letters"),
        ("12abc34", "holds letters"),
        ("0049" + "7" * 30, "too long"),
        ("7" * 30, "neither complete nor a local number"),
        ("00999123456", "country code that does not exist"),
        ("004972", "too short"),
        ("0" * 5 + "x", "holds letters"),
        ("1" * 10_000, "10000 characters long"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, reason: str) -> None:
    number = read_caller(text, KARLSRUHE)
    assert (number.kind, number.e164) == (NumberKind.UNPARSEABLE, None)
    assert reason in number.reason


def test_a_local_number_gets_the_area_code_of_the_office() -> None:
    number = read_caller("9876543", KARLSRUHE)
    assert (number.e164, number.completed) == ("+497219876543", True)
    assert read_caller("9876543", DialPlan(area_code="0721")).e164 == "+497219876543"


def test_a_local_number_without_an_area_code_to_put_in_is_unparseable() -> None:
    number = read_caller("9876543", NO_AREA)
    assert number.kind is NumberKind.UNPARSEABLE
    assert "area_code" in number.reason


def test_a_mobile_number_without_its_zero_is_completed_to_itself() -> None:
    number = read_caller("1713920077", KARLSRUHE)
    assert (number.e164, number.completed) == ("+491713920077", True)


@pytest.mark.parametrize(
    ("text", "plan", "e164"),
    [
        ("007114605430", ZERO_OUT, "+497114605430"),
        ("000497114605430", ZERO_OUT, "+497114605430"),
        ("00043158000", ZERO_OUT, "+43158000"),
        ("0+497114605430", ZERO_OUT, "+497114605430"),
        ("07114605430", ZERO_OUT, "+497114605430"),
        ("00497114605430", ZERO_OUT, "+497114605430"),
        ("+497114605430", ZERO_OUT, "+497114605430"),
        ("907114605430", NINE_OUT, "+497114605430"),
        ("900497114605430", NINE_OUT, "+497114605430"),
        ("07114605430", NINE_OUT, "+497114605430"),
        ("99876543", NINE_OUT, "+497219876543"),
        # Nothing is taken off where no prefix is configured.
        ("0073412345678", KARLSRUHE, "+73412345678"),
    ],
)
def test_the_exchange_prefix_comes_off_where_it_is_configured(
    text: str, plan: DialPlan, e164: str
) -> None:
    assert read_caller(text, plan).e164 == e164


@pytest.mark.parametrize(("text", "digits"), [("0110", "110"), ("0116117", "116117")])
def test_the_exchange_prefix_before_a_special_number(text: str, digits: str) -> None:
    number = read_caller(text, ZERO_OUT)
    assert (number.kind, number.digits) == (NumberKind.SPECIAL, digits)


def test_an_extension_keeps_a_leading_digit_that_equals_the_exchange_prefix() -> None:
    assert read_caller("0123", ZERO_OUT).digits == "0123"
    assert read_caller("912", NINE_OUT).digits == "912"


# --- what people type into master data ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("089 / 99998-030", ["+498999998030"]),
        ("089/99998030", ["+498999998030"]),
        ("(089) 99998-030", ["+498999998030"]),
        ("+49 (0)89 99998-0", ["+4989999980"]),
        ("+49(0) 89/99998 - 0", ["+4989999980"]),
        ("+49-(0)89-99998", ["+498999998"]),
        ("0049 (0) 89 99998", ["+498999998"]),
        ("0049 089 99998", ["+498999998"]),
        ("+49 0089 99998", ["+498999998"]),
        ("0721 123 045 678", ["+49721123045678"]),
        ("49 (0)89 99998", ["+498999998"]),
        ("(0)89 99998", ["+498999998"]),
        ("++49 89 99998", ["+498999998"]),
        ("+0049 89 99998", ["+498999998"]),
        ("+089 999988", ["+4989999988"]),
        ("+ 49 89 99998", ["+498999998"]),
        ("[089] 99998", ["+498999998"]),
        ("089.99998.12", ["+49899999812"]),
        ("0 89 / 9 99 98", ["+498999998"]),
        ("089\u00a099998\u201330", ["+49899999830"]),
        ("\uff10\uff18\uff19\u3000\uff19\uff19\uff19\uff19\uff18\uff0d\uff10", ["+4989999980"]),
        ("\u0660\u0668\u0669 99998", ["+498999998"]),
        ("\u202a+49 89 99998\u202c", ["+498999998"]),
        ("\t089 99998 ", ["+498999998"]),
        # labels and notes
        ("Tel. 089 99998", ["+498999998"]),
        ("Tel.: 089/99998 (Frau Maier)", ["+498999998"]),
        ("Tel 2: 0171 3920077", ["+491713920077"]),
        ("1. 089 99998", ["+498999998"]),
        ("089 99998 App. 30", ["+498999998"]),
        ("089 99998-0 Durchwahl 30", ["+4989999980", "+49899999830"]),
        ("089 99998, Zimmer 12", ["+498999998"]),
        ("2. OG 089 99998", ["+498999998"]),
        ("Kd.-Nr. 123456 Tel. 089 99998", ["+498999998"]),
        ("089 99998 ab 18.00 Uhr", ["+498999998"]),
        ("089 99998 08.00-17.00 Uhr", ["+498999998"]),
        ("089 99998 Mo-Fr 08:00 bis 17:00 Uhr", ["+498999998"]),
        ("089 99998 seit 01.02.2020", ["+498999998"]),
        ("089 99998 - privat -", ["+498999998"]),
        # several numbers
        ("089 99998 / 0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998/0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998; 0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998 oder 0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998 u. 0171/3920077", ["+498999998", "+491713920077"]),
        ("089 99998 - 0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998\n0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998 +49 171 3920077", ["+498999998", "+491713920077"]),
        ("+49 89 99998+49 171 3920077", ["+498999998", "+491713920077"]),
        ("Büro 089 99998, mobil 0171 3920077", ["+498999998", "+491713920077"]),
        ("089 99998 (Büro) 0171 3920077 (mobil)", ["+498999998", "+491713920077"]),
        ("089 99998, 089 99998", ["+498999998"]),
        ("089 99998-10/-11", ["+49899999810", "+49899999811"]),
        ("089 99998-10/11", ["+49899999810", "+49899999811"]),
        ("089 99998-10, -11", ["+49899999810", "+49899999811"]),
        ("089 99998-0/12", ["+4989999980", "+49899999812"]),
        ("089 99998/99997", ["+498999998", "+498999997"]),
        ("9876543; 9876544", ["+497219876543", "+497219876544"]),
        # vanity
        ("0800 KANZLEI", ["+498005269534"]),
        ("0700-STEUER", ["+49700783837"]),
        ("0800 1234567 FAX", ["+498001234567"]),
        # abroad
        ("+43 (0)1 58000-12", ["+4315800012"]),
        ("0041 44 668 18 00", ["+41446681800"]),
        ("+39 06 1234567", ["+39061234567"]),
        # not one of the world
        ("12", [None]),
        ("Durchwahl 30", [None]),
        ("siehe Zentrale", [None]),
        ("01.02.2020", [None]),
        ("", []),
        ("   ", []),
    ],
)
def test_german_office_spellings(text: str, forms: list[str | None]) -> None:
    assert stored_forms(text) == forms


@pytest.mark.parametrize(
    ("text", "standardised", "forms"),
    [
        ("089 / 99998-030", "00498999998030", ["+498999998030"]),
        ("", "00498999998030", ["+498999998030"]),
        ("siehe oben", "+49 89 99998030", ["+498999998030"]),
        # the source knows better than our area code
        ("99998030", "00498999998030", ["+498999998030"]),
        # a field with several numbers keeps them all
        ("089 99998 / 0171 3920077", "0049 89 99998", ["+498999998", "+491713920077"]),
        # a standardised form that is none is passed over
        ("089 99998", "0049", ["+498999998"]),
        ("089 99998 / 0171 3920077", "0049899999801713920077", ["+498999998", "+491713920077"]),
        ("089 99998", "99998", ["+498999998"]),
    ],
)
def test_the_standardised_form_settles_what_the_text_leaves_open(
    text: str, standardised: str, forms: list[str]
) -> None:
    numbers = read_stored(text, standardised, KARLSRUHE)
    assert [number.e164 for number in numbers] == forms
    assert not any(number.completed for number in numbers)


def test_a_local_number_in_master_data_is_marked_as_completed() -> None:
    (number,) = read_stored("987 65-43", "", KARLSRUHE)
    assert (number.e164, number.completed) == ("+497219876543", True)


def test_an_unreadable_field_is_one_number_with_a_reason() -> None:
    (number,) = read_stored("x" * 10_000, "", KARLSRUHE)
    assert number.kind is NumberKind.UNPARSEABLE
    assert "10000" in number.reason


# --- head numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("0721 9999-0", "497219999"),
        ("0721/9999-0", "497219999"),
        ("0721 9999 - 0", "497219999"),
        ("0721/9999/0", "497219999"),
        ("0721.9999.0", "497219999"),
        ("0721 9999 0", "497219999"),
        ("+49 721 9999-00", "497219999"),
        ("0721 9999\u20130 (Zentrale)", "497219999"),
        ("0721 9999-(0)", "497219999"),
        ("0621 60-0", "4962160"),
        ("0721 9990-0", "497219990"),
        ("0721 9999-100 Zentrale", "497219999"),
        ("Zentrale: 0721 9999-30", "497219999"),
        ("Telefonzentrale 0721 99990", "497219999"),
        ("0721 9999 Zentrale", "497219999"),
        ("0721-9999 Vermittlung", "497219999"),
    ],
)
def test_head_numbers_have_a_stem(text: str, stem: str) -> None:
    (number,) = read_stored(text, "", KARLSRUHE)
    assert number.stem == stem


@pytest.mark.parametrize(
    "text",
    [
        "0721 99990",
        "0721 9999-10",
        "0721 9999-030",
        "0721 12 34 00",
        "0721 12 34 0",
        "0721-99990",
        "0721 9999-00000",
        "Notrufzentralen 0721 99991",
        "9999",
        "x" * 1000,
    ],
)
def test_ordinary_numbers_are_no_head_numbers(text: str) -> None:
    assert all(number.stem is None for number in read_stored(text, "", KARLSRUHE))


@pytest.mark.parametrize(
    "text",
    # mobile, freephone, service, nationwide, abroad, bare area code, guessed area code
    [
        *["0171 39200-0", "0800 12345-0", "0180 55555-0", "032 12345-0", "+43 1 58000-0"],
        *["0700 12345-0", "0721-0000", "030-00000", "9999-0", "0721 9-0"],
    ],
)
def test_no_stem_where_direct_lines_are_not_certain(text: str) -> None:
    numbers = read_stored(text, "", KARLSRUHE)
    assert numbers
    assert all(number.stem is None for number in numbers)


def test_the_text_marks_the_head_also_of_a_standardised_number() -> None:
    (number,) = read_stored("0721 / 9999-0", "0049721 99990", KARLSRUHE)
    assert number.stem == "497219999"


def test_the_source_can_mark_a_head_number() -> None:
    (number,) = read_stored("089 / 99998-030", "00498999998030", KARLSRUHE, head=True)
    assert number.stem == "498999998"


# --- dialling -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plan", "number"),
    [
        ("089 / 99998-030", KARLSRUHE, "00498999998030"),
        ("089 / 99998-030", ZERO_OUT, "000498999998030"),
        ("+43 1 58000", ZERO_OUT, "00043158000"),
        ("0800 KANZLEI", KARLSRUHE, "00498005269534"),
        ("0721 9999-0 Durchwahl 30", KARLSRUHE, "004972199990"),
        ("Tel. 0721 9999 (Büro)", KARLSRUHE, "00497219999"),
        ("089 99998 / 0171 3920077", KARLSRUHE, "00498999998"),
        ("9876543", KARLSRUHE, "00497219876543"),
        ("9876543", NO_AREA, "9876543"),
        ("9876543", DialPlan(exchange_prefix="0"), "09876543"),
        ("12", ZERO_OUT, "12"),
        ("110", ZERO_OUT, "110"),
        ("112", ZERO_OUT, "112"),
        ("116117", ZERO_OUT, "116117"),
        ("*97", ZERO_OUT, "*97"),
    ],
)
def test_what_the_pbx_is_told_to_dial(text: str, plan: DialPlan, number: str) -> None:
    dialable = to_dial(text, plan)
    assert isinstance(dialable, Dialable)
    assert dialable.number == number


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "0", "Müller", "004999", "7" * 30, "7" * 10_000, "00999123456"]
)
def test_what_cannot_be_dialled_says_why(text: str) -> None:
    refusal = to_dial(text, KARLSRUHE)
    assert isinstance(refusal, Undiallable)
    assert refusal.reason.startswith(("the number ", "there is no number"))


@pytest.mark.parametrize(
    ("e164", "written"),
    [("+4972112345", "0721 12345"), ("+43158000", "+43 1 58000"), ("rubbish", "rubbish")],
)
def test_numbers_for_people(e164: str, written: str) -> None:
    assert national_format(e164) == written


# --- always ---------------------------------------------------------------------------------------


def is_sound(number: Number) -> bool:
    outside = number.kind is NumberKind.EXTERNAL
    return (
        (number.e164 is not None) == outside
        and (not outside or number.e164 == f"+{number.digits}")
        and (outside or not (number.completed or number.stem))
        and (number.stem is None or number.digits.startswith(number.stem))
        and (bool(number.reason) or outside)
    )


@given(NUMBERS | TEXTS, NUMBERS | TEXTS, PLANS)
def test_any_text_is_read_without_complaint(text: str, other: str, plan: DialPlan) -> None:
    assert is_sound(read_caller(text, plan))
    assert all(map(is_sound, read_stored(text, other, plan)))
    assert isinstance(to_dial(text, plan), Dialable | Undiallable)


@given(st.text(alphabet=string.digits + "+() -/", min_size=1, max_size=60).map(lambda t: t * 200))
def test_long_garbage_is_no_number(text: str) -> None:
    assert read_caller(text, KARLSRUHE).e164 is None
    assert all(number.e164 is None for number in read_stored(text, text, KARLSRUHE))


@given(NUMBERS | TEXTS, PLANS.filter(lambda p: not p.exchange_prefix and not p.accounts))
def test_reading_twice_changes_nothing(text: str, plan: DialPlan) -> None:
    for number in (read_caller(text, plan), *read_stored(text, "", plan)):
        if number.e164 is not None:
            sent = f"00{number.digits}"
            # So short a number is an extension where extensions are that long.
            is_extension = len(sent) <= plan.internal_digits
            for again in (number.e164,) if is_extension else (number.e164, sent):
                assert read_caller(again, plan).e164 == number.e164
                assert [n.e164 for n in read_stored(again, "", plan)] == [number.e164]


@given(NUMBERS | TEXTS, PLANS.filter(lambda plan: not plan.accounts))
def test_what_is_dialled_is_what_was_read(text: str, plan: DialPlan) -> None:
    target = to_dial(text, plan)
    if isinstance(target, Dialable) and target.e164 is not None:
        assert target.number == f"{plan.exchange_prefix}00{target.e164[1:]}"
        assert target.e164 in [number.e164 for number in read_stored(text, "", plan)]


SENT = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "00", "0", "+", "000", "9"]),
    st.sampled_from(["", "49", "43", "1", "490"]),
    st.sampled_from(["", "1", "11", "110", "118", "15", "17", "19", "192", "2", "721", "800"]),
    st.text(alphabet=string.digits, max_size=16),
)


@settings(max_examples=500)
@given(SENT | TEXTS, PLANS)
@example("0049721999912", ZERO_OUT)
@example("0721999912", ZERO_OUT)
@example("0721999912", DialPlan(exchange_prefix="07"))
@example("00491152", KARLSRUHE)
@example("721", KARLSRUHE)
@example("12345", DialPlan(internal_digits=8, accounts=frozenset({"12345"})))
@example("112", DialPlan(country="AT"))
@example("0049721999912", DialPlan(internal_digits=20))
def test_usual_callers_are_read_quickly_as_in_full(text: str, plan: DialPlan) -> None:
    quick = read_quickly(text, plan)
    assert quick is None or quick == read_fully(text, plan)


@pytest.mark.parametrize("text", ["0049721999912", "00491713920077", "0721999912", "72"])
def test_what_a_pbx_usually_sends_is_read_quickly(text: str) -> None:
    assert read_quickly(text, KARLSRUHE) is not None


@given(st.integers(1, 10**16), st.sampled_from(["DE", "AT", "CH"]))
@example(110, "DE")
@example(4972112345, "AT")
def test_the_fast_path_reads_as_the_full_path(digits: int, country: str) -> None:
    key = f"49{digits}"
    quick = numbering.quick_form(key)
    if quick is not None:
        assert quick == numbering.full_form(key, country)
    else:
        assert isinstance(numbering.full_form(key, country), numbering.Unreadable)


CODES = st.sampled_from([str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE])
FOREIGN = st.builds("{}{}".format, CODES, st.text(alphabet=string.digits, max_size=15))


@settings(max_examples=500)
@given(
    FOREIGN | st.text(alphabet=string.digits, max_size=20),
    st.sampled_from(["DE", "AT", "CH", "IT", "US", "RU", "nowhere"]),
)
@example("04347899", "DE")
@example("4301580000", "AT")
def test_the_fast_path_keeps_off_all_other_digits(digits: str, country: str) -> None:
    quick = numbering.quick_form(digits)
    assert quick in {None, numbering.full_form(digits, country)}


@pytest.mark.parametrize("digits", ["4315800012", "41446681800", "390612345678", "12125550123"])
def test_plain_foreign_numbers_are_read_quickly(digits: str) -> None:
    assert numbering.quick_form(digits) == f"+{digits}"


@settings(max_examples=300)
@given(st.sampled_from(["DE", "AT", "CH"]), st.integers(2, 9), st.integers(0, 10**12))
def test_few_digits_decide_on_an_area_code(country: str, first: int, rest: int) -> None:
    key = f"{numbering.country_code(country)}{first}{rest}"
    whole = phonenumbers.parse("+" + key.ljust(min(len(key) + 7, 12), "0"))
    length = phonenumbers.length_of_geographical_area_code(whole)
    assert numbering.area_code_length(key, country) == length


@given(st.integers(2, 9), st.text(alphabet=string.digits, min_size=4, max_size=9))
def test_german_fixed_lines_are_those_of_the_numbering_plan(first: int, rest: str) -> None:
    key = f"49{first}{rest}"
    parsed = phonenumbers.parse(f"+{key}")
    kind = phonenumbers.number_type(parsed)
    assume(kind != PhoneNumberType.UNKNOWN)
    assert numbering.is_fixed_line(key, "DE") == (kind == PhoneNumberType.FIXED_LINE)
