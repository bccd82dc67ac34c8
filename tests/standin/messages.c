/* WTSSendMessage: boxes that are answered, time out or are only recorded (API notes 2.18, 3.6). */
#include <stdlib.h>
#include <string.h>

#include "model.h"

typedef struct BOX {
    struct BOX *next; /* oldest first */
    const SERVER *server;
    DWORD session_id;
    WCHAR *title;
    WCHAR *message;
    DWORD title_length; /* in characters: the text may hold a NUL when a caller counted one */
    DWORD message_length;
    DWORD style;
    DWORD timeout;
    BOOL wait;
    BOOL open;
    DWORD response;
} BOX;

static BOX *boxes;

void messages_reset(void)
{
    while (boxes != NULL) {
        BOX *next = boxes->next;
        free(boxes->title);
        free(boxes->message);
        free(boxes);
        boxes = next;
    }
}

static WCHAR *counted_copy(const WCHAR *text, DWORD length)
{
    WCHAR *copy = calloc(length + 1, sizeof(WCHAR));
    if (copy != NULL && length > 0)
        memcpy(copy, text, length * sizeof(WCHAR));
    return copy;
}

static BOX *add_box(const SERVER *server, DWORD session_id, const WCHAR *title, DWORD title_length, const WCHAR *message,
                    DWORD message_length)
{
    BOX **link = &boxes;
    BOX *box = calloc(1, sizeof(*box));
    if (box == NULL)
        return NULL;
    if (title_length == 0) { /* Windows 7 and later show the default caption */
        title = L"Error";
        title_length = 5;
    }
    box->server = server;
    box->session_id = session_id;
    box->title = counted_copy(title, title_length);
    box->title_length = title_length;
    box->message = counted_copy(message, message_length);
    box->message_length = message_length;
    box->open = TRUE;
    while (*link != NULL)
        link = &(*link)->next;
    *link = box;
    return box;
}

/* Waits with the lock held until the box is answered, its time is over, or its session is gone. */
static DWORD wait_for_answer(BOX *box, SERVER *server, DWORD *response)
{
    LONG generation = reset_generation();
    ULONGLONG deadline = NO_DEADLINE;
    if (box->timeout != 0)
        deadline = GetTickCount64() + (ULONGLONG)box->timeout * (ULONGLONG)options.second;
    while (box->open && time_left(deadline) > 0) {
        DWORD left = time_left(deadline);
        wait_for_change(model_expire(server) ? min(left, 10) : left);
        if (reset_generation() != generation)
            return ERROR_OPERATION_ABORTED; /* the box is gone with the reset */
        if (model_find_session(server, box->session_id) == NULL) {
            box->open = FALSE;
            return missing_session_error(server, box->session_id);
        }
    }
    if (box->open)
        box->response = RESPONSE_TIMEOUT;
    box->open = FALSE;
    *response = box->response;
    return ERROR_SUCCESS;
}

/* Lengths count bytes, without a terminator, in the W form too; the timeout counts seconds, 0 is for ever. */
static DWORD send_message(SERVER *server, DWORD session_id, const WCHAR *title, DWORD title_length, const WCHAR *message,
                          DWORD message_length, DWORD style, DWORD timeout, DWORD *response, BOOL wait)
{
    const SESSION *session;
    BOX *box;
    session_id = resolve_session(server, session_id);
    session = model_find_session(server, session_id);
    if (session == NULL)
        return missing_session_error(server, session_id);
    if ((session->session_id == 0 || session->state == WTSListen) && options.message_refusal != 0)
        return (DWORD)options.message_refusal;
    if (title_length == 0 && options.empty_title == 1)
        return RPC_X_BAD_STUB_DATA;
    box = add_box(server, session_id, title, title_length, message, message_length);
    if (box == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    box->style = style;
    box->timeout = timeout;
    box->wait = wait;
    announce_change();
    if (!wait) {
        *response = box->response = RESPONSE_ASYNC;
        return ERROR_SUCCESS;
    }
    if (options.auto_response != 0) {
        box->open = FALSE;
        *response = box->response = (DWORD)options.auto_response;
        return ERROR_SUCCESS;
    }
    return wait_for_answer(box, server, response);
}

/* The SDK annotates the response as plain output: it must be there even without waiting. */
static DWORD enter_and_send(CALL *call, HANDLE handle, DWORD session_id, const WCHAR *title, DWORD title_length,
                            const WCHAR *message, DWORD message_length, DWORD style, DWORD timeout, DWORD *response,
                            BOOL wait)
{
    SERVER *server;
    DWORD error;
    if (title == NULL || message == NULL)
        return ERROR_INVALID_PARAMETER;
    if (response == NULL) {
        violation(call->function, "no place for the response");
        return ERROR_INVALID_PARAMETER;
    }
    error = server_enter(call->function, handle, USE_ANY, &server);
    if (error != ERROR_SUCCESS)
        return error;
    error = send_message(server, session_id, title, title_length, message, message_length, style, timeout, response,
                         wait);
    server_leave(handle);
    return error;
}

BOOL WINAPI WTSSendMessageW(HANDLE server, DWORD session_id, LPWSTR title, DWORD title_bytes, LPWSTR message,
                            DWORD message_bytes, DWORD style, DWORD timeout, DWORD *response, BOOL wait)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSSendMessageW, 8, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(title_bytes),
                    ARGUMENT(message_bytes), ARGUMENT(style), ARGUMENT(timeout), ARGUMENT(response), ARGUMENT(wait)))
        return FALSE;
    lock();
    error = enter_and_send(&call, server, session_id, title, title_bytes / sizeof(WCHAR), message,
                           message_bytes / sizeof(WCHAR), style, timeout, response, wait);
    unlock();
    return call_end(&call, error);
}

static WCHAR *counted_wide(const char *text, DWORD bytes, DWORD *length)
{
    WCHAR *wide;
    *length = 0;
    if (text == NULL)
        return NULL;
    wide = calloc((SIZE_T)bytes + 1, sizeof(WCHAR));
    if (wide != NULL && bytes > 0)
        *length = (DWORD)MultiByteToWideChar(CP_ACP, 0, text, (int)bytes, wide, (int)bytes);
    return wide;
}

BOOL WINAPI WTSSendMessageA(HANDLE server, DWORD session_id, LPSTR title, DWORD title_bytes, LPSTR message,
                            DWORD message_bytes, DWORD style, DWORD timeout, DWORD *response, BOOL wait)
{
    CALL call;
    DWORD title_length, message_length, error;
    WCHAR *wide_title, *wide_message;
    if (!call_begin(&call, FUNCTION_WTSSendMessageA, 8, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(title_bytes),
                    ARGUMENT(message_bytes), ARGUMENT(style), ARGUMENT(timeout), ARGUMENT(response), ARGUMENT(wait)))
        return FALSE;
    wide_title = counted_wide(title, title_bytes, &title_length);
    wide_message = counted_wide(message, message_bytes, &message_length);
    lock();
    error = enter_and_send(&call, server, session_id, wide_title, title_length, wide_message, message_length, style,
                           timeout, response, wait);
    unlock();
    free(wide_title);
    free(wide_message);
    return call_end(&call, error);
}

/* ---- control ---- */

typedef struct BOX_RECORD { /* mirrored in tests/helpers/standin_driver.py */
    DWORD session_id;
    DWORD style;
    DWORD timeout;
    DWORD wait;
    DWORD open;
    DWORD response;
    DWORD title_length;
    DWORD message_length;
} BOX_RECORD;

/* Reads the index-th box, oldest first; texts are cut to the room (in characters) that the caller has. */
CONTROL BOOL standin_message(DWORD index, BOX_RECORD *record, WCHAR *title, WCHAR *message, DWORD room)
{
    const BOX *box;
    lock();
    for (box = boxes; box != NULL && index > 0; --index)
        box = box->next;
    if (box != NULL) {
        record->session_id = box->session_id;
        record->style = box->style;
        record->timeout = box->timeout;
        record->wait = (DWORD)box->wait;
        record->open = (DWORD)box->open;
        record->response = box->response;
        record->title_length = min(box->title_length, room);
        record->message_length = min(box->message_length, room);
        memcpy(title, box->title, record->title_length * sizeof(WCHAR));
        memcpy(message, box->message, record->message_length * sizeof(WCHAR));
    }
    unlock();
    return box != NULL;
}

/* Answers the oldest open box of a session. */
CONTROL BOOL standin_answer_message(DWORD session_id, DWORD response)
{
    BOX *box;
    lock();
    for (box = boxes; box != NULL && (!box->open || box->session_id != session_id);)
        box = box->next;
    if (box != NULL) {
        box->open = FALSE;
        box->response = response;
        announce_change();
    }
    unlock();
    return box != NULL;
}
