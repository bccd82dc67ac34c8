"""Enumerations and constants: the header's values, the SDK's names, and what becomes of values nobody knows."""

import enum
import pickle
import re
from pathlib import Path

import pytest

from wtsfast import enums, raw
from wtsfast.raw import _constants

INCLUDE = Path(__file__).parents[1] / "src" / "wtsfast" / "include"

ENUMS: list[type[enum.IntEnum | enum.IntFlag]] = [
    kind
    for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, enum.IntEnum | enum.IntFlag) and kind.__module__ == enums.__name__
]
CONSTANTS = {name: value for name, value in vars(_constants).items() if not name.startswith("_")}

# The SDK gives numbers without names for these, so no constant of raw stands for them.
OWN_NAMES = {
    "BrokenTimeoutSettings",
    "ColorDepth",
    "EncryptionLevel",
    "ListenerColorDepth",
    "ModemCallbackSettings",
    "ReconnectSettings",
    "SecurityLayer",
    "ShadowMode",
}

# What a member's SDK name begins with. Where it ends in something else too, that stands after the dots.
PREFIXES = {
    "AddressFamily": ["AF_"],
    "ChannelFlag": ["CHANNEL_FLAG_", "CHANNEL_"],
    "ChannelOption": ["WTS_CHANNEL_OPTION_"],
    "ConfigClass": ["WTSUserConfigf", "WTSUserConfig"],
    "ConfigSource": ["WTSUserConfigSource"],
    "ConnectState": ["WTS"],
    "HotkeyModifier": ["REMOTECONTROL_KBD..._HOTKEY"],
    "InfoClass": ["WTS"],
    "LicenseSearch": ["LSLICENSE_SEARCH_", "LSLICENSE_EXSEARCH_", "LSKEYPACK_SEARCH_"],
    "LicenseServerStatus": ["LSERVER_S_", "LSERVER_I_", "LSERVER_E_", "TLS_W_", "TLS_E_"],
    "ListenerFlag": ["WTS_LISTENER_"],
    "MessageResponse": ["ID"],
    "MessageStyle": ["MB_"],
    "NotifyScope": ["NOTIFY_FOR_"],
    "ProtocolType": ["WTS_PROTOCOL_TYPE_"],
    "RenderHint": ["RENDER_HINT_"],
    "Security": ["WTS_SECURITY_"],
    "SecurityInformation": ["..._SECURITY_INFORMATION"],
    "SessionChange": ["WTS_"],
    "SessionFlags": ["WTS_SESSIONSTATE_"],
    "ShutdownFlag": ["WTS_WSD_"],
    "SidType": ["SidType"],
    "SystemEvent": ["WTS_EVENT_"],
    "TypeClass": ["WTSType"],
    "VirtualClass": ["WTSVirtual"],
}


def read_header() -> dict[str, int]:
    """Return every number that the header gives a name."""
    text = "".join((INCLUDE / name).read_text(encoding="utf-8") for name in ("wtsfast_sdk.h", "wtsfast_pchannel.h"))
    number = r"(0x[0-9A-F]+|\d+)"
    found = re.findall(rf"^#define (\w+) {number}(?: |$)", text, re.MULTILINE)
    found += re.findall(rf"^    (\w+) = {number},?(?: |$)", text, re.MULTILINE)
    return {name: int(value, 0) for name, value in found}


HEADER = read_header()
# The options belong to the client of a channel, whose plugins are C libraries; the truth values are for Linux.
NOT_IN_RAW = {name for name in HEADER if name.startswith("CHANNEL_OPTION_")} | {"TRUE", "FALSE"}


def snake_case(name: str) -> str:
    """Return InitialProgram as INITIAL_PROGRAM; OEMId as OEM_ID."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def without_prefix(kind: str, name: str) -> str:
    for prefix in PREFIXES[kind]:
        start, _, end = prefix.partition("...")
        if name.startswith(start) and name.endswith(end):
            rest = name[len(start) : len(name) - len(end)]
            return rest if "_" in name or rest.isupper() else snake_case(rest)
    raise AssertionError(name)


def test_each_number_of_the_header_is_a_constant() -> None:
    assert HEADER.keys() - CONSTANTS.keys() == NOT_IN_RAW
    assert {name: CONSTANTS[name] for name in HEADER.keys() - NOT_IN_RAW} == {
        name: HEADER[name] for name in HEADER.keys() - NOT_IN_RAW
    }


def test_raw_offers_each_constant() -> None:
    assert [name for name, value in CONSTANTS.items() if getattr(raw, name) is not value] == []
    assert CONSTANTS.keys() <= set(dir(raw))


def test_constants_that_are_null_handles_and_names() -> None:
    nulls = {name for name, value in CONSTANTS.items() if value is None}
    assert nulls == {"WTS_CURRENT_SERVER", "WTS_CURRENT_SERVER_HANDLE", "WTS_CURRENT_SERVER_NAME"}


def test_constants_that_the_header_computes() -> None:
    assert raw.WTS_CURRENT_SESSION == raw.LOGONID_CURRENT == 0xFFFFFFFF
    assert raw.WTS_ANY_SESSION == 0xFFFFFFFE
    assert raw.CHANNEL_FLAG_ONLY == raw.CHANNEL_FLAG_FIRST | raw.CHANNEL_FLAG_LAST
    assert raw.CHANNEL_PDU_LENGTH == raw.CHANNEL_CHUNK_LENGTH + 8
    assert int(raw.WTS_SECURITY_ALL_ACCESS) == 0xF0000 | (0x3FF & ~raw.WTS_SECURITY_LOGOFF)


def test_constants_are_the_members_themselves() -> None:
    assert raw.WTSActive is enums.ConnectState.ACTIVE
    assert raw.WTS_EVENT_FLUSH is enums.SystemEvent.FLUSH
    assert raw.MB_OK is enums.MessageStyle.OK
    assert raw.WTSUserConfigfInheritInitialProgram is enums.ConfigClass.INHERIT_INITIAL_PROGRAM


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_each_enum_says_what_it_is(kind: type[enum.IntEnum | enum.IntFlag]) -> None:
    assert kind.__doc__
    assert ("SDK has no names" in kind.__doc__) == (kind.__name__ in OWN_NAMES)


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_member_names_are_the_sdk_names_without_their_prefix(kind: type[enum.IntEnum | enum.IntFlag]) -> None:
    if kind.__name__ in OWN_NAMES:
        assert not [name for name, value in CONSTANTS.items() if type(value) is kind]
        return
    # By name, since two names may share one member.
    named = {without_prefix(kind.__name__, name) for name, value in CONSTANTS.items() if type(value) is kind}
    assert named == set(kind.__members__)


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_values_fit_32_unsigned_bits(kind: type[enum.IntEnum | enum.IntFlag]) -> None:
    assert all(0 <= int(member) <= 0xFFFFFFFF for member in kind.__members__.values())


@pytest.mark.parametrize("kind", [kind for kind in ENUMS if issubclass(kind, enum.IntEnum)])
def test_coerce_gives_members_and_leaves_other_values_alone(kind: type[enum.IntEnum]) -> None:
    for member in kind:
        assert enums.coerce(kind, int(member)) is member
    unknown = enums.coerce(kind, 0x12345678)
    assert type(unknown) is int
    assert unknown == 0x12345678


@pytest.mark.parametrize("kind", [kind for kind in ENUMS if issubclass(kind, enum.IntFlag)])
def test_flags_keep_unknown_bits(kind: type[enum.IntFlag]) -> None:
    first = next(iter(kind))
    value = kind(0x08000000 | int(first))
    assert isinstance(value, kind)
    assert value == 0x08000000 | int(first)
    assert first in value


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_members_survive_pickling(kind: type[enum.IntEnum | enum.IntFlag]) -> None:
    for member in kind.__members__.values():
        assert pickle.loads(pickle.dumps(member)) is member


def test_a_message_style_combines_groups() -> None:
    style = enums.MessageStyle.YESNO | enums.MessageStyle.ICONWARNING | enums.MessageStyle.DEFBUTTON2
    assert int(style) == 0x134
    assert isinstance(style, enums.MessageStyle)


@pytest.mark.parametrize(("code", "bits"), [(1, 4), (2, 8), (4, 16), (8, 24), (16, 15), (24, 24), (32, 32)])
def test_color_depth_codes_are_not_bit_counts(code: int, bits: int) -> None:
    assert enums.ColorDepth(code).bits_per_pixel == bits


@pytest.mark.parametrize(("code", "bits"), [(1, 8), (2, 15), (3, 16), (4, 24), (5, 32)])
def test_listeners_have_color_depth_codes_of_their_own(code: int, bits: int) -> None:
    assert enums.ListenerColorDepth(code).name == f"BPP_{bits}"
