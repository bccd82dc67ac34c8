/* Watched memory: results with guard pages, two layouts, live counts, rejected frees, and the pool for benchmarks.
 *
 * Every rule about ownership comes from API notes 1.4, 2.11 and 2.12.
 */
#include <stdlib.h>
#include <string.h>

#include "standin.h"

#define PAGE 4096u
#define ROUND_UP(value, unit) (((value) + (unit)-1) / (unit) * (unit))

typedef struct BLOCK {
    struct BLOCK *next; /* in its bucket */
    BYTE *address;      /* what the caller holds */
    BYTE *base;         /* what is released: a reserved region, or a heap block when guards are off */
    SIZE_T base_size;
    BYTE **extra;       /* the pieces of an unguarded separate result */
    DWORD extra_count;
    BLOCK_KIND kind;
    BOOL wide;
    BOOL guarded;
    BOOL freed; /* in quarantine: inaccessible, kept to recognise a second free */
    DWORD count;
    FUNCTION producer;
} BLOCK;

static const struct {
    const char *name;
    BOOL ex;
    DWORD type_class;
} KINDS[BLOCK_KIND_COUNT] = {
    {"sessions", FALSE, 0},     {"processes", FALSE, 0},     {"servers", FALSE, 0},
    {"information", FALSE, 0},  {"user_config", FALSE, 0},   {"channel_query", FALSE, 0},
    {"processes_level_0", TRUE, WTSTypeProcessInfoLevel0},   {"processes_level_1", TRUE, WTSTypeProcessInfoLevel1},
    {"sessions_level_1", TRUE, WTSTypeSessionInfoLevel1},    {"nonce", TRUE, WTSTypeCloudAuthServerNonce},
    {"credential", TRUE, WTSTypeSerializedUserCredential},
};

/* ---- the table of blocks ---- */

#define BUCKETS 4096
static BLOCK *buckets[BUCKETS];
static DWORD live_count[BLOCK_KIND_COUNT];

static BLOCK **bucket_of(const void *address)
{
    return &buckets[((ULONG_PTR)address >> 4) * 2654435761u % BUCKETS];
}

static BLOCK *find_block(const void *address)
{
    BLOCK *block = *bucket_of(address);
    while (block != NULL && block->address != address)
        block = block->next;
    return block;
}

/* The live block that holds an address inside, for a better message about a foreign pointer. */
static BLOCK *find_surrounding(const BYTE *address)
{
    SIZE_T i;
    BLOCK *block;
    for (i = 0; i < BUCKETS; ++i)
        for (block = buckets[i]; block != NULL; block = block->next)
            if (block->guarded && address >= block->base && address < block->base + block->base_size)
                return block;
    return NULL;
}

static void add_block(BLOCK *block)
{
    BLOCK **bucket = bucket_of(block->address);
    block->next = *bucket;
    *bucket = block;
    ++live_count[block->kind];
}

static void forget_block(BLOCK *block)
{
    BLOCK **link = bucket_of(block->address);
    while (*link != block)
        link = &(*link)->next;
    *link = block->next;
    free(block->extra);
    free(block);
}

/* ---- getting and releasing memory ---- */

#define FRONT_MARK 0xAB /* fills the room before a guarded block; a caller that writes there is found when it frees */

static BLOCK *new_block(BLOCK_KIND kind, BOOL wide, DWORD count, FUNCTION producer)
{
    BLOCK *block = calloc(1, sizeof(*block));
    if (block != NULL) {
        block->kind = kind;
        block->wide = wide;
        block->count = count;
        block->producer = producer;
        block->guarded = options.guard != 0;
    }
    return block;
}

static SIZE_T pages_for(SIZE_T size)
{
    return size == 0 ? PAGE : ROUND_UP(size, PAGE);
}

/* Commits pages at `offset` of a region so that `size` bytes end exactly where they end; the page behind them stays
 * inaccessible. */
static BYTE *commit_flush(BYTE *region, SIZE_T offset, SIZE_T size)
{
    SIZE_T pages = pages_for(size);
    if (VirtualAlloc(region + offset, pages, MEM_COMMIT, PAGE_READWRITE) == NULL)
        return NULL;
    memset(region + offset, FRONT_MARK, pages - size);
    return region + offset + pages - size;
}

static BYTE *reserve(BLOCK *block, SIZE_T size)
{
    block->base = VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_NOACCESS);
    block->base_size = size;
    return block->base;
}

/* One block of `size` bytes. */
static BYTE *get_memory(BLOCK *block, SIZE_T size)
{
    if (!block->guarded) {
        block->base = block->address = HeapAlloc(GetProcessHeap(), 0, size == 0 ? 1 : size);
        return block->address;
    }
    if (reserve(block, pages_for(size) + PAGE) == NULL)
        return NULL;
    block->address = commit_flush(block->base, 0, size);
    return block->address;
}

static void release_memory(BLOCK *block)
{
    DWORD i;
    if (block->guarded) {
        VirtualFree(block->base, 0, MEM_RELEASE);
        return;
    }
    for (i = 0; i < block->extra_count; ++i)
        HeapFree(GetProcessHeap(), 0, block->extra[i]);
    HeapFree(GetProcessHeap(), 0, block->base);
}

/* Freed blocks stay reserved and inaccessible for a while: a use after free faults, a second free is recognised. */
#define QUARANTINE_ROOM 1024
static BLOCK *quarantine[QUARANTINE_ROOM];
static SIZE_T quarantine_next;

static void retire_block(BLOCK *block)
{
    BLOCK **slot = &quarantine[quarantine_next++ % QUARANTINE_ROOM];
    --live_count[block->kind];
    if (!block->guarded) {
        release_memory(block);
        forget_block(block);
        return;
    }
    if (*slot != NULL) {
        release_memory(*slot);
        forget_block(*slot);
    }
    VirtualFree(block->base, block->base_size, MEM_DECOMMIT);
    block->freed = TRUE;
    *slot = block;
}

/* ---- building a result ---- */

BOOL result_begin(RESULT *result, BLOCK_KIND kind, BOOL wide, DWORD count, SIZE_T row_size)
{
    memset(result, 0, sizeof(*result));
    result->kind = kind;
    result->wide = wide;
    result->count = count;
    result->rows_size = count * row_size;
    result->rows = calloc(count == 0 ? 1 : count, row_size);
    result->failed = result->rows == NULL;
    return !result->failed;
}

static void add_piece(RESULT *result, void *field, const void *data, SIZE_T size, BOOL text)
{
    PIECE *piece;
    if (result->piece_count == result->piece_room) {
        DWORD room = result->piece_room == 0 ? 64 : result->piece_room * 2;
        PIECE *pieces = realloc(result->pieces, room * sizeof(*pieces));
        if (pieces == NULL) {
            result->failed = TRUE;
            return;
        }
        result->pieces = pieces;
        result->piece_room = room;
    }
    if (result->content_size + size > result->content_room) {
        SIZE_T room = (result->content_size + size) * 2;
        BYTE *content = realloc(result->content, room);
        if (content == NULL) {
            result->failed = TRUE;
            return;
        }
        result->content = content;
        result->content_room = room;
    }
    piece = &result->pieces[result->piece_count++];
    piece->field = (SIZE_T)((BYTE *)field - result->rows);
    piece->data = result->content_size;
    piece->size = size;
    piece->text = text;
    piece->original = NULL;
    memcpy(result->content + result->content_size, data, size);
    result->content_size += size;
}

void result_text(RESULT *result, void *field, const WCHAR *text)
{
    if (text == NULL)
        return; /* the rows are zeroed: a NULL pointer */
    if (result->wide) {
        add_piece(result, field, text, (wcslen(text) + 1) * sizeof(WCHAR), TRUE);
    } else {
        SIZE_T bytes;
        char *ansi = ansi_from_wide(text, &bytes);
        if (ansi != NULL)
            add_piece(result, field, ansi, bytes, TRUE);
        free(ansi);
    }
}

void result_bytes(RESULT *result, void *field, const BYTE *bytes, SIZE_T size)
{
    if (bytes != NULL && size > 0)
        add_piece(result, field, bytes, size, FALSE);
}

/* Equal pieces take one place: a result whose rows share their strings. */
static void share_pieces(RESULT *result)
{
    SIZE_T slots = 16, i;
    PIECE **table;
    while (slots < (SIZE_T)result->piece_count * 2)
        slots *= 2;
    table = calloc(slots, sizeof(*table));
    if (table == NULL)
        return;
    for (i = 0; i < result->piece_count; ++i) {
        PIECE *piece = &result->pieces[i];
        const BYTE *data = result->content + piece->data;
        SIZE_T hash = 2166136261u, k, slot;
        for (k = 0; k < piece->size; ++k)
            hash = (hash ^ data[k]) * 16777619u;
        for (slot = hash % slots; table[slot] != NULL; slot = (slot + 1) % slots) {
            const PIECE *other = table[slot];
            if (other->size == piece->size && other->text == piece->text
                && memcmp(result->content + other->data, data, piece->size) == 0)
                break;
        }
        if (table[slot] != NULL)
            piece->original = table[slot];
        else
            table[slot] = piece;
    }
    free(table);
}

/* Rows, SIDs and texts in one block. The last of them ends flush with the block, so that the guard page follows it:
 * spare bytes lie between SIDs and texts, where no reader has business. */
typedef struct PLAN {
    SIZE_T rows, sids, texts, size;
} PLAN;

static PLAN plan_block(const RESULT *result)
{
    PLAN plan;
    SIZE_T sids = 0, texts = 0;
    DWORD i;
    for (i = 0; i < result->piece_count; ++i) {
        PIECE *piece = &result->pieces[i];
        SIZE_T *area = piece->text ? &texts : &sids;
        if (piece->original != NULL)
            continue;
        piece->place = *area;
        *area += piece->text ? piece->size : ROUND_UP(piece->size, 4);
    }
    if (options.strings == 1) {
        plan.sids = 0;
        plan.texts = sids;
        plan.rows = ROUND_UP(sids + texts, 8);
        plan.size = plan.rows + result->rows_size;
    } else {
        plan.rows = 0;
        plan.sids = result->rows_size;
        plan.size = ROUND_UP(result->rows_size + sids + texts, 8);
        plan.texts = plan.size - texts;
    }
    return plan;
}

static void set_field(BYTE *rows, const PIECE *piece, BYTE *target)
{
    memcpy(rows + piece->field, &target, sizeof(target));
}

static void write_block(const RESULT *result, const PLAN *plan, BYTE *start)
{
    DWORD i;
    BYTE *rows = start + plan->rows;
    memcpy(rows, result->rows, result->rows_size);
    for (i = 0; i < result->piece_count; ++i) {
        const PIECE *piece = &result->pieces[i];
        const PIECE *source = piece->original != NULL ? piece->original : piece;
        BYTE *target = start + (source->text ? plan->texts : plan->sids) + source->place;
        memcpy(target, result->content + source->data, source->size);
        set_field(rows, piece, target);
    }
}

static BOOL finish_block(const RESULT *result, BLOCK *block)
{
    PLAN plan = plan_block(result);
    BYTE *start = get_memory(block, plan.size);
    if (start == NULL)
        return FALSE;
    write_block(result, &plan, start);
    block->address = start + plan.rows;
    return TRUE;
}

/* Above this many pieces they share pages: a guarded piece costs 8 microseconds and two mappings, of which a process has
 * few. */
#define GUARDED_PIECES 128

static BOOL finish_separate_guarded(RESULT *result, BLOCK *block)
{
    BOOL apart = result->piece_count <= GUARDED_PIECES;
    SIZE_T rows_room = pages_for(result->rows_size) + PAGE, room = rows_room, packed = 0;
    BYTE *packed_start = NULL;
    DWORD i;
    for (i = 0; i < result->piece_count; ++i) {
        PIECE *piece = &result->pieces[i];
        if (piece->original != NULL)
            continue;
        if (apart) {
            piece->place = room;
            room += pages_for(piece->size) + PAGE;
        } else {
            piece->place = packed;
            packed += ROUND_UP(piece->size, 8);
        }
    }
    if (!apart)
        room += pages_for(packed) + PAGE;
    if (reserve(block, room) == NULL)
        return FALSE;
    block->address = commit_flush(block->base, 0, result->rows_size);
    if (block->address == NULL)
        return FALSE;
    memcpy(block->address, result->rows, result->rows_size);
    if (!apart && (packed_start = commit_flush(block->base, rows_room, packed)) == NULL)
        return FALSE;
    for (i = 0; i < result->piece_count; ++i) {
        PIECE *piece = &result->pieces[i];
        const PIECE *source = piece->original != NULL ? piece->original : piece;
        BYTE *target;
        if (!apart)
            target = packed_start + source->place;
        else if (source == piece)
            target = commit_flush(block->base, source->place, source->size);
        else
            target = block->base + source->place + pages_for(source->size) - source->size;
        if (target == NULL)
            return FALSE;
        memcpy(target, result->content + source->data, source->size);
        set_field(block->address, piece, target);
    }
    return TRUE;
}

static BOOL finish_separate_heap(const RESULT *result, BLOCK *block)
{
    DWORD i;
    block->extra = calloc(result->piece_count + 1, sizeof(*block->extra));
    if (block->extra == NULL || get_memory(block, result->rows_size) == NULL)
        return FALSE;
    memcpy(block->address, result->rows, result->rows_size);
    for (i = 0; i < result->piece_count; ++i) {
        const PIECE *piece = &result->pieces[i];
        BYTE *target;
        if (piece->original != NULL) { /* an original comes before its copies, so its field is set already */
            memcpy(&target, block->address + piece->original->field, sizeof(target));
        } else {
            target = HeapAlloc(GetProcessHeap(), 0, piece->size);
            if (target == NULL)
                return FALSE;
            memcpy(target, result->content + piece->data, piece->size);
            block->extra[block->extra_count++] = target;
        }
        set_field(block->address, piece, target);
    }
    return TRUE;
}

static void result_release(RESULT *result)
{
    free(result->rows);
    free(result->content);
    free(result->pieces);
}

static BOOL finish_into(RESULT *result, BLOCK *block)
{
    if (!KINDS[result->kind].ex || options.layout == 1)
        return finish_block(result, block);
    return block->guarded ? finish_separate_guarded(result, block) : finish_separate_heap(result, block);
}

static void pool_fill(RESULT *result);

void *result_finish(RESULT *result, FUNCTION producer)
{
    BLOCK *block = result->failed ? NULL : new_block(result->kind, result->wide, result->count, producer);
    void *address = NULL;
    if (block != NULL) {
        if (options.shared)
            share_pieces(result);
        if (options.pool)
            pool_fill(result);
        if (finish_into(result, block)) {
            add_block(block);
            address = block->address;
        } else {
            if (block->base != NULL)
                release_memory(block);
            free(block->extra);
            free(block);
        }
    }
    result_release(result);
    return address;
}

/* API notes, list of what must be got right, 4: success may come with a NULL array; and zero rows may still be a block
 * that must be freed. */
DWORD result_deliver(const CALL *call, RESULT *result, void **rows, DWORD *count)
{
    void *address;
    DWORD delivered = result->count;
    if (call->shape == SHAPE_NULL_RESULT || (delivered == 0 && options.empty == 1)) {
        result_release(result);
        *rows = NULL;
        *count = call->shape_count;
        return ERROR_SUCCESS;
    }
    address = result_finish(result, call->function);
    if (address == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *rows = address;
    *count = delivered;
    return ERROR_SUCCESS;
}

void *block_copy(BLOCK_KIND kind, BOOL wide, const void *data, SIZE_T size, FUNCTION producer)
{
    BLOCK *block = new_block(kind, wide, 1, producer);
    if (block == NULL)
        return NULL;
    if (get_memory(block, size) == NULL) {
        free(block);
        return NULL;
    }
    memcpy(block->address, data, size);
    add_block(block);
    return block->address;
}

/* ---- freeing ---- */

static BOOL front_is_whole(const BLOCK *block)
{
    const BYTE *byte;
    const BYTE *page = block->base + (block->address - block->base) / PAGE * PAGE;
    if (!block->guarded || KINDS[block->kind].ex || options.strings == 1)
        return TRUE;
    for (byte = page; byte < block->address; ++byte)
        if (*byte != FRONT_MARK)
            return FALSE;
    return TRUE;
}

static BOOL reject_unknown(FUNCTION function, const void *address)
{
    const BLOCK *around = find_surrounding(address);
    if (around != NULL)
        violation(function, "%p points into a block of %s, it does not start one", address, KINDS[around->kind].name);
    else
        violation(function, "%p is a foreign pointer, or was freed before", address);
    return FALSE;
}

/* A rejected block stays live, so that the caller's mistake also shows as a leak. */
BOOL block_free(FUNCTION function, void *address, BOOL ex, DWORD type_class, BOOL wide, DWORD count)
{
    BLOCK *block;
    if (address == NULL) {
        violation(function, "freed NULL"); /* API notes 2.11: guard, do not rely on it */
        return FALSE;
    }
    block = find_block(address);
    if (block == NULL)
        return reject_unknown(function, address);
    if (block->freed) {
        violation(function, "double free of %p (%s)", address, KINDS[block->kind].name);
        return FALSE;
    }
    if (KINDS[block->kind].ex != ex) {
        violation(function, "wrong free function for %p (%s)", address, KINDS[block->kind].name);
        return FALSE;
    }
    if (ex && KINDS[block->kind].type_class != type_class) {
        violation(function, "wrong class %lu for %p (%s)", type_class, address, KINDS[block->kind].name);
        return FALSE;
    }
    if (ex && block->count != count) {
        violation(function, "wrong count %lu for %p (%s), it has %lu", count, address, KINDS[block->kind].name,
                  block->count);
        return FALSE;
    }
    if (ex && block->wide != wide) {
        violation(function, "%s block %p freed by the other form", block->wide ? "W" : "A", address);
        return FALSE;
    }
    if (!front_is_whole(block))
        violation(function, "the bytes before %p (%s) were overwritten", address, KINDS[block->kind].name);
    retire_block(block);
    return TRUE;
}

static void pool_take_away(void);

/* Takes everything away: live blocks and quarantine. */
void blocks_reset(void)
{
    SIZE_T i;
    pool_take_away();
    memset(quarantine, 0, sizeof(quarantine));
    for (i = 0; i < BUCKETS; ++i) {
        while (buckets[i] != NULL) {
            release_memory(buckets[i]);
            forget_block(buckets[i]);
        }
    }
    memset(live_count, 0, sizeof(live_count));
}

/* ---- the pool: results copied from prebuilt images, so that a benchmark's floor is not page faults ---- */

#define POOL_SLOTS 4

typedef struct SLOT {
    volatile LONG busy;
    BYTE *place;   /* where the caller's copy lies */
    BYTE *image;   /* what is copied there: pointers in it are right for `place` */
    SIZE_T size;
    SIZE_T rows;   /* offset of the rows */
    BYTE **pieces; /* separate layout: the texts and SIDs, which stay where they are */
    DWORD piece_count;
} SLOT;

typedef struct POOL {
    volatile LONG ready;
    DWORD count;
    SLOT slots[POOL_SLOTS];
} POOL;

static POOL pools[BLOCK_KIND_COUNT];

static void empty_slot(SLOT *slot)
{
    DWORD i;
    for (i = 0; i < slot->piece_count; ++i)
        HeapFree(GetProcessHeap(), 0, slot->pieces[i]);
    free(slot->pieces);
    free(slot->place);
    free(slot->image);
    memset(slot, 0, sizeof(*slot));
}

static BOOL fill_slot(RESULT *result, SLOT *slot)
{
    if (!KINDS[result->kind].ex || options.layout == 1) {
        PLAN plan = plan_block(result);
        slot->size = plan.size;
        slot->rows = plan.rows;
        slot->place = malloc(slot->size + 1);
        if (slot->place != NULL)
            write_block(result, &plan, slot->place);
    } else {
        DWORD i;
        slot->size = result->rows_size;
        slot->pieces = calloc(result->piece_count + 1, sizeof(*slot->pieces));
        slot->place = malloc(slot->size + 1);
        if (slot->pieces == NULL || slot->place == NULL)
            return FALSE;
        memcpy(slot->place, result->rows, slot->size);
        for (i = 0; i < result->piece_count; ++i) {
            const PIECE *piece = &result->pieces[i];
            BYTE *copy;
            if (piece->original != NULL) {
                memcpy(&copy, slot->place + piece->original->field, sizeof(copy));
            } else {
                copy = HeapAlloc(GetProcessHeap(), 0, piece->size);
                if (copy == NULL)
                    return FALSE;
                memcpy(copy, result->content + piece->data, piece->size);
                slot->pieces[slot->piece_count++] = copy;
            }
            set_field(slot->place, piece, copy);
        }
    }
    slot->image = malloc(slot->size + 1);
    if (slot->place == NULL || slot->image == NULL)
        return FALSE;
    memcpy(slot->image, slot->place, slot->size);
    return TRUE;
}

static void pool_fill(RESULT *result)
{
    POOL *pool = &pools[result->kind];
    SIZE_T i;
    if (pool->ready || !result->wide || !result->pooled)
        return;
    for (i = 0; i < POOL_SLOTS; ++i)
        if (pool->slots[i].busy)
            return; /* a result of the model before still lives here */
    for (i = 0; i < POOL_SLOTS; ++i) {
        empty_slot(&pool->slots[i]);
        if (!fill_slot(result, &pool->slots[i])) {
            empty_slot(&pool->slots[i]);
            return;
        }
    }
    pool->count = result->count;
    pool->ready = TRUE;
}

void *pool_take(BLOCK_KIND kind, DWORD *count)
{
    POOL *pool = &pools[kind];
    SIZE_T i;
    if (!options.pool || !pool->ready)
        return NULL;
    for (i = 0; i < POOL_SLOTS; ++i) {
        SLOT *slot = &pool->slots[i];
        if (slot->busy || InterlockedExchange(&slot->busy, TRUE))
            continue;
        memcpy(slot->place, slot->image, slot->size);
        *count = pool->count;
        return slot->place + slot->rows;
    }
    return NULL;
}

BOOL pool_give_back(void *address, BOOL ex, DWORD type_class, DWORD count)
{
    SIZE_T kind, i;
    if (!options.pool)
        return FALSE;
    for (kind = 0; kind < BLOCK_KIND_COUNT; ++kind) {
        POOL *pool = &pools[kind];
        if (KINDS[kind].ex != ex || (ex && (KINDS[kind].type_class != type_class || pool->count != count)))
            continue;
        for (i = 0; i < POOL_SLOTS; ++i) {
            SLOT *slot = &pool->slots[i];
            if (slot->place + slot->rows == address && slot->busy) {
                InterlockedExchange(&slot->busy, FALSE);
                return TRUE;
            }
        }
    }
    return FALSE;
}

/* The model changed, so the images are stale. Slots in a caller's hands are left to it. */
void pool_clear(void)
{
    SIZE_T kind, i;
    for (kind = 0; kind < BLOCK_KIND_COUNT; ++kind) {
        pools[kind].ready = FALSE;
        for (i = 0; i < POOL_SLOTS; ++i)
            if (!pools[kind].slots[i].busy)
                empty_slot(&pools[kind].slots[i]);
    }
}

static void pool_take_away(void)
{
    SIZE_T kind, i;
    for (kind = 0; kind < BLOCK_KIND_COUNT; ++kind)
        for (i = 0; i < POOL_SLOTS; ++i)
            pools[kind].slots[i].busy = FALSE;
    pool_clear();
}

/* ---- control ---- */

DWORD blocks_live(BLOCK_KIND kind)
{
    DWORD count = live_count[kind];
    SIZE_T i;
    for (i = 0; i < POOL_SLOTS; ++i)
        count += pools[kind].slots[i].busy != 0;
    return count;
}

CONTROL const char *standin_block_kind(DWORD kind)
{
    return kind < BLOCK_KIND_COUNT ? KINDS[kind].name : NULL;
}

CONTROL DWORD standin_live_blocks(DWORD kind)
{
    DWORD count = 0;
    lock();
    if (kind < BLOCK_KIND_COUNT)
        count = blocks_live((BLOCK_KIND)kind);
    unlock();
    return count;
}

/* ---- WTSFreeMemory, WTSFreeMemoryEx ---- */

/* API notes 2.11: plain buffers; no result, no error. */
VOID WINAPI WTSFreeMemory(PVOID memory)
{
    CALL call;
    if (pool_give_back(memory, FALSE, 0, 0))
        return;
    if (!call_begin(&call, FUNCTION_WTSFreeMemory, 1, ARGUMENT(memory)))
        return;
    lock();
    block_free(call.function, memory, FALSE, 0, FALSE, 0);
    unlock();
    call_end_value(&call, TRUE, NO_RESULT_CODE);
}

/* API notes 2.12: type and count must be those of the result; 87 is the plausible error. */
static BOOL free_memory_ex(FUNCTION function, BOOL wide, DWORD type_class, void *memory, ULONG count)
{
    CALL call;
    BOOL freed;
    if (pool_give_back(memory, TRUE, type_class, count))
        return TRUE;
    if (!call_begin(&call, function, 3, ARGUMENT(type_class), ARGUMENT(memory), ARGUMENT(count)))
        return FALSE;
    lock();
    freed = block_free(function, memory, TRUE, type_class, wide, count);
    unlock();
    return call_end(&call, freed ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER);
}

BOOL WINAPI WTSFreeMemoryExW(WTS_TYPE_CLASS type_class, PVOID memory, ULONG count)
{
    return free_memory_ex(FUNCTION_WTSFreeMemoryExW, TRUE, type_class, memory, count);
}

BOOL WINAPI WTSFreeMemoryExA(WTS_TYPE_CLASS type_class, PVOID memory, ULONG count)
{
    return free_memory_ex(FUNCTION_WTSFreeMemoryExA, FALSE, type_class, memory, count);
}
