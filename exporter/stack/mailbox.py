"""A real SMTP server for trials: takes mail from a sender that knows the password, and delivers it nowhere.

Lives here: the session's rules and the reading of a mail. Must not live here: the record, the words. There is no TLS,
for it listens on the loopback only; everything else is as with an office's server.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from exporter.stack.expected import Expected

__all__ = ["Mail", "Mailbox", "serving_mail"]

_HOST = "127.0.0.1"

#: aiosmtpd's logger; it warns at each login of a field of its own, which we do not use.
_LOG_OF_LIBRARY = "mail.log"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str


class Mailbox:
    """The handler that aiosmtpd asks; every mail goes to ``deliver``."""

    def __init__(self, expected: Expected, deliver: Callable[[Mail], None]) -> None:
        self._expected = expected
        self._deliver = deliver

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Whether the user and the password are those of this trial."""
        good = (
            mechanism == "PLAIN"
            and isinstance(data, LoginPassword)
            and data.login == self._expected.smtp_user.encode()
            and hmac.compare_digest(data.password, self._expected.secrets.smtp_password.encode())
        )
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse a sender that did not log in."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        """Take the mail."""
        content = envelope.content
        document = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        body = document.get_body(("plain",)) if isinstance(document, EmailMessage) else None
        if body is None:
            return "554 5.6.0 a mail without plain text"
        text = str(body.get_content()).replace("\r\n", "\n").rstrip("\n")
        self._deliver(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), str(document["Subject"]), text))
        return "250 OK"


@asynccontextmanager
async def serving_mail(mailbox: Mailbox, port: int) -> AsyncIterator[None]:
    """The mailbox answers on 127.0.0.1 within the block. Raises OSError when it cannot listen there."""
    logging.getLogger(_LOG_OF_LIBRARY).setLevel(logging.ERROR)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            ident="Pantau",
            authenticator=mailbox.authenticate,
            auth_require_tls=False,
            auth_exclude_mechanism=["LOGIN"],  # aiosmtpd asks in words that Alertmanager does not know
            loop=loop,
        )

    server = await loop.create_server(session, _HOST, port)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
