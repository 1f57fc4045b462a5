"""The image that makes the packs, built by its own steps: it sets pages as nobody, in a root that cannot be written."""

from __future__ import annotations

import os

import pytest

from tests.support.image import Image, built

#: The first test waits for the packages to be installed, which a busy machine does slowly.
pytestmark = pytest.mark.timeout(600)

#: Pages, a sheet and the client of time stamps, as nobody and without a home.
_WORK = """
import io, rfc3161_client, typst, xlsxwriter
print(typst.compile(b"= Laporan", format="pdf")[:4].decode())
sheet = io.BytesIO()
xlsxwriter.Workbook(sheet, {"in_memory": True}).close()
print(sheet.getvalue()[:2].decode())
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The stage "evidence", walked once."""
    if os.geteuid() != 0:
        assert os.environ.get("CI") != "true", "walking the Dockerfile takes root"
        pytest.skip("walking the Dockerfile takes root")
    folder = tmp_path_factory.mktemp("image")
    folder.chmod(0o755)
    return built("evidence", folder)


def test_it_sets_pages_and_fills_sheets(image: Image) -> None:
    """With nothing to write to, no home and no right."""
    ran = image.run("/opt/pantau/.venv/bin/python", "-c", _WORK)
    assert ran.stdout.split() == ["%PDF", "PK"], ran.stderr


def test_what_installed_it_is_gone(image: Image) -> None:
    """Neither pip nor setuptools is left, and of the repository nothing but the licence."""
    ran = image.run("sh", "-c", "for name in pip setuptools; do python -c import\\ $name; done")
    assert ran.stderr.count("ModuleNotFoundError") == 2
    assert {path.name for path in (image.opt / "pantau").iterdir()} == {".venv", "LICENSE"}


def test_its_command_explains_itself(image: Image) -> None:
    """Started with no words it says how it is used; compose gives it the words of its service."""
    ran = image.run("pantau", "evidence", "--help")
    assert ran.returncode == 0, ran.stderr
    assert "--keep-running" in ran.stdout
