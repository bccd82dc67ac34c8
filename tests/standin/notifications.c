/* Session-change notifications, posted to the windows of the caller (Channel notes 4). */
#include <stdlib.h>

#include "model.h"

#ifndef WM_WTSSESSION_CHANGE
#define WM_WTSSESSION_CHANGE 0x02B1
#endif
#define THIS_SESSION 0u
#define ALL_SESSIONS 1u

typedef struct REGISTRATION {
    struct REGISTRATION *next;
    HWND window;
    const SERVER *server;
    DWORD flags;
    DWORD count; /* of registers that were not undone */
} REGISTRATION;

static REGISTRATION *registrations;

void notifications_reset(void)
{
    while (registrations != NULL) {
        REGISTRATION *next = registrations->next;
        free(registrations);
        registrations = next;
    }
}

void notify_windows(const SERVER *server, DWORD session_id, DWORD notification)
{
    const REGISTRATION *registration;
    for (registration = registrations; registration != NULL; registration = registration->next)
        if (registration->server == server
            && (registration->flags == ALL_SESSIONS || session_id == server->current_session_id))
            PostMessageW(registration->window, WM_WTSSESSION_CHANGE, notification, (LPARAM)session_id);
}

static REGISTRATION **find_registration(HWND window, const SERVER *server)
{
    REGISTRATION **link = &registrations;
    while (*link != NULL && ((*link)->window != window || (*link)->server != server))
        link = &(*link)->next;
    return link;
}

/* Registrations of a window are counted; a second one ignores its flags. */
static DWORD add_registration(const SERVER *server, HWND window, DWORD flags)
{
    REGISTRATION *registration = *find_registration(window, server);
    if (flags > ALL_SESSIONS || (server != model_local() && flags != THIS_SESSION && options.remote_flags_refused))
        return ERROR_INVALID_PARAMETER;
    if (!IsWindow(window))
        return ERROR_INVALID_WINDOW_HANDLE;
    if (registration == NULL) {
        registration = calloc(1, sizeof(*registration));
        if (registration == NULL)
            return ERROR_NOT_ENOUGH_MEMORY;
        registration->window = window;
        registration->server = server;
        registration->flags = flags;
        registration->next = registrations;
        registrations = registration;
    }
    ++registration->count;
    return ERROR_SUCCESS;
}

/* To be done before the window is destroyed. */
static DWORD remove_registration(FUNCTION function, const SERVER *server, HWND window)
{
    REGISTRATION **link = find_registration(window, server), *registration = *link;
    if (registration == NULL)
        return ERROR_INVALID_PARAMETER;
    if (!IsWindow(window))
        violation(function, "window %p was destroyed before it was unregistered", (void *)window);
    if (--registration->count == 0) {
        *link = registration->next;
        free(registration);
    }
    return ERROR_SUCCESS;
}

static BOOL register_call(FUNCTION function, HANDLE handle, HWND window, DWORD flags)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 3, ARGUMENT(handle), ARGUMENT(window), ARGUMENT(flags)))
        return FALSE;
    lock();
    error = server_enter(function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = add_registration(server, window, flags);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

static BOOL unregister_call(FUNCTION function, HANDLE handle, HWND window)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 2, ARGUMENT(handle), ARGUMENT(window)))
        return FALSE;
    lock();
    error = server_enter(function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = remove_registration(function, server, window);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSRegisterSessionNotification(HWND window, DWORD flags)
{
    return register_call(FUNCTION_WTSRegisterSessionNotification, NULL, window, flags);
}

BOOL WINAPI WTSRegisterSessionNotificationEx(HANDLE server, HWND window, DWORD flags)
{
    return register_call(FUNCTION_WTSRegisterSessionNotificationEx, server, window, flags);
}

BOOL WINAPI WTSUnRegisterSessionNotification(HWND window)
{
    return unregister_call(FUNCTION_WTSUnRegisterSessionNotification, NULL, window);
}

BOOL WINAPI WTSUnRegisterSessionNotificationEx(HANDLE server, HWND window)
{
    return unregister_call(FUNCTION_WTSUnRegisterSessionNotificationEx, server, window);
}

/* ---- control ---- */

CONTROL DWORD standin_live_registrations(void)
{
    const REGISTRATION *registration;
    DWORD count = 0;
    lock();
    for (registration = registrations; registration != NULL; registration = registration->next)
        count += registration->count;
    unlock();
    return count;
}
