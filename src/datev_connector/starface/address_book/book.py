"""Reads the address book of the PBX, page by page, and the extensions of its own people."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from datev_connector.domain.contacts import Contact
from datev_connector.domain.wording import worded
from datev_connector.starface.address_book.pages import (
    BadPage,
    Gathering,
    Page,
    Scheme,
    read_extensions,
    read_page,
    read_scheme,
)
from datev_connector.starface.address_book.rest import RestVisit
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind

LOG = logging.getLogger(__name__)

PAGE_SIZE = 50
"""Small enough to be read between two calls; a PBX that gives fewer is asked more often."""
MOST_PAGES = 20_000


class Progress(Protocol):
    """Told after each page."""

    def __call__(self, page: int, of: int, contacts: int) -> None:
        """`page` of `of` is read; so many contacts are there by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """What the PBX knows."""

    contacts: tuple[Contact, ...]
    left_out: int = 0
    """Entries that could not be read."""
    extensions: frozenset[str] | None = None
    """Of the PBX's own users and groups; None: it does not tell this user."""


async def read_address_book(
    credentials: Credentials,
    *,
    page_size: int = PAGE_SIZE,
    progress: Progress | None = None,
) -> AddressBook:
    """Sign in, read everything, sign out. All or nothing: raises LinkTrouble."""
    async with RestVisit(credentials) as rest:
        found = await _read_pages(rest, page_size, progress or _nobody)
        extensions = await _read_extensions(rest)
    return AddressBook(contacts=found.contacts, left_out=found.left_out, extensions=extensions)


async def _read_pages(rest: RestVisit, page_size: int, progress: Progress) -> Gathering:
    scheme, found = await _read_scheme(rest), Gathering()
    number, total = 0, 1
    while number < total:
        page = await _read_page(rest, number, page_size, scheme)
        if _is_gap(page, number):
            page = await _read_page(rest, number, page_size, scheme)
        if _is_gap(page, number):
            raise _no_book(
                rest,
                worded(
                    "page {page} of {pages} is empty",
                    page=number + 1,
                    pages=page.total_pages,
                ),
            )
        found.add(page)
        number, total = number + 1, page.total_pages
        if page.entries or number == 1:
            progress(number, max(number, total), len(found))
        else:
            break  # the book has become shorter meanwhile
    return found


async def _read_page(rest: RestVisit, number: int, page_size: int, scheme: Scheme) -> Page:
    query = {"page": str(number), "pagesize": str(page_size)}
    try:
        page = read_page(await rest.get("/contacts", query), scheme)
    except BadPage as error:
        raise _no_book(rest, str(error)) from error
    if page.total_pages > MOST_PAGES:
        raise _no_book(rest, worded("{pages} pages", pages=page.total_pages))
    return page


def _is_gap(page: Page, number: int) -> bool:
    """Tell whether a page is empty although it says that others follow: no end of the book."""
    return not page.entries and number + 1 < page.total_pages


async def _read_scheme(rest: RestVisit) -> Scheme:
    """The columns of the book, for pages that do not name them."""
    try:
        return read_scheme(await rest.get("/contacts/scheme"))
    except LinkTrouble as failed:
        if failed.trouble.kind is not TroubleKind.REST_MISSING:
            raise
        return Scheme()


async def _read_extensions(rest: RestVisit) -> frozenset[str] | None:
    try:
        return read_extensions(await rest.get("/accounts"))
    except LinkTrouble as failed:
        # Whoever may read the address book need not have the right to see accounts.
        LOG.info("STARFACE does not tell its accounts: %s", failed.trouble.kind)
        return None


def _no_book(rest: RestVisit, why: str) -> LinkTrouble:
    return LinkTrouble(Trouble(kind=TroubleKind.NO_REST, where=rest.where, detail=why))


def _nobody(page: int, of: int, contacts: int) -> None:
    """Nobody watches."""
