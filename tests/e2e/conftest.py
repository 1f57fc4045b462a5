"""What the end-to-end tests share: the shipped scenarios, each played once in a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.rehearsals import Rehearsals, rehearsals


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsals]:
    """Every scenario in ``rehearsal/``, being played; ``result()`` waits for one."""
    with rehearsals(tmp_path_factory.mktemp("rehearsals")) as running:
        yield running
