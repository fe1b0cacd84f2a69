"""A person at the screen: sees windows by their titles, types and clicks."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

PATIENCE_S = 20.0
LOOK_S = 0.05


class Hand:
    """Uses one screen by xdotool."""

    def __init__(self, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}

    async def window(self, title: str) -> str:
        """The window with this in its title, once it can be seen."""
        end = time.monotonic() + PATIENCE_S
        while not (found := await self._found(title)):
            if time.monotonic() > end:
                raise AssertionError(
                    f"no window is called {title!r}; there are {await self.titles()}"
                )
            await asyncio.sleep(LOOK_S)
        return found[-1]

    async def gone(self, title: str) -> None:
        """Return when no window has this in its title any more."""
        end = time.monotonic() + PATIENCE_S
        while await self._found(title):
            if time.monotonic() > end:
                raise AssertionError(f"the window {title!r} is still there")
            await asyncio.sleep(LOOK_S)

    async def titles(self) -> list[str]:
        """The titles of all windows."""
        _, ids = await self._do("search", "--onlyvisible", "--name", ".")
        return [(await self._do("getwindowname", one))[1].strip() for one in ids.split()]

    async def focused(self) -> str:
        """The title of the window with the keyboard.

        What the window manager calls active may have to wait for the keyboard a moment longer.
        """
        return (await self._do("getwindowfocus", "getwindowname"))[1].strip()

    async def places(self, title: str) -> list[tuple[int, int, int, int]]:
        """Left, top, right and bottom of the windows with this in their titles, without frames."""
        places = []
        for one in await self._found(title):
            _, told = await self._do("getwindowgeometry", "--shell", one)
            said = dict(line.split("=") for line in told.split())
            left, top = int(said["X"]), int(said["Y"])
            places.append((left, top, left + int(said["WIDTH"]), top + int(said["HEIGHT"])))
        return places

    async def go_to(self, title: str) -> str:
        """Give a window the keyboard, as Alt+Tab does."""
        window = await self.window(title)
        end = time.monotonic() + PATIENCE_S
        while title not in await self.focused():
            if time.monotonic() > end:
                raise AssertionError(f"{title!r} cannot be reached")
            await self._do("windowactivate", "--sync", window)
            await asyncio.sleep(LOOK_S)
        return window

    async def type(self, text: str) -> None:
        """Type into whatever has the keyboard."""
        code, _ = await self._do("type", "--delay", "4", text)
        assert code == 0

    async def press(self, keys: str) -> None:
        """Press keys together, such as `ctrl+Return`."""
        code, _ = await self._do("key", "--clearmodifiers", keys)
        assert code == 0

    async def press_until(self, keys: str, done: Callable[[], object]) -> None:
        """Press keys that do nothing twice, until it is seen that they did something."""
        end = time.monotonic() + PATIENCE_S
        while not done():
            if time.monotonic() > end:
                raise AssertionError(f"{keys} does nothing")
            await self.press(keys)
            await asyncio.sleep(LOOK_S)

    async def _found(self, title: str) -> list[str]:
        _, out = await self._do("search", "--onlyvisible", "--name", title)
        return out.split()

    async def _do(self, *words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            "xdotool",
            *words,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE_S):
            out, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode()
