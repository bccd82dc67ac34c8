"""Cases of sessions: one call, rows, and one pass that shows who is logged on."""

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


# ---- the call ----


@floor("sessions, nothing read", FLOOR, "sessions, level 0", kind="sessions")
def _(total: dict[str, int]) -> int:
    return total["rows"]


@contender("sessions, nothing read", "wtsfast", kind="sessions")
def _() -> int:
    return len(enumerate_sessions(level=0))


@contender("sessions, nothing read", "ctypes", kind="sessions")
def _() -> int:
    rows = rivals.take_sessions()
    rivals.free_sessions(rows)
    return len(rows)


# ---- id, name and state ----


def as_tuples(rows: Any) -> list[tuple[Any, ...]]:
    """Compare id, name and state, whatever the form."""
    plain = [tuple(row.values()) if isinstance(row, dict) else row for row in rows]
    return [(session_id, name, int(state)) for session_id, name, state in plain]


@contender("id, name and state of sessions", "wtsfast, rows", kind="sessions", same=as_tuples)
def _() -> list[tuple[Any, ...]]:
    return [(row.session_id, row.session_name, row.state) for row in enumerate_sessions(level=0)]


@contender("id, name and state of sessions", "wtsfast, tuples", kind="sessions", same=as_tuples)
def _() -> list[tuple[Any, ...]]:
    return enumerate_sessions(level=0).to_tuples()


@contender("id, name and state of sessions", "wtsfast, dicts", kind="sessions", same=as_tuples)
def _() -> list[dict[str, Any]]:
    return enumerate_sessions(level=0).to_dicts()


@contender("id, name and state of sessions", "ctypes", kind="sessions", same=as_tuples)
def _() -> list[tuple[Any, ...]]:
    rows = rivals.take_sessions()
    result = [(row.SessionId, row.pWinStationName, row.State) for row in rows]
    rivals.free_sessions(rows)
    return result


@contender("id, name and state of sessions", "pywin32, dicts", kind="sessions", same=as_tuples)
def _() -> Any:
    return pywin32_sessions()


# ---- users ----


@contender("who is logged on", "wtsfast, one call", kind="sessions", same=sorted)
def _() -> list[str]:
    return [user for (user,) in enumerate_sessions().select("user_name") if user]


@contender("who is logged on", "psutil.users(), calls for each", kind="sessions", same=sorted)
def _() -> list[str]:
    if psutil is None:
        raise NotAvailableError("psutil is not installed")
    return [user.name for user in psutil.users()]


@contender("who is logged on, since when, from where", "wtsfast.query_sessions", kind="sessions", same=sorted)
def _() -> list[str]:
    return [details.user_name or "" for details in wtsfast.query_sessions(users_only=True)]


@contender("who is logged on, since when, from where", "psutil.users()", kind="sessions", same=sorted)
def _() -> list[str]:
    if psutil is None:
        raise NotAvailableError("psutil is not installed")
    return [user.name for user in psutil.users()]
