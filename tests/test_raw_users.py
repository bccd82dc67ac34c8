"""wtsfast.raw: the settings of accounts, and tokens."""

import ctypes
import gc
import struct
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.enums import BrokenTimeoutSettings, ConfigClass, ModemCallbackSettings, ReconnectSettings, ShadowMode
from wtsfast.errors import AccessDeniedError, ServerUnavailableError, SessionNotFoundError, WtsError

FORMS: dict[str, tuple[Any, Any]] = {
    "wide": (raw.WTSQueryUserConfigW, raw.WTSSetUserConfigW),
    "ansi": (raw.WTSQueryUserConfigA, raw.WTSSetUserConfigA),
}
each_form = pytest.mark.parametrize("form", FORMS)
TEXT_CLASSES = [0, 1, 13, 15, 16, 17]
NUMBER_CLASSES = [number for number in range(19) if number not in TEXT_CLASSES]
SYSTEM_CONFIG = (0, 1, 0, 60000, 0, 0xFFFFFFFF, 1, 0, 1, 1, 0, 2, 0)


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.set_account("anna")
    standin.add_session(3, user_name="anna")
    standin.add_session(4, user_name="", state=1)
    standin.set_current_session(3)


def as_text(form: str, text: str) -> Any:
    return text if form == "wide" else text.encode("mbcs")


def config(form: str, *texts: str) -> Any:
    return raw.WTSUSERCONFIG(*SYSTEM_CONFIG, *(as_text(form, text) for text in texts))


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSQueryUserConfig is raw.WTSQueryUserConfigW
    assert raw.WTSSetUserConfig is raw.WTSSetUserConfigW


# ---- write and read back ----


@each_form
@pytest.mark.parametrize("config_class", TEXT_CLASSES, ids=lambda number: ConfigClass(number).name)
def test_text(standin: Standin, form: str, config_class: int) -> None:
    query, change = FORMS[form]
    user = as_text(form, "anna")
    assert query(None, user, config_class) == as_text(form, "")
    for text in ("C:\\Users", "naïve", "x" * 260, ""):
        change(None, user, config_class, as_text(form, text))
        assert query(None, user, config_class) == as_text(form, text)
        length = standin.calls(change.__name__)[-1].arguments[4]
        assert length == len(text) + 1


@pytest.mark.parametrize("text", ["😀", "\ud800", "\ufeff"])
def test_wide_text_survives(standin: Standin, text: str) -> None:
    raw.WTSSetUserConfig(None, "anna", raw.WTSUserConfigInitialProgram, text)
    assert raw.WTSQueryUserConfig(None, "anna", raw.WTSUserConfigInitialProgram) == text
    assert standin.calls("WTSSetUserConfigW")[0].arguments[4] == len(text.encode("utf-16-le", "surrogatepass")) // 2 + 1


@pytest.mark.parametrize(
    ("counted_in_bytes", "said", "stored"), [(0, False, 8), (1, True, 8), (0, True, 8), (1, False, 4)]
)
def test_either_reading_of_the_length_of_text(standin: Standin, counted_in_bytes: int, said: bool, stored: int) -> None:
    standin.configure(config_bytes=counted_in_bytes)
    raw.WTSSetUserConfig(None, "anna", raw.WTSUserConfigInitialProgram, "calc.exe", length_in_bytes=said)
    text = raw.WTSQueryUserConfig(None, "anna", raw.WTSUserConfigInitialProgram)
    assert text == "calc.exe"[:stored]


@each_form
@pytest.mark.parametrize("config_class", NUMBER_CLASSES[:-1], ids=lambda number: ConfigClass(number).name)
def test_numbers(standin: Standin, form: str, config_class: int) -> None:
    query, change = FORMS[form]
    for value in (0, 1, 0xFFFFFFFF):
        change(None, as_text(form, "anna"), config_class, value)
        assert query(None, as_text(form, "anna"), config_class) == value
    assert {call.arguments[4] for call in standin.calls(change.__name__)} == {4}


@each_form
@pytest.mark.parametrize(
    ("config_class", "member"),
    [
        (10, BrokenTimeoutSettings.TERMINATE),
        (11, ReconnectSettings.ORIGINAL_CLIENT),
        (12, ModemCallbackSettings.FIXED_NUMBER),
        (14, ShadowMode.VIEW),
    ],
)
def test_numbers_with_names(standin: Standin, form: str, config_class: int, member: Any) -> None:
    query, change = FORMS[form]
    change(None, as_text(form, "anna"), config_class, member)
    assert query(None, as_text(form, "anna"), config_class) is member
    change(None, as_text(form, "anna"), config_class, 77)
    assert type(query(None, as_text(form, "anna"), config_class)) is int


@each_form
def test_the_home_folder_switch_is_read_only(standin: Standin, form: str) -> None:
    query, change = FORMS[form]
    standin.set_account("anna", 18, 1)
    assert query(None, as_text(form, "anna"), 18) == 1
    with pytest.raises(WtsError) as caught:
        change(None, as_text(form, "anna"), 18, 0)
    assert caught.value.winerror == 87


@each_form
def test_the_whole_structure(standin: Standin, form: str) -> None:
    query, change = FORMS[form]
    value = config(form, "app.exe", "C:\\work", "\\\\server\\profile", "C:\\home", "X:")
    change(None, as_text(form, "anna"), raw.WTSUserConfigUser, value)
    answer = query(None, as_text(form, "anna"), raw.WTSUserConfigUser)
    assert answer == value
    assert answer.shadowing_settings is ShadowMode.CONTROL
    assert answer.broken_timeout_settings is BrokenTimeoutSettings.TERMINATE
    assert standin.calls(change.__name__)[0].arguments[4] == (2148 if form == "wide" else 1100)


@each_form
def test_the_whole_structure_may_be_read_only(standin: Standin, form: str) -> None:
    standin.configure(config_user_settable=0)
    with pytest.raises(WtsError):
        FORMS[form][1](None, as_text(form, "anna"), raw.WTSUserConfigUser, config(form, "", "", "", "", ""))


# ---- names ----


@each_form
def test_the_defaults_of_the_machine(standin: Standin, form: str) -> None:
    query, change = FORMS[form]
    change(None, None, 3, 0)
    assert query(None, None, 3) == 0
    assert query(None, as_text(form, "anna"), 3) == 1


@each_form
def test_another_machine(standin: Standin, form: str) -> None:
    query, change = FORMS[form]
    standin.add_server("DC01")
    standin.set_account("boris", server="DC01")
    assert query(as_text(form, "DC01"), as_text(form, "boris"), 3) == 1
    for call, value in ((query, ()), (change, (0,))):
        with pytest.raises(ServerUnavailableError) as caught:
            call(as_text(form, "DC99"), as_text(form, "boris"), 3, *value)
        assert caught.value.server == "DC99"


@each_form
@pytest.mark.parametrize("code", [2221, 1317, 1355])
def test_an_account_that_is_not_there(standin: Standin, form: str, code: int) -> None:
    standin.configure(missing_user=code)
    query, change = FORMS[form]
    for call, value in ((query, ()), (change, (0,))):
        with pytest.raises(WtsError) as caught:
            call(None, as_text(form, "zoe"), 3, *value)
        assert caught.value.winerror == code


# ---- odd answers ----


@each_form
def test_success_without_an_answer(standin: Standin, form: str) -> None:
    query, _ = FORMS[form]
    for config_class in ConfigClass:
        for size in (0, 4, 4096):
            standin.null_result(query.__name__, count=size)
            assert query(None, as_text(form, "anna"), config_class) is None


@each_form
def test_bad_classes_are_windows_to_refuse(standin: Standin, form: str) -> None:
    query, change = FORMS[form]
    with pytest.raises(WtsError):
        query(None, as_text(form, "anna"), 20)
    with pytest.raises(WtsError):
        change(None, as_text(form, "anna"), 20, b"\0\1")
    assert standin.calls(change.__name__)[0].arguments[4] == 2


@each_form
def test_as_buffer(standin: Standin, form: str) -> None:
    query, _ = FORMS[form]
    buffer = query(None, as_text(form, "anna"), 3, as_buffer=True)
    assert (bytes(buffer), buffer.count, buffer.type_class) == (struct.pack("<I", 1), 1, None)
    raw.WTSFreeMemory(buffer)


# ---- arguments ----


@each_form
@pytest.mark.parametrize(
    ("config_class", "value", "error"),
    [
        (0, 5, TypeError),
        (0, None, TypeError),
        (0, bytearray(b"x"), TypeError),
        (0, "nul\0", ValueError),
        (2, "1", TypeError),
        (2, True, TypeError),
        (2, None, TypeError),
        (2, -1, OverflowError),
        (2, 1 << 32, OverflowError),
        (19, (1, 2), TypeError),
        (19, None, TypeError),
        (20, 5, TypeError),
        (99, "text", TypeError),
        (None, 5, TypeError),
        (True, 5, TypeError),
        (-1, 5, OverflowError),
    ],
)
def test_bad_values(standin: Standin, form: str, config_class: Any, value: Any, error: type[Exception]) -> None:
    _, change = FORMS[form]
    if isinstance(value, str) and config_class == 0:
        value = as_text(form, value)
    with pytest.raises(error):
        change(None, as_text(form, "anna"), config_class, value)
    assert standin.calls(change.__name__) == []


@each_form
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("initial_program", "x" * 261, ValueError),
        ("terminal_server_home_dir_drive", "long", ValueError),
        ("work_directory", "nul\0", ValueError),
        ("work_directory", None, TypeError),
        ("work_directory", 5, TypeError),
        ("timeout_settings_idle", -1, OverflowError),
        ("timeout_settings_idle", 1 << 32, OverflowError),
        ("allow_logon_terminal_server", True, TypeError),
        ("source", "0", TypeError),
    ],
)
def test_bad_members(standin: Standin, form: str, field: str, value: Any, error: type[Exception]) -> None:
    if isinstance(value, str) and field != "source":
        value = as_text(form, value)
    structure = config(form, "", "", "", "", "")._replace(**{field: value})
    with pytest.raises(error, match=field):
        FORMS[form][1](None, as_text(form, "anna"), 19, structure)
    assert standin.calls(FORMS[form][1].__name__) == []


@each_form
@pytest.mark.parametrize("name", [5, True, b"bytes", "text"])
def test_bad_names(standin: Standin, form: str, name: Any) -> None:
    if type(name) is type(as_text(form, "")):
        return
    for arguments in ((name, None), (None, name)):
        with pytest.raises(TypeError, match="_name must be"):
            FORMS[form][0](*arguments, 3)
        with pytest.raises(TypeError, match="_name must be"):
            FORMS[form][1](*arguments, 3, 1)


# ---- tokens ----


def is_open(number: int) -> bool:
    """Say whether a number is an open handle."""
    flags = ctypes.c_uint32()
    return bool(ctypes.WinDLL("kernel32").GetHandleInformation(ctypes.c_void_p(number), ctypes.byref(flags)))


def test_a_token_is_owned(standin: Standin) -> None:
    standin.configure(privileges="held")
    with raw.WTSQueryUserToken(3) as token:
        number = int(token)
        assert is_open(number)
        assert str(number) not in repr(token)
        assert f"{number:x}" not in repr(token)
    assert token.closed
    assert not is_open(number)
    with pytest.raises(ValueError, match="closed"):
        int(token)
    token.close()


def test_a_token_may_be_given_away(standin: Standin) -> None:
    standin.configure(privileges="held")
    token = raw.WTSQueryUserToken(3)
    number = token.detach()
    assert token.closed
    assert is_open(number)
    ctypes.WinDLL("kernel32").CloseHandle(ctypes.c_void_p(number))


def test_a_forgotten_token_closes_itself_and_says_so(standin: Standin) -> None:
    standin.configure(privileges="held")
    with pytest.warns(ResourceWarning, match="Handle"):
        raw.WTSQueryUserToken(3)
    gc.collect()


@pytest.mark.parametrize("understood", [0, 1])
def test_the_current_session_is_sent_as_a_number(standin: Standin, understood: int) -> None:
    standin.configure(privileges="held", current_session_understood=understood)
    own = raw.ProcessIdToSessionId(raw_pid())
    standin.put_session(own, user_name="anna")
    raw.WTSQueryUserToken(raw.WTS_CURRENT_SESSION).close()
    assert standin.calls("WTSQueryUserToken")[0].arguments[0] == own


def raw_pid() -> int:
    return int(ctypes.WinDLL("kernel32").GetCurrentProcessId())


def test_failures_of_a_token(standin: Standin) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        raw.WTSQueryUserToken(3)
    assert caught.value.winerror == 1314
    standin.configure(privileges="held")
    with pytest.raises(SessionNotFoundError):
        raw.WTSQueryUserToken(99)
    with pytest.raises(WtsError) as nobody:
        raw.WTSQueryUserToken(4)
    assert nobody.value.winerror == 1008


@pytest.mark.parametrize("value", [0, 0xFFFFFFFF], ids=["NULL", "INVALID_HANDLE_VALUE"])
def test_a_success_without_a_token_is_none(standin: Standin, value: int) -> None:
    standin.configure(privileges="held")
    standin.null_result("WTSQueryUserToken", count=value)
    with pytest.raises(WtsError) as caught:
        raw.WTSQueryUserToken(3)
    assert (caught.value.winerror, caught.value.function) == (13, "WTSQueryUserToken")


@pytest.mark.parametrize(
    ("session", "error"),
    [(None, TypeError), (True, TypeError), ("3", TypeError), (-1, OverflowError), (1 << 32, OverflowError)],
)
def test_bad_sessions(standin: Standin, session: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="session_id"):
        raw.WTSQueryUserToken(session)
    assert standin.calls("WTSQueryUserToken") == []
