"""Scenario files: what is right is read, and what is wrong is told with its line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.errors import UsageError
from exporter.rehearsal.scenario import ScenarioError, load_scenario
from exporter.rehearsal.schema import Program
from exporter.rehearsal.timeline import timeline
from exporter.stack.ports import Ports
from exporter.stack.stack import Stack, checkout
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory
from tests.support.scenarios import HEAD, scenario_from

_CUT = HEAD + "steps: [{at: 1s, cut: {link: link-3}}]\n"
_PROGRAMS = HEAD + "steps:\n  - {at: 1s, kill: exporter}\n"
_WORK = "{id: m, links: [link-3], starts: 0s, ends: 3s}"


def test_a_scenario_is_read(tmp_path: Path) -> None:
    """Durations are seconds, the inventory is loaded, and what is left out has its default."""
    scenario = scenario_from(
        tmp_path,
        HEAD
        + """
speed: 4
steps:
  - {at: 0s, set: {area: "32.73", loss: 10%, delay: 20ms}}
  - {at: 1m, restart: alertmanager}
until: 2m
expect: [{alert: LinkDown, begun: 2, to: ["webhook:/petugas"]}]
""",
    )
    assert (scenario.name, scenario.speed, scenario.until_s) == ("Uji", 4.0, 120.0)
    assert len(scenario.inventory.links) == 12
    first, second = scenario.steps
    assert first.set is not None
    assert (first.at, first.set.loss, first.set.delay, first.set.jitter) == (0.0, 0.1, 0.02, None)
    assert (second.at, second.restart) == (60.0, Program.ALERTMANAGER)
    assert scenario.expect is not None
    (expected,) = scenario.expect
    assert (expected.begun, expected.ended, expected.to) == (2, 1, ("webhook:/petugas",))


def test_quiet_and_no_expectation_are_the_defaults(tmp_path: Path) -> None:
    """Without ``until`` it lasts until nothing happens; without ``expect`` nothing is judged, and ``[]`` is silence."""
    scenario = scenario_from(tmp_path, _CUT)
    assert (scenario.until_s, scenario.expect, scenario.speed) == (None, None, 1.0)
    assert scenario_from(tmp_path, _CUT + "until: quiet\nexpect: []\n").expect == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("speeed: 3\n" + _CUT, "scenario.yml:1: speeed: unknown key 'speeed' — did you mean speed?"),
        (_CUT.replace("link: ", "linc: "), "4: steps.1.cut.linc: unknown key 'linc' — did you mean link?"),
        (_CUT.replace("at: 1s", "at: -1s"), "4: steps.1.at: '-1s' lies before the start"),
        (_CUT.replace("at: 1s", "at: 1 s"), "4: steps.1.at: '1 s' is not a duration"),
        (_CUT.replace("at: 1s, ", ""), "4: steps.1.at: the key is missing"),
        (_CUT.replace("at: 1s", "at: 9h"), "'9h' is longer than a working day"),
        (_CUT.replace("link-3", "link-33"), "4: step 1: no link 'link-33' in the inventory — did you mean link-3"),
        (_CUT.replace("link: link-3", "provider: x"), "step 1: no provider 'x' in the inventory"),
        (_CUT.replace("link: link-3", 'area: "32.99"'), "step 1: no area '32.99' in the inventory"),
        (_CUT.replace("link: link-3", "links: [link-1, link-77]"), "step 1: no link 'link-77' in the inventory"),
        (_CUT.replace("link: link-3", "manner: silent"), "step 1: chooses nothing — add one of link, links,"),
        (_CUT.replace("link: link-3", "link: link-1, provider: penyedia-a"), "step 1: chooses no link"),
        (_CUT.replace("link: link-3", "link: link-1, uplink: true"), "step 1: joins links with what is no link"),
        (_CUT.replace("link: link-3", "link: link-3, manner: loud"), "manner: 'loud' is not one of the words"),
        (_CUT.replace("link: link-3", "link: link-3, how: loud"), "write one of: silent, unreachable, power, line"),
        (_CUT.replace("link: link-3", "link: link-3, how: line, manner: line"), "step 1: says twice how — write how"),
        (_CUT.replace("cut: {link: link-3}", "restore: {all: true, link: link-3}"), "everything and something"),
        (_CUT.replace("cut: {link: link-3}", "set: {link: link-3}"), "step 1: sets nothing"),
        (_CUT.replace("cut: {link: link-3}", "set: {link: link-3, loss: 120%}"), "steps.1.set.loss: --loss"),
        (_CUT.replace("cut: {link: link-3}", "kill: province"), "steps.1.kill: 'province' is not one of the words"),
        (_CUT.replace("cut: {link: link-3}", "flap: {link: link-3, every: 0s, times: 2}"), "every: '0s' is no time"),
        (_CUT.replace("}}]", "}, kill: exporter}]"), "step 1: does cut, kill — write exactly one of"),
        (HEAD + "steps: [{at: 1s}]\n", "4: step 1: does nothing — write exactly one of cut, restore, set, flap"),
        (HEAD + "steps: []\n", "nothing happens, so until: quiet has no end"),
        (HEAD, "scenario.yml:1: steps: the key is missing"),
        (HEAD + "steps: 3\n", "4: steps: is not a list"),
        (_CUT + "until: 0s\n", "5: until: '0s' is no time"),
        (
            _CUT.replace("1s", "9s") + "until: 8s\n",
            "5: until 8s is before the end of step 1, which is at 9s — write 9s",
        ),
        (
            _CUT.replace("cut: {link: link-3}", "flap: {link: link-3, every: 10s, times: 3}") + "until: 25s\n",
            "5: until 25s is before the end of step 1, which is at 26s — write 26s or more",
        ),
        (
            _CUT.replace("cut: {link: link-3}", "flap: {link: link-3, every: 1s, times: 0}"),
            "4: steps.1.flap.times: '0' is never — write a whole number from 1",
        ),
        (_PROGRAMS + "  - {at: 9s, kill: exporter}\n", "6: step 2: exporter does not run: step 1 killed it — start"),
        (_PROGRAMS + "  - {at: 9s, restart: exporter}\n", "6: step 2: exporter does not run: step 1 killed it — write"),
        (
            _PROGRAMS + "  - {at: 5s, start: exporter}\n  - {at: 9s, start: exporter}\n",
            "7: step 3: exporter runs already — kill it in a step before, or write restart: exporter",
        ),
        (_PROGRAMS + "  - {at: 9s, start: prometheus}\n", "6: step 2: prometheus runs already — kill it"),
        (_CUT + "speed: 0.5\n", "5: speed: '0.5' is no speed — write a number from 1 (real time) to 60"),
        (_CUT + "speed: nan\n", "5: speed: 'nan' is no speed"),
        (_CUT.replace("version: 1", "version: 2"), "1: version: the version is not 1"),
        (_CUT + "expect: [{alert: LinkDwn}]\n", "5: no rule has an alert 'LinkDwn' — did you mean LinkDown?"),
        (_CUT + "expect: [{alert: LinkDown, begun: many}]\n", "expect.1.begun: 'many' is not a number"),
        (_CUT + "expect: [{alert: LinkDown}, {alert: LinkDown}]\n", "is expected twice"),
        (_CUT + "ignore: [LinkDown, LinkDwon]\n", "5: no rule has an alert 'LinkDwon' — did you mean LinkDown?"),
        (
            _CUT + "maintenance: [{id: m, links: [link-3], starts: 9s, ends: 3s}]\n",
            "5: maintenance m: ends before it starts",
        ),
        (_CUT + "maintenance: [{id: m, starts: 0s, ends: 3s}]\n", "maintenance m: is about nothing"),
        (
            _CUT + f"maintenance:\n  - {_WORK}\n  - {_WORK}\n",
            "7: maintenance m: an entry above has this id — choose another id",
        ),
        (_CUT + "maintenance: [{id: m, sites: [x], starts: 0s, ends: 3s}]\n", "maintenance m: sites: no 'x'"),
        ("[]", "scenario.yml:1: the file: is not a mapping"),
        ("a: [", "not YAML"),
        ("", "the file is empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    """Each mistake names file and line, and what to write instead."""
    with pytest.raises(ScenarioError) as refused:
        scenario_from(tmp_path, text)
    assert complaint in str(refused.value)


def test_planned_work_of_the_inventory_keeps_its_id(tmp_path: Path) -> None:
    """An entry of the scenario that has the id of one there is refused before anything starts."""
    write_inventory(tmp_path / "inventory", many_links(12))
    (tmp_path / "inventory/pekerjaan.yml").write_text(
        "version: 1\nmaintenance:\n  - {id: m, links: [link-1], starts: 2026-11-23T09:00:00+07:00, "
        "ends: 2026-11-23T10:00:00+07:00, author: Uji, reason: Uji, approval: Uji}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match="5: maintenance m: the inventory has planned work of this id"):
        scenario_from(tmp_path, _CUT + f"maintenance: [{_WORK}]\n")


def test_programs_may_be_killed_and_started_in_turn(tmp_path: Path) -> None:
    """Each kill has its start; another program is none of its business, and a restart may come before and after."""
    turns = "  - {at: 2s, start: exporter}\n  - {at: 3s, restart: exporter}\n  - {at: 4s, kill: exporter}\n"
    scenario = scenario_from(tmp_path, _PROGRAMS + "  - {at: 1s, restart: prometheus}\n" + turns)
    assert len(scenario.steps) == 5


def test_a_flapping_link_may_end_exactly_at_the_end(tmp_path: Path) -> None:
    """A step ends with its last event, which the timeline has at that very time."""
    text = _CUT.replace("cut: {link: link-3}", "flap: {link: link-3, every: 10s, times: 3}") + "until: 26s\n"
    scenario = scenario_from(tmp_path, text)
    assert max(event.at_s for event in timeline(scenario)) == scenario.until_s == 26.0


def test_everything_wrong_is_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    """Steps out of order, an unknown link and an unknown alert, in one answer."""
    text = (
        HEAD + "steps:\n  - {at: 9s, cut: {link: nobody}}\n  - {at: 3s, restore: {all: true}}\nexpect: [{alert: No}]\n"
    )
    with pytest.raises(ScenarioError) as refused:
        scenario_from(tmp_path, text)
    assert [problem.line for problem in refused.value.problems] == [5, 6, 7]
    assert "step 2: at 3s comes after a step at 9s" in str(refused.value)


def test_two_wrong_values_of_the_schema_are_told_at_once(tmp_path: Path) -> None:
    """The schema does not stop at its first refusal."""
    with pytest.raises(ScenarioError) as refused:
        scenario_from(tmp_path, _CUT.replace("at: 1s", "at: soon") + "speed: fast\n")
    assert len(refused.value.problems) == 2


def test_a_refused_scenario_is_wrong_use(tmp_path: Path) -> None:
    """Exit code 2 is for what the person wrote, 1 for what the messages were."""
    with pytest.raises(UsageError, match="the scenario cannot be played"):
        scenario_from(tmp_path, "")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    """Nor is a file that does not exist; the remedy is said."""
    (tmp_path / "scenario.yml").mkdir()
    with pytest.raises(ScenarioError, match="name one scenario file"):
        load_scenario(tmp_path / "scenario.yml", default_inventory=tmp_path, alerts=frozenset())


def test_a_file_that_is_too_large_is_not_called_unreadable(tmp_path: Path) -> None:
    """Its remedy is about its size; that of a file that is not there is about its name."""
    with pytest.raises(ScenarioError, match=r"more than 1,048,576 bytes — a scenario is one small file: write fewer"):
        scenario_from(tmp_path, _CUT + "#" * 1024 * 1024)
    with pytest.raises(ScenarioError, match="name a scenario file that this user may read"):
        load_scenario(tmp_path / "none.yml", default_inventory=tmp_path, alerts=frozenset())


@pytest.mark.parametrize("path", sorted((checkout() / "rehearsal").glob("*.yml")), ids=lambda path: path.stem)
def test_a_shipped_scenario_explains_itself(path: Path) -> None:
    """Each begins with its reason in a comment, and says what it expects."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "\nexpect:\n" in text


@pytest.mark.parametrize("path", sorted((checkout() / "rehearsal").glob("*.yml")), ids=lambda path: path.stem)
def test_a_shipped_scenario_counts_at_every_channel(path: Path, tmp_path: Path) -> None:
    """The gateway and Telegram for each alert; e-mail too, but for information, which waits for working hours."""
    stack = Stack(checkout(), tmp_path, tmp_path, "uji", tmp_path, Ports(), {})
    scenario = load_scenario(path, default_inventory=path.parent, alerts=stack.alert_names())
    assert scenario.expect
    for expected in scenario.expect:
        channels = {recipient.split(":")[0] for recipient in expected.to}
        is_information = expected.alert in {"MaintenanceActive", "LinkFailover"}
        assert channels == {"webhook", "telegram"} | (set() if is_information else {"email"}), expected.alert
        assert bool(expected.uncounted) == is_information


def test_every_shipped_scenario_is_in_the_index() -> None:
    """``rehearsal/README.md`` has a row for each, and none for others."""
    folder = checkout() / "rehearsal"
    rows = [line for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| [")]
    named = sorted(row.split("[")[1].split("]")[0] for row in rows)
    assert named == sorted(path.name for path in folder.glob("*.yml"))
