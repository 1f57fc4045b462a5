"""``POST /-/reload`` over a real socket: its answers, a storm of them, and requests of others."""

from __future__ import annotations

import threading

import pytest

from exporter import routes
from exporter.reloading import ReloadResult
from tests.support.web import ask, in_threads, machine_routes, reloaded, serving, wait_until


@pytest.mark.parametrize(
    ("result", "status", "text"),
    [
        (ReloadResult(ok=True, message="3 links in force"), 200, "3 links in force\n"),
        (
            ReloadResult(ok=False, message="refused", problems=("a.yml:3: x — y", "b.yml:0: z — w")),
            400,
            "refused\na.yml:3: x — y\nb.yml:0: z — w\n",
        ),
        (ReloadResult(ok=False, message="disk unreadable"), 500, "disk unreadable\n"),
    ],
)
def test_reload_when_it_ends(result: ReloadResult, status: int, text: str) -> None:
    """The answer says what came of it: 200, 400 with every problem's file and line, or 500."""
    with serving(reload=lambda: result) as server:
        answer = ask(server, "/-/reload", "POST")
    assert (answer.status, answer.text) == (status, text)


def test_reload_when_it_raises(caplog: pytest.LogCaptureFixture) -> None:
    """A defect of ours is 500 without its inside, logged with it, and the server goes on."""

    def broken() -> ReloadResult:
        raise RuntimeError("secret inside")

    with serving(reload=broken) as server:
        answer = ask(server, "/-/reload", "POST")
        assert ask(server, "/-/healthy").status == 200
    assert answer.status == 500
    assert "secret" not in answer.text
    assert "secret inside" in caplog.text


def test_reload_when_another_site_sends_it() -> None:
    """A page of another site cannot make a browser reload us; our own page and programs can."""
    runs: list[int] = []

    def reload() -> ReloadResult:
        runs.append(1)
        return reloaded()

    with serving(reload=reload) as server:
        assert ask(server, "/-/reload", "POST", Origin="https://evil.example").status == 403
        assert ask(server, "/-/reload", "POST", Origin="null").status == 403
        assert not runs
        assert ask(server, "/-/reload", "POST", Origin=f"http://127.0.0.1:{server.port}").status == 200
    assert runs == [1]


def test_reload_when_a_storm_comes() -> None:
    """Reloads run one at a time; a few wait, the rest are refused, and the server answers others meanwhile."""
    release, running = threading.Event(), threading.Semaphore(1)

    def reload() -> ReloadResult:
        assert running.acquire(blocking=False)
        assert release.wait(20)
        running.release()
        return reloaded()

    with serving(reload=reload) as server:
        pool, results = in_threads([lambda: ask(server, "/-/reload", "POST")] * (routes.MAX_WAITING_RELOADS + 1))
        wait_until(lambda: machine_routes(server)._reloads_waiting == len(results))
        refused = ask(server, "/-/reload", "POST")
        assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
        assert ask(server, "/metrics").status == 200
        release.set()
        assert [result().status for result in results] == [200] * len(results)
        pool.shutdown()


@pytest.mark.parametrize("headers", [{"Content_Length": "1000000"}, {"Transfer_Encoding": "chunked"}])
def test_reload_when_the_body_is_large(headers: dict[str, str]) -> None:
    """A body that no route reads is refused before it is sent."""
    with serving() as server:
        assert ask(server, "/-/reload", "POST", **headers).status == 413
