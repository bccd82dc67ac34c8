"""The command line: runs one command and turns what went wrong into an exit code and one line on standard error."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar

from wtsfast.cli._listings import RequestError, take
from wtsfast.cli._parser import parse
from wtsfast.cli._text import printable
from wtsfast.cli._writers import write
from wtsfast.errors import WtsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["FAILED", "INTERRUPTED", "OK", "USAGE", "main"]

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2  # argparse's own
INTERRUPTED: Final = 130  # what shells give a program that Ctrl-C ended

_T = TypeVar("_T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with these arguments (those of the process when left out) and return its exit code."""
    options = parse(arguments)
    try:
        listing = _interruptible(lambda: take(options))
    except WtsError as error:
        return _fail(str(error), error.hint)
    except RequestError as error:
        return _fail(str(error), code=USAGE if error.usage else FAILED)
    except ImportError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    try:
        write(listing, options, sys.stdout)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # Without this the interpreter would try to write the rest once more when it ends, and complain.
        _discard_output()
        # The reader has seen enough (head, more). Windows reports that as "invalid argument" as well.
        if isinstance(error, BrokenPipeError) or error.errno == errno.EINVAL:
            return OK
        return _fail(f"the output cannot be written: {error.strerror}")
    return OK


def _interruptible(work: Callable[[], _T]) -> _T:
    """Do the work in a thread and wait for it here.

    A call that stalls on a server cannot be interrupted, but the wait for it can: Ctrl-C ends the program at once.
    """
    results: SimpleQueue[tuple[_T | None, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            results.put((work(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised again where it can be reported
            results.put((None, error))

    threading.Thread(target=run, name="wtsfast call", daemon=True).start()
    while True:
        try:
            # In slices, since Windows does not let a signal end a wait for a lock.
            result, error = results.get(timeout=0.1)
        except Empty:
            continue
        if error is not None:
            raise error
        return result  # type: ignore[return-value]


def _fail(message: str, hint: str | None = None, *, code: int = FAILED) -> int:
    # In one line, whatever names and texts of Windows are in it; standard error escapes what it cannot encode.
    print(f"wtsfast: {printable(' '.join(f'{message} {hint or str()}'.split()))}", file=sys.stderr)
    return code


def _discard_output() -> None:
    with contextlib.suppress(OSError, ValueError):  # it need not be a file of the system's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
