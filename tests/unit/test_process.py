"""What the process asks of the system for itself."""

from __future__ import annotations

import resource
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
