"""Waits that can be given up: a helper thread makes the call, owns its arguments and throws a late answer away."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from wtsfast.errors import WtsTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["abandonable"]

Answer = TypeVar("Answer")

ERROR_TIMEOUT = 1460
SLICE_SECONDS = 0.1  # a wait for a lock hides Ctrl-C on Windows, so no single wait is longer than this


def abandonable(
    call: Callable[[], Answer],
    *,
    function: str,
    server: str | None,
    timeout: float | None = None,
    discard: Callable[[Answer], object] | None = None,
) -> Answer:
    """Make a native call whose wait a timeout or Ctrl-C can end.

    After either, the call goes on in its thread: Windows has no way to take it back. ``discard`` closes an answer that
    comes too late. ``timeout`` is in seconds, ``None`` for ever. Raises ``WtsTimeoutError``, ``KeyboardInterrupt``, and
    whatever the call raises.
    """
    if timeout is not None and not timeout >= 0:
        raise ValueError(f"timeout must not be negative, {timeout!r} is")
    if timeout is None and threading.current_thread() is not threading.main_thread():
        return call()  # no timeout can end it, and Ctrl-C reaches the main thread alone
    waiting = _Waiting(call, discard)
    threading.Thread(target=waiting.run, name=f"wtsfast-{function}", daemon=True).start()
    try:
        answered = waiting.wait(timeout)
    except BaseException:  # Ctrl-C
        waiting.abandon()
        raise
    if not answered:
        waiting.abandon()
        text = f"no answer within {timeout:g} s; the call goes on in the background"
        raise WtsTimeoutError(ERROR_TIMEOUT, function, server, text)
    return waiting.result()


class _Waiting(Generic[Answer]):
    """One call on its helper thread, and the meeting of its end with the end of the wait."""

    def __init__(self, call: Callable[[], Answer], discard: Callable[[Answer], object] | None) -> None:
        self.call = call
        self.discard = discard
        self.done = threading.Event()
        self.lock = threading.Lock()
        self.abandoned = False
        self.answers: list[Answer] = []
        self.error: BaseException | None = None

    def wait(self, timeout: float | None) -> bool:
        """Wait in slices, between which Ctrl-C is seen; tell whether the call has ended."""
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while not self.done.wait(min(SLICE_SECONDS, max(deadline - time.monotonic(), 0))):
            if time.monotonic() >= deadline:
                return self.done.is_set()
        return True

    def run(self) -> None:
        try:
            self.answers.append(self.call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
            self.error = error
        with self.lock:
            late = self.abandoned
            self.done.set()
        if late:
            self.throw_away()

    def abandon(self) -> None:
        with self.lock:
            self.abandoned = True
            late = self.done.is_set()
        if late:
            self.throw_away()

    def throw_away(self) -> None:
        if self.answers and self.discard is not None:
            self.discard(self.answers.pop())

    def result(self) -> Answer:
        if self.error is not None:
            raise self.error
        return self.answers.pop()
