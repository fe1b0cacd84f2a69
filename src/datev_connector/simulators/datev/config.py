"""How a DATEV stand-in is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from datev_connector.simulators.datev.office import Office
from datev_connector.simulators.datev.rest_manners import RestManners
from datev_connector.simulators.datev.rest_sign_on import SignOn
from datev_connector.simulators.datev.rules import Rules


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevConfig:
    """Addresses, strictness and data of one stand-in.

    port: of the telephony link; 0 takes any free one.
    http_port, https_port: of DATEVconnect; None serves none, 0 takes any free one.
    user, password, domain: who may use DATEVconnect; an empty user lets everybody in.
    sign_on: how they prove it. manners: what DATEVconnect might do one way or the other.
    certificate_name: the host name that DATEVconnect's certificate is made for.
    office: the generated master data.
    clock: aware time; zone: DATEV's wall clock, None for this machine's.
    max_line_bytes: longer lines of a connector are a violation and end its connection.
    """

    host: str = "127.0.0.1"
    port: int = 0
    http_port: int | None = None
    https_port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    domain: str = "KANZLEI"
    sign_on: SignOn = field(default_factory=SignOn)
    manners: RestManners = field(default_factory=RestManners)
    certificate_name: str = "localhost"
    office: Office = field(default_factory=Office)
    rules: Rules = field(default_factory=Rules)
    clock: Callable[[], datetime] = utc_now
    zone: tzinfo | None = None
    max_line_bytes: int = 1024 * 1024
