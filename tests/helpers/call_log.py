"""What all tests together prove of each function: the calls that the stand-ins logged, and what their failures became.

A plugin of pytest: after every test, and before every reset of a stand-in, it takes over what is new in the log. An
exception is matched with its call when it is made: the newest call of that function by the same thread, which must have
failed with that error. tests/test_call_log.py, which runs last, judges what has been collected.
"""

import csv
import functools
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_native_id
from typing import Any, Final, NamedTuple

import pytest

from helpers.standin_driver import KEEP_LAST_ERROR, Call, Standin

TESTS: Final = Path(__file__).resolve().parents[1]
FUNCTIONS: Final = TESTS.parent / "docs" / "functions.tsv"
FAILURES: Final = TESTS / "failures.tsv"
HANDED_OVER: Final = "WTSFAST_CALL_LOG"
"""The environment variable with the file to which a pytest that a test starts adds what it has collected."""

_INVALID_HANDLE: Final = 0xFFFFFFFFFFFFFFFF
_GIVES_STATUS: Final = ("TLSGet", "TLSKeyPack", "TLSLicense", "WTSSetRenderHint")  # 0 is success
_GIVES_ANYTHING: Final = ("WTSGetActiveConsoleSessionId",)
_NEAR: Final = 64


# ---- what there is to prove ----


class Failure(NamedTuple):
    """One failure of a function that is documented or has been seen: a line of failures.tsv."""

    function: str
    error: int
    exception: str
    """The class that it becomes; "-" where it is an answer, and no exception."""

    @property
    def injected(self) -> int:
        """Give the code with which a stand-in is told to fail so."""
        return self.error or KEEP_LAST_ERROR


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a file of tab-separated values with names in its first line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@functools.cache
def documented_failures() -> dict[str, list[Failure]]:
    """Give the failures of each function; those that cannot fail have none."""
    found: dict[str, list[Failure]] = {}
    for row in read_table(FAILURES):
        of_function = found.setdefault(row["function"], [])
        if row["error"] != "-":
            of_function.append(Failure(row["function"], int(row["error"], 0), row["exception"]))
    return found


def exceptions_of(*functions: str) -> list[Failure]:
    """List the failures of functions that become exceptions."""
    return [each for name in functions for each in documented_failures()[name] if each.exception != "-"]


@dataclass(frozen=True, slots=True)
class Export:
    """One export that wtsfast.raw calls, as the table of all functions has it."""

    name: str
    function: str
    """Without A and W, as errors name it."""
    allocates: bool
    """Gives memory for WTSFreeMemory or WTSFreeMemoryEx: it may as well give NULL."""
    in_threads: bool
    """Can block: other threads make calls meanwhile."""


@functools.cache
def exports() -> dict[str, Export]:
    """List the exports: both forms where a function has two, and none of the client's own."""
    found: dict[str, Export] = {}
    for row in read_table(FUNCTIONS):
        names = row["raw_names"].replace("-", "").split()
        for name in names[1:] or names:
            allocates = row["freed_by"].startswith("WTSFreeMemory")
            found[name] = Export(name, row["function"], allocates, row["blocks"].startswith("yes"))
    return found


# ---- what has been seen ----


@dataclass(slots=True)
class Seen:
    """What the calls of one export have shown."""

    successes: int = 0
    shaped: int = 0
    """Successes with NULL, or without a row."""
    threads: set[int] = field(default_factory=set)
    errors: set[int] = field(default_factory=set)
    exceptions: set[tuple[int, str]] = field(default_factory=set)


Record = dict[str, Seen]


def plain_name(export: str) -> str:
    """Give the name of an export as errors have it: without A and W."""
    return export[:-1] if export[-1] in "AW" and export[:-1] + "A" in exports() else export


def _errors_of(call: Call) -> set[int]:
    """Give the numbers under which the failure of a call may be reported."""
    codes = {call.injected, call.error}
    if call.function.startswith(_GIVES_STATUS):
        codes.add(call.result)
    found = {code for code in codes if code is not None}
    found |= {code & 0xFFFF for code in found if code & 0xFFFF0000 == 0x80070000}  # an HRESULT made of a Win32 error
    return {0 if code == KEEP_LAST_ERROR else code for code in found}


def _succeeded(call: Call) -> bool:
    if call.injected is not None:
        return False
    if call.function in _GIVES_ANYTHING:
        return True
    if call.function.startswith(_GIVES_STATUS):
        return call.result == 0 and not call.error
    return call.result not in (0, _INVALID_HANDLE)


class Collector:
    """Collects from all stand-ins of this process, and from processes that hand over what they have seen."""

    def __init__(self) -> None:
        self.record: Record = defaultdict(Seen)
        self.counts = False
        """Whether the calls are the package's: those of the stand-in's own tests prove nothing."""
        self._taken: dict[str, int] = {}
        self._running: dict[str, list[int]] = defaultdict(list)

    def take(self, driver: Standin) -> None:
        """Take over the calls since the last time."""
        earlier = (driver.call(number) for number in self._running.pop(driver.path, ()))
        new = driver.calls_after(self._taken.get(driver.path, 0))
        for call in [*(call for call in earlier if call is not None), *new]:
            self._taken[driver.path] = max(call.sequence, self._taken.get(driver.path, 0))
            if call.running:
                self._running[driver.path].append(call.sequence)
            elif self.counts:
                self._note(call)

    def take_all(self) -> None:
        """Take over what is new in every log."""
        for driver in list(Standin.loaded.values()):
            self.take(driver)

    def _note(self, call: Call) -> None:
        seen = self.record[call.function]
        seen.threads.add(call.thread_id)
        if _succeeded(call):
            seen.successes += 1
            seen.shaped += call.shaped
        else:
            seen.errors |= _errors_of(call)

    def exception(self, error: Any) -> None:
        """Match an exception that is being made with the call that it reports."""
        thread = get_native_id()
        for driver in list(Standin.loaded.values()):
            last = driver.last_call()
            for number in range(last, max(last - _NEAR, 0), -1):
                call = driver.call(number)
                if call is None or call.thread_id != thread or plain_name(call.function) != error.function:
                    continue
                if self.counts and not call.running and not _succeeded(call) and error.winerror in _errors_of(call):
                    self.record[call.function].exceptions.add((error.winerror, type(error).__name__))
                break

    # ---- between processes ----

    def hand_over(self, path: Path) -> None:
        """Add what has been collected to a file."""
        lines = {
            name: [seen.successes, seen.shaped, sorted(seen.threads), sorted(seen.errors), sorted(seen.exceptions)]
            for name, seen in self.record.items()
        }
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(lines) + "\n")

    def take_over(self, path: Path) -> None:
        """Add what other processes have handed over."""
        for line in path.read_text(encoding="utf-8").splitlines():
            for name, (successes, shaped, threads, errors, exceptions) in json.loads(line).items():
                seen = self.record[name]
                seen.successes += successes
                seen.shaped += shaped
                seen.threads |= set(threads)
                seen.errors |= set(errors)
                seen.exceptions |= {(error, kind) for error, kind in exceptions}


# ---- the verdict ----


def gaps(export: Export, failures: list[Failure] | None, record: Record) -> list[str]:
    """Say what no call has proven of an export."""
    if failures is None:
        return [f"{FAILURES.name} has no line for it"]
    seen = record.get(export.name, Seen())
    missing: list[str] = []
    if not seen.successes:
        missing.append("no call succeeded")
    if export.allocates and not seen.shaped:
        missing.append("no call succeeded with NULL or without a row")
    if export.in_threads and len(seen.threads) < 2:
        missing.append("no second thread called it")
    for failure in failures:
        if failure.error not in seen.errors:
            missing.append(f"no call failed with {failure.error}")
            continue
        kinds = {kind for error, kind in seen.exceptions if error == failure.error} or {"-"}
        if kinds != {failure.exception}:
            missing.append(f"{failure.error} was seen as {sorted(kinds)}, not as {failure.exception}")
    return missing


# ---- the plugin ----

_key = pytest.StashKey[Collector]()
_part = pytest.StashKey[str]()


def collector(config: pytest.Config) -> Collector | None:
    """Give the collector of this run; None on a DLL that keeps no log."""
    return config.stash.get(_key, None)


def why_incomplete(config: pytest.Config) -> str | None:
    """Say why this run cannot prove anything of all functions; None when the whole suite runs."""
    return config.stash.get(_part, None)


def pytest_configure(config: pytest.Config) -> None:
    if not os.environ.get("WTSFAST_DLL"):
        return
    config.stash[_key] = mine = Collector()
    Standin.before_reset.append(mine.take)
    if HANDED_OVER not in os.environ:
        descriptor, os.environ[HANDED_OVER] = tempfile.mkstemp(prefix="wtsfast-calls-")
        os.close(descriptor)
        config.add_cleanup(lambda: Path(os.environ.pop(HANDED_OVER)).unlink())
    else:
        config.add_cleanup(lambda: mine.hand_over(Path(os.environ[HANDED_OVER])))


def pytest_deselected(items: list[pytest.Item]) -> None:
    if items:
        items[0].config.stash[_part] = "a selection of the tests runs"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the verdict come last, and find out whether there is one."""
    items.sort(key=lambda item: item.path.name == "test_call_log.py")
    left_out = {path.name for path in TESTS.glob("test_*.py")} - {item.path.name for item in items}
    if left_out:
        config.stash[_part] = f"{len(left_out)} files of tests do not run"
    elif any("::" in argument for argument in config.args):
        config.stash[_part] = "a selection of the tests runs"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Watch the exceptions. The package is imported only now, when the stand-in is loaded."""
    mine = collector(session.config)
    if mine is None or session.config.option.collectonly:
        return
    from wtsfast.errors import WtsError

    original = WtsError.__init__

    @functools.wraps(original)
    def watched(self: WtsError, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        mine.exception(self)

    WtsError.__init__ = watched  # type: ignore[method-assign]
    session.config.add_cleanup(lambda: setattr(WtsError, "__init__", original))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    mine = collector(item.config)
    if mine is None:
        return (yield)
    mine.take_all()
    mine.counts = not item.path.name.startswith("test_standin")
    try:
        return (yield)
    finally:
        mine.take_all()
