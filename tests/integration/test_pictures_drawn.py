"""A dashboard with a panel of every kind, drawn from a real Prometheus and by Grafana's own library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grafana.pictures.__main__ import main
from grafana.pictures.album import draw_all
from grafana.pictures.draw import height_px, place_of
from grafana.pictures.sheet import PANEL
from grafana.reading import Dashboard
from tests.support.picture_board import AT_UNIX_S, UID, every_kind, holding_an_hour

_BOARD = every_kind()
_PANELS = {panel.title: panel for panel in _BOARD.panels}
_DRAWN = [title for title, panel in _PANELS.items() if panel.kind != "row"]

#: Of an error's words.
_VERMILION = (0xD5, 0x5E, 0x00)

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A Prometheus that holds an hour of samples."""
    with holding_an_hour(tmp_path_factory.mktemp("prometheus")) as found:
        yield found


def _pixels(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="module")
def picture(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dashboard, drawn."""
    out = tmp_path_factory.mktemp("pictures")
    assert draw_all(port, out, AT_UNIX_S, dashboards=[_BOARD]) == []
    return out / f"{UID}.png"


def _inside(pixels: Pixels, title: str) -> Pixels:
    """The pixels of a panel below its title."""
    box = place_of(_PANELS[title])
    return pixels[int(box.top) + 32 : int(box.bottom) - 4, int(box.left) + 4 : int(box.right) - 4]


def _count(pixels: Pixels, colour: tuple[int, ...]) -> int:
    """How many pixels are of a colour."""
    return int((pixels == colour).all(axis=2).sum())


def test_the_picture_has_its_size(picture: Path) -> None:
    """As wide as a screen, as high as its rows, and small enough to be committed."""
    with Image.open(picture) as image:
        assert image.size == (1920, height_px(_BOARD.panels))
    assert picture.stat().st_size < 300_000


@pytest.mark.parametrize("title", _DRAWN)
def test_a_panel_is_not_empty(title: str, picture: Path) -> None:
    """Something stands on the ground of each panel, the one without data included, and it is no error."""
    inside = _inside(_pixels(picture), title)
    ground = tuple(bytes.fromhex(PANEL[1:]))
    assert inside.shape[0] * inside.shape[1] - _count(inside, ground) > 150


def test_states_have_their_colours(picture: Path) -> None:
    """The vermilion of PUTUS is in the tiles, the timeline and on the map, and in no curve."""
    pixels = _pixels(picture)
    counts = {title: _count(_inside(pixels, title), _VERMILION) for title in _DRAWN}
    assert min(counts[title] for title in ("Ubin", "Keadaan", "Peta")) > 20
    assert counts["Garis"] == counts["Teks"] == counts["Kosong"] == 0


def test_the_same_answers_give_the_same_bytes(port: int, picture: Path, tmp_path: Path) -> None:
    """A picture that is drawn anew differs only where the answers do."""
    draw_all(port, tmp_path, AT_UNIX_S, dashboards=[_BOARD])
    assert (tmp_path / picture.name).read_bytes() == picture.read_bytes()


def test_a_refused_query_is_told_and_drawn(port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with 1 and names the panel; the picture has the error in it, and the other panels."""
    (tmp_path / "boards").mkdir()
    (tmp_path / "boards/wrong.json").write_text(json.dumps(every_kind(wrong=True).raw), encoding="utf-8")
    words = f"--prometheus {port} --dashboards {tmp_path}/boards --out {tmp_path} --at {AT_UNIX_S}"
    assert main(words.split()) == 1
    told = capsys.readouterr().err
    assert "Angka" in told
    assert "parse error" in told
    pixels = _pixels(tmp_path / f"{UID}.png")
    assert _count(_inside(pixels, "Angka"), _VERMILION) > 20
    assert _count(_inside(pixels, "Ubin"), _VERMILION) > 20


def test_an_unknown_transformation_is_told_by_panel(port: int, tmp_path: Path) -> None:
    """A step that Grafana's library does not know fails its own panel and no other."""
    raw = json.loads(json.dumps(_BOARD.raw))
    (panel,) = (each for each in raw["panels"] if each["title"] == "Tabel")
    panel["transformations"].append({"id": "invented", "options": {}})
    (problem,) = draw_all(port, tmp_path, AT_UNIX_S, dashboards=[replace(_BOARD, raw=raw)])
    assert problem.text.startswith("Tabel: ")
    assert "invented" in problem.text


def test_a_variable_without_values_is_told(port: int, tmp_path: Path) -> None:
    """There is no picture of a dashboard that asks for a link where there is none, and a word about it."""
    raw = json.loads(json.dumps(_BOARD.raw))
    raw["templating"]["list"].append(
        {"name": "link", "type": "query", "query": {"query": "label_values(fixture_absent, link)"}}
    )
    (problem,) = draw_all(port, tmp_path, AT_UNIX_S, dashboards=[Dashboard(raw, "fixture")])
    assert "link" in problem.text
    assert not list(tmp_path.iterdir())


def test_nobody_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a Prometheus the command ends with 1 and says where it looked."""
    (tmp_path / "board.json").write_text(json.dumps(_BOARD.raw), encoding="utf-8")
    assert main(f"--prometheus 1 --dashboards {tmp_path} --out {tmp_path}".split()) == 1
    assert capsys.readouterr().err.startswith("pictures: ")
