"""Docker's own compose program reads docker-compose.yml without a complaint, and sees in it what we mean."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_FETCHED = _ROOT / ".cache/tools-compose/usr/libexec/docker/cli-plugins/docker-compose"
_REAL = {"exporter", "prometheus", "alertmanager", "grafana", "evidence"}


@pytest.fixture(scope="module")
def compose() -> list[str]:
    """The words that start compose, version 2 or newer: the fetched one, else the machine's."""
    if _FETCHED.is_file():
        return [str(_FETCHED)]
    words = [shutil.which("docker") or "docker", "compose"]
    try:
        subprocess.run([*words, "version"], capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.CalledProcessError):
        assert os.environ.get("CI") != "true", "docker compose is missing: make integration fetches it"
        pytest.skip("docker compose is missing: make .cache/tools-compose/.fetched/docker-compose")
    return words


def _config(compose: Sequence[str], *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What ``docker compose config`` makes of the file, in an environment that sets no other variable."""
    folder = {"HOME": os.environ.get("HOME", "/"), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [*compose, "--file", str(_ROOT / "docker-compose.yml"), "--env-file", "/dev/null", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=folder | environment,
    )


def _services(compose: Sequence[str], *profiles: str, **environment: str) -> dict[str, Any]:
    words = [f"--profile={profile}" for profile in profiles]
    ran = _config(compose, *words, "config", "--format=json", **environment)
    assert ran.returncode == 0, ran.stderr
    services: dict[str, Any] = json.loads(ran.stdout)["services"]
    return services


@pytest.mark.parametrize("profiles", [[], ["demo"], ["playlist"], ["demo", "playlist"]])
def test_config_is_clean(compose: list[str], profiles: list[str]) -> None:
    """Exit code 0 and not one word of warning, with each profile."""
    ran = _config(compose, *(f"--profile={profile}" for profile in profiles), "config", "--quiet")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_each_profile_starts_what_it_is_for(compose: list[str]) -> None:
    """Without one the real stack; the others add theirs and change nothing in it."""
    plain = _services(compose)
    assert plain.keys() == _REAL
    demo = _services(compose, "demo")
    assert {name for name in demo if name not in _REAL} == {
        *("province", "demo-exporter", "demo-receiver", "demo-prometheus", "demo-alertmanager", "demo-grafana")
    }
    assert {name: demo[name] for name in _REAL} == plain
    assert _services(compose, "playlist").keys() - _REAL == {"playlist"}


def test_variables_reach_the_programs(compose: list[str]) -> None:
    """Where people reach the programs, who may look in, and which images are used: all as it was said."""
    services = _services(
        compose,
        ADDRESS="192.0.2.1",
        ALERTMANAGER_URL="http://192.0.2.1:9093",
        GRAFANA_URL="http://192.0.2.1:3000",
        GRAFANA_ANONYMOUS="true",
        GRAFANA_IMAGE="cermin.example/grafana@sha256:" + "0" * 64,
        PROMETHEUS_CPUS="1",
        CORRECTIONS="/etc/pantau/corrections",
    )
    assert services["grafana"]["environment"]["GF_SERVER_ROOT_URL"] == "http://192.0.2.1:3000"
    assert services["grafana"]["environment"]["GF_AUTH_ANONYMOUS_ENABLED"] == "true"
    assert services["grafana"]["image"].startswith("cermin.example/grafana@sha256:")
    assert "--web.external-url=http://192.0.2.1:9093" in services["alertmanager"]["command"]
    assert {services[name]["ports"][0]["host_ip"] for name in ("grafana", "prometheus", "alertmanager")} == {
        "192.0.2.1"
    }
    assert services["exporter"]["ports"][0]["host_ip"] == "127.0.0.1"
    assert services["prometheus"]["cpus"] == 1
    assert "/etc/pantau/corrections" in {mount["source"] for mount in services["evidence"]["volumes"]}
