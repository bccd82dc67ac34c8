"""The command line: what it prints for people and programs, and how it ends."""

from __future__ import annotations

import _thread
import csv
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol

import pytest

import wtsfast
from wtsfast.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.standin_driver import Standin

SYSTEM = bytes(wtsfast.Sid("S-1-5-18"))
NOBODY = bytes(wtsfast.Sid("S-1-5-21-11-12-13-99999"))

HOSTILE = {
    100: None,
    101: "",
    102: "line\nend\r.exe",
    103: "\x1b[31mred\x07.exe",
    104: "lone \ud800 half",
    105: "right \u202eexe.fdp",
    106: "\u6f22\u5b57\u30ab\u30ca.exe",
    107: "astral \U0001f600.exe",
    108: "[bold]markup[/bold]",
    109: "e\u0301\u0323 marks",
    110: "a,b;\"c\"\t'd'",
    111: "x" * 300,
    112: "=1+1",
    113: "\x85next\u2028line\u2029",
}


@dataclass(frozen=True)
class Result:
    """What one run printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def table(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def csv(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.out, newline="")))


class _Stream(io.TextIOWrapper):
    """Standard output that says of itself whether it is a terminal."""

    def __init__(self, encoding: str, *, terminal: bool) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, newline="")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Run(Protocol):
    def __call__(
        self, *arguments: str, width: int | None = None, encoding: str = "utf-8", decoding: str | None = None
    ) -> Result: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; with a width, on a terminal."""

    def runner(
        *arguments: str, width: int | None = None, encoding: str = "utf-8", decoding: str | None = None
    ) -> Result:
        stream = _Stream(encoding, terminal=width is not None)
        with monkeypatch.context() as patch:
            patch.delenv("PYTHONIOENCODING", raising=False)
            if width is None:
                patch.delenv("COLUMNS", raising=False)
            else:
                patch.setenv("COLUMNS", str(width))
            patch.setattr(sys, "stdout", stream)
            try:
                code = main(arguments)
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            stream.flush()
        return Result(code, stream.bytes.getvalue().decode(decoding or encoding), capsys.readouterr().err)

    return runner


@pytest.fixture(params=["plain", "rich"])
def drawing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have tables on a terminal drawn without rich, and with it."""
    if request.param == "plain":
        monkeypatch.setitem(sys.modules, "wtsfast.cli._rich", None)
    else:
        pytest.importorskip("rich")
        monkeypatch.setenv("TERM", "dumb")  # no colours, which have a test of their own
    return str(request.param)


@pytest.fixture
def hostile(standin: Standin) -> Standin:
    """Script processes with the names of HOSTILE, which belong to the system, to an unknown account, or to none."""
    standin.start_scenario()
    for pid, name in HOSTILE.items():
        standin.add_process(
            pid,
            name,
            session_id=pid % 3,
            sid=(SYSTEM, NOBODY, None)[pid % 3],
            number_of_threads=pid,
            handle_count=2**32 - pid,
            working_set_size=pid << 20,
            pagefile_usage=2**32 - 1,
            user_time=12_345_678,
            kernel_time=pid * 600_000_000,
        )
    standin.add_process(0, "", session_id=0, kernel_time=10**12)
    for number, name in enumerate(HOSTILE.values()):
        standin.add_session(number, session_name=name, user_name=name, domain_name=name, state=number % 12)
    return standin


# ---- for programs ----


@pytest.mark.smoke
def test_json_shows_this_very_process(run: Run) -> None:
    result = run("processes", "--level", "0", "--json")
    assert result.code == 0, result.err
    (own,) = [row for row in result.json["processes"] if row["pid"] == os.getpid()]
    assert own["name"].lower() == "python.exe"
    assert own["session_id"] == wtsfast.current_session_id()


def test_json_of_this_machine(run: Run, standin: Standin) -> None:
    result = run("processes", "--json")
    shown = result.json
    assert list(shown) == ["taken_at", "server", "processes"]
    assert shown["server"] is None
    taken = datetime.fromisoformat(shown["taken_at"])
    assert timedelta(0) <= datetime.now(taken.tzinfo) - taken < timedelta(seconds=30)
    (own,) = [row for row in shown["processes"] if row["pid"] == os.getpid()]
    row = wtsfast.enumerate_processes().get(os.getpid())
    assert row is not None
    assert row.user_sid is not None
    assert own["user_sid"] == str(row.user_sid)
    assert own["user"] == str(row.user_sid.lookup())
    assert own["number_of_threads"] >= 1
    assert own["cpu_seconds"] == pytest.approx((own["user_time"] + own["kernel_time"]) / 1e7)


def test_json_keeps_every_name(run: Run, hostile: Standin) -> None:
    result = run("processes", "--json", encoding="ascii")
    rows = {row["pid"]: row for row in result.json["processes"]}
    assert {pid: row["name"] for pid, row in rows.items() if pid} == HOSTILE
    assert rows[102]["handle_count"] == 2**32 - 102
    assert rows[102]["pagefile_usage"] == 2**32 - 1
    assert rows[102]["kernel_time"] == 61_200_000_000
    assert rows[102]["cpu_seconds"] == 6121.2345678
    assert rows[102]["user"] == str(wtsfast.Sid("S-1-5-18").lookup())
    assert (rows[103]["user_sid"], rows[103]["user"]) == ("S-1-5-21-11-12-13-99999", None)
    assert (rows[104]["user_sid"], rows[104]["user"]) == (None, None)
    assert rows[0]["cpu_seconds"] is None  # it is idle time


def test_json_of_sessions_names_states(run: Run, hostile: Standin) -> None:
    rows = run("sessions", "--json").json["sessions"]
    assert [row["session_name"] for row in rows] == [*HOSTILE.values()]
    assert [row["state"] for row in rows[:4]] == ["ACTIVE", "CONNECTED", "CONNECT_QUERY", "SHADOW"]
    assert rows[10]["state"] == 10  # a newer Windows
    assert rows[12]["user"] == r"=1+1\=1+1"
    assert [row["user"] for row in rows[:2]] == [None, None]


def test_json_has_one_row_a_line(run: Run, hostile: Standin) -> None:
    lines = run("processes", "--json").out.splitlines()
    assert len(lines) == len(HOSTILE) + 1 + 2
    assert json.loads(lines[1].rstrip(","))["pid"] == 100


def test_json_of_nothing(run: Run, hostile: Standin) -> None:
    result = run("processes", "--json", "--name", "nothing.exe")
    assert (result.code, result.json["processes"], result.err) == (0, [], "")


def test_csv_keeps_every_name_that_is_text(run: Run, hostile: Standin) -> None:
    # On a machine with a Western code page too: CSV that does not go to a terminal is UTF-8.
    rows = run("processes", "--csv", encoding="cp1252", decoding="utf-8").csv
    names = {int(row["pid"]): row["name"] for row in rows}
    for pid, name in HOSTILE.items():
        assert names[pid] == (name or "").replace("\ud800", r"\ud800")
    assert rows[2]["handle_count"] == str(2**32 - 102)
    assert rows[-1]["cpu_seconds"] == ""


def test_csv_has_the_columns_of_json(run: Run, hostile: Standin) -> None:
    for command in ("processes", "sessions"):
        for level in ("0", "1"):
            (row, *_) = run(command, "--json", "--level", level).json[command]
            assert list(run(command, "--csv", "--level", level).csv[0]) == list(row)


def test_csv_honours_an_encoding_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, run: Run, hostile: Standin
) -> None:
    stream = _Stream("cp1252", terminal=False)
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["processes", "--csv"]) == 0
    assert r"\u6f22\u5b57" in stream.bytes.getvalue().decode("cp1252")


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_columns_in_the_order_asked_for(run: Run, hostile: Standin, form: str) -> None:
    result = run("processes", form, "--columns", "name, pid,cpu_seconds")
    row = result.json["processes"][0] if form == "--json" else result.csv[0]
    assert list(row) == ["name", "pid", "cpu_seconds"]


# ---- for people ----


def test_table_of_this_machine(run: Run, standin: Standin) -> None:
    result = run("processes")
    assert result.code == 0, result.err
    header, *rows = result.table
    assert header.split("  ")[0] == "SESSION"
    (own,) = [row.split() for row in rows if row.split()[1] == str(os.getpid())]
    assert own[2].lower() == "python.exe"
    assert re.fullmatch(r"\d+:[0-5]\d:[0-5]\d\.\d", own[-1])
    assert re.fullmatch(r"\d+\.\d", own[-2])


def test_table_shows_values_in_sensible_units(run: Run, hostile: Standin) -> None:
    result = run("processes", "--name", "=1+1")
    assert result.table[1].split() == [
        *("1", "112", "=1+1", "S-1-5-21-11-12-13-99999"),
        *("112", "4294967184", "4096.0", "112.0", "1:52:01.2"),
    ]


def test_a_pipe_gets_whole_names_and_no_colours(run: Run, hostile: Standin) -> None:
    result = run("processes")
    assert "x" * 300 in result.out
    assert "\x1b" not in result.out


@pytest.mark.parametrize("command", ["processes", "sessions"])
def test_nothing_in_a_name_commands_the_terminal(run: Run, hostile: Standin, drawing: str, command: str) -> None:
    for width in (None, 500):
        result = run(command, width=width)
        assert result.code == 0
        assert len(result.table) == 1 + len(HOSTILE) + (command == "processes")
        assert all(line.isprintable() for line in result.table)
        assert r"line\nend\r.exe" in result.out
        assert r"\x1b[31mred\x07.exe" in result.out
        assert r"right \u202eexe.fdp" in result.out
        assert r"lone \ud800 half" in result.out
        assert "[bold]markup[/bold]" in result.out


@pytest.mark.parametrize("command", ["processes", "sessions"])
def test_tables_fit_the_terminal(run: Run, hostile: Standin, drawing: str, command: str) -> None:
    for width in (500, 132, 120, 100, 80, 79, 60, 50, 40, 30):
        result = run(command, width=width)
        widest = max(map(_cells, result.table))
        assert widest <= width, (width, result.out)
        assert "SESSION" in result.out or "PID" in result.out
    assert widest > 15


def test_a_narrow_terminal_keeps_what_matters(run: Run, hostile: Standin, drawing: str) -> None:
    assert run("processes", width=80).table[0].split()[:4] == ["SESSION", "PID", "NAME", "USER"]
    assert run("processes", width=40).table[0].split() == ["PID", "NAME", "MEMORY", "MiB"]
    assert run("sessions", width=30).table[0].split()[:1] == ["SESSION"]


def test_columns_that_were_asked_for_stay(run: Run, hostile: Standin, drawing: str) -> None:
    result = run("processes", "--columns", "pid,name,user,user_sid,handle_count", width=30)
    assert result.table[0].split() == ["PID", "NAME", "USER", "SID", "HANDLES"]
    assert len(result.table) == len(HOSTILE) + 2


def test_columns_are_aligned(run: Run, hostile: Standin, drawing: str) -> None:
    result = run("processes", width=120)
    for line in result.table:
        assert _cells(line) == _cells(result.table[0])  # the last column stands on the right


def test_states_read_well(run: Run, hostile: Standin) -> None:
    result = run("sessions", "--columns", "session_id,state")
    assert [line.split(maxsplit=1)[1] for line in result.table[1:4]] == ["Active", "Connected", "Connect query"]
    assert result.table[11].split() == ["10", "10"]


def test_rich_colours_a_terminal(monkeypatch: pytest.MonkeyPatch, run: Run, hostile: Standin) -> None:
    pytest.importorskip("rich")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1m" in run("sessions", width=100).out
    assert "\x1b[" not in run("sessions").out  # a pipe, whatever FORCE_COLOR says


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252", "utf-8", "utf-16"])
@pytest.mark.parametrize("form", ["", "--json", "--csv"])
@pytest.mark.parametrize("width", [None, 60])
def test_every_encoding_is_safe(
    run: Run, hostile: Standin, drawing: str, encoding: str, form: str, width: int | None
) -> None:
    for command in ("processes", "sessions"):
        decoding = "utf-8" if form == "--csv" and width is None else encoding
        result = run(command, *([form] if form else []), width=width, encoding=encoding, decoding=decoding)
        assert result.code == 0
        assert result.err == ""


def test_nothing_found_is_said_and_no_failure(run: Run, hostile: Standin) -> None:
    result = run("processes", "--session", "77")
    assert result.code == 0
    assert len(result.table) == 1
    assert result.err == "wtsfast: no processes found\n"


def test_the_kernel_as_source(run: Run, standin: Standin) -> None:
    rows = run("processes", "--source", "kernel", "--json", "--session", "current").json["processes"]
    (own,) = [row for row in rows if row["pid"] == os.getpid()]
    assert timedelta(0) < datetime.now(UTC) - datetime.fromisoformat(own["creation_time"]) < timedelta(hours=1)
    assert own["user"] == str(wtsfast.Sid(own["user_sid"]).lookup())
    assert {row["session_id"] for row in rows} == {wtsfast.current_session_id()}
    rows = run("processes", "--source", "kernel", "--json", "--user", own["user_sid"]).json["processes"]
    assert os.getpid() in {row["pid"] for row in rows}
    header, *lines = run("processes", "--source", "kernel", "--columns", "pid,creation_time").table
    assert header.split() == ["PID", "STARTED"]
    assert any(re.fullmatch(rf" *{os.getpid()}  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d", line) for line in lines)


def _with_clients(standin: Standin) -> None:
    standin.start_scenario()
    hour = 36_000_000_000
    now = 134_000_000_000_000_000
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(
        3,
        session_name="RDP-Tcp#7",
        user_name="alice",
        domain_name="CORP",
        state=0,
        session_flags=1,
        logon_time=now - 30 * hour,
        connect_time=now - 2 * hour,
        last_input_time=now - hour - 10_000_000 * 61,
        current_time=now,
        client_name="LAPTOP\x1b[2J",
        client_address_family=2,
        client_address=b"\0\0\x0a\x01\x02\x03",
        client_address_text="10.1.2.3",
        protocol_type=2,
        color_depth=4,
    )
    standin.add_session(4, session_name="", user_name="bob", domain_name="CORP", state=4, session_flags=0)


def test_details_of_sessions(run: Run, standin: Standin) -> None:
    _with_clients(standin)
    services, alice, bob = run("sessions", "--details", "--json").json["sessions"]
    assert list(alice) == [name for name in alice if name in run("sessions", "--help").out]
    assert (services["user"], alice["user"], bob["user"]) == (None, "CORP\\alice", "CORP\\bob")
    assert (alice["state"], bob["state"]) == ("ACTIVE", "DISCONNECTED")
    assert (alice["locked"], bob["locked"]) == (False, True)
    assert alice["idle_seconds"] == 3661
    assert alice["client_address"] == "10.1.2.3"
    assert alice["protocol_type"] == "RDP"
    assert alice["color_depth"] == 4
    assert datetime.fromisoformat(alice["current_time"]) - datetime.fromisoformat(alice["logon_time"]) == timedelta(
        hours=30
    )
    assert alice["error"] is None
    rows = run("sessions", "--details", "--csv").csv
    assert list(rows[0]) == list(services)
    assert rows[1]["logon_time"] == alice["logon_time"]


def test_details_in_a_table(run: Run, standin: Standin, drawing: str) -> None:
    _with_clients(standin)
    table = run("sessions", "--details", "--sort", "idle_seconds", width=140).table
    assert " ".join(table[0].split()) == "SESSION NAME STATE USER IDLE LOGGED ON CLIENT ADDRESS"
    assert table[1].split()[:5] == ["3", "RDP-Tcp#7", "Active", "CORP\\alice", "1:01:01"]
    assert table[1].endswith(r"LAPTOP\x1b[2J  10.1.2.3")
    assert "ADDRESS" not in run("sessions", "--details", width=80).table[0]


def test_details_filters(run: Run, standin: Standin) -> None:
    _with_clients(standin)
    for arguments in (["--session", "3"], ["--name", "rdp-tcp#7"], ["--user", "Alice"]):
        rows = run("sessions", "--details", "--json", *arguments).json["sessions"]
        assert [row["session_id"] for row in rows] == [3]


@pytest.mark.parametrize(
    ("filetime", "shown"),
    [(1, "1601-01-01 00:00:00Z"), (1 << 56, "1829-05-05"), (2_650_467_743_999_999_999, "9999-12-31 23:59:59Z")],
)
def test_times_that_windows_knows_no_local_form_of(run: Run, standin: Standin, filetime: int, shown: str) -> None:
    standin.start_scenario()
    standin.add_session(1, session_name="Console", user_name="alice", logon_time=filetime)
    result = run("sessions", "--details", "--columns", "session_id,logon_time")
    assert result.code == 0
    assert shown in result.table[1]


def test_details_say_what_was_refused(run: Run, standin: Standin) -> None:
    _with_clients(standin)
    with standin.fail("WTSQuerySessionInformationW", 5, times=-1):
        result = run("sessions", "--details", "--json")
    assert result.code == 0
    assert all("[error 5]" in row["error"] for row in result.json["sessions"])


# ---- which rows, in which order ----


@pytest.mark.parametrize("level", ["0", "1"])
def test_session_filter(run: Run, hostile: Standin, level: str) -> None:
    rows = run("processes", "--json", "--level", level, "--session", "2").json["processes"]
    assert [row["pid"] for row in rows] == [pid for pid in HOSTILE if pid % 3 == 2]
    assert all(isinstance(row["user_sid"], str | None) for row in rows)
    (row,) = run("sessions", "--json", "--level", level, "--session", "2").json["sessions"]
    assert row["session_id"] == 2


def test_sessions_by_their_place(run: Run, standin: Standin) -> None:
    rows = run("processes", "--json", "--session", "current").json["processes"]
    assert os.getpid() in {row["pid"] for row in rows}
    console = wtsfast.console_session_id()
    assert [row["session_id"] for row in run("sessions", "--json", "--session", "console").json["sessions"]] == [
        console
    ]


def test_no_session_at_the_console(monkeypatch: pytest.MonkeyPatch, run: Run, standin: Standin) -> None:
    monkeypatch.setattr(wtsfast, "console_session_id", lambda: None)
    result = run("processes", "--session", "console")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("wtsfast: no session is at the console now")


def test_name_filter_ignores_case(run: Run, hostile: Standin) -> None:
    rows = run("processes", "--json", "--name", "ASTRAL \U0001f600.EXE").json["processes"]
    assert [row["pid"] for row in rows] == [107]


@pytest.mark.parametrize("user", ["S-1-5-18", "{name}", "{domain}\\{name}"])
def test_user_filter(run: Run, hostile: Standin, user: str) -> None:
    account = wtsfast.Sid("S-1-5-18").lookup()
    assert account is not None
    wanted = user.format(name=account.name.lower(), domain=account.domain.upper())
    rows = run("processes", "--json", "--user", wanted).json["processes"]
    assert [row["pid"] for row in rows] == [pid for pid in HOSTILE if pid % 3 == 0]


def test_user_filter_of_sessions(run: Run, hostile: Standin) -> None:
    for user in ("=1+1", r"=1+1\=1+1"):
        assert [row["session_id"] for row in run("sessions", "--json", "--user", user).json["sessions"]] == [12]


def test_names_of_users_can_be_left_out(run: Run, hostile: Standin) -> None:
    rows = run("processes", "--json", "--no-lookup").json["processes"]
    assert {row["user"] for row in rows} == {None}
    assert "S-1-5-18" in run("processes", "--no-lookup").out
    found = run("processes", "--json", "--no-lookup", "--user", "s-1-5-18").json["processes"]
    assert [row["pid"] for row in found] == [pid for pid in HOSTILE if pid % 3 == 0]


def test_measures_sort_from_the_largest_down(run: Run, hostile: Standin) -> None:
    def pids(*arguments: str) -> list[int]:
        return [row["pid"] for row in run("processes", "--json", *arguments).json["processes"]]

    ascending = sorted([0, *HOSTILE])
    assert pids("--sort", "pid") == ascending
    assert pids("--sort", "pid", "--reverse") == ascending[::-1]
    assert pids("--sort", "working_set_size") == ascending[::-1]
    assert pids("--sort", "working_set_size", "--reverse") == ascending
    assert pids("--sort", "cpu_seconds")[-1] == 0  # no value comes last, either way
    assert pids("--sort", "cpu_seconds", "--reverse")[-1] == 0
    assert pids("--sort", "name")[-1] == 100


@pytest.mark.parametrize("columns", ["pid", "pid,user"])
def test_sorting_by_a_user_who_is_not_shown(run: Run, standin: Standin, columns: str) -> None:
    standin.start_scenario()
    standin.add_process(8, "a.exe", sid=SYSTEM)
    standin.add_process(12, "b.exe", sid=bytes(wtsfast.Sid("S-1-5-19")))  # LOCAL SERVICE
    rows = run("processes", "--json", "--columns", columns, "--sort", "user").json["processes"]
    assert [row["pid"] for row in rows] == [12, 8]


def test_the_kernel_gives_users_to_sort_by(run: Run) -> None:
    result = run("processes", "--source", "kernel", "--columns", "pid", "--sort", "user")
    assert result.code == 0


def test_sorting_states_of_any_windows(run: Run, hostile: Standin) -> None:
    states = [row["state"] for row in run("sessions", "--json", "--sort", "state").json["sessions"]]
    assert states[:3] == [10, 11, "ACTIVE"]


# ---- other servers ----


def test_another_server(run: Run, hostile: Standin) -> None:
    hostile.add_server("RDSH01")
    hostile.add_process(4711, "far.exe", server="RDSH01", sid=SYSTEM)
    result = run("processes", "--server", "RDSH01", "--json")
    assert result.json["server"] == "RDSH01"
    assert [row["pid"] for row in result.json["processes"]] == [4711]


def test_a_server_that_cannot_be_reached(run: Run, standin: Standin) -> None:
    standin.add_server("RDSH02", open_error=1722)
    result = run("sessions", "--server", "RDSH02")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("wtsfast: WTSOpenServer on RDSH02: ")
    assert "Check the server's name" in result.err


# ---- failures ----

CALLS = {
    ("processes", "1"): "WTSEnumerateProcessesEx",
    ("processes", "0"): "WTSEnumerateProcesses",
    ("sessions", "1"): "WTSEnumerateSessionsEx",
    ("sessions", "0"): "WTSEnumerateSessions",
}


@pytest.mark.parametrize(("command", "level"), [*CALLS])
@pytest.mark.parametrize(("code", "advice"), [(5, "administrator"), (120, "level 0"), (1722, "TermService"), (8, "")])
@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_a_failed_call_is_one_line(
    run: Run, standin: Standin, command: str, level: str, code: int, advice: str, form: list[str]
) -> None:
    function = CALLS[command, level]
    standin.fail(f"{function}W", code)
    result = run(command, "--level", level, *form)
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(rf"wtsfast: {function}: .+ \[error {code}\].*\n", result.err)
    assert advice in result.err


def test_a_server_name_cannot_forge_lines(run: Run, standin: Standin) -> None:
    standin.add_server("A\nB\x1b[2J", open_error=5)
    result = run("sessions", "--server", "A\nB\x1b[2J")
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert "\x1b" not in result.err


def test_an_account_that_cannot_be_looked_up_hides_no_process(
    monkeypatch: pytest.MonkeyPatch, run: Run, hostile: Standin
) -> None:
    class Unreachable:
        def __init__(self, text: str) -> None:
            self.text = text

        def lookup(self, server_name: str | None = None) -> None:
            raise wtsfast.WtsError(1789, "LookupAccountSid")

    monkeypatch.setattr(wtsfast, "Sid", Unreachable)
    result = run("processes", "--json")
    assert result.code == 0
    assert {row["user"] for row in result.json["processes"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a command"),
        (["process"], "invalid choice"),
        (["processes", "--sess", "1"], "unrecognized"),
        (["processes", "--session", "-1"], "session"),
        (["processes", "--session", "4294967294"], "not a session id"),
        (["processes", "--session", "4294967295"], "not a session id"),
        (["processes", "--session", "own"], "not a session id"),
        (["processes", "--session", "\u0663"], "not a session id"),
        (["processes", "--level", "2"], "invalid choice"),
        (["processes", "--json", "--csv"], "not allowed with"),
        (["processes", "--columns", "pid,id"], "no column id"),
        (["processes", "--columns", "pid,pid"], "named twice"),
        (["processes", "--columns", ""], "the name of a column is empty"),
        (["processes", "notepad.exe"], "unrecognized arguments: notepad.exe. See wtsfast processes --help"),
        (["--bogus"], "unrecognized arguments: --bogus. See wtsfast --help"),
        (["processes", "--sort", "ram"], "no column ram"),
        (["processes", "--server", ""], "empty"),
        (["processes", "--server", "A", "--session", "current"], "give a number"),
        (["processes", "--source", "kernel", "--server", "A"], "leave --server out"),
        (["processes", "--source", "kernel", "--level", "0"], "no level 0"),
        (["sessions", "--source", "kernel"], "unrecognized"),
        (["sessions", "--details", "--level", "0"], "needs level 1"),
        (["processes", "--reverse"], "needs --sort"),
        (["processes", "--user", "alice", "--no-lookup"], "give a SID, or leave --no-lookup out"),
        (["processes", "--level", "0", "--columns", "pid,handle_count"], "has no column handle_count"),
        (["sessions", "--level", "0", "--sort", "user"], "has no column user"),
        (["sessions", "--level", "0", "--user", "alice"], "has no column user: leave --level 0 out"),
        (["sessions", "--sort", "idle_seconds"], "has no column idle_seconds: ask for it with --details"),
        (["sessions", "--details", "--columns", "farm_name"], "has no column farm_name: leave --details out"),
        (["processes", "--columns", "creation_time"], "has no column creation_time: ask for it with --source kernel"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, standin: Standin, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("wtsfast")
    assert result.err.count("\n") == 1
    assert words in result.err


@pytest.mark.parametrize("arguments", [["--help"], ["processes", "--help"], ["sessions", "--help"]])
def test_help_suits_every_console(run: Run, arguments: list[str]) -> None:
    result = run(*arguments, width=100, encoding="ascii")
    assert result.code == 0
    assert "exit codes:" in result.out
    assert "examples:" in result.out


def test_help_tells_of_32_bits(run: Run) -> None:
    assert "wrong for a process\n  that uses 4 GiB or more" in run("processes", "--help").out


def test_version(run: Run) -> None:
    assert run("--version").out == f"wtsfast {metadata.version('wtsfast')}\n"


def test_the_script_is_the_command_line() -> None:
    (script,) = [entry for entry in metadata.entry_points(group="console_scripts") if entry.name == "wtsfast"]
    assert script.load() is main


# ---- how it ends ----


def _start(*arguments: str, **settings: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "wtsfast", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **settings},
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [(["processes", "--level", "0"], 0), (["sessions", "--server", "NOBODY"], 1), (["x"], 2)]
)
def test_exit_codes_reach_the_shell(standin: Standin, arguments: list[str], code: int) -> None:
    process = _start(*arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert bool(out) == (code == 0)
    assert err.count(b"\n") == (code != 0)


def test_a_reader_that_has_seen_enough_is_no_failure(standin: Standin) -> None:
    process = _start("processes", "--json", WTSFAST_STANDIN="processes=5000,sessions=3")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.read(100)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(60), err) == (0, b"")


def test_output_that_cannot_be_written_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], standin: Standin
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["processes"]) == 1
    assert capsys.readouterr().err == "wtsfast: the output cannot be written: No space left on device\n"


def test_ctrl_c_ends_a_call_that_stalls(run: Run, standin: Standin) -> None:
    interrupted: list[float] = []

    def press() -> None:
        standin.wait_until_running("WTSEnumerateSessionsExW")
        interrupted.append(time.monotonic())
        _thread.interrupt_main()

    with standin.block("WTSEnumerateSessionsExW"):
        thread = threading.Thread(target=press)
        thread.start()
        result = run("sessions")
        ended = time.monotonic()
        thread.join()
    assert (result.code, result.out, result.err) == (130, "", "")
    assert ended - interrupted[0] < 1
    _join_abandoned()


def _join_abandoned() -> None:
    """Wait for the abandoned call, which still owns memory."""
    for thread in threading.enumerate():
        if thread.name.startswith("wtsfast"):
            thread.join(30)
            assert not thread.is_alive()


def _cells(line: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(unicodedata.combining(c) != 0 for c in line)


def test_text_is_cut_by_cells() -> None:
    from wtsfast.cli._text import clip, printable, width

    check: list[tuple[Callable[..., object], tuple[Any, ...], object]] = [
        (width, ("abc",), 3),
        (width, ("\u6f22\u5b57",), 4),
        (width, ("e\u0301",), 1),
        (clip, ("abcdef", 6), "abcdef"),
        (clip, ("abcdef", 5), "abcd\u2026"),
        (clip, ("abcdef", 1), "\u2026"),
        (clip, ("\u6f22\u5b57\u6f22", 4), "\u6f22\u2026"),
        (printable, ("\u00e4 \u6f22",), "\u00e4 \u6f22"),
        (printable, ("\x00\x7f\x9b\u200b",), r"\x00\x7f\x9b\u200b"),
        (printable, ("\U000e0001",), r"\U000e0001"),
    ]
    for function, arguments, expected in check:
        assert function(*arguments) == expected
