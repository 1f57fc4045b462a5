"""What every test may use: links and inventories by a line, and an engine on a fake network."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
