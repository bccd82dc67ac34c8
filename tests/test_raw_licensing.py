"""The license server: both error channels, key packs, licenses, certificates, and a Windows without the DLL."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of
from helpers.standin import KEEP_LAST_ERROR, Standin, standin_path
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, ServerUnavailableError, WtsError

ALL = raw.LSKEYPACK_SEARCH_ALL
# The layout of the manual with wide text, as Python reads it: 256 characters are 512 bytes.
KEY_PACK = struct.Struct("<IBx512s512s512s512s512sHH2xIB3xIBx512s2xIIIB3xIII")
PACK = raw.LSKeyPack(
    1, 2, "Contoso", "pack-\U0001f600", "RD CAL", "product", "description", 10, 1, 3, 4, 1033, 5, "serial", 100, 6, 7,
    1, 1_700_000_000, 0xFFFFFFFF, 42,
)  # fmt: skip


def key_pack(pack: raw.LSKeyPack) -> bytes:
    members = [member.encode("utf-16-le") if isinstance(member, str) else member for member in pack[:21]]
    return KEY_PACK.pack(*members)


@pytest.fixture(autouse=True)
def licensing(loaded_standin: Standin) -> Iterator[Standin]:
    """Give the stand-in mstlsapi.dll; once loaded by its path, it is what the package finds under its name."""
    driver = Standin(standin_path("mstlsapi.dll") or "")
    driver.reset()
    yield driver
    try:
        driver.assert_clean()
    finally:
        driver.reset()


@pytest.fixture
def server(licensing: Standin) -> Iterator[raw.LicenseServerHandle]:
    with raw.TLSConnectToLsServer() as handle:
        yield handle


Call = Callable[[raw.LicenseServerHandle], Any]
CALLS: dict[str, Call] = {
    "TLSGetServerCertificate": lambda server: raw.TLSGetServerCertificate(server, True),
    "TLSKeyPackEnumBegin": lambda server: raw.TLSKeyPackEnumBegin(server, ALL, True, None),
    "TLSKeyPackEnumNext": raw.TLSKeyPackEnumNext,
    "TLSKeyPackEnumEnd": raw.TLSKeyPackEnumEnd,
    "TLSLicenseEnumBegin": lambda server: raw.TLSLicenseEnumBegin(server, ALL, False, None),
    "TLSLicenseEnumNext": raw.TLSLicenseEnumNext,
    "TLSLicenseEnumEnd": raw.TLSLicenseEnumEnd,
}
each_call = pytest.mark.parametrize(("function", "call"), CALLS.items(), ids=CALLS)


# ---- connecting ----


def test_connect(licensing: Standin) -> None:
    with raw.TLSConnectToLsServer() as server:
        assert (server.name, server.closed, repr(server)) == (None, False, "<LicenseServerHandle None>")
        assert licensing.live_handles() == {"license servers": 1}
    assert repr(server) == "<LicenseServerHandle None closed>"
    raw.TLSDisconnectFromServer(server)
    assert len(licensing.calls("TLSDisconnectFromServer")) == 1


def test_connect_by_name(licensing: Standin) -> None:
    licensing.add_server("LICENSE1")
    with raw.TLSConnectToLsServer("LICENSE1") as server:
        assert server.name == "LICENSE1"
    assert licensing.calls("TLSConnectToLsServer")[0].text == "LICENSE1"


def test_bytes_are_passed_as_they_are(licensing: Standin) -> None:
    """The stand-in reads them as wide text, whose end it must find all the same."""
    for name in (b"LICENSE1", b"ODD", b""):
        with pytest.raises(ServerUnavailableError) as caught:
            raw.TLSConnectToLsServer(name)
        assert caught.value.server == name.decode()
        read = licensing.calls("TLSConnectToLsServer")[-1].text
        assert read.encode("utf-16-le").rstrip(b"\0") == name


def test_connect_failures(licensing: Standin) -> None:
    with pytest.raises(WtsError) as caught:
        raw.TLSConnectToLsServer("NOWHERE")
    assert isinstance(caught.value, ServerUnavailableError)
    assert (caught.value.winerror, caught.value.server) == (1722, "NOWHERE")
    assert caught.value.function == "TLSConnectToLsServer"
    licensing.fail("TLSConnectToLsServer", 5)
    with pytest.raises(AccessDeniedError):
        raw.TLSConnectToLsServer()
    licensing.fail("TLSConnectToLsServer", KEEP_LAST_ERROR)
    with pytest.raises(WtsError) as caught:
        raw.TLSConnectToLsServer()
    assert caught.value.winerror == 0


@pytest.mark.parametrize("name", [5, True, "a\0b", b"a\0b", object()], ids=str)
def test_names_that_cannot_be(licensing: Standin, name: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="server_name"):
        raw.TLSConnectToLsServer(name)
    assert licensing.calls() == []


def test_a_handle_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="by hand"):
        raw.LicenseServerHandle()


def test_a_forgotten_handle_closes_itself_with_a_warning(licensing: Standin) -> None:
    server = raw.TLSConnectToLsServer()
    with pytest.warns(ResourceWarning, match="unclosed <LicenseServerHandle None>"):
        del server
    assert licensing.live_handles() == {}


@each_call
def test_handles_that_are_none(licensing: Standin, function: str, call: Callable[[Any], Any]) -> None:
    for nonsense in (None, 0, "LICENSE1", object()):
        with pytest.raises(TypeError, match="LicenseServerHandle"):
            call(nonsense)
    with pytest.raises(TypeError, match="LicenseServerHandle"):
        raw.TLSDisconnectFromServer(None)  # type: ignore[arg-type]
    assert licensing.calls() == []


@each_call
def test_a_closed_handle_is_refused(
    licensing: Standin, server: raw.LicenseServerHandle, function: str, call: Call
) -> None:
    server.close()
    with pytest.raises(ValueError, match="closed"):
        call(server)
    assert licensing.calls(function) == []


# ---- the two error channels ----


@each_call
@pytest.mark.parametrize(("status", "kind"), [(87, WtsError), (1722, ServerUnavailableError), (5, AccessDeniedError)])
def test_the_result_is_an_rpc_status(
    licensing: Standin, server: raw.LicenseServerHandle, function: str, call: Call, status: int, kind: type[WtsError]
) -> None:
    licensing.fail(function, status)
    with pytest.raises(kind) as caught:
        call(server)
    assert (type(caught.value), caught.value.winerror, caught.value.function) == (kind, status, function)


CODES = {
    5001: "internal error",
    5005: "does not know the handle",
    5006: "out of order",
    5007: "too busy",
    5008: "not enough memory",
    5009: "values to search for",
}


@each_call
@pytest.mark.parametrize("code", CODES)
def test_behind_it_comes_a_code_of_the_license_server(
    licensing: Standin, server: raw.LicenseServerHandle, function: str, call: Call, code: int
) -> None:
    licensing.license_error(function, code)
    with pytest.raises(WtsError, match=CODES[code]) as caught:
        call(server)
    assert (type(caught.value), caught.value.winerror, caught.value.function) == (WtsError, code, function)


@pytest.mark.parametrize("failure", exceptions_of(*CALLS), ids=str)
def test_documented_failures(licensing: Standin, server: raw.LicenseServerHandle, failure: Failure) -> None:
    (licensing.license_error if failure.error > 4000 else licensing.fail)(failure.function, failure.error)
    with pytest.raises(WtsError) as caught:
        CALLS[failure.function](server)
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)


def test_codes_of_the_certificate(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.license_error("TLSGetServerCertificate", 5003)
    with pytest.raises(AccessDeniedError, match="denies access"):
        raw.TLSGetServerCertificate(server, False)
    with pytest.raises(WtsError, match="no certificate") as caught:
        raw.TLSGetServerCertificate(server, False)
    assert caught.value.winerror == 5022


def test_an_unknown_code(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.license_error("TLSKeyPackEnumBegin", 9999)
    with pytest.raises(WtsError) as caught:
        raw.TLSKeyPackEnumBegin(server, ALL, True, None)
    assert caught.value.winerror == 9999


def test_the_end_is_no_end_where_it_means_nothing(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.license_error("TLSKeyPackEnumBegin", 4001)
    with pytest.raises(WtsError, match="no more entries"):
        raw.TLSKeyPackEnumBegin(server, ALL, True, None)


# ---- certificates ----


@pytest.mark.parametrize("warning", [0, 4007, 4009])
def test_certificate(licensing: Standin, server: raw.LicenseServerHandle, warning: int) -> None:
    licensing.set_certificate(b"certificate")
    licensing.configure(certificate_warning=warning)
    for signature in (True, False, 1, 0):
        assert raw.TLSGetServerCertificate(server, signature) == (b"certificate", warning)
    assert "certificates" not in licensing.live_handles()


def test_an_empty_certificate(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.set_certificate(b"")
    assert raw.TLSGetServerCertificate(server, True) == (b"", 0)


def test_a_certificate_without_a_buffer(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.license_error("TLSGetServerCertificate", 4007)  # a warning, and nothing stored
    assert raw.TLSGetServerCertificate(server, True) == (b"", 4007)


@pytest.mark.parametrize("signature", [None, 2, "yes"], ids=str)
def test_kinds_of_certificate_that_are_none(
    licensing: Standin, server: raw.LicenseServerHandle, signature: Any
) -> None:
    with pytest.raises((TypeError, ValueError), match="signature_certificate"):
        raw.TLSGetServerCertificate(server, signature)


# ---- key packs ----


def test_key_packs(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    for number in range(3):
        licensing.add_key_pack(key_pack(PACK._replace(dw_key_pack_id=number)))
    raw.TLSKeyPackEnumBegin(server, ALL, True, None)
    found = [raw.TLSKeyPackEnumNext(server) for _ in range(4)]
    raw.TLSKeyPackEnumEnd(server)
    assert found[3] is None
    for number, pack in enumerate(found[:3]):
        assert pack is not None
        assert pack[:21] == PACK._replace(dw_key_pack_id=number)[:21]
        assert pack.data == key_pack(PACK._replace(dw_key_pack_id=number))


def test_an_enumeration_without_entries(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    raw.TLSKeyPackEnumBegin(server, ALL, True, None)
    assert raw.TLSKeyPackEnumNext(server) is None
    assert raw.TLSKeyPackEnumNext(server) is None
    raw.TLSKeyPackEnumEnd(server)


def test_a_structure_that_is_larger_than_ours(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.add_key_pack(key_pack(PACK) + b"more" * 50)
    raw.TLSKeyPackEnumBegin(server, ALL, True, None)
    pack = raw.TLSKeyPackEnumNext(server)
    raw.TLSKeyPackEnumEnd(server)
    assert pack is not None
    assert pack[:21] == PACK[:21]
    assert pack.data.endswith(b"more" * 50)


def test_texts_that_fill_their_arrays(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.add_key_pack(key_pack(PACK._replace(company_name="c" * 256)))
    raw.TLSKeyPackEnumBegin(server, ALL, True, None)
    pack = raw.TLSKeyPackEnumNext(server)
    raw.TLSKeyPackEnumEnd(server)
    assert pack is not None
    assert pack.company_name == "c" * 256


def test_key_packs_to_search_for(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    raw.TLSKeyPackEnumBegin(server, ALL, True, PACK)
    raw.TLSKeyPackEnumEnd(server)
    with pytest.raises(WtsError) as caught:
        raw.TLSKeyPackEnumBegin(server, 1, True, PACK)
    assert caught.value.winerror == 87


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"company_name": "c" * 256}, ValueError),
        ({"company_name": None}, TypeError),
        ({"sz_key_pack_id": b"bytes"}, TypeError),
        ({"product_desc": "a\0b"}, ValueError),
        ({"version": -1}, OverflowError),
        ({"key_pack_type": 256}, OverflowError),
        ({"major_version": 0x10000}, OverflowError),
        ({"license_type": None}, TypeError),
        ({"number_of_licenses": 1 << 32}, OverflowError),
    ],
    ids=str,
)
def test_members_that_do_not_fit(
    licensing: Standin, server: raw.LicenseServerHandle, change: dict[str, Any], kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=next(iter(change))):
        raw.TLSKeyPackEnumBegin(server, ALL, True, PACK._replace(**change))
    assert licensing.calls("TLSKeyPackEnumBegin") == []


@pytest.mark.parametrize(
    "arguments", [(-1, True, None), (None, True, None), (ALL, None, None), (ALL, 2, None), (ALL, True, 5), (ALL, 1, ())]
)
def test_odd_arguments(licensing: Standin, server: raw.LicenseServerHandle, arguments: tuple[Any, ...]) -> None:
    for begin in (raw.TLSKeyPackEnumBegin, raw.TLSLicenseEnumBegin):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            begin(server, *arguments)
        assert licensing.calls(begin.__name__) == []


# ---- licenses ----


def test_licenses(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    unknown = "HWID and names, in a layout that is published nowhere".encode("utf-16-le")
    licensing.add_license(struct.pack("<III", 1, 2, 3) + unknown + bytes(40))
    licensing.add_license(struct.pack("<III", 0, 0, 0))
    raw.TLSLicenseEnumBegin(server, raw.LSLICENSE_SEARCH_KEYPACKID, True, raw.LSLicense(1, 0, 3))
    found = [raw.TLSLicenseEnumNext(server) for _ in range(3)]
    raw.TLSLicenseEnumEnd(server)
    data = struct.pack("<III", 1, 2, 3) + unknown.rstrip(b"\0")
    assert found == [raw.LSLicense(1, 2, 3, data), raw.LSLicense(0, 0, 0, bytes(12)), None]


def test_a_large_license(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.add_license(b"x" * 4096)
    raw.TLSLicenseEnumBegin(server, ALL, True, None)
    found = raw.TLSLicenseEnumNext(server)
    raw.TLSLicenseEnumEnd(server)
    assert found == raw.LSLicense(0x78787878, 0x78787878, 0x78787878, b"x" * 4096)


@pytest.mark.parametrize(
    ("search", "kind"),
    [
        (raw.LSLicense(-1, 0, 0), OverflowError),
        (raw.LSLicense(0, 1 << 32, 0), OverflowError),
        (raw.LSLicense(0, 0, 0, b"x" * 8193), ValueError),
        (raw.LSLicense(0, 0, 0, "text"), TypeError),  # type: ignore[arg-type]
    ],
    ids=["version", "license_id", "too large", "text"],
)
def test_licenses_that_cannot_be_searched_for(
    licensing: Standin, server: raw.LicenseServerHandle, search: raw.LSLicense, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        raw.TLSLicenseEnumBegin(server, ALL, True, search)
    raw.TLSLicenseEnumBegin(server, ALL, True, raw.LSLicense(1, 2, 3, b"x" * 8192))
    raw.TLSLicenseEnumEnd(server)


# ---- one enumeration at a time ----


@pytest.mark.parametrize("kind", ["KeyPack", "License"])
def test_calls_out_of_order(licensing: Standin, server: raw.LicenseServerHandle, kind: str) -> None:
    begin, take, end = (CALLS[f"TLS{kind}Enum{step}"] for step in ("Begin", "Next", "End"))
    for call, code in ((take, 5006), (end, 5005)):
        with pytest.raises(WtsError) as caught:
            call(server)
        assert caught.value.winerror == code
    begin(server)
    for name in ("TLSKeyPackEnumBegin", "TLSLicenseEnumBegin"):
        with pytest.raises(WtsError) as caught:
            CALLS[name](server)
        assert caught.value.winerror == 5006
    end(server)
    with pytest.raises(WtsError):
        end(server)


@pytest.mark.parametrize("kind", ["KeyPack", "License"])
@pytest.mark.parametrize("how", ["close", "disconnect", "forget"])
def test_closing_ends_the_enumeration(licensing: Standin, kind: str, how: str) -> None:
    """The stand-in reports a violation when a connection is closed before its enumeration was ended."""
    server = raw.TLSConnectToLsServer()
    CALLS[f"TLS{kind}EnumBegin"](server)
    if how == "close":
        server.close()
    elif how == "disconnect":
        raw.TLSDisconnectFromServer(server)
    else:
        with pytest.warns(ResourceWarning):
            del server
    assert [call.function for call in licensing.calls()][-2:] == [f"TLS{kind}EnumEnd", "TLSDisconnectFromServer"]


def test_an_enumeration_that_ended_is_not_ended_again(licensing: Standin) -> None:
    with raw.TLSConnectToLsServer() as server:
        raw.TLSKeyPackEnumBegin(server, ALL, True, None)
        raw.TLSKeyPackEnumEnd(server)
    assert len(licensing.calls("TLSKeyPackEnumEnd")) == 1


# ---- threads ----


@each_call
def test_other_threads_run_meanwhile(
    licensing: Standin, server: raw.LicenseServerHandle, function: str, call: Call
) -> None:
    licensing.set_certificate(b"certificate")
    if "Begin" not in function and "Enum" in function:
        CALLS[f"{function[: function.index('Enum')]}EnumBegin"](server)
    with licensing.block(function) as rule, ThreadPoolExecutor(1) as pool:
        calling = pool.submit(call, server)
        licensing.wait_until_running(function)
        server.close()
        assert licensing.calls("TLSDisconnectFromServer") == []
        rule.release()
        calling.result(10)
    assert len(licensing.calls("TLSDisconnectFromServer")) == 1


def test_connecting_and_disconnecting_do_not_hold_the_gil(licensing: Standin) -> None:
    with licensing.block("TLSConnectToLsServer") as rule, ThreadPoolExecutor(1) as pool:
        connecting = pool.submit(raw.TLSConnectToLsServer)
        licensing.wait_until_running("TLSConnectToLsServer")
        rule.release()
        server = connecting.result(10)
    with licensing.block("TLSDisconnectFromServer") as rule, ThreadPoolExecutor(1) as pool:
        closing = pool.submit(raw.TLSDisconnectFromServer, server)
        licensing.wait_until_running("TLSDisconnectFromServer")
        rule.release()
        closing.result(10)


def test_many_rounds_leave_nothing(licensing: Standin, server: raw.LicenseServerHandle) -> None:
    licensing.set_certificate(b"c" * 1000)
    licensing.add_key_pack(key_pack(PACK))
    licensing.add_license(b"x" * 500)

    def rounds(count: int) -> None:
        for _ in range(count):
            raw.TLSGetServerCertificate(server, True)
            raw.TLSKeyPackEnumBegin(server, ALL, True, PACK)
            raw.TLSKeyPackEnumNext(server)
            raw.TLSKeyPackEnumEnd(server)
            raw.TLSLicenseEnumBegin(server, ALL, True, None)
            raw.TLSLicenseEnumNext(server)
            raw.TLSLicenseEnumEnd(server)

    rounds(10)
    before = sys.getallocatedblocks()
    rounds(200)
    assert sys.getallocatedblocks() - before < 100


# ---- where it is missing ----

WITHOUT_THE_DLL = """
from wtsfast import raw
from wtsfast.errors import FunctionNotAvailableError

try:
    raw.TLSConnectToLsServer()
except FunctionNotAvailableError as error:
    assert error.winerror == 127, error.winerror
    print(error)
"""


def test_a_windows_without_mstlsapi(loaded_standin: Standin) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_DLL], env=dict(os.environ), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    for word in ("TLSConnectToLsServer", "mstlsapi.dll", "WMI", "Win32_TSLicenseServer", "Win32_TSIssuedLicense"):
        assert word in done.stdout
