"""Case 31: every way around a password, on every route but health."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bcrypt
import pytest

from exporter.access import passwords
from exporter.serving import Serving
from tests.support.web import PATIENCE_S
from tests.support.web_access import asked, basic, guarded, hashed, web_file

RIGHT = basic(b"prometheus", b"rahasia:dua")
LONG = b"x" * 80

ROUTES = ["/", "/metrics", "/-/ready", "/wall/events", "/aset/pantau.css", "/tautan/link-0", "/opd/dinkes", "/lokasi/a"]
ROUTES += ["/api/v1/", "/api/v1/links/link-0", "/api/v1/openapi.json", "/nowhere"]


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with two users."""
    users = {"prometheus": hashed(b"rahasia:dua"), "panjang": hashed(LONG[:72])}
    with guarded(web_file(tmp_path_factory.mktemp("web"), users)) as (found, _):
        yield found


def raw(port: int, request: bytes) -> bytes:
    """What comes back for exactly these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as client:
        client.sendall(request)
        with client.makefile("rb") as answer:
            return answer.read()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", [*ROUTES, "/-/reload"])
def test_case_31_no_route_answers_without_a_password(serving: Serving, path: str, method: str) -> None:
    """Nor tells whether it exists."""
    answer = asked(serving.port, path, method)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith('Basic realm="pantau"')
    assert "opd_" not in answer.text


def test_case_31_the_right_password_opens(serving: Serving) -> None:
    """It may hold a colon; a name's case counts."""
    assert asked(serving.port, given=RIGHT).status == 200
    assert asked(serving.port, "/nowhere", given=RIGHT).status == 404
    assert asked(serving.port, given=basic(b"Prometheus", b"rahasia:dua")).status == 401


def test_case_31_health_is_open(serving: Serving) -> None:
    """And nothing else by its name."""
    assert asked(serving.port, "/-/healthy").status == 200
    for path in (
        "/-/healthy/",
        "/-/healthy/../../metrics",
        "/-/healthy%2f..%2f..%2fmetrics",
        "//-/healthy",
        "/-/healthyx",
    ):
        assert asked(serving.port, path).status == 401
    assert asked(serving.port, "/-/healthy", "POST").status == 401


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic",
        "Basic ",
        "Bearer " + base64.b64encode(b"prometheus:rahasia:dua").decode(),
        "Basic prometheus:rahasia:dua",
        "Basic " + base64.b64encode(b"prometheus").decode(),
        "Basic " + base64.b64encode(b":rahasia:dua").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode(b"prometheus:").decode(),
        "Basic " + base64.b64encode(b"prometheus:rahasia:dua\0").decode(),
        "Basic " + base64.b64encode(b"prometheus:rahasia:dua" + b"x" * 60).decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:rahasia:dua").decode(),
        "Basic " + base64.b64encode(b"prometheus:\xff").decode(),
        "Basic " + base64.b64encode(b"prometheus:rahasia:dua").decode() + "!",
        "Basic " + base64.b64encode(b"prometheus:rahasia:dua").decode()[:-2],
        "Basic " + "A" * 3_000,
        "Digest username=prometheus",
    ],
)
def test_case_31_a_header_that_is_not_right(serving: Serving, value: str) -> None:
    """Refused, and nothing breaks."""
    assert asked(serving.port, given={"Authorization": value}).status == 401
    assert asked(serving.port, given=RIGHT).status == 200


def test_case_31_two_headers_are_none(serving: Serving) -> None:
    """Whichever a proxy in between would have taken."""
    header = f"Authorization: {RIGHT['Authorization']}\r\n".encode()
    other = b"Authorization: Basic AAAA\r\n"
    for both in (header + other, other + header, header + header):
        answer = raw(serving.port, b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + both + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 401")


def test_case_31_old_and_piped_requests(serving: Serving) -> None:
    """Each request needs its own password: HTTP/1.0, absolute addresses, piped ones, a body that hides another."""
    right = f"Authorization: {RIGHT['Authorization']}\r\n".encode()
    assert raw(serving.port, b"GET /metrics HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 401")
    absolute = b"GET http://evil.example/metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert raw(serving.port, absolute).startswith(b"HTTP/1.1 401")
    one = b"GET /-/ready HTTP/1.1\r\nHost: a\r\n" + right + b"\r\n"
    two = b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    answers = raw(serving.port, one + two)
    assert answers.count(b"HTTP/1.1 401") == 1
    assert b"opd_link" not in answers
    hidden = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(two) + two
    assert b"opd_link" not in raw(serving.port, hidden)
    head = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    both = head + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + two
    assert b"opd_link" not in raw(serving.port, both)


def test_case_31_bcrypt_reads_72_bytes(serving: Serving) -> None:
    """As Go's does: what lies beyond is not compared, and breaks nothing."""
    assert asked(serving.port, given=basic(b"panjang", LONG)).status == 200
    assert asked(serving.port, given=basic(b"panjang", LONG[:71])).status == 401


def test_case_31_as_much_work_for_a_name_that_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One comparison each, of the same cost."""
    costs: list[int] = []

    def checked(password: bytes, hash_: bytes) -> bool:
        costs.append(int(hash_[4:6]))
        return real(password, hash_)

    real = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", checked)
    with guarded(web_file(tmp_path, {"a": hashed(b"x"), "b": bcrypt.hashpw(b"y", bcrypt.gensalt(6)).decode()})) as (
        found,
        _,
    ):
        for name in (b"nobody", b"b", b"a"):
            assert asked(found.port, given=basic(name, b"wrong")).status == 401
    assert costs == [6, 6, 4]


def test_case_31_what_was_right_is_remembered_and_what_was_wrong_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scrape every five seconds costs one comparison; a wrong one never becomes right by being asked again."""
    compared: list[bytes] = []

    def checked(password: bytes, hash_: bytes) -> bool:
        compared.append(password)
        return real(password, hash_)

    real = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", checked)
    with guarded(web_file(tmp_path, {"a": hashed(b"x")})) as (found, _):
        assert [asked(found.port, given=basic(b"a", b"x")).status for _ in range(4)] == [200] * 4
        assert compared == [b"x"]
        assert [asked(found.port, given=basic(b"a", b"y")).status for _ in range(3)] == [401] * 3
        assert compared == [b"x", b"y", b"y", b"y"]
        assert asked(found.port, given=basic(b"b", b"x")).status == 401


def test_case_31_a_flood_of_tries_holds_up_nobody_who_was_right(tmp_path: Path) -> None:
    """Tries wait for one thread, and beyond the bound are told to come again; the scrape goes on."""
    users = {"prometheus": hashed(b"benar"), "lain": bcrypt.hashpw(b"z", bcrypt.gensalt(9)).decode()}
    with guarded(web_file(tmp_path, users)) as (found, _):
        right = basic(b"prometheus", b"benar")
        assert asked(found.port, given=right).status == 200
        with ThreadPoolExecutor(passwords.MAX_WAITING * 3) as pool:
            tries = [
                pool.submit(asked, found.port, given=basic(b"lain", b"%d" % n))
                for n in range(passwords.MAX_WAITING * 3)
            ]
            assert [asked(found.port, given=right).status for _ in range(5)] == [200] * 5
            answers = [each.result() for each in tries]
        assert {each.status for each in answers} <= {401, 503}
        assert all(each.headers.get("Retry-After") for each in answers if each.status == 503)


def test_case_36_no_password_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither it nor its hash stands in the log, in an answer, or in a refusal."""
    secret = "kenari-rahasia"
    known = hashed(secret.encode())
    path = web_file(tmp_path, {"prometheus": known})
    with caplog.at_level("DEBUG"), guarded(path) as (found, web):
        pages = [
            asked(found.port, route, given=basic(b"prometheus", secret.encode())).text
            for route in ROUTES
            if "events" not in route
        ]
        asked(found.port, given=basic(b"prometheus", secret.encode() + b"x"))
        path.write_text(f"basic_auth_users: {{prometheus: {secret}}}\n", encoding="utf-8")
        assert not web.reload()
    for text in (*pages, caplog.text):
        assert secret not in text
        assert known not in text
        assert known[7:] not in text
