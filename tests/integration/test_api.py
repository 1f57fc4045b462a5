"""The API over a real connection: forms of answers, compression, refusals, and what schemathesis makes of it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from exporter import answering
from exporter.api.openapi import openapi_document
from exporter.api.operations import OPENAPI_PATH, OPERATIONS
from exporter.api_routes import COMPRESS_FROM_BYTES
from exporter.snapshot import Snapshot
from tests.support.apis import MOMENTS, validator
from tests.support.web import PATIENCE_S, Answer, ask, in_threads, serving, wait_until

ST = Path(sys.executable).with_name("st")
PROBLEM = "application/problem+json"
IDS = {"opd": "dinkes", "site": "site-1", "link": "link-1"}
PATHS: Mapping[str, str] = {each.name: each.path.format(**IDS) for each in OPERATIONS}

#: Of the document: what it says of answers, and that nothing else is taken.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)


def problem_of(answer: Answer) -> list[str]:
    """What was refused, after a look at the form of the refusal."""
    assert answer.headers["Content-Type"] == PROBLEM
    document = json.loads(answer.body)
    assert (document["type"], document["status"]) == ("about:blank", answer.status)
    assert document.keys() == {"type", "title", "status", "detail", "problems"}
    problems: list[str] = document["problems"]
    return problems


@pytest.mark.parametrize("name", PATHS)
def test_every_route_answers_what_the_document_says(name: str) -> None:
    """JSON of the moment that nobody keeps; HEAD has the same headers."""
    with serving(snapshot=MOMENTS["mixed"]) as server:
        answer, head = ask(server, PATHS[name]), ask(server, PATHS[name], "HEAD")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Accept-Encoding")
    assert validator(name).is_valid(json.loads(answer.body))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


def test_the_document_is_served() -> None:
    """As it is kept in docs."""
    with serving() as server:
        assert json.loads(ask(server, OPENAPI_PATH).body) == openapi_document()
        assert problem_of(ask(server, f"{OPENAPI_PATH}?limit=1")) == ["unknown parameter; allowed: none"]


def test_long_answers_are_compressed_for_who_takes_it() -> None:
    """And short ones are not; the bytes within are the same."""
    with serving(snapshot=MOMENTS["mixed"]) as server:
        plain, packed = ask(server, PATHS["links"]), ask(server, PATHS["links"], Accept_Encoding="br, gzip;q=0.5")
        refused = ask(server, PATHS["links"], Accept_Encoding="gzip;q=0, identity")
        short = ask(server, f"{PATHS['links']}?limit=1", Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == json.loads(plain.body) == json.loads(refused.body)
    assert len(packed.body) < len(plain.body) / 5
    assert "Content-Encoding" not in refused.headers.keys() | short.headers.keys()
    assert len(short.body) < COMPRESS_FROM_BYTES


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_it_is_read_only(method: str) -> None:
    """Every other method is 405, names the right ones, and asks nobody."""

    def must_not_be_asked() -> Snapshot:
        raise AssertionError

    with serving(snapshot=must_not_be_asked) as server:
        for path in (PATHS["link"], OPENAPI_PATH, "/api/v1/nothing"):
            answer = ask(server, path, method)
            assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
            assert problem_of(answer) == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/links/link-1/",
        "/api/v1/links/link-1/path",
        "/api/v1/links/link-1%2Fminutes",
        "/api/v1/links/%00",
        "/api/v1/links/%ff",
        "/api/v1/links/LINK-1",
        "/api/v1/sites/..%2f..%2fmetrics",
        "/api/v1/links/" + "a" * 3000,
    ],
)
def test_what_is_not_there(path: str) -> None:
    """404 in the API's own form, and nothing of what was asked comes back."""
    with serving() as server:
        answer = ask(server, path)
    assert (answer.status, problem_of(answer)) == (404, [])
    assert "link-1" not in answer.text


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=0", "limit: a whole number from 1 to 1000"),
        ("limit=2&limit=3", "limit: given more than once"),
        ("opd=%ff", "opd: must look like ^[a-z0-9-]{1,63}$"),
        ("opd", "opd: must look like ^[a-z0-9-]{1,63}$"),
        ("%3Cscript%3E=1", "unknown parameter; allowed: opd, kabkota, standing, limit, cursor"),
        ("target=198.18.0.1", "unknown parameter; allowed: opd, kabkota, standing, limit, cursor"),
    ],
)
def test_what_is_not_understood(query: str, problem: str) -> None:
    """400 with what is allowed."""
    with serving() as server:
        answer = ask(server, f"/api/v1/sites?{query}")
    assert (answer.status, problem_of(answer)) == (400, [problem])
    assert "script" not in answer.text


def test_who_asks_while_too_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """503 at once, and when to come again; the event loop serves others meanwhile, and those who wait get theirs."""
    release, snapshot = threading.Event(), MOMENTS["calm"]()
    asking = threading.Semaphore(0)

    def held() -> Snapshot:
        asking.release()
        assert release.wait(20)
        return snapshot

    monkeypatch.setattr(answering.Worker.__init__, "__kwdefaults__", {"waiting": 1})
    with serving(snapshot=held) as server:
        pool, results = in_threads([lambda: ask(server, PATHS["summary"])])
        assert asking.acquire(timeout=PATIENCE_S)
        wait_until(lambda: ask(server, PATHS["outages"]).status == 503)
        refused = ask(server, PATHS["outages"])
        assert (refused.headers["Retry-After"], problem_of(refused)) == ("1", [])
        assert ask(server, "/-/healthy").status == 200
        release.set()
        assert results[0]().status == 200
        pool.shutdown()


def test_a_fault_of_ours_says_nothing_of_its_inside(caplog: pytest.LogCaptureFixture) -> None:
    """500, and the log has the rest."""

    def broken() -> Snapshot:
        raise RuntimeError("secret inside")

    with serving(snapshot=broken) as server:
        answer = ask(server, PATHS["summary"])
    assert answer.status == 500
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """Everything that the document allows, and much that it does not, is answered as it says."""
    with serving(snapshot=MOMENTS["mixed"]) as server:
        command = [str(ST), "run", f"http://127.0.0.1:{server.port}{OPENAPI_PATH}", "--checks", ",".join(CHECKS)]
        bounds = ["--phases", "coverage,fuzzing", "--max-examples", "5", "--seed", "1", "--generation-database", "none"]
        run = subprocess.run(
            [*command, *bounds, "--no-color"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
        )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert f"Tested: {len(OPERATIONS)}" in run.stdout
