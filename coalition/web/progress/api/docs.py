"""The OpenAPI document as a page for people. It loads nothing from anywhere else."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import conditional_page, require_safe

from coalition.web.progress.api.document import document

type Json = dict[str, Any]


@require_safe
@conditional_page
def docs(request: HttpRequest) -> HttpResponse:
    """In English: its words are the field names' own."""
    found = document()
    with translation.override("en"):
        response = render(
            request,
            "api/docs.html",
            {
                "document": found,
                "operations": list(_operations(found)),
                "schemas": list(_schemas(found)),
            },
        )
    response["Content-Language"] = "en"
    return response


def _operations(found: Json) -> Iterator[Json]:
    for path, operations in found["paths"].items():
        one = operations["get"]
        yield {
            "id": one["operationId"],
            "path": path,
            "summary": one["summary"],
            "description": one.get("description", ""),
            "parameters": [
                {"name": each["name"], "about": _about(each["schema"]) or each["in"]}
                for each in one["parameters"]
            ],
            "answers": [
                {"status": status, "kind": kind, "schema": _type(content["schema"])}
                for status, answer in one["responses"].items()
                for kind, content in answer["content"].items()
            ],
        }


def _schemas(found: Json) -> Iterator[Json]:
    for name, schema in found["components"]["schemas"].items():
        fields = [
            {"name": field, "type": _type(of), "about": _about(of)}
            for field, of in schema.get("properties", {}).items()
        ]
        values = [{"name": value, "type": "", "about": ""} for value in schema.get("enum", [])]
        about = schema.get("description", "")
        yield {"name": name, "description": about, "fields": fields or values}


def _type(schema: Json) -> str:
    """A type in one or two words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("const") or schema.get("type", ""))


def _about(schema: Json) -> str:
    """What it says of itself, its bounds, and what it is when nothing is said."""
    bounds = " ".join(
        f"{word} {schema[key]}"
        for key, word in (("minimum", "From"), ("maximum", "to"))
        if schema.get(key) is not None
    )
    otherwise = f"Otherwise {schema['default']}" if schema.get("default") is not None else ""
    said = [f"{part}." for part in (bounds, otherwise) if part]
    return " ".join(filter(None, (schema.get("description", ""), *said)))
