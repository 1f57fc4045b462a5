"""The listener that anybody may reach: two kinds of pages, and nothing else."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from exporter.diagnosis_view import DiagnosisView
from exporter.errors import UsageError
from exporter.outcome import State
from exporter.past import PastOutage
from exporter.public_gate import PUBLIC_BURST
from exporter.self_metrics import SelfMetrics
from exporter.server import Server
from exporter.serving import Serving, Where
from exporter.sources import Sources
from tests.support.inventories import many_links
from tests.support.office_page import past_of, province_with
from tests.support.pasts import FakePast
from tests.support.web import PATIENCE_S, ask, half_open, reloaded, wait_until

THREE = many_links(3)
SITE = THREE.links["link-0"].site


def listeners(where: Where) -> Serving:
    """All listeners of a province in which one office is down."""
    sources = Sources(lambda: province_with(THREE, {"link-1": State.DOWN}), past_of(THREE), lambda _: DiagnosisView())
    return Serving(sources, reload=reloaded, self_metrics=SelfMetrics(loaded_unix_s=1.0), where=where)


@contextmanager
def public() -> Iterator[Server]:
    """The public one on a free port."""
    serving = listeners(Where("127.0.0.1", 0, ("127.0.0.1", 0)))
    serving.start()
    try:
        assert serving.public is not None
        yield serving.public
    finally:
        serving.close()


def test_a_page_that_anybody_may_keep_for_a_while() -> None:
    """Half a minute, with a mark by which it is asked for again; it loads and runs nothing."""
    with public() as server:
        answer = ask(server, f"/lokasi/{SITE}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert re.search(r"style-src 'sha256-[^']+' 'sha256-[^']+'", policy)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        again = ask(server, f"/lokasi/{SITE}", If_None_Match=answer.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["Cache-Control"] == "public, max-age=30"
        assert ask(server, f"/opd/{THREE.sites[SITE].opd}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metrics",
        "/-/healthy",
        "/-/ready",
        "/-/reload",
        "/wall/events",
        "/aset/pantau.css",
        "/tautan/link-0",
        "/api/v1/",
        "/api/v1/links/link-0",
        "/api/v1/openapi.json",
        "//metrics",
        "/lokasi/../metrics",
        "/lokasi/%2e%2e%2fmetrics",
        "/lokasi/tidak-ada",
        "/lokasi/",
        "/opd",
        "/LOKASI/site-0",
        "/lokasi/SITE-0",
        "/lokasi/%3Cscript%3E",
    ],
)
def test_every_other_address_leads_nowhere(path: str) -> None:
    """404 in Indonesian, which repeats nothing of the address."""
    with public() as server:
        answer = ask(server, path)
        assert answer.status == 404
        assert "Halaman ini tidak ada" in answer.text
        assert "script>" not in answer.text
        assert "opd_" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/-/reload", f"/lokasi/{SITE}"])
def test_it_is_only_read(method: str, path: str) -> None:
    """No other method does anything."""
    with public() as server:
        answer = ask(server, path, method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_one_address_that_asks_all_the_time() -> None:
    """It is told how long to wait; whatever it asks for counts."""
    with public() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        statuses = []
        for number in range(PUBLIC_BURST + 5):
            connection.request("GET", f"/lokasi/{number}")
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        assert statuses[:PUBLIC_BURST] == [404] * PUBLIC_BURST
        assert statuses[-1] == 429
        assert int(answer.headers["Retry-After"]) >= 1
        connection.close()


def test_who_holds_the_public_listener_holds_nothing_of_the_other() -> None:
    """Connections that say nothing fill the public one; the NOC's answers as before."""
    serving = listeners(Where("127.0.0.1", 0, ("127.0.0.1", 0)))
    serving.start()
    try:
        assert serving.public is not None
        clients = [half_open(serving.public) for _ in range(150)]
        wait_until(lambda: serving.public is not None and len(serving.public._connections) >= 100)
        assert ask(serving.server, "/metrics").status == 200
        for client in clients:
            client.close()
    finally:
        serving.close()


def test_a_public_address_that_is_taken() -> None:
    """The flag and the remedy; nothing is left serving."""
    with public() as other:
        serving = listeners(Where("127.0.0.1", 0, ("127.0.0.1", other.port)))
        with pytest.raises(UsageError, match=rf"--public-listen 127\.0\.0\.1:{other.port}: .*choose another port"):
            serving.start()
        with pytest.raises(ConnectionRefusedError):
            half_open(serving.server)
        serving.close()


class _Faulty(FakePast):
    """A mistake of ours, in the kind that a wrong id raises too."""

    def outages(self, link: str) -> Sequence[PastOutage]:
        """Never there."""
        raise KeyError(link)


@pytest.mark.parametrize("path", [f"/lokasi/{SITE}", f"/opd/{THREE.sites[SITE].opd}", "/tautan/link-0"])
def test_a_mistake_in_a_page_is_no_address_that_leads_nowhere(path: str) -> None:
    """It is told as a fault, without a word about its inside, and not as an office that there is none of."""
    sources = Sources(lambda: province_with(THREE), _Faulty(), lambda _: DiagnosisView())
    figures = SelfMetrics(loaded_unix_s=1.0)
    serving = Serving(sources, reload=reloaded, self_metrics=figures, where=Where("127.0.0.1", 0, ("127.0.0.1", 0)))
    serving.start()
    try:
        assert serving.public is not None
        answer = ask(serving.public if "tautan" not in path else serving.server, path)
        assert (answer.status, b"link-0" in answer.body) == (500, False)
    finally:
        serving.close()
