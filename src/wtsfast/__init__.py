"""Windows Remote Desktop Services from Python: sessions, processes and the whole WTS API, at native speed."""

import sys

TYPE_CHECKING = False  # importing typing would double what the import of this package costs
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from wtsfast import raw
    from wtsfast._account import Account
    from wtsfast._processes import ANY_SESSION, ProcessInfo, ProcessSnapshot, enumerate_processes
    from wtsfast._results import CpuUsage, ProcessDelta, ProcessTotals, SessionDelta
    from wtsfast._sessions import SessionInfo, SessionSnapshot, enumerate_sessions
    from wtsfast.details import SessionDetails, query_sessions
    from wtsfast.enums import ConnectState, InfoClass
    from wtsfast.errors import (
        AccessDeniedError,
        ChannelClosedError,
        FunctionNotAvailableError,
        ServerUnavailableError,
        SessionNotFoundError,
        WtsError,
        WtsTimeoutError,
    )
    from wtsfast.monitor import ProcessMonitor
    from wtsfast.server import Server, console_session_id, current_session_id, session_id_of
    from wtsfast.session import Session
    from wtsfast.sid import Sid

__all__ = [
    "ANY_SESSION",
    "AccessDeniedError",
    "Account",
    "ChannelClosedError",
    "ConnectState",
    "CpuUsage",
    "FunctionNotAvailableError",
    "InfoClass",
    "ProcessDelta",
    "ProcessInfo",
    "ProcessMonitor",
    "ProcessSnapshot",
    "ProcessTotals",
    "Server",
    "ServerUnavailableError",
    "Session",
    "SessionDelta",
    "SessionDetails",
    "SessionInfo",
    "SessionNotFoundError",
    "SessionSnapshot",
    "Sid",
    "WtsError",
    "WtsTimeoutError",
    "__version__",
    "console_session_id",
    "current_session_id",
    "enumerate_processes",
    "enumerate_sessions",
    "get_include",
    "query_sessions",
    "raw",
    "session_id_of",
]

__version__: str

# Where each name lives. What every program uses is imported below; the rest when it is first asked for, so that the
# import costs milliseconds.
_HOME = {
    "ANY_SESSION": "_processes",
    "AccessDeniedError": "errors",
    "Account": "_account",
    "ChannelClosedError": "errors",
    "ConnectState": "enums",
    "CpuUsage": "_results",
    "FunctionNotAvailableError": "errors",
    "InfoClass": "enums",
    "ProcessDelta": "_results",
    "ProcessInfo": "_processes",
    "ProcessMonitor": "monitor",
    "ProcessSnapshot": "_processes",
    "ProcessTotals": "_results",
    "Server": "server",
    "Session": "session",
    "ServerUnavailableError": "errors",
    "SessionDelta": "_results",
    "SessionDetails": "details",
    "SessionInfo": "_sessions",
    "SessionNotFoundError": "errors",
    "SessionSnapshot": "_sessions",
    "Sid": "sid",
    "WtsError": "errors",
    "WtsTimeoutError": "errors",
    "console_session_id": "server",
    "current_session_id": "server",
    "enumerate_processes": "_processes",
    "enumerate_sessions": "_sessions",
    "query_sessions": "details",
    "session_id_of": "server",
}


def get_include() -> str:
    """Return the folder of the C headers, for ``include_dirs`` of modules of other packages; works on any system.

    ``wtsfast_capi.h`` gives native rows, columns and SIDs of snapshots to C and C++, and by ``wtsfast.capi`` to Cython.
    ``wtsfast_sdk.h`` declares the API of Remote Desktop Services itself, under its SDK names.
    """
    return __file__.replace("\\", "/").rpartition("/")[0] + "/include"


def __getattr__(name: str) -> "Any":
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("wtsfast")
    elif name in _HOME or name == "raw":
        if sys.platform != "win32":
            raise ImportError(f"wtsfast.{name} needs Windows, not {sys.platform}; only get_include() works here")
        from importlib import import_module

        module = import_module("wtsfast.raw" if name == "raw" else f"wtsfast.{_HOME[name]}")
        value = module if name == "raw" else getattr(module, name)
    else:
        raise AttributeError(f"module 'wtsfast' has no attribute {name!r}")
    globals()[name] = value
    return value


def _reach(server: "Server | str", function: str, call: "Callable[..., Any]", *arguments: object) -> object:
    from wtsfast.server import reach

    return reach(server, function, call, *arguments)


def __dir__() -> list[str]:
    return sorted(__all__)


def _bring_up(core: "ModuleType", *names: str) -> None:
    """Import modules that are linked into the DLL of another of their package, each after those that it needs."""
    # Where importlib has these from: to import it would take longer than all of this.
    from _frozen_importlib import ModuleSpec, module_from_spec
    from _frozen_importlib_external import ExtensionFileLoader

    package = sys.modules[core.__name__.rpartition(".")[0]]
    dll = str(core.__file__)
    for name in names:
        path = f"{package.__name__}.{name}"
        loader = ExtensionFileLoader(path, dll)
        module = module_from_spec(ModuleSpec(path, loader, origin=dll))
        sys.modules[path] = module
        loader.exec_module(module)
        setattr(package, name, module)


if sys.platform == "win32":
    try:
        from wtsfast import _core

        _bring_up(_core, "_errors", "_memory", "_columns", "sid", "_handles", "_snapshot", "_processes", "_sessions")
        from wtsfast._processes import ANY_SESSION, ProcessInfo, ProcessSnapshot, enumerate_processes
        from wtsfast._sessions import SessionInfo, SessionSnapshot, enumerate_sessions
        from wtsfast._snapshot import set_reach
        from wtsfast.sid import Sid
    except ImportError as error:
        raise ImportError(
            f"wtsfast cannot be loaded: {str(error).removesuffix('.')}. Where a DLL fails to load, this Windows has no "
            "wtsapi32.dll (Nano Server) or is older than 8.1, or the installed wheel was built for another Python."
        ) from error
    set_reach(_reach)
