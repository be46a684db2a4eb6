"""The sandbox's own OpenAPI 3.1 document, derived from the catalogue and the simulated world.

Campaign, organisation and event ids are listed as they are simulated here, so that a tool that
generates requests gets past the first rule.  Faults are left out on purpose: they break the
contract that this document states.
"""

from __future__ import annotations

from typing import Any

from pingtree_desktop import __version__
from pingtree_desktop.domain.catalogue import FIELDS, Endpoint, Field, Kind
from pingtree_desktop.sandbox.world import World

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"
TOKEN_HEADER = "X-Sandbox-Token"

_NUMBER_PATTERN = r"^(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)?$"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r" [0-9]{2}:[0-9]{2}:[0-9]{2}"
_REFUSALS = {
    "400": "A missing or invalid field, a duplicate event, or a request that cannot be read.",
    "403": "The source is inactive, the pair is locked, or the request came from a web page.",
    "404": "Lead not found.",
    "405": "This method is not served here.",
    "408": "The request did not arrive in time.",
    "413": "The body is larger than 1 MB.",
    "431": "The header is larger than 64 KB.",
    "500": "The ledger could not be written; nothing was fired.",
    "501": "The request has a transfer coding that is not served here.",
    "503": "Too many connections at a time.",
}

Schema = dict[str, Any]


def document(world: World, url: str) -> Schema:
    """The whole document; `url` is the server's own address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PingTree sandbox (SIMULATED)",
            "version": __version__,
            "description": "A simulator of the documented Event Postback API. Nothing is fired "
            "for real and no money moves; the wording of messages is the simulator's own.",
        },
        "servers": [{"url": url}],
        "paths": {
            "/api/event/{cid}": _event_path(world, Endpoint.CAMPAIGN),
            "/api/event/trigger": _event_path(world, Endpoint.TRIGGER),
            "/api/event/global/{org_id}": _event_path(world, Endpoint.GLOBAL),
            "/__sandbox/health": _control("get", "Whether this is a sandbox.", "Health"),
            "/__sandbox/ledger": _control("get", "What was accepted so far.", "Ledger"),
            "/__sandbox/reset": _control("post", "Forget what was accepted.", "Cleared"),
        },
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
    }


def _event_path(world: World, endpoint: Endpoint) -> Schema:
    path_parameters = []
    if endpoint is not Endpoint.TRIGGER:
        name = "cid" if endpoint is Endpoint.CAMPAIGN else "org_id"
        ids = (
            list(world.campaigns)
            if endpoint is Endpoint.CAMPAIGN
            else sorted({campaign.org for campaign in world.campaigns.values()})
        )
        path_parameters = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": ids},
            }
        ]
    return {
        "parameters": path_parameters,
        "post": {
            "operationId": f"post_{endpoint.value}",
            "summary": "Fire an event.",
            "requestBody": {
                "required": True,
                "content": {
                    JSON_TYPE: {"schema": _body_schema(world, endpoint, typed=True)},
                    FORM_TYPE: {"schema": _body_schema(world, endpoint, typed=False)},
                },
            },
            "responses": _event_responses(),
        },
        "get": {
            "operationId": f"get_{endpoint.value}",
            "summary": "Fire an event by its postback URL.",
            "parameters": _query_parameters(world, endpoint),
            "responses": _event_responses(),
        },
    }


def _event_responses() -> Schema:
    return {"200": _response("Fired.", "Fired")} | {
        status: _response(text, "Refused") for status, text in _REFUSALS.items()
    }


def _control(method: str, summary: str, schema: str) -> Schema:
    responses = {"200": _response(summary, schema)}
    for status, text in {**_REFUSALS, "403": "Without the token, or from a web page."}.items():
        if status != "404":
            responses[status] = _response(text, "Refused")
    operation: Schema = {
        "operationId": f"sandbox_{schema.lower()}",
        "summary": summary,
        "responses": responses,
    }
    if schema != "Health":
        operation["security"] = [{"token": []}]
    return {method: operation}


def _response(description: str, schema: str) -> Schema:
    return {
        "description": description,
        "headers": {
            "X-Simulated": {
                "required": True,
                "schema": {"type": "string", "const": "PingTree sandbox"},
            }
        },
        "content": {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _fields_of(endpoint: Endpoint) -> tuple[Field, ...]:
    return tuple(f for f in FIELDS if f.wire != "cid" or endpoint is Endpoint.TRIGGER)


def _body_schema(world: World, endpoint: Endpoint, *, typed: bool) -> Schema:
    fields = _fields_of(endpoint)
    return {
        "type": "object",
        "properties": {f.wire: _field_schema(world, f, endpoint, typed=typed) for f in fields},
        "required": [f.wire for f in fields if endpoint in f.required_on],
        # Any other key is a lead detail of the account's field management.
        "additionalProperties": True,
    }


def _query_parameters(world: World, endpoint: Endpoint) -> list[Schema]:
    return [
        {
            "name": field.wire,
            "in": "query",
            "required": endpoint in field.required_on,
            "description": field.help,
            "schema": _field_schema(world, field, endpoint, typed=False),
        }
        for field in _fields_of(endpoint)
    ]


def _field_schema(world: World, field: Field, endpoint: Endpoint, *, typed: bool) -> Schema:
    """A field's schema; an optional one may also be null or empty: both mean not given."""
    schema: Schema
    if endpoint in field.required_on:
        schema = {"type": "string", "minLength": 1}
        if field.wire == "cid":
            schema["enum"] = list(world.campaigns)
        elif field.wire == "event_id":
            campaigns = world.campaigns.values()
            schema["enum"] = sorted({name for c in campaigns for name in c.events if name})
    else:
        schema = _number_schema(field, typed=typed) if field.kind.is_number else _text(field, typed)
    schema["description"] = field.help
    if field.example:
        typed_number = typed and field.kind.is_number
        schema["examples"] = [float(field.example) if typed_number else field.example]
    return schema


def _number_schema(field: Field, *, typed: bool) -> Schema:
    if not typed:
        return {"type": "string", "pattern": _NUMBER_PATTERN}
    if field.kind is Kind.FLAG:
        return {"enum": [*(int(choice.value) for choice in field.choices), None, ""]}
    number = {"type": "number", "exclusiveMinimum": -1e12, "exclusiveMaximum": 1e12}
    return {"anyOf": [number, {"type": "null"}, {"const": ""}]}


def _text(field: Field, typed: bool) -> Schema:
    if field.choices:
        values = [choice.value for choice in field.choices]
        return {"enum": [*values, "", *([None] if typed else [])]}
    kinds = ["string", "null"] if typed else "string"
    match field.kind:
        case Kind.DATE:
            return {"type": kinds, "pattern": f"^({_DAY})?$"}
        case Kind.DATE_TIME:
            return {"type": kinds, "pattern": f"^({_DAY}({_TIME})?)?$"}
        case _:
            return {"type": kinds}


def _schemas() -> Schema:
    amount = {"type": ["string", "null"], "description": "An exact decimal number."}
    row = {
        "transaction_id": {"type": "string"},
        "event_id": {"type": "string"},
        "cid": {"type": "string"},
        "count": {"type": "integer", "minimum": 1},
        "amount": amount,
        "cost": amount,
        "last_ms": {"type": "integer"},
    }
    return {
        "Fired": _reply_schema("success"),
        "Refused": _reply_schema("error"),
        "Health": _object({"sandbox": {"const": True}, "version": {"type": "string"}}),
        "Ledger": _object(
            {"simulated": {"const": True}, "rows": {"type": "array", "items": _object(row)}}
        ),
        "Cleared": _object(
            {"simulated": {"const": True}, "cleared": {"type": "integer", "minimum": 0}}
        ),
    }


def _reply_schema(word: str) -> Schema:
    sentences = {"type": "object", "additionalProperties": {"type": "string"}}
    return _object(
        {
            "status": {"const": word},
            "type": {"const": word},
            "message": {"type": "string"},
            "missingFields": sentences,
            "invalidFields": sentences,
        }
    )


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
