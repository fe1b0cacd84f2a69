"""An examination that leaves somebody else something to mend each time, in the program's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from datev_connector.app.diagnosis import (
    PROGRAM,
    Step,
    call_windows,
    keeping,
    licence,
    master_data,
    module,
    program,
    versions,
)
from datev_connector.app.diagnosis import Finding as Found
from datev_connector.app.diagnosis.finding import (
    Observation,
    left_out,
    leg_seen,
    trouble_seen,
    well,
)
from datev_connector.app.licence.words import leg_report
from datev_connector.app.running.master_data_ways import NOT_FOUND
from datev_connector.app.secrets import SecretSource
from datev_connector.app.store_key import KeyPlace
from datev_connector.app.versions import Part
from datev_connector.app.windows.shown_finding import for_windows
from datev_connector.datev.com.hresults import ALREADY_REGISTERED
from datev_connector.datev.com.standings import competitor
from datev_connector.desktop.ports import Finding
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import Worded, worded
from datev_connector.starface.trouble import Trouble, TroubleKind
from tests.desktop.diagnosis.every_state import PBX, SEATS, judged
from tests.desktop.diagnosis.every_state import licence as licence_of

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
SERVER = f"{PBX}:443"
ENDED = judged(AT, licence_of(AT, ends=-3), valid=3)
"""Has just ended."""
FINGERPRINT = bytes(range(32)).hex(":").upper()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a probe of the program would have seen, and where."""

    leg: Leg | str
    step: Step
    observation: Observation
    duration_s: float = 0.1

    @property
    def finding(self) -> Finding:
        """As windows show it."""
        seen = self.observation
        return for_windows(
            Found(
                leg=self.leg,
                step=self.step,
                state=seen.state,
                tried=seen.tried,
                found=seen.found,
                meaning=seen.meaning,
                mender=seen.mender,
                remedy=seen.remedy,
                duration_s=self.duration_s,
            )
        )


def certificate(now: datetime) -> Worded:
    """What a PBX shows that has been set up anew."""
    return worded(
        "{described}; SHA-256 {fingerprint}",
        described=worded(
            'certificate of "{subject}", issued by {by}, {validity}',
            subject=PBX,
            by=worded("itself"),
            validity=worded(
                "valid from {begin:%Y-%m-%d} until {until:%Y-%m-%d}",
                begin=now - timedelta(days=1),
                until=now + timedelta(days=3650),
            ),
        ),
        fingerprint=FINGERPRINT,
    )


def findings() -> tuple[Finding, ...]:
    """What the window shows of it."""
    return tuple(one.finding for one in (*_here(), *_phone_system(), *_datev()))


def steps() -> list[tuple[Leg | str, Step]]:
    """What was asked, in this order."""
    return [(one.leg, one.step) for one in (*_here(), *_phone_system(), *_datev())]


def _here() -> tuple[Seen, ...]:
    """Of the program and of this computer."""
    own = versions.NAMES[Part.OWN].filled(version="0.5.0")
    nearly_full = Observation(
        state=LegState.DEGRADED,
        tried=keeping.WRITE_DISK,
        found=worded("{gigabytes:.1f} GB are free.", gigabytes=0.3),
        meaning=worded("The disk is nearly full; a full disk keeps no notes."),
        mender=Mender.USER,
        remedy=worded("Make room on the disk."),
    )
    contacts = worded("{number} contacts, as of {at:%Y-%m-%d %H:%M}", number=12_480, at=AT)
    return (
        Seen(PROGRAM, Step.PROGRAM, well(versions.COMPARE, own, versions.NOTHING_AGAINST)),
        Seen(
            PROGRAM,
            Step.SETTINGS,
            well(program.READ_SETTINGS, worded("Everything that is needed is set.")),
        ),
        Seen(
            PROGRAM,
            Step.PASSWORD,
            well(program.LOOK_FOR_PASSWORD, program.KEPT[SecretSource.KEYRING]),
        ),
        Seen(
            PROGRAM,
            Step.CONNECTOR,
            well(
                program.LOOK_FOR_CONNECTOR,
                worded("This connector is running."),
                worded("What it has open is left to it."),
            ),
        ),
        Seen(PROGRAM, Step.CALL_WINDOWS, well(call_windows.LOOK, call_windows.ALL)),
        Seen(Leg.STORE, Step.KEY, well(keeping.FIND_KEY, keeping.KEPT[KeyPlace.KEYRING])),
        Seen(
            Leg.STORE,
            Step.OPEN,
            well(
                keeping.OPEN_STORE,
                worded("It opens; the running connector checked it at its start."),
            ),
        ),
        Seen(Leg.STORE, Step.DISK, nearly_full),
        Seen(Leg.CONTACTS_DATEV, Step.INDEX, well(keeping.READ_INDEX, contacts)),
    )


def _phone_system() -> tuple[Seen, ...]:
    """It shows another certificate, so that nobody shows it a password any more."""
    changed = trouble_seen(
        worded("speak TLS with {address}", address=SERVER),
        Trouble(kind=TroubleKind.CERTIFICATE_CHANGED, where=SERVER),
        found=certificate(AT),
    )
    may_not = left_out(
        module.NOTHING_TRIED,
        worded("Not tried: somebody may stand between, who would get the password."),
    )
    host, _, _ = SERVER.partition(":")
    return (
        Seen(
            Leg.STARFACE,
            Step.NAME,
            well(worded("look up {host}", host=host), "192.168.12.7"),
            duration_s=4.2,
        ),
        Seen(
            Leg.STARFACE,
            Step.TCP,
            well(worded("connect to {address}", address=SERVER), worded("connected")),
        ),
        Seen(Leg.STARFACE, Step.TLS, changed),
        Seen(Leg.MODULE, Step.MODULE, may_not),
        Seen(
            Leg.LICENCE,
            Step.LICENCE,
            leg_seen(
                licence.LOOK,
                leg_report(ENDED, AT),
                found=worded("read in {file}", file=r"C:\ProgramData\DatevConnector\licence.txt"),
            ),
        ),
        Seen(
            Leg.LICENCE,
            Step.SEATS,
            well(
                licence.COUNT,
                worded("{in_use} of {seats} seats", in_use=4, seats=SEATS),
                licence.OTHERS_UNSEEN,
            ),
        ),
    )


def _datev() -> tuple[Seen, ...]:
    """Another program is registered beside us, and nothing offers master data."""
    other = competitor("UcClient.exe")
    link = Observation(
        state=other.state,
        tried=worded("look for DATEV Telefonie in this Windows session, and ask for its methods"),
        found=worded(
            "it answers; another program is registered as we are (code {code})",
            code=ALREADY_REGISTERED,
        ),
        meaning=other.reason,
        mender=other.mender,
        remedy=other.remedy,
    )
    nothing_there = Observation(
        state=LegState.DEGRADED,
        tried=worded(
            "nothing: the running connector does this ({tried})", tried=master_data.ASK_CONNECT
        ),
        found=worded(
            "told by the running connector, {age}", age=worded("{seconds} s ago", seconds=2)
        ),
        meaning=NOT_FOUND.reason,
        mender=NOT_FOUND.mender,
        remedy=NOT_FOUND.remedy,
    )
    return (
        Seen(Leg.DATEV, Step.LINK, link),
        Seen(Leg.CONTACTS_DATEV, Step.MASTER_DATA, nothing_there),
    )
