"""Run by a Windows Python: reads a message box of this session, and clicks it away.

Is told its title, and says its text. Ends with 1 if none comes.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable

DIALOGUE, WORDS = "#32770", "Static"
LIMIT_S, LOOK_S = 60.0, 0.2
CLOSE = 0x10
LONGEST = 2000

if sys.platform == "win32":
    user32 = ctypes.windll.user32
    ForEach = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

    def main() -> int:
        """Wait for the box."""
        ends_at = time.monotonic() + LIMIT_S
        while time.monotonic() < ends_at:
            for box in found(user32.EnumWindows):
                if named(box, user32.GetClassNameW) == DIALOGUE and text(box) == sys.argv[1]:
                    tell(box)
                    return 0
            time.sleep(LOOK_S)
        return 1

    def tell(box: int) -> None:
        """Say what stands in it, and close it."""
        inside = found(lambda each, more: user32.EnumChildWindows(ctypes.c_void_p(box), each, more))
        words = [text(one) for one in inside if named(one, user32.GetClassNameW) == WORDS]
        sys.stdout.write("\n".join([*filter(None, words), ""]))
        user32.PostMessageW(ctypes.c_void_p(box), CLOSE, None, None)

    def found(ask: Callable[..., object]) -> list[int]:
        """The windows that a function of Windows counts out."""
        windows = list[int]()

        def one(window: int, _more: object) -> int:
            windows.append(window)
            return 1

        ask(ForEach(one), None)
        return windows

    def text(window: int) -> str:
        """The title or words of a window."""
        return named(window, user32.GetWindowTextW)

    def named(window: int, ask: Callable[..., object]) -> str:
        """What a function of Windows writes of a window."""
        space = ctypes.create_unicode_buffer(LONGEST)
        ask(ctypes.c_void_p(window), space, LONGEST)
        return space.value

    if __name__ == "__main__":
        sys.exit(main())
