"""What holds on any wtsapi32.dll, the stand-in in its real mode and Wine's own among them."""

import os

import pytest

import wtsfast
from wtsfast import WtsError, raw

pytestmark = pytest.mark.smoke


def test_this_process_is_listed_on_any_dll() -> None:
    snapshot = wtsfast.enumerate_processes(level=0)
    own = snapshot.get(os.getpid())
    assert own is not None
    assert own.name is not None
    assert own.name.lower() == "python.exe"
    assert own.session_id == wtsfast.session_id_of(os.getpid())
    assert own.user_sid is not None
    assert list(snapshot) == [row.detach() for row in snapshot]
    assert snapshot.where(name="PYTHON.EXE", pid=os.getpid()) == [own]
    assert raw.WTSEnumerateProcesses(None)[0].pid == snapshot[0].pid


def test_own_session_on_any_dll() -> None:
    assert wtsfast.current_session_id() == wtsfast.session_id_of(os.getpid())


def test_a_failure_on_any_dll_is_one_of_ours() -> None:
    try:
        snapshot = wtsfast.enumerate_processes()
    except WtsError as error:
        assert error.function == "WTSEnumerateProcessesEx"  # noqa: PT017
    else:
        assert snapshot.get(os.getpid()) is not None


def test_sessions_of_any_dll_or_one_of_our_errors() -> None:
    try:
        sessions = wtsfast.query_sessions()
    except WtsError as error:
        assert error.function == "WTSEnumerateSessionsEx"  # noqa: PT017
    else:
        assert len({details.session_id for details in sessions}) == len(sessions)
