"""An inventory as the files that ``pantau`` reads.

Lives here: writing. Must not live here: making inventories (inventories.py). Records are written as
JSON in flow style, which is YAML, over several files, for each has a cap on its size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from exporter.model import Contract, Inventory, Link, ReferenceTarget, Site
from exporter.probe_model import (
    DnsProbe,
    HttpProbe,
    ProbeSpec,
    SecretReference,
    SnmpCredentials,
    TcpProbe,
    TlsRules,
)

__all__ = ["write_inventory"]

#: Records in one file: a few hundred kilobytes.
_RECORDS_PER_FILE = 1_000


def write_inventory(folder: Path, inventory: Inventory) -> None:
    """Make ``folder`` hold ``inventory`` and nothing else; the calendar "kantor" is the built-in one."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for section, records in _sections(inventory):
        for start in range(0, len(records), _RECORDS_PER_FILE):
            lines = [
                f"  - {json.dumps(record, ensure_ascii=False)}" for record in records[start : start + _RECORDS_PER_FILE]
            ]
            text = "\n".join(["version: 1", f"{section}:", *lines, ""])
            (folder / f"{section}-{start}.yaml").write_text(text, encoding="utf-8")


def _sections(inventory: Inventory) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "opd", [{"id": opd.id, "name": opd.name} for opd in inventory.opd.values()]
    yield "providers", [{"id": provider.id, "name": provider.name} for provider in inventory.providers.values()]
    yield "contracts", [_contract(contract) for contract in inventory.contracts.values()]
    yield "sites", [_site(site) for site in inventory.sites.values()]
    yield "links", [_link(link) for link in inventory.links.values()]
    yield "reference_targets", [_reference(target) for target in inventory.reference_targets.values()]
    yield "credentials", [_credentials(each) for each in inventory.credentials.values()]
    yield "probes", [_probe(each) for each in inventory.probes.values()]
    yield (
        "site_classes",
        [{"id": each.id, "name": each.name, "probes": each.probes} for each in inventory.site_classes.values()],
    )


def _contract(contract: Contract) -> dict[str, object]:
    return {
        "id": contract.id,
        "provider": contract.provider,
        "kind": contract.kind,
        "bandwidth": f"{contract.bandwidth_bits_per_second // 1_000_000}Mbps",
        "fee_rupiah_per_month": str(contract.fee_rupiah_per_month),
        "starts": str(contract.starts),
        "ends": str(contract.ends),
    }


def _site(site: Site) -> dict[str, object]:
    place = {"kabkota": site.kabkota, "lat": str(site.lat), "lon": str(site.lon)}
    of_class = {"class": site.site_class} if site.site_class else {}
    return {"id": site.id, "name": site.name, "opd": site.opd, **place, "hours": site.hours, **of_class}


def _times(interval_s: float, timeout_s: float) -> dict[str, object]:
    return {"interval": f"{interval_s:g}s", "timeout": f"{timeout_s:g}s"}


def _link(link: Link) -> dict[str, object]:
    return {
        "id": link.id,
        "name": link.name,
        "site": link.site,
        "contract": link.contract,
        "role": link.role,
        "phase": link.phase,
        "address": str(link.address),
        **_times(link.interval_s, link.timeout_s),
        "probes": link.probes,
        **_written(interface=link.interface, second_opinion_port=link.second_opinion_port),
    }


def _written(**values: object) -> dict[str, object]:
    """What is not None, as text where it is no list or mapping."""
    return {
        key: value if isinstance(value, dict | list) else str(value)
        for key, value in values.items()
        if value is not None
    }


def _secret(secret: SecretReference | None) -> dict[str, str] | None:
    return {secret.source: secret.place} if secret is not None else None


def _credentials(each: SnmpCredentials) -> dict[str, object]:
    return _written(
        id=each.id,
        community=_secret(each.community),
        user=each.user,
        auth=each.auth_protocol,
        auth_password=_secret(each.auth_password),
        priv=each.priv_protocol,
        priv_password=_secret(each.priv_password),
    )


def _tls(rules: TlsRules | None) -> dict[str, object] | None:
    if rules is None:
        return None
    verify = "true" if rules.verify else "false"
    return _written(server_name=rules.server_name, authorities=rules.authorities, verify=verify)


def _probe(spec: ProbeSpec) -> dict[str, object]:
    common = {"id": spec.id, **_times(spec.interval_s, spec.timeout_s)}
    if isinstance(spec, TcpProbe):
        return {"kind": "tcp", **common, **_written(port=spec.port, tls=_tls(spec.tls))}
    if isinstance(spec, HttpProbe):
        tls = _tls(spec.tls) if spec.url.startswith("https:") else None
        lists = {"statuses": sorted(map(str, spec.statuses)), "allow": list(map(str, spec.allowed))}
        size, redirects = f"{spec.max_body_bytes}B", spec.redirects
        more = _written(url=spec.url, body=spec.body_match, max_body=size, redirects=redirects, tls=tls, **lists)
    elif isinstance(spec, DnsProbe):
        name, kind, expected = spec.name, spec.record_type, sorted(spec.expected)
        more = _written(name=name, type=kind, server=spec.server, port=spec.port, expected=expected)
    else:
        key, server, port = spec.interface_key, spec.server, spec.port
        more = _written(
            credentials=spec.credentials, interface=spec.interface, interface_by=key, server=server, port=port
        )
    return {
        "kind": "http" if isinstance(spec, HttpProbe) else "dns" if isinstance(spec, DnsProbe) else "snmp",
        **common,
        **more,
    }


def _reference(target: ReferenceTarget) -> dict[str, object]:
    where = {"id": target.id, "address": str(target.address), "meaning": target.meaning}
    return {**where, **_times(target.interval_s, target.timeout_s)}
