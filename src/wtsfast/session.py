"""One session of a server: ask about it, send it a message, log it off, disconnect it, connect it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from wtsfast import raw
from wtsfast._sessions import check_session_id, enumerate_sessions
from wtsfast.details import describe
from wtsfast.enums import MessageStyle
from wtsfast.errors import SessionNotFoundError

if TYPE_CHECKING:
    from wtsfast.details import SessionDetails
    from wtsfast.enums import InfoClass, MessageResponse
    from wtsfast.raw import Handle, ServerHandle
    from wtsfast.server import Server

__all__ = ["Session"]

ERROR_CTX_WINSTATION_NOT_FOUND = 7022
GRACE_SECONDS = 0.5  # how much later than its box an answer may come


class _Secret(bytearray):
    """A copy of a password that is overwritten when the last one who uses it lets go of it."""

    __slots__ = ()

    def __del__(self) -> None:
        wipe(self)


def wipe(secret: bytearray) -> None:
    """Overwrite a password with zeros, in its place."""
    secret[:] = bytes(len(secret))


def refuse_remote(server: Server, function: str) -> None:
    """Raise ``ValueError`` where a server is another machine, for calls that know no server."""
    if server.handle is not None:
        raise ValueError(f"{function} is for this machine only, not for {server!r}")


class Session:
    """Name one session of a server; made by ``Server.session``. No call is made before a method is called.

    Waits are ended by their ``timeout`` (seconds, ``None`` for ever: ``WtsTimeoutError``) or by Ctrl-C; the call itself
    then goes on in the background. All methods raise ``SessionNotFoundError`` when there is no such session any more,
    ``AccessDeniedError`` without the right, and other kinds of ``WtsError``.
    """

    __slots__ = ("server", "session_id")

    def __init__(self, server: Server, session_id: int) -> None:
        self.server: Final = server
        self.session_id: Final = session_id

    def query(self, info_class: InfoClass | int) -> Any:
        """Ask for one piece of information, whose type depends on the class. Wraps ``WTSQuerySessionInformation``."""
        return self.server.run(
            "WTSQuerySessionInformation",
            lambda handle: raw.WTSQuerySessionInformation(handle, self.session_id, info_class),
        )

    def details(self) -> SessionDetails:
        """Describe the session: its user, state, times and client; what ``query_sessions`` gives for all."""

        def look(handle: ServerHandle | None) -> SessionDetails | None:
            row = enumerate_sessions(handle).get(self.session_id)
            return None if row is None else describe(handle, row)

        found = self.server.run("WTSEnumerateSessionsEx", look)
        if found is None:
            raise SessionNotFoundError(
                ERROR_CTX_WINSTATION_NOT_FOUND,
                "WTSEnumerateSessionsEx",
                self.server.name,
                f"there is no session {self.session_id}",
            )
        return found

    def send_message(
        self,
        title: str,
        message: str,
        *,
        style: MessageStyle = MessageStyle.OK,
        timeout: float | None = None,
        wait: bool = False,
    ) -> MessageResponse | int:
        """Show a message box in the session.

        ``timeout`` is how long the box stays, rounded up to whole seconds. With ``wait`` the user's answer is returned,
        ``MessageResponse.TIMEOUT`` when none came; without it ``MessageResponse.ASYNC`` at once. A locked session
        answers no box: give a timeout. Needs the right Message. Wraps ``WTSSendMessage``.
        """
        if timeout is not None and not timeout > 0:
            raise ValueError(f"timeout must be above 0, not {timeout!r}: 0 seconds would mean for ever to Windows")
        seconds = 0 if timeout is None else math.ceil(timeout)
        if title == "":
            title = " "  # where there is no title, old servers fail and newer ones write "Error"
        return self.server.run(
            "WTSSendMessage",
            lambda handle: raw.WTSSendMessage(handle, self.session_id, title, message, style, seconds, wait),
            timeout=None if timeout is None else seconds + GRACE_SECONDS,
            waits=wait,
        )

    def logoff(self, *, wait: bool = False, timeout: float | None = None) -> None:
        """Log the session off: its programs end, unsaved work is lost.

        With ``wait`` returns after the logoff, which a program may hold up without limit. Needs the right Reset. Wraps
        ``WTSLogoffSession``.
        """
        self.server.run(
            "WTSLogoffSession",
            lambda handle: raw.WTSLogoffSession(handle, self.session_id, wait),
            timeout=timeout,
            waits=wait,
        )

    def disconnect(self, *, wait: bool = False, timeout: float | None = None) -> None:
        """Send the client away; the session and its programs live on.

        With ``wait`` returns after the disconnect. Needs the right Disconnect. Wraps ``WTSDisconnectSession``.
        """
        self.server.run(
            "WTSDisconnectSession",
            lambda handle: raw.WTSDisconnectSession(handle, self.session_id, wait),
            timeout=timeout,
            waits=wait,
        )

    def connect(
        self,
        target_session_id: int,
        password: str | bytearray,
        *,
        wait: bool = False,
        timeout: float | None = None,
    ) -> None:
        """Show this session on the terminal that another session uses now, as ``tscon`` does; this machine only.

        ``password`` is that of this session's user, ``""`` where the caller is the same user; a ``bytearray`` of UTF-8
        is wiped. Needs the rights Connect here and Disconnect there. Wraps ``WTSConnectSession``.
        """
        refuse_remote(self.server, "WTSConnectSession")
        target = check_session_id(target_session_id)
        # The helper thread gets a copy of its own, since it may go on when the caller's is wiped.
        secret = _Secret(password) if isinstance(password, bytearray) else password
        try:
            self.server.run(
                "WTSConnectSession",
                lambda _: raw.WTSConnectSession(self.session_id, target, secret, wait),
                timeout=timeout,
                waits=wait,
            )
        finally:
            if isinstance(password, bytearray):
                wipe(password)

    def user_token(self) -> Handle:
        """Return the primary token of the session's user, an owning ``Handle``; this machine only.

        Only LocalSystem with the privilege SE_TCB_NAME may. Wraps ``WTSQueryUserToken``.
        """
        refuse_remote(self.server, "WTSQueryUserToken")
        return raw.WTSQueryUserToken(self.session_id)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Session):
            return NotImplemented
        return self.server is other.server and self.session_id == other.session_id

    def __hash__(self) -> int:
        return hash((id(self.server), self.session_id))

    def __repr__(self) -> str:
        return f"<Session {self.session_id} of {self.server!r}>"
