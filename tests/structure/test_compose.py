"""docker-compose.yml agrees with deploy/, with our program and with itself; what it promises, each service has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.generate import WRITTEN
from exporter.cli import parser_for
from exporter.stack.configuration import flags_from
from exporter.stack.ports import Ports
from exporter.stack.versions import BOT_TOKEN_FILE_SINCE
from tests.support.dockerfile import stages

_ROOT = Path(__file__).parents[2]
_COMPOSE: dict[str, Any] = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_REAL = {"exporter", "prometheus", "alertmanager", "grafana", "evidence"}
_DEMO = {name for name, service in _SERVICES.items() if "demo" in service.get("profiles", [])}


def _text(path: str) -> str:
    return (_ROOT / path).read_text(encoding="utf-8")


def _default(text: str) -> str:
    """``text`` with each variable replaced by its default."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def _short(mount: str | dict[str, Any]) -> str:
    """A mount in the short form, its variables by their defaults; the long one never makes a path that is missing."""
    if isinstance(mount, str):
        return _default(mount)
    assert mount["type"] == "bind"
    assert mount["bind"] == {"create_host_path": False}
    return f"{_default(mount['source'])}:{mount['target']}:{'ro' if mount.get('read_only') else 'rw'}"


def _mounts(service: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Source, target and mode of each mount of a path."""
    parts = [_short(mount).split(":") for mount in service.get("volumes", [])]
    return [(source, target, "".join(mode)) for source, target, *mode in parts if source.startswith(".")]


def test_the_real_stack_starts_without_a_profile() -> None:
    """``docker compose up -d`` starts the four programs and who makes the packs, and nothing else."""
    assert {name for name, service in _SERVICES.items() if "profiles" not in service} == _REAL


@pytest.mark.parametrize("name", _SERVICES)
def test_every_service_is_confined(name: str) -> None:
    """No capability, no new rights, a root that cannot be written, limits, and a log that ends somewhere."""
    service = _SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_ADMIN"] if name == "province" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service.get("cpus") or service["cpu_shares"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(_SERVICES.keys() - {"province"}))
def test_nobody_is_root(name: str) -> None:
    """Each service names its user; the province, which makes a device, is the one exception."""
    assert not _SERVICES[name]["user"].startswith("0")


def test_who_measures_is_never_held_back() -> None:
    """A quota of processor time stops a process in the middle of a measurement; weight does not."""
    for name in ("exporter", "demo-exporter", "province"):
        assert "cpus" not in _SERVICES[name]
        assert _SERVICES[name]["cpu_shares"] > 1024


def test_a_service_that_ends_is_started_again() -> None:
    """The real ones always, the others never: a demonstration does not come back after a reboot."""
    assert {name for name, service in _SERVICES.items() if service["restart"] == "unless-stopped"} == _REAL
    assert all(service["restart"] == "no" for name, service in _SERVICES.items() if name not in _REAL)


def test_no_real_service_lives_in_the_network_of_another() -> None:
    """Who joins another's network loses it when that one restarts, and may stay stopped after a reboot."""
    assert not [name for name in _REAL if "network_mode" in _SERVICES[name]]
    assert {_SERVICES[name].get("network_mode") for name in _DEMO - {"province"}} == {"service:province"}


def test_who_joins_a_network_publishes_no_port_of_its_own() -> None:
    """Docker refuses ports and settings of the network for a service that joins another's."""
    joined = [service for service in _SERVICES.values() if "network_mode" in service]
    assert joined
    assert not [service for service in joined if service.keys() & {"ports", "sysctls", "extra_hosts", "networks"}]


def test_every_image_is_pinned_to_a_patch() -> None:
    """An image that is not built here has a version of three numbers, and a variable to choose another."""
    images = {service["image"] for service in _SERVICES.values()}
    assert all(re.fullmatch(r"\$\{[A-Z]+_IMAGE:-[^}]+\}", image) for image in images)
    foreign = {image for image in map(_default, images) if not image.startswith("pantau-opd")}
    assert len(foreign) == 3
    assert all(re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", image) for image in foreign)


def test_what_is_built_are_targets_of_the_dockerfile() -> None:
    """Each service of our own images is built, from a stage that exists; nobody has to pull them."""
    targets = {
        _default(service["image"]): service["build"]["target"] for service in _SERVICES.values() if "build" in service
    }
    assert targets == {"pantau-opd": "exporter", "pantau-opd-demo": "demo", "pantau-opd-evidence": "evidence"}
    assert set(targets.values()) <= stages().keys()
    assert all("build" in service for service in _SERVICES.values() if _default(service["image"]) in targets)


def test_compose_uses_the_shipped_flags() -> None:
    """Both stacks have each flag of deploy/*/flags, but for the runbook's folder and a demonstration's disk."""
    for program in ("prometheus", "alertmanager"):
        shipped = {flag for flag in flags_from(_text(f"deploy/{program}/flags")) if "user-assets" not in flag}
        assert shipped
        assert shipped <= set(_SERVICES[program]["command"])
        smaller = {flag for flag in shipped if "retention.size" not in flag}
        assert smaller <= set(_SERVICES[f"demo-{program}"]["command"])


@pytest.mark.parametrize("name", ["exporter", "evidence", "province", "demo-exporter", "demo-receiver"])
def test_our_own_commands_are_words_that_the_program_knows(name: str) -> None:
    """Where compose gives the image other words than its own, they are a command and its flags."""
    words = _SERVICES[name].get("command") or ["run", "--inventory", "/etc/pantau/inventory"]
    command, *rest = words
    arguments = parser_for(command).parse_args(rest)
    if hasattr(arguments, "inventory"):
        assert str(arguments.inventory) in {target for _, target, _ in _mounts(_SERVICES[name])}


def test_links_and_addresses_are_the_office_s_to_say() -> None:
    """The address that messages name is a variable, and so is the one on which its port is published."""
    for program, port in (("prometheus", Ports().prometheus), ("alertmanager", Ports().alertmanager)):
        url = f"--web.external-url=${{{program.upper()}_URL:-http://127.0.0.1:{port}}}"
        assert url in _SERVICES[program]["command"]
        assert _SERVICES[program]["ports"] == [f"${{ADDRESS:-127.0.0.1}}:{port}:{port}"]
    assert _SERVICES["grafana"]["ports"] == ["${ADDRESS:-127.0.0.1}:3000:3000"]
    assert _SERVICES["grafana"]["environment"]["GF_SERVER_ROOT_URL"] == "${GRAFANA_URL:-http://127.0.0.1:3000}"


def test_no_two_services_publish_the_same_port() -> None:
    """The demonstration may run beside the real stack; everything is on this machine only unless it is said."""
    ports = [_default(port) for service in _SERVICES.values() for port in service.get("ports", [])]
    assert len({port.split(":")[1] for port in ports}) == len(ports) == 8
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", _SERVICES)
def test_what_is_mounted_exists_and_cannot_be_written(name: str) -> None:
    """Each path is in the repository and read-only; what lies under /opt/pantau keeps the repository's layout."""
    for source, target, mode in _mounts(_SERVICES[name]):
        assert (_ROOT / source).exists(), source
        assert mode == "ro"
        if target.startswith("/opt/pantau/"):
            assert target == f"/opt/pantau/{source.removeprefix('./')}"


def test_the_journal_lies_in_a_volume() -> None:
    """Everything else of the exporter cannot be written, and what it remembers is to survive the container."""
    command, *rest = _SERVICES["exporter"]["command"]
    journal = parser_for(command).parse_args(rest).journal
    assert f"journal:{journal.parent}" in _SERVICES["exporter"]["volumes"]


def test_every_volume_is_named_and_used() -> None:
    """What a program keeps is in a volume of its own: the journal, Prometheus, Alertmanager, Grafana, and the packs."""
    used = [_short(mount).split(":")[0] for service in _SERVICES.values() for mount in service.get("volumes", [])]
    named = [source for source in used if re.fullmatch(r"[a-z-]+", source)]
    assert sorted(named) == sorted(_COMPOSE["volumes"])


def test_prometheus_finds_its_neighbours_by_their_names() -> None:
    """Every target of the file that compose gives to Prometheus is a service, or Prometheus itself, on its port."""
    document = yaml.safe_load(_text("deploy/compose/prometheus.yml"))
    groups = [group for job in document["scrape_configs"] for group in job["static_configs"]]
    groups += [group for each in document["alerting"]["alertmanagers"] for group in each["static_configs"]]
    ports = Ports()
    assert sorted(target for group in groups for target in group["targets"]) == [
        f"127.0.0.1:{ports.prometheus}",
        f"alertmanager:{ports.alertmanager}",
        f"alertmanager:{ports.alertmanager}",
        f"exporter:{ports.exporter}",
    ]
    assert {"exporter", "alertmanager"} <= _REAL


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_generated_configuration_is_what_the_shipped_one_makes(path: Path) -> None:
    """The committed file is what ``python -m deploy.generate`` writes."""
    assert path.read_text(encoding="utf-8") == WRITTEN[path]()


@pytest.mark.parametrize("name", ["prometheus", "alertmanager", "grafana"])
def test_programs_are_asked_whether_they_are_well(name: str) -> None:
    """Each has a health check on its own port, by wget, which the three images have (busybox); so have their twins."""
    ports = {"prometheus": Ports().prometheus, "alertmanager": Ports().alertmanager, "grafana": 3000}
    test = _SERVICES[name]["healthcheck"]["test"]
    assert test[:2] == ["CMD", "wget"]
    assert test[-1].startswith(f"http://127.0.0.1:{ports[name]}/")
    assert _SERVICES[f"demo-{name}"]["healthcheck"] == _SERVICES[name]["healthcheck"]


def _secret_files() -> set[str]:
    """Every file that alertmanager.yml reads a secret from."""
    return set(re.findall(r"^[^#]*_file: *([^\s}]+)", _text("deploy/alertmanager/alertmanager.yml"), re.MULTILINE))


def test_the_secrets_are_mounted_where_alertmanager_reads_them() -> None:
    """All of them in one folder, whose default exists and from which nothing is ever committed."""
    files = _secret_files()
    assert len(files) == 4
    folder = "/etc/pantau/secrets"
    assert {str(Path(file).parent) for file in files} == {folder}
    long = [mount for mount in _SERVICES["alertmanager"]["volumes"] if isinstance(mount, dict)]
    (default,) = (
        match[1]
        for mount in long
        if mount["target"] == folder and (match := re.fullmatch(r"\$\{SECRETS:-(.*)\}", mount["source"]))
    )
    assert _text(f"{default}/.gitignore").splitlines()[-2:] == ["*", "!.gitignore"]


def test_the_demonstration_needs_no_secret_of_alertmanager() -> None:
    """Its Alertmanager has the heartbeat and the gateway, and names no file with a secret."""
    document = yaml.safe_load(_text("deploy/demo/alertmanager.yml"))
    assert [receiver["name"] for receiver in document["receivers"]] == ["gerbang", "detak"]
    assert "_file" not in _text("deploy/demo/alertmanager.yml")


def test_the_office_s_own_words_are_where_alertmanager_looks() -> None:
    """The folder with the link to Grafana is mounted where alertmanager.yml reads definitions last."""
    *_, last = yaml.safe_load(_text("deploy/alertmanager/alertmanager.yml"))["templates"]
    targets = {target: source for source, target, _ in _mounts(_SERVICES["alertmanager"])}
    source = targets[last.removesuffix("/*.tmpl")]
    assert [path.name for path in (_ROOT / source).glob("*.tmpl")] == ["dasbor.tmpl"]


def test_the_image_of_alertmanager_reads_the_token_from_its_file() -> None:
    """The shipped configuration is for the version that compose starts."""
    (version,) = re.findall(r":v(\d+)\.(\d+)\.\d+$", _default(_SERVICES["alertmanager"]["image"]))
    assert tuple(map(int, version)) >= BOT_TOKEN_FILE_SINCE
