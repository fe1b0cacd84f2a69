"""The least that could show a call: a bare window of the same libraries, with the same observer.

Takes the callback on a thread of its own, as the connector does, and shows a window with the
number, a field for a note and two buttons. It knows nobody and keeps nothing.
"""

from __future__ import annotations

import asyncio
import threading
import xmlrpc.client
from contextlib import suppress
from typing import Any

import h11
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchmarks.bare import ANSWER, READ_SIZE
from benchmarks.desktop.frames import observe


class BareWindow(QWidget):
    """A class of its own, so that it can be observed."""


class Windows(QObject):
    """A window a call."""

    rang = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, QWidget] = {}
        self.rang.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def _take(self, call: str, state: str, number: str) -> None:
        if state == "HANGUP":
            self._shown.pop(call).close()
        elif call not in self._shown:
            self._shown[call] = window = _window(number)
            window.show()


def _window(number: str) -> QWidget:
    window = BareWindow(None, Qt.WindowType.WindowStaysOnTopHint)
    window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    lines = QVBoxLayout(window)
    lines.addWidget(QLabel(number))
    lines.addWidget(QPlainTextEdit())
    buttons = QHBoxLayout()
    buttons.addWidget(QPushButton("DATEV"))
    buttons.addWidget(QPushButton("Auflegen"))
    lines.addLayout(buttons)
    window.resize(420, 260)
    return window


async def _serve(windows: Windows) -> None:
    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await _exchange(reader, writer, windows)
        writer.close()

    server = await asyncio.start_server(welcome, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, windows: Windows
) -> None:
    http, body = h11.Connection(h11.SERVER), b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(READ_SIZE))
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            arguments: Any = xmlrpc.client.loads(body, use_builtin_types=True)[0]
            call = arguments[0]
            windows.rang.emit(call["id"], call["state"], call["callerNumber"])
            _answer(http, writer)
            http.start_next_cycle()
            body = b""
        elif isinstance(event, h11.ConnectionClosed):
            return


def _answer(http: h11.Connection, writer: asyncio.StreamWriter) -> None:
    headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(ANSWER)))]
    for event in (
        h11.Response(status_code=200, headers=headers),
        h11.Data(data=ANSWER),
        h11.EndOfMessage(),
    ):
        writer.write(http.send(event) or b"")


def main() -> None:
    """Run until killed; the port for callbacks goes to standard output."""
    application = QApplication(["bare"])
    observe(BareWindow)
    application.setQuitOnLastWindowClosed(False)
    windows = Windows()
    threading.Thread(target=lambda: asyncio.run(_serve(windows)), daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main()
