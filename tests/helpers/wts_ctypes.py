"""The API through ctypes, for the tests of the stand-in itself: no line of it comes from the package."""

import ctypes
from ctypes import wintypes
from typing import Any, NamedTuple

DWORD, HANDLE, POINTER = wintypes.DWORD, ctypes.c_void_p, ctypes.c_void_p
ANY_SESSION, CURRENT_SESSION = 0xFFFFFFFE, 0xFFFFFFFF
UNTOUCHED = 0x5A5A5A5A


class Outcome(NamedTuple):
    """What a call answered; `outputs` are the values of the output arguments, whether it succeeded or not."""

    result: int
    error: int
    outputs: tuple[Any, ...]


class SessionRow(ctypes.Structure):
    _fields_ = (("session_id", DWORD), ("name", POINTER), ("state", DWORD))


class SessionRow1(ctypes.Structure):
    _fields_ = (
        ("exec_env_id", DWORD),
        ("state", DWORD),
        ("session_id", DWORD),
        ("session_name", POINTER),
        ("host_name", POINTER),
        ("user_name", POINTER),
        ("domain_name", POINTER),
        ("farm_name", POINTER),
    )


class ProcessRow(ctypes.Structure):
    _fields_ = (("session_id", DWORD), ("pid", DWORD), ("name", POINTER), ("sid", POINTER))


class ProcessRowEx(ctypes.Structure):
    _fields_ = (
        *ProcessRow._fields_,
        ("number_of_threads", DWORD),
        ("handle_count", DWORD),
        ("pagefile_usage", DWORD),
        ("peak_pagefile_usage", DWORD),
        ("working_set_size", DWORD),
        ("peak_working_set_size", DWORD),
        ("user_time", ctypes.c_int64),
        ("kernel_time", ctypes.c_int64),
    )


class ServerRow(ctypes.Structure):
    _fields_ = (("name", POINTER),)


class Api:
    """Calls of one loaded wtsapi32.dll; the last error is set to UNTOUCHED before each."""

    def __init__(self, path: str) -> None:
        self.dll = ctypes.WinDLL(path, use_last_error=True)
        for name in ("WTSOpenServerW", "WTSOpenServerA", "WTSOpenServerExW", "WTSOpenServerExA"):
            getattr(self.dll, name).restype = HANDLE
        for name in ("WTSVirtualChannelOpen", "WTSVirtualChannelOpenEx"):
            getattr(self.dll, name).restype = HANDLE

    def call(self, name: str, *arguments: Any, outputs: tuple[Any, ...] = ()) -> Outcome:
        """Call a function: ints and None go as pointer-sized values, `outputs` are ctypes objects passed by address."""
        converted = [
            HANDLE(argument) if argument is None or (type(argument) is int and argument >= 0) else argument
            for argument in arguments
        ]
        ctypes.set_last_error(UNTOUCHED)
        result = getattr(self.dll, name)(*converted)
        return Outcome(int(result or 0), ctypes.get_last_error(), tuple(output.value for output in outputs))

    # ---- enumerations: rows as they lie in memory, with the text read, freed again ----

    def sessions(self, server: int | None = None, *, form: str = "W") -> list[tuple[int, Any, int]]:
        rows, count = POINTER(), DWORD()
        done = self.call(f"WTSEnumerateSessions{form}", server, 0, 1, ctypes.byref(rows), ctypes.byref(count))
        if not done.result:
            raise OSError(0, "WTSEnumerateSessions", None, done.error)
        found = [
            (row.session_id, text(row.name, form), row.state) for row in table(SessionRow, rows.value, count.value)
        ]
        if rows.value:
            self.call("WTSFreeMemory", rows.value)
        return found

    def sessions_ex(self, server: int | None = None, *, form: str = "W") -> list[dict[str, Any]]:
        rows, count, level = POINTER(), DWORD(), DWORD(1)
        done = self.call(
            f"WTSEnumerateSessionsEx{form}", server, ctypes.byref(level), 0, ctypes.byref(rows), ctypes.byref(count)
        )
        if not done.result:
            raise OSError(0, "WTSEnumerateSessionsEx", None, done.error)
        found = [as_dict(row, form) for row in table(SessionRow1, rows.value, count.value)]
        if rows.value:
            assert self.call(f"WTSFreeMemoryEx{form}", 2, rows.value, count.value).result
        return found

    def processes(self, server: int | None = None, *, form: str = "W") -> list[dict[str, Any]]:
        rows, count = POINTER(), DWORD()
        done = self.call(f"WTSEnumerateProcesses{form}", server, 0, 1, ctypes.byref(rows), ctypes.byref(count))
        if not done.result:
            raise OSError(0, "WTSEnumerateProcesses", None, done.error)
        found = [as_dict(row, form) for row in table(ProcessRow, rows.value, count.value)]
        if rows.value:
            self.call("WTSFreeMemory", rows.value)
        return found

    def processes_ex(
        self, level: int, session_id: int = ANY_SESSION, server: int | None = None, *, form: str = "W"
    ) -> list[dict[str, Any]]:
        rows, count, asked = POINTER(), DWORD(), DWORD(level)
        done = self.call(
            f"WTSEnumerateProcessesEx{form}",
            server,
            ctypes.byref(asked),
            session_id,
            ctypes.byref(rows),
            ctypes.byref(count),
        )
        if not done.result:
            raise OSError(0, "WTSEnumerateProcessesEx", None, done.error)
        assert asked.value == level
        row_type = ProcessRowEx if level else ProcessRow
        found = [as_dict(row, form) for row in table(row_type, rows.value, count.value)]
        if rows.value:
            assert self.call(f"WTSFreeMemoryEx{form}", level, rows.value, count.value).result
        return found

    def query(self, session_id: int, info_class: int, server: int | None = None, *, form: str = "W") -> bytes | None:
        """Give the bytes of an info class; None is a NULL buffer."""
        return self.buffer(f"WTSQuerySessionInformation{form}", server, session_id, info_class)

    def buffer(self, name: str, *arguments: Any) -> bytes | None:
        """Call a function that ends in a buffer and its size, and free the buffer."""
        data, size = POINTER(), DWORD()
        done = self.call(name, *arguments, ctypes.byref(data), ctypes.byref(size))
        if not done.result:
            raise OSError(0, name, None, done.error)
        if not data.value:
            return None
        content = ctypes.string_at(data.value, size.value)
        self.call("WTSFreeMemory", data.value)
        return content


def table(row_type: type[ctypes.Structure], address: int | None, count: int) -> list[Any]:
    return list((row_type * count).from_address(address)) if address and count else []


def text(address: int | None, form: str = "W") -> str | bytes | None:
    if not address:
        return None
    return ctypes.wstring_at(address) if form == "W" else ctypes.string_at(address)


def as_dict(row: ctypes.Structure, form: str) -> dict[str, Any]:
    """Give a row's fields, with its text and SID read."""
    values: dict[str, Any] = {}
    for field in row._fields_:
        name, value = field[0], getattr(row, field[0])
        if name == "sid":
            value = sid_bytes(value)
        elif name.endswith("name"):
            value = text(value, form)
        values[name] = value
    return values


def sid_bytes(address: int | None) -> bytes | None:
    if not address:
        return None
    return ctypes.string_at(address, 8 + 4 * ctypes.string_at(address, 2)[1])
