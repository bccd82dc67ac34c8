/* Listeners: the list, their configuration and their security descriptors, which persist until a reset (Channel notes 1). */
#include "model.h"

#include <sddl.h>
#include <stdlib.h>
#include <string.h>

#define WTS_LISTENER_CREATE 0x01u
#define WTS_LISTENER_UPDATE 0x10u

typedef struct LISTENER {
    struct LISTENER *next; /* in the order of creation */
    WCHAR name[WTS_LISTENER_NAME_LENGTH + 1];
    WTSLISTENERCONFIGW config;
    SECURITY_DESCRIPTOR *security; /* self-relative, from LocalAlloc */
    BOOL hidden;                   /* the caller lacks the query right on it */
} LISTENER;

static LISTENER *listeners;
static DWORD grown;
static DWORD security_growth; /* bytes */

#define CHARACTER WCHAR
#define FORM(name) name##W
#include "listener_fill.h"
#undef CHARACTER
#undef FORM
#define CHARACTER CHAR
#define FORM(name) name##A
#include "listener_fill.h"
#undef CHARACTER
#undef FORM

/* ---- the model ---- */

static SECURITY_DESCRIPTOR *default_security(void)
{
    void *descriptor = NULL;
    ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"O:SYG:SYD:(A;;0xf03bf;;;SY)(A;;0xf03bf;;;BA)(A;;0x149;;;WD)", SDDL_REVISION_1, &descriptor, NULL);
    return descriptor;
}

static LISTENER *find_listener(const WCHAR *name)
{
    LISTENER *listener = listeners;
    while (listener != NULL && !same_text(listener->name, name))
        listener = listener->next;
    return listener;
}

static LISTENER *add_listener(const WCHAR *name)
{
    LISTENER **link = &listeners;
    LISTENER *listener = calloc(1, sizeof(*listener));
    if (listener == NULL)
        return NULL;
    put_textW(listener->name, ARRAYSIZE(listener->name), name);
    listener->config.version = 1;
    listener->config.fEnableListener = 1;
    listener->config.MaxConnectionCount = 0xFFFFFFFFu;
    listener->config.PortNumber = 3389;
    listener->config.SecurityLayer = 1;
    listener->config.MinEncryptionLevel = 2;
    listener->config.UserAuthentication = 1;
    listener->security = default_security();
    while (*link != NULL)
        link = &(*link)->next;
    *link = listener;
    return listener;
}

void listeners_reset(void)
{
    while (listeners != NULL) {
        LISTENER *next = listeners->next;
        LocalFree(listeners->security);
        free(listeners);
        listeners = next;
    }
    grown = 0;
    security_growth = 0;
}

/* The names known from the field are there from the start, made when first asked for. */
static void ensure_listeners(void)
{
    if (listeners == NULL && add_listener(L"Console") != NULL)
        add_listener(L"RDP-Tcp");
}

/* The work is local: the server must be the NULL handle, what is reserved NULL and 0, the name no longer than a cell. */
static DWORD enter_listeners(HANDLE server, const void *reserved, DWORD reserved_too, const WCHAR *name, BOOL named,
                             LISTENER **listener)
{
    if (server != NULL || reserved != NULL || reserved_too != 0)
        return ERROR_INVALID_PARAMETER;
    if (named && (name == NULL || name[0] == 0 || wcslen(name) > WTS_LISTENER_NAME_LENGTH))
        return ERROR_INVALID_PARAMETER;
    if (model_local()->use_error != 0)
        return model_local()->use_error;
    ensure_listeners();
    if (named)
        *listener = find_listener(name);
    return ERROR_SUCCESS;
}

/* ---- WTSEnumerateListeners ---- */

static DWORD count_listeners(void)
{
    const LISTENER *listener;
    DWORD count = 0;
    for (listener = listeners; listener != NULL; listener = listener->next)
        count += listener->hidden ? 0 : 1;
    return count;
}

/* Lets the list grow between a caller's two calls. */
static void grow_list(void)
{
    WCHAR name[WTS_LISTENER_NAME_LENGTH + 1] = L"Grown#0";
    LONG i;
    for (i = 0; i < options.listeners_burst && grown < (DWORD)options.listeners_grow; ++i) {
        name[6] = (WCHAR)(L'0' + grown % 10);
        ++grown;
        add_listener(name);
    }
}

/* Without an array the count alone is given; else *count is room in and number out. The error of an array that is too
 * small is not documented. */
static DWORD enumerate(BOOL wide, void *cells, DWORD *count)
{
    const LISTENER *listener;
    DWORD total = count_listeners(), place = 0;
    if (cells == NULL) {
        *count = total;
        grow_list();
        return ERROR_SUCCESS;
    }
    if (*count < total && options.listener_room_error != 0) {
        *count = total;
        return (DWORD)options.listener_room_error;
    }
    for (listener = listeners; listener != NULL && place < *count; listener = listener->next) {
        if (listener->hidden)
            continue;
        if (wide)
            put_textW((WCHAR *)cells + (SIZE_T)place * ARRAYSIZE(listener->name), ARRAYSIZE(listener->name),
                      listener->name);
        else
            put_textA((CHAR *)cells + (SIZE_T)place * ARRAYSIZE(listener->name), ARRAYSIZE(listener->name),
                      listener->name);
        ++place;
    }
    *count = place;
    return ERROR_SUCCESS;
}

static BOOL enumerate_listeners(FUNCTION function, BOOL wide, HANDLE server, void *reserved, DWORD reserved_too,
                                void *cells, DWORD *count)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(server), ARGUMENT(reserved), ARGUMENT(reserved_too), ARGUMENT(cells),
                    ARGUMENT(count == NULL ? 0 : *count)))
        return FALSE;
    lock();
    error = enter_listeners(server, reserved, reserved_too, NULL, FALSE, NULL);
    if (error == ERROR_SUCCESS && count == NULL)
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS)
        error = enumerate(wide, cells, count);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSEnumerateListenersW(HANDLE server, PVOID reserved, DWORD reserved_too, WCHAR (*cells)[33], DWORD *count)
{
    return enumerate_listeners(FUNCTION_WTSEnumerateListenersW, TRUE, server, reserved, reserved_too, cells, count);
}

BOOL WINAPI WTSEnumerateListenersA(HANDLE server, PVOID reserved, DWORD reserved_too, CHAR (*cells)[33], DWORD *count)
{
    return enumerate_listeners(FUNCTION_WTSEnumerateListenersA, FALSE, server, reserved, reserved_too, cells, count);
}

/* ---- WTSQueryListenerConfig ---- */

static BOOL query_config(FUNCTION function, BOOL wide, HANDLE server, void *reserved, DWORD reserved_too,
                         const WCHAR *name, void *buffer)
{
    CALL call;
    LISTENER *listener = NULL;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(server), ARGUMENT(reserved), ARGUMENT(reserved_too), ARGUMENT(name),
                    ARGUMENT(buffer)))
        return FALSE;
    call_text(&call, name);
    lock();
    error = enter_listeners(server, reserved, reserved_too, name, TRUE, &listener);
    if (error == ERROR_SUCCESS && buffer == NULL)
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS && listener == NULL)
        error = (DWORD)options.missing_listener;
    if (error == ERROR_SUCCESS)
        wide ? give_configW(buffer, &listener->config) : give_configA(buffer, &listener->config);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSQueryListenerConfigW(HANDLE server, PVOID reserved, DWORD reserved_too, LPWSTR name,
                                    WTSLISTENERCONFIGW *buffer)
{
    return query_config(FUNCTION_WTSQueryListenerConfigW, TRUE, server, reserved, reserved_too, name, buffer);
}

BOOL WINAPI WTSQueryListenerConfigA(HANDLE server, PVOID reserved, DWORD reserved_too, LPSTR name,
                                    WTSLISTENERCONFIGA *buffer)
{
    WCHAR *wide = wide_from_ansi(name);
    BOOL done = query_config(FUNCTION_WTSQueryListenerConfigA, FALSE, server, reserved, reserved_too, wide, buffer);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

/* ---- WTSCreateListener ---- */

/* CREATE makes one with the default descriptor, UPDATE replaces the whole configuration; values are not validated, but
 * the version must be 1. */
static DWORD create_listener(LISTENER *listener, const WCHAR *name, const WTSLISTENERCONFIGW *config, DWORD flag)
{
    if (config->version != 1 || (flag != WTS_LISTENER_CREATE && flag != WTS_LISTENER_UPDATE))
        return ERROR_INVALID_PARAMETER;
    if (flag == WTS_LISTENER_CREATE && listener != NULL)
        return (DWORD)options.existing_listener;
    if (flag == WTS_LISTENER_UPDATE && listener == NULL)
        return (DWORD)options.missing_listener;
    if (listener == NULL)
        listener = add_listener(name);
    if (listener == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    listener->config = *config;
    return ERROR_SUCCESS;
}

static BOOL create_listener_call(FUNCTION function, BOOL wide, HANDLE server, void *reserved, DWORD reserved_too,
                                 const WCHAR *name, const void *buffer, DWORD flag)
{
    CALL call;
    LISTENER *listener = NULL;
    WTSLISTENERCONFIGW config;
    DWORD error;
    if (!call_begin(&call, function, 6, ARGUMENT(server), ARGUMENT(reserved), ARGUMENT(reserved_too), ARGUMENT(name),
                    ARGUMENT(buffer), ARGUMENT(flag)))
        return FALSE;
    call_text(&call, name);
    lock();
    error = enter_listeners(server, reserved, reserved_too, name, TRUE, &listener);
    if (error == ERROR_SUCCESS && buffer == NULL)
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS) {
        wide ? take_configW(&config, buffer) : take_configA(&config, buffer);
        error = create_listener(listener, name, &config, flag);
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSCreateListenerW(HANDLE server, PVOID reserved, DWORD reserved_too, LPWSTR name,
                               WTSLISTENERCONFIGW *buffer, DWORD flag)
{
    return create_listener_call(FUNCTION_WTSCreateListenerW, TRUE, server, reserved, reserved_too, name, buffer, flag);
}

BOOL WINAPI WTSCreateListenerA(HANDLE server, PVOID reserved, DWORD reserved_too, LPSTR name,
                               WTSLISTENERCONFIGA *buffer, DWORD flag)
{
    WCHAR *wide = wide_from_ansi(name);
    BOOL done = create_listener_call(FUNCTION_WTSCreateListenerA, FALSE, server, reserved, reserved_too, wide, buffer,
                                     flag);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

/* ---- security ---- */

/* The parts that `information` names come from `first`, the others from `second`; either may be NULL. The result is
 * self-relative and from LocalAlloc. */
static SECURITY_DESCRIPTOR *combine(SECURITY_INFORMATION information, void *first, void *second)
{
    SECURITY_DESCRIPTOR whole, *relative;
    PSID sid;
    PACL acl;
    BOOL present, defaulted;
    DWORD length = 0;
    void *source;
    if (!InitializeSecurityDescriptor(&whole, SECURITY_DESCRIPTOR_REVISION))
        return NULL;
    source = (information & OWNER_SECURITY_INFORMATION) != 0 ? first : second;
    if (source != NULL && GetSecurityDescriptorOwner(source, &sid, &defaulted) && sid != NULL)
        SetSecurityDescriptorOwner(&whole, sid, defaulted);
    source = (information & GROUP_SECURITY_INFORMATION) != 0 ? first : second;
    if (source != NULL && GetSecurityDescriptorGroup(source, &sid, &defaulted) && sid != NULL)
        SetSecurityDescriptorGroup(&whole, sid, defaulted);
    source = (information & DACL_SECURITY_INFORMATION) != 0 ? first : second;
    if (source != NULL && GetSecurityDescriptorDacl(source, &present, &acl, &defaulted) && present)
        SetSecurityDescriptorDacl(&whole, TRUE, acl, defaulted);
    source = (information & SACL_SECURITY_INFORMATION) != 0 ? first : second;
    if (source != NULL && GetSecurityDescriptorSacl(source, &present, &acl, &defaulted) && present)
        SetSecurityDescriptorSacl(&whole, TRUE, acl, defaulted);
    MakeSelfRelativeSD(&whole, NULL, &length);
    relative = LocalAlloc(LMEM_FIXED, length);
    if (relative != NULL && !MakeSelfRelativeSD(&whole, relative, &length)) {
        LocalFree(relative);
        relative = NULL;
    }
    return relative;
}

static DWORD enter_security(HANDLE server, const void *reserved, DWORD reserved_too, const WCHAR *name,
                            SECURITY_INFORMATION information, LISTENER **listener)
{
    DWORD error = enter_listeners(server, reserved, reserved_too, name, TRUE, listener);
    if (error != ERROR_SUCCESS)
        return error;
    if (*listener == NULL)
        return (DWORD)options.missing_listener;
    if ((information & SACL_SECURITY_INFORMATION) != 0 && !privilege_held(L"SeSecurityPrivilege"))
        return ERROR_PRIVILEGE_NOT_HELD;
    return ERROR_SUCCESS;
}

/* The needed length is given every time; the error of a buffer that is too small is 122 by inference. What an option
 * lets grow never fits. */
static DWORD give_security(const LISTENER *listener, SECURITY_INFORMATION information, void *descriptor, DWORD length,
                           DWORD *needed)
{
    SECURITY_DESCRIPTOR *asked = combine(information, listener->security, NULL);
    DWORD error = ERROR_SUCCESS;
    if (asked == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    security_growth += (DWORD)options.security_grows;
    *needed = GetSecurityDescriptorLength(asked) + security_growth;
    if (descriptor == NULL || length < *needed)
        error = ERROR_INSUFFICIENT_BUFFER;
    else
        memcpy(descriptor, asked, GetSecurityDescriptorLength(asked));
    LocalFree(asked);
    return error;
}

static BOOL get_security(FUNCTION function, HANDLE server, void *reserved, DWORD reserved_too, const WCHAR *name,
                         SECURITY_INFORMATION information, void *descriptor, DWORD length, DWORD *needed)
{
    CALL call;
    LISTENER *listener = NULL;
    DWORD error;
    if (!call_begin(&call, function, 8, ARGUMENT(server), ARGUMENT(reserved), ARGUMENT(reserved_too), ARGUMENT(name),
                    ARGUMENT(information), ARGUMENT(descriptor), ARGUMENT(length), ARGUMENT(needed)))
        return FALSE;
    call_text(&call, name);
    lock();
    error = needed == NULL ? ERROR_INVALID_PARAMETER
                           : enter_security(server, reserved, reserved_too, name, information, &listener);
    if (error == ERROR_SUCCESS)
        error = give_security(listener, information, descriptor, length, needed);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSGetListenerSecurityW(HANDLE server, PVOID reserved, DWORD reserved_too, LPWSTR name,
                                    SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor, DWORD length,
                                    LPDWORD needed)
{
    return get_security(FUNCTION_WTSGetListenerSecurityW, server, reserved, reserved_too, name, information, descriptor,
                        length, needed);
}

BOOL WINAPI WTSGetListenerSecurityA(HANDLE server, PVOID reserved, DWORD reserved_too, LPSTR name,
                                    SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor, DWORD length,
                                    LPDWORD needed)
{
    WCHAR *wide = wide_from_ansi(name);
    BOOL done = get_security(FUNCTION_WTSGetListenerSecurityA, server, reserved, reserved_too, wide, information,
                             descriptor, length, needed);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

static BOOL set_security(FUNCTION function, HANDLE server, void *reserved, DWORD reserved_too, const WCHAR *name,
                         SECURITY_INFORMATION information, void *descriptor)
{
    CALL call;
    LISTENER *listener = NULL;
    DWORD error;
    if (!call_begin(&call, function, 6, ARGUMENT(server), ARGUMENT(reserved), ARGUMENT(reserved_too), ARGUMENT(name),
                    ARGUMENT(information), ARGUMENT(descriptor)))
        return FALSE;
    call_text(&call, name);
    lock();
    error = descriptor == NULL ? ERROR_INVALID_PARAMETER
                               : enter_security(server, reserved, reserved_too, name, information, &listener);
    if (error == ERROR_SUCCESS && !IsValidSecurityDescriptor(descriptor))
        error = ERROR_INVALID_SECURITY_DESCR;
    if (error == ERROR_SUCCESS) {
        SECURITY_DESCRIPTOR *changed = combine(information, descriptor, listener->security);
        if (changed == NULL) {
            error = ERROR_NOT_ENOUGH_MEMORY;
        } else {
            LocalFree(listener->security);
            listener->security = changed;
        }
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSSetListenerSecurityW(HANDLE server, PVOID reserved, DWORD reserved_too, LPWSTR name,
                                    SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor)
{
    return set_security(FUNCTION_WTSSetListenerSecurityW, server, reserved, reserved_too, name, information,
                        descriptor);
}

BOOL WINAPI WTSSetListenerSecurityA(HANDLE server, PVOID reserved, DWORD reserved_too, LPSTR name,
                                    SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor)
{
    WCHAR *wide = wide_from_ansi(name);
    BOOL done = set_security(FUNCTION_WTSSetListenerSecurityA, server, reserved, reserved_too, wide, information,
                             descriptor);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

/* ---- control ---- */

CONTROL BOOL standin_add_listener(const WCHAR *name, BOOL hidden)
{
    LISTENER *listener;
    lock();
    ensure_listeners();
    listener = find_listener(name);
    if (listener == NULL)
        listener = add_listener(name);
    if (listener != NULL)
        listener->hidden = hidden;
    unlock();
    return listener != NULL;
}

CONTROL BOOL standin_remove_listener(const WCHAR *name)
{
    LISTENER **link = &listeners, *found;
    lock();
    ensure_listeners();
    while (*link != NULL && !same_text((*link)->name, name))
        link = &(*link)->next;
    found = *link;
    if (found != NULL) {
        *link = found->next;
        LocalFree(found->security);
        free(found);
    }
    unlock();
    return found != NULL;
}
