"""Hands requests on as code: the open draft's, or a kept exchange's."""

from __future__ import annotations

import asyncio
from collections.abc import Container

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.event import Method
from pingtree_desktop.domain.request import Request
from pingtree_desktop.storage.files import write_text
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.workplace import Workplace


class Coding:
    """The action; language and masking stay as they were chosen while the window is open."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._language, self._masked = "curl", True

    def show_draft(self) -> None:
        """Show the draft's request as it would be sent now."""
        try:
            request = self._place.compose.preview()
            get_form = self._place.compose.preview(method=Method.GET)
        except PingTreeError as error:
            self._place.notices.problem(error)
            return
        model = self._place.compose
        secret = model.values.secret_places(model.event, model.environment, model.campaign)
        self.show(request, is_live=model.is_live, get_form=get_form, secret=secret)

    def show(
        self,
        request: Request,
        *,
        is_live: bool,
        get_form: Request | None = None,
        secret: Container[str] = (),
    ) -> None:
        """Show a request; `get_form` is the same event as a postback URL.

        `secret` are the places that hold a secret variable's text, which masking takes out.
        """
        work = self._show(request, get_form, secret, is_live=is_live)
        self._place.tasks.start(work, name="code")

    async def _show(
        self, request: Request, get_form: Request | None, secret: Container[str], *, is_live: bool
    ) -> None:
        from pingtree_desktop.ui.code_out import CodeDialog  # noqa: PLC0415 - when wanted
        from pingtree_desktop.viewmodels.code_out import CodeOut  # noqa: PLC0415 - as above

        model = CodeOut(
            request,
            is_live=is_live,
            language=self._language,
            masked=self._masked,
            get_form=get_form,
            secret=secret,
        )
        dialog = CodeDialog(self._place.window, self._place.theme, model)
        dialog.copied.connect(lambda: self._say_copied(model.masked))
        wants_file = await dialogs.run(dialog)
        self._language, self._masked = model.language.key, model.masked
        if not wants_file:
            return
        path = await dialogs.ask_save_path(
            self._place.window, title="Save the code", name=model.file_name
        )
        if path is None:
            return
        text = model.text
        text = text.replace("\n", "\r\n") if model.language.suffix == ".cmd" else text
        try:
            await asyncio.to_thread(write_text, path, text)
        except PingTreeError as error:
            self._place.notices.problem(error)
            return
        self._place.notices.say(f"Wrote {path}.", tone="good")

    def _say_copied(self, masked: bool) -> None:
        how = "masked" if masked else "with the lead's data unredacted"
        self._place.notices.say(f"Copied the code, {how}.")
