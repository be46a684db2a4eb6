from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pingtree_desktop.domain.catalogue import FIELDS, Endpoint
from pingtree_desktop.sandbox.openapi import document
from pingtree_desktop.sandbox.simulator import Simulator
from pingtree_desktop.sandbox.world import DEMO_WORLD

PATHS = {
    Endpoint.CAMPAIGN: "/api/event/{cid}",
    Endpoint.TRIGGER: "/api/event/trigger",
    Endpoint.GLOBAL: "/api/event/global/{org_id}",
}


@pytest.mark.parametrize("endpoint", list(Endpoint))
def test_every_catalogue_field_is_in_every_form_of_a_request(endpoint: Endpoint) -> None:
    path = document(DEMO_WORLD, "http://x")["paths"][PATHS[endpoint]]
    expected = [f for f in FIELDS if f.wire != "cid" or endpoint is Endpoint.TRIGGER]
    required = [f.wire for f in expected if endpoint in f.required_on]
    content = path["post"]["requestBody"]["content"]
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        schema = content[kind]["schema"]
        assert list(schema["properties"]) == [f.wire for f in expected]
        assert schema["required"] == required
        for field in expected:
            assert schema["properties"][field.wire]["description"] == field.help
    query = path["get"]["parameters"]
    assert [p["name"] for p in query] == [f.wire for f in expected]
    assert [p["name"] for p in query if p["required"]] == required


def test_it_is_served_by_the_sandbox(caller: Any) -> None:
    got = caller.send("GET", "/openapi.json")
    assert got.json == json.loads(json.dumps(document(DEMO_WORLD, caller.server.url)))


def schemathesis(
    url: str, folder: Path, checks: str, *more: str
) -> subprocess.CompletedProcess[str]:
    """Run the checks with few examples and a fixed seed."""
    command = [
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
        "run", f"{url}/openapi.json", "--max-examples", "15", "--seed", "1", "--no-color",
        "--header", "X-Sandbox-Token: the-token", "--checks", checks,
        "--request-timeout", "20", *more,
    ]  # fmt: skip
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )


def test_schemathesis_finds_no_undocumented_reply(caller: Any, tmp_path: Path) -> None:
    """All checks but positive_data_acceptance: the lock and duplicates refuse valid data."""
    checks = (
        "not_a_server_error", "status_code_conformance", "content_type_conformance",
        "response_headers_conformance", "response_schema_conformance",
        "negative_data_rejection", "missing_required_header", "unsupported_method",
        "allow_header_conformance", "use_after_free", "ensure_resource_availability",
        "ignored_auth",
    )  # fmt: skip
    done = schemathesis(caller.server.url, tmp_path, ",".join(checks))
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert caller.server.request_count > 500
    assert caller.server.ledger_rows()  # it got as far as firing


def test_schemathesis_fails_on_an_undocumented_reply(
    serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control: a sandbox whose health does not have its stated shape."""
    monkeypatch.setattr(Simulator, "_tell_health", lambda self: {"sandbox": "yes"})
    url = serve().server.url
    done = schemathesis(
        url, tmp_path, "response_schema_conformance", "--include-path", "/__sandbox/health"
    )
    assert done.returncode == 1, done.stdout[-3_000:]
    assert "/__sandbox/health" in done.stdout
