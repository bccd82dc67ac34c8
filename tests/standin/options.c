/* Options: the defaults, and the text form that the environment variable and the tests use. */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "standin.h"

OPTIONS options;

static const struct {
    const char *name;
    LONG initial;
    LONG *value;
} OPTION_TABLE[] = {
#define X(name, initial) {#name, (LONG)(initial), &options.name},
    OPTION_LIST(X)
#undef X
};

/* Words that read better than numbers in the environment variable. */
static const struct {
    const char *option;
    const char *word;
    LONG value;
} WORDS[] = {
    {"layout", "separate", 0}, {"layout", "block", 1}, {"strings", "after", 0}, {"strings", "before", 1},
    {"empty", "block", 0}, {"empty", "null", 1}, {"unknown_server", "null", 0}, {"unknown_server", "invalid", 1},
    {"unknown_server", "lazy", 2}, {"privileges", "token", 0}, {"privileges", "held", 1}, {"privileges", "missing", 2},
};

void options_reset(void)
{
    SIZE_T i;
    for (i = 0; i < ARRAYSIZE(OPTION_TABLE); ++i)
        *OPTION_TABLE[i].value = OPTION_TABLE[i].initial;
}

static LONG *find_option(const char *name)
{
    SIZE_T i;
    for (i = 0; i < ARRAYSIZE(OPTION_TABLE); ++i)
        if (strcmp(OPTION_TABLE[i].name, name) == 0)
            return OPTION_TABLE[i].value;
    return NULL;
}

static BOOL read_value(const char *name, const char *text, LONG *value)
{
    SIZE_T i;
    char *end;
    for (i = 0; i < ARRAYSIZE(WORDS); ++i) {
        if (strcmp(WORDS[i].option, name) == 0 && strcmp(WORDS[i].word, text) == 0) {
            *value = WORDS[i].value;
            return TRUE;
        }
    }
    *value = strtol(text, &end, 0);
    return end != text && *end == '\0';
}

/* "processes" and "sessions" generate a scenario, so they are gathered and applied after the options. */
BOOL options_apply(const char *text)
{
    char copy[512], *part, *rest;
    LONG processes = -1, sessions = -1, value;
    BOOL understood = TRUE;
    if (strlen(text) >= sizeof(copy))
        return FALSE;
    strcpy(copy, text);
    for (part = copy; part != NULL && *part != '\0'; part = rest) {
        char *equals;
        LONG *option;
        rest = strchr(part, ',');
        if (rest != NULL)
            *rest++ = '\0';
        equals = strchr(part, '=');
        if (equals == NULL) {
            understood = FALSE;
            continue;
        }
        *equals = '\0';
        if (!read_value(part, equals + 1, &value)) {
            understood = FALSE;
            continue;
        }
        option = find_option(part);
        if (option != NULL)
            *option = value;
        else if (strcmp(part, "processes") == 0)
            processes = value;
        else if (strcmp(part, "sessions") == 0)
            sessions = value;
        else
            understood = FALSE;
    }
    if (processes >= 0 || sessions >= 0)
        model_generate((DWORD)(sessions >= 0 ? sessions : 2), (DWORD)(processes >= 0 ? processes : 0));
    pool_clear();
    return understood;
}

CONTROL BOOL standin_set_option(const char *name, LONG value)
{
    LONG *option;
    lock();
    option = find_option(name);
    if (option != NULL)
        *option = value;
    pool_clear();
    announce_change();
    unlock();
    return option != NULL;
}

CONTROL BOOL standin_get_option(const char *name, LONG *value)
{
    LONG *option = find_option(name);
    if (option != NULL)
        *value = *option;
    return option != NULL;
}
