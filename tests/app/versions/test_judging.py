from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.versions import (
    Grade,
    Judgement,
    Known,
    Part,
    Proof,
    Version,
    judged,
    known_table,
)
from datev_connector.domain.legs import Mender

TABLE = known_table()
VERSIONS = st.lists(st.integers(0, 20), min_size=1, max_size=4).map(lambda n: Version(tuple(n)))


def judge(part: Part, version: str, *proven: Proof, own: str = "0.1.0") -> Judgement:
    found, ours = Version.read(version), Version.read(own)
    assert found is not None
    assert ours is not None
    known = Known(versions={part: found, Part.OWN: ours}, proven=frozenset(proven))
    judgement = judged(part, known, TABLE)
    assert judgement is not None
    return judgement


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("8.1.0.5", ""),
        ("6.7.0.22", ""),
        ("10.0.2.6", "OAuth"),
        ("6.4.2.12", "md5"),
        ("5.8", "address book"),
        ("10.1.0.0", "newer than those that this program knows"),
        ("11", "newer than those that this program knows"),
    ],
)
def test_what_is_known_of_a_pbx(version: str, words: str) -> None:
    judgement = judge(Part.PBX, version)
    assert judgement.grade is (Grade.HINT if words else Grade.FINE)
    assert words in judgement.reason
    assert judgement.remedy == ""


def test_a_pair_that_does_not_work_is_a_warning_with_its_remedy() -> None:
    judgement = judge(Part.PBX, "4.5.1")
    assert judgement.grade is Grade.WARNING
    assert judgement.reason.startswith("STARFACE 4.5.1 is too old")
    assert (judgement.mender, judgement.remedy) == (
        Mender.PBX_ADMIN,
        "Update the phone system to STARFACE 6.4.2.19 or newer.",
    )


@pytest.mark.parametrize(
    ("version", "proof"), [("4.5.1", Proof.CALLS), ("6.4.2.14", Proof.HASHED_SIGN_IN)]
)
def test_what_was_tried_counts_for_more_than_the_number(version: str, proof: Proof) -> None:
    others = frozenset(Proof) - {proof}
    assert judge(Part.PBX, version, *others).grade is not Grade.FINE
    assert judge(Part.PBX, version, *Proof).grade is Grade.FINE


def test_an_old_pbx_that_gave_its_address_book_is_not_said_to_have_none() -> None:
    assert "address book" in judge(Part.PBX, "6.4.2.11", Proof.HASHED_SIGN_IN).reason
    proven = judge(Part.PBX, "6.4.2.11", Proof.HASHED_SIGN_IN, Proof.ADDRESS_BOOK)
    assert proven.grade is Grade.FINE


def test_master_data_of_another_generation() -> None:
    assert judge(Part.MASTER_DATA, "v1").grade is Grade.FINE
    assert judge(Part.MASTER_DATA, "1.7.1").grade is Grade.FINE
    assert judge(Part.MASTER_DATA, "1.8").grade is Grade.HINT
    newer = judge(Part.MASTER_DATA, "v2")
    assert newer.grade is Grade.WARNING
    assert "(0.1.0)" in newer.reason
    assert judge(Part.MASTER_DATA, "v2", Proof.MASTER_DATA).grade is Grade.HINT


@given(st.sampled_from(Part), VERSIONS, st.sets(st.sampled_from(Proof)))
def test_more_proofs_never_make_it_worse(part: Part, version: Version, proven: set[Proof]) -> None:
    versions = {Part.OWN: Version((0, 1)), part: version}
    order = list(Grade)
    without = judged(part, Known(versions=versions), TABLE)
    proved = judged(part, Known(versions=versions, proven=frozenset(proven)), TABLE)
    assert without is not None
    assert proved is not None
    assert order.index(proved.grade) <= order.index(without.grade)


@given(st.sampled_from(Part), VERSIONS)
def test_every_version_is_judged_in_whole_sentences(part: Part, version: Version) -> None:
    judgement = judged(part, Known(versions={Part.OWN: Version((0, 1)), part: version}), TABLE)
    assert judgement is not None
    if judgement.grade is Grade.FINE:
        assert judgement.reason == ""
    else:
        assert judgement.reason.endswith(".")
    assert bool(judgement.remedy) is (judgement.grade is Grade.WARNING)


def test_what_nobody_knows_is_not_judged() -> None:
    assert judged(Part.PBX, Known(versions={}), TABLE) is None


def test_a_part_is_judged_by_what_is_known_of_it_alone() -> None:
    versions = {Part.PBX: Version((4, 5)), Part.MODULE: Version((1,)), Part.OWN: Version((0, 1))}
    judgement = judged(Part.MODULE, Known(versions=versions), TABLE)
    assert judgement == Judgement(part=Part.MODULE, grade=Grade.FINE)


def test_a_pair_is_none_while_one_of_the_two_is_not_known() -> None:
    newer = {Part.MASTER_DATA: Version((2,))}
    alone = judged(Part.MASTER_DATA, Known(versions=newer), TABLE)
    both = judged(Part.MASTER_DATA, Known(versions={**newer, Part.OWN: Version((0, 1))}), TABLE)
    assert alone is not None
    assert both is not None
    assert (alone.grade, both.grade) == (Grade.HINT, Grade.WARNING)
