"""What the process asks of the system for itself."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest

from exporter.process import WANTED_FILES, raise_file_limit


@pytest.fixture(autouse=True)
def _former_limit() -> Iterator[None]:
    """The limit is as before afterwards."""
    former = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, former)


def test_the_usual_limit_is_raised() -> None:
    """1,024 is what most systems begin with."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))
    assert raise_file_limit() == (WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard))


def test_a_higher_limit_stays() -> None:
    """Nothing is lowered."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < WANTED_FILES + 1:
        assert raise_file_limit() == max(soft, hard)
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (WANTED_FILES + 1, hard))
    assert raise_file_limit() == WANTED_FILES + 1


def test_arenas_are_bound_where_glibc_is() -> None:
    """In a process of its own, for it holds from then on."""
    code = "from exporter.process import bound_arenas; raise SystemExit(not bound_arenas())"
    expected = 0 if platform.libc_ver()[0] == "glibc" else 1
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == expected
