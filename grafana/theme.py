"""How dashboards look: colours, words for states, thresholds.

Lives here: colours and what they mean, each once. Must not live here: panels, queries.

The colours are those of Okabe and Ito, which people who see no red or no green tell apart; a word stands beside each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.models import dashboard as models

from alert_rules.now import Code

__all__ = [
    "COLOURS",
    "DOWN",
    "MUTED",
    "PHASES",
    "PLANNED",
    "ROLES",
    "RUPIAH",
    "SERIES",
    "STATES",
    "TEXT",
    "UNKNOWN",
    "UP",
    "WARNING",
    "WORDS",
    "inked",
    "mapped",
    "states",
]

UP, WARNING, UNKNOWN, PLANNED, DOWN = "#0072B2", "#E69F00", "#999999", "#CC79A7", "#D55E00"

#: Of what is neither good nor bad.
TEXT, MUTED = "text", "#56B4E9"

#: For lines that stand for members (providers, phases) and no state.
SERIES = ("#56B4E9", "#009E73", "#F0E442", "#CC79A7", "#E69F00", "#0072B2")

#: Whole rupiah with separators. ``currencyIDR`` would shorten 1 miliar to "Rp1 B" and 1 juta to "Rp1 M", and M means
#: miliar in Indonesian. Grafana knows this unit since 12.1.
RUPIAH = "currency:financial:Rp "

#: Phases of the consolidation, in people's words and in colours that say neither good nor bad.
PHASES = {
    "legacy": ("Sewa sendiri (lama)", "#F0E442"),
    "transition": ("Peralihan", "#56B4E9"),
    "central": ("Terpusat", "#009E73"),
}

ROLES = {"primary": ("Utama", None), "backup": ("Cadangan", None)}

COLOURS = {Code.UP: UP, Code.DEGRADED: WARNING, Code.UNKNOWN: UNKNOWN, Code.PLANNED: PLANNED, Code.DOWN: DOWN}

#: A state in people's words; on walls in capitals.
WORDS = {
    Code.UP: "NORMAL",
    Code.DEGRADED: "MENURUN",
    Code.UNKNOWN: "TANPA DATA",
    Code.PLANNED: "PEKERJAAN TERENCANA",
    Code.DOWN: "PUTUS",
}


def mapped(texts: Mapping[str, tuple[str, str | None]]) -> list[models.ValueMapping]:
    """Each value, as text, to its words and colour (none: that of the cell)."""
    results = {
        value: models.ValueMappingResult(text=text, color=colour, index=index)
        for index, (value, (text, colour)) in enumerate(texts.items())
    }
    return [models.ValueMap(options=results)]


def inked(mappings: Sequence[models.ValueMapping]) -> list[models.ValueMapping]:
    """The same for words on the dark ground: blue is too dark there (3.3 to 1), the lighter one is not (7.5 to 1)."""
    return [
        models.ValueMap(
            options={
                value: models.ValueMappingResult(
                    each.text, MUTED if each.color == UP else each.color, each.icon, each.index
                )
                for value, each in mapping.options.items()
            }
        )
        if isinstance(mapping, models.ValueMap)
        else mapping
        for mapping in mappings
    ]


def states() -> list[models.ValueMapping]:
    """The codes of ``alert_rules.now`` as words with their colours."""
    return mapped({f"{code:d}": (WORDS[code], COLOURS[code]) for code in Code})


#: The codes as steps, for panels that colour by thresholds.
STATES: Sequence[tuple[float | None, str]] = tuple(
    (None if code is Code.UP else float(code), COLOURS[code]) for code in Code
)
