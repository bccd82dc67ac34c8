/* Calls: the log, scripted faults, and the list of what callers did wrong. */
#include "model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const FUNCTION_NAMES[] = {
#define X(name) #name,
    FUNCTION_LIST(X)
#undef X
};

const char *function_name(FUNCTION function)
{
    return function < FUNCTION_COUNT ? FUNCTION_NAMES[function] : "";
}

/* ---- the log: a ring of records, read from Python ---- */

#define LOG_ROOM 4096
#define LOG_TEXT_LENGTH 64

typedef struct RECORD { /* mirrored in tests/helpers/standin_driver.py */
    ULONG64 sequence; /* counts from 1 and never repeats */
    ULONG64 arguments[MAX_ARGUMENTS];
    ULONG64 result;
    DWORD function;
    DWORD argument_count;
    DWORD thread_id;
    DWORD error;    /* what the call left as the last error, or in the second error channel; NO_RESULT_CODE: nothing */
    DWORD injected; /* the code of a scripted failure; NO_RESULT_CODE: none */
    DWORD running;
    DWORD shape; /* what a rule made of the result: a SHAPE */
    WCHAR text[LOG_TEXT_LENGTH];
} RECORD;

static RECORD records[LOG_ROOM];
static ULONG64 last_sequence;
static LONG running_calls[FUNCTION_COUNT];
static LONG all_running_calls;

static RECORD *find_record(ULONG64 sequence)
{
    RECORD *record = &records[sequence % LOG_ROOM];
    return sequence != 0 && record->sequence == sequence ? record : NULL;
}

/* ---- faults: rules that bend the next calls of a function ---- */

typedef enum ACTION {
    ACTION_FAIL,
    ACTION_DELAY,
    ACTION_BLOCK,
    ACTION_NULL_RESULT,
    ACTION_ZERO_ROWS,
    ACTION_VANISH /* a session of the local machine goes away just before the call */
} ACTION;

#define KEEP_LAST_ERROR 0xFFFFFFFFu /* as a failure's code: FALSE, and the last error stays what it was */

typedef struct RULE {
    LONG id; /* 0: free */
    FUNCTION function;
    ACTION action;
    LONG skip;  /* calls to let pass first */
    LONG times; /* calls to bend; -1 for all */
    DWORD value; /* code, milliseconds, count or session id, by action */
} RULE;

#define RULE_ROOM 64
static RULE rules[RULE_ROOM];
static LONG rule_count, last_rule_id;

static BOOL rule_exists(LONG id)
{
    SIZE_T i;
    for (i = 0; i < RULE_ROOM; ++i)
        if (rules[i].id == id)
            return TRUE;
    return FALSE;
}

static void remove_rule(RULE *rule)
{
    rule->id = 0;
    --rule_count;
}

/* Copies the rules that apply to this call, and counts it against them. */
static SIZE_T take_rules(FUNCTION function, RULE *taken)
{
    SIZE_T i, count = 0;
    for (i = 0; i < RULE_ROOM; ++i) {
        RULE *rule = &rules[i];
        if (rule->id == 0 || rule->function != function)
            continue;
        if (rule->skip > 0) {
            --rule->skip;
            continue;
        }
        if (rule->times == 0)
            continue; /* a block that is used up stays until it is released */
        taken[count++] = *rule;
        if (rule->times > 0 && --rule->times == 0 && rule->action != ACTION_BLOCK)
            remove_rule(rule);
    }
    return count;
}

/* TRUE with the code in *failure when a rule says that the call fails. Waits are made here, with the lock held. */
static BOOL apply_rules(CALL *call, DWORD *failure)
{
    RULE taken[RULE_ROOM];
    SIZE_T i, count = take_rules(call->function, taken);
    LONG generation = reset_generation();
    BOOL fails = FALSE;
    for (i = 0; i < count; ++i) {
        const RULE *rule = &taken[i];
        if (rule->action == ACTION_FAIL) {
            *failure = rule->value;
            fails = TRUE;
        } else if (rule->action == ACTION_DELAY) {
            ULONGLONG deadline = GetTickCount64() + rule->value;
            while (time_left(deadline) > 0 && reset_generation() == generation)
                wait_for_change(time_left(deadline));
        } else if (rule->action == ACTION_BLOCK) {
            while (rule_exists(rule->id) && reset_generation() == generation)
                wait_for_change(INFINITE);
        } else if (rule->action == ACTION_VANISH) {
            model_remove_session(model_local(), rule->value);
        } else {
            call->shape = rule->action == ACTION_ZERO_ROWS ? SHAPE_ZERO_ROWS : SHAPE_NULL_RESULT;
            call->shape_count = rule->value;
        }
    }
    if (reset_generation() != generation) { /* a reset ended the wait: hand out nothing that it would not take back */
        *failure = ERROR_OPERATION_ABORTED;
        fails = TRUE;
    }
    return fails;
}

/* ---- the bracket around each function ---- */

static void finish(const CALL *call, ULONG64 result, DWORD error)
{
    RECORD *record = find_record(call->sequence);
    if (record != NULL) {
        record->result = result;
        record->error = error;
        record->running = FALSE;
    }
    --running_calls[call->function];
    --all_running_calls;
    announce_change();
}

/* With the log off and no rule in force nothing is recorded, so that benchmarks measure the call alone. */
static BOOL quiet(void)
{
    return !options.log && rule_count == 0;
}

BOOL call_begin(CALL *call, FUNCTION function, int count, ...)
{
    DWORD failure = 0;
    BOOL fails;
    RECORD *record;
    call->entry_error = GetLastError();
    call->function = function;
    call->sequence = 0;
    call->shape = SHAPE_TRUE;
    call->shape_count = 0;
    call->counted = !quiet();
    if (!call->counted)
        return TRUE;
    lock();
    ++running_calls[function];
    ++all_running_calls;
    if (options.log) {
        record = &records[++last_sequence % LOG_ROOM];
        va_list arguments;
        int i;
        memset(record, 0, sizeof(*record));
        record->sequence = call->sequence = last_sequence;
        record->function = function;
        record->argument_count = (DWORD)count;
        record->thread_id = GetCurrentThreadId();
        record->error = record->injected = NO_RESULT_CODE;
        record->running = TRUE;
        va_start(arguments, count);
        for (i = 0; i < count; ++i)
            record->arguments[i] = va_arg(arguments, ULONG64);
        va_end(arguments);
    }
    announce_change();
    fails = apply_rules(call, &failure);
    call->failure = failure;
    record = find_record(call->sequence);
    if (record != NULL)
        record->shape = (DWORD)call->shape;
    if (fails) {
        DWORD error = failure == KEEP_LAST_ERROR ? call->entry_error : failure;
        if (record != NULL)
            record->injected = failure;
        finish(call, 0, error);
        unlock();
        SetLastError(error);
        return FALSE;
    }
    unlock();
    return TRUE;
}

void call_text(const CALL *call, const WCHAR *text)
{
    RECORD *record;
    SIZE_T i;
    if (text == NULL || call->sequence == 0)
        return;
    lock();
    record = find_record(call->sequence);
    for (i = 0; record != NULL && text[i] != 0 && i < LOG_TEXT_LENGTH - 1; ++i)
        record->text[i] = text[i];
    unlock();
}

static void end(CALL *call, ULONG64 result, DWORD error)
{
    if (!call->counted)
        return;
    lock();
    finish(call, result, error);
    unlock();
}

BOOL call_end(CALL *call, DWORD error)
{
    DWORD left = error;
    if (error == ERROR_SUCCESS)
        left = options.success_error >= 0 ? (DWORD)options.success_error : call->entry_error;
    end(call, error == ERROR_SUCCESS, left);
    SetLastError(left);
    return error == ERROR_SUCCESS;
}

BOOL call_end_zero(CALL *call, DWORD error)
{
    end(call, error == ERROR_SUCCESS, error);
    SetLastError(error);
    return error == ERROR_SUCCESS;
}

HANDLE call_end_handle(CALL *call, HANDLE handle, DWORD error)
{
    DWORD left = error == ERROR_SUCCESS ? call->entry_error : error;
    end(call, (ULONG64)(ULONG_PTR)handle, left);
    SetLastError(left);
    return handle;
}

ULONG64 call_end_value(CALL *call, ULONG64 value, DWORD error)
{
    end(call, value, error);
    SetLastError(call->entry_error);
    return value;
}

LONG calls_running(void)
{
    return all_running_calls;
}

/* ---- what callers did wrong ---- */

#define VIOLATION_ROOM 256
#define VIOLATION_LENGTH 200
static char violations[VIOLATION_ROOM][VIOLATION_LENGTH];
static LONG violation_count;

void violation(FUNCTION function, const char *format, ...)
{
    va_list arguments;
    char *place;
    int used;
    if (violation_count >= VIOLATION_ROOM)
        return;
    place = violations[violation_count++];
    used = snprintf(place, VIOLATION_LENGTH, "%s: ", function_name(function));
    va_start(arguments, format);
    vsnprintf(place + used, VIOLATION_LENGTH - (SIZE_T)used, format, arguments);
    va_end(arguments);
    place[VIOLATION_LENGTH - 1] = '\0';
}

void calls_reset(void)
{
    memset(records, 0, sizeof(records));
    memset(rules, 0, sizeof(rules));
    rule_count = 0;
    violation_count = 0;
}

/* ---- control ---- */

CONTROL const char *standin_function_name(DWORD function)
{
    return function < FUNCTION_COUNT ? FUNCTION_NAMES[function] : NULL;
}

/* The newest sequence number; the ring holds the last LOG_ROOM of them. */
CONTROL ULONG64 standin_last_call(void)
{
    ULONG64 sequence;
    lock();
    sequence = last_sequence;
    unlock();
    return sequence;
}

CONTROL BOOL standin_call(ULONG64 sequence, RECORD *copy, DWORD size)
{
    const RECORD *record;
    lock();
    record = find_record(sequence);
    if (record != NULL && size == sizeof(*copy))
        *copy = *record;
    unlock();
    return record != NULL && size == sizeof(*copy);
}

/* Calls of one function, or of all with FUNCTION_COUNT, that have begun and not ended. */
CONTROL LONG standin_running(DWORD function)
{
    LONG count;
    lock();
    count = function < FUNCTION_COUNT ? running_calls[function] : all_running_calls;
    unlock();
    return count;
}

/* Waits until `count` calls of the function run at once. */
CONTROL BOOL standin_wait_running(DWORD function, LONG count, DWORD milliseconds)
{
    ULONGLONG deadline = GetTickCount64() + milliseconds;
    BOOL reached;
    if (function >= FUNCTION_COUNT)
        return FALSE;
    lock();
    while (running_calls[function] < count && time_left(deadline) > 0)
        wait_for_change(time_left(deadline));
    reached = running_calls[function] >= count;
    unlock();
    return reached;
}

/* Adds a rule and answers its number, or 0 when there is no room. */
CONTROL LONG standin_add_rule(DWORD function, DWORD action, LONG nth, LONG times, DWORD value)
{
    SIZE_T i;
    LONG id = 0;
    if (function >= FUNCTION_COUNT || action > ACTION_VANISH || nth < 1)
        return 0;
    lock();
    for (i = 0; i < RULE_ROOM && id == 0; ++i) {
        RULE *rule = &rules[i];
        if (rule->id != 0)
            continue;
        rule->id = id = ++last_rule_id;
        rule->function = (FUNCTION)function;
        rule->action = (ACTION)action;
        rule->skip = nth - 1;
        rule->times = times;
        rule->value = value;
        ++rule_count;
    }
    unlock();
    return id;
}

/* Removes one rule, and so releases the calls that it blocks; FALSE when it is used up. */
CONTROL BOOL standin_remove_rule(LONG id)
{
    SIZE_T i;
    BOOL found = FALSE;
    lock();
    for (i = 0; i < RULE_ROOM; ++i) {
        if (id != 0 && rules[i].id == id) {
            remove_rule(&rules[i]);
            found = TRUE;
        }
    }
    announce_change();
    unlock();
    return found;
}

CONTROL LONG standin_violation_count(void)
{
    return violation_count;
}

CONTROL const char *standin_violation(LONG index)
{
    return index >= 0 && index < violation_count ? violations[index] : NULL;
}

CONTROL void standin_clear_violations(void)
{
    lock();
    violation_count = 0;
    unlock();
}
