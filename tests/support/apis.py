"""Provinces in several states, the past of their links, and what the API says of them.

Lives here: moments to ask about, asking without a server, and schemas to hold answers against. Must not live here:
assertions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema_rs
import numpy as np

from exporter.api.asked import Asked
from exporter.api.openapi import openapi_document
from exporter.api.operations import OPERATIONS, Operation
from exporter.api.parameters import read
from exporter.api.view import View
from exporter.diagnosis_view import DiagnosisView
from exporter.model import Inventory, Site
from exporter.outcome import State
from exporter.past import NoPast, Past
from exporter.scope import GroupOutage, Outages, Scope, no_outages
from exporter.snapshot import Snapshot
from tests.support.beside import with_beside
from tests.support.inventories import many_links, planned_works
from tests.support.snapshots import make_snapshot

__all__ = ["MOMENTS", "asked", "operation", "said", "standing_as", "validator", "with_outages"]


def standing_as(snapshot: Snapshot, states: Mapping[str, State]) -> Snapshot:
    """The snapshot with these states, up where nothing is said, and nothing explained."""
    columns = snapshot.links
    codes = [list(State).index(states.get(link, State.UP)) for link in columns.keys]
    state = np.array(codes, np.int8)
    return replace(snapshot, links=replace(columns, state=state), outages=no_outages(len(codes)))


def with_outages(snapshot: Snapshot, scopes: Mapping[str, Scope], *groups: GroupOutage) -> Snapshot:
    """The snapshot with these links explained so."""
    codes = [list(Scope).index(scopes[link]) if link in scopes else -1 for link in snapshot.links.keys]
    return replace(snapshot, outages=Outages(np.array(codes, np.int8), groups, ()))


def _with_more(inventory: Inventory) -> Inventory:
    """With planned work, and a site without links, of an agency of its own."""
    lone = Site("sendiri", "Kantor <b>", "dinkes", "32.73", -6.9, 107.6, "24x7")
    work = planned_works(["link-1", "link-2"])
    return replace(inventory, sites={**inventory.sites, "sendiri": lone}, maintenance=work)


def _unsent(snapshot: Snapshot) -> Snapshot:
    """Just started: nothing was sent, nothing is known."""
    n = len(snapshot.links.keys)
    columns = replace(
        snapshot.links,
        state=np.full(n, list(State).index(State.UNKNOWN), np.int8),
        last_probe_unix_ns=np.zeros(n, np.int64),
        changed_unix_ns=np.zeros(n, np.int64),
    )
    figures = replace(snapshot.prober, uplink_up=None, socket_mode={})
    return replace(snapshot, links=columns, prober=figures, ready=False, outages=no_outages(n))


#: By what they show; each call makes a moment anew.
MOMENTS: Mapping[str, Callable[[], Snapshot]] = {
    "mixed": lambda: with_beside(make_snapshot(_with_more(many_links(40)))),
    "calm": lambda: standing_as(make_snapshot(_with_more(many_links(9))), {}),
    "ipv6": lambda: with_beside(make_snapshot(many_links(5, family=6), seed=4)),
    "begun": lambda: _unsent(make_snapshot(_with_more(many_links(4)))),
    "empty": lambda: make_snapshot(Inventory()),
}


def operation(name: str) -> Operation:
    """One of the table."""
    return next(each for each in OPERATIONS if each.name == name)


def asked(
    snapshot: Snapshot,
    name: str,
    *,
    past: Past | None = None,
    view: DiagnosisView | None = None,
    query: Mapping[str, str] | None = None,
    ids: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What an operation answers, as a client reads it. Raises ProblemError."""
    found = operation(name)
    question = Asked(
        View(snapshot, past or NoPast()),
        past or NoPast(),
        lambda _: view or DiagnosisView(),
        ids or {},
        read(found.parameters, list((query or {}).items())),
    )
    answer: dict[str, Any] = json.loads(json.dumps(found.make(question), allow_nan=False))
    return answer


def said(name: str, moment: str, **more: Any) -> dict[str, Any]:
    """What an operation answers of one of ``MOMENTS``."""
    return asked(MOMENTS[moment](), name, **more)


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """Holds answers of an operation against the document."""
    document = openapi_document()
    schema = {"$ref": f"#/components/schemas/{operation(name).answer.name}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(schema)
