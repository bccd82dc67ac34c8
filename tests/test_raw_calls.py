"""What all raw functions have in common: errors, threads, closed handles, no leak."""

import sys
import threading
import time
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of
from helpers.raw_calls import RAW_CALLS, REMOTE, RawCall, arrange, arrange_again
from helpers.standin import KEEP_LAST_ERROR, Standin
from wtsfast import raw
from wtsfast.errors import (
    AccessDeniedError,
    ServerUnavailableError,
    WtsError,
)

each_call = pytest.mark.parametrize("call", RAW_CALLS, ids=lambda call: call.function)
each_call_that_can_fail = pytest.mark.parametrize(
    "call", [call for call in RAW_CALLS if call.can_fail], ids=lambda call: call.function
)
each_call_on_a_server = pytest.mark.parametrize(
    "call", [call for call in RAW_CALLS if call.takes_server], ids=lambda call: call.function
)


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    arrange(standin)


@each_call
def test_succeeds_and_is_logged(standin: Standin, call: RawCall) -> None:
    call.call(None)
    logged = standin.calls(call.function)
    assert [(entry.injected, entry.running) for entry in logged] == [(None, False)] * call.times


@each_call_that_can_fail
def test_failure_becomes_an_exception(standin: Standin, call: RawCall) -> None:
    for code, kind in ((5, AccessDeniedError), (1722, ServerUnavailableError), (8, WtsError)):
        standin.forget_calls()
        standin.fail(call.function, code)
        with pytest.raises(kind) as caught:
            call.call(None)
        assert type(caught.value) is kind
        assert (caught.value.winerror, caught.value.function) == (code, call.name)
        assert [entry.injected for entry in standin.calls(call.function)] == [code]


@pytest.mark.parametrize(
    ("call", "failure"),
    [
        pytest.param(call, failure, id=f"{call.function}-{failure.error}")
        for call in RAW_CALLS
        if call.can_fail
        for failure in exceptions_of(call.name)
    ],
)
def test_each_documented_failure(standin: Standin, call: RawCall, failure: Failure) -> None:
    standin.fail(call.function, failure.injected)
    with pytest.raises(WtsError) as caught:
        call.call(None)
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)


@each_call_that_can_fail
def test_failure_without_a_reason_is_still_a_failure(standin: Standin, call: RawCall) -> None:
    standin.fail(call.function, KEEP_LAST_ERROR)
    if call.function == "IsInteractiveUserSession":
        assert call.call(None) is False
        return
    with pytest.raises(WtsError) as caught:
        call.call(None)
    assert caught.value.winerror == 0


@each_call_on_a_server
def test_failure_names_the_server(standin: Standin, call: RawCall) -> None:
    with raw.WTSOpenServer(REMOTE) as server:
        standin.fail(call.function, 5)
        with pytest.raises(AccessDeniedError) as caught:
            call.call(server)
    assert caught.value.server == REMOTE


@each_call_on_a_server
def test_takes_a_server_handle(standin: Standin, call: RawCall) -> None:
    with raw.WTSOpenServer(REMOTE) as server:
        call.call(server)
    assert standin.calls(call.function)[0].arguments[0] != 0


@each_call_on_a_server
def test_a_closed_handle_is_refused(standin: Standin, call: RawCall) -> None:
    server = raw.WTSOpenServer(REMOTE)
    server.close()
    with pytest.raises(ValueError, match="closed"):
        call.call(server)
    assert standin.calls(call.function) == []


@each_call_on_a_server
def test_what_is_no_handle_is_refused(standin: Standin, call: RawCall) -> None:
    nonsense: tuple[Any, ...] = (REMOTE, 0, -1, b"", object())
    for server in nonsense:
        with pytest.raises(TypeError, match="server"):
            call.call(server)
    assert standin.calls(call.function) == []


@each_call
def test_other_threads_run_meanwhile(standin: Standin, call: RawCall) -> None:
    standin.delay(call.function, 0.3)
    thread = threading.Thread(target=call.call, args=(None,))
    thread.start()
    rounds = 0
    while thread.is_alive():
        time.sleep(0.01)
        rounds += 1
    assert rounds >= 5


@each_call_on_a_server
def test_closing_while_a_call_runs_waits_for_it(standin: Standin, call: RawCall) -> None:
    server = raw.WTSOpenServer(REMOTE)
    with standin.block(call.function):
        thread = threading.Thread(target=call.call, args=(server,))
        thread.start()
        standin.wait_until_running(call.function)
        server.close()
        assert standin.calls("WTSCloseServer") == []
    thread.join()
    assert len(standin.calls("WTSCloseServer")) == 1


@each_call
def test_many_calls_leave_nothing_behind(standin: Standin, call: RawCall) -> None:
    def rounds(count: int) -> None:
        for _ in range(count):
            arrange_again(standin, call)
            call.call(None)

    rounds(20)
    before = sys.getallocatedblocks()
    rounds(200)
    assert sys.getallocatedblocks() - before < 100
    assert standin.live_blocks() == {}
