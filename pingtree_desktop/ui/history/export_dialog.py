"""Asks in which form entries leave, and shows the beginning of exactly what would leave."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from pingtree_desktop.formats.exports import BY_KEY, FORMATS, ExportFormat
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.code_view import CodeView
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme

_PREVIEW_LIMIT = 6_000

Preview = Callable[[ExportFormat, bool], Coroutine[Any, Any, str]]
"""Given a form and whether it is redacted, the text of the first entries."""


class ExportDialog(dialogs.FormDialog):
    """The form, the redaction and a preview."""

    def __init__(
        self, parent: QWidget, theme: Theme, tasks: Tasks, *, count: int, preview: Preview
    ) -> None:
        words = "1 entry" if count == 1 else f"{count:,} entries"
        super().__init__(parent, title=f"Export {words}", accept="Save\u2026")
        self.setObjectName("export")
        self._tasks, self._preview = tasks, preview
        self._serial = 0
        self._choice = self.add_choice(
            "Form", [(form.label, form.key) for form in FORMATS], name="export.form"
        )
        self._redact = QCheckBox("Mask ids, lead data and credentials")
        self._redact.setObjectName("export.redact")
        self._redact.setChecked(True)
        self.body.addWidget(self._redact)
        self._warning = label("", role="warn", wrap=True)
        self.body.addWidget(self._warning)
        self.body.addWidget(label("What would leave, its beginning", role="label"))
        self._shown = CodeView(theme, name="export.preview")
        self._shown.setMinimumSize(620, 260)
        self.body.addWidget(self._shown)
        self._choice.currentIndexChanged.connect(lambda _index: self._changed())
        self._redact.toggled.connect(lambda _on: self._changed())
        self._changed()

    @property
    def form(self) -> ExportFormat:
        """The chosen form."""
        return BY_KEY[str(self._choice.currentData())]

    @property
    def is_redacted(self) -> bool:
        return self._redact.isChecked()

    def _changed(self) -> None:
        sentences = []
        if not self.is_redacted:
            sentences.append("Names, phones, e-mails and ids of the leads leave as they are.")
        elif self.form.is_whole:
            sentences.append("Masked entries cannot be sent again after an import.")
        self._warning.setText(" ".join(sentences))
        self._warning.setVisible(bool(sentences))
        self._serial += 1
        self._tasks.start(self._show_preview(self._serial), name="export-preview")

    async def _show_preview(self, serial: int) -> None:
        text = await self._preview(self.form, self.is_redacted)
        if serial == self._serial:
            more = "\n\u2026" if len(text) > _PREVIEW_LIMIT else ""
            self._shown.show_text(text[:_PREVIEW_LIMIT].removeprefix("\ufeff") + more)
