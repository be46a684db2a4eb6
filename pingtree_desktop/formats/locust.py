"""An event as a load test: a locustfile that fires it again and again, or once for each CSV row.

The file stands alone: it needs locust, nothing of this program.  It uses FastHttpUser, several
times faster than HttpUser, and HttpUser where a proxy or a CA file asks for it.  Certificates are
checked, which FastHttpUser does not do unasked.
"""

from __future__ import annotations

from dataclasses import dataclass

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import LeadType
from pingtree_desktop.domain.request import body_tokens, build_request, parse_base, query_pairs
from pingtree_desktop.formats.code.parts import LIVE_REMARK, headers

_GUARD = """
if os.environ.get("PINGTREE_LIVE") != "yes":
    raise SystemExit("This load test fires real events: set PINGTREE_LIVE=yes to mean it.")
"""
_ONCE = """\
# The API fires a transaction and event pair once; later ones are answered as duplicates.
# Rows with transaction ids of their own: pingtree export locust --csv FILE
"""
_REST = '''

def all_rows():
    if not ROWS_FILE:
        while True:
            yield {}
    with open(Path(__file__).parent / ROWS_FILE, newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


ROWS = all_rows()  # shared by all users: each row goes out once


def with_row(row):
    """The template with the row's cells; an empty cell leaves the template's value."""
    values, parts = dict(TEMPLATE), dict(PATH_PARTS)
    for name, cell in row.items():
        if not name or not isinstance(cell, str) or not cell:
            continue
        if name in parts:
            parts[name] = cell
        elif METHOD == "GET" or (name in NUMBERS and NUMBER.fullmatch(cell)):
            values[name] = cell
        else:
            values[name] = json_text(cell)
    path = PATH.format(**{name: segment(text) for name, text in parts.items()})
    return path, values


def json_text(text):
    """A JSON string; half of a character pair becomes its escape."""
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def segment(text):
    return text.replace(".", "%2E") if text in {".", ".."} else quoted(text)


def quoted(text):
    return quote(text, safe="", errors="surrogatepass")


class EventUser(@USER@):
    host = HOST
    wait_time = constant(0)@SETTINGS@
    active = 0

    def on_start(self):
        EventUser.active += 1@START@

    @task
    def fire(self):
        row = next(ROWS, None)
        if row is None:
            EventUser.active -= 1
            if EventUser.active == 0 and self.environment.parsed_options.headless:
                gevent.spawn(self.environment.runner.quit)
            raise StopUser
        path, values = with_row(row)
        body = None
        if METHOD == "GET":
            query = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in values.items())
            path += f"?{query}" if query else ""
        else:
            members = ",".join(f"{json_text(name)}:{token}" for name, token in values.items())
            body = f"{{{members}}}".encode("utf-8", "surrogatepass")
        self.client.request(
            METHOD, path, data=body, headers=HEADERS, name=NAME, allow_redirects=False
        )
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A CSV file whose columns are wire names.  `file` is absolute or beside the locustfile."""

    file: str
    columns: tuple[str, ...]


def to_locustfile(event: Event, environment: Environment, rows: Rows | None = None) -> str:
    """The locustfile.  `environment.base_url` must be set.

    A column with the name of a field, of a lead row or of a path part (`cid`, `org_id`) takes
    its place; any other is a lead field.  Raises UsageError for a base URL that cannot be used.
    """
    base = parse_base(environment.base_url)
    request = build_request(event, base.url, headers=environment.headers)
    is_live = environment.danger is Danger.LIVE
    columns = rows.columns if rows else ()
    origin = f"{base.scheme}://{base.authority}"
    path, path_parts = _path(event)
    template = _template(event, columns)
    sent = headers(request, left_to_client=frozenset({"accept-encoding"})).sent
    user, settings, start = _user(environment)
    lines = [f"# {LIVE_REMARK}"] if is_live else []
    lines += [
        f'"""Fires events at {origin}: locust --headless -u 5 -f THIS_FILE"""',
        "",
        "import csv",
        "import json",
        *(["import os"] if is_live else []),
        "import re",
        "from pathlib import Path",
        "from urllib.parse import quote",
        "",
        "import gevent",
        f"from locust import {user}, constant, task",
        "from locust.exception import StopUser",
    ]
    text = "\n".join(lines) + "\n" + (_GUARD if is_live else "") + "\n"
    text += f"HOST = {origin!r}\nMETHOD = {event.method.value!r}\n"
    text += (
        f"PATH = {base.url.removeprefix(origin).replace('{', '{{').replace('}', '}}') + path!r}\n"
    )
    text += f"PATH_PARTS = {path_parts!r}\nNAME = {f'{event.method} {event.endpoint}'!r}\n"
    text += _listed("HEADERS", [(name, value.decode("latin-1")) for name, value in sent])
    text += "# Wire names in order, each with its " + (
        "query text" if event.method is Method.GET else "JSON token"
    )
    text += "\n" + _listed("TEMPLATE", template)
    text += f"NUMBERS = {sorted(_numbers(event))!r}\n"
    text += 'NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?")\n'
    text += "" if rows else _ONCE
    text += f"ROWS_FILE = {rows.file if rows else ''!r}\n"
    rest = _REST.replace("@USER@", user).replace("@SETTINGS@", settings)
    return text + rest.replace("@START@", start)


def _path(event: Event) -> tuple[str, dict[str, str]]:
    match event.endpoint:
        case Endpoint.CAMPAIGN:
            return "/api/event/{cid}", {"cid": event.text("cid")}
        case Endpoint.GLOBAL:
            return "/api/event/global/{org_id}", {"org_id": event.org_id}
        case _:
            return "/api/event/trigger", {}


def _template(event: Event, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = query_pairs(event) if event.method is Method.GET else body_tokens(event)
    replaced = set(MONEY_KEYS) if set(MONEY_KEYS) & set(columns) else set()
    return [(name, value) for name, value in pairs if name not in replaced - set(columns)]


def _numbers(event: Event) -> set[str]:
    numbers = {wire for wire, field in BY_WIRE.items() if field.kind.is_number}
    return numbers | {row.name for row in event.lead if row.type is LeadType.NUMBER}


def _user(environment: Environment) -> tuple[str, str, str]:
    """The class of locust, its settings, and what a user does at its start."""
    is_proxied = environment.proxy != "none"
    if not is_proxied and not environment.ca_file:
        return "FastHttpUser", f"\n    insecure = {not environment.verify_tls}", ""
    verify: object = (environment.ca_file or True) if environment.verify_tls else False
    start = [f"self.client.trust_env = {environment.proxy == 'system'}"]
    if is_proxied and environment.proxy != "system":
        address = environment.proxy if "://" in environment.proxy else f"http://{environment.proxy}"
        start.append(f"self.client.proxies = {{'http': {address!r}, 'https': {address!r}}}")
    start.append(f"self.client.verify = {verify!r}")
    return "HttpUser", "", "".join(f"\n        {line}" for line in start)


def _listed(name: str, pairs: list[tuple[str, str]]) -> str:
    inner = "".join(f"    {key!r}: {value!r},\n" for key, value in pairs)
    return f"{name} = {{\n{inner}}}\n"
