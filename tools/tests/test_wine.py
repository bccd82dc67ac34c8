"""Pipes between a program under Wine and whoever reads what it says."""

import os

from devkit import wine


def test_output_has_this_machines_line_ends() -> None:
    """A line end of Windows becomes one of ours, also where it comes in two pieces; a lone CR stays."""
    ours, programs = os.pipe()
    result, target = os.pipe()
    for piece in (b"one\r\ntwo\r", b"\nthree\rfour\r"):
        os.write(programs, piece)
    os.close(programs)
    with os.fdopen(target, "wb") as writer:
        wine._copy(os.fdopen(ours, "rb"), writer)
    with os.fdopen(result, "rb") as reader:
        assert reader.read() == b"one\ntwo\nthree\rfour\r"


def test_a_reader_who_has_gone_ends_the_program() -> None:
    """The program finds its pipe broken, instead of waiting for ever for somebody to read it."""
    ours, programs = os.pipe()
    result, target = os.pipe()
    os.close(result)
    os.write(programs, b"more than anybody wants")
    source = os.fdopen(ours, "rb")
    with os.fdopen(target, "wb") as writer:
        wine._copy(source, writer)
    assert source.closed
    os.close(programs)
