"""enumerate_sessions, SessionSnapshot and SessionInfo: calls, rows, columns, conditions."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import wtsfast
from helpers.arguments import BAD_LEVELS
from helpers.standin import KEEP_LAST_ERROR, Rule, Standin
from helpers.tables import SESSION_COLUMNS, Session, put_sessions
from wtsfast import AccessDeniedError, ConnectState, Server, ServerUnavailableError, SessionInfo, WtsError

REMOTE = "RDSH01"
LEVEL_0_COLUMNS = ("session_id", "session_name", "state")
TABLE = [
    Session(0, 4, 0, "Services"),
    Session(12, 0, 7, "RDP-Tcp#3", "VM-1", "Zoë \U0001f600", "LAB", "farm"),
    Session(65536, 6, 65536, "RDP-Tcp", None, "", "", None),
    Session(3, 10, 3, None, None, "anna" * 100, None, None),
    Session(0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, "", "", "\ud800", "", ""),
]
FUNCTIONS = [(1, "WTSEnumerateSessionsEx"), (0, "WTSEnumerateSessions")]
each_level = pytest.mark.parametrize(("level", "function"), FUNCTIONS, ids=["level 1", "level 0"])


@pytest.fixture(autouse=True)
def table(standin: Standin) -> None:
    put_sessions(standin, TABLE)


def test_every_field_of_every_row() -> None:
    snapshot = wtsfast.enumerate_sessions()
    assert snapshot.columns == SESSION_COLUMNS
    assert snapshot.to_tuples() == list(snapshot.select()) == TABLE
    for row, session in zip(snapshot, TABLE, strict=True):
        assert tuple(getattr(row, name) for name in SESSION_COLUMNS) == session


def test_level_0_has_what_the_older_function_gives() -> None:
    snapshot = wtsfast.enumerate_sessions(level=0)
    assert snapshot.columns == LEVEL_0_COLUMNS
    assert snapshot.to_tuples() == [(each.session_id, each.session_name, each.state) for each in TABLE]
    for name in set(SESSION_COLUMNS) - set(LEVEL_0_COLUMNS):
        assert not hasattr(snapshot[0], name)
        with pytest.raises(AttributeError, match="level 0"):
            getattr(snapshot[0], name)
        with pytest.raises(ValueError, match=name):
            snapshot.column(name)


def test_names_of_attributes_need_not_be_interned() -> None:
    for level, _ in FUNCTIONS:
        snapshot = wtsfast.enumerate_sessions(level=level)  # type: ignore[arg-type]
        for name in snapshot.columns:
            assert getattr(snapshot[1], "".join(list(name))) == getattr(snapshot[1], name)


def test_states_are_members_where_one_is_known() -> None:
    for level, _ in FUNCTIONS:
        snapshot = wtsfast.enumerate_sessions(level=level)  # type: ignore[arg-type]
        states = [row.state for row in snapshot]
        assert states == [values[0] for values in snapshot.select("state")] == [4, 0, 6, 10, 0xFFFFFFFF]
        assert states[0] is ConnectState.DISCONNECTED
        assert states[2] is ConnectState.LISTEN
        assert [type(state) for state in states[3:]] == [int, int]
        column = snapshot.column("state")
        assert (column.tolist(), column.format, column.readonly) == (states, "I", True)
        assert column.strides == ((56 if level else 24),)


@each_level
def test_the_call_and_the_freeing(standin: Standin, level: Any, function: str) -> None:
    snapshot = wtsfast.enumerate_sessions(level=level)
    (call,) = standin.calls()
    assert call.function == f"{function}W"
    assert call.arguments[:3] == ((0, 1, 0) if level else (0, 0, 1))
    rows = iter(snapshot)
    del snapshot
    assert len(standin.calls()) == 1
    del rows
    freed = standin.calls()[1]
    assert freed.function == ("WTSFreeMemoryExW" if level else "WTSFreeMemory")
    if level:
        assert (freed.arguments[0], freed.arguments[2]) == (2, len(TABLE))


@each_level
@pytest.mark.parametrize("strings", ["after", "before", "shared", "separate"])
def test_memory_layouts(standin: Standin, level: Any, function: str, strings: str) -> None:
    expected = wtsfast.enumerate_sessions(level=level).to_tuples()
    if strings in ("before", "after"):
        standin.configure(layout="block", strings=strings)
    else:
        standin.configure(layout="separate" if strings == "separate" else "block", shared=strings == "shared")
    assert wtsfast.enumerate_sessions(level=level).to_tuples() == expected


@each_level
def test_failures(standin: Standin, level: Any, function: str) -> None:
    for code, kind in (
        (5, AccessDeniedError),
        (1722, ServerUnavailableError),
        (124, WtsError),
        (KEEP_LAST_ERROR, WtsError),
    ):
        standin.forget_calls()
        standin.fail(function, code)
        with pytest.raises(kind) as caught:
            wtsfast.enumerate_sessions(level=level)
        winerror = 0 if code == KEEP_LAST_ERROR else code
        assert (type(caught.value), caught.value.winerror, caught.value.function) == (kind, winerror, function)
        assert [call.function for call in standin.calls()] == [f"{function}W"]  # no silent fallback


@each_level
def test_no_rows(standin: Standin, level: Any, function: str) -> None:
    rules: tuple[Callable[[], Rule], ...] = (
        lambda: standin.fail(function, 259),
        lambda: standin.zero_rows(function),
        lambda: standin.null_result(function, count=3),
    )
    for rule in rules:
        rule()
        snapshot = wtsfast.enumerate_sessions(level=level)
        assert (len(snapshot), list(snapshot), snapshot.to_dicts(), snapshot.get(0)) == (0, [], [], None)
        assert snapshot.diff(snapshot) == ([], [], [])


@pytest.mark.parametrize(("level", "error"), BAD_LEVELS)
def test_bad_levels(standin: Standin, level: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="level"):
        wtsfast.enumerate_sessions(level=level)
    assert standin.calls() == []


def test_servers(standin: Standin) -> None:
    standin.add_server(REMOTE)
    put_sessions(standin, TABLE[:2], server=REMOTE)
    assert wtsfast.enumerate_sessions(REMOTE).to_tuples() == TABLE[:2]
    assert standin.live_handles() == {}
    with Server(REMOTE) as server:
        assert wtsfast.enumerate_sessions(server).to_tuples() == TABLE[:2]
        standin.fail("WTSEnumerateSessionsEx", 5)
        with pytest.raises(AccessDeniedError) as caught:
            wtsfast.enumerate_sessions(server)
        assert caught.value.server == REMOTE
    with pytest.raises(ValueError, match="closed"):
        wtsfast.enumerate_sessions(server)
    for nonsense in (0, b"RDSH01", object()):
        with pytest.raises(TypeError, match="server"):
            wtsfast.enumerate_sessions(nonsense)  # type: ignore[arg-type]


def test_get_at_both_levels() -> None:
    for level, _ in FUNCTIONS:
        snapshot = wtsfast.enumerate_sessions(level=level)  # type: ignore[arg-type]
        for at, session in enumerate(TABLE):
            if session.session_id != 0xFFFFFFFF:
                assert snapshot.get(session.session_id) == snapshot[at]
        assert (snapshot.get(12), snapshot.get(12, "none")) == (None, "none")  # 12 is an environment, not a session
        for session_id, error in (
            (None, TypeError),
            (True, TypeError),
            (-1, OverflowError),
            (1 << 32, OverflowError),
            (0xFFFFFFFF, ValueError),  # "my own" to Windows, and "no console": as Server.session has it
            (wtsfast.ANY_SESSION, ValueError),
        ):
            with pytest.raises(error, match=r"session_id|ANY_SESSION"):
                snapshot.get(session_id)  # type: ignore[arg-type]


def test_where() -> None:
    snapshot = wtsfast.enumerate_sessions()
    for conditions, found in (
        ({"state": ConnectState.ACTIVE}, [7]),
        ({"state": 0xFFFFFFFF}, [0xFFFFFFFF]),
        ({"user_name": "ZOË \U0001f600"}, [7]),
        ({"user_name": None}, [0]),
        ({"user_name": ""}, [65536]),
        ({"session_name": "rdp-tcp", "state": 6}, [65536]),
        ({"exec_env_id": 12}, [7]),
    ):
        assert [row.session_id for row in snapshot.where(**conditions)] == found
    with pytest.raises(OverflowError, match="state"):
        snapshot.where(state=1 << 32)


@pytest.mark.parametrize("field", SESSION_COLUMNS)
def test_rows_differ_in_any_field(standin: Standin, field: str) -> None:
    changed: dict[str, Any] = {field: "other" if field.endswith("_name") else 8}
    put_sessions(standin, [TABLE[1], TABLE[1]._replace(**changed), TABLE[1]])
    first, second, third = wtsfast.enumerate_sessions()
    assert first == third
    assert hash(first) == hash(third) == hash((7, 12))
    assert first != second
    assert first != TABLE[1]


@each_level
def test_copies_own_their_values(standin: Standin, level: Any, function: str) -> None:
    snapshot = wtsfast.enumerate_sessions(level=level)
    expected = snapshot.to_tuples()
    copies = [
        [row.detach(), copy.copy(row), copy.deepcopy(row)]
        + [pickle.loads(pickle.dumps(row, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
        for row in snapshot
    ]
    for row, made in zip(snapshot, copies, strict=True):
        assert all(each == row and hash(each) == hash(row) for each in made)
    names = snapshot.columns
    del snapshot, row
    assert standin.live_blocks() == {}
    for values, made in zip(expected, copies, strict=True):
        assert [tuple(getattr(each, name) for name in names) for each in made] == [values] * len(made)


def test_rows_in_match_and_repr() -> None:
    match wtsfast.enumerate_sessions()[1]:
        case SessionInfo(7, ConnectState.ACTIVE, name):
            assert name == "RDP-Tcp#3"
        case _:
            pytest.fail("no match")
    assert repr(wtsfast.enumerate_sessions(level=0)[0]) == (
        "SessionInfo(session_id=0, session_name='Services', state=<ConnectState.DISCONNECTED: 4>)"
    )


def test_nothing_of_it_is_made_by_hand() -> None:
    snapshot = wtsfast.enumerate_sessions()
    kinds: list[Any] = [type(snapshot), type(snapshot[0]), type(iter(snapshot))]
    for kind in kinds:
        with pytest.raises(TypeError):
            kind()
        with pytest.raises(TypeError):
            kind.__new__(kind)
    with pytest.raises(AttributeError):
        snapshot[0].state = 1  # type: ignore[misc]
    with pytest.raises(ValueError, match="kind of row"):
        kinds[1].__reduce__(snapshot[0])[0](9, ())
