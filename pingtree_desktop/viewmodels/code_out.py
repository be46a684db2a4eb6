"""A request as code in one of the languages, masked or as it is."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from pingtree_desktop.domain.redaction import (
    MASK,
    URL_MASK,
    redact_body,
    redact_request_headers,
    redact_url,
)
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.languages import BY_KEY, LANGUAGES, Language

_MASKED = "Ids, lead data and credentials are masked: it runs, but it does not send the event."
_WHOLE = "It has the ids and the lead's data as they are, and fires the event when it is run."
_NO_URL = "This request has a body, which a plain URL cannot carry. Choose another language."
_LIVE = "It fires a real event in production when it is run."


class CodeOut:
    """What the sheet shows for a chosen language.

    `secret` are the places (see `Resolved`) that hold a secret variable's text.
    """

    def __init__(
        self,
        request: Request,
        *,
        is_live: bool,
        language: str,
        masked: bool,
        get_form: Request | None = None,
        secret: Container[str] = (),
    ) -> None:
        self._secret = secret
        self._request, self._is_live, self._get_form = request, is_live, get_form
        self.language: Language = BY_KEY.get(language, LANGUAGES[0])
        self.masked = masked

    @property
    def text(self) -> str:
        """The program, or the sentence on why there is none."""
        if not self.is_code:
            return _NO_URL
        return self.language.write(self.request)

    @property
    def is_code(self) -> bool:
        """Whether the request can be written in the language at all."""
        return not (self._wants_url and self._request.body and self._get_form is None)

    @property
    def _wants_url(self) -> bool:
        return self.language.key == "url"

    @property
    def request(self) -> Request:
        """The request that is written, masked when that is wanted."""
        chosen = self._request
        if self._wants_url and self._get_form is not None:
            chosen = self._get_form
        return masked(chosen, self._secret) if self.masked else chosen

    @property
    def remark(self) -> str:
        """What a person should know before handing it on or running it."""
        if not self.is_code:
            return ""
        if self._wants_url and self._request.body:
            return f"A plain URL is the GET form of the event. {self._said}"
        return self._said

    @property
    def _said(self) -> str:
        if self.masked:
            return _MASKED
        return _LIVE if self._is_live else _WHOLE

    @property
    def file_name(self) -> str:
        return f"event{self.language.suffix}"


def masked(request: Request, secret: Container[str] = ()) -> Request:
    """A request with ids, lead data and credentials masked; its length says what it has then.

    The mask is plain ASCII, so that every language can show it as it is.
    """
    body = redact_body(request.body, secret=secret).replace(MASK.encode(), URL_MASK.encode())
    headers = tuple(
        (
            name,
            str(len(body)) if name.lower() == "content-length" else value.replace(MASK, URL_MASK),
        )
        for name, value in redact_request_headers(request.headers, secret=secret)
    )
    return replace(request, url=redact_url(request.url, secret=secret), headers=headers, body=body)
