"""Finding the module under another name, at a simulated PBX over real TLS."""

from __future__ import annotations

from typing import Any

import pytest

from datev_connector.simulators.starface import FaultKind
from datev_connector.starface.module.archive.parts import Type
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.names import MOST_GUESSES, STANDARD, NearMiss, guesses
from datev_connector.starface.module.searching import ENOUGH, near_misses
from datev_connector.starface.module.trouble import ModuleTrouble, ModuleTroubleKind
from tests.starface.module.office import answering, configured, office


async def found(module: Module, **options: Any) -> tuple[NearMiss, ...]:
    return tuple([near async for near in near_misses(module, **options)])


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        (f"{STANDARD} ", "with a blank at its end"),
        (f" {STANDARD}", "with a blank at its beginning"),
        ("DATEVConnectorForStarface", "in other upper and lower case"),
        (STANDARD.lower(), "in other upper and lower case"),
        ("DATEV Connector for STARFACE", "with blanks inside"),
        (f"{STANDARD} 2", 'with "2" behind it'),
        ("DATEV Connector", "another configuration of the module"),
    ],
)
async def test_what_is_nearly_rightly_named_is_found(name: str, flaw: str) -> None:
    async with office([configured(name)]) as at, at.module() as module:
        (near,) = await found(module)
        assert (near.name, near.flaw) == (name, flaw)
        assert module.name == STANDARD
        assert at.times_asked("getInfo") <= MOST_GUESSES


async def test_a_mistake_in_the_settings() -> None:
    async with office() as at, at.module("DATEVConectorforSTARFACE") as module:
        (near,) = await found(module)
        assert near.name == STANDARD
        assert at.times_asked("getInfo") <= MOST_GUESSES


async def test_nothing_is_found_where_there_is_nothing() -> None:
    async with office([]) as at, at.module() as module:
        assert await found(module) == ()
        assert at.times_asked("ping") == 0


async def test_another_module_of_a_likely_name_is_not_ours() -> None:
    strange = configured("DATEV", archive=answering(moduleVersion=(Type.STRING, "none of ours")))
    async with office([strange]) as at, at.module() as module:
        assert await found(module) == ()


async def test_some_are_enough() -> None:
    names = (f"{STANDARD} ", f" {STANDARD}", STANDARD.lower(), "DATEV")
    there = [configured(name) for name in names]
    async with office(there) as at, at.module() as module:
        assert len(await found(module)) == ENOUGH


async def test_a_pause_between_two_names() -> None:
    pauses = 0

    async def pause() -> None:
        nonlocal pauses
        pauses += 1

    async with office([]) as at, at.module() as module:
        await found(module, pause=pause)
        assert pauses == at.times_asked("getInfo")


async def test_a_pbx_that_cannot_be_asked_any_more_ends_the_search() -> None:
    async with office([]) as at, at.module() as module:
        at.pbx.faults.add(FaultKind.UNAUTHORIZED, method="*.getInfo", skip=3, times=None)
        with pytest.raises(ModuleTrouble) as caught:
            await found(module)
        assert caught.value.kind is ModuleTroubleKind.NOT_ALLOWED
        assert at.times_asked("getInfo") == 4


@pytest.mark.parametrize(
    "fault",
    [
        FaultKind.HTML,
        FaultKind.REDIRECT,
        FaultKind.UNAUTHORIZED,
        FaultKind.GARBAGE,
        FaultKind.UCI_FAULT,
    ],
)
async def test_a_pbx_that_lists_nothing_is_asked_for_likely_names(fault: FaultKind) -> None:
    async with office([configured(f"{STANDARD} ")]) as at, at.module() as module:
        at.pbx.faults.add(fault, method="system.listMethods")
        assert [near.name for near in await found(module)] == [f"{STANDARD} "]


async def test_a_pbx_that_lists_its_methods_is_asked_for_few() -> None:
    there = [configured("Kanzlei Nord"), configured("Mailbox", archive=answering())]
    async with office(there, lists_methods=True) as at, at.module() as module:
        (near,) = await found(module)
        assert (near.name, near.flaw) == ("Kanzlei Nord", "another configuration of the module")
        assert at.times_asked("getInfo") == 2


async def test_a_list_without_anything_of_a_module_says_nothing() -> None:
    async with office([], lists_methods=True) as at, at.module() as module:
        await found(module)
        assert at.times_asked("getInfo") == len(guesses(STANDARD)), "it may hide what it has"
