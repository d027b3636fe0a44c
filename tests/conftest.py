"""What every test runs under."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no failure. CI gives the same answer for the same commit, so it draws the same examples each time.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
