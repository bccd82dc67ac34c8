"""Nobody sees an object before it is whole: the collector shows other threads and hooks all objects that it tracks."""

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any

import pytest

import wtsfast
from helpers.standin import Standin
from helpers.threads import Threads
from wtsfast import ProcessSnapshot, _totals

ROWS = 733  # no other list has so many items


@pytest.fixture(autouse=True)
def table(standin: Standin) -> None:
    standin.configure(guard=False)
    standin.generate(sessions=2, processes=ROWS)


def tracked(kind: str) -> list[Any]:
    """Give the objects of a class that the collector tracks."""
    return [thing for thing in gc.get_objects() if type(thing).__name__ == kind]


def lists_of_rows() -> int:
    """Count the lists of as many items as there are rows that are not all there; asking for a missing one is fatal."""
    return sum(len(thing) == ROWS > len(gc.get_referents(thing)) for thing in tracked("list"))


class Hooked(str):
    """A name that looks around when it is looked up."""

    __slots__ = ("hook",)
    hook: Callable[[], object]

    def __hash__(self) -> int:
        self.hook()
        return super().__hash__()

    __eq__ = str.__eq__


def hooked(name: str, hook: Callable[[], object]) -> Hooked:
    made = Hooked(name)
    made.hook = hook
    return made


def test_no_snapshot_is_seen_while_the_call_waits(standin: Standin) -> None:
    before = len(tracked("ProcessSnapshot"))
    with Threads() as threads, standin.block("WTSEnumerateProcessesEx"):
        threads.start(wtsfast.enumerate_processes)
        standin.wait_until_running("WTSEnumerateProcessesEx")
        assert len(tracked("ProcessSnapshot")) == before


def test_no_selection_is_seen_while_its_columns_are_looked_up() -> None:
    snapshot = wtsfast.enumerate_processes()
    seen: list[int] = []
    snapshot.select(hooked("pid", lambda: seen.append(len(tracked("Selection")))))
    assert seen == [0]


def test_no_list_is_seen_while_its_columns_are_looked_up() -> None:
    snapshot = wtsfast.enumerate_processes()
    seen: list[int] = []
    snapshot.to_tuples(hooked("pid", lambda: seen.append(lists_of_rows())))
    assert seen == [0]


@pytest.mark.parametrize("take", [ProcessSnapshot.to_tuples, lambda snapshot: snapshot.column("name")])
def test_no_list_is_seen_while_it_is_filled(take: Callable[[ProcessSnapshot], list[Any]]) -> None:
    """Python 3.11 collects in the midst of making tuples, and then calls whoever wants to know."""
    snapshot = wtsfast.enumerate_processes()
    seen: list[int] = []

    def look(*_: object) -> None:
        seen.append(lists_of_rows())

    threshold = gc.get_threshold()
    gc.callbacks.append(look)
    gc.set_threshold(1)
    try:
        result = take(snapshot)
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(look)
    assert set(seen) <= {0}
    assert len(result) == ROWS
    assert gc.is_tracked(result)
    if sys.version_info < (3, 12) and isinstance(result[0], tuple):
        assert seen


def test_a_list_is_tracked_again_after_it_is_filled() -> None:
    result: list[Any] = wtsfast.enumerate_processes().to_tuples("pid")
    assert gc.is_tracked(result)


def test_totals_of_nothing_are_an_error() -> None:
    totals: Any = _totals.totals
    with pytest.raises(TypeError):
        totals(None, "name")


@pytest.mark.parametrize("layout", [0x20, 0x40, 0x80])
def test_a_column_does_not_claim_to_be_contiguous(layout: int) -> None:
    """Who asks the exporter itself for items side by side, as C code may, is told that they are not."""
    exporter = wtsfast.enumerate_processes().column("pid").obj
    view = ctypes.create_string_buffer(256)
    strides = 0x10 | 0x08
    with pytest.raises(BufferError):
        ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(exporter), view, layout | strides)
