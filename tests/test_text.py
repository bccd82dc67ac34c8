"""Text between Windows and Python, through the names of processes: all of UTF-16 survives, wherever it lies."""

import pickle
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers.standin import Standin
from helpers.tables import SYSTEM, Process, Session, put_processes, put_sessions, same_name
from wtsfast import AccessDeniedError, Server, Sid, WtsError, raw

UNITS = st.integers(1, 0xFFFF).map(chr)
TEXTS = st.text(UNITS, max_size=40) | st.text(max_size=40).map(lambda text: text.replace("\0", ""))

MARKS = [
    "",
    "\ufeff",
    "\ufeffa.exe",
    "\ufffea.exe",
    "\ud800",
    "\udc00",
    "\udc00\ud800",
    "a\ud800b",
    "\U0001f600",
    "\U0010ffff" * 3,
    "\x7f",
    "\x80",
    "\xff",
    "\u0100",
    "\uffff",
    "e\u0301",
]


def as_windows_sees_it(text: str) -> str:
    """Join the pairs of surrogates that stand apart in a str."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(texts=st.lists(TEXTS, max_size=10), layout=st.sampled_from(["separate", "block"]))
def test_any_text_survives(standin: Standin, texts: list[str], layout: str) -> None:
    standin.configure(layout=layout)
    put_processes(standin, [Process(1, pid, text) for pid, text in enumerate(texts)])
    expected = [as_windows_sees_it(text) for text in texts]
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == [row.name for row in snapshot] == expected
    assert [row.detach().name for row in snapshot] == expected


@pytest.mark.parametrize("text", MARKS)
def test_marks_surrogates_and_borders(standin: Standin, text: str) -> None:
    put_processes(standin, [Process(name=text), Process(name=text + "x" * 40), Process(name="x" * 40 + text)])
    names = wtsfast.enumerate_processes().column("name")
    assert names == [text, text + "x" * 40, "x" * 40 + text]
    assert wtsfast.enumerate_processes(level=0).column("name") == names


@pytest.mark.parametrize("letter", ["x", "\xe9", "\u4e2d", "\U0001f600"])
@pytest.mark.parametrize("layout", ["separate", "block"])
def test_lengths_at_the_end_of_a_page(standin: Standin, letter: str, layout: str) -> None:
    # The stand-in puts each separate text at the very end of a page, with nothing readable behind it.
    standin.configure(layout=layout, guard=True)
    names = [letter * length for length in (*range(36), 63, 64, 65, 2047, 2048, 2049, 5000, 33000)]
    put_processes(standin, [Process(1, pid, name) for pid, name in enumerate(names)])
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == names
    assert list(snapshot.select("name")) == [(name,) for name in names]
    assert snapshot.where(name=letter.swapcase() * 33) == [
        row for row in snapshot if same_name(row.name, letter.swapcase() * 33)
    ]
    assert [total.key for total in snapshot.totals(by="name")] == names
    assert [row.detach().name for row in snapshot] == names


def test_one_text_at_every_distance_from_the_end_of_a_page(standin: Standin) -> None:
    # In one block the texts lie close together, so that texts of odd lengths begin at every place of a page.
    standin.configure(layout="block", guard=True)
    names = ["ab"[pid % 2] * (pid % 19) for pid in range(4000)]
    put_processes(standin, [Process(1, pid, name) for pid, name in enumerate(names)])
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == names
    assert {total.key: total.process_count for total in snapshot.totals(by="name")} == {
        name: names.count(name) for name in names
    }


@given(prefix=st.text(st.sampled_from("ab"), max_size=34), tails=st.lists(st.text(st.sampled_from("ab"), max_size=3)))
def test_texts_that_begin_alike_are_told_apart(standin: Standin, prefix: str, tails: list[str]) -> None:
    names = [prefix + tail for tail in tails]
    put_processes(standin, [Process(1, pid, name) for pid, name in enumerate(names)])
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == names
    for name in names:
        assert [row.pid for row in snapshot.where(name=name)] == [pid for pid, each in enumerate(names) if each == name]


@pytest.mark.parametrize("field", ["session_name", "host_name", "user_name", "domain_name", "farm_name"])
@given(text=st.none() | TEXTS)
def test_every_text_of_a_session(standin: Standin, field: Any, text: str | None) -> None:
    changed: dict[str, Any] = {field: text}
    put_sessions(standin, [Session()._replace(**changed)])
    expected = None if text is None else as_windows_sees_it(text)
    snapshot = wtsfast.enumerate_sessions()
    assert snapshot.column(field) == [getattr(snapshot[0], field)] == [expected]


# ---- instances of subclasses of str are text ----


class Named(StrEnum):
    SERVER = "RDSH01"
    COLUMN = "name"
    SESSION_COLUMN = "session_name"
    SID_COLUMN = "user_sid"
    PROGRAM = "a.exe"
    SID = "S-1-5-18"
    CHANNEL = "STATIC"


def test_a_server_named_by_a_subclass(standin: Standin) -> None:
    standin.add_server("RDSH01")
    put_processes(standin, [Process()], server="RDSH01")
    with Server(Named.SERVER) as server:
        assert server.handle is not None
        assert (type(server.handle.name), server.handle.name) == (str, "RDSH01")
        standin.fail("WTSEnumerateProcessesEx", 5)
        with pytest.raises(AccessDeniedError) as caught:
            wtsfast.enumerate_processes(server)
        assert type(pickle.loads(pickle.dumps(caught.value)).server) is str
    assert len(wtsfast.enumerate_processes(Named.SERVER)) == 1
    assert len(wtsfast.enumerate_sessions(Named.SERVER)) == len(wtsfast.query_sessions(Named.SERVER)) == 0
    for refused in (
        lambda: raw.WTSQueryUserConfig(Named.SERVER, "nobody", 0),
        lambda: raw.WTSSetUserConfig(Named.SERVER, "nobody", 0, Named.PROGRAM),
        lambda: raw.WTSStartRemoteControlSession(Named.SERVER, 1, 0, 0),
    ):
        with pytest.raises(WtsError) as refusal:
            refused()
        assert refusal.value.server == "RDSH01"


def test_a_channel_named_by_a_subclass(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_session(3, is_remote=1)
    standin.add_channel("STATIC", session_id=3)
    with raw.WTSVirtualChannelOpenEx(3, Named.CHANNEL, 0) as channel:
        assert type(channel.virtual_name) is str
    with raw.WTSVirtualChannelOpen(None, 3, Named.CHANNEL) as channel:
        assert channel.virtual_name == "STATIC"


def test_columns_named_by_a_subclass(standin: Standin) -> None:
    put_processes(standin, [Process(1, 4, "A.EXE", SYSTEM), Process(2, 5, "b.exe")])
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column(Named.COLUMN) == snapshot.column("name")
    assert list(snapshot.select(Named.COLUMN)) == list(snapshot.select("name"))
    assert snapshot.to_dicts(Named.COLUMN) == snapshot.to_dicts("name")
    assert snapshot.totals(Named.COLUMN) == snapshot.totals("name")  # type: ignore[arg-type]
    assert snapshot.where(**{Named.COLUMN: Named.PROGRAM, Named.SID_COLUMN: Named.SID}) == [snapshot[0]]
    assert Sid(Named.SID) == Sid("S-1-5-18") == snapshot[0].user_sid


def test_what_is_no_text_is_a_type_error(standin: Standin) -> None:
    put_processes(standin, [Process()])
    snapshot = wtsfast.enumerate_processes()
    for nonsense in (None, 1, b"name", object()):
        with pytest.raises(TypeError, match="must be str"):
            snapshot.column(nonsense)  # type: ignore[call-overload]
        with pytest.raises(TypeError, match="must be str"):
            snapshot.totals(nonsense)  # type: ignore[arg-type]
