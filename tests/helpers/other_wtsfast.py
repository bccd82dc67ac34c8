"""The table of the C interface written once more, and a package that is not wtsfast behind it.

The table may only grow: modules that were built long ago rely on each line here. The other package's snapshots are
objects of a Python class. A module that knows anything of wtsfast's own classes would fail on them.
"""

import ctypes
import sys
import types
from typing import Any

from helpers.wts_ctypes import ProcessRowEx

API_NAME = b"wtsfast._capi.API"  # a capsule keeps the pointer to it

_python = ctypes.pythonapi
_python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_python.PyCapsule_New.restype = ctypes.py_object


_python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_python.PyCapsule_GetPointer.restype = ctypes.c_void_p


class RowsView(ctypes.Structure):
    """WTSFAST_PROCESSES, and WTSFAST_SESSIONS."""

    _fields_ = (
        ("owner", ctypes.c_void_p),
        ("level", ctypes.c_int),
        ("count", ctypes.c_ssize_t),
        ("level_0", ctypes.c_void_p),
        ("level_1", ctypes.c_void_p),
    )


class ColumnView(ctypes.Structure):
    """WTSFAST_COLUMN."""

    _fields_ = (
        ("owner", ctypes.c_void_p),
        ("kind", ctypes.c_int),
        ("count", ctypes.c_ssize_t),
        ("stride", ctypes.c_ssize_t),
        ("first", ctypes.c_void_p),
    )


class SidView(ctypes.Structure):
    """WTSFAST_SID_VIEW."""

    _fields_ = (("owner", ctypes.c_void_p), ("size", ctypes.c_ssize_t), ("sid", ctypes.c_void_p))


GetRows = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(RowsView))
GetColumn = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_char_p, ctypes.POINTER(ColumnView))
GetSid = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(SidView))


class Table(ctypes.Structure):
    """WTSFAST_API, and functions behind it that no module knows yet."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("size", ctypes.c_int),
        ("get_processes", GetRows),
        ("get_sessions", GetRows),
        ("get_column", GetColumn),
        ("get_sid", GetSid),
        ("later", ctypes.c_void_p * 3),
    )


KNOWN_SIZE = Table.later.offset


def table_of(capsule: object) -> Table:
    """Read the table of a capsule; `later` may lie behind its end."""
    return Table.from_address(_python.PyCapsule_GetPointer(capsule, API_NAME))


def release(view: Any) -> None:
    """Give a view's reference back and empty it, as the header does."""
    owner = ctypes.cast(view.owner, ctypes.py_object)
    ctypes.memset(ctypes.addressof(view), 0, ctypes.sizeof(view))
    _python.Py_DecRef(owner)


class Snapshot:
    """Processes of a Python list."""

    def __init__(self, pids_and_names: list[tuple[int, str]]) -> None:
        self.texts = [ctypes.create_unicode_buffer(name) for _, name in pids_and_names]
        self.rows = (ProcessRowEx * len(pids_and_names))(
            *(
                ProcessRowEx(pid=pid, name=ctypes.addressof(text))
                for (pid, _), text in zip(pids_and_names, self.texts, strict=True)
            )
        )


def _get_processes(source: Any, view: Any) -> int:
    """Show the rows, and let the view hold a reference."""
    _python.Py_IncRef(ctypes.py_object(source))
    view[0] = RowsView(id(source), 1, len(source.rows), None, ctypes.addressof(source.rows))
    return 0


get_processes = GetRows(_get_processes)


def install(*, version: int, size: int) -> Table:
    """Take wtsfast's place in this process, for good."""
    table = Table(version, size, get_processes)
    capi: Any = types.ModuleType("wtsfast._capi")
    capi.API = _python.PyCapsule_New(ctypes.addressof(table), API_NAME, None)
    package = types.ModuleType("wtsfast")
    package.__path__ = []
    sys.modules |= {"wtsfast": package, "wtsfast._capi": capi}
    return table
