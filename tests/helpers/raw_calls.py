"""One plain call of each raw function, for the tests of what they all have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from helpers.standin import ANY_SESSION, Standin
from wtsfast import raw

REMOTE: Final = "RDSH01"


@dataclass(frozen=True, slots=True)
class RawCall:
    """A raw function and arguments with which it succeeds once ``arrange`` has been called."""

    function: str
    """The export that it calls."""
    call: Callable[[Any], Any]
    """Makes the call; what it is given is the server, for functions that take none it is ignored."""
    takes_server: bool = True

    @property
    def name(self) -> str:
        """Give the function's name in errors: without A and W."""
        return self.function[:-1] if self.function[-1] in "AW" else self.function


def arrange(standin: Standin) -> None:
    """Set the scene in which every call succeeds."""
    for server in (None, REMOTE):
        if server is not None:
            standin.add_server(server)
        standin.start_scenario(server)
        standin.add_session(1, session_name="Console", user_name="anna", domain_name="LAB", server=server)
        standin.add_session(2, session_name="RDP-Tcp#2", user_name="boris", domain_name="LAB", server=server)
        standin.add_process(4, "System", session_id=0, sid=None, server=server)
        standin.add_process(400, "notepad.exe", sid=bytes.fromhex("010100000000000512000000"), server=server)
        standin.set_current_session(1, server=server)
    standin.set_farm("RDSH01", "RDSH02")


def close(handle: Any) -> None:
    """Close what a call returned."""
    handle.close()


RAW_CALLS: Final = [
    RawCall("WTSOpenServerW", lambda _: close(raw.WTSOpenServerW(REMOTE)), takes_server=False),
    RawCall("WTSOpenServerA", lambda _: close(raw.WTSOpenServerA(REMOTE.encode())), takes_server=False),
    RawCall("WTSOpenServerExW", lambda _: close(raw.WTSOpenServerExW(REMOTE)), takes_server=False),
    RawCall("WTSOpenServerExA", lambda _: close(raw.WTSOpenServerExA(REMOTE.encode())), takes_server=False),
    RawCall("WTSEnumerateServersW", lambda _: raw.WTSEnumerateServersW(None), takes_server=False),
    RawCall("WTSEnumerateServersA", lambda _: raw.WTSEnumerateServersA(None), takes_server=False),
    RawCall("WTSEnumerateSessionsW", raw.WTSEnumerateSessionsW),
    RawCall("WTSEnumerateSessionsA", raw.WTSEnumerateSessionsA),
    RawCall("WTSEnumerateSessionsExW", raw.WTSEnumerateSessionsExW),
    RawCall("WTSEnumerateSessionsExA", raw.WTSEnumerateSessionsExA),
    RawCall("WTSEnumerateProcessesW", raw.WTSEnumerateProcessesW),
    RawCall("WTSEnumerateProcessesA", raw.WTSEnumerateProcessesA),
    RawCall("WTSEnumerateProcessesExW", lambda server: raw.WTSEnumerateProcessesExW(server, 1, ANY_SESSION)),
    RawCall("WTSEnumerateProcessesExA", lambda server: raw.WTSEnumerateProcessesExA(server, 1, ANY_SESSION)),
    RawCall("WTSQuerySessionInformationW", lambda server: raw.WTSQuerySessionInformationW(server, 2, raw.WTSUserName)),
    RawCall("WTSQuerySessionInformationA", lambda server: raw.WTSQuerySessionInformationA(server, 2, raw.WTSUserName)),
    RawCall("WTSTerminateProcess", lambda server: raw.WTSTerminateProcess(server, 400, 1)),
]
