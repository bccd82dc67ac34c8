"""Reads Arrow's C structs by ctypes alone, as the specification of the C data interface lays them out."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

NULLABLE = 2


class Schema(ctypes.Structure):
    """ArrowSchema."""


class Array(ctypes.Structure):
    """ArrowArray."""


class Stream(ctypes.Structure):
    """ArrowArrayStream."""


RELEASE_SCHEMA = ctypes.CFUNCTYPE(None, ctypes.POINTER(Schema))
RELEASE_ARRAY = ctypes.CFUNCTYPE(None, ctypes.POINTER(Array))
RELEASE_STREAM = ctypes.CFUNCTYPE(None, ctypes.POINTER(Stream))

Schema._fields_ = (
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", RELEASE_SCHEMA),
    ("private_data", ctypes.c_void_p),
)
Array._fields_ = (
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", RELEASE_ARRAY),
    ("private_data", ctypes.c_void_p),
)
Stream._fields_ = (
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Stream), ctypes.POINTER(Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(Stream))),
    ("release", RELEASE_STREAM),
    ("private_data", ctypes.c_void_p),
)

AnyStruct = TypeVar("AnyStruct", Schema, Array, Stream)
Node = TypeVar("Node", Schema, Array)

_NUMBERS = {b"I": ctypes.c_uint32, b"i": ctypes.c_int32, b"L": ctypes.c_uint64, b"l": ctypes.c_int64}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


def schema_in(capsule: object) -> Schema:
    """Give the struct in a capsule, which stays the capsule's and keeps it alive."""
    return _kept(Schema.from_address(_pointer_of(capsule, b"arrow_schema")), capsule)


def array_in(capsule: object) -> Array:
    """Give the struct in a capsule, which stays the capsule's and keeps it alive."""
    return _kept(Array.from_address(_pointer_of(capsule, b"arrow_array")), capsule)


def stream_in(capsule: object) -> Stream:
    """Give the struct in a capsule, which stays the capsule's and keeps it alive."""
    return _kept(Stream.from_address(_pointer_of(capsule, b"arrow_array_stream")), capsule)


def _kept(struct: AnyStruct, capsule: object) -> AnyStruct:
    struct.capsule = capsule
    return struct


def moved(source: AnyStruct) -> AnyStruct:
    """Take a struct over, as the specification says: copied, and marked as released where it was."""
    assert source.release
    target = type(source)()
    ctypes.pointer(target)[0] = source
    source.release = type(source.release)()
    return target


def release(struct: Schema | Array | Stream) -> None:
    """Release a struct, which marks itself as released."""
    struct.release(ctypes.byref(struct))
    assert not struct.release


@dataclass(frozen=True)
class Field:
    """A column as the schema describes it; `values` is the format of a dictionary's values."""

    name: str
    format: str
    nullable: bool
    values: str | None


def fields(schema: Schema) -> list[Field]:
    """Read the schema of a batch."""
    assert (schema.format, schema.metadata, bool(schema.dictionary)) == (b"+s", None, False)
    return [_field(child) for child in children(schema)]


def _field(schema: Schema) -> Field:
    assert schema.n_children == 0
    assert schema.flags in {0, NULLABLE}
    assert schema.metadata is None
    values = schema.dictionary[0].format.decode() if schema.dictionary else None
    return Field(schema.name.decode(), schema.format.decode(), schema.flags == NULLABLE, values)


def children(parent: Node) -> Iterator[Node]:
    """Walk over the children of a struct."""
    for at in range(parent.n_children):
        yield parent.children[at][0]


def rows(schema: Schema, array: Array) -> list[dict[str, object]]:
    """Read a batch as Python values, and check all that can be checked of it on the way."""
    assert (array.offset, array.n_buffers, array.null_count, array.buffers[0]) == (0, 1, 0, None)
    assert not array.dictionary
    assert array.n_children == schema.n_children
    names = [field.name for field in fields(schema)]
    columns = [column(*each) for each in zip(children(schema), children(array), strict=True)]
    assert all(len(values) == array.length for values in columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def column(schema: Schema, array: Array) -> list[object]:
    """Read one column."""
    assert (array.offset, array.n_children, array.n_buffers) == (0, 0, 2)
    valid = _validity(array)
    assert valid.count(False) == array.null_count
    assert schema.flags == NULLABLE or array.null_count == 0
    if schema.format == b"tsu:UTC":
        values: list[object] = [_EPOCH + timedelta(microseconds=each) for each in _numbers(array, ctypes.c_int64)]
    elif schema.dictionary:
        texts = _texts(array.dictionary[0])
        values = [texts[at] if ok else None for at, ok in zip(_numbers(array, ctypes.c_int32), valid, strict=True)]
    else:
        assert not array.dictionary
        values = list(_numbers(array, _NUMBERS[schema.format]))
    return [value if ok else None for value, ok in zip(values, valid, strict=True)]


def _validity(array: Array) -> list[bool]:
    address = array.buffers[0]
    if address is None:
        return [True] * array.length
    bitmap = ctypes.string_at(_aligned(address), (array.length + 7) // 8)
    return [bool(bitmap[row // 8] >> row % 8 & 1) for row in range(array.length)]


def _numbers(array: Array, kind: type[ctypes._SimpleCData[int]]) -> list[int]:
    return list((kind * array.length).from_address(_aligned(array.buffers[1])))


def _texts(array: Array) -> list[str]:
    """Read the values of a dictionary: no nulls, and offsets that grow."""
    assert (array.offset, array.null_count, array.n_children, array.n_buffers) == (0, 0, 0, 3)
    assert array.buffers[0] is None
    assert array.buffers[1]
    assert array.buffers[2]
    offsets = list((ctypes.c_int32 * (array.length + 1)).from_address(array.buffers[1]))
    assert offsets[0] == 0
    assert offsets == sorted(offsets)
    data = ctypes.string_at(array.buffers[2], offsets[-1])
    return [data[start:end].decode() for start, end in itertools.pairwise(offsets)]


def _aligned(address: int | None) -> int:
    assert address
    assert address % 64 == 0
    return address
