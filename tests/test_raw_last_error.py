"""The last error is the call's own: it is read at once, before other threads or Python itself can change it."""

import contextlib
import ctypes
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.raw_calls import RAW_CALLS, RawCall, arrange, arrange_again
from helpers.standin import Standin
from wtsfast.errors import WtsError

CODE = 1115  # an error that nothing in Python leaves behind
ROUNDS = 4
SOURCE = Path(__file__).resolve().parents[1] / "src" / "wtsfast"


@contextlib.contextmanager
def busy_interpreter() -> Iterator[None]:
    """Let another thread keep the interpreter's lock and set errors of its own, while calls come back."""
    stop = threading.Event()
    kernel32 = ctypes.WinDLL("kernel32")

    def spin() -> None:
        while not stop.is_set():
            kernel32.SetLastError(12345)
            sum(range(1000))

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("call", [call for call in RAW_CALLS if call.can_fail], ids=lambda call: call.function)
def test_the_error_is_the_calls_own(standin: Standin, call: RawCall) -> None:
    arrange(standin)
    with busy_interpreter(), standin.delay(call.function, 0.01), standin.fail(call.function, CODE, times=-1):
        for _ in range(ROUNDS):
            arrange_again(standin, call)
            with pytest.raises(WtsError) as caught:
                call.call(None)
            assert caught.value.winerror == CODE


# Python happens to keep the last error when it takes its lock, which hides a late reading: so look at the sources too.


def late_readings(source: str) -> list[str]:
    """List the lines that read the last error outside of a block or function without Python's lock."""
    found: list[str] = []
    without_lock: list[int] = []  # the indentation of each such block that is open
    for line in source.splitlines():
        code = line.split("#")[0].rstrip()
        if not code:
            continue
        indentation = len(code) - len(code.lstrip())
        while without_lock and indentation <= without_lock[-1]:
            without_lock.pop()
        if "GetLastError()" in code and not without_lock:
            found.append(code.strip())
        if re.search(r"with nogil:$|^\s*cdef .*\) noexcept nogil:$", code):
            without_lock.append(indentation)
    return found


@pytest.mark.parametrize("name", [path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.pyx"))])
def test_errors_are_read_without_the_lock(name: str) -> None:
    assert late_readings((SOURCE / name).read_text(encoding="utf-8")) == []


def test_a_late_reading_would_be_found() -> None:
    late = "def f():\n    with nogil:\n        ok = call()\n    if not ok:\n        error = GetLastError()\n"
    assert late_readings(late) == ["error = GetLastError()"]
    assert late_readings(late.replace("    if not ok:\n        error", "        error")) == []
