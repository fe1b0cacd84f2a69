"""The DATEVconnect stand-in as a whole: its data, its addresses, its faults.

It is a service of its own: it stays when DATEV's telephony goes away, and can go away by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from datev_connector.simulators.datev.certificate import Certificate, make_certificate
from datev_connector.simulators.datev.config import DatevConfig
from datev_connector.simulators.datev.master_data import MasterData
from datev_connector.simulators.datev.rest_api import RestApi
from datev_connector.simulators.datev.rest_clock import ServiceClock
from datev_connector.simulators.datev.rest_faults import RestFaults
from datev_connector.simulators.datev.rest_handshake import Account
from datev_connector.simulators.datev.rest_manners import RestManners
from datev_connector.simulators.datev.rest_server import RestServer
from datev_connector.simulators.datev.rest_sign_on import SignOnCounts, SignOnDesk


class DatevConnect:
    """DATEVconnect on the ports of a `DatevConfig`; `clock` is its own and can be set."""

    def __init__(self, config: DatevConfig) -> None:
        self.clock = ServiceClock(config.clock, config.zone)
        self.data = MasterData(config.office)
        self._config = config
        self._desk = SignOnDesk(_account(config), config.sign_on, self.clock.now)
        self._api = RestApi(
            self.data,
            desk=self._desk,
            clock=self.clock,
            manners=config.manners,
            zone=config.zone,
        )
        self._server = RestServer(self._api)
        self._certificate: Certificate | None = None
        self._http_port = config.http_port
        self._https_port = config.https_port
        self._open = False

    @property
    def faults(self) -> RestFaults:
        """What goes wrong at the moment."""
        return self._api.faults

    @property
    def manners(self) -> RestManners:
        """What it does one way or the other; can be replaced at any time."""
        return self._api.manners

    @manners.setter
    def manners(self, manners: RestManners) -> None:
        self._api.manners = manners

    @property
    def requests(self) -> int:
        """How many requests came in so far."""
        return self._api.requests

    @property
    def sign_ons(self) -> SignOnCounts:
        """How people signed in so far, and how often they were refused."""
        return self._desk.counts

    @property
    def locked(self) -> bool:
        """Whether too many wrong passwords have closed the account."""
        return self._desk.locked

    def unlock(self) -> None:
        """Open the account again."""
        self._desk.unlock()

    def change_password(self, password: str) -> None:
        """Only this password signs in from now on."""
        self._desk.change_password(password)

    @property
    def http_url(self) -> str | None:
        """Where plain HTTP is served, without a path; None if it is not."""
        return None if self._http_port is None else f"http://{self._config.host}:{self._http_port}"

    @property
    def https_url(self) -> str | None:
        """Where HTTPS is served, by the name in the certificate; None if it is not."""
        if self._https_port is None:
            return None
        return f"https://{self._config.certificate_name}:{self._https_port}"

    @property
    def certificate_pem(self) -> str:
        """The certificate to trust; made at first need and then kept."""
        return self._identity().certificate_pem

    async def come_back(self) -> None:
        """Serve, on the same ports as before. Raises OSError if one is taken."""
        if self._open:
            return
        self._open = True
        host = self._config.host
        if self._http_port is not None:
            self._http_port = await self._server.listen(host, self._http_port)
        if self._https_port is not None:
            identity = self._identity()
            self._https_port = await self._server.listen(
                host, self._https_port, identity.server_context(), identity.end_point
            )

    async def go_away(self) -> None:
        """Close every port and connection."""
        self._open = False
        await self._server.close()

    def renew_certificate(self) -> None:
        """Show another certificate from the next `come_back` on."""
        self._certificate = None

    def put_addressee(self, addressee: Mapping[str, Any]) -> None:
        """Add or replace an addressee (needs `id` and `type`), stamped with the time of now."""
        self.data.addressees.put(addressee, self._now())

    def change_addressee(self, guid: str, **fields: object) -> None:
        """Change fields of an addressee, stamped with the time of now. Raises KeyError.

        Whether changed communications alone move the timestamp is a manner.
        """
        keep = not self.manners.phones_move_stamp and fields.keys() == {"communications"}
        self.data.addressees.change(guid, fields, self._now(), keep_stamp=keep)

    def change_phone(self, guid: str, number: str) -> None:
        """Have this as the addressee's first phone number, as typed. Raises KeyError."""
        addressee = self.data.addressees.get(guid)
        if addressee is None:
            raise KeyError(guid)
        items = [dict(item) for item in addressee.get("communications", ())]
        phone = next((item for item in items if item["type"] == "phone"), None)
        if phone is None:
            phone = {"id": f"{guid[:-1]}f", "type": "phone"}
            items.append(phone)
        phone["data_content"] = number
        phone.pop("number_standardized", None)
        self.change_addressee(guid, communications=items)

    def delete_addressee(self, guid: str) -> None:
        """Delete an addressee; the deletion log grows. Raises KeyError."""
        self.data.addressees.delete(guid, self._now())

    def put_client(self, client: Mapping[str, Any]) -> None:
        """Add or replace a client (needs `id`, `name`, `number` and `type`)."""
        self.data.clients.put(client, self._now())

    def change_client(self, guid: str, **fields: object) -> None:
        """Change fields of a client, stamped with the time of now. Raises KeyError."""
        self.data.clients.change(guid, fields, self._now())

    def delete_client(self, guid: str) -> None:
        """Delete a client; its deletion log grows. Raises KeyError."""
        self.data.clients.delete(guid, self._now())

    def touch_all(self) -> None:
        """A mass update: every addressee and client is stamped with the time of now."""
        self.data.addressees.touch(self._now())
        self.data.clients.touch(self._now())

    def _now(self) -> datetime:
        """The time for a stamp; without an offset the wall clock shows some hours twice."""
        return self.clock.now() if self.manners.offset else self.clock.wall()

    def _identity(self) -> Certificate:
        if self._certificate is None:
            config = self._config
            self._certificate = make_certificate(config.certificate_name, config.clock())
        return self._certificate


def _account(config: DatevConfig) -> Account | None:
    if not config.user:
        return None
    return Account(user=config.user, password=config.password, domain=config.domain)
