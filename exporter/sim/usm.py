"""The security of SNMPv3: one user, HMAC-SHA-256 and AES-128.

Lives here: keys from passwords, digests, encryption. Must not live here: messages. The passwords are published: they
protect a simulation. Source: RFC 3414 (2.6, A.2), RFC 7860 (HMAC-192-SHA-256), RFC 3826 (AES-128 in CFB).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

__all__ = ["AUTH_PASSWORD", "COMMUNITY", "DIGEST_BYTES", "PRIV_PASSWORD", "USER", "Keys", "keys"]

COMMUNITY = b"pantau-sim"
USER = b"pantau"
AUTH_PASSWORD = b"pantau-sim-auth"
PRIV_PASSWORD = b"pantau-sim-priv"

#: The length of a digest within a message.
DIGEST_BYTES = 24

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Keys:
    """The user's keys at one engine."""

    auth: bytes
    priv: bytes

    def digest(self, message: bytes) -> bytes:
        """The digest of ``message``, in which its own place holds zeros."""
        return hmac.digest(self.auth, message, "sha256")[:DIGEST_BYTES]

    def encrypted(self, text: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        """``text`` for the engine that has booted ``boots`` times, ``time_s`` ago."""
        return self._cipher(boots, time_s, salt).encryptor().update(text)

    def decrypted(self, text: bytes, boots: int, time_s: int, salt: bytes) -> bytes:
        """What ``encrypted`` was given; anything when the keys or the salt are others."""
        return self._cipher(boots, time_s, salt).decryptor().update(text)

    def _cipher(self, boots: int, time_s: int, salt: bytes) -> Cipher[CFB]:
        vector = boots.to_bytes(4) + time_s.to_bytes(4) + salt
        return Cipher(algorithms.AES128(self.priv), CFB(vector))


@lru_cache(maxsize=8)
def _key(password: bytes) -> bytes:
    """RFC 3414, A.2: the password over and over, a mebibyte of it, hashed."""
    return sha256((password * (_MEBIBYTE // len(password) + 1))[:_MEBIBYTE]).digest()


@lru_cache(maxsize=10_000)
def keys(engine: bytes) -> Keys:
    """The keys of the simulation's user at ``engine``."""
    auth, priv = (sha256(key + engine + key).digest() for key in (_key(AUTH_PASSWORD), _key(PRIV_PASSWORD)))
    return Keys(auth, priv[:16])
