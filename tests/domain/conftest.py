"""How generated tests run here: without a clock, and always with the same examples in CI."""

import os

from hypothesis import settings

settings.register_profile("pure", deadline=None)
settings.register_profile("pure in CI", deadline=None, derandomize=True)
settings.load_profile("pure in CI" if os.environ.get("CI") else "pure")
