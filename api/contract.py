"""The OpenAPI document: what every operation shares, written once and added to what FastAPI reads from the routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from typing import Any, TypeVar

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from api.example_bodies import add_examples
from api.parameter_words import WORDS
from domain.text import Text

Dependency = TypeVar("Dependency", bound=Callable[..., Any])
_PROBLEM_TYPE = "application/problem+json"
_EVERYWHERE = (400, 404, 422, 429, 503)
_UNSAFE = (409, 412, 413, 415, 428, 507)
_SIGNED_IN = (401, 403)

DESCRIPTION = """\
Every order's one line, from the signed contract to the signed delivery note. 一单到底：从签约到签收。

Money and quantities are decimal strings; times are RFC 3339 in UTC; lists page by `cursor` and `limit`; errors are
problem+json with a stable `code` and words in the language of `Accept-Language`, and in both under `texts`. A field
that the reader may not see is absent. 金额与数量为十进制文本；时间为 UTC；无权查看的字段不出现。
"""

TAGS: dict[str, Text] = {
    "auth": Text("登录、刷新、退出与本人的会话", "Signing in, staying signed in, signing out, and one's own sessions"),
    "orders": Text("订单、动作、历史与附件", "Orders, actions, history and attachments"),
    "changes": Text(
        "改单：提出、影响、批准、确认、知悉", "Order changes: asked for, weighed, approved, confirmed, acknowledged"
    ),
    "workflows": Text("流程、订单类型与表单，皆为数据", "Workflows, order types and forms as data"),
    "products": Text("产品、工艺路线、物料清单、图纸", "Products, routings, bills of material, drawings"),
    "floor": Text("工单、报工、设备、同步、冲突", "Work orders, reports, devices, sync, conflicts"),
    "kpis": Text("指标与对比，以及每个数字背后的清单", "Measures side by side, and the list behind each figure"),
    "exports": Text("导出本人数据，以及改过的文件交回", "One's own data as Excel, and edited copies that come back"),
    "intake": Text("来单：原样保存、解析、复核", "What comes in: kept verbatim, parsed, reviewed"),
    "hooks": Text("渠道推送的入口", "Where channels deliver"),
    "outbox": Text("待发送与已发送，以及站内消息", "What is carried out, what could not be, and notices in the app"),
    "alerts": Text("预警与规则", "What is wrong now, and the rules by which it is found"),
    "finance": Text("财务凭证与月末对账", "What was invoiced and paid, and month's end with the other departments"),
    "erp": Text("与 ERP 的连接与每日核对", "How current the ERP's figures are, and where it and this house disagree"),
    "stock": Text("物料库存、缺料与替代", "Materials in stock, what is short, and what may replace it"),
    "stream": Text("实时更新", "Live updates"),
    "people": Text("人员与岗位", "Staff and roles"),
    "customers": Text(
        "与客户的往来：谁可登录、消息、投诉", "Dealing with customers: who may sign in, messages, complaints"
    ),
    "portal": Text("客户门户：客户自己的订单", "The customer's own: their orders and what concerns them"),
    "integrators": Text("其他系统：密钥与推送", "Other systems: keys, and what they are told"),
}

_SECURITY_SCHEMES = {
    "password": {
        "type": "oauth2",
        "description": "Access tokens live ten minutes. 访问令牌有效十分钟。",
        "flows": {"password": {"tokenUrl": "/api/v1/auth/token", "refreshUrl": "/api/v1/auth/refresh", "scopes": {}}},
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The same access token, for tools that sign in by other means. 同一访问令牌。",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tl_access",
        "description": "For browsers that signed in with `session=cookie`; named `__Host-tl_access` where the address "
        "is https. Unsafe requests need the same origin. 浏览器会话；写操作须同源。",
    },
    "portal": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tl_portal",
        "description": "A customer who signed in by a mailed code; named `__Host-tl_portal` where the address is "
        "https. Unsafe requests need the same origin. 客户会话；写操作须同源。",
    },
}
_TEXTS = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `texts` has `detail` in both languages.",
    "required": ["type", "title", "status", "detail", "code", "texts"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
        "texts": _TEXTS,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the body, or /query/NAME, /path/NAME, /header/NAME",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string", "description": "with status 500: where the log has it"},
    },
}
_WORDS = {
    400: "The request cannot be read 请求无法读取",
    401: "Not signed in, or not any more 未登录或已失效",
    403: "Not allowed, with what is missing 没有权限",
    404: "There is no such thing, or it is not yours 没有找到",
    409: "The present state does not allow it 与当前状态冲突",
    412: "`If-Match` names another version 版本已过期",
    413: "The body is too large 内容过大",
    415: "The content type is not taken 不支持的内容类型",
    422: "Fields are not valid, each named 字段不符合要求",
    428: "`If-Match` is required 须带 If-Match",
    429: "Too many requests; see Retry-After 请求过多",
    503: "The database is away; see Retry-After 暂时不可用",
    507: "The disk is full; nothing was saved 磁盘已满",
}


# What answers tell beside their bodies; a header stands in the document once and is referred to.
_HEADERS = {
    "ETag": "changes when the answer does; send it back as If-None-Match",
    "Location": "where what was made is read from now on 新资源的地址",
    "RateLimit": '`"POLICY";r=LEFT;t=SECONDS`: how many requests are left, and in how many seconds all are 剩余次数',
    "RateLimit-Policy": '`"POLICY";q=REQUESTS;w=SECONDS`: how many in how long 限流策略',
    "Retry-After": "seconds after which it is worth asking again 建议等待的秒数",
    "WWW-Authenticate": "how to sign in 登录方式",
    "X-Request-Id": "under which the log has it; one that was sent is kept 请求编号",
}
_OF_EVERY_ANSWER = ("RateLimit", "RateLimit-Policy", "X-Request-Id")
_OF_PROBLEMS = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",), 503: ("Retry-After",)}

STAFF = ("password", "bearer", "cookie")
CUSTOMERS = ("portal",)


def documented(**facts: Any) -> Callable[[Dependency], Dependency]:
    """What a dependency adds to each operation that uses it: `parameter`, `answer_header`, and `secured`, the
    schemes of which it takes any.
    """

    def declare(dependency: Dependency) -> Dependency:
        dependency.documented = facts  # type: ignore[attr-defined]
        return dependency

    return declare


def responses_of(methods: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation may answer with; 401 and 403 are added where it asks who is there."""
    unsafe = not set(methods) <= {"GET", "HEAD", "OPTIONS"}
    return {status: problem_response(status) for status in (*_EVERYWHERE, *(_UNSAFE if unsafe else ()))}


def problem_response(status: int) -> dict[str, Any]:
    """One problem response in the OpenAPI document."""
    content = {_PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _WORDS[status], "content": content, "headers": _headers(*_OF_PROBLEMS.get(status, ()))}


def document_of(routes: list[BaseRoute]) -> dict[str, Any]:
    """The whole document."""
    document = get_openapi(
        title="Throughline 一单到底",
        version=version("throughline"),
        openapi_version="3.1.0",
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": f"{text.zh} · {text.en}"} for name, text in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SECURITY_SCHEMES
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["headers"] = {
        name: {"description": words, "schema": {"type": "string"}} for name, words in _HEADERS.items()
    }
    components["responses"] = {_problem_name(status): problem_response(status) for status in _WORDS}
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route, method)
    add_examples(document)
    return document


def _complete(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    """Add what every operation has, and what the dependencies of this one declare about themselves."""
    _add_headers(operation, _headers())
    for _, facts in dependencies_of(route.dependant):
        _declare(operation, facts)
    for parameter in operation.get("parameters", ()):
        parameter.setdefault("description", WORDS.get((parameter["in"], parameter["name"]), ""))
    if hasattr(route.endpoint, "place"):
        _add_headers(operation, _headers("Location"))
    if method == "GET":
        _add_headers(operation, _headers("ETag"))
        operation["responses"].setdefault("304", {"description": "Not changed since If-None-Match 未变化"})
    for status in _WORDS:
        if operation["responses"].get(str(status)) == problem_response(status):
            operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_problem_name(status)}"}


def _declare(operation: dict[str, Any], facts: dict[str, Any]) -> None:
    if facts.get("secured"):
        operation["security"] = [{scheme: []} for scheme in facts["secured"]]
        for status in _SIGNED_IN:
            operation["responses"].setdefault(str(status), problem_response(status))
    if "parameter" in facts:
        operation.setdefault("parameters", []).append(facts["parameter"])
    if "answer_header" in facts:
        name, words = facts["answer_header"]
        _add_headers(operation, {name: {"description": words, "schema": {"type": "string"}}})


def _problem_name(status: int) -> str:
    return f"Problem{status}"


def _headers(*names: str) -> dict[str, Any]:
    """These headers and those of every answer, as references."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *_OF_EVERY_ANSWER)}


def _add_headers(operation: dict[str, Any], headers: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            response.setdefault("headers", {}).update(headers)


def dependencies_of(dependant: Any) -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
    """Every dependency of a route, however deep, that says something about itself."""
    for part in dependant.dependencies:
        facts = getattr(part.call, "documented", None)
        if facts is not None:
            yield part.call, facts
        yield from dependencies_of(part)
