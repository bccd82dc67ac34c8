/* WTSQueryUserConfig and WTSSetUserConfig: an account's settings, written and read back (API notes 2.15, 2.16, 5). */
#include <stdlib.h>
#include <string.h>

#include "model.h"

typedef struct ACCOUNT {
    struct ACCOUNT *next;
    const SERVER *server;
    WCHAR *name; /* NULL: the machine's defaults */
    WCHAR *text[CONFIG_CLASS_COUNT];
    DWORD number[CONFIG_CLASS_COUNT];
} ACCOUNT;

static ACCOUNT *accounts;

static BOOL is_text_class(DWORD config_class)
{
    switch (config_class) {
    case WTSUserConfigInitialProgram:
    case WTSUserConfigWorkingDirectory:
    case WTSUserConfigModemCallbackPhoneNumber:
    case WTSUserConfigTerminalServerProfilePath:
    case WTSUserConfigTerminalServerHomeDir:
    case WTSUserConfigTerminalServerHomeDirDrive:
        return TRUE;
    default:
        return FALSE;
    }
}

#define CHARACTER WCHAR
#define FORM(name) name##W
#include "user_config_fill.h"
#undef CHARACTER
#undef FORM
#define CHARACTER CHAR
#define FORM(name) name##A
#include "user_config_fill.h"
#undef CHARACTER
#undef FORM

void accounts_reset(void)
{
    while (accounts != NULL) {
        ACCOUNT *next = accounts->next;
        SIZE_T i;
        for (i = 0; i < CONFIG_CLASS_COUNT; ++i)
            free(accounts->text[i]);
        free(accounts->name);
        free(accounts);
        accounts = next;
    }
}

static ACCOUNT *add_account(const SERVER *server, const WCHAR *name)
{
    SIZE_T i;
    ACCOUNT *account = calloc(1, sizeof(*account));
    if (account == NULL)
        return NULL;
    account->server = server;
    account->name = copy_text(name);
    account->number[WTSUserConfigfAllowLogonTerminalServer] = 1;
    account->number[WTSUserConfigfInheritInitialProgram] = 1;
    for (i = 0; i < CONFIG_CLASS_COUNT; ++i)
        if (is_text_class((DWORD)i))
            account->text[i] = copy_text(L"");
    account->next = accounts;
    accounts = account;
    return account;
}

/* The machine's defaults are always there, and so is the caller's own account in real mode. */
static ACCOUNT *find_account(const SERVER *server, const WCHAR *name)
{
    WCHAR user[257];
    DWORD room = ARRAYSIZE(user);
    ACCOUNT *account;
    for (account = accounts; account != NULL; account = account->next)
        if (account->server == server && same_text(account->name, name))
            return account;
    if (name == NULL || (server->real && GetUserNameW(user, &room) && same_text(name, user)))
        return add_account(server, name);
    return NULL;
}

/* The first argument is a name, not a handle. */
static DWORD find_configuration(const WCHAR *server_name, const WCHAR *user_name, ACCOUNT **account)
{
    SERVER *server = model_find_server(server_name);
    if (server == NULL)
        return (DWORD)options.unknown_server_error;
    if (server->open_error != 0 || server->use_error != 0)
        return server->open_error != 0 ? server->open_error : server->use_error;
    *account = find_account(server, user_name);
    return *account == NULL ? (DWORD)options.missing_user : ERROR_SUCCESS;
}

/* ---- query ---- */

static DWORD deliver(const CALL *call, BOOL wide, const void *data, SIZE_T size, void **buffer, DWORD *bytes)
{
    void *block;
    if (call->shape != SHAPE_TRUE) {
        *buffer = NULL;
        *bytes = call->shape_count;
        return ERROR_SUCCESS;
    }
    block = block_copy(BLOCK_USER_CONFIG, wide, data, size, call->function);
    if (block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *buffer = block;
    *bytes = (DWORD)size;
    return ERROR_SUCCESS;
}

static DWORD deliver_class(const CALL *call, BOOL wide, const ACCOUNT *account, DWORD config_class, void **buffer,
                           DWORD *bytes)
{
    SIZE_T size;
    char *ansi;
    DWORD error;
    if (config_class == WTSUserConfigUser) {
        WTSUSERCONFIGW user_w;
        WTSUSERCONFIGA user_a;
        if (wide) {
            fill_userW(&user_w, account);
            return deliver(call, TRUE, &user_w, sizeof(user_w), buffer, bytes);
        }
        fill_userA(&user_a, account);
        return deliver(call, FALSE, &user_a, sizeof(user_a), buffer, bytes);
    }
    if (!is_text_class(config_class))
        return deliver(call, wide, &account->number[config_class], sizeof(DWORD), buffer, bytes);
    if (wide)
        return deliver(call, TRUE, account->text[config_class],
                       (wcslen(account->text[config_class]) + 1) * sizeof(WCHAR), buffer, bytes);
    ansi = ansi_from_wide(account->text[config_class], &size);
    if (ansi == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    error = deliver(call, FALSE, ansi, size, buffer, bytes);
    free(ansi);
    return error;
}

static BOOL query_user_config(FUNCTION function, BOOL wide, const WCHAR *server, const WCHAR *user, DWORD config_class,
                              void **buffer, DWORD *bytes)
{
    CALL call;
    ACCOUNT *account;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(server), ARGUMENT(user), ARGUMENT(config_class), ARGUMENT(buffer),
                    ARGUMENT(bytes)))
        return FALSE;
    call_text(&call, user);
    if (buffer == NULL || bytes == NULL || config_class >= CONFIG_CLASS_COUNT)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    lock();
    error = find_configuration(server, user, &account);
    if (error == ERROR_SUCCESS)
        error = deliver_class(&call, wide, account, config_class, buffer, bytes);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSQueryUserConfigW(LPWSTR server, LPWSTR user, WTS_CONFIG_CLASS config_class, LPWSTR *buffer, DWORD *bytes)
{
    return query_user_config(FUNCTION_WTSQueryUserConfigW, TRUE, server, user, config_class, (void **)buffer, bytes);
}

BOOL WINAPI WTSQueryUserConfigA(LPSTR server, LPSTR user, WTS_CONFIG_CLASS config_class, LPSTR *buffer, DWORD *bytes)
{
    WCHAR *wide_server = wide_from_ansi(server), *wide_user = wide_from_ansi(user);
    BOOL done = query_user_config(FUNCTION_WTSQueryUserConfigA, FALSE, wide_server, wide_user, config_class,
                                  (void **)buffer, bytes);
    DWORD error = GetLastError();
    free(wide_server);
    free(wide_user);
    SetLastError(error);
    return done;
}

/* ---- set ---- */

/* How DataLength counts text is a doubt: characters (documentation) or bytes (the SDK's annotation), with or without
 * the terminator. All of the counted room is read, so a caller's buffer must be as long as either reading says. */
static void take_counted(WCHAR **place, const void *data, DWORD length, BOOL wide)
{
    DWORD room = options.config_bytes && wide ? length / sizeof(WCHAR) : length;
    if (wide)
        take_textW(place, data, room);
    else
        take_textA(place, data, room);
}

static DWORD set_class(ACCOUNT *account, DWORD config_class, BOOL wide, const void *data, DWORD length)
{
    if (config_class == WTSUserConfigfTerminalServerRemoteHomeDir)
        return ERROR_INVALID_PARAMETER; /* query only */
    if (config_class == WTSUserConfigUser) {
        if (!options.config_user_settable)
            return ERROR_INVALID_PARAMETER;
        if (length != (wide ? sizeof(WTSUSERCONFIGW) : sizeof(WTSUSERCONFIGA)))
            return ERROR_BAD_LENGTH;
        wide ? take_userW(account, data) : take_userA(account, data);
        return ERROR_SUCCESS;
    }
    if (is_text_class(config_class)) {
        take_counted(&account->text[config_class], data, length, wide);
        return ERROR_SUCCESS;
    }
    if (length != sizeof(DWORD))
        return ERROR_BAD_LENGTH;
    memcpy(&account->number[config_class], data, sizeof(DWORD));
    return ERROR_SUCCESS;
}

static BOOL set_user_config(FUNCTION function, BOOL wide, const WCHAR *server, const WCHAR *user, DWORD config_class,
                            const void *data, DWORD length)
{
    CALL call;
    ACCOUNT *account;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(server), ARGUMENT(user), ARGUMENT(config_class), ARGUMENT(data),
                    ARGUMENT(length)))
        return FALSE;
    call_text(&call, user);
    if (data == NULL || config_class >= CONFIG_CLASS_COUNT)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    lock();
    error = find_configuration(server, user, &account);
    if (error == ERROR_SUCCESS)
        error = set_class(account, config_class, wide, data, length);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSSetUserConfigW(LPWSTR server, LPWSTR user, WTS_CONFIG_CLASS config_class, LPWSTR data, DWORD length)
{
    return set_user_config(FUNCTION_WTSSetUserConfigW, TRUE, server, user, config_class, data, length);
}

BOOL WINAPI WTSSetUserConfigA(LPSTR server, LPSTR user, WTS_CONFIG_CLASS config_class, LPSTR data, DWORD length)
{
    WCHAR *wide_server = wide_from_ansi(server), *wide_user = wide_from_ansi(user);
    BOOL done = set_user_config(FUNCTION_WTSSetUserConfigA, FALSE, wide_server, wide_user, config_class, data, length);
    DWORD error = GetLastError();
    free(wide_server);
    free(wide_user);
    SetLastError(error);
    return done;
}

/* ---- control ---- */

/* Adds an account, or sets one value of it: text for a text class, else the number; class 18 can be set here. */
CONTROL BOOL standin_set_account(const WCHAR *server_name, const WCHAR *user_name, DWORD config_class, const WCHAR *text,
                                 DWORD number)
{
    const SERVER *server;
    ACCOUNT *account = NULL;
    lock();
    server = model_find_server(server_name);
    if (server != NULL) {
        account = find_account(server, user_name);
        if (account == NULL)
            account = add_account(server, user_name);
    }
    if (account != NULL && config_class < CONFIG_CLASS_COUNT) {
        if (is_text_class(config_class))
            replace_text(&account->text[config_class], text);
        else
            account->number[config_class] = number;
    }
    unlock();
    return account != NULL;
}
