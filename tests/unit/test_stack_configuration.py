"""The shipped files with other addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.stack.configuration import alertmanager_text, flags_from, prometheus_text
from exporter.stack.ports import Ports

_ROOT = Path(__file__).parents[2]
_OTHER = Ports(exporter=1, receiver=2, smtp=4, prometheus=3, alertmanager=9715)


def test_prometheus_text_changes_addresses_and_nothing_else() -> None:
    """The shipped file comes out line by line but for its addresses and the folder of rules."""
    shipped = (_ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8")
    text = prometheus_text(shipped, _OTHER, Path("/r"))
    changed = [pair for pair in zip(shipped.splitlines(), text.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [new.strip() for _, new in changed] == [
        "- /r/*.yml",
        "- targets: [127.0.0.1:9715]",
        "- targets: [127.0.0.1:1]",
        "- targets: [127.0.0.1:3]",
        "- targets: [127.0.0.1:9715]",
    ]


def _changed(token: str | None) -> list[str]:
    shipped = (_ROOT / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
    text = alertmanager_text(shipped, _OTHER, Path("/t"), Path("/s"), token=token)
    changed = [pair for pair in zip(shipped.splitlines(), text.splitlines(), strict=True) if pair[0] != pair[1]]
    return [new.strip() for _, new in changed]


def test_alertmanager_text_changes_addresses_and_nothing_else() -> None:
    """The shipped file comes out line by line but for the receivers' addresses, TLS, and the three folders."""
    assert _changed(None) == [
        "telegram_api_url: http://127.0.0.1:2",
        "smtp_smarthost: 127.0.0.1:4",
        "smtp_auth_password_file: /s/smtp-password",
        "smtp_require_tls: false",
        "- /t/*.tmpl",
        "- /s/pesan/*.tmpl",
        "- url: http://127.0.0.1:2/petugas",
        "http_config: {authorization: {credentials_file: /s/gateway-token}}",
        "- url: http://127.0.0.1:2/detak",
        "http_config: {authorization: {credentials_file: /s/heartbeat-token}}",
        "bot_token_file: /s/telegram-token",
    ]


def test_alertmanager_text_for_a_version_that_reads_no_token() -> None:
    """One line more differs: the token stands where its file was named."""
    assert _changed("1:x")[:-1] == _changed(None)[:-1]
    assert _changed("1:x")[-1] == 'bot_token: "1:x"'


def test_prometheus_text_when_the_shipped_file_says_something_else() -> None:
    """An address that is not there cannot be exchanged in silence."""
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:9093"):
        prometheus_text("127.0.0.1:9715 127.0.0.1:9090 ../../alert_rules/", Ports(), Path("/r"))


def test_flags_from_the_shipped_file() -> None:
    """One flag a line, reasons aside; the retention outlives a year."""
    flags = flags_from((_ROOT / "deploy/prometheus/flags").read_text(encoding="utf-8"))
    assert "--storage.tsdb.retention.time=400d" in flags
    assert all(flag.startswith("--") and "#" not in flag for flag in flags)
