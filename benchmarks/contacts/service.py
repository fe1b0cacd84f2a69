"""DATEVconnect's stand-in in a process of its own: HTTPS, its own certificate, and Basic."""

from __future__ import annotations

import asyncio
import sys

from benchmarks.contacts import office
from benchmarks.orders import serve
from datev_connector.simulators.datev import DatevConfig, DatevConnect, Office

USER = "bench"
PASSWORD = "Pass123"  # noqa: S105 -- of nobody, on loopback
LIFE_LIKE = Office(count=1_000_000)


class Service:
    """What may be ordered."""

    def __init__(self, connect: DatevConnect) -> None:
        self._connect = connect

    async def address(self) -> tuple[str, str]:
        """Where it is, and its certificate as PEM."""
        port = (self._connect.https_url or "").rpartition(":")[2]
        return f"https://127.0.0.1:{port}", self._connect.certificate_pem

    async def change(self, indexes: list[int]) -> None:
        """Have contacts of our office changed now, each into another one."""
        for index in indexes:
            self._connect.put_addressee(
                {**LIFE_LIKE.addressee(index), "id": office.contact_id(index)}
            )

    async def requests(self) -> int:
        """How many requests came in so far."""
        return self._connect.requests


async def main(addressees: str) -> None:
    """Run until standard input ends."""
    config = DatevConfig(
        https_port=0, user=USER, password=PASSWORD, office=Office(count=int(addressees))
    )
    connect = DatevConnect(config)
    await connect.come_back()
    service = Service(connect)
    orders = (service.address, service.change, service.requests)
    try:
        await serve({order.__name__: order for order in orders})
    finally:
        await connect.go_away()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
