"""What the API says of one link."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import numpy as np
import pytest

from exporter.api.link_document import link_document
from exporter.api.view import View
from exporter.beside import Cause
from exporter.credentials import Secret
from exporter.diagnosis_view import DiagnosisView
from exporter.opinion import Answer, EchoDetail, EchoEnd, Opinion, TcpDetail, TcpEnd
from exporter.outcome import State
from exporter.past import NoPast, PastOutage
from exporter.path import Hop, Path, break_of
from exporter.probe_model import SecretReference, SecretSource, SnmpCredentials
from exporter.scope import Scope
from exporter.snapshot import Snapshot
from tests.support.beside import with_beside
from tests.support.inventories import many_links
from tests.support.snapshots import TAKEN_UNIX_NS, make_snapshot

HOPS = tuple(Hop(number, ip_address(f"198.19.0.{number}"), 0.004) for number in range(1, 4))
GOOD = Path(TAKEN_UNIX_NS - 10**12, (*HOPS, Hop(4, ip_address("198.18.0.1"), 0.005)), whole=True)
BROKEN = Path(TAKEN_UNIX_NS - 10**9, HOPS[:2], whole=False)
OPINION = Opinion(
    TAKEN_UNIX_NS - 10**9, 5, Answer.TCP, EchoDetail(EchoEnd.SILENT), TcpDetail(TcpEnd.REFUSED, 443, 0.25)
)
VIEW = DiagnosisView(OPINION, BROKEN, GOOD, break_of(BROKEN, GOOD))
PAST = PastOutage("link-1", 10**18, 2 * 10**18, True, True, Scope.LINK, Cause.POWER, "router menyala kembali", False)
NOW = PastOutage("link-1", 3 * 10**18, None, True, False, None, Cause.UNKNOWN, "", True)


def document(snapshot: Snapshot, **changes: Any) -> dict[str, Any]:
    """The document of ``link-1``, read from its JSON as a client reads it."""
    words = {"view": VIEW, "history": (PAST, NOW), **changes}
    found: dict[str, Any] = json.loads(
        json.dumps(link_document(View(snapshot, NoPast()), "link-1", **words), allow_nan=False)
    )
    return found


def province() -> Snapshot:
    """Three links of which the second answers by other means only."""
    snapshot = with_beside(make_snapshot(many_links(3)))
    columns = snapshot.links
    state = np.full(3, list(State).index(State.DEGRADED), np.int8)
    return replace(snapshot, links=replace(columns, state=state, icmp_only=np.array([False, True, False])))


def test_every_side_of_a_link() -> None:
    """Its description, its state, its probes, its device, the second opinion, its paths and its outages."""
    found = document(province())
    assert found["taken_unix_s"] == TAKEN_UNIX_NS / 1e9
    assert (found["link"]["id"], found["link"]["address"]) == ("link-1", str(many_links(3).links["link-1"].address))
    assert (found["state"]["now"], found["state"]["icmp_only"]) == ("degraded", True)
    assert [each["id"] for each in found["probes"]] == ["laman", "router"]
    assert found["device"]["interface_status"] == "down"
    assert found["second_opinion"] == {
        "asked_unix_s": (TAKEN_UNIX_NS - 10**9) / 1e9,
        "answer": "tcp",
        "echo": {"end": "silent", "seconds": None},
        "tcp": {"end": "refused", "port": 443, "seconds": 0.25},
    }
    assert found["path"]["break"] == {
        "where": "provider",
        "last_hop": {"number": 2, "address": "198.19.0.2", "seconds": 0.004},
        "usual_hops": 4,
    }
    assert [hop["address"] for hop in found["path"]["good"]["hops"]][-1] == "198.18.0.1"


def test_outages_are_told_latest_first() -> None:
    """With cause and evidence; one that lasts has no end."""
    latest, former = document(province())["outages"]
    assert (latest["end_unix_s"], latest["cause"], latest["cause_pending"]) == (None, "unknown", True)
    assert (former["end_unix_s"], former["cause"], former["evidence"]) == (2e9, "power", "router menyala kembali")


def test_what_nobody_knows_is_null() -> None:
    """A link of which nothing but its echoes is known."""
    snapshot = make_snapshot(many_links(3))
    found = document(snapshot, view=DiagnosisView(), history=())
    assert (found["probes"], found["device"], found["second_opinion"], found["outages"]) == ([], None, None, [])
    assert found["path"] == {"latest": None, "good": None, "break": None}


def test_nothing_confidential_is_told() -> None:
    """Neither credentials nor their places, nor fees."""
    snapshot = province()
    secret = SnmpCredentials("v2c", SecretReference(SecretSource.FILE, "/rahasia/community"))
    inventory = replace(snapshot.inventory, credentials={"v2c": secret})
    text = json.dumps(document(replace(snapshot, inventory=inventory)))
    assert "rahasia" not in text
    assert "fee" not in text
    assert "rupiah" not in text
    assert str(Secret("x")) == "***"


def test_an_unknown_link() -> None:
    """A KeyError, which the route turns into 404."""
    with pytest.raises(KeyError):
        link_document(View(province(), NoPast()), "nobody", DiagnosisView(), ())
