/* Text: copies, the ANSI form, and fixed arrays. */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

WCHAR *copy_text(const WCHAR *text)
{
    SIZE_T bytes;
    WCHAR *copy;
    if (text == NULL)
        return NULL;
    bytes = (wcslen(text) + 1) * sizeof(WCHAR);
    copy = malloc(bytes);
    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

WCHAR *wide_from_ansi(const char *text)
{
    int length;
    WCHAR *wide;
    if (text == NULL)
        return NULL;
    length = MultiByteToWideChar(CP_ACP, 0, text, -1, NULL, 0);
    wide = malloc((SIZE_T)length * sizeof(WCHAR));
    if (wide != NULL)
        MultiByteToWideChar(CP_ACP, 0, text, -1, wide, length);
    return wide;
}

void replace_text(WCHAR **place, const WCHAR *text)
{
    WCHAR *copy = copy_text(text);
    free(*place);
    *place = copy;
}

BOOL same_text(const WCHAR *first, const WCHAR *second)
{
    if (first == NULL || second == NULL)
        return first == second;
    return CompareStringOrdinal(first, -1, second, -1, TRUE) == CSTR_EQUAL;
}

char *ansi_from_wide(const WCHAR *text, SIZE_T *bytes)
{
    int length = WideCharToMultiByte(CP_ACP, 0, text, -1, NULL, 0, NULL, NULL);
    char *ansi = malloc((SIZE_T)length);
    if (ansi != NULL)
        WideCharToMultiByte(CP_ACP, 0, text, -1, ansi, length, NULL, NULL);
    *bytes = (SIZE_T)length;
    return ansi;
}

/* Text too long for its array is cut (API notes 4: WTSINFO cuts names), or, when the option says so, fills the array
 * without a terminator: a reader must stop at the array's end either way. */
void put_textW(WCHAR *array, SIZE_T room, const WCHAR *text)
{
    SIZE_T length = text == NULL ? 0 : wcslen(text);
    memset(array, 0, room * sizeof(WCHAR));
    if (length >= room)
        length = options.unterminated ? room : room - 1;
    memcpy(array, text, length * sizeof(WCHAR));
}

void put_textA(CHAR *array, SIZE_T room, const WCHAR *text)
{
    SIZE_T bytes, length;
    char *ansi = text == NULL ? NULL : ansi_from_wide(text, &bytes);
    memset(array, 0, room);
    if (ansi == NULL)
        return;
    length = bytes - 1;
    if (length >= room)
        length = options.unterminated ? room : room - 1;
    memcpy(array, ansi, length);
    free(ansi);
}

void take_textW(WCHAR **place, const WCHAR *text, SIZE_T room)
{
    WCHAR *copy = calloc(room + 1, sizeof(WCHAR)); /* the zeroed end is the NUL when the caller gave none */
    if (copy == NULL)
        return;
    memcpy(copy, text, room * sizeof(WCHAR));
    free(*place);
    *place = copy;
}

void take_textA(WCHAR **place, const CHAR *text, SIZE_T room)
{
    char *copy = calloc(room + 1, 1);
    if (copy == NULL)
        return;
    memcpy(copy, text, room);
    free(*place);
    *place = wide_from_ansi(copy);
    free(copy);
}
