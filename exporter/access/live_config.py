"""The web configuration in force, taken anew when its files change; a bad one leaves the former in force.

Lives here: reading, when it is read again, what it confesses. Must not live here: the form (``web_config``), TLS
(``tls``), HTTP. Asked by the event loop, read by a thread of its own.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from exporter.access.tls import Certificate, certificate_of
from exporter.access.web_config import WebConfig, parse_web_config
from exporter.clock import Clock
from exporter.errors import Problem, RefusedError
from exporter.files import Fingerprint, Purpose, fingerprint, placed, read_configuration
from exporter.strict_yaml import parse_document

__all__ = ["LiveWebConfig", "LoadedWebConfig", "WebConfigError", "WebConfigFigures", "load_web_config"]

_log = logging.getLogger(__name__)

#: How often the files are looked at, seconds; a change counts when two looks agree, as with the inventory.
LOOK_EVERY_S = 2.0

#: How often it is read anew while files change under it; whoever writes for longer is looked at again.
_ATTEMPTS = 3

_PURPOSE = Purpose(
    "the web configuration", "the path that --web-config names", "who may ask the exporter", "write one file"
)


class WebConfigError(RefusedError):
    """A web configuration was refused."""


@dataclass(frozen=True, slots=True)
class LoadedWebConfig:
    """One reading of the file and of what it names."""

    config: WebConfig
    certificate: Certificate | None  #: None: no TLS
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class WebConfigFigures:
    """What is confessed of it."""

    last_ok: bool
    loaded_unix_s: float
    certificate_ends_unix_s: float | None  #: None: no TLS


def load_web_config(path: Path) -> LoadedWebConfig:
    """Read it. Raises WebConfigError with every problem."""
    found = read_configuration(path, _PURPOSE)
    if len(found.files) > 1 or path.is_dir():
        found.problems.append(Problem(str(path), 0, "is a folder", "name the one file"))
    if found.problems:
        raise WebConfigError(found.problems)
    (file,) = found.files
    config = WebConfig()
    problems: list[Problem] = []
    if not file.raw.strip():  # a full disk leaves such a file: it must not open what was closed
        problems.append(Problem(file.path, 0, "the file is empty", "write {} to ask for nothing"))
    else:
        document = parse_document(file.raw, file.path)
        config, problems = parse_web_config(document, lambda name: placed(path.parent, name))
    certificate = certificate_of(config.tls) if config.tls is not None and not problems else None
    if isinstance(certificate, Problem):
        problems.append(certificate)
        certificate = None
    if problems:
        raise WebConfigError(problems)
    return LoadedWebConfig(config, certificate, tuple(found.warnings))


class LiveWebConfig:
    """What is in force now."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Raises WebConfigError: a process does not start with one that is refused."""
        self._path, self._clock = path, clock
        self._lock = threading.Lock()
        self._loaded, self._seen = _load_settled(path)
        self._settling, self._refusal = self._seen, ""
        self._ok, self._loaded_unix_s = True, clock.wall_ns() / 1e9
        _warn(self._loaded)

    @property
    def loaded(self) -> LoadedWebConfig:
        """In force now; the same object until another is."""
        return self._loaded

    def figures(self) -> WebConfigFigures:
        """What is confessed."""
        certificate = self._loaded.certificate
        return WebConfigFigures(self._ok, self._loaded_unix_s, None if certificate is None else certificate.ends_unix_s)

    def run(self, stop: threading.Event) -> None:
        """Look every two seconds until ``stop`` is set; the body of a thread."""
        while not stop.wait(LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Read it anew once its files, or those it names, have changed and settled.

        One that was refused is tried at each look: what it lacks may be a file that nobody watches yet.
        """
        now = _fingerprint(self._path, self._loaded)
        if now not in (self._seen, self._settling):
            self._settling = now
        elif now != self._seen or not self._ok:
            self.reload()

    def reload(self) -> bool:
        """Read it anew; whether that is in force now."""
        with self._lock:
            seen = _fingerprint(self._path, self._loaded)
            try:
                loaded, now = _load_settled(self._path)
            except WebConfigError as error:
                self._seen = self._settling = seen
                self._ok = False
                if str(error) != self._refusal:
                    _log.error("web configuration refused, the former one stays in force\n%s", error)
                self._refusal = str(error)
                return False
            self._loaded, self._ok, self._loaded_unix_s = loaded, True, self._clock.wall_ns() / 1e9
            self._seen, self._settling, self._refusal = now, now, ""
            _log.info("web configuration loaded: %d users, %s", len(loaded.config.users), _tls_words(loaded))
            _warn(loaded)
            return True


def _load_settled(path: Path) -> tuple[LoadedWebConfig, Fingerprint]:
    """Read it, and the fingerprint of what was read: a file exchanged meanwhile would pass for seen. May raise."""
    loaded = load_web_config(path)
    for _ in range(_ATTEMPTS):
        before = _fingerprint(path, loaded)
        loaded = load_web_config(path)
        if _fingerprint(path, loaded) == before:
            break
    return loaded, before


def _fingerprint(path: Path, loaded: LoadedWebConfig) -> Fingerprint:
    """Of the file and of those that it names."""
    tls = loaded.config.tls
    named = [] if tls is None else [tls.cert_file, tls.key_file, *([tls.clients.ca_file] if tls.clients else [])]
    return tuple(part for each in (path, *map(Path, named)) for part in fingerprint(each))


def _tls_words(loaded: LoadedWebConfig) -> str:
    return "no TLS" if loaded.certificate is None else "TLS"


def _warn(loaded: LoadedWebConfig) -> None:
    for each in loaded.warnings:
        _log.warning("%s", each)
