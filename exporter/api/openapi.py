"""The OpenAPI document, made from the table of operations.

Lives here: how operations look in OpenAPI 3.1. Must not live here: any word about a field, which stands beside the code
that makes it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from exporter import __version__
from exporter.api.operations import OPENAPI_PATH, OPERATIONS, Operation
from exporter.api.parameters import Parameter
from exporter.api.problem import PROBLEM, PROBLEM_TYPE
from exporter.api.shapes import ID_PATTERN, resolved

__all__ = ["openapi_document"]

_DESCRIPTION = """\
Read-only. Moments are Unix seconds (`_unix_s`), lengths of time seconds (`_s`), shares 0 to 1 (`_ratio`). Every field \
is always there; null where nobody knows. Up, down or not measured: what is `unknown` is never counted as up or as down.
"""

_ID_WORDS = {"opd": "An agency", "site": "A site", "link": "A link"}


@cache
def openapi_document() -> dict[str, Any]:
    """The whole of it; nobody changes it."""
    schemas: dict[str, Any] = {}
    paths = {each.path: {"get": _operation(each, schemas)} for each in OPERATIONS}
    paths[OPENAPI_PATH] = {"get": _of_itself(schemas)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pantau OPD",
            "version": __version__,
            "summary": "What is known of the internet lines of provincial offices",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "Where this document was read"}],
        "security": [{}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": _responses(schemas),
            "securitySchemes": {
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Where the exporter runs with users in its web configuration file",
                }
            },
        },
    }


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    refused = {"400": "BadRequest"} | ({"404": "NotFound"} if operation.ids or _names_something(operation) else {})
    return {
        "operationId": operation.name,
        "summary": operation.says,
        "parameters": [
            *(_path_parameter(name) for name in operation.ids),
            *(_query_parameter(parameter) for parameter in operation.parameters),
        ],
        "responses": {"200": _answer(operation.says, resolved(operation.answer, schemas)), **_refusals(refused)},
    }


def _of_itself(schemas: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "description": "OpenAPI 3.1", "required": ["openapi", "info", "paths"]}
    resolved(PROBLEM, schemas)
    return {
        "operationId": "openapi",
        "summary": "This document",
        "parameters": [],
        "responses": {"200": _answer("This document", schema), **_refusals({"400": "BadRequest"})},
    }


def _names_something(operation: Operation) -> bool:
    """Whether a parameter names something that the inventory may not have."""
    return any("pattern" in each.schema and each.name != "cursor" for each in operation.parameters)


def _answer(says: str, schema: Any) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _refusals(more: dict[str, str]) -> dict[str, Any]:
    names = {**more, "401": "Unauthorized", "405": "MethodNotAllowed", "500": "Failed", "503": "Busy"}
    return {status: {"$ref": f"#/components/responses/{name}"} for status, name in names.items()}


def _path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": ID_PATTERN}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"{_ID_WORDS[name]} of the inventory",
        "schema": schema,
    }


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.says,
        "schema": dict(parameter.schema),
    }


def _responses(schemas: dict[str, Any]) -> dict[str, Any]:
    problem = {PROBLEM_TYPE: {"schema": resolved(PROBLEM, schemas)}}
    plain = {"text/plain": {"schema": {"type": "string"}}}
    wait = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return {
        "BadRequest": {"description": "A parameter is unknown, given twice, or of a wrong form", "content": problem},
        "NotFound": {"description": "The inventory has nothing of this id", "content": problem},
        "MethodNotAllowed": {
            "description": "Only GET and HEAD are answered",
            "headers": {"Allow": {"description": "Both", "schema": {"type": "string"}}},
            "content": problem,
        },
        "Unauthorized": {"description": "Name and password are wrong or missing", "content": plain},
        "Failed": {"description": "A fault of ours; the log of pantau says more", "content": plain},
        "Busy": {"description": "Too many wait; try again in a moment", "headers": wait, "content": problem},
    }
