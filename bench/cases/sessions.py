"""Cases of sessions: one call, rows, and one pass with the users' names."""

from typing import Any

import rivals
import wtsfast
from frame import NotAvailableError, contender, floor

try:
    import psutil
except ImportError:
    psutil = None
try:
    import win32ts
except ImportError:
    win32ts = None

enumerate_sessions = wtsfast.enumerate_sessions
FLOOR = "C, every row read"


def pywin32_sessions() -> Any:
    """Call win32ts, or say that it is not here."""
    if win32ts is None:
        raise NotAvailableError("pywin32 is not installed")
    return win32ts.WTSEnumerateSessions()


@floor("sessions, level 0", FLOOR, "sessions, level 0", kind="sessions")
def _(total: dict[str, int]) -> int:
    return total["rows"]


@contender("sessions, level 0", "wtsfast", kind="sessions")
def _() -> int:
    return len(enumerate_sessions(level=0))


@contender("sessions, level 0", "ctypes", kind="sessions")
def _() -> int:
    rows = rivals.take_sessions()
    rivals.free_sessions(rows)
    return len(rows)


@contender("sessions, level 0", "pywin32", kind="sessions")
def _() -> int:
    return len(pywin32_sessions())


@contender("id, name and state of sessions", "wtsfast", kind="sessions")
def _() -> list[tuple[Any, ...]]:
    return enumerate_sessions(level=0).to_tuples("session_id", "session_name", "state")


@contender("id, name and state of sessions", "ctypes", kind="sessions")
def _() -> list[tuple[Any, ...]]:
    rows = rivals.take_sessions()
    result = [(row.SessionId, row.pWinStationName, row.State) for row in rows]
    rivals.free_sessions(rows)
    return result


@contender("id, name and state of sessions", "pywin32", kind="sessions")
def _() -> list[tuple[Any, ...]]:
    return [(row["SessionId"], row["WinStationName"], row["State"]) for row in pywin32_sessions()]


@floor("sessions with users", FLOOR, "sessions, level 1", kind="sessions")
def _(total: dict[str, int]) -> bool:
    return total["rows"] > 0


@contender("sessions with users", "wtsfast, one call", kind="sessions")
def _() -> bool:
    return len(enumerate_sessions().to_tuples("session_id", "session_name", "user_name", "state")) > 0


@contender("sessions with users", "psutil.users(), several calls each", kind="sessions")
def _() -> bool:
    if psutil is None:
        raise NotAvailableError("psutil is not installed")
    return len(psutil.users()) >= 0
