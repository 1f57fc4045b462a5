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
from typing import Any

from exporter.errors import PantauError
from exporter.evidence.glyphs import characters_of, showable
from exporter.files import package_bytes, package_text

__all__ = ["FONT_FILES", "TEMPLATES", "pdf_of"]

#: Documents that can be set.
TEMPLATES = ("report", "acceptance")

_SHARED = ("style.typ", "blocks.typ", "charts.typ")

FONT_FILES = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf")


@cache
def _characters() -> frozenset[int]:
    """What every one of our fonts can show."""
    return frozenset.intersection(*(characters_of(package_bytes(f"fonts/{each}")) for each in FONT_FILES))


def pdf_of(template: str, data: Mapping[str, Any], attachments: Mapping[str, bytes]) -> bytes:
    """A PDF/A-3b of ``data`` (``document_of``, ``acceptance_of``), with files such as ``csv/NAME.csv`` in it.

    Attachments are UTF-8 CSV. Raises PantauError when the package ``typst`` is missing or refuses the document.
    """
    try:
        import typst  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise PantauError("the PDF needs typst — pip install 'pantau-opd[evidence]'") from error
    files = {name: package_text(f"evidence/{name}").encode() for name in _SHARED}
    files["main"] = package_text(f"evidence/{template}.typ").encode()
    files["data.json"] = json.dumps(_with(data, attachments), ensure_ascii=True, sort_keys=True).encode()
    data_folder = resources.files("exporter").joinpath("data")
    try:
        made = typst.compile(  # type: ignore[call-overload] # files by name are taken, and not in its stub
            files,
            root=str(data_folder.joinpath("evidence")),
            font_paths=[str(data_folder.joinpath("fonts"))],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-3b"],
        )
    except (typst.TypstError, RuntimeError) as error:
        raise PantauError(f"Typst refused the {template}: {error} — tell whoever maintains the templates") from error
    if not isinstance(made, bytes):
        raise PantauError(f"Typst made no PDF of the {template} — tell whoever maintains the templates")
    return made


def _with(data: Mapping[str, Any], attachments: Mapping[str, bytes]) -> dict[str, Any]:
    """The document as it is set; attachments keep every character."""
    attached = [
        {"path": path, "text": raw.decode("utf-8"), "type": "text/csv", "description": path.rpartition("/")[2]}
        for path, raw in sorted(attachments.items())
    ]
    shown: dict[str, Any] = showable(dict(data), _characters())
    return {**shown, "attachments": attached}
