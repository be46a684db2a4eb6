"""What the person does with environments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox

from pingtree_desktop.domain.environment import BUILT_IN, Danger, Environment, is_production
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.extra_headers import Headers, check_headers
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.net.proxy import NO_PROXY, SYSTEM_PROXY, parse_proxy
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.name_table import NameRow, NameTable
from pingtree_desktop.ui.secret_rows import keep_secrets, rows_of, typed_variables, variables_of
from pingtree_desktop.ui.workplace import Workplace


class EnvironmentActions:
    """Adds, changes and removes environments; a removal offers its undo."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._compose, self._workspace = place.compose, place.workspace

    def edit(self, environment: Environment | None) -> None:
        """Ask for the changes of an environment, or for a new one."""
        self._place.tasks.start(self._ask(environment), name="edit-environment")

    async def _ask(self, environment: Environment | None) -> None:
        start = environment or Environment(name="", base_url="https://", declared=Danger.TEST)
        dialog = dialogs.FormDialog(
            self._place.window,
            title="New environment" if environment is None else "Change environment",
            accept="Save",
        )
        dialog.setMinimumWidth(min(620, self._place.window.width() - 40))
        dialog.scroll_body(min(640, self._place.window.height() - 190))
        name = dialog.add_line("Name", start.name, name="dialog.name")
        base = dialog.add_line("Base URL", start.base_url, name="dialog.base_url", mono=True)
        danger = dialog.add_choice(
            "What a send there does",
            [("Test: nothing that costs money", Danger.TEST), ("LIVE: real payouts", Danger.LIVE)],
            name="dialog.danger",
        )
        danger.setCurrentIndex(max(0, danger.findData(start.declared)))
        variables = NameTable(self._place.theme, what="variable", name="variables", secrets=True)
        variables.set_rows(rows_of(start.variables))
        dialog.add_widget("Variables, written {{name}} in a field or a header", variables)
        headers = NameTable(
            self._place.theme,
            what="header",
            name="headers",
            variables=lambda: typed_variables(variables.rows()),
        )
        headers.set_rows([NameRow(name=one, text=text) for one, text in start.headers])
        dialog.add_widget("Extra headers of every request", headers)
        timeout = dialog.add_line(
            "Give up after (seconds)", f"{start.timeout_s:g}", name="dialog.timeout", mono=True
        )
        proxy = dialog.add_line(
            "Proxy: none, system, or an address", start.proxy, name="dialog.proxy", mono=True
        )
        ca_file = dialog.add_line(
            "Extra CA file (PEM), if needed", start.ca_file, name="dialog.ca", mono=True
        )
        unsafe = QCheckBox("Accept any certificate (unsafe, only for a test server)")
        unsafe.setObjectName("dialog.unsafe")
        unsafe.setChecked(not start.verify_tls)
        dialog.body.addWidget(unsafe)
        name.setFocus()

        def typed() -> Environment:
            return self._checked(
                replace(
                    start,
                    name=name.text().strip(),
                    base_url=base.text().strip(),
                    declared=Danger(danger.currentData()),
                    timeout_s=_seconds(timeout.text()),
                    proxy=proxy.text().strip() or "none",
                    ca_file=ca_file.text().strip(),
                    verify_tls=not unsafe.isChecked(),
                    headers=_headers(headers),
                    variables=variables_of(variables.rows()),
                ),
                start.name,
            )

        dialog.check = typed
        if await dialogs.run(dialog):
            await self._keep(start, environment, typed(), variables.rows())

    def _checked(self, made: Environment, old_name: str) -> Environment:
        parse_base(made.base_url)
        if made.proxy not in {NO_PROXY, SYSTEM_PROXY}:
            parse_proxy(made.proxy)
        if made.ca_file and made.verify_tls:
            from pingtree_desktop.net import tls  # noqa: PLC0415 - slow to load, rarely wanted

            tls.context(ca_file=made.ca_file)
        others = {one.name.casefold() for one in self._workspace.environments} - {
            old_name.casefold()
        }
        if not made.name or made.name.casefold() in others:
            raise UsageError(
                "The environment needs a name of its own.", "Other environments have theirs."
            )
        return made

    async def _keep(
        self,
        start: Environment,
        before: Environment | None,
        made: Environment,
        rows: Sequence[NameRow],
    ) -> None:
        checked = parse_base(made.base_url)
        with self._place.own_change():
            await self._workspace.save_environment(made, replaces=start.name)
        await keep_secrets(self._place, before, made, rows)
        if self._compose.environment.name == start.name:
            self._compose.set_environment(made)
        if is_production(made.base_url):
            self._place.notices.say(f"{made.name} is on the production host: it counts as LIVE.")
        elif checked.warning:
            self._place.notices.say(checked.warning)

    def remove(self, environment: Environment) -> None:
        self._place.tasks.start(self._remove(environment), name="remove-environment")

    async def _remove(self, environment: Environment) -> None:
        with self._place.own_change():
            await self._workspace.remove_environment(environment.name)
        if self._compose.environment.name == environment.name:
            self._compose.set_environment(BUILT_IN[0])
        self._place.deletions.say(
            f"Removed the environment {environment.name}.",
            lambda: self._workspace.save_environment(environment),
        )


def _headers(table: NameTable) -> Headers:
    headers = tuple((row.name, row.text) for row in table.rows())
    check_headers(headers)
    return headers


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = -1.0
    if not 0.1 <= seconds <= 600:
        raise UsageError(
            f"{text[:40]!r} is not 0.1 to 600 seconds.",
            "Type one such as 30.",
        )
    return seconds
