"""The stand-in's enumerations and servers: argument checks, errors, untouched outputs, layouts, faults."""

import ctypes
import os
import subprocess
import sys
import threading

import pytest

from helpers.standin import ANY_SESSION, CURRENT_SESSION, KEEP_LAST_ERROR, Standin
from helpers.wts_ctypes import UNTOUCHED, Api

SID = bytes.fromhex("010100000000000512000000")
SENTINEL = 0x1234


@pytest.fixture
def api(standin: Standin) -> Api:
    return Api(standin.path)


@pytest.fixture
def scripted(standin: Standin) -> Standin:
    standin.start_scenario()
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(7, session_name="RDP-Tcp#1", user_name="anna", domain_name="EXAMPLE", exec_env_id=70)
    standin.add_process(0, "", session_id=0)
    standin.add_process(8, "a.exe", session_id=7, sid=SID, number_of_threads=3, working_set_size=0xFFFFFFFF)
    standin.add_process(12, None, session_id=7, user_time=5, kernel_time=-1)
    return standin


# ---- real mode ----


def test_real_sessions(api: Api) -> None:
    sessions = {name: (session_id, state) for session_id, name, state in api.sessions()}
    assert sessions["Services"] == (0, 4)
    assert sessions["Console"][1] == 0
    assert [row[1] for row in api.sessions(form="A")] == [b"Services", b"Console"]


def test_real_processes_hold_this_one(api: Api) -> None:
    for level in (0, 1):
        rows = {row["pid"]: row for row in api.processes_ex(level)}
        own = rows[os.getpid()]
        assert own["name"].lower() == "python.exe"
        assert own["sid"] is not None
    assert own["number_of_threads"] >= 1
    assert own["user_time"] + own["kernel_time"] > 0


def test_a_process_that_has_ended_is_not_listed(api: Api) -> None:
    child = subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE)
    assert child.pid in [row["pid"] for row in api.processes()]
    child.communicate(b"\n")
    assert child.pid not in [row["pid"] for row in api.processes()]  # its handle is still open here


def test_terminate_in_real_mode(api: Api) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert api.call("WTSTerminateProcess", None, child.pid, 77).result
        assert child.wait(20) == 77
    assert api.call("WTSTerminateProcess", None, 3, 0) == (0, 87, ())


# ---- arguments ----


def outputs() -> tuple[ctypes.c_void_p, ctypes.c_ulong]:
    return ctypes.c_void_p(SENTINEL), ctypes.c_ulong(SENTINEL)


@pytest.mark.parametrize("function", ["WTSEnumerateSessions", "WTSEnumerateProcesses", "WTSEnumerateServers"])
@pytest.mark.parametrize("form", ["W", "A"])
def test_older_enumerations_check_arguments(api: Api, function: str, form: str) -> None:
    rows, count = outputs()
    for reserved, version in ((1, 1), (0, 0), (0, 2)):
        done = api.call(
            f"{function}{form}", None, reserved, version, ctypes.byref(rows), ctypes.byref(count), outputs=(rows, count)
        )
        assert done == (0, 87, (SENTINEL, SENTINEL))
    done = api.call(f"{function}{form}", None, 0, 1, None, ctypes.byref(count), outputs=(count,))
    assert done == (0, 87, (SENTINEL,))
    done = api.call(f"{function}{form}", None, 0, 1, ctypes.byref(rows), None, outputs=(rows,))
    assert done == (0, 87, (SENTINEL,))


@pytest.mark.parametrize("form", ["W", "A"])
@pytest.mark.parametrize(("option", "error"), [(87, 87), (124, 124)])
def test_levels(standin: Standin, api: Api, form: str, option: int, error: int) -> None:
    standin.configure(level_error=option)
    rows, count = outputs()
    level = ctypes.c_ulong(2)
    arguments = (ctypes.byref(rows), ctypes.byref(count))
    done = api.call(
        f"WTSEnumerateProcessesEx{form}",
        None,
        ctypes.byref(level),
        ANY_SESSION,
        *arguments,
        outputs=(rows, count, level),
    )
    assert done == (0, error, (SENTINEL, SENTINEL, 1))
    for bad in (0, 2):
        level.value = bad
        done = api.call(
            f"WTSEnumerateSessionsEx{form}", None, ctypes.byref(level), 0, *arguments, outputs=(rows, count, level)
        )
        assert done == (0, error, (SENTINEL, SENTINEL, bad))
    level.value = 1
    assert api.call(f"WTSEnumerateSessionsEx{form}", None, ctypes.byref(level), 1, *arguments).error == 87
    assert api.call(f"WTSEnumerateSessionsEx{form}", None, None, 0, *arguments).error == 87
    assert api.call(f"WTSEnumerateProcessesEx{form}", None, None, ANY_SESSION, *arguments).error == 87


def test_null_outputs_of_ex(api: Api) -> None:
    rows, count = outputs()
    level = ctypes.c_ulong(0)
    call = ("WTSEnumerateProcessesExW", None, ctypes.byref(level), ANY_SESSION)
    assert api.call(*call, None, ctypes.byref(count), outputs=(count,)) == (0, 87, (SENTINEL,))
    assert api.call(*call, ctypes.byref(rows), None, outputs=(rows,)) == (0, 87, (SENTINEL,))


def test_the_last_error_after_success(standin: Standin, api: Api) -> None:
    rows, count = outputs()
    arguments = (None, 0, 1, ctypes.byref(rows), ctypes.byref(count))
    assert api.call("WTSEnumerateProcessesW", *arguments).error == 0
    api.call("WTSFreeMemory", rows.value)
    assert api.call("WTSEnumerateSessionsW", *arguments).error == UNTOUCHED
    api.call("WTSFreeMemory", rows.value)
    standin.configure(success_error=5)
    assert api.call("WTSEnumerateSessionsW", *arguments).error == 5
    api.call("WTSFreeMemory", rows.value)


# ---- scenarios ----


@pytest.mark.parametrize("layout", ["separate", "block"])
@pytest.mark.parametrize("strings", ["after", "before"])
@pytest.mark.parametrize("shared", [0, 1])
@pytest.mark.parametrize("guard", [0, 1])
def test_layouts_hold_the_same(scripted: Standin, api: Api, layout: str, strings: str, shared: int, guard: int) -> None:
    scripted.configure(layout=layout, strings=strings, shared=shared, guard=guard)
    assert api.sessions() == [(0, "Services", 4), (7, "RDP-Tcp#1", 0)]
    assert api.sessions_ex()[1] == {
        "exec_env_id": 70,
        "state": 0,
        "session_id": 7,
        "session_name": "RDP-Tcp#1",
        "host_name": None,
        "user_name": "anna",
        "domain_name": "EXAMPLE",
        "farm_name": None,
    }
    older = api.processes()
    assert [(row["pid"], row["name"], row["sid"]) for row in older] == [
        (0, "", None),
        (8, "a.exe", SID),
        (12, None, None),
    ]
    assert api.processes_ex(0) == older
    newer = api.processes_ex(1)
    assert newer[1]["number_of_threads"] == 3
    assert newer[1]["working_set_size"] == 0xFFFFFFFF
    assert (newer[2]["user_time"], newer[2]["kernel_time"]) == (5, -1)
    assert [row["pid"] for row in api.processes_ex(1, 7)] == [8, 12]
    assert api.processes_ex(1, 99) == []
    assert [row["name"] for row in api.processes_ex(1, form="A")] == [b"", b"a.exe", None]


def test_shared_texts_share_one_place(scripted: Standin, api: Api) -> None:
    scripted.add_process(16, "a.exe", session_id=7, sid=SID)
    scripted.configure(layout="block", shared=1)
    rows, count = outputs()
    level = ctypes.c_ulong(0)
    assert api.call(
        "WTSEnumerateProcessesExW", None, ctypes.byref(level), ANY_SESSION, ctypes.byref(rows), ctypes.byref(count)
    ).result
    pointers = (ctypes.c_uint64 * 12).from_address(rows.value or 0)
    assert pointers[3 + 1] == pointers[9 + 1]
    assert pointers[3 + 2] == pointers[9 + 2]
    assert api.call("WTSFreeMemoryExW", 0, rows.value, count.value).result


def test_lone_surrogates_survive(scripted: Standin, api: Api) -> None:
    scripted.add_process(20, "\ud800x\udc00", session_id=7)
    assert api.processes()[-1]["name"] == "\ud800x\udc00"


@pytest.mark.parametrize("layout", ["separate", "block"])
def test_many_rows(standin: Standin, api: Api, layout: str) -> None:
    standin.generate(sessions=50, processes=3000)
    standin.configure(layout=layout)
    rows = api.processes_ex(1)
    assert len(rows) == 3000
    assert len({row["pid"] for row in rows}) == 3000
    assert len(api.sessions()) == 50
    standin.configure(distinct=1)
    standin.generate(sessions=50, processes=1000)
    assert len({row["name"] for row in api.processes()}) == 1000


def test_the_pool_serves_the_same(standin: Standin, api: Api) -> None:
    standin.generate(sessions=3, processes=40)
    plain = api.processes_ex(1), api.processes(), api.sessions(), api.sessions_ex()
    for layout in ("separate", "block"):
        standin.configure(layout=layout, pool=1, guard=0, log=0)
        for _ in range(3):
            assert (api.processes_ex(1), api.processes(), api.sessions(), api.sessions_ex()) == plain
    standin.add_process(4000, "new.exe", session_id=1)
    assert api.processes()[-1]["name"] == "new.exe"


def test_empty_lists(standin: Standin, api: Api) -> None:
    standin.start_scenario()
    assert api.sessions() == []
    assert api.processes() == []
    rows, count = outputs()
    arguments = (None, 0, 1, ctypes.byref(rows), ctypes.byref(count))
    assert api.call("WTSEnumerateSessionsW", *arguments).result
    assert rows.value
    assert standin.live_blocks() == {"sessions": 1}
    api.call("WTSFreeMemory", rows.value)
    standin.configure(empty="null")
    assert api.call("WTSEnumerateSessionsW", *arguments, outputs=(rows, count)).outputs == (None, 0)


# ---- servers ----


def test_server_handles(standin: Standin, api: Api) -> None:
    standin.add_server("RDSH01")
    standin.start_scenario("RDSH01")
    standin.add_session(3, server="RDSH01", session_name="RDP-Tcp#9")
    for name, argument in (
        ("WTSOpenServerW", ctypes.c_wchar_p("rdsh01")),
        ("WTSOpenServerExA", ctypes.c_char_p(b"RDSH01")),
    ):
        handle = api.call(name, argument).result
        assert handle
        assert standin.live_handles() == {"servers": 1}
        assert api.sessions(handle) == [(3, "RDP-Tcp#9", 0)]
        api.call("WTSCloseServer", handle)
        assert standin.live_handles() == {}
    assert [call.text for call in standin.calls("WTSOpenServerW")] == ["rdsh01"]


@pytest.mark.parametrize(("option", "handle"), [("null", 0), ("invalid", 2**64 - 1)])
def test_unknown_servers_fail_at_open(standin: Standin, api: Api, option: str, handle: int) -> None:
    standin.configure(unknown_server=option)
    assert api.call("WTSOpenServerW", ctypes.c_wchar_p("NOWHERE")) == (handle, 1722, ())


def test_unknown_servers_may_fail_at_the_first_use(standin: Standin, api: Api) -> None:
    standin.configure(unknown_server="lazy")
    handle = api.call("WTSOpenServerW", ctypes.c_wchar_p("NOWHERE")).result
    with pytest.raises(OSError, match="1722"):
        api.sessions(handle)
    api.call("WTSCloseServer", handle)
    standin.add_server("LATE", use_error=5)
    handle = api.call("WTSOpenServerW", ctypes.c_wchar_p("LATE")).result
    with pytest.raises(OSError, match=" 5]"):
        api.processes(handle)
    api.call("WTSCloseServer", handle)
    standin.add_server("SHUT", open_error=53)
    assert api.call("WTSOpenServerW", ctypes.c_wchar_p("SHUT")) == (0, 53, ())


def test_open_null(standin: Standin, api: Api) -> None:
    assert api.call("WTSOpenServerW", None) == (0, 87, ())
    handle = api.call("WTSOpenServerExW", None).result
    assert handle
    assert api.sessions(handle) == api.sessions()
    standin.configure(strict_ex_handles=1)
    with pytest.raises(OSError, match=" 6]"):
        api.sessions(handle)
    assert len(api.sessions_ex(handle)) == 2
    api.call("WTSCloseServer", handle)


@pytest.mark.parametrize("handle", [2**64 - 1, 0x1230])
def test_wrong_server_handles(api: Api, handle: int) -> None:
    with pytest.raises(OSError, match=" 6]"):
        api.sessions(handle)


def test_the_farm(standin: Standin, api: Api) -> None:
    rows, count = outputs()
    arguments = (None, 0, 1, ctypes.byref(rows), ctypes.byref(count))
    assert api.call("WTSEnumerateServersW", *arguments).error == 6118
    standin.set_farm("RDSH01", None, "RDSH02")
    assert api.call("WTSEnumerateServersW", *arguments).result
    pointers = (ctypes.c_void_p * 3).from_address(rows.value or 0)
    assert [pointer and ctypes.wstring_at(pointer) for pointer in pointers] == ["RDSH01", None, "RDSH02"]
    api.call("WTSFreeMemory", rows.value)


# ---- faults ----


def test_failures(standin: Standin, api: Api) -> None:
    standin.fail("WTSEnumerateSessionsW", 1702, nth=2)
    assert len(api.sessions()) == 2
    with pytest.raises(OSError, match="1702"):
        api.sessions()
    assert len(api.sessions()) == 2
    assert [call.injected for call in standin.calls("WTSEnumerateSessionsW")] == [None, 1702, None]
    with standin.fail("WTSEnumerateSessionsW", KEEP_LAST_ERROR, times=-1):
        assert api.call("WTSEnumerateSessionsW", None, 0, 1, None, None) == (0, UNTOUCHED, ())
    standin.fail("WTSFreeMemoryExW", 87)
    assert api.call("WTSFreeMemoryExW", 0, None, 0) == (0, 87, ())


def test_null_results_and_zero_rows(standin: Standin, api: Api) -> None:
    rows, count = outputs()
    arguments = (None, 0, 1, ctypes.byref(rows), ctypes.byref(count))
    standin.null_result("WTSEnumerateProcessesW", count=3)
    assert api.call("WTSEnumerateProcessesW", *arguments, outputs=(rows, count)) == (1, 0, (None, 3))
    standin.zero_rows("WTSEnumerateProcessesW")
    assert api.processes() == []
    assert api.processes() != []


def test_delay_and_block(standin: Standin, api: Api) -> None:
    with standin.block("WTSEnumerateSessionsW") as rule:
        thread = threading.Thread(target=api.sessions)
        thread.start()
        standin.wait_until_running("WTSEnumerateSessionsW")
        assert standin.calls("WTSEnumerateSessionsW")[-1].running
        assert standin.running() == 1
        rule.release()
        thread.join()
    assert not standin.calls("WTSEnumerateSessionsW")[-1].running
    standin.delay("WTSEnumerateSessionsW", 0.05, times=1)
    assert len(api.sessions()) == 2


def test_a_reset_releases_blocked_calls(standin: Standin, api: Api) -> None:
    codes: list[int | None] = []

    def work() -> None:
        try:
            api.sessions()
        except OSError as error:
            codes.append(error.winerror)

    standin.block("WTSEnumerateSessionsW")
    thread = threading.Thread(target=work)
    thread.start()
    standin.wait_until_running("WTSEnumerateSessionsW")
    standin.reset()
    thread.join()
    assert standin.running() == 0
    assert codes == [995]


def test_the_log(standin: Standin, api: Api) -> None:
    api.sessions()
    call, free = standin.calls()
    assert call.function == "WTSEnumerateSessionsW"
    assert call.arguments[:3] == (0, 0, 1)
    assert (call.result, call.error, call.injected, call.running) == (1, UNTOUCHED, None, False)
    assert call.thread_id == threading.get_native_id()
    assert free.function == "WTSFreeMemory"
    standin.configure(log=0)
    api.sessions()
    assert len(standin.calls()) == 2
    standin.configure(log=1)
    for _ in range(5000):
        api.call("WTSCloseServer", None)
    assert len(standin.calls()) == 4096
    standin.clear_violations()


def test_threads_share_it(standin: Standin, api: Api) -> None:
    standin.generate(sessions=4, processes=50)

    def work() -> None:
        for _ in range(20):
            assert len(api.processes_ex(1)) == 50
            assert len(api.sessions()) == 4

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert standin.live_blocks() == {}


def test_current_session_as_a_filter(standin: Standin, api: Api) -> None:
    standin.generate(sessions=3, processes=30)
    assert api.processes_ex(0, CURRENT_SESSION) == []
    standin.configure(current_session_understood=1)
    assert {row["session_id"] for row in api.processes_ex(0, CURRENT_SESSION)} == {1}
