"""The API's document in docs is what the code says, and its page names every route."""

from __future__ import annotations

import json
from pathlib import Path

from exporter.api.openapi import openapi_document
from exporter.api.operations import OPENAPI_PATH, OPERATIONS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_in_docs_is_current() -> None:
    """Otherwise: python -m docs.generate."""
    assert json.loads((DOCS / "openapi.json").read_text(encoding="utf-8")) == openapi_document()


def test_the_page_names_every_route_and_parameter() -> None:
    """In its table."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in (*(each.path for each in OPERATIONS), OPENAPI_PATH):
        assert f"| `{path}` |" in page, path
    for parameter in {each.name for operation in OPERATIONS for each in operation.parameters}:
        assert f"`{parameter}`" in page, parameter
