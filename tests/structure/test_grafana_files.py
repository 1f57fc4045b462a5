"""Grafana's settings and provisioning say what compose, Prometheus and the dashboards rely on, and keep no secret."""

from __future__ import annotations

import configparser
import json
import re
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from exporter.catalogue import FAMILIES
from exporter.stack.ports import Ports

_ROOT = Path(__file__).parents[2]
_GRAFANA = _ROOT / "grafana"
_SERVICES: dict[str, Any] = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]

#: What Grafana 12 reads of a data source and of a provider of dashboards (its documentation, "Provision Grafana"; it
#: ignores other keys without a word).
_DATA_SOURCE_KEYS = {
    *("access", "basicAuth", "basicAuthUser", "database", "editable", "isDefault", "jsonData", "name", "orgId"),
    *("secureJsonData", "type", "uid", "url", "user", "version", "withCredentials", "correlations"),
}
_PROVIDER_KEYS = {
    *("allowUiUpdates", "disableDeletion", "folder", "folderUid", "name", "options", "orgId", "type"),
    "updateIntervalSeconds",
}
_PROMETHEUS_KEYS = {
    *("httpMethod", "timeInterval", "prometheusType", "prometheusVersion", "manageAlerts", "queryTimeout"),
    *("cacheLevel", "incrementalQuerying", "disableMetricsLookup", "customQueryParameters"),
}

#: Every label of a metric. A Viewer of Grafana can send any query, so none of them may say more than the wall does: no
#: address, no community or other credential, no contact of a person. A label joins the list once that has been asked of
#: it. ("author" and "approval" are those of planned work: a role, never a person, and the number of a paper.)
_LABELS = {
    *("link", "site", "opd", "kabkota", "kabkota_name", "provider", "contract", "role", "phase", "name", "lat", "lon"),
    *("state", "reason", "scope", "target", "meaning", "kind", "mode", "quantity", "window"),
    *("author", "approval", "digest", "errno", "family", "python", "version"),
    *("probe", "result", "phase", "status", "epoch", "cause", "answer"),
}
_TELLING = re.compile(r"addr|^ip|ip$|communit|credential|contact|pass|secret|token|phone|mail|user|host")


def _settings() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(_GRAFANA / "grafana.ini", encoding="utf-8")
    return parser


def _provisioned(kind: str) -> dict[str, Any]:
    (path,) = (_GRAFANA / "provisioning" / kind).iterdir()
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["apiVersion"] == 1
    return document


def _in_repository(target: str, service: str = "grafana") -> Path:
    """The file of the repository that a path inside the container leads to."""
    mounts = [mount.split(":")[:2] for mount in _SERVICES[service]["volumes"] if mount.startswith("./")]
    ((source, inside),) = ((source, inside) for source, inside in mounts if target.startswith(inside))
    return _ROOT / str(source) / target.removeprefix(inside).lstrip("/")


def test_the_data_source_is_the_one_that_dashboards_ask() -> None:
    """Its uid, its name, the interval of the scrapes, and nothing that Grafana does not read."""
    (source,) = _provisioned("datasources")["datasources"]
    assert source.keys() <= _DATA_SOURCE_KEYS
    assert source["jsonData"].keys() <= _PROMETHEUS_KEYS
    assert (source["uid"], source["name"], source["type"]) == ("pantau-prometheus", "Prometheus Pantau", "prometheus")
    scraping = yaml.safe_load((_ROOT / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))["global"]
    assert source["jsonData"]["timeInterval"] == scraping["scrape_interval"] == "5s"
    assert source["jsonData"]["httpMethod"] == "POST"
    assert source["editable"] is False


def test_the_data_source_s_address_is_a_service() -> None:
    """Compose says it: the name of Prometheus's service and its port, and in the demonstration the shared address."""
    (source,) = _provisioned("datasources")["datasources"]
    variable = source["url"].removeprefix("$")
    port = Ports().prometheus
    assert _SERVICES["grafana"]["environment"][variable] == f"http://prometheus:{port}"
    assert "prometheus" in _SERVICES
    assert _SERVICES["demo-grafana"]["environment"][variable] == f"http://127.0.0.1:{port}"


def test_dashboards_come_from_the_repository_and_stay_as_they_are() -> None:
    """The provider reads the folder where compose mounts grafana/dashboards; nothing can be changed or deleted."""
    (provider,) = _provisioned("dashboards")["providers"]
    assert provider.keys() <= _PROVIDER_KEYS
    assert provider["type"] == "file"
    assert provider["options"].keys() <= {"path", "foldersFromFilesStructure"}
    assert provider["options"]["foldersFromFilesStructure"] is True
    assert provider["allowUiUpdates"] is False
    assert provider["disableDeletion"] is True
    assert "folder" not in provider  # Grafana takes it for the one folder of all
    for service in ("grafana", "demo-grafana"):
        assert _in_repository(provider["options"]["path"], service) == _GRAFANA / "dashboards"


def test_the_home_dashboard_is_the_wall() -> None:
    """Its path in the container leads to a committed file."""
    path = _in_repository(_settings()["dashboards"]["default_home_dashboard_path"])
    assert path == _GRAFANA / "dashboards/NOC/pantau-dinding.json"
    assert json.loads(path.read_text(encoding="utf-8"))["uid"] == "pantau-dinding"


def test_grafana_s_settings_are_where_it_looks() -> None:
    """Each file of grafana/ is mounted where the image reads it (its GF_PATHS_CONFIG and GF_PATHS_PROVISIONING)."""
    for service in ("grafana", "demo-grafana"):
        assert _in_repository("/etc/grafana/grafana.ini", service).is_file()
        assert _in_repository("/etc/grafana/provisioning/datasources", service).is_dir()


def test_the_map_needs_nothing_from_the_internet() -> None:
    """The ground of every map is one empty tile, mounted where Grafana serves it, the same for every x, y, z."""
    section = _settings()["geomap"]
    layer = json.loads(section["default_baselayer_config"].strip("`"))
    assert layer["type"] == "xyz"
    url = layer["config"]["url"]
    assert url.startswith("public/")
    assert "{" not in url
    tile = _in_repository(f"/usr/share/grafana/{url}").read_bytes()
    assert tile.startswith(b"\x89PNG")
    assert struct.unpack(">II", tile[16:24]) == (256, 256)


def test_nobody_looks_in_unless_it_is_said() -> None:
    """Anonymous viewing is off, and where it is turned on it is a Viewer who does not learn the version."""
    section = _settings()["auth.anonymous"]
    assert dict(section) == {"enabled": "false", "org_name": "Main Org.", "org_role": "Viewer", "hide_version": "true"}
    for service in ("grafana", "demo-grafana"):
        assert _SERVICES[service]["environment"]["GF_AUTH_ANONYMOUS_ENABLED"] == "${GRAFANA_ANONYMOUS:-false}"


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("users", "allow_sign_up", "false"),
        ("users", "allow_org_create", "false"),
        ("users", "viewers_can_edit", "false"),
        ("users", "default_language", "id-ID"),
        ("date_formats", "default_timezone", "Asia/Jakarta"),
        ("security", "disable_gravatar", "true"),
        ("security", "cookie_samesite", "lax"),
        ("snapshots", "enabled", "false"),
        ("snapshots", "external_enabled", "false"),
        ("public_dashboards", "enabled", "false"),
        ("analytics", "reporting_enabled", "false"),
        ("analytics", "check_for_updates", "false"),
        ("analytics", "check_for_plugin_updates", "false"),
        ("analytics", "feedback_links_enabled", "false"),
        ("news", "news_feed_enabled", "false"),
        ("plugins", "preinstall_disabled", "true"),
        ("plugins", "plugin_admin_enabled", "false"),
    ],
)
def test_grafana_keeps_to_itself(section: str, key: str, value: str) -> None:
    """Nobody signs up, nothing is shared with strangers, nothing is fetched or reported."""
    assert _settings()[section][key] == value


def test_there_is_no_password_anywhere() -> None:
    """The administrator's comes from a file only; no committed file gives it, or Grafana's own default, a value."""
    given = re.compile(r"GF_SECURITY_ADMIN_PASSWORD(?!__FILE)\W*[:=]|^\s*admin_password\s*=", re.MULTILINE)
    files = [path for path in _ROOT.iterdir() if path.is_file()]
    for folder in ("deploy", "docs", "grafana", "scripts", ".ci", "exporter", "tests", "bench"):
        files += [path for path in (_ROOT / folder).rglob("*") if path.is_file() and "node_modules" not in path.parts]
    shipped = [path for path in files if path.suffix != ".pyc" and path.parent != _GRAFANA / "secrets"]
    assert _ROOT / "docker-compose.yml" in shipped
    assert not [path for path in shipped if given.search(path.read_text(encoding="utf-8", errors="replace"))]


def test_the_password_is_a_secret_whose_absence_stops_the_start() -> None:
    """Compose mounts a file that is never committed; a secret that does not exist is an error, unlike a mount."""
    document = yaml.safe_load((_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    ((name, secret),) = document["secrets"].items()
    assert secret == {"file": "${GRAFANA_SECRETS:-./grafana/secrets}/admin-password"}
    assert (_GRAFANA / "secrets/.gitignore").read_text(encoding="utf-8").splitlines()[-2:] == ["*", "!.gitignore"]
    for service in ("grafana", "demo-grafana"):
        assert _SERVICES[service]["secrets"] == [name]
        assert _SERVICES[service]["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == f"/run/secrets/{name}"


@pytest.mark.parametrize(
    ("password", "code"),
    [("", 1), ("admin\n", 1), ("sebelas-kah\n", 1), ("\n" * 13, 1), (None, 1), ("dua-belas-ya\n", 0)],
)
def test_a_password_that_is_none_stops_the_start(password: str | None, code: int, tmp_path: Path) -> None:
    """Grafana ignores an empty variable and would take its default: the start asks for twelve characters first."""
    if password is not None:  # otherwise it cannot be read, as with the wrong owner
        (tmp_path / "password").write_text(password, encoding="utf-8")
    (tmp_path / "run.sh").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "run.sh").chmod(0o755)
    for service in ("grafana", "demo-grafana"):
        shell, flag, script = _SERVICES[service]["entrypoint"]
        assert _SERVICES[service]["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] in script
        script = script.replace("$$", "$").replace("/run.sh", str(tmp_path / "run.sh"))
        script = script.replace("/run/secrets/grafana-admin-password", str(tmp_path / "password"))
        ran = subprocess.run([shell, flag, script], capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode == code, ran.stderr


def test_no_label_says_what_a_viewer_may_not_know() -> None:
    """Labels are a closed list, on which there is no address, credential or contact."""
    labels = {label for family in FAMILIES for label in family.labels}
    assert labels == _LABELS
    assert not [label for label in _LABELS if _TELLING.search(label)]


def test_the_rotation_shows_the_wall_first() -> None:
    """The playlist: the wall, then the providers, half a minute each, by the uids that dashboards have."""
    playlist = json.loads((_GRAFANA / "playlist.json").read_text(encoding="utf-8"))
    assert playlist["interval"] == "30s"
    assert {item["type"] for item in playlist["items"]} == {"dashboard_by_uid"}
    assert [item["value"] for item in playlist["items"]] == ["pantau-dinding", "pantau-penyedia"]


def test_the_rotation_names_dashboards_that_exist() -> None:
    """Each item's uid and title are those of a committed dashboard."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in (_GRAFANA / "dashboards").rglob("*.json")]
    titles = {document["uid"]: document["title"] for document in documents}
    playlist = json.loads((_GRAFANA / "playlist.json").read_text(encoding="utf-8"))
    assert {item["value"]: item["title"] for item in playlist["items"]}.items() <= titles.items()


def test_the_library_is_that_of_the_grafana_that_ships() -> None:
    """What tables look like is asked of the same minor version that compose starts."""
    library = json.loads((_ROOT / "grafana/library/package.json").read_text(encoding="utf-8"))["dependencies"]
    image = re.search(r"grafana/grafana:(\d+\.\d+)\.\d+", (_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert image is not None
    assert library["@grafana/data"].startswith(f"{image[1]}.")
