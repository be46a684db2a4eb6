"""Where the frozen terminal program starts."""

import os
import sys

# The start-up program points the loader at the bundled libraries; what is started from here,
# such as the web browser, must find the system's own.  The loader has read its copy already.
if "LD_LIBRARY_PATH_ORIG" in os.environ:
    os.environ["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH_ORIG"]
elif getattr(sys, "frozen", False):
    os.environ.pop("LD_LIBRARY_PATH", None)

from pingtree_desktop.__main__ import terminal

sys.exit(terminal())
