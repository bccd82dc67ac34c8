from typing import SupportsIndex

from typing_extensions import Buffer

__all__ = ["WTSSetRenderHint"]

def WTSSetRenderHint(
    render_hint_id: SupportsIndex, hwnd: SupportsIndex, render_hint_type: SupportsIndex, hint_data: Buffer
) -> int: ...
