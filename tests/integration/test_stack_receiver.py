"""The webhook receiver, met over HTTP as Alertmanager meets it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from exporter.clock import FakeClock
from exporter.stack.expected import Expected, TrialSecrets
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.record import HEARTBEAT_ROUTE, MESSAGE_ROUTE, Delivery
from tests.support.deliveries import alert_document, delivery_body
from tests.support.free_ports import free_port


@contextmanager
def _receiver(record: Path | None = None) -> Iterator[tuple[int, list[Delivery]]]:
    said: list[Delivery] = []
    port = free_port()
    with receiving(Receiver(say=said.append, clock=FakeClock(), record=record), port):
        yield port, said


def _post(port: int, route: str, body: bytes, token: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        connection.request("POST", route, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_delivery_is_said_and_written_down(tmp_path: Path) -> None:
    """The message is said with its instant; the record has it as one line with the whole payload."""
    body = delivery_body([alert_document(1)])
    with _receiver(tmp_path / "record") as (port, said):
        assert _post(port, MESSAGE_ROUTE, body) == 200
    (delivery,) = said
    assert delivery.received_unix_s == 1_795_000_000.0
    assert delivery.text is not None
    assert delivery.text.startswith("🔴 GANGGUAN: Kantor 1")
    (line,) = (tmp_path / "record").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        "received_unix_s": 1_795_000_000.0,
        "channel": "webhook",
        "recipient": MESSAGE_ROUTE,
        "route": MESSAGE_ROUTE,
        "text": delivery.text,
        "payload": json.loads(body),
    }


def test_what_was_told_is_remembered_until_it_ends() -> None:
    """The second delivery of the same alert is a reminder; after its recovery the next is news again."""
    ended = alert_document(1, status="resolved", ends="2026-11-23T02:31:00Z")
    with _receiver() as (port, said):
        for document in (alert_document(1), alert_document(1), ended, alert_document(1)):
            _post(port, MESSAGE_ROUTE, delivery_body([document]))
    heads = [(delivery.text or "").split(":", 1)[0] for delivery in said]
    assert heads == ["🔴 GANGGUAN", "🟠 MASIH TERGANGGU", "🟢 PULIH", "🔴 GANGGUAN"]


def test_a_heartbeat_is_no_message(tmp_path: Path) -> None:
    """It is said without text, and written down all the same."""
    with _receiver(tmp_path / "record") as (port, said):
        assert _post(port, HEARTBEAT_ROUTE, delivery_body([alert_document(1)])) == 200
    assert [delivery.text for delivery in said] == [None]
    assert json.loads((tmp_path / "record").read_text(encoding="utf-8"))["route"] == HEARTBEAT_ROUTE


def test_a_gateway_that_expects_a_token_takes_nothing_without_it() -> None:
    """401 without the token or with another, 200 with it; the heartbeat's opens only its own address."""
    said: list[Delivery] = []
    port, secrets = free_port(), TrialSecrets()
    body = delivery_body([alert_document(1)])
    receiver = Receiver(say=said.append, clock=FakeClock(), expected=Expected(secrets, {}, "user"))
    with receiving(receiver, port):
        tokens = ("", "wrong", secrets.gateway_token, secrets.heartbeat_token)
        assert [_post(port, MESSAGE_ROUTE, body, token) for token in tokens] == [401, 401, 200, 401]
        assert [_post(port, HEARTBEAT_ROUTE, body, token) for token in tokens] == [401, 401, 401, 200]
    assert len(said) == 2


@pytest.mark.parametrize("body", [b"", b"{}", b"not json", b"\xff\xfe"])
def test_what_is_no_delivery_is_refused(tmp_path: Path, body: bytes) -> None:
    """400, so that the sender does not try again for ever; nothing is said, nothing written, and it lives on."""
    with _receiver(tmp_path / "record") as (port, said):
        assert _post(port, MESSAGE_ROUTE, body) == 400
        assert _post(port, MESSAGE_ROUTE, delivery_body([alert_document(1)])) == 200
    assert len(said) == 1
    assert len((tmp_path / "record").read_text(encoding="utf-8").splitlines()) == 1


def test_a_delivery_of_every_link_is_taken() -> None:
    """5,000 alerts in one delivery are one message with the total."""
    body = delivery_body([alert_document(number) for number in range(5_000)])
    with _receiver() as (port, said):
        assert _post(port, MESSAGE_ROUTE, body) == 200
    assert (said[0].text or "").startswith("🔴 GANGGUAN: 5000 tautan, penyedia-a")


def test_a_burst_of_connections_is_accepted() -> None:
    """While one message is being said, a hundred connections are taken by the kernel at once: the backlog is large."""
    saying, go_on = threading.Event(), threading.Event()

    def say(_: Delivery) -> None:
        saying.set()
        go_on.wait(60)

    port = free_port()
    with receiving(Receiver(say=say, clock=FakeClock()), port), ThreadPoolExecutor() as pool:
        first = pool.submit(_post, port, MESSAGE_ROUTE, delivery_body([alert_document(1)]))
        assert saying.wait(20)
        try:
            for connection in [socket.create_connection(("127.0.0.1", port), timeout=0.5) for _ in range(100)]:
                connection.close()
        finally:
            go_on.set()
        assert first.result() == 200
        assert _post(port, MESSAGE_ROUTE, delivery_body([alert_document(1)])) == 200


def test_a_taken_port_is_an_error_and_leaves_no_thread() -> None:
    """The caller learns that it cannot listen."""
    with _receiver() as (port, _):
        receiver = Receiver(say=lambda _: None, clock=FakeClock())
        with pytest.raises(OSError, match="address already in use"), receiving(receiver, port):
            pytest.fail("two receivers on one port")
