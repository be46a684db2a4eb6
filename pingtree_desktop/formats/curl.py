"""A request as a curl command for a POSIX shell: the name under which the program asks for it."""

from pingtree_desktop.formats.code.curl_posix import to_curl

__all__ = ["to_curl"]
