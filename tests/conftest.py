"""What holds for every test.

Lives here: settings of the test tools. Must not live here: fixtures.
"""

from __future__ import annotations

from hypothesis import settings

# No test asserts how long anything takes: on a busy machine an example may be slow and still be right.
settings.register_profile("pantau", deadline=None)
settings.load_profile("pantau")
