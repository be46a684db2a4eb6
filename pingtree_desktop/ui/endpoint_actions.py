"""Opens the comparison of endpoints for the open draft."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pingtree_desktop.domain.event import Event
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.workplace import Workplace

if TYPE_CHECKING:
    from pingtree_desktop.services.context import Context
    from pingtree_desktop.services.sender import Job, Sent


class EndpointActions:
    """`Compare endpoints…`."""

    def __init__(
        self,
        place: Workplace,
        ready: Callable[[], Awaitable[Context]],
        send: Callable[[Job], Awaitable[Sent]],
    ) -> None:
        self._place, self._ready, self._send = place, ready, send

    def compare(self) -> None:
        """Show the draft in every endpoint form."""
        self._place.tasks.start(self._compare(), name="compare-endpoints")

    async def _compare(self) -> None:
        from pingtree_desktop.ui.endpoint_forms import EndpointDialog  # noqa: PLC0415 - wanted
        from pingtree_desktop.viewmodels.endpoint_forms import EndpointForms  # noqa: PLC0415

        context = await self._ready()
        model = EndpointForms(
            self._place.compose,
            context.archive,
            self._send,
            lambda work: self._place.tasks.start(work, name="send-forms"),
        )
        dialog = EndpointDialog(self._place.window, self._place.theme, model)
        dialog.opened.connect(self._use)
        await dialogs.run(dialog)

    def _use(self, event: object) -> None:
        """Go on with a form's endpoint and method; the draft keeps its placeholders."""
        assert isinstance(event, Event)
        self._place.compose.set_endpoint(event.endpoint)
        self._place.compose.set_method(event.method)
