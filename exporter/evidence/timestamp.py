"""A time stamp over the manifest: somebody else's word that the pack was there at that time (RFC 3161).

Lives here: asking an authority, and checking its answer. Must not live here: files (``stamping``), what else makes a
pack valid. An authority that cannot be reached, or that answers anything but a whole stamp for this very request, gives
no stamp; nothing is ever put in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography import x509

from exporter.clock import Clock
from exporter.errors import PantauError, UsageError
from exporter.evidence.certificate_order import certificates_sorted
from exporter.evidence.finding import Finding, bad, good, note
from exporter.evidence.manifest import MANIFEST, STAMP
from exporter.evidence.period import instant_ms, wib
from exporter.indonesian import instant

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

__all__ = ["NoStampError", "asked_stamp", "authority_of", "stamp_findings", "url_of"]

#: An answer is some 5 kB with the authority's certificates.
_MAX_ANSWER_BYTES = 256 * 1024

_EXTRA = "pip install 'pantau-opd[evidence]'"


class NoStampError(PantauError):
    """There is no stamp yet; the text says why, in Indonesian."""


class _NoRedirect(HTTPRedirectHandler):
    """An authority answers where it was asked."""

    def redirect_request(self, *_: Any) -> None:
        """Nothing: the redirection itself becomes the answer, which is none."""


def url_of(text: str) -> str:
    """The address of an authority. Raises UsageError unless it is http or https with a host."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--stamp {text}: write it as http://HOST/PATH or https://HOST/PATH")
    return text


def authority_of(raw: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file that an authority is believed by. Raises UsageError without one."""
    try:
        return x509.load_pem_x509_certificates(raw)
    except ValueError as error:
        raise UsageError("--authority: there is no certificate in this file; name one in PEM form") from error


def asked_stamp(message: bytes, url: str, clock: Clock, timeout_s: float = 15.0) -> bytes:
    """The authority's whole answer (TimeStampResp, DER), checked against the request, with its certificates in it.

    Asks for SHA-256, with a nonce. Raises NoStampError.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(message).hash_algorithm(client.HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    raw = _answer(request.as_bytes(), url, clock, timeout_s)
    answer = _read(client, raw)
    if answer is None or answer.status != 0:
        raise NoStampError("otoritas menolak permintaan" if answer else "jawaban otoritas bukan stempel waktu")
    if answer.tst_info.nonce != request.nonce:
        raise NoStampError("jawaban otoritas bukan untuk permintaan ini (nonce berbeda)")
    fault = _fault(client, answer, message, _own_certificates(answer))
    if fault:
        raise NoStampError(f"jawaban otoritas tidak sah ({fault})")
    return raw


def stamp_findings(message: bytes, raw: bytes, authority: list[x509.Certificate]) -> Iterator[Finding]:
    """What a stamp in a pack is worth; offline. Empty ``authority``: who stamped cannot be said."""
    try:
        client = _client()
    except PantauError:
        yield note(f"{STAMP}: tidak diperiksa; untuk memeriksanya: {_EXTRA}")
        return
    answer = _read(client, raw)
    if answer is None or answer.status != 0:
        yield bad(f"{STAMP}: bukan stempel waktu")
        return
    fault = _fault(client, answer, message, authority or _own_certificates(answer))
    if fault:
        yield bad(f"{STAMP}: {fault}")
        return
    at = instant(wib(instant_ms(answer.tst_info.gen_time)), seconds=True)
    yield good(f"{STAMP}: {MANIFEST} sudah ada pada {at} WIB")
    if not authority:
        yield note(f"{STAMP}: siapa otoritasnya tidak diperiksa; sebutkan sertifikatnya dengan --authority")


def _client() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PantauError(f"time stamps need another package: {_EXTRA}") from error
    return rfc3161_client


def _answer(body: bytes, url: str, clock: Clock, timeout_s: float) -> bytes:
    """What the authority answers within the time. Raises NoStampError."""
    until_ns = clock.monotonic_ns() + round(timeout_s * 1e9)
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = Request(url_of(url), body, headers)  # noqa: S310 - the scheme was looked at
    answer = b""
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout_s) as response:
            if response.status != 200:
                raise NoStampError(f"otoritas menjawab HTTP {response.status}")
            while chunk := response.read1(_MAX_ANSWER_BYTES):
                answer += chunk
                if len(answer) > _MAX_ANSWER_BYTES or clock.monotonic_ns() > until_ns:
                    raise NoStampError("jawaban otoritas terlalu panjang atau terlalu lama")
    except (URLError, OSError, ValueError) as error:
        code = getattr(error, "code", None)
        why = f"HTTP {code}" if code else getattr(error, "reason", None) or error
        raise NoStampError(f"otoritas tidak dapat dihubungi atau tidak menjawab: {why}") from error
    return answer


def _read(client: ModuleType, raw: bytes) -> TimeStampResponse | None:
    """An answer with a token in it; one without, as refusals are, has its status and nothing more."""
    try:
        answer: TimeStampResponse = client.decode_timestamp_response(certificates_sorted(raw))
        if answer.status == 0:
            answer.tst_info  # noqa: B018 - reading it is the check
    except ValueError:
        return None
    return answer


def _own_certificates(answer: TimeStampResponse) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(each) for each in answer.signed_data.certificates]
    except ValueError:
        return []


def _fault(client: ModuleType, answer: TimeStampResponse, message: bytes, roots: list[x509.Certificate]) -> str | None:
    """Why the stamp is not one for the message by one of these; None if it is."""
    if answer.tst_info.message_imprint.message != hashlib.sha256(message).digest():
        return f"stempel ini bukan untuk {MANIFEST} yang ada"
    if not _own_certificates(answer):
        return "tanpa sertifikat otoritas di dalamnya"
    builder = client.VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(answer, message)
    except (client.VerificationError, ValueError) as error:
        return f"tanda tangan otoritas tidak cocok dengan sertifikat yang dipercaya: {error}"
    return None
