"""What a person sees when everything runs: where to go, and who to be."""

from __future__ import annotations

import http.client

from cli.folder import Folder
from cli.probe import status_of
from wiring.settings import Settings

DEMO_PASSWORD = "throughline-demo"  # noqa: S105  (published; demo only)
LOGINS = {
    "sales": "销售",
    "design": "设计",
    "production": "生产",
    "warehouse": "仓库",
    "management": "管理层",
    "quality": "质检",
    "driver": "司机",
    "finance": "财务",
    "admin": "管理员",
}
CUSTOMERS = {
    "xu.hong@hongda.customer.example": "绍兴宏达暖通",
    "qian.siyuan@customer.example": "钱思源",
    "p.vandermeer@customer.example": "Van der Meer Verwarming",
    "harriet.ashdown@customer.example": "Harriet Ashdown",
}
_PLACES = (
    ("/console/", "Office 办公室"),
    ("/floor/", "Shop floor 车间"),
    ("/portal/", "Customers 客户"),
    ("/docs", "API 接口"),
    ("/dev/mailbox", "Mail and SMS 邮件短信"),
)


def banner(settings: Settings, address: tuple[str, int], folder: Folder, phones: str | None = None) -> str:
    """The addresses that answer, the demo's logins, where data and logs lie."""
    lines = ["", f"Throughline runs 已就绪: {settings.public_url}", ""]
    for path, name in _PLACES:
        if status_of(*address, path) in {http.client.OK, http.client.TEMPORARY_REDIRECT}:
            lines.append(f"  {settings.public_url}{path:<14} {name}")
    if phones:
        lines.append(f"  {phones + '/floor/':<{len(settings.public_url) + 14}} Phones 手机")
    else:
        lines.append("  throughline cert makes https for phones 手机用的 https 由 throughline cert 生成")
    if settings.demo:
        lines += ["", f"Demo logins 演示账号 (password 密码: {DEMO_PASSWORD})"]
        lines += ["  " + "  ".join(f"{login} {name}" for login, name in LOGINS.items())]
        lines += ["", f"Demo customers 演示客户 (the code arrives in 验证码见: {settings.public_url}/dev/mailbox)"]
        lines += [f"  {email}  {name}" for email, name in CUSTOMERS.items()]
    lines += ["", f"Data and logs 数据与日志: {folder.root}", "Ctrl-C stops everything 按 Ctrl-C 停止", ""]
    return "\n".join(lines)
