"""Threads that hand their exceptions back, for tests of what happens at once."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Threads:
    """Run functions in threads of their own; leaving the block waits for them and raises what one of them raised."""

    def __init__(self, timeout: float = 60.0) -> None:
        self._timeout = timeout
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def start(self, work: Callable[[], object], *, count: int = 1) -> None:
        """Let so many threads do the work."""

        def run() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
                self._errors.append(error)

        for _ in range(count):
            thread = threading.Thread(target=run, daemon=True)
            self._threads.append(thread)
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.join(self._timeout)
        if error is not None:
            return
        assert not any(thread.is_alive() for thread in self._threads), "a thread does not end"
        if self._errors:
            raise self._errors[0]
