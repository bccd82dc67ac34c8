"""wtsfast.raw: WTSQuerySessionInformation, class by class."""

import struct
import uuid
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.enums import AddressFamily, ColorDepth, ConnectState, InfoClass, ProtocolType, SessionFlags, ShadowMode
from wtsfast.errors import FunctionNotAvailableError, SessionNotFoundError, WtsError

FORMS: list[Any] = [raw.WTSQuerySessionInformationW, raw.WTSQuerySessionInformationA]
each_form = pytest.mark.parametrize("query", FORMS, ids=["wide", "ansi"])

FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
TEXT_CLASSES = {
    InfoClass.INITIAL_PROGRAM: "initial_program",
    InfoClass.APPLICATION_NAME: "application_name",
    InfoClass.WORKING_DIRECTORY: "working_directory",
    InfoClass.OEM_ID: "oem_id",
    InfoClass.USER_NAME: "user_name",
    InfoClass.WIN_STATION_NAME: "session_name",
    InfoClass.DOMAIN_NAME: "domain_name",
    InfoClass.CLIENT_NAME: "client_name",
    InfoClass.CLIENT_DIRECTORY: "client_directory",
}
NUMBER_CLASSES = {
    InfoClass.CLIENT_BUILD_NUMBER: ("client_build_number", 0xFFFFFFFE),
    InfoClass.CLIENT_PRODUCT_ID: ("client_product_id", 0xFFFE),
    InfoClass.CLIENT_HARDWARE_ID: ("client_hardware_id", 0x80000001),
}
# The size that an answer must at least have, W and A.
LEAST_SIZES = {
    InfoClass.SESSION_ID: (4, 4),
    InfoClass.CONNECT_STATE: (4, 4),
    InfoClass.CLIENT_BUILD_NUMBER: (4, 4),
    InfoClass.CLIENT_PRODUCT_ID: (2, 2),
    InfoClass.CLIENT_HARDWARE_ID: (4, 4),
    InfoClass.CLIENT_ADDRESS: (24, 24),
    InfoClass.CLIENT_DISPLAY: (12, 12),
    InfoClass.CLIENT_PROTOCOL_TYPE: (2, 2),
    InfoClass.CLIENT_INFO: (2304, 1200),
    InfoClass.SESSION_INFO: (216, 144),
    InfoClass.SESSION_INFO_EX: (232, 160),
    InfoClass.CONFIG_INFO: (1668, 848),
    InfoClass.VALIDATION_INFO: (16932, 16672),
    InfoClass.SESSION_ADDRESS_V4: (24, 24),
    InfoClass.IS_REMOTE_SESSION: (1, 1),
    InfoClass.SESSION_ACTIVITY_ID: (16, 16),
}


def session(standin: Standin, **fields: Any) -> None:
    """Make session 3 the only one of this machine, and the caller's own."""
    standin.start_scenario()
    standin.add_session(3, **fields)
    standin.set_current_session(3)


def is_wide(query: Any) -> bool:
    return bool(query.__name__.endswith("W"))


def as_text(query: Any, text: str) -> Any:
    return text if is_wide(query) else text.encode("mbcs")


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSQuerySessionInformation is raw.WTSQuerySessionInformationW


# ---- the classes ----


@each_form
@pytest.mark.parametrize("info_class", TEXT_CLASSES, ids=lambda info_class: info_class.name)
def test_text(standin: Standin, query: Any, info_class: InfoClass) -> None:
    for text in ("", "explorer.exe", "x" * 400):
        session(standin, **{TEXT_CLASSES[info_class]: text})
        assert query(None, 3, info_class) == as_text(query, text)


@pytest.mark.parametrize("text", ["Zoë", "😀", "\ud800x", "\ufeff"])
def test_wide_text_survives(standin: Standin, text: str) -> None:
    session(standin, user_name=text)
    assert raw.WTSQuerySessionInformation(None, 3, raw.WTSUserName) == text


@each_form
@pytest.mark.parametrize("info_class", NUMBER_CLASSES, ids=lambda info_class: info_class.name)
def test_numbers(standin: Standin, query: Any, info_class: InfoClass) -> None:
    name, value = NUMBER_CLASSES[info_class]
    session(standin, **{name: value})
    assert query(None, 3, info_class) == value


@each_form
def test_own_session(standin: Standin, query: Any) -> None:
    session(standin)
    assert query(None, raw.WTS_CURRENT_SESSION, raw.WTSSessionId) == 3


@each_form
@pytest.mark.parametrize(("number", "expected"), [(4, ConnectState.DISCONNECTED), (77, 77)])
def test_connect_state(standin: Standin, query: Any, number: int, expected: int) -> None:
    session(standin, state=number)
    answer = query(None, 3, raw.WTSConnectState)
    assert answer == expected
    assert type(answer) is type(expected)


@each_form
@pytest.mark.parametrize(("number", "expected"), [(0, ProtocolType.CONSOLE), (2, ProtocolType.RDP), (9, 9)])
def test_protocol(standin: Standin, query: Any, number: int, expected: int) -> None:
    session(standin, protocol_type=number)
    answer = query(None, 3, raw.WTSClientProtocolType)
    assert answer == expected
    assert type(answer) is type(expected)


@each_form
def test_client_address(standin: Standin, query: Any) -> None:
    bytes_of_it = b"\x7f\x01" + bytes([192, 168, 0, 1]) + b"\xcc" * 14
    session(standin, client_address_family=2, client_address=bytes_of_it)
    answer = query(None, 3, raw.WTSClientAddress)
    assert answer == raw.WTS_CLIENT_ADDRESS(AddressFamily.INET, bytes_of_it)
    assert answer.ip == IPv4Address("192.168.0.1")


@each_form
@pytest.mark.parametrize(
    ("family", "ip"), [(23, IPv6Address("2001:db8::7")), (0, None), (6, None), (17, None), (99, None)]
)
def test_addresses_of_other_families(standin: Standin, query: Any, family: int, ip: IPv6Address | None) -> None:
    address = b"\xff\xff" + IPv6Address("2001:db8::7").packed + b"\xff\xff"
    session(standin, client_address_family=family, client_address=address)
    answer = query(None, 3, raw.WTSClientAddress)
    assert (answer.address_family, answer.address, answer.ip) == (family, address, ip)


@each_form
def test_session_address(standin: Standin, query: Any) -> None:
    session(standin, session_address_family=2, session_address=b"\0\0\x0a\0\0\x07")
    answer = query(None, 3, raw.WTSSessionAddressV4)
    assert answer == raw.WTS_SESSION_ADDRESS(2, b"\0\0\x0a\0\0\x07" + bytes(14))
    assert answer.ip == IPv4Address("10.0.0.7")


@each_form
def test_display(standin: Standin, query: Any) -> None:
    session(standin, horizontal_resolution=1920, vertical_resolution=1080, color_depth=4)
    answer = query(None, 3, raw.WTSClientDisplay)
    assert answer == raw.WTS_CLIENT_DISPLAY(1920, 1080, ColorDepth.BPP_16)
    assert answer.color_depth.bits_per_pixel == 16


@each_form
def test_session_info(standin: Standin, query: Any) -> None:
    session(
        standin,
        state=4,
        session_name="RDP-Tcp#3",
        domain_name="LAB",
        user_name="anna",
        incoming_bytes=1,
        outgoing_bytes=2,
        incoming_frames=3,
        outgoing_frames=4,
        incoming_compressed_bytes=5,
        outgoing_compressed_bytes=0xFFFFFFFF,
        connect_time=60,
        disconnect_time=0,
        last_input_time=89,
        logon_time=90,
        current_time=(1 << 62) + 1,
    )
    connect, last_input, logon = (FILETIME_EPOCH + timedelta(microseconds=count) for count in (6, 8, 9))
    name, domain, user = (as_text(query, text) for text in ("RDP-Tcp#3", "LAB", "anna"))
    assert query(None, 3, raw.WTSSessionInfo) == raw.WTSINFO(
        ConnectState.DISCONNECTED,
        3,
        1,
        2,
        3,
        4,
        5,
        0xFFFFFFFF,
        name,
        domain,
        user,
        connect,
        None,
        last_input,
        logon,
        None,
    )
    assert query(None, 3, raw.WTSSessionInfoEx) == raw.WTSINFOEX(
        1,
        raw.WTSINFOEX_LEVEL1(
            3,
            ConnectState.DISCONNECTED,
            SessionFlags.UNLOCK,
            name,
            user,
            domain,
            logon,
            connect,
            None,
            last_input,
            None,
            1,
            2,
            3,
            4,
            5,
            0xFFFFFFFF,
        ),
    )


@each_form
@pytest.mark.parametrize(("number", "expected"), [(-1, SessionFlags.UNKNOWN), (0, SessionFlags.LOCK), (5, 5)])
def test_session_flags(standin: Standin, query: Any, number: int, expected: int) -> None:
    session(standin, session_flags=number)
    assert query(None, 3, raw.WTSSessionInfoEx).data.session_flags == expected
    assert raw.WTS_SESSIONSTATE_UNKNOWN == SessionFlags.UNKNOWN


@each_form
@pytest.mark.parametrize("more", [0, 100])
def test_a_level_that_nobody_knows_is_bytes(standin: Standin, query: Any, more: int) -> None:
    size = LEAST_SIZES[InfoClass.SESSION_INFO_EX][0 if is_wide(query) else 1] + more
    session(standin)
    standin.set_information(3, raw.WTSSessionInfoEx, struct.pack("<Q", 2) + b"\xaa" * (size - 8))
    assert query(None, 3, raw.WTSSessionInfoEx) == raw.WTSINFOEX(2, b"\xaa" * (size - 8))


@each_form
@pytest.mark.parametrize(("family", "expected"), [(0, bytes(62)), (2, "10.0.0.1"), (23, b"\xfe\x80" + bytes(60))])
def test_client_info(standin: Standin, query: Any, family: int, expected: Any) -> None:
    address = {"client_address_text": "10.0.0.1"} if family == 2 else {"client_address": b"\xfe\x80" if family else b""}
    session(
        standin,
        client_name="PC-9",
        domain_name="LAB",
        user_name="anna",
        working_directory="C:\\work",
        initial_program="app.exe",
        encryption_level=3,
        client_address_family=family,
        horizontal_resolution=800,
        vertical_resolution=600,
        color_depth=32,
        client_directory="C:\\rdp",
        client_build_number=26100,
        client_product_id=1,
        device_id="nic",
        **address,
    )
    answer = query(None, 3, raw.WTSClientInfo)
    texts = ("PC-9", "LAB", "anna", "C:\\work", "app.exe", "C:\\rdp", "nic")
    assert (
        answer.client_name,
        answer.domain,
        answer.user_name,
        answer.work_directory,
        answer.initial_program,
        answer.client_directory,
        answer.device_id,
    ) == tuple(as_text(query, text) for text in texts)
    assert (answer.client_address_family, answer.client_address) == (family, expected)
    assert (answer.h_res, answer.v_res, answer.color_depth, answer.encryption_level) == (800, 600, 32, 3)
    assert (answer.client_build_number, answer.client_product_id) == (26100, 1)


@each_form
def test_config_info(standin: Standin, query: Any) -> None:
    session(standin, user_name="anna", domain_name="LAB", shadow_settings=3, initial_program="app.exe")
    answer = query(None, 3, raw.WTSConfigInfo)
    assert (answer.logon_user_name, answer.logon_domain) == (as_text(query, "anna"), as_text(query, "LAB"))
    assert answer.shadow_settings is ShadowMode.VIEW_ASK
    assert answer.initial_program == as_text(query, "app.exe")


@each_form
def test_validation_info(standin: Standin, query: Any) -> None:
    character = 2 if is_wide(query) else 1
    data = "Company".encode("utf-16-le" if is_wide(query) else "ascii").ljust(256 * character, b"\0")
    data += "P1".encode("utf-16-le" if is_wide(query) else "ascii").ljust(4 * character, b"\0")
    data += b"\x11" * 16384 + struct.pack("<I", 3) + b"\x22" * 20 + struct.pack("<I", 0xFFFFFFFF)
    session(standin)
    standin.set_information(3, raw.WTSValidationInfo, data)
    assert query(None, 3, raw.WTSValidationInfo) == raw.WTS_VALIDATION_INFORMATION(
        raw.PRODUCT_INFO(as_text(query, "Company"), as_text(query, "P1")), b"\x11" * 3, 3, b"\x22" * 20, 0xFFFFFFFF
    )


@each_form
@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"\0", False), (b"\1", True), (b"\xff", True), (b"\0\1\0\0", True), (bytes(4), False), (bytes(4) + b"\1", False)],
)
def test_is_remote_session_has_one_byte_or_four(standin: Standin, query: Any, data: bytes, expected: bool) -> None:
    session(standin)
    standin.set_information(3, raw.WTSIsRemoteSession, data)
    assert query(None, 3, raw.WTSIsRemoteSession) is expected


@each_form
def test_activity_id(standin: Standin, query: Any) -> None:
    activity = uuid.uuid4()
    session(standin, activity_id=activity.bytes_le)
    assert query(None, 3, raw.WTSSessionActivityId) == activity


@each_form
@pytest.mark.parametrize("count", [0, 1, 3])
def test_capabilities(standin: Standin, query: Any, count: int) -> None:
    session(standin)
    standin.set_information(3, raw.WTSCapabilityCheck, struct.pack(f"<{count}I", *range(59083637, 59083637 + count)))
    assert query(None, 3, raw.WTSCapabilityCheck) == tuple(range(59083637, 59083637 + count))


@each_form
@pytest.mark.parametrize("info_class", [*range(17, 23), InfoClass.SESSION_ADDRESS_V4])
def test_classes_that_windows_does_not_support(standin: Standin, query: Any, info_class: int) -> None:
    session(standin)
    with pytest.raises(FunctionNotAvailableError) as caught:
        query(None, 3, info_class)
    assert caught.value.winerror == 50


@each_form
@pytest.mark.parametrize("info_class", [17, 32, 1000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_unknown_class_is_bytes(standin: Standin, query: Any, info_class: int) -> None:
    session(standin)
    standin.set_information(3, info_class, b"\0abc\0")
    assert query(None, 3, info_class) == b"\0abc\0"


# ---- odd sizes ----


@each_form
@pytest.mark.parametrize("info_class", LEAST_SIZES, ids=lambda info_class: info_class.name)
def test_an_answer_that_is_too_short_is_an_error(standin: Standin, query: Any, info_class: InfoClass) -> None:
    size = LEAST_SIZES[info_class][0 if is_wide(query) else 1]
    session(standin)
    for short in {0, 1, size // 2, size - 1} - {size}:
        standin.set_information(3, info_class, b"\1" * short)
        with pytest.raises(WtsError, match=f"{short} bytes") as caught:
            query(None, 3, info_class)
        assert (caught.value.winerror, caught.value.function) == (13, "WTSQuerySessionInformation")


@each_form
@pytest.mark.parametrize("info_class", LEAST_SIZES, ids=lambda info_class: info_class.name)
def test_an_answer_may_be_longer(standin: Standin, query: Any, info_class: InfoClass) -> None:
    size = LEAST_SIZES[info_class][0 if is_wide(query) else 1]
    session(standin)
    answer = (b"\1\0\0\0" + b"\1" * size)[:size]  # a number or a level 1 comes first
    standin.set_information(3, info_class, answer)
    expected = query(None, 3, info_class)
    standin.set_information(3, info_class, answer + b"\xee" * 5)
    assert query(None, 3, info_class) == expected


@pytest.mark.parametrize(
    ("data", "expected"), [(b"", ""), (b"a", ""), (b"a\0", "a"), (b"a\0b", "a"), (b"a\0\0\0b\0", "a"), (b"\0\0", "")]
)
def test_wide_text_of_odd_sizes(standin: Standin, data: bytes, expected: str) -> None:
    session(standin)
    standin.set_information(3, raw.WTSUserName, data)
    assert raw.WTSQuerySessionInformationW(None, 3, raw.WTSUserName) == expected


@pytest.mark.parametrize(("data", "expected"), [(b"", b""), (b"a", b"a"), (b"a\0b", b"a"), (b"\0", b"")])
def test_ansi_text_of_odd_sizes(standin: Standin, data: bytes, expected: bytes) -> None:
    session(standin)
    standin.set_information(3, raw.WTSUserName, data)
    assert raw.WTSQuerySessionInformationA(None, 3, raw.WTSUserName) == expected


@each_form
def test_success_without_an_answer(standin: Standin, query: Any) -> None:
    session(standin)
    for info_class in (*InfoClass, 99):
        for size in (0, 2, 4096):
            standin.set_information(3, info_class, None, size=size)
            assert query(None, 3, info_class) is None
    standin.null_result(query.__name__, count=4096)
    assert query(None, 3, InfoClass.USER_NAME) is None


@each_form
def test_names_longer_than_their_arrays(standin: Standin, query: Any) -> None:
    session(standin, user_name="u" * 100, domain_name="d" * 100, session_name="s" * 100)
    for unterminated in (0, 1):
        standin.configure(unterminated=unterminated)
        answer = query(None, 3, raw.WTSSessionInfo)
        lengths = (len(answer.win_station_name), len(answer.domain), len(answer.user_name))
        assert lengths == ((32, 17, 21) if unterminated else (31, 16, 20))


# ---- the call ----


@each_form
@pytest.mark.parametrize("code", [2, 7007, 7022])
def test_a_session_that_is_gone(standin: Standin, query: Any, code: int) -> None:
    session(standin)
    standin.fail(query.__name__, code)
    with pytest.raises(SessionNotFoundError):
        query(None, 3, raw.WTSUserName)


@each_form
def test_a_session_that_vanishes_between_two_calls(standin: Standin, query: Any) -> None:
    session(standin)
    (row,) = raw.WTSEnumerateSessions(None)
    query(None, row.session_id, raw.WTSUserName)
    standin.remove_session(3)
    with pytest.raises(SessionNotFoundError):
        query(None, row.session_id, raw.WTSUserName)


@each_form
def test_what_is_for_this_machine_only(standin: Standin, query: Any) -> None:
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server:
        with pytest.raises(ValueError, match="WTS_CURRENT_SESSION"):
            query(server, raw.WTS_CURRENT_SESSION, raw.WTSUserName)
        with pytest.raises(ValueError, match="WTSIsRemoteSession"):
            query(server, 1, raw.WTSIsRemoteSession)
    assert standin.calls(query.__name__) == []


@each_form
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((None, 5), TypeError),
        ((True, 5), TypeError),
        (("3", 5), TypeError),
        ((3.0, 5), TypeError),
        ((-1, 5), OverflowError),
        ((1 << 32, 5), OverflowError),
        ((1 << 70, 5), OverflowError),
        ((3, None), TypeError),
        ((3, "WTSUserName"), TypeError),
        ((3, False), TypeError),
        ((3, -1), OverflowError),
        ((3, 1 << 32), OverflowError),
    ],
)
def test_bad_arguments(standin: Standin, query: Any, arguments: tuple[Any, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        query(None, *arguments)
    assert standin.calls(query.__name__) == []


@each_form
def test_what_has_an_index_is_a_number(standin: Standin, query: Any) -> None:
    class Three:
        def __index__(self) -> int:
            return 3

    session(standin, user_name="anna")
    assert query(None, Three(), InfoClass.USER_NAME) == as_text(query, "anna")


@each_form
def test_as_buffer(standin: Standin, query: Any) -> None:
    session(standin, user_name="anna")
    buffer = query(None, 3, raw.WTSUserName, as_buffer=True)
    assert bytes(buffer) == "anna\0".encode("utf-16-le" if is_wide(query) else "ascii")
    assert (buffer.count, buffer.type_class) == (1, None)
    raw.WTSFreeMemory(buffer)
    standin.set_information(3, raw.WTSUserName, None, size=8)
    assert bytes(query(None, 3, raw.WTSUserName, as_buffer=True)) == b""


@pytest.mark.smoke
def test_user_on_any_dll() -> None:
    user = raw.WTSQuerySessionInformation(None, raw.WTS_CURRENT_SESSION, raw.WTSUserName)
    assert isinstance(user, str)
    assert isinstance(raw.WTSQuerySessionInformation(None, raw.WTS_CURRENT_SESSION, raw.WTSDomainName), str)
    assert isinstance(raw.WTSQuerySessionInformation(None, raw.WTS_CURRENT_SESSION, raw.WTSClientProtocolType), int)
