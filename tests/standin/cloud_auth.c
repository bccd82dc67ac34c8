/* The exports of Windows 11 24H2: WTSActiveSessionExists and the cloud authentication calls (Channel notes 0).
 *
 * They are in every build of the stand-in, but only wtsapi32-26100.def exports them.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"

typedef struct CREDENTIAL { /* WTS_SERIALIZED_USER_CREDENTIAL */
    ULONG SerializationLength;
    void *Serialization;
} CREDENTIAL;

#ifdef _WIN64
ASSERT_SIZE(CREDENTIAL, 16);
#endif

#define CLOUD_ROOM 64
#define FIRST_CLOUD_HANDLE 0x5C1D0004u

static HANDLE cloud_handles[CLOUD_ROOM];
static ULONG_PTR next_cloud_handle = FIRST_CLOUD_HANDLE;

void cloud_reset(void)
{
    memset(cloud_handles, 0, sizeof(cloud_handles));
}

static HANDLE *find_cloud_handle(HANDLE handle)
{
    SIZE_T i;
    for (i = 0; i < CLOUD_ROOM; ++i)
        if (cloud_handles[i] == handle)
            return &cloud_handles[i];
    return NULL;
}

static DWORD check_cloud_handle(FUNCTION function, HANDLE handle)
{
    if (handle != NULL && find_cloud_handle(handle) != NULL)
        return ERROR_SUCCESS;
    violation(function, "%p is not an open handle", handle);
    return ERROR_INVALID_HANDLE;
}

BOOL WINAPI WTSActiveSessionExists(PBOOL exists)
{
    CALL call;
    const SERVER *server;
    DWORD i;
    if (!call_begin(&call, FUNCTION_WTSActiveSessionExists, 1, ARGUMENT(exists)))
        return FALSE;
    if (exists == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    lock();
    server = model_local();
    *exists = FALSE;
    for (i = 0; i < server->session_count; ++i)
        if (server->sessions[i].state == WTSActive)
            *exists = TRUE;
    unlock();
    return call_end(&call, ERROR_SUCCESS);
}

/* The caller must be LocalSystem or NetworkService. */
static BOOL caller_is_service(void)
{
    static const BYTE SYSTEM[] = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    static const BYTE NETWORK_SERVICE[] = {1, 1, 0, 0, 0, 0, 0, 5, 20, 0, 0, 0};
    union {
        TOKEN_USER user;
        BYTE bytes[sizeof(TOKEN_USER) + MAX_SID_BYTES];
    } buffer;
    HANDLE token;
    DWORD size;
    BOOL is_service = FALSE;
    if (options.privileges != 0)
        return options.privileges == 1;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return FALSE;
    if (GetTokenInformation(token, TokenUser, &buffer, sizeof(buffer), &size))
        is_service = EqualSid(buffer.user.User.Sid, (PSID)SYSTEM) || EqualSid(buffer.user.User.Sid, (PSID)NETWORK_SERVICE);
    CloseHandle(token);
    return is_service;
}

HANDLE WINAPI WTSCloudAuthOpen(const GUID *activity_id)
{
    CALL call;
    HANDLE *place, handle = NULL;
    DWORD error = ERROR_SUCCESS;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthOpen, 1, ARGUMENT(activity_id)))
        return NULL;
    lock();
    place = find_cloud_handle(NULL);
    if (!caller_is_service()) {
        error = ERROR_ACCESS_DENIED;
    } else if (place == NULL) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    } else {
        handle = *place = (HANDLE)next_cloud_handle;
        next_cloud_handle += 4;
    }
    unlock();
    return call_end_handle(&call, handle, error);
}

void WINAPI WTSCloudAuthClose(HANDLE handle)
{
    CALL call;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthClose, 1, ARGUMENT(handle)))
        return;
    lock();
    if (check_cloud_handle(call.function, handle) == ERROR_SUCCESS)
        *find_cloud_handle(handle) = NULL;
    unlock();
    call_end_value(&call, TRUE, NO_RESULT_CODE);
}

/* Freed by WTSFreeMemoryEx with the class 3 and the count 1. */
BOOL WINAPI WTSCloudAuthGetServerNonce(HANDLE handle, PWSTR *nonce)
{
    static const WCHAR NONCE[] = L"AwABEgEAAAACAOz_BQD0_w";
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthGetServerNonce, 2, ARGUMENT(handle), ARGUMENT(nonce)))
        return FALSE;
    lock();
    error = check_cloud_handle(call.function, handle);
    if (error == ERROR_SUCCESS && nonce == NULL)
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS && call.shape != SHAPE_TRUE) {
        *nonce = NULL;
    } else if (error == ERROR_SUCCESS) {
        PWSTR block = block_copy(BLOCK_NONCE, TRUE, NONCE, sizeof(NONCE), call.function);
        error = block == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
        if (block != NULL)
            *nonce = block;
    }
    unlock();
    return call_end(&call, error);
}

/* Freed by WTSFreeMemoryEx with the class 4 and the count 1. */
static DWORD give_credential(CALL *call, const BYTE *bytes, ULONG length, CREDENTIAL **credential)
{
    RESULT result;
    CREDENTIAL *row;
    DWORD count;
    void *address;
    DWORD error;
    if (!result_begin(&result, BLOCK_CREDENTIAL, TRUE, 1, sizeof(CREDENTIAL)))
        return ERROR_NOT_ENOUGH_MEMORY;
    row = (CREDENTIAL *)result.rows;
    row->SerializationLength = length;
    result_bytes(&result, &row->Serialization, bytes, length);
    error = result_deliver(call, &result, &address, &count);
    if (error == ERROR_SUCCESS)
        *credential = address;
    return error;
}

/* The serialization is the assertion with every bit turned over, so that a test can tell one from the other. */
BOOL WINAPI WTSCloudAuthConvertAssertionToSerializedUserCredential(HANDLE handle, PCSTR assertion, ULONG length,
                                                                   PCWSTR resource_id, CREDENTIAL **credential)
{
    CALL call;
    BYTE *turned;
    ULONG i;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthConvertAssertionToSerializedUserCredential, 5, ARGUMENT(handle),
                    ARGUMENT(assertion), ARGUMENT(length), ARGUMENT(resource_id), ARGUMENT(credential)))
        return FALSE;
    call_text(&call, resource_id);
    lock();
    error = check_cloud_handle(call.function, handle);
    if (error == ERROR_SUCCESS && (assertion == NULL || length == 0 || credential == NULL))
        error = ERROR_INVALID_PARAMETER;
    turned = error == ERROR_SUCCESS ? malloc(length) : NULL;
    if (turned != NULL) {
        for (i = 0; i < length; ++i)
            turned[i] = (BYTE)~assertion[i];
        error = give_credential(&call, turned, length, credential);
    } else if (error == ERROR_SUCCESS) {
        error = ERROR_NOT_ENOUGH_MEMORY;
    }
    free(turned);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSCloudAuthDuplicateSerializedUserCredential(const CREDENTIAL *credential, CREDENTIAL **copy)
{
    CALL call;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthDuplicateSerializedUserCredential, 2, ARGUMENT(credential),
                    ARGUMENT(copy)))
        return FALSE;
    lock();
    if (credential != NULL && copy != NULL)
        error = give_credential(&call, credential->Serialization, credential->SerializationLength, copy);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSCloudAuthNetworkLogonWithSerializedCredential(HANDLE handle, CREDENTIAL *credential, HANDLE *token)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSCloudAuthNetworkLogonWithSerializedCredential, 3, ARGUMENT(handle),
                    ARGUMENT(credential), ARGUMENT(token)))
        return FALSE;
    lock();
    error = check_cloud_handle(call.function, handle);
    if (error == ERROR_SUCCESS && (credential == NULL || token == NULL))
        error = ERROR_INVALID_PARAMETER;
    if (error == ERROR_SUCCESS && call.shape != SHAPE_TRUE) {
        *token = NULL;
    } else if (error == ERROR_SUCCESS) {
        HANDLE copy = duplicate_own_token();
        error = copy == NULL ? ERROR_LOGON_FAILURE : ERROR_SUCCESS;
        if (copy != NULL)
            *token = copy;
    }
    unlock();
    return call_end(&call, error);
}

/* ---- control ---- */

CONTROL DWORD standin_live_cloud_handles(void)
{
    SIZE_T i;
    DWORD count = 0;
    lock();
    for (i = 0; i < CLOUD_ROOM; ++i)
        count += cloud_handles[i] != NULL;
    unlock();
    return count;
}
