"""The stand-in's detectors are themselves proven: wrong callers run in a subprocess, and each must be caught."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.standin import Standin

PROGRAM = """
import ctypes, json, os, sys
from ctypes import wintypes
from helpers.standin_driver import Standin, standin_path

standin = Standin(standin_path())
wts = standin.dll
move = ctypes.WinDLL("kernel32").RtlMoveMemory
move.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
move.restype = None
wts.WTSFreeMemory.argtypes = [ctypes.c_void_p]
wts.WTSFreeMemoryExW.argtypes = [wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD]
wts.WTSFreeMemoryExA.argtypes = [wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD]
wts.WTSOpenServerW.restype = ctypes.c_void_p
wts.WTSOpenServerW.argtypes = [ctypes.c_wchar_p]
wts.WTSCloseServer.argtypes = [ctypes.c_void_p]
wts.WTSEnumerateSessionsW.argtypes = [ctypes.c_void_p] + [wintypes.DWORD] * 2 + [ctypes.c_void_p] * 2

def sessions(server=None):
    rows, count = ctypes.c_void_p(), wintypes.DWORD()
    if not wts.WTSEnumerateSessionsW(server, 0, 1, ctypes.byref(rows), ctypes.byref(count)):
        return None, 0
    return rows.value, count.value

def processes(level=0):
    rows, count, level = ctypes.c_void_p(), wintypes.DWORD(), wintypes.DWORD(level)
    assert wts.WTSEnumerateProcessesExW(None, ctypes.byref(level), 0xFFFFFFFE, ctypes.byref(rows), ctypes.byref(count))
    return rows.value, count.value

def read(address, size):
    target = ctypes.create_string_buffer(size)
    move(target, address, size)
    return target.raw

def pointer_at(address):
    return int.from_bytes(read(address, 8), "little")

def write(address, data):
    move(address, data, len(data))

def outcome(code):
    os.environ.pop("WTSFAST_STANDIN", None)
    standin.reset()
    standin.generate(sessions=3, processes=20)
    try:
        exec(code, dict(globals()))
        standin.assert_clean()
    except (AssertionError, OSError) as error:  # ctypes turns an access violation into an OSError
        return f"{type(error).__name__}: {error}"
    return "clean"

print(json.dumps({name: outcome(code) for name, code in json.load(sys.stdin).items()}))
sys.stdout.flush()
os._exit(0)
"""

# A wrong caller, and a word of what must be said about it.
WRONG_CALLERS = {
    "leak": ("sessions()", "'sessions': 1"),
    "leak of an Ex result": ("processes(1)", "'processes_level_1': 1"),
    "leak of a server handle": ("standin.add_server('A'); wts.WTSOpenServerW('A')", "'servers': 1"),
    "leak of a token": (
        """
standin.configure(privileges='held')
standin.add_session(9, user_name='anna')
token = ctypes.c_void_p()
assert wts.WTSQueryUserToken(9, ctypes.byref(token))
""",
        "'tokens': 1",
    ),
    "leak of a channel": (
        """
standin.add_session(9, is_remote=1)
standin.add_channel('c', session_id=9)
assert wts.WTSVirtualChannelOpenEx(9, b'c', 0)
""",
        "'channels': 1",
    ),
    "a wait that does not end": (
        """
import threading
flags = wintypes.DWORD()
wait = threading.Thread(target=wts.WTSWaitSystemEvent, args=(None, 1, ctypes.byref(flags)), daemon=True)
wait.start()
standin.wait_until_waiting()
""",
        "'waits': 1",
    ),
    "double free": ("p, n = sessions(); wts.WTSFreeMemory(p); wts.WTSFreeMemory(p)", "double free"),
    "double free of an Ex result": (
        "p, n = processes(); wts.WTSFreeMemoryExW(0, p, n); wts.WTSFreeMemoryExW(0, p, n)",
        "double free",
    ),
    "double free without guards": (
        "standin.configure(guard=0); p, n = sessions(); wts.WTSFreeMemory(p); wts.WTSFreeMemory(p)",
        "foreign pointer, or was freed before",
    ),
    "free of a foreign pointer": ("b = ctypes.create_string_buffer(64); wts.WTSFreeMemory(b)", "foreign pointer"),
    "free of a pointer inside": ("p, n = sessions(); wts.WTSFreeMemory(p + 24)", "points into a block of sessions"),
    "free of one name": ("p, n = processes(); wts.WTSFreeMemory(pointer_at(p + 24 + 8))", "points into a block"),
    "free of NULL": ("wts.WTSFreeMemory(None)", "freed NULL"),
    "plain free of an Ex result": ("p, n = processes(); wts.WTSFreeMemory(p)", "wrong free function"),
    "Ex free of a plain result": ("p, n = sessions(); wts.WTSFreeMemoryExW(2, p, n)", "wrong free function"),
    "wrong class": ("p, n = processes(1); wts.WTSFreeMemoryExW(0, p, n)", "wrong class 0"),
    "wrong count": ("p, n = processes(1); wts.WTSFreeMemoryExW(1, p, n - 1)", "wrong count 19"),
    "other form": ("p, n = processes(1); wts.WTSFreeMemoryExA(1, p, n)", "freed by the other form"),
    "read past the array": ("p, n = processes(1); read(p + 64 * n, 1)", "access violation"),
    "read past a plain block": ("p, n = sessions(); read(p, 4096); read(p + 4096, 1)", "access violation"),
    "read past the last name of a block": (
        "standin.configure(layout='block'); p, n = processes(); read(pointer_at(p + 24 * (n - 1) + 8), 512)",
        "access violation",
    ),
    "read past a separate name": (
        "p, n = processes(); name = pointer_at(p + 24 + 8); read(name, 2 * len('explorer.exe') + 3)",
        "access violation",
    ),
    "read past a separate SID": (
        "p, n = processes(); sid = pointer_at(p + 24 + 16); read(sid, 29)",
        "access violation",
    ),
    "use after free": ("p, n = sessions(); wts.WTSFreeMemory(p); read(p, 1)", "access violation"),
    "use of a name after free": (
        "p, n = processes(); name = pointer_at(p + 24 + 8); wts.WTSFreeMemoryExW(0, p, n); read(name, 1)",
        "access violation",
    ),
    "write before the start": (
        "p, n = sessions(); write(p - 8, b'x'); wts.WTSFreeMemory(p)",
        "the bytes before",
    ),
    "use of a closed server": (
        "standin.add_server('A'); h = wts.WTSOpenServerW('A'); wts.WTSCloseServer(h); sessions(h)",
        "used after WTSCloseServer",
    ),
    "server closed twice": (
        "standin.add_server('A'); h = wts.WTSOpenServerW('A'); wts.WTSCloseServer(h); wts.WTSCloseServer(h)",
        "closed twice",
    ),
    "close of the NULL server": ("wts.WTSCloseServer(None)", "is not a server handle"),
    "environment not understood": (
        "os.environ['WTSFAST_STANDIN'] = 'guards=1'; standin.reset()",
        "WTSFAST_STANDIN is not understood",
    ),
}

RIGHT_CALLER = """
standin.add_server('A')
for layout in ('separate', 'block'):
    standin.configure(layout=layout)
    p, n = processes(1); wts.WTSFreeMemoryExW(1, p, n)
    p, n = processes(0); wts.WTSFreeMemoryExW(0, p, n)
p, n = sessions(); wts.WTSFreeMemory(p)
h = wts.WTSOpenServerW('A'); p, n = sessions(h); wts.WTSFreeMemory(p); wts.WTSCloseServer(h)
"""


@pytest.fixture(scope="module")
def outcomes(loaded_standin: Standin) -> dict[str, str]:
    """Run all callers in one subprocess, each after a reset, and give what was said about them."""
    paths = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    callers = {name: code for name, (code, _) in WRONG_CALLERS.items()} | {"right": RIGHT_CALLER}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(callers),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    answer: dict[str, str] = json.loads(result.stdout)
    return answer


def test_a_right_caller_passes(outcomes: dict[str, str]) -> None:
    assert outcomes["right"] == "clean"


@pytest.mark.parametrize("wrong", WRONG_CALLERS)
def test_a_wrong_caller_is_caught(wrong: str, outcomes: dict[str, str]) -> None:
    assert WRONG_CALLERS[wrong][1] in outcomes[wrong]
