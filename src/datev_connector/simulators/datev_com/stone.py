"""An object that is known by its existence alone."""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from comtypes import COMObject, IUnknown


class Stone(COMObject):
    """Neither automation nor anything else."""

    _com_interfaces_ = [IUnknown]  # noqa: RUF012 -- as comtypes wants it
