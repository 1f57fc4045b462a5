"""What stands at the simulated addresses: name servers, web pages, certificates, routers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import dns.message
import dns.rcode
import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from exporter.sim.agent import Agent
from exporter.sim.authority import Authority
from exporter.sim.equipment import Equipment
from exporter.sim.name_server import answer_question
from exporter.sim.routers import Routers
from exporter.sim.web import respond
from tests.support.offices import BACKUP, NOW_NS, OTHER, PRIMARY, ROUTER, offices, with_servers
from tests.unit.test_sim_agent import NAME, question

NOW = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "kind", "code", "answers"),
    [
        ("portal.example", "A", "NOERROR", ["192.0.2.10"]),
        ("PORTAL.example", "A", "NOERROR", ["192.0.2.10"]),
        ("portal.example", "AAAA", "NOERROR", []),
        ("other.example", "A", "NXDOMAIN", []),
    ],
)
def test_the_name_server_knows_one_name(name: str, kind: str, code: str, answers: list[str]) -> None:
    """Its address, no other record of it, and no other name."""
    query = dns.message.make_query(name, kind)
    wire = answer_question(query.to_wire())
    assert wire is not None
    response = dns.message.from_wire(wire)
    assert query.is_response(response)
    assert dns.rcode.to_text(response.rcode()) == code
    assert [str(item) for rrset in response.answer for item in rrset] == answers


@pytest.mark.parametrize(
    "datagram", [b"", b"noise", bytes(12), dns.message.make_query("a.example", "A").to_wire()[:-3]]
)
def test_what_is_no_question_gets_no_answer(datagram: bytes) -> None:
    """Noise, an empty message and one that is cut short."""
    assert answer_question(datagram) is None


@pytest.mark.parametrize(
    ("head", "starts", "has_body"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200 OK\r\n", True),
        (b"GET /?query HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n", True),
        (b"HEAD / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n", False),
        (b"GET /other HTTP/1.1\r\n\r\n", b"HTTP/1.1 404 ", False),
        (b"POST / HTTP/1.1\r\n\r\n", b"HTTP/1.1 405 ", False),
        (b"\r\n\r\n", b"HTTP/1.1 405 ", False),
    ],
)
def test_the_web_server_has_one_page(head: bytes, starts: bytes, *, has_body: bool) -> None:
    """At its root and nowhere else; only for who wants to read."""
    answer = respond(head, b"page")
    assert answer.startswith(starts)
    assert answer.endswith(b"\r\n\r\npage") == has_body


@pytest.mark.parametrize("address", [PRIMARY, OTHER])
def test_certificates_are_for_the_address_alone(tmp_path: Path, address: str) -> None:
    """One who believes the authority believes them for their address, and for no other, while they are valid."""
    authority = Authority(tmp_path, NOW)
    store = Store([x509.load_pem_x509_certificate(authority.pem())])

    def verify(name: str, moment: datetime) -> None:
        builder = PolicyBuilder().store(store).time(moment)
        verifier = builder.build_server_verifier(x509.IPAddress(ip_address(name)))
        verifier.verify(authority.certificate_for(address), [])

    verify(address, NOW)
    with pytest.raises(x509.verification.VerificationError):
        verify(BACKUP, NOW)
    with pytest.raises(x509.verification.VerificationError):
        verify(address, NOW + timedelta(days=366))


def test_a_context_is_made_once_and_leaves_no_key_behind(tmp_path: Path) -> None:
    """The private key lies in the folder only while it is read."""
    authority = Authority(tmp_path)
    assert authority.context_for(PRIMARY) is authority.context_for(PRIMARY)
    assert authority.context_for(BACKUP) is not authority.context_for(PRIMARY)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def equipment() -> Equipment:
    """The equipment of two offices."""
    made = Equipment(Agent(1), 0)
    made.take(Routers(offices(), NOW_NS, 0).all(), [], NOW_NS)
    return made


def test_both_lines_of_an_office_lead_to_its_router(equipment: Equipment) -> None:
    """The same agent answers by either; another office's is another; nobody answers elsewhere."""
    first, second, other = (equipment.snmp(each, question("get", NAME), NOW_NS) for each in (PRIMARY, BACKUP, OTHER))
    assert first == second
    assert b"dinkes" in (first or b"")
    assert b"uptd" in (other or b"")
    assert equipment.snmp("198.18.7.7", question("get", NAME), NOW_NS) is None


def test_a_router_answers_at_an_address_that_its_probe_names() -> None:
    """As at its lines' addresses."""
    equipment = Equipment(Agent(1), 0)
    equipment.take(Routers(with_servers(offices()), NOW_NS, 0).all(), [], NOW_NS)
    answer = equipment.snmp(ROUTER, question("get", NAME), NOW_NS)
    assert answer == equipment.snmp(PRIMARY, question("get", NAME), NOW_NS) is not None


def test_the_page_names_the_office(equipment: Equipment) -> None:
    """An address without an office has a page all the same: a reference target's."""
    assert b"Kantor dinkes" in equipment.page(BACKUP)
    assert b"198.18.255.1" in equipment.page("198.18.255.1")


def test_an_office_that_is_gone_does_not_answer(equipment: Equipment) -> None:
    """After a reload without it."""
    equipment.take([], ["dinkes"], NOW_NS)
    assert equipment.snmp(PRIMARY, question("get", NAME), NOW_NS) is None
    assert equipment.snmp(OTHER, question("get", NAME), NOW_NS) is not None
