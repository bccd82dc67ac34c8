"""What dev.py says, and how it starts the host's programs."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Failure(Exception):
    """Something that cannot be had or done; the message is for the user and names it."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say in one line what is done and how long it took. Standard error, so that output can be piped."""
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print(f"[{time.monotonic() - start:6.1f} s] {what}: failed", file=sys.stderr, flush=True)
        raise
    print(f"[{time.monotonic() - start:6.1f} s] {what}", file=sys.stderr, flush=True)


def call(command: Sequence[str | Path], what: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a program of the host quietly and return its output; a failure shows the end of it."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace",
        )  # fmt: skip
    except FileNotFoundError:
        raise Failure(f"{what}: there is no program {command[0]}") from None
    if done.returncode:
        tail = "\n".join(done.stdout.rstrip().splitlines()[-40:])
        raise Failure(f"{what} failed: {command[0]} ended with code {done.returncode}\n{tail}")
    return done.stdout
