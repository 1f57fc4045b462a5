"""Every answer of the API in several states, held against its schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from exporter.api.openapi import openapi_document
from exporter.api.operations import OPERATIONS, Operation
from exporter.api.problem import ProblemError
from tests.support.apis import MOMENTS, asked, said, validator

ONE_OF = {"opd": "dinkes", "site": "site-1", "link": "link-1"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)
def test_answers_are_what_the_document_says(operation: Operation, moment: str) -> None:
    """Every operation, in a province that is mixed, calm, just begun, IPv6 or empty."""
    snapshot = MOMENTS[moment]()
    ids = {name: ONE_OF[name] for name in operation.ids}
    if moment == "empty" and ids:
        with pytest.raises(ProblemError, match="no such"):
            asked(snapshot, operation.name, ids=ids)
        return
    answer = asked(snapshot, operation.name, ids=ids)
    assert [str(error) for error in validator(operation.name).iter_errors(answer)] == []


def test_schemas_refuse_what_they_do_not_describe() -> None:
    """A field more, a field less, a word that is none of the set: each is an error."""
    good = said("links", "mixed")
    validate = validator("links")
    assert validate.is_valid(good)
    row = good["links"][0]
    for bad in ({**row, "fee": 1}, {key: row[key] for key in list(row)[1:]}, {**row, "standing": "fine"}):
        assert not validate.is_valid({**good, "links": [bad]})


def test_the_document_is_a_schema_throughout() -> None:
    """Every schema of it is one, and every field says what it is."""
    document = openapi_document()
    for name, schema in document["components"]["schemas"].items():
        jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})
        for field, of in fields(schema):
            assert of.get("description") or "$ref" in json.dumps(of), (name, field)


def fields(schema: Any) -> list[tuple[str, Any]]:
    """Every field of every record within a schema."""
    if isinstance(schema, list):
        return [found for each in schema for found in fields(each)]
    if not isinstance(schema, dict):
        return []
    own = list(schema.get("properties", {}).items())
    return own + [found for each in schema.values() for found in fields(each)]


def test_nothing_confidential_is_named() -> None:
    """No fee, no author of planned work, no person, in any answer or schema."""
    schemas = openapi_document()["components"]["schemas"]
    named = {field for schema in schemas.values() for field, _ in fields(schema)}
    assert not named & {"author", "contact", "credential", "credentials", "fee_rupiah_per_month", "phone"}
    texts = [json.dumps(said(each.name, "mixed", ids={name: ONE_OF[name] for name in each.ids})) for each in OPERATIONS]
    for word in ("rupiah", "6175000", "Tim "):
        assert not [text for text in texts if word in text], word
