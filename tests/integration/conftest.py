"""What integration tests are handed.

Lives here: fixtures of several files of this folder. Must not live here: fixtures of one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.promql import Answers, complaints
from tests.support.province import unique_name


@pytest.fixture
def promtool() -> str:
    """The path of promtool; without it the test is skipped, but never where a build server decides."""
    found = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if found is None:
        assert os.environ.get("CI") != "true", "promtool is missing: put it on PATH or name it in PROMTOOL"
        pytest.skip("promtool is not on PATH")
    return found


@pytest.fixture
def answers(promtool: str, tmp_path: Path) -> Answers:
    """Fails unless each query answers with just these samples."""

    def check(series: Mapping[str, str], *expected: tuple[str, Mapping[str, float]]) -> None:
        assert complaints(promtool, tmp_path, series, expected) == ""

    return check


@pytest.fixture
def network() -> Iterator[str]:
    """A namespace with nothing in it: every echo is unmeasured, and nothing leaves."""
    name = unique_name()
    subprocess.run(["ip", "netns", "add", name], check=True, timeout=60)
    try:
        yield name
    finally:
        subprocess.run(["ip", "netns", "delete", name], check=True, timeout=60)
