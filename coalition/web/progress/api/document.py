"""What can be asked, in OpenAPI's words."""

from functools import cache
from typing import Any

from coalition.web.progress.api.operations import api
from coalition.web.progress.api.problems import PROBLEM


@cache
def document() -> dict[str, Any]:
    """The document; it changes with the code only."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    for operations in found["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= 400:  # noqa: PLR2004 — problems have a form of their own
                    answer["content"] = {PROBLEM: answer["content"].pop("application/json")}
    return found
