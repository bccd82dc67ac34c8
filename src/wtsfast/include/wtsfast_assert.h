/* Compile-time assertions about struct layouts, in standard C11, in C++11 and in MSVC's C. */
#ifndef WTSFAST_ASSERT_H
#define WTSFAST_ASSERT_H

#include <stddef.h>

#if defined(__cplusplus) || (defined(_MSC_VER) && !defined(__clang__))
/* In C, MSVC has static_assert in every mode, but _Static_assert only with /std:c11. */
#include <assert.h>
#define WTSFAST_ASSERT(condition, text) static_assert(condition, text)
#else
#define WTSFAST_ASSERT(condition, text) _Static_assert(condition, text)
#endif

#define WTSFAST_ASSERT_SIZE(type, size) WTSFAST_ASSERT(sizeof(type) == (size), "sizeof(" #type ") is not " #size);
#define WTSFAST_ASSERT_FIELD(type, field, offset)                                                                      \
    WTSFAST_ASSERT(offsetof(type, field) == (offset), #type "." #field " is not at offset " #offset);

#endif
