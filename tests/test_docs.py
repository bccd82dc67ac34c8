"""The documentation: every example runs, and every function is described."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wtsfast
from helpers.readers import READERS, reader
from helpers.standin import Standin, standin_path
from wtsfast import raw

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(python|\{wts-function\} \w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _examples() -> list[Any]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start(2)) + 1
            name = match[1].rpartition(" ")[2]
            found.append(pytest.param(page, line, match[2], id=f"{page.stem}-{line}-{name}"))
    return found


def _facts() -> dict[str, dict[str, str]]:
    with (ROOT / "docs" / "functions.tsv").open(encoding="utf-8", newline="") as file:
        return {row["function"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


@pytest.fixture
def licensing() -> Iterator[None]:
    """Script the license server of the examples, whichever tests have loaded its DLL before."""
    driver = Standin(standin_path("mstlsapi.dll") or "")
    driver.reset()
    driver.add_server("LICENSES")
    driver.set_certificate(b"certificate")
    driver.add_key_pack(bytes(3128))
    driver.add_license(bytes(12))
    yield
    try:
        driver.assert_clean()
    finally:
        driver.reset()


@pytest.fixture
def office(standin: Standin, licensing: None) -> None:
    """Script the machine that the examples speak of: alice in session 3, bob in session 4, the server RDSH01."""
    sid = bytes(wtsfast.Sid("S-1-5-18"))
    standin.configure(privileges="held")
    standin.start_scenario()
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(1, session_name="Console")
    standin.add_session(3, session_name="RDP-Tcp#7", user_name="alice", domain_name="CORP", is_remote=1)
    standin.add_session(4, user_name="bob", domain_name="CORP", state=4)
    standin.set_current_session(1)
    for pid, name, session_id in ((0, "", 0), (4, "System", 0), (4711, "excel.exe", 3), (4712, "winword.exe", 4)):
        standin.add_process(
            pid, name, session_id=session_id, sid=sid, user_time=pid * 10_000_000, working_set_size=1 << 20
        )
    standin.add_server("RDSH01")
    standin.add_session(2, session_name="RDP-Tcp#1", user_name="carol", domain_name="CORP", server="RDSH01")
    standin.add_process(99, "outlook.exe", session_id=2, sid=sid, server="RDSH01")
    standin.set_account("alice")
    standin.add_channel("STATS", session_id=3, echo=True)


@pytest.mark.parametrize(("page", "line", "code"), _examples())
def test_example_runs(office: None, page: Path, line: int, code: str) -> None:
    for package in READERS:
        if re.search(rf"^import {package}$", code, re.MULTILINE):
            reader(package)
    names: dict[str, object] = {"wtsfast": wtsfast, "raw": raw}
    # With its place in the page, so that a traceback points there.
    exec(compile("\n" * (line - 1) + code, str(page), "exec"), names)
    names.clear()


def test_every_function_of_raw_is_in_the_table() -> None:
    described = {form for row in _facts().values() for form in row["raw_names"].split()}
    values = {name: getattr(raw, name) for name in raw.__all__}
    functions = {name for name, value in values.items() if callable(value) and not isinstance(value, type)}
    assert functions - described == set()
    assert described - functions - {"-"} == set()


@pytest.mark.parametrize("function", [name for name, row in _facts().items() if row["raw_names"] != "-"])
def test_every_function_has_an_example_that_calls_it(function: str) -> None:
    row = _facts()[function]
    text = (ROOT / "docs" / "reference" / f"{row['page']}.md").read_text(encoding="utf-8")
    (example,) = [match[2] for match in FENCE.finditer(text) if match[1] == f"{{wts-function}} {function}"]
    assert f"raw.{function}(" in example
    assert all(row.values())


def test_every_public_name_is_in_the_reference() -> None:
    reference = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    left_out = {"raw", "__version__", "ANY_SESSION", "ConnectState", "InfoClass"}
    for name in set(wtsfast.__all__) - left_out:
        assert re.search(rf"auto\w+:: wtsfast\.{name}\n", reference), name


def test_docstrings_say_what_they_block_on() -> None:
    for function, row in _facts().items():
        if row["raw_names"] != "-":
            words = " ".join(getattr(raw, function).__doc__.split())
            blocks = re.search(r"\b(Blocks|blocks|May block|block until|as ``WTS\w+``)", words)
            assert re.search("(Does|does) not block", words) if row["blocks"] == "no" else blocks, function


def test_docstrings_say_what_is_wrapped() -> None:
    for row in _facts().values():
        for form in row["raw_names"].split():
            if form != "-":
                doc = getattr(raw, form).__doc__
                first = doc.splitlines()[0]
                assert re.search(rf"C: ``\w+ {form}W?\(", doc), form
                assert first.endswith("."), form
                assert re.search(rf"Wraps\s+``{form}(W|A)?``\.", doc), form
