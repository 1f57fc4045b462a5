"""The shipped configuration in a real Alertmanager: who is told, how often, and with which words.

One story is played once, with a restart in its middle, and each test looks at one of its sides.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.alertmanagers import Alertmanagers, alertmanagers, make_alert

pytestmark = pytest.mark.timeout(400)

GROUP, DAY, NIGHT = "-1001000000001", "1000000001", "1000000002"
GATEWAY, CHAT = ("webhook", "/petugas"), ("telegram", GROUP)

#: Which officer is on call depends on the hour: the two are counted as one.
OFFICERS = {DAY: "officer", NIGHT: "officer"}
OFFICERS |= {f"petugas-{shift}@prov.example": "officer@" for shift in ("siang", "malam")}
OFFICER = [("telegram", "officer"), ("email", "officer@")]

#: A name that means something in HTML, Markdown, YAML, mail headers and templates.
NAME = """Kantor <b>A</b> & "B" 'C' _d_ *e* [f](g) {{ .X }} `h` \\ : # =?utf-8?q?i?= 😀"""
PROVIDER, HIDDEN, INFORMATION, LATER = "Penyedia B", "Kantor tersembunyi", "Kontrak K", "Kantor kemudian"

LINK = make_alert(
    "LinkDown", "warning", "link", summary=NAME, link="l-1", provider="penyedia-c", kabkota="32.05", site="s-1"
)
OUTAGE = make_alert("ProviderOutage", "critical", "provider", summary=PROVIDER, provider="penyedia-b")
EXPLAINED = make_alert(
    "LinkDown", "warning", "link", summary=HIDDEN, link="l-2", provider="penyedia-b", kabkota="32.01"
)
CONTRACT = make_alert("ContractEnding", "info", "provider", summary=INFORMATION, provider="penyedia-b", contract="k")
SITE = make_alert("SiteDown", "warning", "site", summary=LATER, site="s-9", kabkota="32.09")


def _about(lines: Iterable[dict[str, Any]], text: str) -> Counter[tuple[str, str]]:
    """How many of the messages that begin with ``text`` each recipient got."""
    return Counter(
        (line["channel"], OFFICERS.get(line["recipient"], line["recipient"]))
        for line in lines
        if line["text"].startswith(text)
    )


def _wait_for(running: Alertmanagers, *texts: str) -> None:
    """Return once all who are to be told have been."""
    for text in texts:
        running.wait_for(text, partial(_is_told, running, text))


def _is_told(running: Alertmanagers, text: str) -> bool:
    return _about(running.deliveries(), text) >= Counter(TOLD[text])


TOLD = {
    f"🔴 GANGGUAN: {NAME}": [GATEWAY, CHAT, *OFFICER, ("email", "tim-priangan@prov.example")],
    f"🔴 GANGGUAN: {PROVIDER}": [GATEWAY, CHAT, *OFFICER, ("email", "pengelola-1@prov.example")],
    f"🔴 GANGGUAN: {LATER}": [GATEWAY, CHAT, *OFFICER, ("email", "tim-cirebon@prov.example")],
    f"🟢 PULIH: {NAME}": [GATEWAY, CHAT, *OFFICER, ("email", "tim-priangan@prov.example")],
    f"🟢 PULIH: {PROVIDER}": [GATEWAY, CHAT, *OFFICER, ("email", "pengelola-1@prov.example")],
    f"🔵 INFORMASI: {INFORMATION}": [GATEWAY, CHAT],  # mail only in working hours
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanagers]:
    """The story: three begin, Alertmanager restarts, one joins, two end. Alertmanager still runs."""
    with ExitStack() as things:
        running = things.enter_context(alertmanagers(tmp_path_factory.mktemp("alertmanager")))
        running.post(OUTAGE, LINK, EXPLAINED, CONTRACT)
        _wait_for(running, f"🔴 GANGGUAN: {NAME}", f"🔴 GANGGUAN: {PROVIDER}", f"🔵 INFORMASI: {INFORMATION}")
        running.restart(things)
        # What fires for long has no group_wait after a restart: told at once, before the wider outage is known, if both
        # come in the same moment. (The rules hold such a link back by themselves; this is the second belt.)
        running.post(OUTAGE)
        time.sleep(1)
        running.post(LINK, EXPLAINED, CONTRACT)
        running.post(SITE)
        _wait_for(running, f"🔴 GANGGUAN: {LATER}")
        running.resolve(OUTAGE, LINK, EXPLAINED)
        _wait_for(running, f"🟢 PULIH: {NAME}", f"🟢 PULIH: {PROVIDER}")
        yield running


@pytest.fixture(scope="module")
def told(played: Alertmanagers) -> list[dict[str, Any]]:
    """Every delivery of the story."""
    return played.deliveries()


@pytest.mark.parametrize("text", TOLD)
def test_each_recipient_is_told_once(told: list[dict[str, Any]], text: str) -> None:
    """Gateway, group, officer on call, team of the area, manager of the provider: once, and a restart repeats none."""
    counts = _about(told, text)
    for recipient in {"pengelola-1@prov.example", "pemantauan@prov.example"} if "INFORMASI" in text else ():
        assert counts.pop(("email", recipient), 1) == 1
    assert counts == Counter(TOLD[text])


def test_nobody_is_told_anything_else(told: list[dict[str, Any]]) -> None:
    """What the provider's outage explains is told to nobody, neither its beginning nor its end."""
    assert not [line["text"] for line in told if not line["text"].startswith(tuple(TOLD))]


def test_markup_in_a_name_survives_every_way(told: list[dict[str, Any]]) -> None:
    """The first line is the name as it was typed, in chats, mails and their subjects."""
    of_link = [line for line in told if "Kantor <b>" in line["text"]]
    assert {line["channel"] for line in of_link} == {"webhook", "telegram", "email"}
    heads = {f"🔴 GANGGUAN: {NAME}", f"🟢 PULIH: {NAME}"}
    assert {line["text"].splitlines()[0] for line in of_link} == heads
    assert {line["payload"]["subject"] for line in of_link if line["channel"] == "email"} == heads


def test_all_channels_say_the_same(told: list[dict[str, Any]]) -> None:
    """One alert's message has the same words in the gateway, in chats and in mails."""
    for text in TOLD:
        assert len({line["text"] for line in told if line["text"].startswith(text)}) == 1


def test_information_makes_no_sound(told: list[dict[str, Any]]) -> None:
    """The group chat's telephones ring for outages and not for information."""
    quiet = {
        line["text"][0]: line["payload"]["disable_notification"]
        for line in told
        if (line["channel"], line["recipient"]) == CHAT
    }
    assert quiet == {"🔴": False, "🟢": False, "🔵": True}


def test_secrets_are_seen_nowhere(played: Alertmanagers) -> None:
    """No command line, log, record or file that others may read has one of them."""
    secrets = played.stacks[0].secrets
    folder = played.stacks[0].folder
    words = Path(f"/proc/{played.children[0].pid}/cmdline").read_text(encoding="utf-8")
    assert "alertmanager.yml" in words
    readable = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    texts = [words, played.logs(), *(path.read_text(encoding="utf-8", errors="replace") for path in readable)]
    texts.append(played.record.read_text(encoding="utf-8"))
    for secret in (secrets.telegram_token, secrets.smtp_password, secrets.gateway_token, secrets.heartbeat_token):
        assert not [text for text in texts if secret in text]
    assert (folder / "alertmanager.yml").stat().st_mode & 0o777 == 0o600


def test_a_group_that_changes_is_told_by_what_changed(tmp_path: Path) -> None:
    """Eight links are cut: a ninth is named, and the first that recovers heads its message and the mail's subject."""
    links = [
        make_alert("LinkDown", "warning", "link", summary=f"Kantor {n:02}", link=f"l-{n}", provider="penyedia-c")
        for n in range(1, 10)
    ]

    def of(recipient: str) -> list[dict[str, Any]]:
        return [line for line in running.deliveries() if line["recipient"] in (recipient, f"{recipient}@prov.example")]

    def officer_mails() -> list[dict[str, Any]]:
        return of("petugas-siang") + of("petugas-malam")

    with alertmanagers(tmp_path) as running:
        steps = (partial(running.post, *links[:8]), partial(running.post, links[8]), partial(running.resolve, links[0]))
        for count, step in enumerate(steps, start=1):
            step()
            told = (lambda: of(GROUP), lambda: of("/petugas"), officer_mails)
            running.wait_for(f"message {count}", partial(_have, count, *told))
        group, mails = [line["text"].splitlines() for line in of(GROUP)], officer_mails()
        gateway = [line["text"].splitlines() for line in of("/petugas")]
    names = [f"• Kantor {n:02}" for n in range(1, 10)]
    assert group[0][0] == "🔴 GANGGUAN: 8 tautan, penyedia-c"
    assert sorted(group[0][1:9]) == names[:8]
    assert group[1][0] == "🔴 GANGGUAN: 9 tautan, penyedia-c"
    assert sorted(group[1][1:10]) == names
    assert group[2][0] == "🟢 PULIH: Kantor 01"
    assert group[2][3] == "🔴 Masih terganggu: 8 tautan, penyedia-c"
    assert sorted(group[2][4:12]) == names[1:]
    assert [mail["text"].splitlines() for mail in mails] == group
    assert [mail["payload"]["subject"] for mail in mails] == [message[0] for message in group]
    assert [message[0] for message in gateway] == [group[0][0], "🔴 GANGGUAN: Kantor 09", group[2][0]]
    assert gateway[2][3] == group[2][3]


def test_a_kill_swallows_no_recovery(tmp_path: Path) -> None:
    """What was told is on disk a minute later: after a kill its end is told, and its beginning is not told again."""
    with ExitStack() as things:
        running = things.enter_context(alertmanagers(tmp_path))
        running.post(OUTAGE)
        running.wait_for("the beginning", lambda: GATEWAY in running.counts(f"🔴 GANGGUAN: {PROVIDER}"))
        told_unix_s = time.time()
        log = running.stacks[0].folder / "alertmanager/nflog"
        running.wait_for("the record on disk", lambda: log.exists() and log.stat().st_mtime > told_unix_s)
        running.kill(0)
        running.restart(things)
        running.resolve(OUTAGE)
        running.wait_for("the end", lambda: GATEWAY in running.counts(f"🟢 PULIH: {PROVIDER}"))
        assert running.counts()[GATEWAY] == 2


def _have(count: int, *recipients: Callable[[], list[dict[str, Any]]]) -> bool:
    return all(len(told()) >= count for told in recipients)


def test_markup_in_a_name_survives_html_too(tmp_path: Path) -> None:
    """Whoever prefers HTML gets the same names: what Alertmanager escapes, Telegram reads as it was typed."""
    with alertmanagers(tmp_path, change=lambda text: text.replace('parse_mode: ""', "parse_mode: HTML")) as running:
        running.post(OUTAGE | {"annotations": OUTAGE["annotations"] | {"summary": NAME}})
        running.wait_for("the group's message", lambda: CHAT in running.counts())
        (message,) = (line for line in running.deliveries() if (line["channel"], line["recipient"]) == CHAT)
    assert message["payload"]["parse_mode"] == "HTML"
    assert message["payload"]["text"].startswith("🔴 GANGGUAN: Kantor &lt;b&gt;A")
    assert message["text"].splitlines()[0] == f"🔴 GANGGUAN: {NAME}"
