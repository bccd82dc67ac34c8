"""Each public callable, when it succeeds and when it fails, leaves neither objects nor native memory behind."""

import ctypes
import inspect
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest

import wtsfast
from helpers.native_memory import heap_use
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, Session, put_processes
from wtsfast import ProcessMonitor, Server, Sid, WtsError

ROUNDS = 300
NAME = "RDSH01"


def processes(**options: Any) -> Any:
    return wtsfast.enumerate_processes(**options)


def sessions(**options: Any) -> Any:
    return wtsfast.enumerate_sessions(**options)


def failing(standin: Standin, function: str, call: Callable[[], object]) -> int | None:
    """Make a call that fails."""
    standin.fail(function, 5)
    with pytest.raises(WtsError) as caught:
        call()
    return caught.value.winerror


def failing_poll(standin: Standin, monitor: ProcessMonitor) -> int | None:
    """Make a poll that fails, of a monitor that was made without a failure."""
    return failing(standin, "WTSEnumerateProcessesEx", monitor.poll)


def refused(error: type[Exception], call: Callable[[], object]) -> str:
    """Make a call whose arguments are refused."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def session(standin: Standin) -> wtsfast.Session:
    """Name a session that is there, whatever the last round did to it."""
    standin.put_session(1, session_name="Console", user_name="anna", domain_name="LAB")
    return Server().session(1)


def process(standin: Standin) -> int:
    """Start a process that the call then ends."""
    standin.add_process(4000, "b.exe", sid=USER)
    return 4000


# The names of public callables (of snapshots and rows too), with a success and a failure of each where it has one.
SUCCESSES: dict[str, Callable[[Standin], object]] = {
    "enumerate_processes": lambda _: (processes(), processes(level=0), processes(source="kernel", user_sids=True)),
    "enumerate_sessions": lambda _: (sessions(), sessions(level=0)),
    "query_sessions": lambda _: wtsfast.query_sessions(),
    "current_session_id": lambda _: wtsfast.current_session_id(),
    "console_session_id": lambda _: wtsfast.console_session_id(),
    "session_id_of": lambda _: wtsfast.session_id_of(wtsfast.enumerate_processes(source="kernel")[-1].pid),
    "get_include": lambda _: wtsfast.get_include(),
    "Server": lambda _: Server(NAME).close(),
    "Server.close": lambda _: Server(NAME).close(),
    "Server.session": lambda _: Server().session(1),
    "Server.terminate_process": lambda standin: Server().terminate_process(process(standin)),
    "Session": session,
    "Session.query": lambda standin: session(standin).query(5),
    "Session.details": lambda standin: session(standin).details(),
    "Session.send_message": lambda standin: session(standin).send_message("title", "message"),
    "Session.disconnect": lambda standin: session(standin).disconnect(),
    "Session.logoff": lambda standin: session(standin).logoff(),
    "ProcessMonitor": lambda _: ProcessMonitor(),
    "ProcessMonitor.poll": lambda _: ProcessMonitor().poll(),
    "Sid": lambda _: (Sid("S-1-5-18"), str(Sid(USER)), hash(Sid(SYSTEM)), pickle.loads(pickle.dumps(Sid(USER)))),
    "Snapshot.column": lambda _: [processes().column(name) for name in processes().columns],
    "Snapshot.select": lambda _: set(processes().select()),
    "Snapshot.to_tuples": lambda _: (processes().to_tuples(), sessions().to_tuples()),
    "Snapshot.to_dicts": lambda _: (processes().to_dicts(), sessions().to_dicts()),
    "Snapshot.where": lambda _: processes().where(name="A.EXE", user_sid=USER),
    "ProcessSnapshot.get": lambda _: processes().get(3),
    "ProcessSnapshot.totals": lambda _: [processes().totals(by) for by in ("session_id", "user_sid", "name")],
    "ProcessSnapshot.diff": lambda _: difference(),
    "SessionSnapshot.get": lambda _: sessions().get(1),
    "SessionSnapshot.diff": lambda _: session_difference(),
    "ProcessInfo.detach": lambda _: [(row.detach(), pickle.loads(pickle.dumps(row)), repr(row)) for row in processes()],
    "SessionInfo.detach": lambda _: [(row.detach(), pickle.loads(pickle.dumps(row)), repr(row)) for row in sessions()],
}
FAILURES: dict[str, Callable[[Standin], object]] = {
    "enumerate_processes": lambda standin: (
        failing(standin, "WTSEnumerateProcessesEx", processes),
        failing(standin, "WTSEnumerateProcesses", lambda: processes(level=0)),
        refused(TypeError, lambda: processes(session_id=None)),
    ),
    "enumerate_sessions": lambda standin: (
        failing(standin, "WTSEnumerateSessionsEx", sessions),
        failing(standin, "WTSEnumerateSessions", lambda: sessions(level=0)),
    ),
    "query_sessions": lambda standin: (
        failing(standin, "WTSEnumerateSessionsEx", wtsfast.query_sessions),
        standin.fail("WTSQuerySessionInformation", 5),
        wtsfast.query_sessions(),
    ),
    "session_id_of": lambda _: refused(WtsError, lambda: wtsfast.session_id_of(0xFFFFFFF0)),
    "Server": lambda standin: failing(standin, "WTSOpenServer", lambda: Server(NAME)),
    "Server.session": lambda _: refused(ValueError, lambda: Server().session(0xFFFFFFFF)),
    "Server.terminate_process": lambda standin: failing(
        standin, "WTSTerminateProcess", lambda: Server().terminate_process(3)
    ),
    "Session.query": lambda standin: failing(standin, "WTSQuerySessionInformation", lambda: session(standin).query(5)),
    "Session.details": lambda standin: failing(standin, "WTSEnumerateSessionsEx", session(standin).details),
    "Session.send_message": lambda standin: failing(
        standin, "WTSSendMessage", lambda: session(standin).send_message("title", "message")
    ),
    "Session.disconnect": lambda standin: failing(standin, "WTSDisconnectSession", session(standin).disconnect),
    "Session.logoff": lambda standin: failing(standin, "WTSLogoffSession", session(standin).logoff),
    "ProcessMonitor": lambda standin: failing(standin, "WTSEnumerateProcessesEx", ProcessMonitor),
    "ProcessMonitor.poll": lambda standin: failing_poll(standin, ProcessMonitor()),
    "Sid": lambda _: (refused(ValueError, lambda: Sid("S-1-5-x")), refused(ValueError, lambda: Sid(b"nonsense"))),
    "Snapshot.column": lambda _: refused(ValueError, lambda: processes().column("nope")),
    "Snapshot.select": lambda _: refused(ValueError, lambda: processes().select("pid", "nope")),
    "Snapshot.to_tuples": lambda _: refused(ValueError, lambda: processes().to_tuples("pid", "nope")),
    "Snapshot.to_dicts": lambda _: refused(ValueError, lambda: processes().to_dicts("pid", "nope")),
    "Snapshot.where": lambda _: refused(ValueError, lambda: processes().where(name="a.exe", user_sid="nope")),
    "ProcessSnapshot.get": lambda _: refused(OverflowError, lambda: processes().get(-1)),
    "ProcessSnapshot.totals": lambda _: refused(ValueError, lambda: processes().totals("nope")),
    "ProcessSnapshot.diff": lambda _: refused(ValueError, lambda: processes().diff(processes(level=0))),
    "SessionSnapshot.get": lambda _: refused(OverflowError, lambda: sessions().get(-1)),
    "SessionSnapshot.diff": lambda _: refused(ValueError, lambda: sessions().diff(sessions(level=0))),
}
# Those that cannot fail, or only make plain Python values.
NO_FAILURE = {
    "current_session_id",
    "console_session_id",
    "get_include",
    "ProcessInfo.detach",
    "SessionInfo.detach",
    "Server.close",
    "Session",
}
# Passed on to wtsfast.raw, whose own tests count what is left; run is what the others use.
ELSEWHERE = {"Server.run", "Server.shutdown", "Session.connect", "Session.user_token"}
# Enums, exceptions and named tuples; what query and Arrow exports leave behind is tested with them.
PLAIN = {
    "Account",
    "ConnectState",
    "CpuUsage",
    "InfoClass",
    "ProcessDelta",
    "ProcessInfo",
    "ProcessSnapshot",
    "ProcessTotals",
    "SessionDelta",
    "SessionDetails",
    "SessionInfo",
    "SessionSnapshot",
}
CALLS = {
    **{f"{name} succeeds": call for name, call in SUCCESSES.items()},
    **{f"{name} fails": call for name, call in FAILURES.items()},
}

# Blocks a round that the stand-in keeps until its reset: closed handles, to know them again, and message boxes.
STANDIN_KEEPS = {"Server succeeds": 1, "Server.close succeeds": 1, "Session.send_message succeeds": 3}


def difference() -> object:
    earlier = processes()
    delta = processes().diff(earlier)
    return delta, dict(delta.cpu), 3 in delta.cpu


def session_difference() -> object:
    earlier = sessions()
    return sessions().diff(earlier)


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.add_server(NAME)
    put_processes(standin, [Process(pid % 2, pid, f"{'ab'[pid % 2]}.exe", USER) for pid in range(20)])
    for session in (Session(1, 0, 1, "Console", None, "anna", "LAB"), Session(2, 4, 2, None)):
        values = session._asdict()
        standin.add_session(values.pop("session_id"), **values)
    standin.configure(guard=False)


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_left_behind(standin: Standin, call: str) -> None:
    def rounds(count: int) -> None:
        for _ in range(count):
            CALLS[call](standin)

    rounds(30)
    objects, native = sys.getallocatedblocks(), heap_use().blocks
    rounds(ROUNDS)
    assert heap_use().blocks - native - ROUNDS * STANDIN_KEEPS.get(call, 0) < ROUNDS // 2
    assert sys.getallocatedblocks() - objects < ROUNDS // 2
    assert standin.live_blocks() == {}
    assert standin.live_handles() == {}


def public_callables() -> set[str]:
    """Name the package's public functions, classes that do something, and what snapshots and rows can do."""
    names = {name for name in wtsfast.__all__ if callable(getattr(wtsfast, name))}
    errors = {name for name in names if inspect.isclass(each := getattr(wtsfast, name)) and issubclass(each, Exception)}
    found = names - errors - PLAIN
    for kind in (
        wtsfast.ProcessSnapshot,
        wtsfast.SessionSnapshot,
        wtsfast.ProcessInfo,
        wtsfast.SessionInfo,
        wtsfast.Server,
        wtsfast.Session,
        wtsfast.ProcessMonitor,
    ):
        for base in kind.__mro__[:-1]:
            found |= {
                f"{base.__name__}.{name}"
                for name, value in vars(base).items()
                if not name.startswith("_") and callable(value)
            }
    return found - ELSEWHERE


def test_every_public_callable_is_tested_here() -> None:
    assert public_callables() - set(SUCCESSES) == set()
    assert public_callables() - set(FAILURES) - NO_FAILURE == set()


def test_a_leak_would_be_seen(standin: Standin) -> None:
    malloc = ctypes.CDLL("msvcrt").malloc
    malloc.restype = ctypes.c_void_p
    kept: list[object] = []
    objects, native = sys.getallocatedblocks(), heap_use().blocks
    try:
        kept.extend(processes().to_tuples() for _ in range(ROUNDS))
        assert sys.getallocatedblocks() - objects > ROUNDS // 2
        kept.extend(processes() for _ in range(ROUNDS))
        assert sum(standin.live_blocks().values()) == ROUNDS
        kept.clear()
        assert heap_use().blocks - native < ROUNDS // 2
        for _ in range(ROUNDS):
            malloc(1)
        assert heap_use().blocks - native > ROUNDS // 2
    finally:
        kept.clear()  # a failure's traceback would keep the blocks for the next test to find
