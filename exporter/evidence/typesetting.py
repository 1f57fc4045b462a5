"""Documents as PDF: blocks in, bytes out, the same bytes for the same blocks on every machine.

Lives here: calling Typst with our own template and fonts, and nothing else: no fonts of the system, no packages from a
network, no present time. Must not live here: texts and figures (``document``, ``acceptance``). PDF/A-3b (ISO 19005-3)
lets the tables travel within the document; Typst refuses to write what does not conform.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from exporter.errors import PantauError
from exporter.files import package_file

__all__ = ["Attachment", "pdf_of"]

#: Name, bytes, description.
Attachment = tuple[str, bytes, str]

_FONTS = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf")


def pdf_of(document: Mapping[str, Any], dated: date, attachments: Sequence[Attachment] = ()) -> bytes:
    """The document (see ``document.document_of``) as PDF/A-3b. Raises PantauError where Typst is not installed."""
    try:
        import typst  # noqa: PLC0415 - of the extra "evidence"
    except ModuleNotFoundError as error:
        raise PantauError("the report needs Typst: pip install 'pantau-opd[evidence]'") from error
    with tempfile.TemporaryDirectory(prefix="pantau-naskah-") as name:
        folder = Path(name)
        for font in _FONTS:
            (folder / font).write_bytes(package_file("fonts", font))
        for each, raw, _ in attachments:
            (folder / each).write_bytes(raw)
        listed = [{"name": each, "description": words} for each, _, words in attachments]
        data = {**document, "dated": [dated.year, dated.month, dated.day], "attachments": listed}
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        (folder / "naskah.typ").write_bytes(package_file("evidence", "naskah.typ"))
        compiler = typst.Compiler(
            str(folder / "naskah.typ"), root=name, font_paths=[name], ignore_system_fonts=True, package_path=name
        )
        pdf = compiler.compile(
            format="pdf",
            pdf_standards=["a-3b"],
            timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
        )
    assert isinstance(pdf, bytes)
    return pdf
