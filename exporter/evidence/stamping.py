"""Putting a time stamp into a pack that is there.

Lives here: when a stamp is asked for, and its file. Must not live here: the protocol (``timestamp``). A pack without a
stamp is whole: a stamp that could not be had is pending, and may be asked for again on any later day.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from exporter.clock import Clock
from exporter.errors import PantauError
from exporter.evidence.disk import entries_beneath, open_folder
from exporter.evidence.folder import locked, put_file
from exporter.evidence.integrity import integrity_of
from exporter.evidence.manifest import STAMP
from exporter.evidence.timestamp import NoStampError, asked_stamp

__all__ = ["StampState", "Stamped", "stamp"]


class StampState(StrEnum):
    """What became of asking."""

    STAMPED = "stamped"
    ALREADY = "already"  #: there is one; nobody was asked
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Stamped:
    """The answer, and a line for people."""

    state: StampState
    text: str  #: in Indonesian


def stamp(path: Path, url: str, clock: Clock, timeout_s: float = 15.0) -> Stamped:
    """Ask the authority at ``url`` for a stamp over the manifest of the pack in ``path``, and keep it as MANIFEST.tsr.

    What keeps the authority from giving one makes it pending and raises nothing. Raises PantauError for a pack that is
    broken, which nobody should stamp, or a folder that cannot be written; UsageError for a wrong ``url``.
    """
    found = integrity_of(path)
    if found.manifest is None or found.faults:
        raise PantauError(f"{path}: a broken pack is not stamped ({found.faults[0]}); put it back from a copy")
    try:
        with open_folder(path) as folder:
            if any(entry.path == STAMP for entry in entries_beneath(folder, deep=False)):
                return Stamped(StampState.ALREADY, "stempel waktu: sudah ada")
            raw = asked_stamp(found.manifest.raw, url, clock, timeout_s)
            with locked(path.resolve().parent) as out:
                put_file(out, f"{found.manifest.name}.tsr", raw, STAMP, folder)
    except NoStampError as error:
        again = f"paket tetap sah; ulangi dengan: pantau verify {path} --stamp {url}"
        return Stamped(StampState.PENDING, f"stempel waktu: TERTUNDA (pending): {error}; {again}")
    except OSError as error:
        raise PantauError(f"{path}: {STAMP} cannot be written ({error.strerror}); check who may write there") from error
    return Stamped(StampState.STAMPED, f"stempel waktu: {STAMP} ditulis")
