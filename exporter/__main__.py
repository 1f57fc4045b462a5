"""``python -m exporter`` is the command ``pantau``."""

import sys

from exporter.cli import main

sys.exit(main())
