"""From a document to a PDF: Typst, with our own templates and fonts and nothing else.

Lives here: the one call of the ``typst`` package. Must not live here: texts, looks. The data reach Typst as JSON, never
as markup; the templates name no package, so nothing is fetched; fonts of the machine are not looked at; the document's
date is its own. So the same data are the same bytes on any machine with the locked version of ``typst``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from exporter.errors import PantauError
from exporter.evidence.glyphs import characters_of, showable
from exporter.files import package_bytes

__all__ = ["FONT_FILES", "pdf_of"]

FONT_FILES = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf")


@cache
def _characters() -> frozenset[int]:
    """What every one of our fonts can show."""
    return frozenset.intersection(*(characters_of(package_bytes(f"fonts/{each}")) for each in FONT_FILES))


def pdf_of(template: str, data: Mapping[str, Any], attachments: Mapping[str, bytes]) -> bytes:
    """A PDF/A-3b of ``data`` (``document_of``, ``acceptance_of``), with files such as ``csv/NAME.csv`` in it.

    ``template`` is ``report`` or ``acceptance``; attachments are UTF-8 CSV. Raises PantauError when the package
    ``typst`` is missing or refuses the document.
    """
    try:
        import typst  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise PantauError("the PDF needs typst — pip install 'pantau-opd[evidence]'") from error
    data_folder = Path(str(resources.files("exporter"))) / "data"
    text = json.dumps(_with(data, attachments), ensure_ascii=True, sort_keys=True)
    try:
        return typst.compile(
            data_folder / "evidence" / f"{template}.typ",
            root=data_folder / "evidence",
            font_paths=[data_folder / "fonts"],
            ignore_system_fonts=True,
            sys_inputs={"data": text},
            format="pdf",
            pdf_standards=["a-3b"],
        )
    except (typst.TypstError, RuntimeError) as error:
        raise PantauError(f"Typst refused the {template}: {error} — tell whoever maintains the templates") from error


def _with(data: Mapping[str, Any], attachments: Mapping[str, bytes]) -> dict[str, Any]:
    """The document as it is set; attachments keep every character."""
    attached = [
        {"path": path, "text": raw.decode("utf-8"), "type": "text/csv", "description": path.rpartition("/")[2]}
        for path, raw in sorted(attachments.items())
    ]
    shown: dict[str, Any] = showable(dict(data), _characters())
    return {**shown, "attachments": attached}
