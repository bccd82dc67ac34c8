/* WTSQuerySessionInformation, class by class, and WTSSetSessionInformation (API notes 2.13, 2.14, 4). */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* API notes 3.8: CurrentTime is the server's clock at the time of filling. */
static LONGLONG session_clock(const SESSION *session)
{
    return session->current_time != 0 ? session->current_time : time_now();
}

/* API notes 3.2: text, one character in each USHORT, for IPv4; bytes for IPv6. */
static void put_client_address(USHORT *place, const SESSION *session)
{
    if (session->client_address_family == 23)
        memcpy(place, session->client_address, sizeof(session->client_address));
    else
        put_textW((WCHAR *)place, CLIENTADDRESS_LENGTH + 1, session->client_address_text);
}

#define CHARACTER WCHAR
#define FORM(name) name##W
#include "information_fill.h"
#undef CHARACTER
#undef FORM
#define CHARACTER CHAR
#define FORM(name) name##A
#include "information_fill.h"
#undef CHARACTER
#undef FORM

/* An answer under construction: up to the largest flat structure, or text. */
typedef struct ANSWER {
    union {
        DWORD number;
        USHORT small_number;
        BYTE flag;
        BYTE bytes[16];
        DWORD list[8];
        ADDRESS_INFO address;
        DISPLAY_INFO display;
        WTSINFOW info_w;
        WTSINFOA info_a;
        WTSINFOEXW info_ex_w;
        WTSINFOEXA info_ex_a;
        WTSCLIENTW client_w;
        WTSCLIENTA client_a;
        WTSCONFIGINFOW config_w;
        WTSCONFIGINFOA config_a;
    } value;
    const WCHAR *text;
    BOOL is_text;
    SIZE_T size;
} ANSWER;

static DWORD answer_text(ANSWER *answer, const WCHAR *text)
{
    answer->is_text = TRUE;
    answer->text = text;
    return ERROR_SUCCESS;
}

static DWORD answer_number(ANSWER *answer, DWORD number)
{
    answer->value.number = number;
    answer->size = sizeof(number);
    return ERROR_SUCCESS;
}

static DWORD answer_small_number(ANSWER *answer, WORD number) /* API notes 4: classes 12 and 16 have two bytes */
{
    answer->value.small_number = number;
    answer->size = sizeof(number);
    return ERROR_SUCCESS;
}

static DWORD answer_address(ANSWER *answer, DWORD family, const BYTE *bytes)
{
    answer->value.address.AddressFamily = family;
    memcpy(answer->value.address.Address, bytes, sizeof(answer->value.address.Address));
    answer->size = sizeof(answer->value.address);
    return ERROR_SUCCESS;
}

static DWORD answer_flat(ANSWER *answer, const SESSION *session, BOOL wide, WTS_INFO_CLASS info_class)
{
    switch (info_class) {
    case WTSClientInfo:
        wide ? fill_clientW(&answer->value.client_w, session) : fill_clientA(&answer->value.client_a, session);
        answer->size = wide ? sizeof(WTSCLIENTW) : sizeof(WTSCLIENTA);
        break;
    case WTSSessionInfo:
        wide ? fill_infoW(&answer->value.info_w, session) : fill_infoA(&answer->value.info_a, session);
        answer->size = wide ? sizeof(WTSINFOW) : sizeof(WTSINFOA);
        break;
    case WTSSessionInfoEx:
        wide ? fill_info_exW(&answer->value.info_ex_w, session) : fill_info_exA(&answer->value.info_ex_a, session);
        answer->size = wide ? sizeof(WTSINFOEXW) : sizeof(WTSINFOEXA);
        break;
    default:
        wide ? fill_configW(&answer->value.config_w, session) : fill_configA(&answer->value.config_a, session);
        answer->size = wide ? sizeof(WTSCONFIGINFOW) : sizeof(WTSCONFIGINFOA);
        break;
    }
    return ERROR_SUCCESS;
}

static DWORD answer_query(ANSWER *answer, const SESSION *session, BOOL wide, BOOL local, DWORD info_class)
{
    switch (info_class) {
    case WTSInitialProgram:
        return answer_text(answer, session->initial_program);
    case WTSApplicationName:
        return answer_text(answer, session->application_name);
    case WTSWorkingDirectory:
        return answer_text(answer, session->working_directory);
    case WTSOEMId:
        return answer_text(answer, session->oem_id);
    case WTSSessionId:
        return answer_number(answer, session->session_id);
    case WTSUserName:
        return answer_text(answer, session->user_name);
    case WTSWinStationName:
        return answer_text(answer, session->session_name);
    case WTSDomainName:
        return answer_text(answer, session->domain_name);
    case WTSConnectState:
        return answer_number(answer, session->state);
    case WTSClientBuildNumber:
        return answer_number(answer, session->client_build_number);
    case WTSClientName:
        return answer_text(answer, session->client_name);
    case WTSClientDirectory:
        return answer_text(answer, session->client_directory);
    case WTSClientProductId:
        return answer_small_number(answer, session->client_product_id);
    case WTSClientHardwareId:
        return answer_number(answer, session->client_hardware_id);
    case WTSClientAddress:
        return answer_address(answer, session->client_address_family, session->client_address);
    case WTSClientDisplay:
        answer->value.display.HorizontalResolution = session->horizontal_resolution;
        answer->value.display.VerticalResolution = session->vertical_resolution;
        answer->value.display.ColorDepth = session->color_depth;
        answer->size = sizeof(answer->value.display);
        return ERROR_SUCCESS;
    case WTSClientProtocolType:
        return answer_small_number(answer, session->protocol_type);
    case WTSIdleTime: /* 17 to 22: fail with 50, WTSINFO has the values */
    case WTSLogonTime:
    case WTSIncomingBytes:
    case WTSOutgoingBytes:
    case WTSIncomingFrames:
    case WTSOutgoingFrames:
    case WTSValidationInfo: /* "not supported" */
        return ERROR_NOT_SUPPORTED;
    case WTSClientInfo:
    case WTSSessionInfo:
    case WTSSessionInfoEx:
    case WTSConfigInfo:
        return answer_flat(answer, session, wide, (WTS_INFO_CLASS)info_class);
    case WTSSessionAddressV4: /* only with IP virtualization */
        if (session->session_address_family == 0)
            return ERROR_NOT_SUPPORTED;
        return answer_address(answer, session->session_address_family, session->session_address);
    case WTSIsRemoteSession: /* one byte, and local only */
        if (!local)
            return ERROR_NOT_SUPPORTED;
        answer->value.flag = session->is_remote;
        answer->size = sizeof(answer->value.flag);
        return ERROR_SUCCESS;
    case WTSSessionActivityId:
        if (!session->has_activity_id)
            return ERROR_NOT_SUPPORTED;
        memcpy(answer->value.bytes, session->activity_id, sizeof(session->activity_id));
        answer->size = sizeof(session->activity_id);
        return ERROR_SUCCESS;
    case WTSCapabilityCheck:
        if (session->capability_count == 0)
            return ERROR_NOT_SUPPORTED;
        answer->size = min(session->capability_count, ARRAYSIZE(answer->value.list)) * sizeof(DWORD);
        memcpy(answer->value.list, session->capabilities, answer->size);
        return ERROR_SUCCESS;
    default:
        return ERROR_INVALID_PARAMETER;
    }
}

static DWORD deliver_bytes(const CALL *call, BOOL wide, const void *data, SIZE_T size, void **buffer, DWORD *bytes)
{
    void *block = block_copy(BLOCK_INFORMATION, wide, data, size, call->function);
    if (block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *buffer = block;
    *bytes = (DWORD)size;
    return ERROR_SUCCESS;
}

static DWORD deliver_null(void **buffer, DWORD *bytes, DWORD size)
{
    *buffer = NULL;
    *bytes = size;
    return ERROR_SUCCESS;
}

static DWORD deliver_text(const CALL *call, BOOL wide, const WCHAR *text, void **buffer, DWORD *bytes)
{
    SIZE_T size;
    char *ansi;
    DWORD error;
    if (text == NULL) /* seen for the client fields of the console */
        return deliver_null(buffer, bytes, 0);
    if (wide)
        return deliver_bytes(call, TRUE, text, (wcslen(text) + 1) * sizeof(WCHAR), buffer, bytes);
    ansi = ansi_from_wide(text, &size);
    if (ansi == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = deliver_bytes(call, FALSE, ansi, size, buffer, bytes);
    free(ansi);
    return error;
}

static const OVERRIDE *find_override(const SERVER *server, DWORD session_id, DWORD info_class)
{
    const OVERRIDE *override = server->overrides;
    while (override != NULL && (override->session_id != session_id || override->info_class != info_class))
        override = override->next;
    return override;
}

static DWORD query_information(const CALL *call, BOOL wide, SERVER *server, BOOL local, DWORD session_id,
                               DWORD info_class, void **buffer, DWORD *bytes)
{
    ANSWER answer;
    DWORD error;
    const SESSION *session;
    const OVERRIDE *override;
    session_id = resolve_session(server, session_id);
    override = find_override(server, session_id, info_class);
    if (override != NULL) {
        if (override->error != 0)
            return override->error;
        if (override->data == NULL)
            return deliver_null(buffer, bytes, override->size);
        return deliver_bytes(call, wide, override->data, override->size, buffer, bytes);
    }
    session = model_find_session(server, session_id);
    if (session == NULL)
        return missing_session_error(server, session_id);
    if (session->ends_at != 0) /* API notes 2.13: 7007 while the session goes down */
        return ERROR_CTX_CLOSE_PENDING;
    memset(&answer, 0, sizeof(answer));
    error = answer_query(&answer, session, wide, local, info_class);
    if (error != ERROR_SUCCESS)
        return error;
    if (call->shape != SHAPE_TRUE)
        return deliver_null(buffer, bytes, call->shape_count);
    if (answer.is_text)
        return deliver_text(call, wide, answer.text, buffer, bytes);
    return deliver_bytes(call, wide, &answer.value, answer.size, buffer, bytes);
}

/* 1784 for NULL outputs, before everything else; the other output stays untouched. */
static BOOL query_session_information(FUNCTION function, BOOL wide, HANDLE handle, DWORD session_id, DWORD info_class,
                                      void **buffer, DWORD *bytes)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(handle), ARGUMENT(session_id), ARGUMENT(info_class), ARGUMENT(buffer),
                    ARGUMENT(bytes)))
        return FALSE;
    if (buffer == NULL || bytes == NULL)
        return call_end(&call, ERROR_INVALID_USER_BUFFER);
    lock();
    error = server_enter(function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = query_information(&call, wide, server, server == model_local(), session_id, info_class, buffer, bytes);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSQuerySessionInformationW(HANDLE server, DWORD session_id, WTS_INFO_CLASS info_class, LPWSTR *buffer,
                                        DWORD *bytes)
{
    return query_session_information(FUNCTION_WTSQuerySessionInformationW, TRUE, server, session_id, info_class,
                                     (void **)buffer, bytes);
}

BOOL WINAPI WTSQuerySessionInformationA(HANDLE server, DWORD session_id, WTS_INFO_CLASS info_class, LPSTR *buffer,
                                        DWORD *bytes)
{
    return query_session_information(FUNCTION_WTSQuerySessionInformationA, FALSE, server, session_id, info_class,
                                     (void **)buffer, bytes);
}

/* Both names share one body on Windows, which therefore cannot look at the text: a stub that fails. */
static BOOL set_session_information(FUNCTION function, HANDLE server, DWORD session_id, DWORD info_class,
                                    const void *data, DWORD length)
{
    CALL call;
    if (!call_begin(&call, function, 5, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(info_class), ARGUMENT(data),
                    ARGUMENT(length)))
        return FALSE;
    return call_end(&call, (DWORD)options.set_information_error);
}

BOOL WINAPI WTSSetSessionInformationW(HANDLE server, DWORD session_id, WTS_INFO_CLASS info_class, LPWSTR data,
                                      DWORD length)
{
    return set_session_information(FUNCTION_WTSSetSessionInformationW, server, session_id, info_class, data, length);
}

BOOL WINAPI WTSSetSessionInformationA(HANDLE server, DWORD session_id, WTS_INFO_CLASS info_class, LPSTR data,
                                      DWORD length)
{
    return set_session_information(FUNCTION_WTSSetSessionInformationA, server, session_id, info_class, data, length);
}
