"""Writes the files of ``deploy/`` that say again what others say: ``python -m deploy.generate``.

Lives here: which lines are taken from the shipped files, and what is exchanged in them. Must not live here: any
setting that is not theirs. ``compose/prometheus.yml`` finds its neighbours by their names, for in compose each has a
network of its own. ``demo/alertmanager.yml`` sends everything to the gateway, which the demonstration plays, nothing
to Telegram or mail.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

__all__ = ["WRITTEN", "demo_alertmanager", "main", "named_prometheus"]

_DEPLOY = Path(__file__).parent

#: From the address on a shared machine to the name in compose. Prometheus itself is where it is.
_NAMES = {"127.0.0.1:9715": "exporter:9715", "127.0.0.1:9093": "alertmanager:9093"}

_HEAD = "# Written by python -m deploy.generate from {source}; do not edit.\n"


def named_prometheus() -> str:
    """``prometheus/prometheus.yml`` with names in place of addresses."""
    text = (_DEPLOY / "prometheus/prometheus.yml").read_text(encoding="utf-8")
    for address, name in _NAMES.items():
        if address not in text:
            raise ValueError(f"prometheus.yml does not name {address}")
        text = text.replace(address, name)
    return _HEAD.format(source="deploy/prometheus/prometheus.yml") + text


def demo_alertmanager() -> str:
    """``alertmanager/alertmanager.yml`` with its heartbeat and its gateway, and nothing that takes a secret."""
    shipped: dict[str, Any] = yaml.safe_load((_DEPLOY / "alertmanager/alertmanager.yml").read_text(encoding="utf-8"))
    route = shipped["route"]
    heartbeat, gateway = route["routes"][:2]
    wanted = {heartbeat["receiver"], gateway["receiver"]}
    document = {
        "route": route | {"routes": [heartbeat, *gateway["routes"]]},
        "inhibit_rules": shipped["inhibit_rules"],
        "receivers": [_without_secrets(receiver) for receiver in shipped["receivers"] if receiver["name"] in wanted],
    }
    # Through plain lists: what the shipped file names once and uses again is written out.
    text = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD.format(source="deploy/alertmanager/alertmanager.yml") + text


class _Plain(yaml.SafeDumper):
    """No anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _without_secrets(receiver: dict[str, Any]) -> dict[str, Any]:
    """A receiver of webhooks that asks for no token."""
    configs = [
        {key: value for key, value in config.items() if key != "http_config"} for config in receiver["webhook_configs"]
    ]
    return {"name": receiver["name"], "webhook_configs": configs}


#: Each file, and what makes its text.
WRITTEN = {
    _DEPLOY / "compose/prometheus.yml": named_prometheus,
    _DEPLOY / "demo/alertmanager.yml": demo_alertmanager,
}


def main(argv: Sequence[str]) -> int:
    """Write the files; with ``--check`` say whether they are as they would be written (exit code 1 if not)."""
    changed = [
        path for path, make in WRITTEN.items() if not path.exists() or path.read_text(encoding="utf-8") != make()
    ]
    if "--check" in argv:
        return int(bool(changed))
    for path in changed:
        path.write_text(WRITTEN[path](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
