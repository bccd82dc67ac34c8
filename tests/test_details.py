"""query_sessions: every field, and what happens to sessions that end, refuse, or answer nonsense meanwhile."""

import ipaddress
import pickle
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import wtsfast
from helpers.standin import Standin
from helpers.threads import Threads
from wtsfast import AccessDeniedError, ConnectState, Server, ServerUnavailableError, SessionDetails, raw
from wtsfast.enums import ColorDepth, InfoClass, ProtocolType

NAME = "RDSH01"
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUERY = "WTSQuerySessionInformation"


def filetime(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1) * 10


def add_user(standin: Standin, session_id: int, **fields: Any) -> None:
    values: dict[str, Any] = {"session_name": "RDP-Tcp#1", "user_name": "anna", "domain_name": "LAB", **fields}
    standin.add_session(session_id, **values)


@pytest.fixture(autouse=True)
def scenario(standin: Standin) -> None:
    standin.start_scenario()


def only(**options: Any) -> SessionDetails:
    (details,) = wtsfast.query_sessions(**options)
    return details


def test_every_field(standin: Standin) -> None:
    long_name = "a name of more than twenty units"
    add_user(
        standin,
        7,
        exec_env_id=70,
        state=0,
        user_name=long_name,
        session_flags=0,
        logon_time=filetime(NOON - timedelta(hours=3)),
        connect_time=filetime(NOON - timedelta(hours=2)),
        disconnect_time=filetime(NOON - timedelta(hours=4)),
        last_input_time=filetime(NOON - timedelta(seconds=90.5)),
        current_time=filetime(NOON),
        incoming_bytes=0xFFFFFFFF,
        outgoing_bytes=2,
        client_name="LAPTOP",
        client_address_family=2,
        client_address_text="192.0.2.7",
        client_build_number=26100,
        client_product_id=1,
        protocol_type=2,
        horizontal_resolution=2560,
        vertical_resolution=1440,
        color_depth=32,
    )
    assert only() == SessionDetails(
        session_id=7,
        exec_env_id=70,
        session_name="RDP-Tcp#1",
        user_name=long_name,
        domain_name="LAB",
        state=ConnectState.ACTIVE,
        locked=True,
        logon_time=NOON - timedelta(hours=3),
        connect_time=NOON - timedelta(hours=2),
        disconnect_time=NOON - timedelta(hours=4),
        last_input_time=NOON - timedelta(seconds=90.5),
        current_time=NOON,
        idle_seconds=90.5,
        incoming_bytes=0xFFFFFFFF,
        outgoing_bytes=2,
        client_name="LAPTOP",
        client_address=ipaddress.IPv4Address("192.0.2.7"),
        client_build_number=26100,
        client_product_id=1,
        protocol_type=ProtocolType.RDP,
        horizontal_resolution=2560,
        vertical_resolution=1440,
        color_depth=ColorDepth.BPP_32,
        error=None,
    )
    assert pickle.loads(pickle.dumps(only())) == only()


def test_what_windows_leaves_out_is_none(standin: Standin) -> None:
    standin.add_session(3, state=4, session_name=None, user_name=None, domain_name=None, session_flags=-1)
    details = only()
    for name in ("session_name", "user_name", "domain_name", "locked", "logon_time", "connect_time", "disconnect_time"):
        assert getattr(details, name) is None
    for name in ("last_input_time", "idle_seconds", "client_name", "client_address", "error"):
        assert getattr(details, name) is None
    assert details.current_time is not None


LAST = filetime(datetime.max.replace(tzinfo=UTC)) + 9


@given(st.integers(-(1 << 63), (1 << 63) - 1) | st.integers(0, LAST))
@example(0)
@example(1)
@example(9)
@example(-1)
@example(LAST)
@example(LAST + 1)
@example(filetime(datetime(2000, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)))
@example(filetime(datetime(2100, 3, 1, tzinfo=UTC)))
def test_times_are_those_of_the_calendar(standin: Standin, number: int) -> None:
    standin.put_session(3, logon_time=number)
    assert only().logon_time == (EPOCH + timedelta(microseconds=number // 10) if 0 < number <= LAST else None)


@pytest.mark.parametrize(("flags", "locked"), [(0, True), (1, False), (-1, None), (7, None)])
def test_locked(standin: Standin, flags: int, locked: bool | None) -> None:
    add_user(standin, 3, session_flags=flags)
    assert only().locked is locked


@pytest.mark.parametrize(
    ("state", "last_input", "disconnected", "idle"),
    [
        (0, 5, 60, 5.0),
        (0, None, 60, 60.0),
        (0, None, None, None),
        (0, -30, None, 0.0),
        (0, 0, 60, 0.0),  # connected again since
        (4, 0, 60, 60.0),
        (4, 0, None, 0.0),
        (4, 90, 60, 90.0),
    ],
)
def test_idle(
    standin: Standin, state: int, last_input: float | None, disconnected: float | None, idle: float | None
) -> None:
    def before_noon(seconds: float | None) -> int:
        return 0 if seconds is None else filetime(NOON - timedelta(seconds=seconds))

    add_user(
        standin,
        3,
        state=state,
        current_time=filetime(NOON),
        last_input_time=before_noon(last_input),
        disconnect_time=before_noon(disconnected),
    )
    assert only().idle_seconds == idle


@pytest.mark.parametrize(
    ("family", "text", "data", "address"),
    [
        (2, "192.0.2.7", b"", "192.0.2.7"),
        (2, "999.0.2.7", b"", None),
        (2, "", b"", None),
        (2, "rubbish \ud800", b"", None),
        (23, "", ipaddress.IPv6Address("2001:db8::7").packed, "2001:db8::7"),
        (23, "", bytes(16), None),
        (0, "192.0.2.7", b"", None),
        (17, "192.0.2.7", b"", None),
        (0xFFFFFFFF, "", b"\xff" * 16, None),
    ],
)
def test_addresses(standin: Standin, family: int, text: str, data: bytes, address: str | None) -> None:
    add_user(standin, 3, client_address_family=family, client_address_text=text, client_address=data)
    found = only().client_address
    assert found == (None if address is None else ipaddress.ip_address(address))
    assert only().error is None


def test_users_only_asks_nothing_about_others(standin: Standin) -> None:
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(65536, session_name="RDP-Tcp", state=6, user_name=None)
    add_user(standin, 3)
    assert [details.session_id for details in wtsfast.query_sessions(users_only=True)] == [3]
    assert {call.arguments[1] for call in standin.calls(QUERY)} == {3}
    assert [details.session_id for details in wtsfast.query_sessions()] == [0, 65536, 3]


def test_a_listener_has_no_client(standin: Standin) -> None:
    standin.add_session(65536, session_name="RDP-Tcp", state=6, client_name="nonsense")
    details = only()
    assert (details.state, details.client_name, details.protocol_type) == (ConnectState.LISTEN, None, None)
    assert [call.arguments[2] for call in standin.calls(QUERY)] == [InfoClass.SESSION_INFO_EX]


@pytest.mark.parametrize("code", [2, 7007, 7022])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_session_that_ends_meanwhile_is_left_out(standin: Standin, code: int, nth: int) -> None:
    add_user(standin, 3)
    add_user(standin, 4)
    standin.fail(QUERY, code, nth=nth)
    assert [details.session_id for details in wtsfast.query_sessions()] == [4]


@pytest.mark.parametrize("code", [5, 50, 87, 31])
@pytest.mark.parametrize(("nth", "lost"), [(1, "current_time"), (2, "client_build_number"), (3, "protocol_type")])
def test_what_is_refused_is_in_error(standin: Standin, code: int, nth: int, lost: str) -> None:
    add_user(standin, 3)
    standin.fail(QUERY, code, nth=nth)
    details = only()
    assert details.error is not None
    assert (details.error.winerror, details.error.function) == (code, QUERY)
    assert details.user_name == "anna"
    for name in ("current_time", "client_build_number", "protocol_type"):
        assert (getattr(details, name) is None) == (name == lost)


def test_the_first_refusal_counts(standin: Standin) -> None:
    add_user(standin, 3)
    standin.fail(QUERY, 5)
    standin.fail(QUERY, 50, nth=2)
    error = only().error
    assert isinstance(error, AccessDeniedError)


@pytest.mark.parametrize(
    "info_class", [InfoClass.SESSION_INFO_EX, InfoClass.CLIENT_INFO, InfoClass.CLIENT_PROTOCOL_TYPE]
)
@pytest.mark.parametrize("data", [None, b"", b"\1"])
def test_answers_of_an_odd_size(standin: Standin, info_class: InfoClass, data: bytes | None) -> None:
    add_user(standin, 3)
    standin.set_information(3, info_class, data)
    details = only()
    assert details.user_name == "anna"
    assert (details.error is None) == (data is None)


def test_a_level_of_a_newer_windows(standin: Standin) -> None:
    add_user(standin, 3)
    standin.set_information(3, InfoClass.SESSION_INFO_EX, struct.pack("I", 2) + bytes(300))
    details = only()
    assert (details.current_time, details.locked, details.error) == (None, None, None)


def test_a_server_that_goes_away_is_an_error(standin: Standin) -> None:
    add_user(standin, 3)
    add_user(standin, 4)
    for workers in (1, 2):
        standin.fail(QUERY, 1726, nth=2)
        with pytest.raises(ServerUnavailableError):
            wtsfast.query_sessions(workers=workers)


def test_the_enumeration_itself_fails(standin: Standin) -> None:
    standin.fail("WTSEnumerateSessionsEx", 5)
    with pytest.raises(AccessDeniedError) as caught:
        wtsfast.query_sessions()
    assert caught.value.function == "WTSEnumerateSessionsEx"
    standin.fail("WTSEnumerateSessionsEx", 259)
    assert wtsfast.query_sessions() == []


def test_servers(standin: Standin) -> None:
    standin.add_server(NAME)
    standin.start_scenario(NAME)
    standin.add_session(5, user_name="remote", server=NAME)
    with Server(NAME) as server:
        for each in (server, NAME, server.handle):
            assert [details.user_name for details in wtsfast.query_sessions(each)] == ["remote"]
    assert standin.live_handles() == {}
    assert len(standin.calls("WTSOpenServer")) == 2
    assert wtsfast.query_sessions(Server()) == wtsfast.query_sessions() == []
    for nonsense in (5, b"RDSH01", object()):
        with pytest.raises(TypeError, match="server"):
            wtsfast.query_sessions(nonsense)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="closed"):
        wtsfast.query_sessions(server)
    with raw.WTSOpenServer(NAME) as handle:
        assert [details.user_name for details in wtsfast.query_sessions(handle, workers=2)] == ["remote"]
    with pytest.raises(ValueError, match="closed"):
        wtsfast.query_sessions(handle)


@pytest.mark.parametrize("workers", [2, 4, 100])
def test_workers_overlap_their_calls(standin: Standin, workers: int) -> None:
    for session_id in range(4):
        add_user(standin, session_id, user_name=f"user{session_id}")
    expected = [details._replace(current_time=None) for details in wtsfast.query_sessions()]
    found: list[SessionDetails] = []
    with Threads() as threads, standin.block(QUERY):
        threads.start(lambda: found.extend(wtsfast.query_sessions(workers=workers)))
        standin.wait_until_running(QUERY, count=min(workers, 4))
        assert standin.running(QUERY) == min(workers, 4)
    assert [details._replace(current_time=None) for details in found] == expected


def test_one_worker_makes_one_call_at_a_time(standin: Standin) -> None:
    for session_id in range(3):
        add_user(standin, session_id)
    with Threads() as threads, standin.block(QUERY):
        threads.start(wtsfast.query_sessions)
        standin.wait_until_running(QUERY)
        with pytest.raises(TimeoutError):
            standin.wait_until_running(QUERY, count=2, timeout=0.3)


@pytest.mark.parametrize(
    ("workers", "error"),
    [(0, ValueError), (-1, ValueError), (True, TypeError), (1.5, TypeError), ("2", TypeError), (None, TypeError)],
)
def test_bad_numbers_of_workers(workers: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="workers"):
        wtsfast.query_sessions(workers=workers)
