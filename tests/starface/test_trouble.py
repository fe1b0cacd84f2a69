from __future__ import annotations

import pytest

from datev_connector.starface.pacing import Pace
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind


@pytest.mark.parametrize("kind", TroubleKind)
def test_every_trouble_is_a_sentence_with_a_way_out(kind: TroubleKind) -> None:
    complaint = Trouble(kind=kind, where="pbx:443", detail="It is so.").complaint
    assert complaint.reason.endswith(".")
    assert "{" not in complaint.reason + complaint.remedy
    if kind not in {TroubleKind.SESSION_LOST, TroubleKind.ADDRESS_CHANGED}:
        assert complaint.remedy.endswith(".")


def test_braces_in_what_the_peer_says_do_no_harm() -> None:
    trouble = Trouble(kind=TroubleKind.NO_XML_RPC, where="pbx:443", detail="{0} {x} %s")
    assert "{0} {x} %s" in trouble.complaint.reason
    assert str(LinkTrouble(trouble)) == trouble.complaint.reason


@pytest.mark.parametrize(
    ("kind", "signing_in", "accepted_before", "pace"),
    [
        (TroubleKind.SIGN_IN_REFUSED, True, False, Pace.REFUSED),
        (TroubleKind.SIGN_IN_REFUSED, True, True, Pace.REFUSED),
        (TroubleKind.UNAUTHORIZED, True, True, Pace.REFUSED),
        (TroubleKind.UNAUTHORIZED, False, True, Pace.QUICK),
        (TroubleKind.WEB_PAGE, True, False, Pace.REFUSED),
        (TroubleKind.WEB_PAGE, True, True, Pace.CAREFUL),
        (TroubleKind.WEB_PAGE, False, True, Pace.QUICK),
        (TroubleKind.FAULT, True, False, Pace.CAREFUL),
        (TroubleKind.FAULT, True, True, Pace.QUICK),
        (TroubleKind.RIGHT_MISSING, False, True, Pace.REFUSED),
        (TroubleKind.SETTINGS_INCOMPLETE, False, False, Pace.REFUSED),
        (TroubleKind.HTTP_STATUS, True, False, Pace.QUICK),
        (TroubleKind.SILENT, True, False, Pace.QUICK),
        (TroubleKind.OFFLINE, False, True, Pace.QUICK),
        (TroubleKind.CERTIFICATE_CHANGED, False, False, Pace.QUICK),
    ],
)
def test_the_next_try_is_as_careful_as_the_account_needs(
    kind: TroubleKind, signing_in: bool, accepted_before: bool, pace: Pace
) -> None:
    trouble = Trouble(kind=kind)
    assert trouble.pace(signing_in=signing_in, accepted_before=accepted_before) is pace


@pytest.mark.parametrize(
    ("status", "signing_in", "accepted_before", "pace"),
    [
        ("503", True, False, Pace.QUICK),
        ("404", True, False, Pace.CAREFUL),
        ("404", True, True, Pace.QUICK),
        ("404", False, False, Pace.QUICK),
        ("429", True, True, Pace.REFUSED),
        ("423", True, False, Pace.REFUSED),
        ("429", False, True, Pace.QUICK),
    ],
)
def test_a_status_that_rejects_a_login_is_no_reason_to_hurry(
    status: str, signing_in: bool, accepted_before: bool, pace: Pace
) -> None:
    trouble = Trouble(kind=TroubleKind.HTTP_STATUS, detail=status)
    assert trouble.pace(signing_in=signing_in, accepted_before=accepted_before) is pace
