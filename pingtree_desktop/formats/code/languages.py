"""The one list of what a request can be turned into; menus and the command line read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import (
    curl_cmd,
    curl_posix,
    curl_powershell,
    har,
    javascript,
    php,
    postman,
    python,
    url,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One form of a request.

    `suffix` ends the name of a file that holds it; `lexer` names the grammar to colour it by.
    `write` may raise UsageError for a request that has no such form.
    """

    key: str
    label: str
    suffix: str
    write: Callable[[Request], str]
    lexer: str


LANGUAGES: tuple[Language, ...] = (
    Language(key="curl", label="curl", suffix=".sh", write=curl_posix.write, lexer="sh"),
    Language(
        key="curl-cmd", label="curl (Windows cmd)", suffix=".cmd", write=curl_cmd.write,
        lexer="batch",
    ),
    Language(
        key="curl-powershell", label="curl (PowerShell)", suffix=".ps1",
        write=curl_powershell.write, lexer="powershell",
    ),
    Language(
        key="python", label="Python (httpx)", suffix=".py", write=python.write, lexer="python"
    ),
    Language(
        key="javascript", label="JavaScript (fetch)", suffix=".mjs", write=javascript.write,
        lexer="javascript",
    ),
    Language(key="php", label="PHP (curl)", suffix=".php", write=php.write, lexer="php"),
    Language(
        key="postman", label="Postman collection", suffix=".postman_collection.json",
        write=postman.write, lexer="json",
    ),
    Language(key="har", label="HAR entry", suffix=".har", write=har.write, lexer="json"),
    Language(key="url", label="Plain URL (GET)", suffix=".txt", write=url.write, lexer="text"),
)  # fmt: skip

BY_KEY = {language.key: language for language in LANGUAGES}
