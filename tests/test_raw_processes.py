"""wtsfast.raw: lists of processes, and the end of one."""

import os
from typing import Any

import pytest

from helpers.standin import ANY_SESSION, Standin
from wtsfast import raw
from wtsfast.errors import WtsError
from wtsfast.sid import Sid

SYSTEM = bytes.fromhex("010100000000000512000000")
FORMS: dict[str, Any] = {
    "WTSEnumerateProcessesW": raw.WTSEnumerateProcessesW,
    "WTSEnumerateProcessesA": raw.WTSEnumerateProcessesA,
    "level0W": lambda server, **options: raw.WTSEnumerateProcessesExW(server, 0, ANY_SESSION, **options),
    "level0A": lambda server, **options: raw.WTSEnumerateProcessesExA(server, 0, ANY_SESSION, **options),
    "level1W": lambda server, **options: raw.WTSEnumerateProcessesExW(server, 1, ANY_SESSION, **options),
    "level1A": lambda server, **options: raw.WTSEnumerateProcessesExA(server, 1, ANY_SESSION, **options),
}
each_form = pytest.mark.parametrize("form", FORMS)
each_ex = pytest.mark.parametrize("function", [raw.WTSEnumerateProcessesExW, raw.WTSEnumerateProcessesExA])


def export(form: str) -> str:
    """Give the export behind a form."""
    return f"WTSEnumerateProcessesEx{form[-1]}" if form.startswith("level") else form


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSEnumerateProcesses is raw.WTSEnumerateProcessesW
    assert raw.WTSEnumerateProcessesEx is raw.WTSEnumerateProcessesExW


# ---- lists ----


@each_form
def test_every_field(standin: Standin, form: str) -> None:
    standin.start_scenario()
    standin.add_process(
        0xFFFFFFFC,
        "notepad.exe",
        session_id=2,
        sid=SYSTEM,
        number_of_threads=1,
        handle_count=2,
        pagefile_usage=3,
        peak_pagefile_usage=4,
        working_set_size=5,
        peak_working_set_size=0xFFFFFFFF,
        user_time=(1 << 40) + 7,
        kernel_time=-1,
    )
    name: Any = b"notepad.exe" if form.endswith("A") else "notepad.exe"
    short = (2, 0xFFFFFFFC, name, Sid("S-1-5-18"))
    (row,) = FORMS[form](None)
    if form.startswith("level1"):
        assert type(row) is raw.WTS_PROCESS_INFO_EX
        assert row == (*short, 1, 2, 3, 4, 5, 0xFFFFFFFF, (1 << 40) + 7, -1)
    else:
        assert type(row) is raw.WTS_PROCESS_INFO
        assert row == short


@each_form
@pytest.mark.parametrize(
    "sid", [None, b"\x02\x01" + bytes(10), b"\x01\x10" + bytes(66)], ids=["null", "revision", "count"]
)
def test_what_is_missing_or_no_sid_is_none(standin: Standin, form: str, sid: bytes | None) -> None:
    standin.start_scenario()
    standin.add_process(0, None, sid=sid)
    (row,) = FORMS[form](None)
    assert (row.pid, row.name, row.user_sid) == (0, None, None)


@pytest.mark.parametrize("name", ["", "\ud800.exe", "😀.exe", "naïve.exe", "x" * 300, "\ufeff"])
def test_names_survive(standin: Standin, name: str) -> None:
    standin.start_scenario()
    standin.add_process(8, name)
    assert [FORMS[form](None)[0].name for form in FORMS if form.endswith("W")] == [name] * 3


@each_form
def test_empty_lists(standin: Standin, form: str) -> None:
    standin.null_result(export(form), count=7)
    assert FORMS[form](None) == []
    standin.zero_rows(export(form))
    assert FORMS[form](None) == []


@each_form
@pytest.mark.parametrize(
    "layout", [{"layout": "separate"}, {"layout": "block", "strings": "before"}, {"shared": 1}], ids=str
)
def test_memory_layouts(standin: Standin, form: str, layout: dict[str, Any]) -> None:
    standin.generate(sessions=3, processes=500)
    expected = FORMS[form](None)
    standin.configure(**layout)
    assert FORMS[form](None) == expected
    assert len(expected) == 500


@each_ex
@pytest.mark.parametrize("level", [0, 1])
def test_one_session(standin: Standin, function: Any, level: int) -> None:
    standin.generate(sessions=3, processes=60)
    everybody = function(None, level, ANY_SESSION)
    for session in {row.session_id for row in everybody}:
        assert function(None, level, session) == [row for row in everybody if row.session_id == session]


@each_ex
@pytest.mark.parametrize("understood", [0, 1])
def test_the_current_session_is_sent_as_a_number(standin: Standin, function: Any, understood: int) -> None:
    standin.configure(current_session_understood=understood)
    own = raw.ProcessIdToSessionId(os.getpid())
    rows = function(None, 1, raw.WTS_CURRENT_SESSION)
    assert {row.session_id for row in rows} <= {own}
    assert standin.calls(function.__name__)[0].arguments[2] == own


@each_ex
def test_the_current_session_of_a_server_is_refused(standin: Standin, function: Any) -> None:
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server, pytest.raises(ValueError, match="WTS_CURRENT_SESSION"):
        function(server, 1, raw.WTS_CURRENT_SESSION)


def test_the_call_passes_what_the_manual_says(standin: Standin) -> None:
    raw.WTSEnumerateProcesses(None)
    assert standin.calls("WTSEnumerateProcessesW")[0].arguments[:3] == (0, 0, 1)


@each_ex
@pytest.mark.parametrize(
    ("level", "session", "error"),
    [
        (2, ANY_SESSION, ValueError),
        (0xFFFFFFFF, ANY_SESSION, ValueError),
        (-1, ANY_SESSION, OverflowError),
        (True, ANY_SESSION, TypeError),
        ("1", ANY_SESSION, TypeError),
        (1, None, TypeError),
        (1, False, TypeError),
        (1, "1", TypeError),
        (1, -1, OverflowError),
        (1, 1 << 32, OverflowError),
    ],
)
def test_bad_arguments(standin: Standin, function: Any, level: Any, session: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        function(None, level, session)
    assert standin.calls(function.__name__) == []


@each_form
def test_as_buffer(standin: Standin, form: str) -> None:
    standin.generate(sessions=2, processes=10)
    buffer: Any = FORMS[form](None, as_buffer=True)
    size = 64 if form.startswith("level1") else 24
    assert (buffer.count, buffer.nbytes) == (10, 10 * size)
    assert buffer.type_class == (int(form[5]) if form.startswith("level") else None)
    with memoryview(buffer).cast("I") as words:
        assert [words[row * size // 4 + 1] for row in range(10)] == [row.pid for row in FORMS[form](None)]


@pytest.mark.smoke
def test_this_process_on_any_dll() -> None:
    for rows in (raw.WTSEnumerateProcesses(None), raw.WTSEnumerateProcessesEx(None, 0, ANY_SESSION)):
        (own,) = [row for row in rows if row.pid == os.getpid()]
        assert own.name is not None
        assert own.name.lower().startswith("python")
        assert own.session_id == raw.ProcessIdToSessionId(os.getpid())
        assert isinstance(own.user_sid, Sid)


@pytest.mark.smoke
def test_buffers_on_any_dll() -> None:
    buffer = raw.WTSEnumerateProcesses(None, as_buffer=True)
    assert buffer.count > 0
    assert buffer.nbytes == 24 * buffer.count
    raw.WTSFreeMemory(buffer)
    buffer = raw.WTSEnumerateProcessesEx(None, 0, ANY_SESSION, as_buffer=True)
    raw.WTSFreeMemoryEx(raw.WTSTypeProcessInfoLevel0, buffer)


# ---- end ----


def test_end_of_a_process(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_process(400, "notepad.exe")
    raw.WTSTerminateProcess(None, 400, 0xFFFFFFFF)
    assert standin.calls("WTSTerminateProcess")[0].arguments == (0, 400, 0xFFFFFFFF)
    assert raw.WTSEnumerateProcesses(None) == []
    with pytest.raises(WtsError) as caught:
        raw.WTSTerminateProcess(None, 400, 1)
    assert caught.value.winerror == 87


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((None, 1), TypeError),
        ((True, 1), TypeError),
        (("400", 1), TypeError),
        ((400, None), TypeError),
        ((400, True), TypeError),
        ((-1, 1), OverflowError),
        ((1 << 32, 1), OverflowError),
        ((400, -1), OverflowError),
    ],
)
def test_bad_arguments_of_terminate(standin: Standin, arguments: tuple[Any, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        raw.WTSTerminateProcess(None, *arguments)
    assert standin.calls("WTSTerminateProcess") == []
