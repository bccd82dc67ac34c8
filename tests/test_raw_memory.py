"""wtsfast.raw: the free functions, and RawBuffer, the only thing that they take."""

import gc
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of
from helpers.standin import ANY_SESSION, Standin
from wtsfast import raw
from wtsfast.errors import WtsError

FREES: dict[str, Any] = {
    "plain": raw.WTSFreeMemory,
    "wide": lambda buffer: raw.WTSFreeMemoryExW(buffer.type_class or 0, buffer),
    "ansi": lambda buffer: raw.WTSFreeMemoryExA(buffer.type_class or 0, buffer),
}
MAKERS: dict[str, tuple[str, Any]] = {
    "sessions": ("plain", lambda: raw.WTSEnumerateSessionsW(None, as_buffer=True)),
    "sessions_a": ("plain", lambda: raw.WTSEnumerateSessionsA(None, as_buffer=True)),
    "sessions_1": ("wide", lambda: raw.WTSEnumerateSessionsExW(None, as_buffer=True)),
    "sessions_1a": ("ansi", lambda: raw.WTSEnumerateSessionsExA(None, as_buffer=True)),
    "processes": ("plain", lambda: raw.WTSEnumerateProcessesW(None, as_buffer=True)),
    "processes_0": ("wide", lambda: raw.WTSEnumerateProcessesExW(None, 0, ANY_SESSION, as_buffer=True)),
    "processes_0a": ("ansi", lambda: raw.WTSEnumerateProcessesExA(None, 0, ANY_SESSION, as_buffer=True)),
    "processes_1": ("wide", lambda: raw.WTSEnumerateProcessesExW(None, 1, ANY_SESSION, as_buffer=True)),
    "processes_1a": ("ansi", lambda: raw.WTSEnumerateProcessesExA(None, 1, ANY_SESSION, as_buffer=True)),
    "information": ("plain", lambda: raw.WTSQuerySessionInformation(None, 1, raw.WTSUserName, as_buffer=True)),
}
each_maker = pytest.mark.parametrize("maker", MAKERS)


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.generate(sessions=3, processes=5)


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSFreeMemoryEx is raw.WTSFreeMemoryExW


@each_maker
def test_the_right_function_frees(standin: Standin, maker: str) -> None:
    right, make = MAKERS[maker]
    buffer = make()
    count = buffer.count
    assert sum(standin.live_blocks().values()) == 1
    FREES[right](buffer)
    assert standin.live_blocks() == {}
    assert buffer.freed
    assert (len(buffer), repr(buffer)) == (0, "<RawBuffer freed>")
    if right != "plain":
        (call,) = standin.calls(f"WTSFreeMemoryEx{'W' if right == 'wide' else 'A'}")
        assert call.arguments[0] == buffer.type_class
        assert call.arguments[2] == count


@each_maker
@pytest.mark.parametrize("wrong", FREES)
def test_a_wrong_function_is_refused(standin: Standin, maker: str, wrong: str) -> None:
    right, make = MAKERS[maker]
    if wrong == right:
        return
    buffer = make()
    with pytest.raises(ValueError, match="must not free"):
        FREES[wrong](buffer)
    assert not buffer.freed
    assert sum(standin.live_blocks().values()) == 1


@pytest.mark.parametrize("type_class", [0, 2, 3, 4, 99])
def test_a_wrong_class_is_refused(standin: Standin, type_class: int) -> None:
    buffer = raw.WTSEnumerateProcessesEx(None, 1, ANY_SESSION, as_buffer=True)
    with pytest.raises(ValueError, match=f"type_class {type_class}"):
        raw.WTSFreeMemoryEx(type_class, buffer)
    assert standin.calls("WTSFreeMemoryExW") == []
    raw.WTSFreeMemoryEx(raw.WTSTypeProcessInfoLevel1, buffer)


@each_maker
def test_nothing_is_freed_twice(standin: Standin, maker: str) -> None:
    right, make = MAKERS[maker]
    buffer = make()
    FREES[right](buffer)
    with pytest.raises(ValueError, match="is freed"):
        FREES[right](buffer)
    with pytest.raises(ValueError, match="is freed"):
        memoryview(buffer)


@each_maker
def test_a_buffer_that_dies_frees_itself(standin: Standin, maker: str) -> None:
    buffer = MAKERS[maker][1]()
    del buffer
    gc.collect()
    assert standin.live_blocks() == {}


def test_a_view_keeps_the_memory(standin: Standin) -> None:
    view = memoryview(raw.WTSEnumerateSessions(None, as_buffer=True))
    gc.collect()
    assert sum(standin.live_blocks().values()) == 1
    assert view.readonly
    assert view.nbytes == 72
    assert view.cast("I")[0] == raw.WTSEnumerateSessions(None)[0].session_id


def test_a_buffer_with_views_is_not_freed(standin: Standin) -> None:
    buffer = raw.WTSEnumerateSessions(None, as_buffer=True)
    view = memoryview(buffer)
    with pytest.raises(BufferError, match="1 view"):
        raw.WTSFreeMemory(buffer)
    view.release()
    raw.WTSFreeMemory(buffer)


def test_an_empty_buffer_is_freed_without_a_call(standin: Standin) -> None:
    standin.null_result("WTSEnumerateSessionsW", count=9)
    buffer = raw.WTSEnumerateSessions(None, as_buffer=True)
    assert (buffer.count, buffer.nbytes, bytes(buffer)) == (0, 0, b"")
    raw.WTSFreeMemory(buffer)
    assert standin.calls("WTSFreeMemory") == []


@pytest.mark.parametrize("form", ["W", "A"])
@pytest.mark.parametrize("failure", exceptions_of("WTSFreeMemoryEx"), ids=str)
def test_a_refusal_of_windows_is_reported(standin: Standin, form: str, failure: Failure) -> None:
    buffer = getattr(raw, f"WTSEnumerateSessionsEx{form}")(None, as_buffer=True)
    with standin.fail(f"WTSFreeMemoryEx{form}", failure.injected), pytest.raises(WtsError) as caught:
        getattr(raw, f"WTSFreeMemoryEx{form}")(2, buffer)
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)
    assert caught.value.function == "WTSFreeMemoryEx"
    standin.reset()  # the block is lost, since trying again could free it twice


@pytest.mark.parametrize("buffer", [None, 0, 1234, b"x", bytearray(8), memoryview(b"x")])
def test_nothing_but_a_buffer_is_taken(standin: Standin, buffer: Any) -> None:
    for free in FREES.values():
        with pytest.raises((TypeError, AttributeError)):
            free(buffer)
    with pytest.raises(TypeError, match="RawBuffer"):
        raw.WTSFreeMemory(buffer)
    with pytest.raises(TypeError, match="RawBuffer"):
        raw.WTSFreeMemoryExW(0, buffer)


@pytest.mark.parametrize(
    ("type_class", "error"),
    [(None, TypeError), (True, TypeError), ("2", TypeError), (-1, OverflowError), (1 << 32, OverflowError)],
)
def test_bad_classes(type_class: Any, error: type[Exception]) -> None:
    buffer = raw.WTSEnumerateSessionsEx(None, as_buffer=True)
    with pytest.raises(error, match="type_class"):
        raw.WTSFreeMemoryEx(type_class, buffer)


def test_a_buffer_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError, match="as_buffer"):
        raw.RawBuffer()
