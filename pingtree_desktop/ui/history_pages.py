"""The History view's further pages: compare, one transaction, the pair bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.pairs import Pair
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.ui.history.compare_view import CompareView
from pingtree_desktop.ui.history.dossier_view import DossierView
from pingtree_desktop.ui.history.pairs_view import PairsView
from pingtree_desktop.viewmodels.comparison import ComparisonModel
from pingtree_desktop.viewmodels.dossier import DossierModel
from pingtree_desktop.viewmodels.pairs import PairsModel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from pingtree_desktop.ui.history.view import HistoryView
    from pingtree_desktop.ui.program import Program


class HistoryPages:
    """Builds the pages and connects them with the form and the table."""

    def __init__(
        self,
        program: Program,
        view: HistoryView,
        archive: Archive,
        show_entry: Callable[[int], None],
    ) -> None:
        self._program, self._view = program, view

        def start(work: Coroutine[Any, Any, Any]) -> object:
            return program.start(work, name="history-page")

        self.comparison = ComparisonModel(archive, start)
        self.pairs = PairsModel(archive, start)
        self.dossier = DossierModel(archive, start, self._multi_events)
        compare = CompareView(self.comparison, program.theme)
        dossier = DossierView(self.dossier, program.theme)
        pairs = PairsView(self.pairs, program.theme, program.tasks)
        view.add_page("compare", "Compare", compare)
        view.add_page("dossier", "Transaction", dossier)
        view.add_page("pairs", "Pair bank", pairs)
        for page in (compare, dossier):
            page.choose_wanted.connect(lambda: view.open_page("entries"))
        dossier.entry_wanted.connect(lambda exchange: show_entry(_id_of(exchange)))
        dossier.compose_wanted.connect(lambda text: self._fill(str(text), ""))
        pairs.use_wanted.connect(self._use)
        pairs.dossier_wanted.connect(lambda text: self.show_transaction(str(text)))
        program.workspace.changes.listen(lambda _topic: self._show_events())
        self._show_events()
        start(self.pairs.load())

    def compare(self, left_id: int, right_id: int) -> None:
        """Compare two entries, the older one on the left."""
        self._view.open_page("compare")
        self.comparison.show_entries(min(left_id, right_id), max(left_id, right_id))

    def compare_with_draft(self, entry_id: int) -> None:
        """Compare an entry with what the form would send now."""
        self._view.open_page("compare")
        self.comparison.show_with_draft(entry_id, self._program.compose.preview)

    def show_transaction(self, transaction_id: str) -> None:
        """Show everything of one transaction."""
        self._view.open_page("dossier")
        self.dossier.show(transaction_id)

    def _multi_events(self) -> frozenset[str]:
        campaigns = self._program.workspace.campaigns
        return frozenset(e.id for one in campaigns for e in one.events if e.multi_trigger)

    def _show_events(self) -> None:
        campaigns = self._program.workspace.campaigns
        self.pairs.set_events([event for one in campaigns for event in one.events])

    def _use(self, pair: object) -> None:
        assert isinstance(pair, Pair)
        self._fill(pair.transaction_id, pair.event_id)

    def _fill(self, transaction_id: str, event_id: str) -> None:
        """Put the ids into the form; everything else of it stays."""
        values = {"transaction_id": transaction_id, "event_id": event_id}
        self._program.window.compose.form.fill(
            {wire: FieldInput(text=text) for wire, text in values.items() if text}
        )
        self._program.window.show_view("compose")


def _id_of(exchange: object) -> int:
    assert isinstance(exchange, Exchange)
    return exchange.id
