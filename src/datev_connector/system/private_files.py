"""Files and folders that only their owner, the system and administrators may open (Windows).

Below a user's own folders they are so by inheritance, and nothing is changed there. A profile that
lies elsewhere is closed: a folder that the program makes, as a whole; in one that was there before
only the files that matter, since it may be somebody's.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

OWNERS = frozenset({"SY", "BA", "CO", "OW", "S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"})
"""System, administrators, and whoever has made or owns the thing."""
EVERYBODY = "WD"
_ALLOWED = re.compile(r"\((?:A|XA|OA);(?:[^;]*;){4}([^;()]*)")
_NO_LIST = "NO_ACCESS_CONTROL"


def strangers(description: str, user: str) -> frozenset[str]:
    """Who else is let in, by a security descriptor in words (SDDL); `user` is our own id.

    Without a list of who may do what, everybody may do all.
    """
    _, found, rest = description.partition("D:")
    dacl = re.split(r"S:(?![-\d])", rest)[0]
    if not found or _NO_LIST in dacl:
        return frozenset({EVERYBODY})
    allowed = set(_ALLOWED.findall(dacl))
    return frozenset(allowed - OWNERS - {user})


def closed(user: str, *, folder: bool) -> str:
    """The list that lets in nobody else, and that takes over nothing from the folder above."""
    inherited = "OICI" if folder else ""
    return "D:P" + "".join(f"(A;{inherited};FA;;;{one})" for one in (user, "SY", "BA"))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _FILE_OBJECT = 1
    _DACL = 0x4
    _PROTECTED = 0x8000_0000
    _REVISION = 1
    _QUERY = 0x8
    _TOKEN_USER = 1

    def close_to_others(path: Path) -> bool:
        """Close a file or folder of ours to other users; tell whether that had to be done.

        Raises OSError, also where the file system keeps no such lists.
        """
        user = own_id()
        if not strangers(described(path), user):
            return False
        _describe(path, closed(user, folder=path.is_dir()))
        return True

    def own_id() -> str:
        """The security id of the user of this process. Raises OSError."""
        kernel, advapi = _libraries()
        token = wintypes.HANDLE()
        _check(advapi.OpenProcessToken(kernel.GetCurrentProcess(), _QUERY, ctypes.byref(token)))
        try:
            size = wintypes.DWORD()
            advapi.GetTokenInformation(token, _TOKEN_USER, None, 0, ctypes.byref(size))
            buffer = ctypes.create_string_buffer(size.value)
            _check(advapi.GetTokenInformation(token, _TOKEN_USER, buffer, size, ctypes.byref(size)))
        finally:
            kernel.CloseHandle(token)
        text = wintypes.LPWSTR()
        sid = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_void_p))[0]
        _check(advapi.ConvertSidToStringSidW(sid, ctypes.byref(text)))
        return _taken(text)

    def described(path: Path) -> str:
        """Who may do what with a file, in words. Raises OSError."""
        _, advapi = _libraries()
        descriptor = ctypes.c_void_p()
        error = advapi.GetNamedSecurityInfoW(
            str(path), _FILE_OBJECT, _DACL, None, None, None, None, ctypes.byref(descriptor)
        )
        if error:
            raise ctypes.WinError(error)
        text = wintypes.LPWSTR()
        try:
            _check(
                advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                    descriptor, _REVISION, _DACL, ctypes.byref(text), None
                )
            )
        finally:
            _free(descriptor)
        return _taken(text)

    def _describe(path: Path, words: str) -> None:
        _, advapi = _libraries()
        descriptor = ctypes.c_void_p()
        _check(
            advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(
                words, _REVISION, ctypes.byref(descriptor), None
            )
        )
        try:
            # Not SetNamedSecurityInfo: it would carry on to what lies in a folder.
            _check(advapi.SetFileSecurityW(str(path), _DACL | _PROTECTED, descriptor))
        finally:
            _free(descriptor)

    def _libraries() -> tuple[ctypes.WinDLL, ctypes.WinDLL]:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        pointer, text, number = ctypes.c_void_p, wintypes.LPCWSTR, wintypes.DWORD
        advapi.OpenProcessToken.argtypes = [wintypes.HANDLE, number, pointer]
        advapi.GetTokenInformation.argtypes = [
            wintypes.HANDLE,
            ctypes.c_int,
            pointer,
            number,
            pointer,
        ]
        advapi.ConvertSidToStringSidW.argtypes = [pointer, pointer]
        advapi.GetNamedSecurityInfoW.argtypes = [text, ctypes.c_int, number, *[pointer] * 5]
        advapi.SetFileSecurityW.argtypes = [text, number, pointer]
        advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = [
            text,
            number,
            pointer,
            pointer,
        ]
        advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW.argtypes = [
            pointer,
            number,
            number,
            pointer,
            pointer,
        ]
        return kernel, advapi

    def _check(done: int) -> None:
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())

    def _free(block: ctypes.c_void_p) -> None:
        free = ctypes.WinDLL("kernel32").LocalFree
        free.argtypes, free.restype = [ctypes.c_void_p], ctypes.c_void_p
        free(block)

    def _taken(text: wintypes.LPWSTR) -> str:
        """The text that Windows has made, given back to it."""
        try:
            return text.value or ""
        finally:
            _free(ctypes.cast(text, ctypes.c_void_p))

else:

    def close_to_others(_path: Path) -> bool:
        """Nothing to do: files are made with a mode that closes them."""
        return False
