"""The client of Prometheus against servers that are not what it hoped for, on the loopback."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exporter.errors import UsageError
from exporter.evidence import prometheus
from exporter.evidence.prometheus import Prometheus, PrometheusError, TooMuchError
from tests.support.bad_servers import Talk, answering, black_hole, serving, silent, with_reset
from tests.support.certificates import Authority

_VECTOR = {"resultType": "vector", "result": [{"metric": {"link": "a-1"}, "value": [1790787600.5, "0.25"]}]}


def _answer(data: Any, *, status: str = "200 OK", length: int | None = None) -> bytes:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


_GOOD = _answer({"status": "success", "data": _VECTOR})


def _told(data: Any, status: str = "200 OK") -> Talk:
    return answering(_answer(data, status=status))


async def _against(talk: Talk, ask: Callable[[str], Any]) -> Any:
    async with serving(talk) as port:
        return await asyncio.to_thread(ask, f"http://127.0.0.1:{port}")


def _ask(url: str, patience_s: float = 20.0) -> Any:
    with closing(Prometheus(url, patience_s=patience_s)) as client:
        return client.instant("up", 1_790_787_600_500)


def _ask_hastily(url: str) -> Any:
    return _ask(url, 0.3)


def _refused(talk: Talk, ask: Callable[[str], Any] = _ask) -> str:
    with pytest.raises(PrometheusError) as caught:
        asyncio.run(_against(talk, ask))
    return str(caught.value)


def test_an_answer_is_numbers_with_whole_milliseconds() -> None:
    """Times come as seconds with a fraction, values as text."""
    (series,) = asyncio.run(_against(answering(_GOOD), _ask))
    assert series.labels == {"link": "a-1"}
    assert (series.times_ms.tolist(), series.values.tolist()) == ([1_790_787_600_500], [0.25])


def _hearing(heard: list[bytes], *answers: bytes) -> Talk:
    """Answers every request on one connection, one after the other, and keeps what was asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-len")), 0
            )
            heard.append(head + await reader.readexactly(length))
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    return talk


def test_user_password_and_prefix_of_the_url_are_used_and_never_told() -> None:
    """They are sent as the URL says, with its escapes undone; errors name the server without them."""
    heard: list[bytes] = []
    refusal = _answer({"status": "error", "errorType": "bad_data", "error": "no"}, status="400 Bad Request")

    def ask(url: str) -> Any:
        return _ask(url.replace("//", "//a%40b:s%3Acret@") + "/prom/")

    told = _refused(_hearing(heard, refusal), ask)
    assert heard[0].startswith(b"POST /prom/api/v1/query HTTP/1.1\r\n")
    assert base64.b64encode(b"a@b:s:cret") in heard[0]
    assert heard[0].endswith(b"query=up&time=1790787600.500")
    assert "/prom/api/v1/query: bad_data: no" in told
    assert not [words for words in ("cret", "a%40b", "a@b") if words in told]


def test_a_kept_connection_that_broke_is_opened_once_more() -> None:
    """The server closed it after an answer; the next question is asked anew and nobody notices."""
    heard: list[bytes] = []

    def ask(url: str) -> int:
        with closing(Prometheus(url, patience_s=20)) as client:
            return sum(len(client.instant("up", number)) for number in range(3))

    assert asyncio.run(_against(_hearing(heard, _GOOD), ask)) == 3
    assert len(heard) == 3


def test_a_connection_is_kept() -> None:
    """Several questions go over one."""
    heard: list[bytes] = []
    opened: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        await _hearing(heard, _GOOD, _GOOD)(reader, writer)

    def ask(url: str) -> int:
        with closing(Prometheus(url, patience_s=20)) as client:
            return len(client.instant("up", 0)) + len(client.instant("up", 1))

    assert asyncio.run(_against(talk, ask)) == 2
    assert (len(heard), len(opened)) == (2, 1)


def test_a_new_connection_that_breaks_is_told() -> None:
    """What breaks at once is not there: no second try, and the URL is named with the question what it is."""
    assert "does not answer" in _refused(with_reset)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (_told(b"<html>Welcome</html>"), "does --prometheus name the root of the server?"),
        (_told(b"404 page not found", "404 Not Found"), "HTTP 404: there is no such page"),
        (_told(b"Unauthorized", "401 Unauthorized"), "HTTP 401: it asks for a user and a password"),
        (_told(b"", "302 Found"), "HTTP 302"),
        (_told(b"[" * 100_000), "HTTP 200"),
        (_told([1, 2]), "HTTP 200"),
        (_told({"status": "success"}), "HTTP 200"),
        (_told({"status": "success", "data": {"resultType": "matrix"}}), "unknown form"),
        (_told({"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}}]}}), "unknown form"),
        (_told({"status": "success", "data": 5}), "unknown form"),
        (answering(b"not HTTP at all\r\n\r\n"), "does not answer"),
        (answering(_answer(b'{"status":"success"', length=4_000)), "does not answer"),
    ],
)
def test_what_is_no_answer_is_told_with_what_to_do(talk: Talk, words: str) -> None:
    """Another server, a proxy, a cut answer: an error that says what came, and never a traceback."""
    assert words in _refused(talk)


def test_too_much_is_an_error_of_its_own() -> None:
    """Prometheus says in words that it would have to read too much; smaller pieces may do."""
    words = "query processing would load too many samples into memory in query execution"
    talk = _told({"status": "error", "errorType": "execution", "error": words}, "422 Unprocessable Entity")
    with pytest.raises(TooMuchError, match="too many samples"):
        asyncio.run(_against(talk, _ask))


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it would be, what is read is bounded."""
    monkeypatch.setattr(prometheus, "_LONGEST", 3 * 1024 * 1024)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    talk = answering(head, then=lambda _: b"10000\r\n" + b" " * 0x10000 + b"\r\n")
    with pytest.raises(TooMuchError, match="longer than 3145728 bytes"):
        asyncio.run(_against(talk, _ask))


def test_an_answer_that_drips_is_left() -> None:
    """Each byte comes in time; the whole answer does not."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    talk = answering(head, then=lambda _: b"1\r\n \r\n", pause_s=0.01)
    told = _refused(talk, _ask_hastily)
    assert "not complete after 0.3 s" in told


@pytest.mark.parametrize("status", ["buildinfo", "runtimeinfo"])
def test_a_server_without_a_status_page_has_none(status: str) -> None:
    """VictoriaMetrics answers such paths with an error; that is no reason to stop."""
    talk = _told(b"unsupported path requested", "400 Bad Request")

    def ask(url: str) -> dict[str, Any]:
        with closing(Prometheus(url, patience_s=20)) as client:
            return client.status(status)

    assert asyncio.run(_against(talk, ask)) == {}


def test_silence_ends() -> None:
    """A server that says nothing, or a port where nobody takes connections."""
    assert "does not answer" in _refused(silent, _ask_hastily)
    with black_hole() as port, pytest.raises(PrometheusError, match="does not answer"):
        _ask_hastily(f"http://127.0.0.1:{port}")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    """Over https the server has to be who it says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Authority(tmp_path).certificate("peladen", ["127.0.0.1"]).path)

    async def ask() -> None:
        async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
        async with server:
            port = server.sockets[0].getsockname()[1]
            await asyncio.to_thread(_ask, f"https://127.0.0.1:{port}")

    with pytest.raises(PrometheusError, match="certificate verify failed"):
        asyncio.run(ask())


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:9090", "ftp://127.0.0.1", "http://", "http://h:0", "http://h:99999", "http://h?x=1", "http://h#x"],
)
def test_what_is_no_url_of_a_server_is_wrong_use(url: str) -> None:
    """It is refused before anything is asked."""
    with pytest.raises(UsageError, match="--prometheus"):
        Prometheus(url)


def test_a_host_that_cannot_be_one_is_told() -> None:
    """A name that no resolver would take."""
    with pytest.raises(PrometheusError, match="does not answer"):
        _ask(f"http://{'a' * 70}.example")
