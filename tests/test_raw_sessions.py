"""wtsfast.raw: lists of sessions, and one's own session."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest

import wtsfast
from helpers.call_log import Failure, exceptions_of
from helpers.imports import replaced_import
from helpers.standin import Standin
from wtsfast import raw
from wtsfast.enums import ConnectState
from wtsfast.errors import FunctionNotAvailableError, WtsError
from wtsfast.raw import _sessions

ENUMERATIONS: list[Any] = [
    raw.WTSEnumerateSessionsW,
    raw.WTSEnumerateSessionsA,
    raw.WTSEnumerateSessionsExW,
    raw.WTSEnumerateSessionsExA,
]
each_enumeration = pytest.mark.parametrize("enumerate_sessions", ENUMERATIONS, ids=lambda function: function.__name__)


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSEnumerateSessions is raw.WTSEnumerateSessionsW
    assert raw.WTSEnumerateSessionsEx is raw.WTSEnumerateSessionsExW


# ---- lists ----


def test_every_field(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_session(0, state=4, session_name="Services")
    standin.add_session(
        7,
        exec_env_id=12,
        state=0,
        session_name="RDP-Tcp#3",
        host_name="VM-1",
        user_name="Zoë 😀",
        domain_name="LAB",
        farm_name="farm",
    )
    standin.add_session(65536, state=6, session_name="RDP-Tcp", user_name=None, domain_name=None)
    assert raw.WTSEnumerateSessions(None) == [
        raw.WTS_SESSION_INFO(0, "Services", ConnectState.DISCONNECTED),
        raw.WTS_SESSION_INFO(7, "RDP-Tcp#3", ConnectState.ACTIVE),
        raw.WTS_SESSION_INFO(65536, "RDP-Tcp", ConnectState.LISTEN),
    ]
    assert raw.WTSEnumerateSessionsEx(None) == [
        raw.WTS_SESSION_INFO_1(0, ConnectState.DISCONNECTED, 0, "Services", None, "", "", None),
        raw.WTS_SESSION_INFO_1(12, ConnectState.ACTIVE, 7, "RDP-Tcp#3", "VM-1", "Zoë 😀", "LAB", "farm"),
        raw.WTS_SESSION_INFO_1(65536, ConnectState.LISTEN, 65536, "RDP-Tcp", None, None, None, None),
    ]
    assert raw.WTSEnumerateSessionsA(None)[1] == raw.WTS_SESSION_INFO(7, b"RDP-Tcp#3", ConnectState.ACTIVE)
    row = raw.WTSEnumerateSessionsExA(None)[1]
    assert (row.session_name, row.host_name, row.domain_name, row.farm_name) == (b"RDP-Tcp#3", b"VM-1", b"LAB", b"farm")


@each_enumeration
def test_null_texts(standin: Standin, enumerate_sessions: Any) -> None:
    standin.start_scenario()
    standin.add_session(3, session_name=None, user_name=None, domain_name=None)
    (row,) = enumerate_sessions(None)
    texts = [value for value in row if not isinstance(value, int)]
    assert texts == [None] * (len(row) - (2 if len(row) == 3 else 3))


@pytest.mark.parametrize("name", ["\ud800", "a\udfffb", "😀" * 20, "\ufeffx", "\xe9"])
def test_text_survives(standin: Standin, name: str) -> None:
    standin.start_scenario()
    standin.add_session(3, session_name=name)
    assert raw.WTSEnumerateSessions(None)[0].win_station_name == name


@pytest.mark.parametrize("state", [10, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_state_that_no_member_has_stays_an_int(standin: Standin, state: int) -> None:
    standin.start_scenario()
    standin.add_session(3, state=state)
    for row in (raw.WTSEnumerateSessions(None)[0], raw.WTSEnumerateSessionsEx(None)[0]):
        assert row.state == state
        assert type(row.state) is int


@each_enumeration
def test_empty_lists(standin: Standin, enumerate_sessions: Any) -> None:
    standin.null_result(enumerate_sessions.__name__, count=5)
    assert enumerate_sessions(None) == []
    standin.zero_rows(enumerate_sessions.__name__)
    assert enumerate_sessions(None) == []


@each_enumeration
def test_nothing_visible_is_a_failure_here(standin: Standin, enumerate_sessions: Any) -> None:
    standin.fail(enumerate_sessions.__name__, 259)
    with pytest.raises(WtsError) as caught:
        enumerate_sessions(None)
    assert caught.value.winerror == 259


@each_enumeration
@pytest.mark.parametrize("strings", ["before", "after", "shared", "separate"])
def test_memory_layouts(standin: Standin, enumerate_sessions: Any, strings: str) -> None:
    standin.generate(sessions=50)
    expected = enumerate_sessions(None)
    if strings == "separate":
        standin.configure(layout="separate")
    elif strings == "shared":
        standin.configure(layout="block", shared=1)
    else:
        standin.configure(layout="block", strings=strings)
    assert enumerate_sessions(None) == expected


def test_the_call_passes_what_the_manual_says(standin: Standin) -> None:
    raw.WTSEnumerateSessions(None)
    assert standin.calls("WTSEnumerateSessionsW")[0].arguments[:3] == (0, 0, 1)
    raw.WTSEnumerateSessionsEx(None)
    raw.WTSEnumerateSessionsEx(None, level=1)
    assert [call.arguments[2] for call in standin.calls("WTSEnumerateSessionsExW")] == [0, 0]


@pytest.mark.parametrize("function", [raw.WTSEnumerateSessionsExW, raw.WTSEnumerateSessionsExA])
@pytest.mark.parametrize(
    ("level", "error"),
    [
        (0, ValueError),
        (2, ValueError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
        (True, TypeError),
        ("1", TypeError),
    ],
)
def test_bad_levels(standin: Standin, function: Any, level: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="level"):
        function(None, level)
    assert standin.calls(function.__name__) == []


@each_enumeration
def test_as_buffer(standin: Standin, enumerate_sessions: Any) -> None:
    standin.generate(sessions=3)
    buffer = enumerate_sessions(None, as_buffer=True)
    ex = "Ex" in enumerate_sessions.__name__
    assert (buffer.count, buffer.nbytes, buffer.type_class) == (3, 3 * (56 if ex else 24), 2 if ex else None)
    ids = memoryview(buffer).cast("I")
    assert [ids[row * (14 if ex else 6) + (2 if ex else 0)] for row in range(3)] == [
        row.session_id for row in enumerate_sessions(None)
    ]
    ids.release()
    assert sum(standin.live_blocks().values()) == 1
    with pytest.raises(TypeError):
        enumerate_sessions(None, True)


@pytest.mark.smoke
def test_enumerations_on_any_dll() -> None:
    rows = raw.WTSEnumerateSessions(None)
    assert all(isinstance(row, raw.WTS_SESSION_INFO) for row in rows)
    assert len({row.session_id for row in rows}) == len(rows)


# ---- one's own, the console's, any ----


@pytest.mark.smoke
def test_session_of_a_process() -> None:
    assert raw.ProcessIdToSessionId(os.getpid()) >= 0
    with pytest.raises(WtsError) as caught:
        raw.ProcessIdToSessionId(0xFFFFFFF0)
    assert (caught.value.winerror, caught.value.function) == (87, "ProcessIdToSessionId")


@pytest.mark.parametrize(
    ("pid", "error"),
    [
        (None, TypeError),
        (True, TypeError),
        ("4", TypeError),
        (4.0, TypeError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
    ],
)
def test_bad_pids(pid: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="pid"):
        raw.ProcessIdToSessionId(pid)


@pytest.mark.smoke
def test_session_of_the_console() -> None:
    session = raw.WTSGetActiveConsoleSessionId()
    assert session is None or 0 <= session < 0xFFFFFFFE


@pytest.fixture
def logged_kernel32(standin: Standin) -> Iterator[Standin]:
    """Let the stand-in log, and bend, the two functions of kernel32."""
    names = ("ProcessIdToSessionId", "WTSGetActiveConsoleSessionId")
    with contextlib.ExitStack() as replacements:
        for name in names:
            function = getattr(standin.dll, f"standin_{name}")
            replacements.enter_context(replaced_import(_sessions, name, function))
        yield standin


@pytest.mark.parametrize("failure", exceptions_of("ProcessIdToSessionId"), ids=str)
def test_a_process_whose_session_is_not_told(logged_kernel32: Standin, failure: Failure) -> None:
    assert raw.ProcessIdToSessionId(os.getpid()) == wtsfast.current_session_id()
    logged_kernel32.fail("ProcessIdToSessionId", failure.injected)
    with pytest.raises(WtsError) as caught:
        raw.ProcessIdToSessionId(os.getpid())
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)
    assert caught.value.function == "ProcessIdToSessionId"


def test_a_console_without_a_session(logged_kernel32: Standin) -> None:
    for answer, expected in ((0xFFFFFFFF, None), (0, 0), (7, 7)):
        logged_kernel32.fail("WTSGetActiveConsoleSessionId", answer)
        assert raw.WTSGetActiveConsoleSessionId() == expected
    assert raw.WTSGetActiveConsoleSessionId() == wtsfast.console_session_id()
    assert len(logged_kernel32.calls("WTSGetActiveConsoleSessionId")) == 5


@pytest.mark.smoke
def test_active_session_exists_where_windows_has_it() -> None:
    exists: bool | None = None
    try:
        exists = raw.WTSActiveSessionExists()
    except FunctionNotAvailableError as error:
        message = str(error)
    assert exists in (True, False) if exists is not None else "26100" in message
