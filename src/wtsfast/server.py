"""Servers: this machine or another one, and which session is whose."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from wtsfast import raw

if TYPE_CHECKING:
    from types import TracebackType

    from wtsfast.raw import ServerHandle

__all__ = ["Server", "console_session_id", "current_session_id", "session_id_of"]


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
        if virtualization_host:
            self._handle = raw.WTSOpenServerEx(name)
        elif name is not None:
            self._handle = raw.WTSOpenServer(name)

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
        """Close the server; calls that are under way finish first, in their threads. Closing again does nothing."""
        self._closed = True
        if self._handle is not None:
            self._handle.close()

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
