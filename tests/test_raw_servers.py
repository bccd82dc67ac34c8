"""wtsfast.raw: open, close and list servers."""

import threading
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.errors import FunctionNotAvailableError, ServerUnavailableError, WtsError

OPENERS: list[Any] = [raw.WTSOpenServerW, raw.WTSOpenServerExW, raw.WTSOpenServerA, raw.WTSOpenServerExA]
each_opener = pytest.mark.parametrize("opener", OPENERS, ids=lambda opener: opener.__name__)


def name_for(opener: Any, name: str) -> Any:
    """Give the name in the opener's own kind of text."""
    return name.encode() if opener.__name__.endswith("A") else name


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSOpenServer is raw.WTSOpenServerW
    assert raw.WTSOpenServerEx is raw.WTSOpenServerExW
    assert raw.WTSEnumerateServers is raw.WTSEnumerateServersW


# ---- open ----


@each_opener
def test_open_gives_an_owner(standin: Standin, opener: Any) -> None:
    standin.add_server("RDSH01")
    server = opener(name_for(opener, "RDSH01"))
    assert server.name == "RDSH01"
    assert server.virtualization_host == ("Ex" in opener.__name__)
    assert not server.closed
    assert "RDSH01" in repr(server)
    server.close()
    assert server.closed
    assert standin.calls(opener.__name__)[0].text == "RDSH01"


@each_opener
@pytest.mark.parametrize("doubt", [0, 1], ids=["null", "invalid_handle"])
def test_an_unknown_server_fails_whatever_stands_for_failure(standin: Standin, opener: Any, doubt: int) -> None:
    standin.configure(unknown_server=doubt)
    with pytest.raises(ServerUnavailableError) as caught:
        opener(name_for(opener, "NOWHERE"))
    assert (caught.value.winerror, caught.value.server) == (1722, "NOWHERE")


def test_an_unknown_server_may_also_fail_at_its_first_use(standin: Standin) -> None:
    standin.configure(unknown_server=2)
    with raw.WTSOpenServer("NOWHERE") as server, pytest.raises(ServerUnavailableError) as caught:
        raw.WTSEnumerateSessions(server)
    assert caught.value.server == "NOWHERE"


def test_a_server_may_break_at_open_and_later(standin: Standin) -> None:
    standin.add_server("RDSH01", open_error=53)
    with pytest.raises(ServerUnavailableError):
        raw.WTSOpenServer("RDSH01")
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server:
        standin.break_server(1726, "RDSH01")
        with pytest.raises(ServerUnavailableError):
            raw.WTSEnumerateSessions(server)


def test_null_is_this_machine_as_virtualization_host(standin: Standin) -> None:
    with raw.WTSOpenServerEx(None) as server:
        assert server.name is None
        assert server.virtualization_host
        assert raw.WTSEnumerateSessionsEx(server) == raw.WTSEnumerateSessionsEx(None)


@pytest.mark.parametrize("accepted", [0, 1])
def test_null_for_the_older_function_is_windows_to_decide(standin: Standin, accepted: int) -> None:
    standin.configure(null_server_name=accepted)
    if accepted:
        raw.WTSOpenServer(None).close()
        return
    with pytest.raises(WtsError) as caught:
        raw.WTSOpenServer(None)
    assert (caught.value.winerror, caught.value.server) == (87, None)


@pytest.mark.parametrize("name", ["", "rdsh01.lab.example", "10.0.0.1", "x" * 300, "naïve", "😀", "\ud800"])
def test_names_pass_unchanged(standin: Standin, name: str) -> None:
    standin.configure(unknown_server=2)
    raw.WTSOpenServer(name).close()
    assert standin.calls("WTSOpenServerW")[0].text == name[:63]


@pytest.mark.parametrize("name", [b"RDSH01", 1, True, ["RDSH01"], 1.5])
def test_the_wide_form_takes_str_only(standin: Standin, name: Any) -> None:
    with pytest.raises(TypeError, match="server_name must be str"):
        raw.WTSOpenServerW(name)


@pytest.mark.parametrize("name", ["RDSH01", 1, bytearray(b"RDSH01")])
def test_the_ansi_form_takes_bytes_only(standin: Standin, name: Any) -> None:
    with pytest.raises(TypeError, match="server_name must be bytes"):
        raw.WTSOpenServerA(name)


@each_opener
def test_a_nul_in_a_name_is_refused(standin: Standin, opener: Any) -> None:
    with pytest.raises(ValueError, match="NUL"):
        opener(name_for(opener, "RDSH\x0001"))
    assert standin.calls(opener.__name__) == []


# ---- close ----


def test_close_happens_once(standin: Standin) -> None:
    standin.add_server("RDSH01")
    server = raw.WTSOpenServer("RDSH01")
    raw.WTSCloseServer(server)
    raw.WTSCloseServer(server)
    server.close()
    assert len(standin.calls("WTSCloseServer")) == 1


@pytest.mark.parametrize("server", [None, 0, 4, "RDSH01"])
def test_close_takes_a_handle_only(standin: Standin, server: Any) -> None:
    with pytest.raises(TypeError, match="ServerHandle"):
        raw.WTSCloseServer(server)
    assert standin.calls("WTSCloseServer") == []


def test_a_forgotten_handle_closes_itself_and_says_so(standin: Standin) -> None:
    standin.add_server("RDSH01")
    with pytest.warns(ResourceWarning, match="RDSH01"):
        raw.WTSOpenServer("RDSH01")
    assert len(standin.calls("WTSCloseServer")) == 1


def test_threads_that_race_to_close_close_once(standin: Standin) -> None:
    standin.add_server("RDSH01")
    for _ in range(20):
        server = raw.WTSOpenServer("RDSH01")
        barrier = threading.Barrier(4)

        def close(server: raw.ServerHandle = server, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            server.close()

        threads = [threading.Thread(target=close) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(standin.calls("WTSCloseServer")) == 20


# ---- list ----


def test_servers_of_a_domain(standin: Standin) -> None:
    standin.set_farm("RDSH01", "Ωmega", None, "")
    expected = [("RDSH01",), ("Ωmega",), (None,), ("",)]
    assert raw.WTSEnumerateServers() == [raw.WTS_SERVER_INFO(*row) for row in expected]
    assert raw.WTSEnumerateServers("LAB") == raw.WTSEnumerateServers(None)
    assert [call.text for call in standin.calls("WTSEnumerateServersW")] == ["", "LAB", ""]
    assert raw.WTSEnumerateServersA(b"LAB")[0] == raw.WTS_SERVER_INFO(b"RDSH01")


def test_servers_of_nowhere(standin: Standin) -> None:
    standin.set_farm(error=6118)
    with pytest.raises(WtsError) as caught:
        raw.WTSEnumerateServers()
    assert caught.value.winerror == 6118


@pytest.mark.parametrize("enumerate_servers", [raw.WTSEnumerateServersW, raw.WTSEnumerateServersA])
def test_empty_lists(standin: Standin, enumerate_servers: Any) -> None:
    standin.set_farm("RDSH01")
    standin.null_result(enumerate_servers.__name__, count=3)
    assert enumerate_servers() == []
    standin.zero_rows(enumerate_servers.__name__)
    assert enumerate_servers() == []


def test_servers_as_a_buffer(standin: Standin) -> None:
    standin.set_farm("RDSH01", "RDSH02")
    buffer = raw.WTSEnumerateServers(as_buffer=True)
    assert (buffer.count, buffer.nbytes, buffer.type_class) == (2, 16, None)
    raw.WTSFreeMemory(buffer)


@pytest.mark.smoke
def test_without_the_functions_behind_it() -> None:
    """Opens a server that does not exist, on whatever DLL this is."""
    with pytest.raises((ServerUnavailableError, FunctionNotAvailableError)):
        raw.WTSEnumerateSessions(raw.WTSOpenServer("wtsfast-no-such-server"))
