"""The columns of the listings: their names, titles, meanings, and how a value reads in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wtsfast.cli._text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

__all__ = ["PROCESSES", "SESSIONS", "Column", "Row", "Subject"]

Row = dict[str, Any]


def _text(value: object) -> str:
    return printable(str(value))


def _mebibytes(value: int) -> str:
    return f"{value / (1 << 20):.1f}"


def _seconds(value: float) -> str:
    minutes, tenths = divmod(round(value * 10), 600)
    return f"{minutes // 60}:{minutes % 60:02}:{tenths // 10:02}.{tenths % 10}"


def _whole_seconds(value: float) -> str:
    return _seconds(int(value)).partition(".")[0]


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _ticks(value: int) -> str:
    return _seconds(value / 10_000_000)


def _member(value: str | int) -> str:
    return value.replace("_", " ").capitalize() if isinstance(value, str) else str(value)


def _time(value: datetime) -> str:
    try:
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}"
    except (OSError, OverflowError):  # Windows knows no local time before 1970 nor after 3000, a server may give one
        return f"{value:%Y-%m-%d %H:%M:%S}Z"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one column. Text stands on the left and may be cut in a narrow terminal, all else on the right."""

    name: str
    title: str
    meaning: str
    show: Callable[[Any], str] = str
    is_text: bool = False
    largest_first: bool = False
    otherwise: str = ""
    """The column whose value a table shows where this one has none."""

    def cell(self, row: Row) -> str:
        """Return what a table shows; a dash where Windows gives nothing."""
        value = row[self.name]
        if value is None and self.otherwise:
            value = row.get(self.otherwise)
        return "-" if value is None else self.show(value)


@dataclass(frozen=True, slots=True)
class Subject:
    """Describe what a command lists."""

    name: str
    columns: Mapping[str, Column]
    shown: tuple[str, ...]
    """What a table shows when nothing else is asked for."""
    dispensable: tuple[str, ...]
    """Which of those a narrow terminal does without, in this order."""


def _number(name: str, title: str, meaning: str) -> Column:
    return Column(name, title, meaning, largest_first=True)


def _memory(name: str, title: str, meaning: str) -> Column:
    return Column(name, f"{title} MiB", f"{meaning}, bytes", _mebibytes, largest_first=True)


def _duration(name: str, title: str, meaning: str) -> Column:
    return Column(name, title, f"{meaning}, in units of 100 ns", _ticks, largest_first=True)


def _words(name: str, title: str, meaning: str, otherwise: str = "") -> Column:
    return Column(name, title, meaning, _text, is_text=True, otherwise=otherwise)


def _subject(name: str, columns: list[Column], shown: str, dispensable: str) -> Subject:
    return Subject(name, {column.name: column for column in columns}, tuple(shown.split()), tuple(dispensable.split()))


PROCESSES: Final = _subject(
    "processes",
    [
        Column("session_id", "SESSION", "the session that the process runs in"),
        Column("pid", "PID", "the process id"),
        _words("name", "NAME", "the program's file name"),
        _words("user_sid", "SID", "the user's security identifier"),
        _words("user", "USER", "the user's account; a table shows the SID where there is none", otherwise="user_sid"),
        _number("number_of_threads", "THREADS", "threads"),
        _number("handle_count", "HANDLES", "open handles"),
        _memory("pagefile_usage", "PRIVATE", "committed private memory"),
        _memory("peak_pagefile_usage", "PEAK PRIVATE", "its highest value so far"),
        _memory("working_set_size", "MEMORY", "physical memory in use"),
        _memory("peak_working_set_size", "PEAK MEMORY", "its highest value so far"),
        _duration("user_time", "USER TIME", "CPU time in user mode"),
        _duration("kernel_time", "KERNEL TIME", "CPU time in kernel mode; of process 0, idle time"),
        Column("creation_time", "STARTED", "when it started (source kernel only)", _time, largest_first=True),
        Column("cpu_seconds", "CPU TIME", "both CPU times, seconds; none for process 0", _seconds, largest_first=True),
    ],
    shown="session_id pid name user number_of_threads handle_count pagefile_usage working_set_size cpu_seconds",
    dispensable="pagefile_usage handle_count number_of_threads session_id cpu_seconds user working_set_size",
)

SESSIONS: Final = _subject(
    "sessions",
    [
        Column("exec_env_id", "ENVIRONMENT", "the id that is unique in this list, on virtualization hosts too"),
        Column("state", "STATE", "the state of the connection", _member, is_text=True),
        Column("session_id", "SESSION", "the session id"),
        _words("session_name", "NAME", "the session's name"),
        _words("host_name", "HOST", "the virtual machine that the session runs in"),
        _words("user_name", "USER NAME", "the user who is logged on"),
        _words("domain_name", "DOMAIN", "the user's domain"),
        _words("farm_name", "FARM", "the farm of the virtual machine"),
        _words("user", "USER", "domain and user in one"),
        Column("locked", "LOCKED", "whether it is locked; the wrong way round before Windows 8", _yes_or_no),
        Column("logon_time", "LOGGED ON", "when the user logged on", _time),
        Column("connect_time", "CONNECTED", "when a client last connected", _time),
        Column("disconnect_time", "DISCONNECTED", "when a client last left", _time),
        Column("last_input_time", "LAST INPUT", "when a key or the mouse was last used", _time),
        Column("current_time", "SERVER TIME", "the server's clock", _time),
        Column("idle_seconds", "IDLE", "time since the last input, seconds", _whole_seconds, largest_first=True),
        _number("incoming_bytes", "BYTES IN", "bytes from the client; starts anew at 4 GiB"),
        _number("outgoing_bytes", "BYTES OUT", "bytes to the client; starts anew at 4 GiB"),
        _words("client_name", "CLIENT", "the client's name, as it says itself"),
        _words("client_address", "ADDRESS", "the client's address, as it says itself"),
        Column("client_build_number", "BUILD", "the client's build number"),
        Column("client_product_id", "PRODUCT", "the client's product number"),
        Column("protocol_type", "PROTOCOL", "how it is connected: CONSOLE or RDP", is_text=True),
        Column("horizontal_resolution", "WIDTH", "pixels"),
        Column("vertical_resolution", "HEIGHT", "pixels"),
        Column("color_depth", "COLOURS", "the API's code of the colour depth"),
        _words("error", "ERROR", "what Windows refused to tell about this session"),
    ],
    shown="session_id session_name state user idle_seconds logon_time client_name client_address",
    dispensable="client_address client_name logon_time idle_seconds user session_name",
)
