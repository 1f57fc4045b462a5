"""Names that try to be more than text.

Lives here: the names, each valid in an inventory. Must not live here: where they are shown.
"""

from __future__ import annotations

from typing import Final

__all__ = ["NASTY_NAMES"]

#: An element, an attribute, an entity, the end of another element, scripts of three directions, and no space to break.
NASTY_NAMES: Final = (
    "<script>window.stolen = 1</script>",
    '" onmouseover="window.stolen = 1" x="',
    "<img src=x onerror=window.stolen=1>",
    "&lt;b&gt; &amp; 'kutip'",
    "</title></style></textarea><svg onload=window.stolen=1>",
    "مكتب שלום 🏥",
    "{{ 7 * 7 }} ${7 * 7}",
    "NamaYangSangatPanjangTanpaSpasi" * 3,
)
