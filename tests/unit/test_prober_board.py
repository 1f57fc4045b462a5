"""The dashboard about the prober names everything that the catalogue knows of."""

from __future__ import annotations

import json

from exporter.catalogue import FAMILIES
from exporter.outcome import Reason
from grafana.generate import texts

#: Who reads the picture needs none of these: they say what is installed, and the wall says the digest.
_NOT_SHOWN = {
    "opd_exporter_build_info",
    "opd_exporter_inventory_info",
    "opd_exporter_socket_info",
}


def _text() -> str:
    (text,) = (text for path, text in texts().items() if path.stem == "pantau-pemantau")
    return text


def test_whatever_the_exporter_says_of_itself_is_shown() -> None:
    """A figure that is added to the page and to no panel helps nobody; one is hidden on purpose or not at all."""
    own = {family.series for family in FAMILIES if family.name.startswith("opd_exporter_")}
    assert own
    assert {name for name in own if name not in _text()} == _NOT_SHOWN


def test_every_reason_for_no_verdict_has_its_curve() -> None:
    """Else unmeasured echoes would be there and in no curve."""
    (panel,) = (each for each in json.loads(_text())["panels"] if each["title"] == "Tidak terukur menurut sebab")
    asked = [target["expr"] for target in panel["targets"]]
    assert [sum(f'reason="{reason}"' in expr for expr in asked) for reason in Reason] == [1] * len(Reason)
