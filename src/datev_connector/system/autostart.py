r"""Start with Windows: one value under `Software\Microsoft\Windows\CurrentVersion\Run`.

The value says only "at sign-in": whether the program goes on, and after which delay, it reads
from its settings at each start. So an entry that the installer made for all users obeys each
user's own settings, and a change of the delay writes nothing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum, auto

from datev_connector.domain.wording import worded

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
SWITCHES = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Windows keeps what a person switched off in the Task Manager. It is never written here."""
POLICIES = r"Software\Microsoft\Windows\CurrentVersion\Policies\Explorer"
NO_RUN_LIST = "DisableCurrentUserRun"
NAME = "DatevConnector"
LONGEST = 260
"""Characters of a command that Windows starts from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands in the registry."""

    user: object = None
    """The value for this user, of whatever type; None: there is none."""
    machine: object = None
    """The same for all users of the machine."""
    switch: object = None
    """What a person has set in Windows' own list of start-up apps."""
    no_run_list: bool = False
    """A policy keeps Windows from starting what users have entered."""


class Step(Enum):
    """What is to be done with the value of this user."""

    LEAVE = auto()
    WRITE = auto()
    REMOVE = auto()


def step(command: str, found: Found) -> Step:
    """What makes the registry right; `command` is empty where no start is wanted."""
    if not command or _is_same(found.machine, command):
        return Step.LEAVE if found.user is None else Step.REMOVE
    return Step.LEAVE if _is_same(found.user, command) else Step.WRITE


def _is_same(value: object, command: str) -> bool:
    """Windows tells no upper from lower case in paths."""
    return isinstance(value, str) and value.casefold() == command.casefold()


def obstacle(command: str, found: Found) -> str:
    """Why Windows will not start it although that is wanted; empty if nothing is known of."""
    if not command:
        return ""
    if len(command) > LONGEST:
        return worded(
            "The program does not start with Windows: its path is too long for that "
            "({length} characters of {longest}).",
            length=len(command),
            longest=LONGEST,
        )
    if is_off(found.switch):
        return worded(
            "The program does not start with Windows: it is switched off among the start-up apps "
            "of the Task Manager. Switch it on there."
        )
    if found.no_run_list and not _is_same(found.machine, command):
        return worded(
            "The program does not start with Windows: a policy of the administrator keeps programs "
            "of users from being started at sign-in."
        )
    return ""


def is_off(switch: object) -> bool:
    """Tell whether a value of Windows' own list says off: its first byte is odd then."""
    return isinstance(switch, bytes) and bool(switch) and bool(switch[0] & 1)


def not_allowed(fault: OSError) -> str:
    """Word that the registry refused."""
    return worded(
        "Whether the program starts with Windows could not be set: {reason}. Ask the administrator "
        "to allow it, or to set it for all users.",
        reason=fault.strerror or str(fault),
    )


if sys.platform == "win32":
    import contextlib
    import winreg

    def keep_in_step(command: str) -> str:
        """Make the registry start `command` at sign-in, or nothing if it is empty.

        Writes only where something is wrong. Returns what a person should know, or nothing.
        """
        try:
            found = look()
            wanted = step(command if len(command) <= LONGEST else "", found)
            if wanted is not Step.LEAVE:
                _do(wanted, command)
        except OSError as fault:
            return not_allowed(fault)
        return obstacle(command, found)

    def look() -> Found:
        """Read what stands there. Raises OSError where that is forbidden."""
        user, machine = winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE
        return Found(
            user=_value(user, RUN, NAME),
            machine=_value(machine, RUN, NAME),
            switch=_value(user, SWITCHES, NAME),
            no_run_list=any(_value(root, POLICIES, NO_RUN_LIST) == 1 for root in (user, machine)),
        )

    def _value(root: int, path: str, name: str) -> object:
        try:
            with winreg.OpenKey(root, path) as key:
                value: object = winreg.QueryValueEx(key, name)[0]
                return value
        except FileNotFoundError:
            return None

    def _do(wanted: Step, command: str) -> None:
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, RUN, access=winreg.KEY_SET_VALUE) as key:
            if wanted is Step.WRITE:
                winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, command)
            else:
                with contextlib.suppress(FileNotFoundError):
                    winreg.DeleteValue(key, NAME)

else:

    def keep_in_step(_command: str) -> str:
        """Nothing to do: only Windows has that list."""
        return ""
