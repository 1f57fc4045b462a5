"""``pantau receive`` as compose's demonstration runs it: it takes what Alertmanager sends, and prints the message."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from exporter.cli import main
from exporter.clock import SystemClock
from exporter.stack.ports import free_port
from exporter.stack.processes import ChildSpec, running
from exporter.stack.record import MESSAGE_ROUTE
from tests.support.deliveries import alert_document, delivery_document


def test_a_message_is_printed(tmp_path: Path) -> None:
    """A delivery to the gateway's address is in the output, whole, once the program has ended."""
    port = free_port()
    log = tmp_path / "receiver.log"
    argv = (sys.executable, "-m", "exporter", "receive", "--port", str(port))
    spec = ChildSpec("receiver", argv, Path.cwd(), lambda: "messages are taken" in log.read_text(encoding="utf-8"))
    with running(spec, tmp_path, SystemClock()):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{MESSAGE_ROUTE}",
            data=json.dumps(delivery_document([alert_document(1)])).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            assert answer.status == 200
    printed = log.read_text(encoding="utf-8")
    assert "🔴 GANGGUAN" in printed
    assert "→ gerbang WhatsApp" in printed
    assert "Traceback" not in printed


def test_a_port_that_is_taken_is_said() -> None:
    """Exit code 1, and the port."""
    port = free_port()
    words = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as other:
        try:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except OSError:
                    assert other.poll() is None
            assert main(["receive", "--port", str(port)]) == 1
        finally:
            other.terminate()
