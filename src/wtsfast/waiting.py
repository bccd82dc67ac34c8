"""Waits that can be given up: a helper thread makes the call, owns its arguments and throws a late answer away."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from wtsfast.errors import WtsTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["abandonable", "overlap"]

Answer = TypeVar("Answer")
Item = TypeVar("Item")

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
    seconds = math.inf if timeout is None else float(timeout)  # may fail too, so it is done before the call is made
    if timeout is None and threading.current_thread() is not threading.main_thread():
        return call()  # no timeout can end it, and Ctrl-C reaches the main thread alone
    waiting = _Waiting(call, discard)
    try:
        if not waiting.start(f"wtsfast-{function}"):
            return call()
        if waiting.wait(seconds):
            return waiting.result()
    except BaseException:  # Ctrl-C; or the call's own error, and then there is nothing to abandon
        waiting.abandon()
        raise
    text = f"no answer within {seconds:g} s; the call goes on in the background"
    raise WtsTimeoutError(ERROR_TIMEOUT, function, server, text)


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

    def start(self, name: str) -> bool:
        """Start the helper thread; False at the end of the program, when Python starts none any more."""
        # A daemon, so that a call which nobody waits for does not hold up the end of the program.
        thread = threading.Thread(target=self.run, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        return True

    def run(self) -> None:
        """Make the call, on the helper thread."""
        try:
            self.answers.append(self.call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
            self.error = error
        with self.lock:
            self.done.set()
            late = self.abandoned
        if late:
            self.throw_away()

    def wait(self, seconds: float) -> bool:
        """Wait in slices, between which Ctrl-C is seen. False when the time is over, and the call is abandoned then."""
        deadline = time.monotonic() + seconds
        while not self.done.wait(min(SLICE_SECONDS, max(deadline - time.monotonic(), 0))):
            if time.monotonic() < deadline:
                continue
            with self.lock:  # an answer that has come by now is not lost
                self.abandoned = not self.done.is_set()
            return not self.abandoned
        return True

    def abandon(self) -> None:
        """Let nobody wait for the answer any more; throw it away, now or when it comes."""
        with self.lock:
            self.abandoned = True
            late = self.done.is_set()
        if late:
            self.throw_away()

    def throw_away(self) -> None:
        if self.answers and self.discard is not None:
            self.discard(self.answers.pop())

    def result(self) -> Answer:
        """Return the answer, or raise the error of the call."""
        try:
            if self.error is not None:
                raise self.error
            return self.answers.pop()
        finally:
            self.error = None  # its traceback leads back here, and the circle would keep the arguments alive


def overlap(call: Callable[[Item], Answer], items: Sequence[Item], workers: int) -> list[Answer]:
    """Call a function with each item, so many at a time; the first error ends it.

    An executor of the standard library would do but for the end of the program: it waits for its threads, and so for a
    server that does not answer.
    """
    answers: dict[int, Answer] = {}
    errors: list[BaseException] = []
    numbers = iter(range(len(items)))  # its next() is atomic

    def work() -> None:
        for number in numbers:
            try:
                answers[number] = call(items[number])
            except BaseException as error:  # noqa: BLE001 - it is raised below
                errors.append(error)
            if errors:
                return

    threads = [threading.Thread(target=work, name="wtsfast-overlap", daemon=True) for _ in range(workers - 1)]
    for thread in threads:
        thread.start()
    work()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [answers[number] for number in range(len(items))]
