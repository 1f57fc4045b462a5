"""``python -m grafana.check [FOLDER]``: prints what is wrong with the dashboards; exit 1 when anything is.

Lives here: the command. Must not live here: checks. It reads the generated files, for those are what Grafana gets.
"""

from __future__ import annotations

import sys
from pathlib import Path

from grafana.checks import findings
from grafana.metric_names import known_names
from grafana.reading import DASHBOARDS, load_all

__all__: list[str] = []


def main() -> None:
    """Print the findings."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DASHBOARDS
    dashboards = load_all(folder)
    if not dashboards:
        raise SystemExit(f"{folder} holds no dashboard: python -m grafana.generate writes them")
    found = findings(dashboards, known_names())
    print("\n".join(found or [f"{len(dashboards)} dashboards: nothing to mend"]))
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
