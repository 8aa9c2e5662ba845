"""`openapi/webhooks.json`: what we call, described as OpenAPI 3.1 describes webhooks."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from api.v1.webhook_bodies import BODIES

_TEMPLATE = "#/components/schemas/{model}"
_DESCRIPTION = """\
What Throughline tells other systems, each at the addresses given at `POST /api/v1/webhook-endpoints`.
一单到底的对外推送。

Signed by Standard Webhooks (standardwebhooks.com): verify `webhook-signature` over `id.timestamp.body` with the
endpoint's secret, refuse what is older than five minutes, and keep `webhook-id`, which is the same at each attempt, to
do everything once. Answer 2xx within 20 seconds; 410 ends it; everything else is tried again for three days.

Bodies are thin, and more names may be added to `data` later: ignore what you do not know. 请忽略不认识的字段。
"""
_HEADERS = [
    ("webhook-id", "the same at each attempt 每次重试相同", {"type": "string"}),
    ("webhook-timestamp", "seconds since 1970 of this attempt", {"type": "string", "pattern": "^[0-9]+$"}),
    ("webhook-signature", "`v1,` and base64; two with a blank between while a secret is replaced", {"type": "string"}),
]
_ANSWERS = {
    "2XX": {"description": "Taken 已接收"},
    "410": {"description": "Tell this address nothing more 不再推送"},
    "default": {"description": "Not taken; tried again for three days, after Retry-After where it is said 将重试三天"},
}


def webhooks_document() -> dict[str, Any]:
    """The whole document."""
    models = {model for model, _ in BODIES.values()}
    inputs = [(model, "serialization") for model in sorted(models, key=lambda model: model.__name__)]
    _, schemas = models_json_schema(inputs, ref_template=_TEMPLATE)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Throughline 一单到底: webhooks",
            "version": version("throughline"),
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "webhooks": {told: {"post": _operation(told)} for told in BODIES},
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(told: str) -> dict[str, Any]:
    model, words = BODIES[told]
    return {
        "operationId": told.replace(".", "_"),
        "summary": f"{words.zh} · {words.en}",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": described, "schema": schema}
            for name, described, schema in _HEADERS
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(told, model.__name__)}}},
        "responses": _ANSWERS,
    }


def _body(told: str, model: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": told},
            "timestamp": {"type": "string", "format": "date-time", "description": "when it happened"},
            "data": {"$ref": _TEMPLATE.format(model=model)},
        },
    }
