"""wtsfast.raw: the exports of Windows 11 24H2. test_raw_cloud_auth.py runs this in a process whose DLL has them."""

import ctypes
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, WtsError

CONVERT = "WTSCloudAuthConvertAssertionToSerializedUserCredential"
DUPLICATE = "WTSCloudAuthDuplicateSerializedUserCredential"
LOGON = "WTSCloudAuthNetworkLogonWithSerializedCredential"


@pytest.fixture
def cloud(standin: Standin) -> Iterator[Any]:
    standin.configure(privileges="held")
    with raw.WTSCloudAuthOpen() as handle:
        yield handle


def test_open_and_close(standin: Standin) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError):
        raw.WTSCloudAuthOpen()
    standin.configure(privileges="held")
    handle = raw.WTSCloudAuthOpen(uuid.uuid4())
    raw.WTSCloudAuthClose(handle)
    raw.WTSCloudAuthClose(handle)
    assert len(standin.calls("WTSCloudAuthClose")) == 1
    with pytest.raises(ValueError, match="closed"):
        raw.WTSCloudAuthGetServerNonce(handle)
    with pytest.warns(ResourceWarning, match="CloudAuthHandle"):
        raw.WTSCloudAuthOpen()


def test_nonce(standin: Standin, cloud: Any) -> None:
    assert raw.WTSCloudAuthGetServerNonce(cloud).startswith("AwAB")  # type: ignore[union-attr]
    buffer = raw.WTSCloudAuthGetServerNonce(cloud, as_buffer=True)
    assert buffer.type_class == raw.WTSTypeCloudAuthServerNonce
    assert bytes(buffer).decode("utf-16-le").rstrip("\0") == raw.WTSCloudAuthGetServerNonce(cloud)
    raw.WTSFreeMemoryEx(3, buffer)


def test_a_logon(standin: Standin, cloud: Any) -> None:
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"assertion", "resource")
    assert standin.calls(CONVERT)[0].text == "resource"
    assert len(credential) == 9
    copy = raw.WTSCloudAuthDuplicateSerializedUserCredential(credential)
    credential.close()
    with raw.WTSCloudAuthNetworkLogonWithSerializedCredential(cloud, copy) as token:
        assert isinstance(token, raw.Handle)
    assert standin.live_blocks() == {"credential": 1}
    del copy  # memory alone: dropping it is no mistake
    assert standin.live_blocks() == {}


def test_a_credential_shows_nothing_and_is_wiped(standin: Standin, cloud: Any) -> None:
    standin.configure(guard=0, layout="separate")
    assertion = bytearray(b"an-assertion-to-be-wiped")
    kept = bytes(assertion)
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, assertion, "resource")
    assert assertion == bytes(len(kept))
    sent = standin.calls(CONVERT)[0].arguments[1]
    after = ctypes.string_at(sent, len(kept))
    assert not any(kept[at : at + 4] in after for at in range(len(kept) - 3))
    assert repr(credential) == "<SerializedCredential open>"
    with pytest.raises(TypeError):
        memoryview(credential)  # type: ignore[arg-type]
    with standin.block("WTSFreeMemoryExW"):
        thread = threading.Thread(target=credential.close)
        thread.start()
        standin.wait_until_running("WTSFreeMemoryExW")
        address = standin.calls("WTSFreeMemoryExW")[0].arguments[1]
        length = ctypes.c_uint32.from_address(address).value
        content = ctypes.c_uint64.from_address(address + 8).value
        assert ctypes.string_at(content, length) == bytes(length)
    thread.join()
    assert standin.calls("WTSFreeMemoryExW")[0].arguments[::2] == (4, 1)


@pytest.mark.parametrize("code", [5, 0x80090305, 0xC000006D])
def test_failures(standin: Standin, cloud: Any, code: int) -> None:
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r")
    calls: dict[str, Any] = {
        "WTSCloudAuthGetServerNonce": lambda: raw.WTSCloudAuthGetServerNonce(cloud),
        CONVERT: lambda: raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r"),
        DUPLICATE: lambda: raw.WTSCloudAuthDuplicateSerializedUserCredential(credential),
        LOGON: lambda: raw.WTSCloudAuthNetworkLogonWithSerializedCredential(cloud, credential),
        "WTSActiveSessionExists": raw.WTSActiveSessionExists,
        "WTSCloudAuthOpen": raw.WTSCloudAuthOpen,
    }
    for name, call in calls.items():
        standin.fail(name, code)
        with pytest.raises(WtsError) as caught:
            call()
        assert (caught.value.winerror, caught.value.function) == (code, name)


def test_what_is_closed_is_refused(standin: Standin, cloud: Any) -> None:
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r")
    credential.close()
    credential.close()
    calls: tuple[Any, ...] = (
        lambda: len(credential),
        lambda: raw.WTSCloudAuthDuplicateSerializedUserCredential(credential),
        lambda: raw.WTSCloudAuthNetworkLogonWithSerializedCredential(cloud, credential),
    )
    for call in calls:
        with pytest.raises(ValueError, match="closed"):
            call()
    assert standin.calls(LOGON) == []


def test_closing_during_a_call_waits_for_it(standin: Standin) -> None:
    standin.configure(privileges="held")
    handle = raw.WTSCloudAuthOpen()
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, b"x", "r")
    tokens: list[raw.Handle] = []
    with standin.block(LOGON):
        thread = threading.Thread(
            target=lambda: tokens.append(raw.WTSCloudAuthNetworkLogonWithSerializedCredential(handle, credential))
        )
        thread.start()
        standin.wait_until_running(LOGON)
        handle.close()
        credential.close()
        assert standin.calls("WTSCloudAuthClose") == standin.calls("WTSFreeMemoryExW") == []
    thread.join()
    tokens[0].close()
    assert len(standin.calls("WTSCloudAuthClose")) == len(standin.calls("WTSFreeMemoryExW")) == 1


def test_null_results(standin: Standin, cloud: Any) -> None:
    credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r")
    for function, call in (
        (CONVERT, lambda: raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r")),
        (DUPLICATE, lambda: raw.WTSCloudAuthDuplicateSerializedUserCredential(credential)),
        (LOGON, lambda: raw.WTSCloudAuthNetworkLogonWithSerializedCredential(cloud, credential)),
    ):
        standin.null_result(function)
        with pytest.raises(WtsError) as caught:
            call()
        assert (caught.value.winerror, caught.value.function) == (13, function)
    standin.null_result("WTSCloudAuthGetServerNonce")
    assert raw.WTSCloudAuthGetServerNonce(cloud) is None
    standin.null_result("WTSCloudAuthGetServerNonce")
    assert bytes(raw.WTSCloudAuthGetServerNonce(cloud, as_buffer=True)) == b""


def test_bad_arguments(standin: Standin, cloud: Any) -> None:
    bad: tuple[tuple[Any, Any, type[Exception]], ...] = (
        ("x", "r", TypeError),
        (None, "r", TypeError),
        (b"x\0", "r", ValueError),
        (b"x", b"r", TypeError),
        (b"x", "r\0", ValueError),
    )
    for assertion, resource, error in bad:
        with pytest.raises(error):
            raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, assertion, resource)
    assert standin.calls(CONVERT) == []


def test_active_session_exists(standin: Standin) -> None:
    assert raw.WTSActiveSessionExists() is True
    standin.start_scenario()
    assert raw.WTSActiveSessionExists() is False


def test_many_calls_leave_nothing_behind(standin: Standin, cloud: Any) -> None:
    def rounds(count: int) -> None:
        for _ in range(count):
            credential = raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(cloud, b"x", "r")
            raw.WTSCloudAuthNetworkLogonWithSerializedCredential(cloud, credential).close()
            raw.WTSCloudAuthGetServerNonce(cloud)

    rounds(10)
    before = sys.getallocatedblocks()
    rounds(100)
    assert sys.getallocatedblocks() - before < 60
    assert standin.live_blocks() == {}
