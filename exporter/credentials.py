"""Credentials that a device asks for, from the files and variables that the inventory names.

Lives here: a value that hides itself, and reading each reference anew at every call, so that a reload takes new
passwords. Must not live here: the inventory, SNMP; and no message here repeats what a secret is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from exporter.errors import Problem
from exporter.files import MAX_SECRET_BYTES, read_secret
from exporter.plain_text import hidden_character
from exporter.probe_model import (
    AuthProtocol,
    PrivProtocol,
    SecretReference,
    SecretSource,
    SnmpCredentials,
)

__all__ = ["LEAST_PASSWORD", "LoadedSecrets", "Secret", "SecretProblem", "SnmpSecrets", "load_secrets"]

#: Characters of a password of SNMPv3 (RFC 3414 section 11.2); devices refuse shorter ones.
LEAST_PASSWORD = 8

#: snmpCommunityName (RFC 3584) has no bound; agents cut at 32 to 256. More is a mistake in the file.
MOST_COMMUNITY = 255

_HIDDEN = "***"


class Secret:
    """A text that shows itself only to who asks by ``reveal``."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        """Keep ``text``."""
        self.__text = text

    def reveal(self) -> str:
        """The text, for the one call that sends or derives from it."""
        return self.__text

    def __repr__(self) -> str:
        return _HIDDEN

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return _HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__text == self.__text

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


@dataclass(frozen=True, slots=True)
class SnmpSecrets:
    """What a device wants to know, ready to be used: a community, or a user with two passwords."""

    community: Secret | None = None
    user: str | None = None
    auth_protocol: AuthProtocol | None = None
    auth_password: Secret | None = None
    priv_protocol: PrivProtocol | None = None
    priv_password: Secret | None = None


@dataclass(frozen=True, slots=True)
class SecretProblem:
    """Why the secret behind one key of one entry cannot be used.

    The file or variable that stands there is not repeated: somebody may have written the secret itself in its place.
    """

    credentials: str  #: the id
    key: str  #: of the entry in the inventory
    message: str
    remedy: str

    def __str__(self) -> str:
        """One line for the log."""
        return f"credentials {self.credentials}, {self.key}: {self.message} — {self.remedy}"


@dataclass(frozen=True, slots=True)
class LoadedSecrets:
    """What could be read, by the id of the credentials, and what could not."""

    secrets: Mapping[str, SnmpSecrets]
    problems: tuple[SecretProblem, ...] = ()  #: one for each key that cannot be used; its credentials are left out
    warnings: tuple[Problem, ...] = ()  #: files that others may read or change


class _UnusableError(Exception):
    """A reference that cannot be used; carries what is wrong, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def load_secrets(credentials: Iterable[SnmpCredentials], folder: Path, environment: Mapping[str, str]) -> LoadedSecrets:
    """The secrets behind all ``credentials``, read now; files relative to ``folder``, the inventory's.

    Never raises for what files and variables can be: credentials that cannot be used are missing from the result, and
    a probe that names them is unmeasured.
    """
    secrets: dict[str, SnmpSecrets] = {}
    problems: list[SecretProblem] = []
    warnings: list[Problem] = []
    for each in credentials:
        named = _references(each)
        values: dict[str, Secret] = {}
        for part, reference in named.items():
            try:
                values[part] = _secret(reference, folder, environment, warnings, least=_least(part))
            except _UnusableError as error:
                problems.append(SecretProblem(each.id, part, error.message, error.remedy))
        if len(values) == len(named):
            secrets[each.id] = SnmpSecrets(
                user=each.user, auth_protocol=each.auth_protocol, priv_protocol=each.priv_protocol, **values
            )
    return LoadedSecrets(secrets, tuple(problems), tuple(warnings))


def _references(credentials: SnmpCredentials) -> dict[str, SecretReference]:
    named = {
        "community": credentials.community,
        "auth_password": credentials.auth_password,
        "priv_password": credentials.priv_password,
    }
    return {part: reference for part, reference in named.items() if reference is not None}


def _least(part: str) -> int:
    return 1 if part == "community" else LEAST_PASSWORD


def _secret(
    reference: SecretReference, folder: Path, environment: Mapping[str, str], warnings: list[Problem], *, least: int
) -> Secret:
    """The secret behind one reference. Raises _UnusableError."""
    if reference.source is SecretSource.FILE:
        remedy = "write the secret into the file that is named there, alone, on one line"
        try:
            raw, found = read_secret(folder / reference.place)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "its name is wrong"
            check = "check the path in the inventory, and that this user may read it"
            raise _UnusableError(f"the file that is named there cannot be read: {why}", check) from None
        warnings.extend(found)
    else:
        remedy = "set the variable that is named there in the environment of the exporter"
        value = environment.get(reference.place)
        if value is None:
            raise _UnusableError("the environment variable that is named there is not set", remedy)
        raw = value.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise _UnusableError("the secret is not UTF-8 text", remedy) from None
    fault = _fault(text, len(raw), least)
    if fault:
        raise _UnusableError(fault, remedy)
    return Secret(text)


def _fault(text: str, size: int, least: int) -> str:
    """What makes a secret unusable, without saying what it is; empty: nothing."""
    if not text:
        return "the secret is empty"
    if size > MAX_SECRET_BYTES or (least == 1 and len(text) > MOST_COMMUNITY):
        return "the secret is too long"
    if hidden_character(text) is not None:
        return "the secret has more than one line, or a character that cannot be seen"
    if text != text.strip():
        return "the secret begins or ends with a space"
    if len(text.encode()) < least:
        return f"the password has fewer than {least} characters, which SNMPv3 does not allow"
    return ""
