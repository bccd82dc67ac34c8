"""Drives the stand-in wtsapi32.dll: scenarios, faults, counters, the call log.

The stand-in is the DLL that ``WTSFAST_DLL`` names; see tests/standin/README.md for what it does and why. This module
does without pytest, because subprocesses of tests import it too; the fixtures are in helpers/standin.py.
"""

import contextlib
import ctypes
import gc
import ntpath
import os
import time
from collections.abc import Callable, Iterator
from ctypes import wintypes
from dataclasses import dataclass
from typing import ClassVar, Final, Self, TypedDict, Unpack

VERSION: Final = 1
ANY_SESSION: Final = 0xFFFFFFFE
CURRENT_SESSION: Final = 0xFFFFFFFF
KEEP_LAST_ERROR: Final = 0xFFFFFFFF
"""As the code of ``fail``: the call fails and leaves the last error as it was."""

_NO_CODE: Final = 0xFFFFFFFF
_FAIL, _DELAY, _BLOCK, _NULL_RESULT, _ZERO_ROWS, _VANISH = range(6)
_FOR_EVER: Final = -1
_LOG_ROOM: Final = 4096


class _ProcessRecord(ctypes.Structure):
    _fields_ = (
        ("session_id", wintypes.DWORD),
        ("pid", wintypes.DWORD),
        ("name", ctypes.c_wchar_p),
        ("sid_length", wintypes.DWORD),
        ("sid", ctypes.c_ubyte * 68),
        ("number_of_threads", wintypes.DWORD),
        ("handle_count", wintypes.DWORD),
        ("pagefile_usage", wintypes.DWORD),
        ("peak_pagefile_usage", wintypes.DWORD),
        ("working_set_size", wintypes.DWORD),
        ("peak_working_set_size", wintypes.DWORD),
        ("user_time", ctypes.c_int64),
        ("kernel_time", ctypes.c_int64),
    )


class _SessionRecord(ctypes.Structure):
    _fields_ = (
        ("session_id", wintypes.DWORD),
        ("exec_env_id", wintypes.DWORD),
        ("state", wintypes.DWORD),
        ("session_flags", ctypes.c_int32),
        ("session_name", ctypes.c_wchar_p),
        ("host_name", ctypes.c_wchar_p),
        ("user_name", ctypes.c_wchar_p),
        ("domain_name", ctypes.c_wchar_p),
        ("farm_name", ctypes.c_wchar_p),
        ("initial_program", ctypes.c_wchar_p),
        ("application_name", ctypes.c_wchar_p),
        ("working_directory", ctypes.c_wchar_p),
        ("oem_id", ctypes.c_wchar_p),
        ("client_name", ctypes.c_wchar_p),
        ("client_directory", ctypes.c_wchar_p),
        ("client_address_text", ctypes.c_wchar_p),
        ("device_id", ctypes.c_wchar_p),
        ("password", ctypes.c_wchar_p),
        ("connect_time", ctypes.c_int64),
        ("disconnect_time", ctypes.c_int64),
        ("last_input_time", ctypes.c_int64),
        ("logon_time", ctypes.c_int64),
        ("current_time", ctypes.c_int64),
        ("incoming_bytes", wintypes.DWORD),
        ("outgoing_bytes", wintypes.DWORD),
        ("incoming_frames", wintypes.DWORD),
        ("outgoing_frames", wintypes.DWORD),
        ("incoming_compressed_bytes", wintypes.DWORD),
        ("outgoing_compressed_bytes", wintypes.DWORD),
        ("client_build_number", wintypes.DWORD),
        ("client_hardware_id", wintypes.DWORD),
        ("client_address_family", wintypes.DWORD),
        ("client_address", ctypes.c_ubyte * 20),
        ("session_address_family", wintypes.DWORD),
        ("session_address", ctypes.c_ubyte * 20),
        ("horizontal_resolution", wintypes.DWORD),
        ("vertical_resolution", wintypes.DWORD),
        ("color_depth", wintypes.DWORD),
        ("shadow_settings", wintypes.DWORD),
        ("capability_count", wintypes.DWORD),
        ("capabilities", wintypes.DWORD * 8),
        ("client_product_id", wintypes.WORD),
        ("protocol_type", wintypes.WORD),
        ("is_remote", ctypes.c_ubyte),
        ("encryption_level", ctypes.c_ubyte),
        ("has_activity_id", ctypes.c_ubyte),
        ("activity_id", ctypes.c_ubyte * 16),
        ("ends_at", ctypes.c_uint64),
    )


class _BoxRecord(ctypes.Structure):
    _fields_ = (
        ("session_id", wintypes.DWORD),
        ("style", wintypes.DWORD),
        ("timeout", wintypes.DWORD),
        ("wait", wintypes.DWORD),
        ("open", wintypes.DWORD),
        ("response", wintypes.DWORD),
        ("title_length", wintypes.DWORD),
        ("message_length", wintypes.DWORD),
    )


class _CallRecord(ctypes.Structure):
    _fields_ = (
        ("sequence", ctypes.c_uint64),
        ("arguments", ctypes.c_uint64 * 8),
        ("result", ctypes.c_uint64),
        ("function", wintypes.DWORD),
        ("argument_count", wintypes.DWORD),
        ("thread_id", wintypes.DWORD),
        ("error", wintypes.DWORD),
        ("injected", wintypes.DWORD),
        ("running", wintypes.DWORD),
        ("shape", wintypes.DWORD),
        ("text", ctypes.c_wchar * 64),
    )


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the log holds it."""

    sequence: int
    function: str
    arguments: tuple[int, ...]
    text: str
    """A name among the arguments, cut to 63 characters."""
    result: int
    error: int | None
    """What the call left as the last error, or in its second error channel; None while it runs, and where there is
    none."""
    injected: int | None
    """The code of a scripted failure."""
    thread_id: int
    running: bool
    shaped: bool
    """A rule made the result NULL or took its rows."""


class SessionFields(TypedDict, total=False):
    """What can be said of a session; what is left out is zero, or empty text (host_name, farm_name, password: NULL)."""

    exec_env_id: int
    """The session id when left out."""
    state: int
    session_flags: int
    """1, unlocked, when left out."""
    session_name: str | None
    host_name: str | None
    user_name: str | None
    domain_name: str | None
    farm_name: str | None
    initial_program: str | None
    application_name: str | None
    working_directory: str | None
    oem_id: str | None
    client_name: str | None
    client_directory: str | None
    client_address_text: str | None
    device_id: str | None
    password: str | None
    """What WTSConnectSession must be given; NULL takes any."""
    connect_time: int
    disconnect_time: int
    last_input_time: int
    logon_time: int
    current_time: int
    """0 is the clock's."""
    incoming_bytes: int
    outgoing_bytes: int
    incoming_frames: int
    outgoing_frames: int
    incoming_compressed_bytes: int
    outgoing_compressed_bytes: int
    client_build_number: int
    client_hardware_id: int
    client_address_family: int
    client_address: bytes
    session_address_family: int
    """0: no IP virtualization."""
    session_address: bytes
    horizontal_resolution: int
    vertical_resolution: int
    color_depth: int
    shadow_settings: int
    capabilities: tuple[int, ...]
    client_product_id: int
    protocol_type: int
    is_remote: int
    encryption_level: int
    activity_id: bytes | None


_EMPTY_TEXTS: Final = (
    "session_name",
    "user_name",
    "domain_name",
    "initial_program",
    "application_name",
    "working_directory",
    "oem_id",
    "client_name",
    "client_directory",
    "client_address_text",
    "device_id",
)


@dataclass(frozen=True, slots=True)
class Message:
    """One box of WTSSendMessage; the texts are as long as the caller said."""

    session_id: int
    title: str
    message: str
    style: int
    timeout: int
    wait: bool
    open: bool
    response: int


class Rule:
    """A scripted fault; as a context manager it is removed at the end of the block."""

    def __init__(self, standin: "Standin", number: int, function: str) -> None:
        self._standin = standin
        self._number = number
        self.function = function

    def remove(self) -> None:
        """Take the rule back; calls that it blocks go on."""
        self._standin.dll.standin_remove_rule(self._number)

    release = remove

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class Standin:
    """The control interface of one stand-in DLL that is loaded in this process."""

    loaded: ClassVar[dict[str, "Standin"]] = {}
    """The newest driver of each DLL, by its path."""
    before_reset: ClassVar[list[Callable[["Standin"], None]]] = []
    """Called with the driver before the log is lost."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.dll = ctypes.WinDLL(path)
        self._declare()
        if self.dll.standin_version() != VERSION:
            raise RuntimeError(f"{path} is version {self.dll.standin_version()}, these helpers know {VERSION}")
        sizes = (self.dll.standin_size_of_process(), self.dll.standin_size_of_session())
        if sizes != (ctypes.sizeof(_ProcessRecord), ctypes.sizeof(_SessionRecord)):
            raise RuntimeError(f"{path} was built with other records: {sizes}")
        self._functions = self._table(self.dll.standin_function_name)
        self._numbers = {name: number for number, name in enumerate(self._functions)}
        self._kinds = self._table(self.dll.standin_block_kind)
        self._log_start = self.dll.standin_last_call()
        self.loaded[path] = self

    def _declare(self) -> None:
        dll = self.dll
        dll.standin_function_name.restype = ctypes.c_char_p
        dll.standin_block_kind.restype = ctypes.c_char_p
        dll.standin_violation.restype = ctypes.c_char_p
        dll.standin_last_call.restype = ctypes.c_uint64
        dll.standin_call.argtypes = [ctypes.c_uint64, ctypes.POINTER(_CallRecord), wintypes.DWORD]
        dll.standin_configure.argtypes = [ctypes.c_char_p]
        dll.standin_set_option.argtypes = [ctypes.c_char_p, ctypes.c_long]
        dll.standin_get_option.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_long)]
        dll.standin_set_server.argtypes = [ctypes.c_wchar_p, wintypes.DWORD, wintypes.DWORD]
        dll.standin_start_scenario.argtypes = [ctypes.c_wchar_p]
        dll.standin_set_current_session.argtypes = [ctypes.c_wchar_p, wintypes.DWORD]
        dll.standin_add_session.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(_SessionRecord)]
        dll.standin_put_session.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(_SessionRecord)]
        dll.standin_remove_session.argtypes = [ctypes.c_wchar_p, wintypes.DWORD]
        dll.standin_get_session.argtypes = [ctypes.c_wchar_p, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)]
        dll.standin_add_process.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(_ProcessRecord)]
        dll.standin_remove_process.argtypes = [ctypes.c_wchar_p, wintypes.DWORD]
        dll.standin_set_information.argtypes = [
            ctypes.c_wchar_p,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.DWORD,
            ctypes.c_char_p,
            wintypes.DWORD,
        ]
        dll.standin_add_farm_name.argtypes = [ctypes.c_wchar_p]
        dll.standin_add_listener.argtypes = [ctypes.c_wchar_p, wintypes.BOOL]
        dll.standin_remove_listener.argtypes = [ctypes.c_wchar_p]
        dll.standin_set_child_session.argtypes = [wintypes.ULONG]
        dll.standin_channel_send.argtypes = [wintypes.DWORD, ctypes.c_char_p, ctypes.c_char_p, wintypes.DWORD]
        dll.standin_set_client_data.argtypes = [ctypes.c_char_p, wintypes.DWORD]
        dll.standin_channel_receive.argtypes = [
            wintypes.DWORD,
            ctypes.c_char_p,
            ctypes.c_char_p,
            wintypes.DWORD,
            wintypes.DWORD,
        ]
        for name in ("standin_add_key_pack", "standin_add_license", "standin_set_certificate"):
            getattr(dll, name).argtypes = [ctypes.c_char_p, wintypes.DWORD]
        dll.standin_shutdown_flag.argtypes = [ctypes.c_wchar_p]
        dll.standin_raise_event.argtypes = [ctypes.c_wchar_p, wintypes.DWORD, wintypes.DWORD, wintypes.DWORD]
        dll.standin_set_account.argtypes = [
            ctypes.c_wchar_p,
            ctypes.c_wchar_p,
            wintypes.DWORD,
            ctypes.c_wchar_p,
            wintypes.DWORD,
        ]

    @staticmethod
    def _table(entry: object) -> list[str]:
        names: list[str] = []
        while (name := entry(len(names))) is not None:  # type: ignore[operator]
            names.append(name.decode())
        return names

    def _number(self, function: str) -> int:
        """Give the number of an export; a name without its suffix means the wide form."""
        number = self._numbers.get(function, self._numbers.get(f"{function}W"))
        if number is None:
            raise KeyError(f"the stand-in has no function {function}")
        return number

    @staticmethod
    def _done(done: int, what: str) -> None:
        if not done:
            raise ValueError(f"the stand-in refused: {what}")

    # ---- options ----

    def configure(self, **options: int | bool | str) -> None:
        """Set options by name: ``configure(layout="block", guard=False)``; the README lists them."""
        text = ",".join(f"{name}={int(value) if isinstance(value, bool) else value}" for name, value in options.items())
        self._done(self.dll.standin_configure(text.encode()), text)

    def option(self, name: str) -> int:
        """Read one option."""
        value = ctypes.c_long()
        self._done(self.dll.standin_get_option(name.encode(), value), name)
        return value.value

    @contextlib.contextmanager
    def configured(self, **options: int | bool | str) -> Iterator[None]:
        """Set options for the length of a block."""
        before = {name: self.option(name) for name in options}
        self.configure(**options)
        try:
            yield
        finally:
            self.configure(**before)

    def reset(self, timeout: float = 5.0) -> None:
        """Go back to the state after loading; waiting calls are released, live blocks and handles taken away."""
        for observer in self.before_reset:
            observer(self)
        running = self.dll.standin_reset(int(timeout * 1000))
        self._log_start = self.dll.standin_last_call()
        if running:
            raise RuntimeError(f"{running} calls do not return")

    # ---- faults ----

    def _rule(self, function: str, action: int, nth: int, times: int, value: int) -> Rule:
        number = self.dll.standin_add_rule(self._number(function), action, nth, times, value)
        self._done(number, f"a rule for {function}")
        return Rule(self, number, function)

    def fail(self, function: str, code: int, *, nth: int = 1, times: int = 1) -> Rule:
        """Let the nth call from now, and ``times`` calls in all (-1: every one), fail with a last error."""
        return self._rule(function, _FAIL, nth, times, code)

    def delay(self, function: str, seconds: float, *, nth: int = 1, times: int = _FOR_EVER) -> Rule:
        """Let calls take so much longer."""
        return self._rule(function, _DELAY, nth, times, int(seconds * 1000))

    def block(self, function: str, *, nth: int = 1, times: int = _FOR_EVER) -> Rule:
        """Let calls wait at their start until the rule is released."""
        return self._rule(function, _BLOCK, nth, times, 0)

    def null_result(self, function: str, *, count: int = 0, nth: int = 1, times: int = 1) -> Rule:
        """Let calls succeed with a NULL pointer and this count of rows or bytes."""
        return self._rule(function, _NULL_RESULT, nth, times, count)

    def zero_rows(self, function: str, *, nth: int = 1, times: int = 1) -> Rule:
        """Let enumerations succeed without a row."""
        return self._rule(function, _ZERO_ROWS, nth, times, 0)

    def vanish(self, function: str, session_id: int, *, nth: int = 1) -> Rule:
        """Let a session of the local machine go away just before the nth call from now."""
        return self._rule(function, _VANISH, nth, 1, session_id)

    def wait_until_running(self, function: str, *, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many calls of a function have begun and not ended."""
        if not self.dll.standin_wait_running(self._number(function), count, int(timeout * 1000)):
            raise TimeoutError(f"{function} was not called within {timeout} s")

    # ---- scenarios ----

    def start_scenario(self, server: str | None = None) -> None:
        """Make a server scripted and empty; the local machine leaves real mode."""
        self._done(self.dll.standin_start_scenario(server), f"server {server}")

    def generate(self, *, sessions: int = 2, processes: int = 0) -> None:
        """Fill the local machine with rows that are the same for the same numbers."""
        self._done(self.dll.standin_generate(sessions, processes), "generate")

    def add_server(self, name: str, *, open_error: int = 0, use_error: int = 0) -> None:
        """Add a remote server, or change one; an error makes opening it, or each call on it, fail."""
        self._done(self.dll.standin_set_server(name, open_error, use_error), f"server {name}")

    def break_server(self, use_error: int, name: str | None = None) -> None:
        """Let every call on a server fail from now on; 0 repairs it."""
        self._done(self.dll.standin_set_server(name, 0, use_error), f"server {name}")

    def set_current_session(self, session_id: int, *, server: str | None = None) -> None:
        """Say what WTS_CURRENT_SESSION means."""
        self._done(self.dll.standin_set_current_session(server, session_id), f"server {server}")

    @staticmethod
    def _session_record(session_id: int, fields: "SessionFields") -> _SessionRecord:
        values: dict[str, object] = {"exec_env_id": session_id, **dict.fromkeys(_EMPTY_TEXTS, ""), "session_flags": 1}
        values.update(fields)
        values["client_address"] = (ctypes.c_ubyte * 20)(*fields.get("client_address", b""))
        values["session_address"] = (ctypes.c_ubyte * 20)(*fields.get("session_address", b""))
        capabilities = fields.get("capabilities", ())
        activity_id = fields.get("activity_id")
        values["capability_count"] = len(capabilities)
        values["capabilities"] = (wintypes.DWORD * 8)(*capabilities)
        values["has_activity_id"] = activity_id is not None
        values["activity_id"] = (ctypes.c_ubyte * 16)(*(activity_id or b""))
        return _SessionRecord(session_id=session_id, **values)

    def add_session(self, session_id: int, *, server: str | None = None, **fields: Unpack[SessionFields]) -> None:
        """Add a session, even when the id is there already; text may be None for NULL."""
        record = self._session_record(session_id, fields)
        self._done(self.dll.standin_add_session(server, record), f"session {session_id}")

    def put_session(self, session_id: int, *, server: str | None = None, **fields: Unpack[SessionFields]) -> None:
        """Replace the session of this id, or add it."""
        record = self._session_record(session_id, fields)
        self._done(self.dll.standin_put_session(server, record), f"session {session_id}")

    def remove_session(self, session_id: int, *, server: str | None = None) -> None:
        """Let a session vanish; later queries for it fail as after a logoff."""
        self._done(self.dll.standin_remove_session(server, session_id), f"session {session_id}")

    def session_state(self, session_id: int, *, server: str | None = None) -> int | None:
        """Give the connect state of a session; None when there is none."""
        state = wintypes.DWORD()
        found = self.dll.standin_get_session(server, session_id, state)
        return state.value if found else None

    def add_process(
        self,
        pid: int,
        name: str | None,
        *,
        session_id: int = 1,
        sid: bytes | None = None,
        number_of_threads: int = 1,
        handle_count: int = 1,
        pagefile_usage: int = 0,
        peak_pagefile_usage: int = 0,
        working_set_size: int = 0,
        peak_working_set_size: int = 0,
        user_time: int = 0,
        kernel_time: int = 0,
        server: str | None = None,
    ) -> None:
        """Add a process; a name or SID of None is a NULL pointer, and the bytes of a SID need not be valid."""
        record = _ProcessRecord(
            session_id=session_id,
            pid=pid,
            name=name,
            sid_length=len(sid or b""),
            sid=(ctypes.c_ubyte * 68)(*(sid or b"")),
            number_of_threads=number_of_threads,
            handle_count=handle_count,
            pagefile_usage=pagefile_usage,
            peak_pagefile_usage=peak_pagefile_usage,
            working_set_size=working_set_size,
            peak_working_set_size=peak_working_set_size,
            user_time=user_time,
            kernel_time=kernel_time,
        )
        self._done(self.dll.standin_add_process(server, record), f"process {pid}")

    def remove_process(self, pid: int, *, server: str | None = None) -> None:
        """Let a process end."""
        self._done(self.dll.standin_remove_process(server, pid), f"process {pid}")

    def set_information(
        self,
        session_id: int,
        info_class: int,
        data: bytes | None = None,
        *,
        size: int | None = None,
        error: int = 0,
        server: str | None = None,
    ) -> None:
        """Say what a query answers: an error, these bytes, or with None a NULL buffer of ``size`` bytes."""
        length = size or 0 if data is None else len(data)
        done = self.dll.standin_set_information(server, session_id, info_class, error, data, length)
        self._done(done, f"class {info_class}")

    def set_farm(self, *names: str | None, error: int = 0) -> None:
        """Say what WTSEnumerateServers lists, or the error that it fails with when nothing is named."""
        for name in names:
            self._done(self.dll.standin_add_farm_name(name), str(name))
        self.dll.standin_set_farm_error(error)

    # ---- users, messages, events, shutdown ----

    def set_account(
        self,
        user: str | None,
        config_class: int = 0xFFFFFFFF,
        value: str | int = 0,
        *,
        server: str | None = None,
    ) -> None:
        """Add an account (None: the machine's defaults), and set the value of one config class if one is named."""
        text, number = (value, 0) if isinstance(value, str) else (None, value)
        self._done(self.dll.standin_set_account(server, user, config_class, text, number), f"account {user}")

    def messages(self) -> list[Message]:
        """List the boxes of WTSSendMessage, oldest first."""
        found: list[Message] = []
        record, room = _BoxRecord(), 4096
        title, message = (ctypes.c_ushort * room)(), (ctypes.c_ushort * room)()
        while self.dll.standin_message(len(found), ctypes.byref(record), title, message, room):
            found.append(
                Message(
                    session_id=record.session_id,
                    title=_utf16(title, record.title_length),
                    message=_utf16(message, record.message_length),
                    style=record.style,
                    timeout=record.timeout,
                    wait=bool(record.wait),
                    open=bool(record.open),
                    response=record.response,
                )
            )
        return found

    def answer_message(self, session_id: int, response: int) -> None:
        """Answer the oldest open box of a session."""
        self._done(self.dll.standin_answer_message(session_id, response), f"an open box in session {session_id}")

    def wait_for_message(self, timeout: float = 10.0) -> Message:
        """Wait until a box is open, and give the newest."""
        deadline = time.monotonic() + timeout
        while not (boxes := [box for box in self.messages() if box.open]):
            if time.monotonic() > deadline:
                raise TimeoutError("no message box was opened")
            time.sleep(0.005)
        return boxes[-1]

    def raise_event(
        self, events: int, *, session_id: int = 0, notification: int = 0, server: str | None = None
    ) -> None:
        """Raise events of WTSWaitSystemEvent, and post a notification about a session to registered windows."""
        done = self.dll.standin_raise_event(server, session_id, events, notification)
        self._done(done, f"server {server}")

    def waits(self) -> int:
        """Count the calls of WTSWaitSystemEvent that wait now."""
        return int(self.dll.standin_waits())

    def wait_until_waiting(self, count: int = 1, timeout: float = 10.0) -> None:
        """Wait until so many calls of WTSWaitSystemEvent wait."""
        deadline = time.monotonic() + timeout
        while self.waits() < count:
            if time.monotonic() > deadline:
                raise TimeoutError("nobody waits for events")
            time.sleep(0.005)

    def shutdown_flag(self, server: str | None = None) -> int:
        """Give the flag of the last WTSShutdownSystem that succeeded; 0: none did."""
        return int(self.dll.standin_shutdown_flag(server))

    # ---- listeners, child sessions, remote control ----

    def add_listener(self, name: str, *, hidden: bool = False) -> None:
        """Add a listener beside "Console" and "RDP-Tcp"; a hidden one is not listed, as without the right to see it."""
        self._done(self.dll.standin_add_listener(name, hidden), f"listener {name}")

    def remove_listener(self, name: str) -> None:
        """Let a listener vanish."""
        self._done(self.dll.standin_remove_listener(name), f"listener {name}")

    def set_child_session(self, session_id: int | None) -> None:
        """Give the caller's session a child, or take it away."""
        self.dll.standin_set_child_session(0xFFFFFFFF if session_id is None else session_id)

    def end_shadowing(self) -> int:
        """End every remote control, as its hotkey does, and give their number."""
        return int(self.dll.standin_end_shadowing())

    # ---- virtual channels: the client's side ----

    def add_channel(
        self,
        name: str,
        *,
        session_id: int,
        dynamic: bool = False,
        echo: bool = False,
        show_protocol: bool = False,
        quota: int = 65536,
    ) -> None:
        """Let the client of a session offer a channel; ``quota`` bytes may wait before a write blocks."""
        done = self.dll.standin_add_channel(session_id, name.encode("mbcs"), dynamic, echo, show_protocol, quota)
        self._done(done, f"channel {name}")

    def channel_send(self, session_id: int, name: str, data: bytes) -> None:
        """Send a message from the client; it waits while the pipe is full."""
        done = self.dll.standin_channel_send(session_id, name.encode("mbcs"), data, len(data))
        self._done(done, f"an open channel {name}")

    def channel_receive(self, session_id: int, name: str, timeout: float = 5.0) -> bytes | None:
        """Give what the server wrote next, one chunk of a static channel or one dynamic message.

        The server's end being closed gives ``b""``, nothing in time ``None``.
        """
        buffer = ctypes.create_string_buffer(1 << 20)
        milliseconds = int(timeout * 1000)
        size = self.dll.standin_channel_receive(session_id, name.encode("mbcs"), buffer, len(buffer), milliseconds)
        self._done(size != -3, f"an open channel {name}")
        return {-1: None, -2: b""}.get(size, buffer.raw[: max(size, 0)])

    def break_channel(self, session_id: int, name: str) -> None:
        """Let the client go away from an open channel."""
        self._done(self.dll.standin_channel_break(session_id, name.encode("mbcs")), f"an open channel {name}")

    def set_client_data(self, data: bytes) -> None:
        """Let WTSVirtualClientData answer; without this it is not supported."""
        self._done(self.dll.standin_set_client_data(data, len(data)), "client data")

    # ---- licensing: on the driver of mstlsapi.dll ----

    def add_key_pack(self, record: bytes) -> None:
        """Add a key pack, as the bytes of an LSKeyPack."""
        self._done(self.dll.standin_add_key_pack(record, len(record)), "key pack")

    def add_license(self, record: bytes) -> None:
        """Add a license, as the bytes of an LSLicense of whatever layout."""
        self._done(self.dll.standin_add_license(record, len(record)), "license")

    def set_certificate(self, blob: bytes) -> None:
        """Give the license server a certificate; without this it has none."""
        self._done(self.dll.standin_set_certificate(blob, len(blob)), "certificate")

    def license_error(self, function: str, code: int, *, nth: int = 1, times: int = 1) -> Rule:
        """Let calls of a TLS function answer 0 and this code in the second error channel; ``fail`` is for the first."""
        return self._rule(function, _NULL_RESULT, nth, times, code)

    # ---- what the stand-in saw ----

    def live_blocks(self) -> dict[str, int]:
        """Count the results that are not freed, by kind; kinds without one are left out."""
        counts = {kind: int(self.dll.standin_live_blocks(number)) for number, kind in enumerate(self._kinds)}
        return {kind: count for kind, count in counts.items() if count}

    def live_handles(self) -> dict[str, int]:
        """Count the handles and registrations that are not closed, by kind."""
        counts = {
            "servers": int(self.dll.standin_live_server_handles()),
            "tokens": int(self.dll.standin_live_tokens()),
            "waits": self.waits(),
            "registrations": int(self.dll.standin_live_registrations()),
            "render hints": int(self.dll.standin_live_hints()),
            "channels": int(self.dll.standin_live_channels()),
            "channel files": int(self.dll.standin_live_channel_files()),
            "cloud authentications": int(self.dll.standin_live_cloud_handles()),
            "license servers": int(self.dll.standin_live_connections()),
            "certificates": int(self.dll.standin_live_certificates()),
        }
        return {kind: count for kind, count in counts.items() if count}

    def running(self, function: str | None = None) -> int:
        """Count the calls that have begun and not ended, of one function or of all."""
        number = len(self._functions) if function is None else self._number(function)
        return int(self.dll.standin_running(number))

    def violations(self) -> list[str]:
        """List what callers did wrong."""
        return [self.dll.standin_violation(i).decode() for i in range(self.dll.standin_violation_count())]

    def clear_violations(self) -> None:
        """Forget them, in a test that provokes some."""
        self.dll.standin_clear_violations()

    def calls(self, function: str | None = None) -> list[Call]:
        """List the calls since the last reset, of one function or of all; the log holds the last 4,096."""
        wanted = None if function is None else self._functions[self._number(function)]
        return [call for call in self.calls_after(self._log_start) if wanted in (None, call.function)]

    def calls_after(self, sequence: int) -> Iterator[Call]:
        """Give the calls that began after one, as far as the log still holds them, oldest first."""
        last = self.last_call()
        for number in range(max(sequence + 1, last - _LOG_ROOM + 1), last + 1):
            if (call := self.call(number)) is not None:
                yield call

    def last_call(self) -> int:
        """Give the number of the call that began last."""
        return int(self.dll.standin_last_call())

    def call(self, sequence: int) -> Call | None:
        """Give one call of the log; None when it is not there any more."""
        record = _CallRecord()
        if not self.dll.standin_call(sequence, record, ctypes.sizeof(record)):
            return None
        return Call(
            sequence=sequence,
            function=self._functions[record.function],
            arguments=tuple(record.arguments[: record.argument_count]),
            text=record.text,
            result=record.result,
            error=None if record.error == _NO_CODE else record.error,
            injected=None if record.injected == _NO_CODE else record.injected,
            thread_id=record.thread_id,
            running=bool(record.running),
            shaped=bool(record.shape),
        )

    def forget_calls(self) -> None:
        """Let ``calls`` start here."""
        self._log_start = self.dll.standin_last_call()

    def assert_clean(self) -> None:
        """Fail unless nothing is live, nothing runs, and no caller did wrong."""
        gc.collect()
        left = {
            "live blocks": self.live_blocks(),
            "live handles": self.live_handles(),
            "running calls": self.running(),
            "violations": self.violations(),
        }
        problems = {what: value for what, value in left.items() if value}
        assert not problems, problems


def _utf16(units: ctypes.Array[ctypes.c_ushort], length: int) -> str:
    """Decode so many units; lone surrogates stay as they are."""
    return bytes(units)[: 2 * length].decode("utf-16-le", "surrogatepass")


def standin_path(name: str = "wtsapi32.dll") -> str | None:
    """Give the path of a stand-in: the one of this run, or one built beside it.

    Those are ``26100/wtsapi32.dll``, which has the exports of Windows 11 24H2 too, and ``mstlsapi.dll``.
    """
    path = os.environ.get("WTSFAST_DLL")
    return ntpath.join(ntpath.dirname(path), ntpath.normpath(name)) if path else None
