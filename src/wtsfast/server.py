"""Servers: this machine or another one, and which session is whose."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from wtsfast import raw
from wtsfast._sessions import check_session_id
from wtsfast.enums import ShutdownFlag
from wtsfast.errors import WtsTimeoutError
from wtsfast.session import Session
from wtsfast.waiting import abandonable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from wtsfast.raw import ServerHandle

__all__ = ["Server", "console_session_id", "current_session_id", "session_id_of"]

Answer = TypeVar("Answer")
Arguments = ParamSpec("Arguments")

CLOSING_SECONDS = 1.0  # a server that is dead may let WTSCloseServer wait for much longer


class Server:
    """Hold a connection to a Remote Desktop Services server; a context manager.

    ``Server()`` is this machine and opens nothing. ``Server("RDSH01")`` opens its handle now (``WTSOpenServer``), with
    ``virtualization_host=True`` one that also reaches the sessions inside the host's virtual machines
    (``WTSOpenServerEx``). Opening may block for seconds; Windows may also report a wrong name only at the first use.

    Raises ``ServerUnavailableError`` and other ``WtsError``. Close it, or use ``with``: a server that dies open warns.
    """

    __slots__ = ("_closed", "_handle", "name", "virtualization_host")

    def __init__(self, name: str | None = None, *, virtualization_host: bool = False) -> None:
        self.name = name
        self.virtualization_host = virtualization_host
        self._closed = False
        self._handle: ServerHandle | None = None
        if name is not None and not isinstance(name, str):
            raise TypeError(f"name must be str or None (this machine), not {type(name).__name__}")
        if name == "":
            raise ValueError("the server's name is empty: None is this machine")
        if virtualization_host:
            self._handle = _open("WTSOpenServerEx", name, lambda: raw.WTSOpenServerEx(name))
        elif name is not None:
            self._handle = _open("WTSOpenServer", name, lambda: raw.WTSOpenServer(name))

    @property
    def handle(self) -> ServerHandle | None:
        """The handle that ``wtsfast.raw`` takes; ``None`` is this machine. Raises ``ValueError`` after ``close``."""
        if self._closed:
            raise ValueError(f"{self!r} is closed")
        return self._handle

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed

    def close(self) -> None:
        """Close the server; calls that are under way finish first, in their threads. Closing again does nothing.

        A server that does not answer is left to close in the background. Wraps ``WTSCloseServer``.
        """
        self._closed = True
        if self._handle is None or self._handle.closed:
            return
        with contextlib.suppress(WtsTimeoutError):
            abandonable(self._handle.close, function="WTSCloseServer", server=self.name, timeout=CLOSING_SECONDS)

    def session(self, session_id: int) -> Session:
        """Name one session of this server; no call is made yet."""
        return Session(self, check_session_id(session_id))

    def terminate_process(self, pid: int, exit_code: int = 1) -> None:
        """End a process of this server, in whatever session: its unsaved work is lost.

        A pid may already name another process: ids are used again. Raises ``AccessDeniedError`` without the right, and
        ``WtsError`` (87) where there is no such process. Wraps ``WTSTerminateProcess``.
        """
        self.run("WTSTerminateProcess", lambda handle: raw.WTSTerminateProcess(handle, pid, exit_code))

    def shutdown(self, flag: ShutdownFlag) -> None:
        """Shut this server down, restart it, or log off all other sessions, at once and without a warning to anybody.

        The caller's token must have the shutdown privilege enabled. Wraps ``WTSShutdownSystem``.
        """
        if not isinstance(flag, ShutdownFlag):
            raise TypeError(f"flag must be a ShutdownFlag, not {flag!r}")
        self.run("WTSShutdownSystem", lambda handle: raw.WTSShutdownSystem(handle, flag))

    def run(
        self,
        function: str,
        call: Callable[[ServerHandle | None], Answer],
        *,
        timeout: float | None = None,
        waits: bool = False,
    ) -> Answer:
        """Make a call of ``wtsfast.raw`` with this server's handle, so that Ctrl-C or a timeout can end the wait.

        ``function`` names it in errors. Calls about this machine take milliseconds and are made in place, but for those
        that are said to wait and those with a timeout.
        """
        handle = self.handle
        if handle is None and not waits and timeout is None:
            return call(None)
        return abandonable(lambda: call(handle), function=function, server=self.name, timeout=timeout)

    def __enter__(self) -> Self:
        if self._closed:
            raise ValueError(f"{self!r} is closed")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        name = "" if self.name is None else repr(self.name)
        return f"Server({name}{', virtualization_host=True' if self.virtualization_host else ''})"


def _open(function: str, name: str | None, call: Callable[[], ServerHandle]) -> ServerHandle:
    return abandonable(call, function=function, server=name, discard=lambda handle: handle.close())


def reach(
    server: Server | str,
    function: str,
    call: Callable[Concatenate[ServerHandle | None, Arguments], Answer],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Answer:
    """Make a call with the handle of a ``server`` argument; a name is opened and closed for it."""
    if isinstance(server, str):
        with Server(server) as opened:
            return reach(opened, function, call, *args, **kwargs)
    if not isinstance(server, Server):
        raise TypeError(f"server must be None (this machine), a name or a Server, not {type(server).__name__}")
    return server.run(function, lambda handle: call(handle, *args, **kwargs))


def current_session_id() -> int:
    """Return the session that this process runs in. Wraps ``ProcessIdToSessionId``."""
    return raw.ProcessIdToSessionId(os.getpid())


def console_session_id() -> int | None:
    """Return the session at the machine's own screen, ``None`` while there is none.

    This is not "the user's session": somebody may be active over the network while the console shows the logon screen.
    Wraps ``WTSGetActiveConsoleSessionId``.
    """
    return raw.WTSGetActiveConsoleSessionId()


def session_id_of(pid: int) -> int:
    """Return the session that a process of this machine runs in. Wraps ``ProcessIdToSessionId``.

    Raises ``WtsError``: number 87 where there is no such process, ``AccessDeniedError`` where it may not be opened.
    """
    return raw.ProcessIdToSessionId(pid)
