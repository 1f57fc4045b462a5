"""A PDF that somebody signed, beside the one that the pack holds.

Lives here: whether it begins with our bytes, what was added, and where it was written anew, whether it carries our
data. Must not live here: who the signer is, and whether a law accepts it; the signer's own service says that. A PDF is
signed by adding to its end (ISO 32000-1, 7.5.6 and 12.8), so our bytes stay, and only what is added can be new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from exporter.evidence.finding import Finding, bad, good, note

__all__ = ["signed_findings"]

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_EXTRA = "pip install 'pantau-opd[seal]'"
_MAX_PAGES = 20_000

#: What signing adds to the catalogue of a document, and what programs note there.
_OF_SIGNING = {"/AcroForm", "/DSS", "/Extensions", "/Perms", "/Version", "/Metadata"}


def signed_findings(pdfs: Mapping[str, bytes], signed: bytes, name: str) -> Iterator[Finding]:
    """What a file called ``name`` is to the PDF files of a pack, by path."""
    same = next((path for path, raw in sorted(pdfs.items()) if raw == signed), None)
    if same is not None:
        yield bad(f"{name}: sama persis dengan {same}, belum ditandatangani")
        return
    prefix = next((path for path, raw in sorted(pdfs.items()) if raw and signed.startswith(raw)), None)
    if prefix is not None:
        yield good(f"{name}: diawali persis oleh {prefix}; {len(signed) - len(pdfs[prefix])} bita ditambahkan")
        yield from _signature_findings(signed, len(pdfs[prefix]), name)
    reader = _reader()
    if reader is None:
        if prefix is None:
            yield bad(f"{name}: tidak diawali oleh PDF mana pun dalam paket; lampirannya tidak diperiksa")
        yield note(f"{name}: tanda tangan, halaman dan lampiran tidak diperiksa; untuk memeriksanya: {_EXTRA}")
        return
    try:
        yield from _deep_findings(reader, pdfs, prefix, signed, name)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to the library
        yield bad(f"{name}: PDF tidak dapat dibaca ({type(error).__name__})")


def _signature_findings(signed: bytes, ours: int, name: str) -> Iterator[Finding]:
    """Whether what was added holds a signature over the bytes before it; the signature itself is not looked at."""
    ranges = [tuple(int(number) for number in found.groups()) for found in _BYTE_RANGE.finditer(signed, ours)]
    covering = [each for each in ranges if each[0] == 0 and each[1] >= ours and each[2] + each[3] <= len(signed)]
    if not covering:
        yield bad(f"{name}: yang ditambahkan tidak memuat tanda tangan atas berkas kami")
        return
    rest = len(signed) - max(each[2] + each[3] for each in covering)
    yield good(f"{name}: memuat {len(covering)} tanda tangan atas berkas kami")
    if rest:
        yield note(f"{name}: {rest} bita sesudah tanda tangan terakhir")


def _reader() -> Any | None:
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return PdfFileReader


def _deep_findings(
    reader: Any, pdfs: Mapping[str, bytes], prefix: str | None, signed: bytes, name: str
) -> Iterator[Finding]:
    theirs = reader(BytesIO(signed))
    attached = _attachments(theirs)
    if prefix is None:
        match = next((path for path, raw in sorted(pdfs.items()) if attached and _same(reader, raw, attached)), None)
        if match is None:
            yield bad(f"{name}: tidak diawali oleh PDF paket dan lampirannya bukan lampiran PDF paket")
        else:
            yield good(f"{name}: ditulis ulang; {len(attached)} lampiran datanya sama persis dengan {match}")
            yield note(f"{name}: halamannya tidak dapat dibuktikan sama; bandingkan dengan {match}")
    else:
        ours = reader(BytesIO(pdfs[prefix]))
        if _attachments(ours) != attached:
            yield bad(f"{name}: lampirannya diganti sesudah berkas kami")
        pages = _changed_pages(ours, theirs)
        if pages:
            where = ", ".join(str(page) for page in pages[:10]) + (" dan lainnya" if len(pages) > 10 else "")
            yield note(f"{name}: tampilan diubah sesudah berkas kami, halaman {where}; bandingkan dengan {prefix}")
        elif _changed_elsewhere(ours, theirs):
            yield note(f"{name}: susunan dokumen diubah sesudah berkas kami; bandingkan dengan {prefix}")
        else:
            yield good(f"{name}: halaman dan lampiran sama dengan {prefix}")
    yield from _intact_findings(theirs, name)


def _same(reader: Any, raw: bytes, attached: Mapping[str, bytes]) -> bool:
    """Whether a PDF of the pack has these attachments; one that cannot be read has none."""
    try:
        return _attachments(reader(BytesIO(raw))) == attached
    except Exception:  # noqa: BLE001 - whatever a file does to the library
        return False


def _attachments(document: Any) -> dict[str, bytes]:
    """The embedded files of a document, by name (ISO 32000-1, 7.11.4)."""
    found: dict[str, bytes] = {}
    names = document.root.get("/Names", {}).get("/EmbeddedFiles")
    for name, specification in _leaves(names, 0) if names is not None else ():
        found[name] = bytes(specification["/EF"]["/F"].data)
    return found


def _leaves(node: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Names and values of a name tree."""
    if depth > 20:
        raise ValueError("a name tree without end")
    listed = node.get("/Names", ())
    for number in range(0, len(listed), 2):
        yield str(listed[number]), listed[number + 1]
    for kid in node.get("/Kids", ()):
        yield from _leaves(kid.get_object(), depth + 1)


def _pages(node: Any, found: list[tuple[Any, Any]], depth: int = 0) -> list[tuple[Any, Any]]:
    """Each page of a page tree with its reference."""
    for kid in node["/Kids"]:
        page = kid.get_object()
        if depth > 50 or len(found) > _MAX_PAGES:
            raise ValueError("a page tree without end")
        if "/Kids" in page:
            _pages(page, found, depth + 1)
        else:
            found.append((page.container_ref, page))
    return found


def _changed(ours: Any, theirs: Any) -> set[tuple[int, int]]:
    """Objects of our document that were written again behind it."""
    first, last = ours.xrefs.total_revisions, theirs.xrefs.total_revisions
    known: set[tuple[int, int]] = set()
    for revision in range(first):
        known |= {(ref.idnum, ref.generation) for ref in ours.xrefs.explicit_refs_in_revision(revision)}
    again: set[tuple[int, int]] = set()
    for revision in range(first, last):
        for refs in (theirs.xrefs.explicit_refs_in_revision(revision), theirs.xrefs.refs_freed_in_revision(revision)):
            again |= {(ref.idnum, ref.generation) for ref in refs}
    return known & again


def _changed_pages(ours: Any, theirs: Any) -> list[int]:
    """Numbers of pages, from 1, that show something else; a new field for a signature is none.

    A page is as it was if its dictionary is, and all that it shows is: what it names, directly or through others,
    was not written again.
    """
    again = _changed(ours, theirs)
    before, after = _pages(ours.root["/Pages"], []), _pages(theirs.root["/Pages"], [])
    changed = [
        number
        for number, ((_, old), (_, new)) in enumerate(zip(before, after, strict=False), start=1)
        if _without_fields(old) != _without_fields(new) or _reaches(new, again)
    ]
    return changed + list(range(min(len(before), len(after)) + 1, max(len(before), len(after)) + 1))


def _without_fields(page: Any) -> dict[str, str]:
    """What a page is, without fields of forms and links back, as text."""
    found = {key: repr(page.raw_get(key)) for key in page if key not in {"/Annots", "/Parent"}}
    others = [each for each in page.get("/Annots", ()) if each.get_object().get("/Subtype") != "/Widget"]
    return found | {"/Annots": repr(others)}


def _reaches(page: Any, again: set[tuple[int, int]]) -> bool:
    """Whether anything that a page shows was written again."""
    waiting = [page.raw_get(key) for key in ("/Contents", "/Resources") if key in page]
    seen: set[tuple[int, int]] = set()
    while waiting:
        each = waiting.pop()
        if hasattr(each, "idnum"):
            place = (each.idnum, each.generation)
            if place in again:
                return True
            if place in seen:
                continue
            seen.add(place)
            each = each.get_object()
        if isinstance(each, dict):
            waiting += [each.raw_get(key) for key in each if key != "/Parent"]  # type: ignore[attr-defined]
        elif isinstance(each, list):
            waiting += [each.raw_get(number) for number in range(len(each))]  # type: ignore[attr-defined]
    return False


def _changed_elsewhere(ours: Any, theirs: Any) -> bool:
    """Whether the catalogue says something else than a signature needs."""
    old, new = ours.root, theirs.root
    return any(
        repr(old.raw_get(key) if key in old else None) != repr(new.raw_get(key) if key in new else None)
        for key in sorted({*old, *new} - _OF_SIGNING)
    )


def _intact_findings(document: Any, name: str) -> Iterator[Finding]:
    """Whether each signature is one over the bytes it says; whose it is, is not asked."""
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415 - an extra
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415 - an extra
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - an extra

    signatures = list(document.embedded_regular_signatures)
    if not signatures:
        yield bad(f"{name}: tidak memuat tanda tangan")
    for each in signatures:
        status = validate_pdf_signature(each, ValidationContext(trust_roots=[], allow_fetching=False))
        who = each.signer_cert.subject.human_friendly
        reason = each.sig_object.get("/Reason", "")
        told = f"{name}: tanda tangan {each.field_name}" + (f" ({reason})" if reason else "")
        if not (status.intact and status.valid):
            yield bad(f"{told} rusak")
        elif status.modification_level is ModificationLevel.OTHER:
            yield bad(f"{told} utuh, tetapi dokumen diubah sesudahnya; sertifikat: {who}")
        else:
            yield good(f"{told} utuh; sertifikat: {who}")
    if signatures:
        yield note(f"{name}: sah tidaknya penanda tangan diperiksa di layanan penerbit sertifikatnya, tidak di sini")
