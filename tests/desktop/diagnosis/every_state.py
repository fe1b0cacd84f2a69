"""All that can be said of the licence and of the module, as the program itself comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from datev_connector.app.licence.words import leg_report
from datev_connector.app.versions import verdict_on
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.licences import (
    PRODUCT,
    Flaw,
    Judgement,
    Licence,
    Origin,
    Reading,
    Seen,
    judge,
)
from datev_connector.starface.module.answers import LogLevel, ModuleInfo
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import STANDARD, near_miss
from datev_connector.starface.module.trouble import bad_answer, missing, not_allowed, of_link
from datev_connector.starface.module.verdict import UNWANTED, complaint_of
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind

PBX = "pbx.kanzlei-lindgräfe.example"
SEATS = 12


def licence(now: datetime, *, begins: int = -400, ends: int = 372, **changes: str) -> Licence:
    """What the office has bought; it begins and ends so many days from now."""
    return Licence(
        id="20261123-7f3a9c21",
        product=changes.get("product", PRODUCT),
        customer="Steuerberatungsgesellschaft Müller-Lüdenscheidt, Sommer & Partner mbB",
        seats=SEATS,
        issued=(now + timedelta(days=begins)).date(),
        valid_from=(now + timedelta(days=begins)).date(),
        valid_until=(now + timedelta(days=ends)).date(),
        pbx=(changes["pbx"],) if "pbx" in changes else (),
        key_id="2026-1",
    )


def judged(
    now: datetime,
    found: Licence | Flaw | None,
    *,
    age: int = 400,
    read: int = 0,
    valid: int | None = None,
    behind: int = 0,
    seats: int = 4,
) -> Judgement:
    """What is judged of it; days before now.

    `age` of the program here, when it was `read`, when one was last `valid`, and how far the clock
    is `behind`.
    """

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    seen = Seen(
        first_start=before(age),
        lived=now,
        clock=before(behind),
        valid_at=None if valid is None else before(valid),
    )
    reading = Reading(found=found, origin=Origin.MODULE, read_at=before(read))
    return judge((reading,), seen, pbx=PBX, seats_in_use=seats)


def licence_judgements(now: datetime) -> Iterator[Judgement]:
    """Every state of a licence, and every reason why the connector serves all the same."""
    fine = licence(now)
    yield judged(now, None, age=3)
    yield judged(now, None, age=25)
    yield judged(now, None)
    yield judged(now, None, valid=5)
    yield judged(now, licence(now, ends=12))
    yield judged(now, fine, seats=SEATS + 2)
    yield judged(now, fine, read=9, valid=9)
    yield judged(now, fine, behind=90, valid=0)
    yield judged(now, licence(now, begins=9))
    yield judged(now, licence(now, ends=-3), valid=3)
    yield judged(now, licence(now, pbx="pbx.anderswo.example"))
    yield judged(now, licence(now, product="another-product"))
    yield judged(now, Flaw.DAMAGED, valid=2)
    yield judged(now, Flaw.UNKNOWN_KEY, valid=2)
    yield replace(judged(now, None, valid=5), is_file_closed=True)


def licence_reports(now: datetime) -> list[LegReport]:
    """The leg in all these states."""
    return [leg_report(one, now - timedelta(hours=3)) for one in licence_judgements(now)]


def module_reports(now: datetime) -> list[LegReport]:
    """The leg of the module in every state."""
    near = (near_miss(f"{STANDARD} ", STANDARD), near_miss("DATEV Connector", STANDARD))
    troubles = (
        complaint_of(missing(STANDARD, ""), STANDARD),
        complaint_of(missing(STANDARD, ""), STANDARD, near),
        complaint_of(missing("Datev", ""), "Datev", (near_miss(STANDARD, "Datev"),)),
        complaint_of(not_allowed("HTTP 403"), STANDARD),
        complaint_of(bad_answer("getInfo", "licence", unread=True), STANDARD),
        *(
            complaint_of(of_link(Trouble(kind=kind, where=f"{PBX}:443")), STANDARD)
            for kind in (TroubleKind.REFUSED_CONNECTION, TroubleKind.SIGN_IN_REFUSED)
        ),
    )
    return [
        _module(now, *_answering(MODULE_VERSION)),
        _module(now, *_answering(MODULE_VERSION - 1)),
        _module(now, *_answering(MODULE_VERSION + 1)),
        _module(now, LegState.UP, UNWANTED),
        *(_module(now, LegState.DEGRADED, trouble) for trouble in troubles),
    ]


def _answering(version: int) -> tuple[LegState, Complaint]:
    return verdict_on(ModuleInfo(version=version, licence="", log_level=LogLevel.INFO))


def _module(now: datetime, state: LegState, complaint: Complaint) -> LegReport:
    return LegReport(
        leg=Leg.MODULE,
        state=state,
        since=now - timedelta(minutes=20),
        reason=complaint.reason,
        mender=complaint.mender,
        remedy=complaint.remedy,
    )
