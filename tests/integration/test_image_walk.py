"""The Dockerfile's steps are done, and what they make runs as its container would: nobody, read-only, no capability."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.dockerfile import command_of
from tests.support.image import Image, built
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory

#: The first test waits for the packages to be installed, which a busy machine does slowly.
pytestmark = pytest.mark.timeout(600)

#: A network as a container has it, in which every address of the inventory is the machine's own; then the program,
#: asked by its own health check until it is well and all links are up, and ended.
_CONTAINER = """
ip link set lo up && ip address add 198.18.0.1/15 dev lo || exit 90
sysctl -qw net.ipv4.ping_group_range='65532 65532' || exit 90
health=$1; figures=$2; shift 2
"$@" & pid=$!
for _ in $(seq 150); do
    kill -0 $pid || exit 91
    if sh -c "$health"; then
        page=$(sh -c "$figures")
        if [ "$(printf '%s\\n' "$page" | grep -c '^opd_link_state{.*state="up".* 1$')" = 3 ]; then
            kill -TERM $pid; wait $pid; exit $?
        fi
    fi
    sleep 0.2
done
kill -TERM $pid; exit 92
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The stage "exporter", walked once, with an inventory beside it."""
    if os.geteuid() != 0:
        assert os.environ.get("CI") != "true", "walking the Dockerfile takes root"
        pytest.skip("walking the Dockerfile takes root")
    folder = tmp_path_factory.mktemp("image")
    folder.chmod(0o755)
    image = built("exporter", folder)
    write_inventory(image.opt / "inventory", many_links(3))
    return image


def test_the_program_is_there(image: Image) -> None:
    """By its name, for ``docker compose exec``; and it reads an inventory."""
    assert image.run("pantau", "--help").stdout.startswith("pantau ")
    ran = image.run("pantau", "check", "--inventory", "/opt/inventory")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_what_installed_it_is_gone(image: Image) -> None:
    """Neither pip nor setuptools is left, and of the repository nothing but the licence."""
    for name in ("pip", "setuptools"):
        ran = image.run("/opt/pantau/.venv/bin/python", "-c", f"import {name}")
        assert "ModuleNotFoundError" in ran.stderr
    assert {path.name for path in (image.opt / "pantau").iterdir()} == {".venv", "LICENSE"}


def test_nothing_can_be_written(image: Image) -> None:
    """The root is read-only, and the user is nobody in particular."""
    ran = image.run("sh", "-c", "id -u; touch /opt/pantau/file /etc/file; touch /tmp/file && echo only here")
    assert ran.stdout == "65532\nonly here\n"
    assert ran.stderr.count("Read-only file system") == 2


def test_it_measures_and_is_found_well(image: Image, tmp_path: Path) -> None:
    """Its own command becomes ready by its own health check, measures without any capability, and ends at once."""
    stage = image.stage
    command = command_of(stage.rests("ENTRYPOINT")) + command_of(stage.rests("CMD"))
    command = [word.replace("/etc/pantau/inventory", "/opt/inventory") for word in command]
    health = command_of(stage.rests("HEALTHCHECK"))
    figures = [
        health[0],
        "-c",
        "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9715/metrics').read().decode())",
    ]
    words = [shlex.join(image.words(each)) for each in (health, figures)]
    ran = subprocess.run(
        ["unshare", "--net", "sh", "-c", _CONTAINER, "sh", *words, *image.words(command)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
