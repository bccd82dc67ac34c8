"""Sid: text both ways, the value, and the look-up of its account."""

import copy
import os
import pickle
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import wtsfast.sid
from helpers.imports import replaced_import
from helpers.standin import KEEP_LAST_ERROR, Standin
from helpers.tables import SYSTEM, sid_bytes, sid_of_text, sid_text, sid_text_of_windows
from helpers.threads import Threads
from wtsfast import AccessDeniedError, Account, ServerUnavailableError, Sid, WtsError
from wtsfast.enums import SidType

PARTS = st.lists(st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 9, 10, 99, 100, 0xFFFFFFFF]), max_size=15)
AUTHORITIES = st.integers(0, (1 << 48) - 1) | st.integers(0, 20) | st.sampled_from([(1 << 32) - 1, 1 << 32])
SIDS = st.builds(lambda parts, authority: sid_bytes(*parts, authority=authority), PARTS, AUTHORITIES)


# ---- text ----


@given(sid=SIDS)
@example(sid=sid_bytes(*[0xFFFFFFFF] * 15, authority=(1 << 48) - 1))
@example(sid=sid_bytes(*[0xFFFFFFFF] * 15, authority=(1 << 32) - 1))
def test_text_both_ways(sid: bytes) -> None:
    text = str(Sid(sid))
    assert text == sid_text(sid)
    assert bytes(Sid(text)) == bytes(Sid(text.lower())) == sid


@given(parts=PARTS.filter(bool), authority=st.integers(0, (1 << 31) - 1))  # Wine knows no larger authorities
def test_windows_agrees_on_the_text(parts: list[int], authority: int) -> None:
    sid = sid_bytes(*parts, authority=authority)
    text = str(Sid(sid))
    assert text == sid_text_of_windows(sid)
    assert sid_of_text(text) == sid


@given(text=st.text(st.sampled_from("Ss-0123456789xXaAfF +_\u0661\u017f"), max_size=30) | st.text())
@example(text="S-1-5-18 ")
@example(text=" S-1-5-18")
@example(text="S-1-5--18")
@example(text="S-1-5-+18")
@example(text="S-1-5-1_8")
@example(text="S-1-5-\u0661")
@example(text="\u017f-1-5-18")
@example(text="S-2-5-18")
@example(text="S-1-5-4294967296")
@example(text="S-1-281474976710656-1")
@example(text="S-1-5" + "-1" * 16)
@example(text="S-1-5-" + "9" * 5000)
@example(text="S-1-5-18\0")
@example(text="S-1-0x-18")
@example(text="S-1")
@example(text="")
def test_a_text_is_a_sid_or_a_value_error(text: str) -> None:
    try:
        sid = Sid(text)
    except ValueError as error:
        assert "not a security identifier" in str(error)  # noqa: PT017
    else:
        assert sid == Sid(str(sid))
        if sid_of_text(text) is not None:  # Windows wants one part at least
            assert sid_of_text(text) == bytes(sid)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        SYSTEM[:-1],
        SYSTEM + b"\0",
        b"\x02" + SYSTEM[1:],
        b"\x01\x10" + bytes(70),
        b"\x01\x02" + SYSTEM[2:],
        bytes(7),
        bytes(1 << 20),
    ],
)
def test_bytes_that_are_no_sid(data: bytes) -> None:
    for value in (data, bytearray(data), memoryview(data)):
        with pytest.raises(ValueError, match="not a security identifier"):
            Sid(value)


def test_made_from_other_buffers() -> None:
    for value in (SYSTEM, bytearray(SYSTEM), memoryview(SYSTEM), memoryview(SYSTEM * 2)[: len(SYSTEM)], Sid(SYSTEM)):
        assert Sid(value) == Sid("S-1-5-18")
    padded = bytes(2).join(SYSTEM[i : i + 1] for i in range(len(SYSTEM)))
    assert Sid(memoryview(padded)[::3]) == Sid(SYSTEM)
    for nonsense in (None, 18, 1.5, ["S-1-5-18"], object()):
        with pytest.raises(TypeError):
            Sid(nonsense)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Sid()  # type: ignore[call-arg]


# ---- the value ----


@given(st.lists(SIDS, min_size=2, max_size=6))
def test_equal_ordered_and_hashed_as_its_bytes(values: list[bytes]) -> None:
    sids = [Sid(value) for value in values]
    for a, x in zip(sids, values, strict=True):
        for b, y in zip(sids, values, strict=True):
            assert (a == b, a != b, a < b, a <= b, a > b, a >= b) == (x == y, x != y, x < y, x <= y, x > y, x >= y)
            assert x != y or hash(a) == hash(b)
    assert [bytes(sid) for sid in sorted(sids)] == sorted(values)
    assert len(set(sids)) == len(set(values))


def test_a_value() -> None:
    sid = Sid("S-1-5-18")
    assert (str(sid), repr(sid), bytes(sid)) == ("S-1-5-18", "Sid('S-1-5-18')", SYSTEM)
    assert eval(repr(sid), {"Sid": Sid}) == sid
    assert sid != "S-1-5-18"
    assert sid != SYSTEM
    assert copy.copy(sid) is copy.deepcopy(sid) is sid
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(sid, protocol)) == sid
    with pytest.raises(TypeError):
        sid < "S-1-5-18"  # type: ignore[operator]  # noqa: B015
    with pytest.raises(AttributeError):
        sid.anything = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="never changes"):
        sid.__init__("S-1-5-19")
    assert str(sid) == "S-1-5-18"
    with pytest.raises(TypeError, match="base type"):
        type("Sub", (Sid,), {})
    with pytest.raises(TypeError):
        Sid.__new__(Sid)


# ---- the account ----


@pytest.mark.smoke
def test_known_accounts() -> None:
    account = Sid("S-1-5-18").lookup()
    assert account == Account("SYSTEM", "NT AUTHORITY", SidType.WELL_KNOWN_GROUP)
    assert str(account) == "NT AUTHORITY\\SYSTEM"
    assert str(Account("Everyone", "", SidType.WELL_KNOWN_GROUP)) == "Everyone"
    assert isinstance(wtsfast.enumerate_processes(level=0).get(os.getpid()), wtsfast.ProcessInfo)


@pytest.mark.smoke
def test_a_sid_of_nobody() -> None:
    assert fresh_sid().lookup() is None


def fresh_sid() -> Sid:
    """Make a SID that nobody has and that no test has looked up."""
    return Sid(sid_bytes(21, *(random.getrandbits(32) for _ in range(4))))


@pytest.fixture
def lookups(standin: Standin) -> Iterator[Standin]:
    """Let the package ask the stand-in, whose log then has the calls."""
    with replaced_import(wtsfast.sid, "LookupAccountSidW", standin.dll.standin_LookupAccountSidW):
        yield standin


def asked(standin: Standin) -> int:
    return len(standin.calls("LookupAccountSid"))


def test_answers_are_remembered(lookups: Standin) -> None:
    known, unknown = Sid("S-1-5-19"), fresh_sid()
    known.lookup()
    before = asked(lookups)
    for _ in range(3):
        assert Sid(bytes(known)).lookup() == Account("LOCAL SERVICE", "NT AUTHORITY", SidType.WELL_KNOWN_GROUP)
    assert asked(lookups) == before
    for _ in range(3):
        assert unknown.lookup() is None
    assert asked(lookups) == before + 1


@pytest.mark.parametrize(
    ("code", "kind"), [(5, AccessDeniedError), (1722, ServerUnavailableError), (1789, WtsError), (122, WtsError)]
)
def test_failures_are_errors_and_are_remembered(lookups: Standin, code: int, kind: type[WtsError]) -> None:
    sid = fresh_sid()
    lookups.fail("LookupAccountSid", code)
    for _ in range(3):
        with pytest.raises(kind) as caught:
            sid.lookup()
        assert type(caught.value) is kind
        assert (caught.value.winerror, caught.value.function, caught.value.server) == (code, "LookupAccountSid", None)
    assert asked(lookups) == 1


def test_a_failure_without_a_reason(lookups: Standin) -> None:
    lookups.fail("LookupAccountSid", KEEP_LAST_ERROR)
    with pytest.raises(WtsError) as caught:
        fresh_sid().lookup()
    assert caught.value.winerror == 0


def test_each_server_has_its_own_answer(lookups: Standin) -> None:
    sid = fresh_sid()
    lookups.fail("LookupAccountSid", 1722)
    with pytest.raises(ServerUnavailableError) as caught:
        sid.lookup("RDSH01")
    assert caught.value.server == "RDSH01"
    assert sid.lookup() is None
    with pytest.raises(ServerUnavailableError):
        sid.lookup(server_name="RDSH01")
    assert [call.arguments[0] != 0 for call in lookups.calls("LookupAccountSid")] == [True, False]


def test_bad_server_names(lookups: Standin) -> None:
    sid = fresh_sid()
    for name, error in (("RDSH\x0001", ValueError), (b"RDSH01", TypeError), (1, TypeError)):
        for _ in range(2):  # a bad name leaves nothing behind that a second call would wait for
            with pytest.raises(error, match="server_name"):
                sid.lookup(name)  # type: ignore[arg-type]
    assert asked(lookups) == 0


def test_threads_share_one_lookup_and_others_run_meanwhile(lookups: Standin) -> None:
    sid, other = fresh_sid(), fresh_sid()
    answers: list[Any] = []
    with Threads() as threads, lookups.block("LookupAccountSid", times=1):
        threads.start(lambda: answers.append(sid.lookup()), count=8)
        lookups.wait_until_running("LookupAccountSid")
        assert other.lookup() is None  # the look-up of another SID does not wait for the first
        assert lookups.running("LookupAccountSid") == 1
        assert answers == []
    assert answers == [None] * 8
    assert asked(lookups) == 2


def test_threads_that_waited_for_a_failure_see_it_too(lookups: Standin) -> None:
    sid = fresh_sid()
    failures: list[int | None] = []

    def look_up() -> None:
        with pytest.raises(AccessDeniedError) as caught:
            sid.lookup()
        failures.append(caught.value.winerror)

    lookups.fail("LookupAccountSid", 5)
    with Threads() as threads, lookups.block("LookupAccountSid", times=1):
        threads.start(look_up, count=4)
        lookups.wait_until_running("LookupAccountSid")
    assert failures == [5] * 4
    assert asked(lookups) == 1


def test_the_cache_is_bounded(lookups: Standin) -> None:
    first = fresh_sid()
    first.lookup()
    lookups.configure(log=False)
    for _ in range(1100):
        fresh_sid().lookup()
    lookups.configure(log=True)
    lookups.forget_calls()
    assert first.lookup() is None
    assert asked(lookups) == 1
