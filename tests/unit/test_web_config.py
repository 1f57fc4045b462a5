"""The web configuration file: what it may say, and how it is refused."""

from __future__ import annotations

import pytest

from exporter.access.web_config import ClientAuth, TlsSettings, WebConfig, parse_web_config
from exporter.strict_yaml import parse_document

HASH = "$2b$05$" + "a" * 53


def read(text: str) -> tuple[WebConfig, list[str]]:
    """What the text says, and its problems."""
    config, problems = parse_web_config(parse_document(text.encode(), "web.yml"), lambda name: f"/etc/pantau/{name}")
    return config, [str(each) for each in problems]


def test_everything_that_can_be_said() -> None:
    """Certificate, versions, clients, users, a header."""
    config, problems = read(
        f"""
tls_server_config:
  cert_file: web.pem
  key_file: web.key
  min_version: TLS13
  max_version: TLS13
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
http_server_config:
  http2: false
  headers: {{Strict-Transport-Security: max-age=31536000; includeSubDomains}}
basic_auth_users:
  prometheus: {HASH}
"""
    )
    assert problems == []
    clients = ClientAuth("/etc/pantau/ca.pem", required=True)
    assert config.tls == TlsSettings("/etc/pantau/web.pem", "/etc/pantau/web.key", 13, 13, clients)
    assert config.users == {"prometheus": HASH.encode()}
    assert config.headers == {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def test_the_least_that_can_be_said() -> None:
    """Nothing; and a certificate alone, by TLS 1.2 and newer."""
    assert read("{}") == (WebConfig(), [])
    config, _ = read("tls_server_config: {cert_file: a, key_file: b}")
    assert config.tls == TlsSettings("/etc/pantau/a", "/etc/pantau/b")
    assert (config.tls.min_version, config.tls.max_version, config.tls.clients) == (12, 13, None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("basic_auth: {}", 1, "unknown key 'basic_auth'"),
        ("- a", 1, "the file holds no keys"),
        ("tls_server_config: {cert_file: a}", 1, "key_file is missing"),
        ("tls_server_config:\n  key_file: a\n", 1, "cert_file is missing"),
        ("tls_server_config: yes", 1, "tls_server_config holds no keys"),
        ("tls_server_config:\n  cert_file: a\n  key_file: b\n  min_version: TLS11", 4, "'TLS11' is not a version"),
        (
            "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}",
            1,
            "above max_version",
        ),
        ("tls_server_config: {cert_file: a, key_file: b, cipher_suites: [x]}", 1, "cipher_suites is not used here"),
        ("tls_server_config: {cert_file: [a], key_file: b}", 1, "cert_file is no text"),
        ("tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}", 1, "client_ca_file stands alone"),
        (
            "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert}",
            1,
            "client_ca_file is missing",
        ),
        (
            "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAnyClientCert, client_ca_file: c}",
            1,
            "'RequireAnyClientCert' is not used here",
        ),
        ("basic_auth_users: [a]", 1, "basic_auth_users holds no names"),
        ("basic_auth_users:\n  ana: hunter2", 2, "what stands for 'ana' is no bcrypt hash"),
        (f"basic_auth_users:\n  ana: {HASH}\n  budi: ''", 3, "what stands for 'budi' is no bcrypt hash"),
        (f"basic_auth_users: {{'a:b': {HASH}}}", 1, "a name is empty or has a colon"),
        (f"basic_auth_users: {{a: $2b$15${'a' * 53}}}", 1, "has a cost of 15, above 14"),
        ("http_server_config: {http2: true}", 1, "HTTP/2 is not spoken here"),
        ("http_server_config: {headers: {X-Frame-Options: ALLOW}}", 1, "unknown key 'X-Frame-Options'"),
        ("http_server_config: {headers: {Strict-Transport-Security: 'a\\nb'}}", 1, "is not of its form"),
    ],
)
def test_a_refusal_names_the_line(text: str, line: int, words: str) -> None:
    """And the remedy; nothing that might be a secret is repeated."""
    _, problems = read(text)
    (problem,) = problems
    assert problem.startswith(f"web.yml:{line}: ")
    assert words in problem
    assert " — " in problem
    assert "hunter2" not in problem


def test_all_refusals_are_told_at_once() -> None:
    """One run of check is enough."""
    _, problems = read("tls_server_config: {cert_file: a}\nbasic_auth_users: {a: b}\nmore: 1\n")
    assert len(problems) == 3
