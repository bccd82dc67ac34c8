"""What dev.py says, and how it starts this machine's programs."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Failure(Exception):  # noqa: N818 - it is an outcome of the command, told to the user, not a fault of ours
    """Something that cannot be had or done; the message names it."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say in one line what was done and how long it took. On standard error: the output can be piped."""
    start = time.monotonic()
    outcome = ": failed"
    try:
        yield
        outcome = ""
    finally:
        print(f"[{time.monotonic() - start:6.1f} s] {what}{outcome}", file=sys.stderr, flush=True)


def call(
    command: Sequence[str | Path],
    what: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program quietly and return its output; a failure shows the end of it."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        raise Failure(f"{what}: there is no program {command[0]}") from None
    if done.returncode:
        tail = "\n".join(done.stdout.rstrip().splitlines()[-200:])
        raise Failure(f"{what} failed: {command[0]} ended with code {done.returncode}\n{tail}")
    return done.stdout
