"""All sessions of a server with their users, times and clients: what quser shows, typed and proof against races."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from wtsfast import raw
from wtsfast._sessions import enumerate_sessions
from wtsfast.enums import AddressFamily, ConnectState, InfoClass, SessionFlags
from wtsfast.errors import ServerUnavailableError, SessionNotFoundError, WtsError
from wtsfast.waiting import overlap

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from wtsfast._sessions import SessionInfo
    from wtsfast.enums import ColorDepth, ProtocolType
    from wtsfast.raw import WTSCLIENT, WTSINFOEX_LEVEL1, ServerHandle
    from wtsfast.server import Server

__all__ = ["SessionDetails", "query_sessions"]

Answer = TypeVar("Answer")


class SessionDetails(NamedTuple):
    """Describe a session: its user, state, times and client; ``None`` where Windows gives nothing.

    The times are UTC, by the server's clock. ``idle_seconds`` counts from the last input, for a disconnected session
    that knows none from the disconnect, by the same clock. The byte counters are 32 bits wide and wrap. What concerns
    the client is what the client itself claims; ``color_depth`` is the API's code. ``locked`` is the wrong way round on
    servers older than 2012 (a fault of theirs). ``error`` is the first thing that Windows refused about the session.
    """

    session_id: int
    exec_env_id: int
    session_name: str | None = None
    user_name: str | None = None
    domain_name: str | None = None
    state: ConnectState | int | None = None
    locked: bool | None = None
    logon_time: datetime | None = None
    connect_time: datetime | None = None
    disconnect_time: datetime | None = None
    last_input_time: datetime | None = None
    current_time: datetime | None = None
    idle_seconds: float | None = None
    incoming_bytes: int | None = None
    outgoing_bytes: int | None = None
    client_name: str | None = None
    client_address: ipaddress.IPv4Address | ipaddress.IPv6Address | None = None
    client_build_number: int | None = None
    client_product_id: int | None = None
    protocol_type: ProtocolType | int | None = None
    horizontal_resolution: int | None = None
    vertical_resolution: int | None = None
    color_depth: ColorDepth | int | None = None
    error: WtsError | None = None


def query_sessions(
    server: Server | ServerHandle | str | None = None, *, users_only: bool = False, workers: int = 1
) -> list[SessionDetails]:
    """List the sessions of a server with their users, times and clients: what ``quser`` shows, typed.

    One enumeration gives the sessions and the full names; then each session costs three calls, which a remote server
    answers one by one: ``workers`` threads overlap them. ``users_only`` leaves out sessions without a user before those
    calls are made. A session that ends meanwhile is left out; what is refused for one session is in its ``error``.

    Blocks on the server; other threads run meanwhile. Raises ``WtsError`` when the enumeration itself fails and
    ``ServerUnavailableError`` when the server goes away. Wraps ``WTSEnumerateSessionsEx`` and
    ``WTSQuerySessionInformation``.
    """
    if isinstance(workers, bool) or not isinstance(workers, int):
        raise TypeError(f"workers must be int, not {type(workers).__name__}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, not {workers}")
    if isinstance(server, str):
        from wtsfast.server import Server

        with Server(server) as opened:
            return query_sessions(opened, users_only=users_only, workers=workers)
    sessions = [row for row in enumerate_sessions(server) if row.user_name or not users_only]
    if server is None or isinstance(server, raw.ServerHandle):
        return describe_all(server, sessions, workers)
    return server.run("WTSQuerySessionInformation", lambda handle: describe_all(handle, sessions, workers))


def describe_all(handle: ServerHandle | None, sessions: list[SessionInfo], workers: int) -> list[SessionDetails]:
    """Describe these sessions, leaving out those that have ended."""
    described = overlap(lambda row: describe(handle, row), sessions, min(workers, len(sessions)))
    return [details for details in described if details is not None]


def describe(handle: ServerHandle | None, row: SessionInfo) -> SessionDetails | None:
    """Ask for what the enumeration does not tell about a session; ``None`` when it has ended."""
    refused: list[WtsError] = []

    def ask(call: Callable[[], Answer]) -> Answer | None:
        try:
            return call()
        except (SessionNotFoundError, ServerUnavailableError):
            raise
        except WtsError as error:
            refused.append(error)
            return None

    session_id = row.session_id
    client = protocol = None
    try:
        info = ask(lambda: raw.WTSQuerySessionInformation(handle, session_id, InfoClass.SESSION_INFO_EX))
        if row.state != ConnectState.LISTEN:  # a listener has no client
            client = ask(lambda: raw.WTSQuerySessionInformation(handle, session_id, InfoClass.CLIENT_INFO))
            protocol = ask(lambda: raw.WTSQuerySessionInformation(handle, session_id, InfoClass.CLIENT_PROTOCOL_TYPE))
    except SessionNotFoundError:
        return None
    times = info.data if info is not None and isinstance(info.data, raw.WTSINFOEX_LEVEL1) else None
    return compose(row, times, client, protocol, refused[0] if refused else None)


def compose(
    row: SessionInfo,
    info: WTSINFOEX_LEVEL1 | None,
    client: WTSCLIENT | None,
    protocol: ProtocolType | int | None,
    error: WtsError | None,
) -> SessionDetails:
    """Put the answers about a session together. Its names come from the enumeration: WTSINFOEX cuts them short."""
    details = SessionDetails(
        session_id=row.session_id,
        exec_env_id=row.exec_env_id,
        session_name=row.session_name or None,
        user_name=row.user_name or None,
        domain_name=row.domain_name or None,
        state=row.state,
        protocol_type=protocol,
        error=error,
    )
    if info is not None:
        details = details._replace(
            locked=LOCKED.get(info.session_flags),
            logon_time=info.logon_time,
            connect_time=info.connect_time,
            disconnect_time=info.disconnect_time,
            last_input_time=info.last_input_time,
            current_time=info.current_time,
            idle_seconds=idle_seconds(info),
            incoming_bytes=info.incoming_bytes,
            outgoing_bytes=info.outgoing_bytes,
        )
    if client is not None:
        details = details._replace(
            client_name=client.client_name or None,
            client_address=client_address(client),
            client_build_number=client.client_build_number,
            client_product_id=client.client_product_id,
            horizontal_resolution=client.h_res,
            vertical_resolution=client.v_res,
            color_depth=client.color_depth,
        )
    return details


LOCKED: dict[int, bool] = {SessionFlags.LOCK: True, SessionFlags.UNLOCK: False}


def idle_seconds(info: WTSINFOEX_LEVEL1) -> float | None:
    """Count from the last input, or the disconnect, to the server's now; never less than 0."""
    since = info.last_input_time
    # Where nobody is connected, Windows may give now as the time of the last input.
    if since is None or (since == info.current_time and info.session_state == ConnectState.DISCONNECTED):
        since = info.disconnect_time or since
    if since is None or info.current_time is None:
        return None
    return max((info.current_time - since).total_seconds(), 0.0)


def client_address(client: WTSCLIENT) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read the address that the client claims: text for IPv4, the binary form for IPv6; ``None`` for anything else."""
    address = client.client_address
    try:
        if client.client_address_family == AddressFamily.INET and isinstance(address, str):
            return ipaddress.IPv4Address(address)
        if client.client_address_family == AddressFamily.INET6 and isinstance(address, bytes) and any(address[:16]):
            return ipaddress.IPv6Address(address[:16])
    except ValueError:  # rubbish that a client sent is no address
        pass
    return None
