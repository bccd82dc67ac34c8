"""The account that a SID names."""

from __future__ import annotations

from typing import NamedTuple

from wtsfast.enums import SidType

__all__ = ["Account"]


class Account(NamedTuple):
    """Name an account: ``name``, the ``domain`` (or computer) that it belongs to, and its ``type``."""

    name: str
    domain: str
    type: SidType | int

    def __str__(self) -> str:
        return f"{self.domain}\\{self.name}" if self.domain else self.name
