"""The trial's SMTP server, met over a socket as Alertmanager meets it."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from exporter.clock import FakeClock
from exporter.stack.expected import Expected, TrialSecrets
from exporter.stack.receiver import Receiver
from exporter.stack.receiver_thread import receiving
from exporter.stack.record import Delivery
from tests.support.free_ports import free_ports

_SECRETS = TrialSecrets()


@contextmanager
def _mailbox(record: Path | None = None) -> Iterator[tuple[smtplib.SMTP, list[Delivery]]]:
    said: list[Delivery] = []
    ports = free_ports()
    receiver = Receiver(say=said.append, clock=FakeClock(), record=record, expected=Expected(_SECRETS, {}, "user"))
    with receiving(receiver, ports.receiver, ports.smtp), smtplib.SMTP("127.0.0.1", ports.smtp, timeout=20) as client:
        yield client, said


def _mail(text: str = "Satu.\n.Dua & <b>\n") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = (
        '🔴 GANGGUAN: "A" & <b>',
        "p@prov.example",
        "a@prov.example, b@prov.example",
    )
    mail.set_content(text)
    return mail


def test_a_mail_is_delivered_to_each_recipient(tmp_path: Path) -> None:
    """Text and subject arrive as they were written; the record has a line for each address, and no password."""
    with _mailbox(tmp_path / "record") as (client, said):
        client.login("user", _SECRETS.smtp_password)
        client.send_message(_mail())
    assert [(each.channel, each.recipient) for each in said] == [
        ("email", "a@prov.example"),
        ("email", "b@prov.example"),
    ]
    assert {each.text for each in said} == {"Satu.\n.Dua & <b>"}
    written = (tmp_path / "record").read_text(encoding="utf-8")
    assert json.loads(written.splitlines()[0])["payload"]["subject"] == '🔴 GANGGUAN: "A" & <b>'
    assert _SECRETS.smtp_password not in written


def test_a_sender_without_the_password_is_refused() -> None:
    """Neither a wrong password nor none delivers anything."""
    with _mailbox() as (client, said):
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("user", "wrong")
        with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
            client.send_message(_mail())
    assert said == []


def test_a_mail_without_plain_text_is_refused() -> None:
    """What we ship is plain text; a mail that has none would not be what was configured."""
    mail = _mail()
    mail.replace_header("Content-Type", "text/html")
    with _mailbox() as (client, said):
        client.login("user", _SECRETS.smtp_password)
        with pytest.raises(smtplib.SMTPDataError, match="without plain text"):
            client.send_message(mail)
    assert said == []
