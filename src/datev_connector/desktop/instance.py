"""One instance per session and profile; a second start hands its wish to the first and ends.

The first holds a lock and listens on a local socket that only the same user may open. The lock says
who is the first, so a socket that a crashed instance left behind can be taken over.
"""

from __future__ import annotations

import getpass
import hashlib
import logging
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from datev_connector.desktop.instance_lines import (
    LONGEST_LINE,
    Message,
    NotUnderstood,
    Wish,
    answer_line,
    greeting_line,
    message_line,
    read_answer,
    read_greeting,
    read_message,
)

PATIENCE_MS = 5000
"""How long a visitor may take to say what it wants."""

_log = logging.getLogger(__name__)


def instance_key(profile: Path) -> str:
    """Name what two starts must have in common: user, session and profile folder."""
    parts = (getpass.getuser(), _session(), os.path.normcase(profile.resolve()))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:24]


class Exclusive(Protocol):
    """What only one process of the session can have, until it ends."""

    def take(self) -> bool:
        """Tell whether it is ours now."""

    def leave(self) -> None:
        """Let others have it."""


class OneInstance(QObject):
    """Claims the place of the first instance, and hears what later starts want."""

    show_wanted = Signal()
    dial_wanted = Signal(str)
    """With a link or number from outside, as it was given: it may hold anything."""
    quit_wanted = Signal()

    def __init__(
        self, key: str, parent: QObject | None = None, *, mutex: Exclusive | None = None
    ) -> None:
        """`key`: see `instance_key`. With a `mutex` that decides, and not the file of the lock."""
        super().__init__(parent)
        self._mutex = mutex
        self._name = _server_name(key)
        self._lock = lock_of(key)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._visited)

    def claim(self) -> bool:
        """Become the first instance; False: there is one already."""
        if self._mutex is not None and not self._mutex.take():
            return False
        if not self._lock.tryLock(0) and self._mutex is None:
            return False
        QLocalServer.removeServer(self._name)
        if not self._server.listen(self._name):
            # The lock alone keeps others out; they only cannot hand anything over.
            _log.warning("later starts cannot be heard: %s", self._server.errorString())
        return True

    def release(self) -> None:
        """Leave the place to others."""
        self._server.close()
        self._lock.unlock()
        if self._mutex is not None:
            self._mutex.leave()

    @Slot()
    def _visited(self) -> None:
        while self._server.hasPendingConnections():
            visitor = self._server.nextPendingConnection()
            visitor.disconnected.connect(visitor.deleteLater)
            visitor.readyRead.connect(partial(self._hear, visitor))
            QTimer.singleShot(PATIENCE_MS, visitor, visitor.abort)
            visitor.write(greeting_line(os.getpid()))
            visitor.flush()
            self._hear(visitor)

    def _hear(self, visitor: QLocalSocket) -> None:
        if not visitor.canReadLine() and visitor.bytesAvailable() < LONGEST_LINE:
            return
        line = bytes(visitor.readLine(LONGEST_LINE + 1).data())
        try:
            message = read_message(line)
        except NotUnderstood as why:
            _log.warning("a later start was not understood: %s", why)
            visitor.write(answer_line(taken=False))
            visitor.disconnectFromServer()
            return
        if message.wish is Wish.QUIT:
            # Not before the visitor has its answer.
            visitor.disconnected.connect(self.quit_wanted)
        visitor.write(answer_line(taken=True))
        visitor.disconnectFromServer()
        if message.wish is Wish.DIAL:
            self.dial_wanted.emit(message.text)
        elif message.wish is Wish.SHOW:
            self.show_wanted.emit()


def lock_of(key: str) -> QLockFile:
    """Return the lock that says who is the first, not taken."""
    lock = QLockFile(str(_folder() / f"{key}.lock"))
    # However old: what counts is whether its process is alive.
    lock.setStaleLockTime(0)
    return lock


def hand_over(key: str, message: Message, timeout_s: float) -> bool:
    """Tell the first instance what this start is for; True: it has taken it.

    Waits for at most `timeout_s`; needs no event loop.
    """
    line = message_line(message)
    if len(line) > LONGEST_LINE:
        return False
    ends_at = time.monotonic() + timeout_s
    socket = QLocalSocket()
    socket.connectToServer(_server_name(key))
    try:
        if not socket.waitForConnected(_left_ms(ends_at)):
            return False
        _allow_to_front(read_greeting(_awaited_line(socket, ends_at)))
        socket.write(line)
        socket.flush()
        return read_answer(_awaited_line(socket, ends_at))
    except NotUnderstood:
        return False
    finally:
        socket.abort()


def _awaited_line(socket: QLocalSocket, ends_at: float) -> bytes:
    """Wait for a line. Raises NotUnderstood if none comes in time."""
    while not socket.canReadLine():
        if socket.bytesAvailable() >= LONGEST_LINE or not socket.waitForReadyRead(
            _left_ms(ends_at)
        ):
            raise NotUnderstood("no line has come")
    return bytes(socket.readLine(LONGEST_LINE + 1).data())


def _left_ms(ends_at: float) -> int:
    return max(1, round((ends_at - time.monotonic()) * 1000))


def _folder() -> Path:
    """A folder that belongs to this user, and is emptied with the session where there is one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        return Path(runtime)
    folder = Path(tempfile.gettempdir()) / f"datev-connector-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else; have it removed")
    return folder


def _server_name(key: str) -> str:
    name = f"datev-connector-{key}"
    # Windows has a space of names for pipes; elsewhere a socket is a file.
    return name if sys.platform == "win32" else str(_folder() / name)


if sys.platform == "win32":

    def _session() -> str:
        import ctypes

        session = ctypes.c_ulong()
        ctypes.windll.kernel32.ProcessIdToSessionId(os.getpid(), ctypes.byref(session))
        return str(session.value)

    def _allow_to_front(pid: int) -> None:
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(pid)

else:

    def _session() -> str:
        """The display: two sessions of a user have one each."""
        return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")

    def _allow_to_front(pid: int) -> None:
        """Nothing to do: the window manager decides."""
