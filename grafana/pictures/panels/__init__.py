"""One module for each kind of panel.

Lives here: which function draws which kind. Must not live here: frames around panels (``draw``), answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grafana.pictures.content import Content
from grafana.pictures.panels import bargauge, geomap, heatmap, stat, state_timeline, table, text, timeseries
from grafana.pictures.sheet import Box, Sheet

__all__ = ["KINDS"]

#: Draws the inside of a panel, below its title.
Drawing = Callable[[Sheet, Box, Content], None]

KINDS: Mapping[str, Drawing] = {
    "bargauge": bargauge.draw,
    "geomap": geomap.draw,
    "heatmap": heatmap.draw,
    "stat": stat.draw,
    "state-timeline": state_timeline.draw,
    "table": table.draw,
    "text": text.draw,
    "timeseries": timeseries.draw,
}
