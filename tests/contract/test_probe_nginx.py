"""The HTTP and TCP probes against nginx: what a server that is in order says, and certificates that are not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exporter.probe_model import Redirects, TlsRules
from exporter.probe_outcome import Phase, ProbeReason
from tests.support import probing
from tests.support.certificates import Authority, Shown
from tests.support.programs import program, running, tcp_ports

_MAIN = """
daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off; default_type text/plain;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    gzip on; gzip_types *; gzip_min_length 0;
    root {folder}/pages;
    server {{
        listen 127.0.0.1:{plain}; absolute_redirect off;
        location = /moved {{ return 301 /; }}
        location = /elsewhere {{ return 302 http://192.0.2.1/; }}
        location = /metadata {{ return 302 http://169.254.169.254/latest/meta-data/; }}
        location = /file {{ return 302 file:///etc/passwd; }}
        location = /port {{ return 302 http://127.0.0.1:1/; }}
        location = /loop {{ return 302 /loop; }}
        location = /error {{ return 503; }}
        location = /env {{ return 200 "cookie=$http_cookie; agent=$http_user_agent; host=$host"; }}
    }}
    {secure}
}}
"""

_SECURE = """
    server {{
        listen 127.0.0.1:{port} ssl; ssl_certificate {path}; ssl_certificate_key {path}; {more}
    }}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running server."""

    plain: str  #: URL with the link's address in it
    authority: str
    ports: dict[str, int]  #: of the servers with TLS
    shown: dict[str, Shown]


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """One nginx with a server for each certificate."""
    folder = tmp_path_factory.mktemp("nginx")
    pages = folder / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<h1>Selamat datang di Dinas Kesehatan</h1>\n")
    (pages / "large").write_text("a" * 300_000)
    for each in (folder, pages):
        each.chmod(0o755)
    authority = Authority(folder)
    names = ("kantor.example", "127.0.0.1")
    shown = {
        "good": authority.certificate("good", names),
        "expired": authority.certificate("expired", names, begins_days=-9, ends_days=-1),
        "own": authority.certificate("own", names, own=True),
        "name": authority.certificate("name", ("lain.example",)),
        "cipher": authority.certificate("cipher", names),
    }
    plain, *others = tcp_ports(1 + len(shown))
    ports = dict(zip(shown, others, strict=True))
    more = {"cipher": "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;"}
    secure = "".join(_SECURE.format(port=ports[each], path=shown[each].path, more=more.get(each, "")) for each in shown)
    configuration = folder / "nginx.conf"
    configuration.write_text(_MAIN.format(folder=folder, plain=plain, secure=secure))
    words = [program("nginx"), "-c", str(configuration), "-p", str(folder), "-g", _user()]
    with running(words, plain, folder / "log"):
        yield Nginx(f"http://{{address}}:{plain}", str(authority.path), ports, shown)


def _user() -> str:
    """nginx warns where it is told a user and is not root."""
    return "user root;" if Path("/proc/self").stat().st_uid == 0 else ""


def test_a_page_in_order_passes_with_its_phases(nginx: Nginx) -> None:
    """Connected, waited, read; no name was resolved. The body was compressed on the way."""
    outcome = asyncio.run(probing.http(f"{nginx.plain}/", body_match="Dinas +Kesehatan"))
    assert outcome.reason is None, outcome
    assert set(outcome.phases) == {Phase.CONNECT, Phase.WAIT, Phase.TRANSFER}
    assert outcome.answered


@pytest.mark.parametrize(
    ("path", "words", "reason"),
    [
        ("/", {"body_match": "Dinas Pendidikan"}, ProbeReason.WRONG_BODY),
        ("/", {"statuses": frozenset({301})}, ProbeReason.WRONG_STATUS),
        ("/error", {}, ProbeReason.WRONG_STATUS),
        ("/error", {"statuses": frozenset({200, 503})}, None),
        ("/large", {"body_match": "b"}, ProbeReason.BODY_TOO_LARGE),
        ("/large", {"body_match": "b", "max_body_bytes": 300_000}, ProbeReason.WRONG_BODY),
        ("/large", {}, None),
        ("/moved", {"statuses": frozenset({301})}, None),
        ("/moved", {}, ProbeReason.WRONG_STATUS),
        ("/moved", {"redirects": Redirects.SAME_HOST, "body_match": "Selamat"}, None),
        ("/elsewhere", {"redirects": Redirects.SAME_HOST}, ProbeReason.REDIRECT_REFUSED),
        ("/metadata", {"redirects": Redirects.SAME_HOST}, ProbeReason.REDIRECT_REFUSED),
        ("/file", {"redirects": Redirects.SAME_HOST}, ProbeReason.REDIRECT_REFUSED),
        ("/port", {"redirects": Redirects.SAME_HOST}, ProbeReason.REDIRECT_REFUSED),
        ("/loop", {"redirects": Redirects.SAME_HOST}, ProbeReason.TOO_MANY_REDIRECTS),
    ],
)
def test_an_answer_is_judged(nginx: Nginx, path: str, words: dict[str, Any], reason: ProbeReason | None) -> None:
    """Status, body, size, and where a redirect leads."""
    outcome = asyncio.run(probing.http(f"{nginx.plain}{path}", **words))
    assert outcome.reason is reason, outcome
    assert outcome.answered


def test_a_request_carries_nothing_of_ours(nginx: Nginx, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cookies, and proxies of the environment are not asked."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    expected = r"^cookie=; agent=pantau-opd; host=127\.0\.0\.1$"
    outcome = asyncio.run(probing.http(f"{nginx.plain}/env", body_match=expected))
    assert outcome.reason is None, outcome


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("good", None),
        ("expired", ProbeReason.TLS_EXPIRED),
        ("own", ProbeReason.TLS_UNTRUSTED),
        ("name", ProbeReason.TLS_WRONG_NAME),
        ("cipher", ProbeReason.TLS_FAILED),
    ],
)
@pytest.mark.parametrize("server_name", [None, "kantor.example"])
def test_certificates_over_https_and_tcp(
    nginx: Nginx, case: str, reason: ProbeReason | None, server_name: str | None
) -> None:
    """Both kinds say the same, and tell the end of the certificate where one was shown."""
    port = nginx.ports[case]
    rules = TlsRules(server_name, nginx.authority)
    page = asyncio.run(probing.http(f"https://{{address}}:{port}/", tls=rules, body_match="Selamat"))
    connection = asyncio.run(probing.tcp(port, server_name=server_name, authorities=nginx.authority))
    assert (page.reason, connection.reason) == (reason, reason)
    end = None if case == "cipher" else nginx.shown[case].ends_unix_s
    assert (page.certificate_ends_unix_s, connection.certificate_ends_unix_s) == (end, end)
    assert (Phase.TLS in page.phases) is (reason is None)


def test_without_verifying_the_page_is_read(nginx: Nginx) -> None:
    """Of a server with an expired certificate."""
    url = f"https://{{address}}:{nginx.ports['expired']}/"
    outcome = asyncio.run(probing.http(url, tls=TlsRules(verify=False), body_match="Selamat"))
    assert outcome.reason is None, outcome
    assert outcome.certificate_ends_unix_s == nginx.shown["expired"].ends_unix_s


def test_https_asked_of_a_plain_server(nginx: Nginx) -> None:
    """What comes is no TLS."""
    outcome = asyncio.run(probing.http(f"{nginx.plain.replace('http', 'https')}/"))
    assert outcome.reason is ProbeReason.TLS_FAILED
