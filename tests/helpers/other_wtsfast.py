"""A package that is not wtsfast, behind the name of its C interface: what stays the same for modules is that table.

Its snapshots are objects of a Python class. A module that knows anything of wtsfast's own classes would fail on them.
"""

import ctypes
import sys
import types
from typing import Any

from helpers.wts_ctypes import ProcessRowEx

API_NAME = b"wtsfast._capi.API"  # a capsule keeps the pointer to it
FUNCTIONS = 4

_python = ctypes.pythonapi
_python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_python.PyCapsule_New.restype = ctypes.py_object


class ProcessesView(ctypes.Structure):
    """WTSFAST_PROCESSES."""

    _fields_ = (
        ("owner", ctypes.c_void_p),
        ("level", ctypes.c_int),
        ("count", ctypes.c_ssize_t),
        ("level_0", ctypes.c_void_p),
        ("level_1", ctypes.c_void_p),
    )


GetProcesses = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(ProcessesView))


class Table(ctypes.Structure):
    """WTSFAST_API, and functions behind it that no module knows yet."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("size", ctypes.c_int),
        ("get_processes", GetProcesses),
        ("others", ctypes.c_void_p * (FUNCTIONS - 1)),
        ("later", ctypes.c_void_p * 3),
    )


KNOWN_SIZE = Table.later.offset


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
    view[0] = ProcessesView(id(source), 1, len(source.rows), None, ctypes.addressof(source.rows))
    return 0


get_processes = GetProcesses(_get_processes)


def install(*, version: int, size: int) -> Table:
    """Take wtsfast's place in this process, for good."""
    table = Table(version, size, get_processes)
    capi: Any = types.ModuleType("wtsfast._capi")
    capi.API = _python.PyCapsule_New(ctypes.addressof(table), API_NAME, None)
    package = types.ModuleType("wtsfast")
    package.__path__ = []
    sys.modules |= {"wtsfast": package, "wtsfast._capi": capi}
    return table
