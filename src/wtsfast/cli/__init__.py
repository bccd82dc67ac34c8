"""The command line: runs one command and turns what went wrong into an exit code and one line on standard error."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import TYPE_CHECKING, Final

from wtsfast.cli._listings import RequestError, take
from wtsfast.cli._parser import parse
from wtsfast.cli._text import printable
from wtsfast.cli._writers import write
from wtsfast.errors import WtsError
from wtsfast.waiting import abandonable

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FAILED", "INTERRUPTED", "OK", "USAGE", "main"]

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2  # argparse's own
INTERRUPTED: Final = 130  # what shells give a program that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with these arguments (those of the process when left out) and return its exit code."""
    options = parse(arguments)
    try:
        # So that Ctrl-C ends the program at once, even while a server or a domain controller stalls.
        listing = abandonable(lambda: take(options), function="wtsfast", server=options.server)
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


def _fail(message: str, hint: str | None = None, *, code: int = FAILED) -> int:
    # In one line, whatever names and texts of Windows are in it; standard error escapes what it cannot encode.
    text = message if hint is None else f"{message.removesuffix('.')}. {hint}"
    print(f"wtsfast: {printable(' '.join(text.split()))}", file=sys.stderr)
    return code


def _discard_output() -> None:
    with contextlib.suppress(OSError, ValueError):  # it need not be a file of the system's
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
