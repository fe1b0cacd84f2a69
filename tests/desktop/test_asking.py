from __future__ import annotations

import threading
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from datev_connector.desktop.asking import OUR_FAULT, when_done
from datev_connector.desktop.ports import Refused


def test_an_answer_comes_on_the_thread_of_qt(qtbot: QtBot) -> None:
    owner, future, heard = QObject(), Future[int](), list[tuple[int, threading.Thread]]()
    when_done(owner, future, lambda answer: heard.append((answer, threading.current_thread())))
    threading.Thread(target=future.set_result, args=(7,)).start()
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(7, threading.main_thread())]


def test_a_refusal_is_told_apart(qtbot: QtBot) -> None:
    owner, future, heard = QObject(), Future[int](), list[str]()
    when_done(owner, future, lambda _: heard.append("answer"), lambda no: heard.append(no.what))
    future.set_exception(Refused("the store is closed", "wait"))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["the store is closed"]


def test_who_is_gone_is_not_answered(qtbot: QtBot) -> None:
    gone, there = QObject(), QObject()
    heard = list[str]()
    late, next_one = Future[int](), Future[int]()
    when_done(gone, late, lambda _: heard.append("gone"))
    when_done(there, next_one, lambda _: heard.append("there"))
    gone.deleteLater()
    qtbot.waitUntil(lambda: not _alive(gone))
    late.set_result(1)
    next_one.set_result(2)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["there"]


def test_a_fault_behind_a_question_is_logged_and_ends_nothing(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    owner, broken, whole = QObject(), Future[int](), Future[int]()
    heard = list[int]()
    when_done(owner, broken, heard.append)
    when_done(owner, whole, heard.append)
    broken.set_exception(ValueError("secret 0721 1234"))
    whole.set_result(3)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [3]
    assert "a window was not answered" in caplog.text


def test_whoever_can_be_refused_is_told_of_a_fault(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    owner, broken, told = QObject(), Future[int](), list[str]()
    when_done(owner, broken, lambda _: told.append("answer"), lambda no: told.append(no.what))
    broken.set_exception(ValueError("secret 0721 1234"))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [OUR_FAULT]


def _alive(one: QObject) -> bool:
    import shiboken6

    return shiboken6.isValid(one)


def test_a_question_that_the_end_has_cut_off_is_no_fault(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    owner, cut, whole, told = QObject(), Future[int](), Future[int](), list[object]()
    when_done(owner, cut, told.append, told.append)
    when_done(owner, whole, told.append)
    cut.cancel()
    whole.set_result(3)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [3]
    assert not caplog.records
