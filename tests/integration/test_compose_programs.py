"""Every flag that compose gives to Prometheus and Alertmanager is taken by the real programs, old and new."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.clock import SystemClock
from exporter.stack.configuration import alertmanager_text
from exporter.stack.expected import TrialSecrets
from exporter.stack.ports import Ports, free_port
from exporter.stack.processes import ChildSpec, answers, running
from exporter.stack.programs import Program, find_program
from exporter.stack.versions import BOT_TOKEN_FILE_SINCE, version_of
from tests.support.deliveries import alert_document, delivery_document

_ROOT = Path(__file__).parents[2]
_SERVICES: dict[str, Any] = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
_PESAN = _ROOT / "deploy/compose/pesan"

#: The programs that are used elsewhere, and the current ones where they were fetched (make e2e-new).
_TOOLS = [
    {},
    *([{"PANTAU_TOOLS": ".cache/tools-new"}] if (_ROOT / ".cache/tools-new/.fetched/promtool").exists() else []),
]


@pytest.fixture(params=_TOOLS, ids=lambda choice: choice.get("PANTAU_TOOLS", "usual"))
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    """An environment in which one version of the programs is found."""
    chosen: dict[str, str] = request.param
    return dict(os.environ) | chosen


def _command(service: str, folder: Path, configuration: Path | None = None) -> list[str]:
    """The words of a service with its paths on this machine: the repository's files, and ``folder`` for its volume."""
    words = [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in _SERVICES[service]["command"]]
    data = {"prometheus": "/prometheus", "alertmanager": "/alertmanager"}[service.removeprefix("demo-")]
    words = [word.replace("/opt/pantau/", f"{_ROOT}/").replace(f"path={data}", f"path={folder}") for word in words]
    assert f"{folder}" in " ".join(words)
    if configuration is not None:
        words = [re.sub(r"^(--config\.file=).*", rf"\g<1>{configuration}", word) for word in words]
    return words


def _becomes_ready(program: Path, words: list[str], port: int, folder: Path) -> None:
    argv = (str(program), *words, f"--web.listen-address=127.0.0.1:{port}")
    spec = ChildSpec(program.name, argv, folder, lambda: answers(port, "/-/ready"))
    with running(spec, folder, SystemClock()):
        pass


@pytest.mark.parametrize("service", ["prometheus", "demo-prometheus"])
def test_prometheus_starts_as_compose_starts_it(service: str, environment: dict[str, str], tmp_path: Path) -> None:
    """It becomes ready with these flags, this configuration and all rules."""
    program = find_program(Program.PROMETHEUS, root=_ROOT, environment=environment)
    _becomes_ready(program, _command(service, tmp_path / "data"), free_port(), tmp_path)


def test_alertmanager_starts_as_compose_starts_it(environment: dict[str, str], tmp_path: Path) -> None:
    """It becomes ready with these flags, the shipped receivers and the office's own definitions."""
    program = find_program(Program.ALERTMANAGER, root=_ROOT, environment=environment)
    secrets = TrialSecrets()
    secrets.write(tmp_path / "secrets")
    text = alertmanager_text(
        (_ROOT / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8"),
        Ports(),
        _ROOT / "deploy/alertmanager/templates",
        tmp_path / "secrets",
        token=None if version_of(program) >= BOT_TOKEN_FILE_SINCE else secrets.telegram_token,
    )
    (tmp_path / "secrets/pesan").symlink_to(_PESAN)
    configuration = tmp_path / "alertmanager.yml"
    configuration.write_text(text, encoding="utf-8")
    words = _command("alertmanager", tmp_path / "data", configuration)
    _becomes_ready(program, words, free_port(), tmp_path)


def test_alertmanager_starts_as_the_demonstration_starts_it(environment: dict[str, str], tmp_path: Path) -> None:
    """It becomes ready with the generated configuration, and needs no secret."""
    program = find_program(Program.ALERTMANAGER, root=_ROOT, environment=environment)
    _becomes_ready(program, _command("demo-alertmanager", tmp_path / "data"), free_port(), tmp_path)


@pytest.mark.parametrize(
    ("alertmanager", "dashboard"),
    [
        ("http://192.0.2.1:9093", "http://192.0.2.1:3000/d/pantau-dinding"),
        ("https://alertmanager.prov.example", "https://alertmanager.prov.example/#/alerts"),
    ],
)
def test_messages_lead_to_the_wall(
    alertmanager: str, dashboard: str, environment: dict[str, str], tmp_path: Path
) -> None:
    """Compose's definition is read last and holds; where Grafana's address cannot be told, the old page stays."""
    document = delivery_document([alert_document(1)]) | {"externalURL": alertmanager}
    (tmp_path / "data.json").write_text(json.dumps(document), encoding="utf-8")
    amtool = find_program(Program.AMTOOL, root=_ROOT, environment=environment)
    words = [
        f"--template.glob={_ROOT}/deploy/alertmanager/templates/*.tmpl",
        f"--template.glob={_PESAN}/*.tmpl",
        f"--template.data={tmp_path / 'data.json'}",
        '--template.text={{ template "pantau.pesan" . }}',
    ]
    ran = subprocess.run(
        [str(amtool), "template", "render", *words], capture_output=True, text=True, check=True, timeout=60
    )
    assert f"\nDasbor: {dashboard}" in ran.stdout
