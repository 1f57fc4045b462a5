"""Whether a password is right: bcrypt, off the event loop, with as much work for a name that is not known.

Lives here: the comparison, its one thread, and the memory of what was right. Must not live here: HTTP, files. A scrape
every five seconds costs one comparison; whoever tries passwords waits for the one thread, with at most ``MAX_WAITING``
others, and never holds up who was right before.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import bcrypt

__all__ = ["MAX_WAITING", "Passwords", "TooManyTriesError"]

#: Comparisons that may wait; each takes some 50 ms at a cost of 10.
MAX_WAITING = 32

#: Right answers that are remembered, by a digest under a key that dies with the process.
_REMEMBERED = 256

#: bcrypt reads so many bytes of a password, as Go's does; the library refuses more.
_MOST_BYTES = 72


class TooManyTriesError(Exception):
    """The bound on waiting comparisons is reached; ask again later."""


class Passwords:
    """Compares passwords with the users of a web configuration; used by one event loop."""

    def __init__(self) -> None:
        """Nothing runs before the first comparison."""
        self._worker = ThreadPoolExecutor(1, "password")
        self._waiting = 0
        self._key = os.urandom(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._decoys: dict[int, bytes] = {}

    def close(self) -> None:
        """Take no further work."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def right(self, users: Mapping[str, bytes], name: str, password: bytes) -> bool:
        """Whether the password is that user's. Raises TooManyTriesError."""
        known = users.get(name)
        digest = self._digest(name, password, known or b"")
        if known is not None and digest in self._right:
            self._right.move_to_end(digest)
            return True
        if self._waiting >= MAX_WAITING:
            raise TooManyTriesError
        self._waiting += 1
        try:
            compared = await asyncio.get_running_loop().run_in_executor(
                self._worker, self._compare, users, known, password
            )
        finally:
            self._waiting -= 1
        if compared and known is not None:
            self._remember(digest)
            return True
        return False

    def _digest(self, name: str, password: bytes, hashed: bytes) -> bytes:
        """Of what was compared; a changed hash is another comparison."""
        parts = (name.encode(errors="surrogatepass"), password, hashed)
        text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._key, text, hashlib.sha256)

    def _remember(self, digest: bytes) -> None:
        self._right[digest] = None
        if len(self._right) > _REMEMBERED:
            self._right.popitem(last=False)

    def _compare(self, users: Mapping[str, bytes], known: bytes | None, password: bytes) -> bool:
        """One bcrypt comparison, whoever asks."""
        hashed = (
            known if known is not None else self._decoy(max((int(each[4:6]) for each in users.values()), default=10))
        )
        clean = password[:_MOST_BYTES].replace(b"\0", b"?")
        return bcrypt.checkpw(clean, hashed) and b"\0" not in password and known is not None

    def _decoy(self, cost: int) -> bytes:
        """A hash of that cost that no password has."""
        if cost not in self._decoys:
            self._decoys[cost] = bcrypt.hashpw(os.urandom(32).hex().encode(), bcrypt.gensalt(cost))
        return self._decoys[cost]
