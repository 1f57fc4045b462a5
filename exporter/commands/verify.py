"""``pantau verify``: whether an evidence pack is what it was when it was made.

Lives here: the words of the command, and printing. Must not live here: any check (``exporter/evidence/verify``). It
works offline; only ``--stamp`` asks somebody, the authority that it names. Exit 0: valid. 1: not valid. 2: wrong use.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from exporter.clock import SystemClock
from exporter.errors import PantauError, UsageError
from exporter.evidence.disk import read_whole
from exporter.evidence.verify import verify

__all__ = ["SUMMARY", "add_arguments", "run"]

SUMMARY = "check an evidence pack: sums, chain, a signed PDF, a time stamp"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder, and what there is beside it."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the pack, such as bukti/2026-10")
    parser.add_argument("--signed", metavar="FILE", type=Path, help="a signed or sealed PDF of this pack")
    parser.add_argument("--previous", metavar="DIR", type=Path, help="the pack before it, if it is not beside it")
    parser.add_argument(
        "--authority", metavar="FILE", type=Path, help="PEM certificates of the authority whose stamp must be there"
    )
    parser.add_argument("--stamp", metavar="URL", help="ask this RFC 3161 authority for a time stamp, if there is none")


def run(arguments: argparse.Namespace) -> int:
    """0 if the pack is valid, 1 if not; a stamp that cannot be had yet makes no pack invalid."""
    for flag, path in (("DIR", arguments.folder), ("--previous", arguments.previous)):
        if path is not None and not path.is_dir():
            raise UsageError(f"{flag} {path}: is no folder; name the folder of a pack")
    signed = None
    if arguments.signed is not None:
        signed = (arguments.signed.name, read_whole(arguments.signed, "--signed"))
    authority = None
    if arguments.authority is not None:
        from exporter.evidence.timestamp import authority_of  # noqa: PLC0415 - the rest needs no other package

        authority = authority_of(read_whole(arguments.authority, "--authority", 1024 * 1024))
    if arguments.stamp is not None:
        _stamp(arguments.folder, arguments.stamp)
    found = verify(arguments.folder, signed, previous=arguments.previous, authority=authority)
    print("\n".join(str(each) for each in found.findings))
    print("SAH" if found.valid else "TIDAK SAH")
    return 0 if found.valid else 1


def _stamp(folder: Path, url: str) -> None:
    from exporter.evidence.stamping import stamp  # noqa: PLC0415 - the rest needs no other package
    from exporter.evidence.timestamp import url_of  # noqa: PLC0415 - likewise

    url_of(url)
    try:
        print(f"CATATAN  {stamp(folder, url, SystemClock()).text}")
    except PantauError as error:
        print(f"SALAH    {error}")
