"""Removing a part of the registry."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import winreg

    def delete_tree(name: str, root: int = winreg.HKEY_CURRENT_USER) -> None:
        """Remove a key with all that is below; nothing happens if it is not there."""
        try:
            with winreg.OpenKey(root, name) as key:
                below = [winreg.EnumKey(key, place) for place in range(winreg.QueryInfoKey(key)[0])]
        except FileNotFoundError:
            return
        for each in below:
            delete_tree(rf"{name}\{each}", root)
        winreg.DeleteKey(root, name)

else:

    def delete_tree(name: str, root: int = 0) -> None:
        """Without a registry there is nothing to remove."""
