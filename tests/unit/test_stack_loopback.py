"""An inventory's files with loopback addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from exporter.loading import load_inventory
from exporter.sim.loopback import loopback_inventory
from exporter.stack.loopback import write_loopback_inventory
from tests.support.inventories import many_links
from tests.support.inventory_files import write_inventory

_EXAMPLE = Path(__file__).parents[2] / "inventory/jabar"


def _addresses(path: Path) -> list[str]:
    inventory = load_inventory(path).inventory
    links = [str(link.address) for link in inventory.links.values()]
    return links + [str(target.address) for target in inventory.reference_targets.values()]


def test_the_example_province_on_the_loopback(tmp_path: Path) -> None:
    """The written files load, and differ from the example in their addresses only."""
    before = load_inventory(_EXAMPLE).inventory
    after = load_inventory(write_loopback_inventory(before, _EXAMPLE, tmp_path / "loopback")).inventory
    expected = loopback_inventory(before)
    assert (after.links, after.reference_targets) == (expected.links, expected.reference_targets)
    assert (after.sites, after.contracts, after.maintenance) == (before.sites, before.contracts, before.maintenance)


def test_files_that_the_inventory_names_are_found_from_the_copy(tmp_path: Path) -> None:
    """The secrets of the example are read through the copy's folder, and nothing is warned of."""
    before = load_inventory(_EXAMPLE).inventory
    loaded = load_inventory(write_loopback_inventory(before, _EXAMPLE, tmp_path / "loopback"))
    password = loaded.inventory.credentials["router-v3"].auth_password
    assert password is not None
    assert Path(password.place).is_relative_to(tmp_path)
    assert Path(password.place).read_text(encoding="utf-8") == "pantau-sim-auth\n"
    assert not [each for each in loaded.warnings if "file that is named" in each.message]


@pytest.mark.parametrize(
    "defaults",
    [
        "",
        "defaults: {interval: 1s}\n",
        "defaults: {}\n",
        "defaults:\n  interval: 1s\n  timeout: 2s\n",
        "defaults: # of all\n    interval: 1s\n",
        "defaults: {allow_special_addresses: true}\n",
    ],
    ids=["none", "flow", "empty", "block", "comment", "permitted already"],
)
def test_every_form_of_defaults(tmp_path: Path, defaults: str) -> None:
    """Wherever and however the defaults are written, the new addresses are permitted."""
    write_inventory(tmp_path / "before", many_links(3))
    (tmp_path / "before/defaults.yml").write_text(f"version: 1\n{defaults}providers: []\n", encoding="utf-8")
    inventory = load_inventory(tmp_path / "before").inventory
    after = write_loopback_inventory(inventory, tmp_path / "before", tmp_path / "after")
    assert _addresses(after) == [f"127.1.0.{number}" for number in range(1, 7)]


def test_an_inventory_that_is_one_file(tmp_path: Path) -> None:
    """One file becomes a folder with that file in it; other files beside it are left alone."""
    write_inventory(tmp_path / "before", many_links(1))
    texts = [file.read_text(encoding="utf-8") for file in sorted((tmp_path / "before").iterdir())]
    one = tmp_path / "before" / "one.yml"
    one.write_text("version: 1\n" + "\n".join(text.split("\n", 1)[1] for text in texts), encoding="utf-8")
    after = write_loopback_inventory(load_inventory(one).inventory, one, tmp_path / "after")
    assert _addresses(after)[0] == "127.1.0.1"
    assert {file.name for file in after.iterdir()} == {"one.yml", "loopback-defaults.yml"}
