"""The command line's grammar: commands, options and what each value may be.

One option per catalogue field is derived here.  Nothing is opened, loaded or sent, and nothing
heavy is imported: this runs before every command.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pingtree_desktop import __version__
from pingtree_desktop.cli.history_options import add_history, whole_number
from pingtree_desktop.domain.catalogue import BY_WIRE, FIELDS, Endpoint, Field, Group
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.verdict import Verdict

PROGRAM = "pingtree"
VIEWS = ("compose", "history", "sandbox", "settings")
THEMES = ("system", "light", "dark")
EXPORTS = ("locust", "curl", "python", "javascript", "php", "postman", "har", "url")
EXPORTED = ".pingtree"  # as in storage.shared_profile, which is too heavy to load here
IMPORTS = ("curl", "url", "har", "postman", "json")
LATER = ("batch", "check", "inbox")
_DASHED_VALUE = "Write --option=VALUE when the value starts with a dash."


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are UsageErrors, and which may stand for a later command."""

    is_later = False

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**kwargs)

    def parse_known_args(  # type: ignore[override]  # the overloads of the base say the same
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, or say that the command is not in this version."""
        if self.is_later:
            raise UsageError(f"`{self.prog}` is not in this version.", "")
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print, as one sentence."""
        found = re.fullmatch(r"argument ([^:]+): (.*)", message, re.DOTALL)
        if found is None:
            said = f"{message[:1].upper()}{message[1:]}."
        else:
            said = f"{found[1].split('/')[0]}: {found[2]}."
        remedy = _DASHED_VALUE if "expected one argument" in message else f"See {self.prog} --help."
        raise UsageError(said, remedy)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        if isinstance(action, argparse._SubParsersAction):
            known = [name for name, parser in action.choices.items() if not parser.is_later]
            raise UsageError(
                f"There is no command `{self.prog} {value}`.", _did_you_mean(str(value), known)
            )
        names = [str(choice) for choice in action.choices]
        raise UsageError(
            f"{'/'.join(action.option_strings) or action.metavar} cannot be {str(value)!r}.",
            f"Choose one of {', '.join(names)}.",
        )


def near(word: str, known: Iterable[str]) -> list[str]:
    """The known words that a mistyped one may mean, best first."""
    from difflib import get_close_matches  # noqa: PLC0415 - for mistakes only

    return get_close_matches(word, list(known), n=3, cutoff=0.6)


def _did_you_mean(word: str, known: Sequence[str]) -> str:
    close = near(word, known)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are {', '.join(known)}."


def known_field(name: str, option: str) -> Field:
    """The catalogue field of a wire name.  Raises UsageError that names near matches."""
    field = BY_WIRE.get(name)
    if field is None:
        close = near(name, BY_WIRE)
        advice = f"Did you mean {' or '.join(close)}?" if close else "See pingtree send --help."
        raise UsageError(
            f"{option}: there is no field called {name!r}.",
            f"{advice} Any other key of the body is a lead field: --lead NAME=VALUE.",
        )
    return field


def _split(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{option} {text!r} is not of the form {form}.", "")
    return name, value


def _append(namespace: argparse.Namespace, dest: str, item: object) -> None:
    setattr(namespace, dest, [*(getattr(namespace, dest, None) or []), item])


class _FieldOption(argparse.Action):
    """`--event-id VALUE`: the option of one catalogue field; `const` is its wire name."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        _append(namespace, self.dest, (self.const, FieldInput(text=str(values))))


class _SetOption(argparse.Action):
    """`--set NAME=VALUE`."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        name, value = _split(str(values), "--set", "NAME=VALUE")
        known_field(name, "--set")
        _append(namespace, self.dest, (name, FieldInput(text=value)))


class _StateOption(argparse.Action):
    """`--omit NAME`, `--empty NAME`, `--null NAME`; `const` is the mode."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        known_field(str(values), str(option_string))
        _append(namespace, self.dest, (str(values), FieldInput(mode=self.const)))


class _RawOption(argparse.Action):
    """`--raw NAME=JSON`."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        name, value = _split(str(values), "--raw", "NAME=JSON")
        known_field(name, "--raw")
        _append(namespace, self.dest, (name, FieldInput(mode=Mode.RAW, text=value)))


class _LeadOption(argparse.Action):
    """`--lead NAME=VALUE`, `--lead NAME:TYPE=VALUE`, `--lead NAME:null`."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        _append(namespace, self.dest, lead_field(str(values)))


def lead_field(text: str) -> LeadField:
    """The lead field that `NAME=VALUE` or `NAME:TYPE=VALUE` describes.  Raises UsageError."""
    if text.endswith(":null") and "=" not in text:
        text += "="
    left, value = _split(text, "--lead", "NAME=VALUE or NAME:TYPE=VALUE")
    name, colon, word = left.rpartition(":")
    kind = LeadType.TEXT
    if not colon:
        name = left
    elif word in set(LeadType):
        kind = LeadType(word)
    else:
        raise UsageError(
            f"--lead: {word!r} is not a type of a lead field.",
            f"The types are {', '.join(LeadType)}; for a name with a colon write NAME:text=VALUE.",
        )
    if not name:
        raise UsageError(f"--lead {text!r} has no name.", "Write NAME=VALUE.")
    if name in BY_WIRE:
        raise UsageError(
            f"--lead: {name} is a field of its own, not a lead field.",
            f"Write {BY_WIRE[name].option} VALUE or --set {name}=VALUE.",
        )
    return LeadField(name=name, text=value, type=kind)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above zero")
    return seconds


def _lock_seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d{1,4})[xX×]([1-9]\d{1,4})", text, re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x800")
    return int(found[1]), int(found[2])


def _common(*, before: bool, as_json: bool) -> Parser:
    """The options that stand before or after the command's name."""
    parser = Parser(add_help=False)
    group = parser.add_argument_group("common options")

    def unless_given(value: object) -> Any:
        return value if before else argparse.SUPPRESS

    group.add_argument(
        "--workspace", type=Path, metavar="DIR", default=unless_given(None),
        help="the folder of profiles, campaigns, environments and history",
    )  # fmt: skip
    group.add_argument(
        "--json", action="store_true", default=unless_given(False),
        help="one JSON document on stdout, nothing else there",
    )  # fmt: skip
    group.add_argument(
        "--quiet", action="store_true", default=unless_given(False),
        help="say no more than needed",
    )  # fmt: skip
    said = json.dumps({"version": __version__}) if as_json else f"{PROGRAM} {__version__}"
    group.add_argument("--version", action="version", version=said, help="print the version")
    return parser


def build_parser(*, as_json: bool = False) -> Parser:
    """The whole grammar.  `as_json` makes --version answer in JSON."""
    parser = Parser(
        prog=PROGRAM,
        description="Tests Pingtree's Event Postback API from a terminal.",
        parents=[_common(before=True, as_json=as_json)],
        epilog="exit codes: 0 as expected, 1 not as expected, 2 wrong usage or unreadable input,\n"
        "3 no reply, 4 LIVE not confirmed, 130 interrupted",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    after = _common(before=False, as_json=as_json)
    _window(commands.add_parser("window", parents=[after], help="open the window"))
    _send(commands.add_parser("send", parents=[after], help="send one event and keep it"))
    sandbox = commands.add_parser("sandbox", parents=[after], help="the embedded simulator")
    actions = sandbox.add_subparsers(dest="action", metavar="ACTION", title="actions")
    _serve(actions.add_parser("serve", parents=[after], help="run it until Ctrl+C"))
    history = commands.add_parser("history", parents=[after], help="what was sent and answered")
    add_history(history.add_subparsers(dest="action", metavar="ACTION", title="actions"), after)
    _export(commands.add_parser("export", parents=[after], help="the same request for other tools"))
    _import(commands.add_parser("import", parents=[after], help="a request from elsewhere"))
    _lint(commands.add_parser("lint", parents=[after], help="advice on a payload, URL or CSV"))
    commands.add_parser("doctor", parents=[after], help="check that everything works here")
    for name in LATER:
        commands.add_parser(name, add_help=False).is_later = True
    return parser


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments.  Raises UsageError; exits for --help and --version as argparse does."""
    parser = build_parser(as_json="--json" in argv)
    namespace, extra = parser.parse_known_args(argv)
    if namespace.command is None:
        raise UsageError("pingtree needs a command.", "pingtree --help lists them.")
    chosen = _subparser(parser, namespace.command)
    if "action" in namespace:
        if namespace.action is None:
            names = [n for n, p in _subparsers(chosen).items() if not p.is_later]
            raise UsageError(f"{chosen.prog} needs an action.", f"There is {' and '.join(names)}.")
        chosen = _subparser(chosen, namespace.action)
    if extra:
        word = extra[0].partition("=")[0]
        if not word.startswith("-"):
            raise UsageError(f"{chosen.prog} has no use for {extra[0]!r}.", _DASHED_VALUE)
        close = near(word, chosen._option_string_actions)
        advice = f"Did you mean {' or '.join(close)}?" if close else f"See {chosen.prog} --help."
        raise UsageError(f"{chosen.prog} has no option {word}.", advice)
    return namespace


def _subparsers(parser: Parser) -> dict[str, Parser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _subparser(parser: Parser, name: str) -> Parser:
    return _subparsers(parser)[name]


def _exported_profile(text: str) -> Path:
    if not text.lower().endswith(EXPORTED):
        raise argparse.ArgumentTypeError(f"{text!r} is no exported profile (a *{EXPORTED} file)")
    return Path(text)


def _window(parser: Parser) -> None:
    parser.add_argument(
        "open_file", nargs="?", type=_exported_profile, metavar=f"FILE{EXPORTED}",
        help="an exported profile to open",
    )  # fmt: skip
    parser.add_argument("--view", choices=VIEWS, default="compose", help="the view to start with")
    parser.add_argument("--theme", choices=THEMES, default="system")
    parser.add_argument("--size", type=_size, metavar="WxH", help="for example 1280x800")
    parser.add_argument(
        "--screenshot", type=Path, metavar="FILE.png",
        help="write a picture of the view and exit; needs no display",
    )  # fmt: skip


def _send(parser: Parser) -> None:
    _event(parser)
    _send_where(parser.add_argument_group("where and how"))
    _fields(parser)


def _event(parser: Parser) -> None:
    """What `send` and `export` know of an event besides its fields."""
    parser.add_argument(
        "profile", nargs="?", metavar="PROFILE",
        help="a saved profile: its file, its name, or campaign/name",
    )  # fmt: skip
    what = parser.add_argument_group("what to send")
    what.add_argument("--campaign", metavar="CID", help="a campaign ID, or a campaign's name here")
    what.add_argument("--org", metavar="ORG", help="the organisation ID of the global endpoint")
    what.add_argument("--endpoint", choices=[e.value for e in Endpoint])
    what.add_argument("--method", choices=[m.value for m in Method])
    what.add_argument(
        "--set", dest="settings", action=_SetOption, metavar="NAME=VALUE", help="give a field"
    )
    for mode, words in (
        (Mode.OMIT, "leave a field out"),
        (Mode.EMPTY, "send a field as an empty text"),
        (Mode.NULL, "send a field as null"),
    ):
        what.add_argument(
            f"--{mode}", dest="states", action=_StateOption, const=mode, metavar="NAME", help=words
        )
    what.add_argument(
        "--raw", dest="states", action=_RawOption, metavar="NAME=JSON",
        help="send a field as exactly this JSON",
    )  # fmt: skip
    what.add_argument(
        "--lead", dest="lead", action=_LeadOption, metavar="NAME=VALUE",
        help="any further key; NAME:number=5 gives its type (text, number, boolean, null, json)",
    )  # fmt: skip


def _fields(parser: Parser) -> None:
    for group in Group:
        fields = parser.add_argument_group(f"fields: {group.value}")
        for field in FIELDS:
            if field.group is group:
                _field_option(fields, field)


def _export(parser: Parser) -> None:
    parser.add_argument("format", choices=EXPORTS, metavar="FORMAT", help=", ".join(EXPORTS))
    _event(parser)
    where = parser.add_argument_group("where and how")
    where.add_argument("--env", metavar="NAME", help="the environment (default: sandbox)")
    where.add_argument("--base-url", metavar="URL", help="the address to send to instead")
    where.add_argument(
        "--shell", choices=["posix", "cmd", "powershell"], help="the shell of a curl command"
    )
    where.add_argument(
        "--csv", type=Path, metavar="FILE",
        help="locust: one event per row; a column is named by its wire name",
    )  # fmt: skip
    where.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: print)")
    parser.set_defaults(timeout=None, insecure=False, proxy=None, ca=None, expect=None)
    _fields(parser)


def _import(parser: Parser) -> None:
    parser.add_argument("format", choices=IMPORTS, metavar="FORMAT", help=", ".join(IMPORTS))
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE|-", help="what to read (default: stdin)"
    )
    parser.add_argument("--campaign", metavar="NAME", help="the campaign that gets the profile")
    parser.add_argument("--name", metavar="NAME", help="the profile's name")
    parser.add_argument(
        "--pick", type=whole_number, metavar="N", help="which request, when there are several"
    )
    parser.add_argument(
        "--use-names", action="store_true", help="use the field names that the names resemble"
    )


def _lint(parser: Parser) -> None:
    parser.epilog = "exit codes: 0 nothing documented is violated, 1 something is, 2 unreadable"
    parser.add_argument(
        "source", nargs="?", metavar="FILE|URL|-",
        help="a JSON payload, postback URLs or a CSV file; - or nothing reads stdin",
    )  # fmt: skip
    parser.add_argument(
        "--endpoint", choices=[e.value for e in Endpoint],
        help="what a payload or table is for (default: by its keys)",
    )  # fmt: skip
    parser.add_argument(
        "--campaign", metavar="NAME", help="a campaign of the workspace, for its list of events"
    )


def _send_where(where: argparse._ArgumentGroup) -> None:
    where.add_argument("--env", metavar="NAME", help="the environment (default: sandbox)")
    where.add_argument("--base-url", metavar="URL", help="send there instead")
    where.add_argument(
        "--expect", choices=[v.value for v in Verdict], metavar="VERDICT",
        help=f"the verdict that exits 0: {', '.join(Verdict)}",
    )  # fmt: skip
    where.add_argument("--live", action="store_true", help="yes, fire a real event in production")
    where.add_argument(
        "--dry-run", action="store_true", help="print what would go on the wire and send nothing"
    )
    where.add_argument("--timeout", type=_seconds, metavar="S", help="seconds until it is given up")
    where.add_argument("--insecure", action="store_true", help="take any TLS certificate")
    where.add_argument("--proxy", metavar="URL", help="a proxy's address, or none, or system")
    where.add_argument("--ca", metavar="FILE", help="a PEM file to trust beside the system's own")


def _field_option(group: argparse._ArgumentGroup, field: Field) -> None:
    hint = f" ({field.format_hint})" if field.format_hint else ""
    group.add_argument(
        field.option, dest="settings", action=_FieldOption, const=field.wire, metavar="VALUE",
        help=f"{field.help}{hint}".replace("%", "%%"),
    )  # fmt: skip


def _serve(parser: Parser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument(
        "--port", type=whole_number, metavar="N",
        help="the port; 0 takes any free one (default: 8765, or a free one)",
    )  # fmt: skip
    parser.add_argument("--campaigns", type=Path, metavar="FILE", help="the simulated campaigns")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME[:ARG]",
        help="answer with this fault, for example delay:300",
    )  # fmt: skip
    parser.add_argument(
        "--lock-seconds", type=_lock_seconds, default=2.0, metavar="S",
        help="how long the same event is locked (default: 2)",
    )  # fmt: skip
