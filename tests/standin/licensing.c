/* The nine functions of mstlsapi.dll (Channel notes 7), which mstlsapi.def exports: a second, smaller stand-in. */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Codes of the second error channel. */
#define TLS_NO_MORE_DATA 4001u
#define TLS_INVALID_HANDLE 5005u   /* also what End answers when there is nothing to end */
#define TLS_INVALID_SEQUENCE 5006u
#define TLS_NO_CERTIFICATE 5022u

typedef struct KEY_PACK { /* LSKeyPack with WCHAR text */
    DWORD dwVersion;
    UCHAR ucKeyPackType;
    WCHAR szCompanyName[256];
    WCHAR szKeyPackId[256];
    WCHAR szProductName[256];
    WCHAR szProductId[256];
    WCHAR szProductDesc[256];
    WORD wMajorVersion;
    WORD wMinorVersion;
    DWORD dwPlatformType;
    UCHAR ucLicenseType;
    DWORD dwLanguageId;
    UCHAR ucChannelOfPurchase;
    WCHAR szBeginSerialNumber[256];
    DWORD dwTotalLicenseInKeyPack;
    DWORD dwProductFlags;
    DWORD dwKeyPackId;
    UCHAR ucKeyPackStatus;
    DWORD dwActivateDate;
    DWORD dwExpirationDate;
    DWORD dwNumberOfLicenses;
} KEY_PACK;
ASSERT_SIZE(KEY_PACK, 3128);

/* LSLicense: only the three numbers at its start have known places, so the rest is what a test says. */
#define LICENSE_ROOM 4096

typedef struct RECORD_LIST {
    BYTE *bytes[256];
    DWORD size[256];
    DWORD count;
} RECORD_LIST;

static RECORD_LIST key_packs, licenses;
static BYTE *certificate;
static DWORD certificate_size;

typedef enum ENUMERATION { ENUMERATION_NONE, ENUMERATION_KEY_PACKS, ENUMERATION_LICENSES } ENUMERATION;

typedef struct CONNECTION {
    struct CONNECTION *next;
    HANDLE value;
    ENUMERATION runs;
    DWORD place;
    BOOL closed;
} CONNECTION;

static CONNECTION *connections;
static ULONG_PTR next_connection = 0x71500004u;

/* Certificates that callers have not given back to LocalFree. The heap does not tell us, so each gets a size that no
 * other block is likely to have: a block of the size is the certificate, and not one that took its place. */
#define BLOB_ROOM 64
#define BLOB_SIZE_STEP 24u
typedef struct BLOB {
    HLOCAL address;
    SIZE_T size;
} BLOB;
static BLOB blobs[BLOB_ROOM];
static SIZE_T next_blob_size = 70008;

static void empty_list(RECORD_LIST *list)
{
    DWORD i;
    for (i = 0; i < list->count; ++i)
        free(list->bytes[i]);
    list->count = 0;
}

void licensing_reset(void)
{
    while (connections != NULL) {
        CONNECTION *next = connections->next;
        free(connections);
        connections = next;
    }
    empty_list(&key_packs);
    empty_list(&licenses);
    free(certificate);
    certificate = NULL;
    certificate_size = 0;
    memset(blobs, 0, sizeof(blobs));
}

static CONNECTION *find_connection(HANDLE value)
{
    CONNECTION *connection = connections;
    while (connection != NULL && connection->value != value)
        connection = connection->next;
    return connection;
}

/* NULL with a last error on failure; the NULL name is the local server. */
HANDLE WINAPI TLSConnectToLsServer(LPWSTR name)
{
    CALL call;
    CONNECTION *connection = NULL;
    DWORD error = ERROR_SUCCESS;
    const SERVER *server;
    if (!call_begin(&call, FUNCTION_TLSConnectToLsServer, 1, ARGUMENT(name)))
        return NULL;
    call_text(&call, name);
    lock();
    server = model_find_server(name);
    if (server == NULL)
        error = (DWORD)options.unknown_server_error;
    else if (server->open_error != 0)
        error = server->open_error;
    else if ((connection = calloc(1, sizeof(*connection))) == NULL)
        error = ERROR_NOT_ENOUGH_MEMORY;
    if (connection != NULL) {
        connection->value = (HANDLE)next_connection;
        next_connection += 4;
        connection->next = connections;
        connections = connection;
    }
    unlock();
    return call_end_handle(&call, connection == NULL ? NULL : connection->value, error);
}

void WINAPI TLSDisconnectFromServer(HANDLE value)
{
    CALL call;
    CONNECTION *connection;
    if (!call_begin(&call, FUNCTION_TLSDisconnectFromServer, 1, ARGUMENT(value)))
        return;
    lock();
    connection = find_connection(value);
    if (connection == NULL) {
        violation(call.function, "%p is not a connection", value);
    } else if (connection->closed) {
        violation(call.function, "connection %p closed twice", value);
    } else {
        if (connection->runs != ENUMERATION_NONE)
            violation(call.function, "connection %p closed before its enumeration was ended", value);
        connection->closed = TRUE;
    }
    unlock();
    call_end_value(&call, TRUE, NO_RESULT_CODE);
}

/* ---- the bracket of the other seven: a result, and behind it a second error code ---- */

/* An injected failure is the function's result; a NULL result with a count is that count in the second channel. */
static BOOL begin(CALL *call, FUNCTION function, HANDLE value, const void *output, DWORD *code, DWORD *result)
{
    *result = 0;
    if (!call_begin(call, function, 3, ARGUMENT(value), ARGUMENT(output), ARGUMENT(code))) {
        *result = call->failure;
        return FALSE;
    }
    if (code == NULL) {
        *result = (DWORD)call_end_value(call, ERROR_INVALID_PARAMETER, NO_RESULT_CODE);
        return FALSE;
    }
    if (call->shape != SHAPE_TRUE) {
        *code = call->shape_count;
        *result = (DWORD)call_end_value(call, 0, call->shape_count);
        return FALSE;
    }
    return TRUE;
}

static DWORD end(CALL *call, DWORD result, DWORD second, DWORD *code)
{
    if (result == 0)
        *code = second;
    return (DWORD)call_end_value(call, result, result == 0 ? second : NO_RESULT_CODE);
}

static DWORD enter(FUNCTION function, HANDLE value, CONNECTION **connection)
{
    *connection = find_connection(value);
    if (*connection == NULL)
        return TLS_INVALID_HANDLE;
    if ((*connection)->closed) {
        violation(function, "connection %p used after TLSDisconnectFromServer", value);
        return TLS_INVALID_HANDLE;
    }
    return 0;
}

/* ---- certificate ---- */

static BOOL is_blob(const BLOB *blob)
{
    return blob->address != NULL && HeapValidate(GetProcessHeap(), 0, blob->address)
           && HeapSize(GetProcessHeap(), 0, blob->address) == blob->size;
}

static BYTE *new_blob(void)
{
    SIZE_T i;
    BYTE *address;
    next_blob_size += BLOB_SIZE_STEP;
    address = LocalAlloc(LMEM_FIXED, certificate_size + next_blob_size);
    for (i = 0; address != NULL && i < BLOB_ROOM; ++i) {
        if (is_blob(&blobs[i]))
            continue;
        blobs[i].address = address;
        blobs[i].size = certificate_size + next_blob_size;
        break;
    }
    if (address != NULL)
        memcpy(address, certificate, certificate_size);
    return address;
}

/* Who frees the blob is not documented; LocalFree is the likely answer. 4007 (self-signed) is a warning. */
DWORD WINAPI TLSGetServerCertificate(HANDLE value, BOOL signature, LPBYTE *blob, LPDWORD length, PDWORD code)
{
    CALL call;
    CONNECTION *connection;
    DWORD result, second;
    (void)signature; /* one certificate serves both purposes */
    if (!begin(&call, FUNCTION_TLSGetServerCertificate, value, blob, code, &result))
        return result;
    if (blob == NULL || length == NULL)
        return end(&call, ERROR_INVALID_PARAMETER, 0, code);
    lock();
    second = enter(call.function, value, &connection);
    if (second == 0 && certificate == NULL) {
        second = TLS_NO_CERTIFICATE;
    } else if (second == 0) {
        *blob = new_blob();
        *length = certificate_size;
        second = (DWORD)options.certificate_warning;
    }
    unlock();
    return end(&call, 0, second, code);
}

/* ---- enumerations: one at a time for each connection ---- */

static DWORD enumeration_begin(FUNCTION function, HANDLE value, DWORD search, const void *record, ENUMERATION which,
                               DWORD *code)
{
    CALL call;
    CONNECTION *connection;
    DWORD result, second;
    if (!begin(&call, function, value, record, code, &result))
        return result;
    if (record == NULL || (which == ENUMERATION_KEY_PACKS && search != 0xFFFFFFFFu))
        return end(&call, ERROR_INVALID_PARAMETER, 0, code);
    lock();
    second = enter(function, value, &connection);
    if (second == 0 && connection->runs != ENUMERATION_NONE) {
        second = TLS_INVALID_SEQUENCE;
    } else if (second == 0) {
        connection->runs = which;
        connection->place = 0;
    }
    unlock();
    return end(&call, 0, second, code);
}

static DWORD enumeration_next(FUNCTION function, HANDLE value, const RECORD_LIST *list, void *record, ENUMERATION which,
                              DWORD *code)
{
    CALL call;
    CONNECTION *connection;
    DWORD result, second;
    if (!begin(&call, function, value, record, code, &result))
        return result;
    if (record == NULL)
        return end(&call, ERROR_INVALID_PARAMETER, 0, code);
    lock();
    second = enter(function, value, &connection);
    if (second == 0 && connection->runs != which) {
        second = TLS_INVALID_SEQUENCE;
    } else if (second == 0 && connection->place == list->count) {
        second = TLS_NO_MORE_DATA;
    } else if (second == 0) {
        memcpy(record, list->bytes[connection->place], list->size[connection->place]);
        ++connection->place;
    }
    unlock();
    return end(&call, 0, second, code);
}

static DWORD enumeration_end(FUNCTION function, HANDLE value, ENUMERATION which, DWORD *code)
{
    CALL call;
    CONNECTION *connection;
    DWORD result, second;
    if (!begin(&call, function, value, NULL, code, &result))
        return result;
    lock();
    second = enter(function, value, &connection);
    if (second == 0 && connection->runs != which)
        second = TLS_INVALID_HANDLE;
    else if (second == 0)
        connection->runs = ENUMERATION_NONE;
    unlock();
    return end(&call, 0, second, code);
}

DWORD WINAPI TLSKeyPackEnumBegin(HANDLE value, DWORD search, BOOL match_all, KEY_PACK *record, PDWORD code)
{
    (void)match_all;
    return enumeration_begin(FUNCTION_TLSKeyPackEnumBegin, value, search, record, ENUMERATION_KEY_PACKS, code);
}

DWORD WINAPI TLSKeyPackEnumNext(HANDLE value, KEY_PACK *record, PDWORD code)
{
    return enumeration_next(FUNCTION_TLSKeyPackEnumNext, value, &key_packs, record, ENUMERATION_KEY_PACKS, code);
}

DWORD WINAPI TLSKeyPackEnumEnd(HANDLE value, PDWORD code)
{
    return enumeration_end(FUNCTION_TLSKeyPackEnumEnd, value, ENUMERATION_KEY_PACKS, code);
}

DWORD WINAPI TLSLicenseEnumBegin(HANDLE value, DWORD search, BOOL match_all, void *record, PDWORD code)
{
    (void)match_all;
    return enumeration_begin(FUNCTION_TLSLicenseEnumBegin, value, search, record, ENUMERATION_LICENSES, code);
}

DWORD WINAPI TLSLicenseEnumNext(HANDLE value, void *record, PDWORD code)
{
    return enumeration_next(FUNCTION_TLSLicenseEnumNext, value, &licenses, record, ENUMERATION_LICENSES, code);
}

DWORD WINAPI TLSLicenseEnumEnd(HANDLE value, PDWORD code)
{
    return enumeration_end(FUNCTION_TLSLicenseEnumEnd, value, ENUMERATION_LICENSES, code);
}

/* ---- control ---- */

static BOOL add_record(RECORD_LIST *list, const BYTE *bytes, DWORD size)
{
    BYTE *copy;
    if (list->count == ARRAYSIZE(list->bytes) || size > LICENSE_ROOM)
        return FALSE;
    copy = malloc(size);
    if (copy == NULL)
        return FALSE;
    memcpy(copy, bytes, size);
    list->bytes[list->count] = copy;
    list->size[list->count++] = size;
    return TRUE;
}

CONTROL DWORD standin_size_of_key_pack(void)
{
    return sizeof(KEY_PACK);
}

CONTROL BOOL standin_add_key_pack(const BYTE *bytes, DWORD size)
{
    BOOL done;
    lock();
    done = add_record(&key_packs, bytes, size);
    unlock();
    return done;
}

CONTROL BOOL standin_add_license(const BYTE *bytes, DWORD size)
{
    BOOL done;
    lock();
    done = add_record(&licenses, bytes, size);
    unlock();
    return done;
}

CONTROL BOOL standin_set_certificate(const BYTE *bytes, DWORD size)
{
    lock();
    free(certificate);
    certificate = malloc(size == 0 ? 1 : size);
    if (certificate != NULL)
        memcpy(certificate, bytes, size);
    certificate_size = size;
    unlock();
    return certificate != NULL;
}

CONTROL DWORD standin_live_connections(void)
{
    const CONNECTION *connection;
    DWORD count = 0;
    lock();
    for (connection = connections; connection != NULL; connection = connection->next)
        count += connection->closed ? 0 : 1;
    unlock();
    return count;
}

CONTROL DWORD standin_live_certificates(void)
{
    SIZE_T i;
    DWORD count = 0;
    lock();
    for (i = 0; i < BLOB_ROOM; ++i)
        count += is_blob(&blobs[i]) ? 1 : 0;
    unlock();
    return count;
}
