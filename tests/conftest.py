"""What holds for every test: where the packages are found, and settings of the test tools."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent.parent))

# No test asserts how long anything takes: on a busy machine an example may be slow and still be right.
settings.register_profile("pantau", deadline=None)
settings.load_profile("pantau")
