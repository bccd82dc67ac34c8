/* WTSSetRenderHint: an HRESULT, no last error (Channel notes 8). */
#include "model.h"

#define HINT_CLEAR 0u
#define HINT_VIDEO 1u
#define HINT_MAPPED_WINDOW 2u
#define HINT_ROOM 256

static UINT64 hints[HINT_ROOM]; /* ids; 0 is free */
static UINT64 last_hint;

void hints_reset(void)
{
    SIZE_T i;
    for (i = 0; i < HINT_ROOM; ++i)
        hints[i] = 0;
}

static UINT64 *find_hint(UINT64 id)
{
    SIZE_T i;
    for (i = 0; i < HINT_ROOM; ++i)
        if (hints[i] == id)
            return &hints[i];
    return NULL;
}

/* The id 0 makes a hint, another one changes or clears it. A mapped window comes with a RECT, clearing with nothing. */
static HRESULT set_hint(UINT64 *id, HWND window, DWORD type, DWORD length, const BYTE *data)
{
    UINT64 *hint;
    if (id == NULL || type > HINT_MAPPED_WINDOW || (length != 0 && data == NULL))
        return E_INVALIDARG;
    if (type == HINT_CLEAR && (length != 0 || data != NULL))
        return E_INVALIDARG;
    if (type == HINT_MAPPED_WINDOW && length != sizeof(RECT))
        return E_INVALIDARG;
    if (!IsWindow(window))
        return HRESULT_FROM_WIN32(ERROR_INVALID_WINDOW_HANDLE);
    hint = find_hint(*id);
    if (hint == NULL)
        return *id == 0 ? E_OUTOFMEMORY : E_INVALIDARG;
    if (type == HINT_CLEAR) {
        if (*id == 0)
            return E_INVALIDARG;
        *hint = 0;
        return S_OK;
    }
    if (*id == 0)
        *id = *hint = ++last_hint;
    return S_OK;
}

HRESULT WINAPI WTSSetRenderHint(UINT64 *id, HWND window, DWORD type, DWORD length, BYTE *data)
{
    CALL call;
    HRESULT result;
    if (!call_begin(&call, FUNCTION_WTSSetRenderHint, 5, ARGUMENT(id == NULL ? 0 : *id), ARGUMENT(window),
                    ARGUMENT(type), ARGUMENT(length), ARGUMENT(data)))
        return (HRESULT)call.failure < 0 ? (HRESULT)call.failure : HRESULT_FROM_WIN32(call.failure);
    lock();
    result = set_hint(id, window, type, length, data);
    unlock();
    return (HRESULT)call_end_value(&call, (ULONG64)(DWORD)result, NO_RESULT_CODE);
}

/* ---- control ---- */

CONTROL DWORD standin_live_hints(void)
{
    SIZE_T i;
    DWORD count = 0;
    lock();
    for (i = 0; i < HINT_ROOM; ++i)
        count += hints[i] != 0;
    unlock();
    return count;
}
