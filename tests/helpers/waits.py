"""What tests of long waits share: Ctrl-C at the right moment, threads that are left behind, programs that end."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from helpers.standin import Standin

HANG: Final = 20.0
"""Seconds after which a wait that should long have ended counts as hanging, however busy the machine is."""


def press_ctrl_c() -> None:
    """Raise the signal of Ctrl-C; Python hands it to the main thread, whichever thread this is."""
    signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def once_running(
    standin: Standin, function: str, action: Callable[[], object] = press_ctrl_c, *, count: int = 1
) -> Iterator[None]:
    """Do something (press Ctrl-C) from another thread as soon as so many calls of a function are under way."""

    def act() -> None:
        standin.wait_until_running(function, count=count, timeout=HANG)
        time.sleep(0.05)  # so that the caller has begun to wait
        action()

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


@contextlib.contextmanager
def in_time(seconds: float = HANG) -> Iterator[None]:
    """Fail when the block takes so long that it must have waited for the call itself."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def helpers() -> list[threading.Thread]:
    """List the threads of the package that still run."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("wtsfast")]


def join_helpers() -> None:
    """Wait until the calls that were left behind have ended."""
    for thread in helpers():
        thread.join(HANG)
        assert not thread.is_alive(), thread.name


def run_program(source: str, *, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program that may import the helpers; ``TimeoutExpired`` when it does not end."""
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", source],
        cwd="tests",
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
