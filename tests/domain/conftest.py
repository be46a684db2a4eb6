"""How generated tests run here: without a clock, with the same examples unless asked to search."""

import os

from hypothesis import settings

settings.register_profile("pure", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None)
settings.load_profile("searching" if os.environ.get("PINGTREE_SEARCH") else "pure")
