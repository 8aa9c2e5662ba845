"""Which ERPs are connected, and how: what `wiring/settings.py` says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from integrations.own_fields import MATERIAL_NAMES, STOCK_NAMES
from wiring.setting_types import HttpUrl, Listed, Pairs, Secret, named

StockFields = Annotated[Pairs, named(*STOCK_NAMES)]
MaterialFields = Annotated[Pairs, named(*MATERIAL_NAMES)]

# What is asked of a system besides its stock and materials; its adapter refuses the rest.
_ALL = frozenset({"ledger", "orders", "shipments", "comparison"})
DOES: Mapping[str, frozenset[str]] = {
    "kingdee": _ALL,
    "odoo": _ALL,
    "erpnext": _ALL,
    "yonsuite": frozenset(),
    "u8": frozenset({"orders", "comparison"}),
}
# Without what a system is connected and yet cannot be signed in to. Kingdee also needs a password or a secret.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "kingdee": ("kingdee_data_centre", "kingdee_user"),
    "odoo": ("odoo_database", "odoo_key"),
    "erpnext": ("erpnext_key", "erpnext_secret"),
    "yonsuite": ("yonsuite_app_key", "yonsuite_app_secret"),
    "u8": ("u8_from_account", "u8_to_account", "u8_app_key", "u8_app_secret"),
}


class ErpSettings(BaseModel):
    """The ERPs of one installation. Each is connected by its address, or what stands for one."""

    kingdee_url: HttpUrl | None = Field(
        default=None, description="Kingdee K/3 Cloud, the address up to and without /k3cloud"
    )
    kingdee_data_centre: str | None = None
    kingdee_user: str | None = None
    kingdee_password: Secret = None
    kingdee_app_id: str | None = Field(default=None, description="signs each call instead of a password")
    kingdee_app_secret: Secret = None
    kingdee_organisation: str | None = Field(default=None, description="whose stock counts; all unless set")
    kingdee_locks: bool = Field(default=False, description="what is locked there is not available")
    kingdee_page_rows: int = Field(default=2000, ge=1, le=10_000)
    kingdee_writes: bool = Field(default=False, description="orders and shipments are written there, too")
    kingdee_sales_person: str | None = Field(default=None, description="number of who stands in what is written")
    kingdee_customer: str | None = Field(default=None, description="number for customers that are unknown there")

    kingdee_refund_order: str = Field(
        default="FSALEORDERNUMBER",
        pattern=r"^\w*$",
        description="field of a refund that names its order; empty: none are read",
    )

    odoo_url: HttpUrl | None = Field(default=None, description="Odoo, the address without a path")
    odoo_database: str | None = None
    odoo_key: Secret = Field(default=None, description="API key")
    odoo_login: str | None = Field(default=None, description="calls go over JSON-RPC; over JSON-2 unless set")
    odoo_reserved: bool = Field(default=False, description="what is reserved there is not available")
    odoo_page_rows: int = Field(default=2000, ge=1, le=10_000)
    odoo_writes: bool = Field(default=False, description="orders and shipments are written there, too")
    odoo_customer: str | None = Field(default=None, description="name for customers that are unknown there")
    erpnext_url: HttpUrl | None = Field(default=None, description="ERPNext, the address without a path")
    erpnext_key: str | None = None
    erpnext_secret: Secret = None
    erpnext_warehouses: str | None = Field(default=None, description="pattern of whose stock counts, as in %- HN")
    erpnext_reserved: bool = Field(default=False, description="what is reserved there is not available")
    erpnext_page_rows: int = Field(default=1000, ge=1, le=10_000)
    erpnext_writes: bool = Field(default=False, description="orders are written there, too")
    erpnext_customer: str | None = Field(default=None, description="name for customers that are unknown there")
    yonsuite_tenant: str | None = Field(default=None, description="YonSuite or YonBIP: the tenant's id")
    yonsuite_app_key: str | None = None
    yonsuite_app_secret: Secret = None
    yonsuite_directory: HttpUrl = Field(
        default="https://apigateway.yonyoucloud.com", description="who knows at which data centre a tenant is"
    )
    yonsuite_hosts: Listed = Field(
        default=("yonyoucloud.com", "diwork.com"), description="domains, with commas, that a data centre may be in"
    )
    yonsuite_stock_path: str = Field(
        default="/yonbip/scm/stock/QueryCurrentStocksByCondition", pattern="^/", description="as the API page has it"
    )
    yonsuite_stock_filter: Pairs = Field(default_factory=dict, description="NAME=VALUE,...: whose stock is asked for")
    yonsuite_stock_fields: StockFields = Field(
        default_factory=dict, description="material=, quantity=, less=, row=: what the API page calls them"
    )
    yonsuite_material_path: str = Field(
        default="/yonbip/digitalModel/product/listproductbycondition", pattern="^/", description="the same of materials"
    )
    yonsuite_material_fields: MaterialFields = Field(
        default_factory=dict, description="material=, name=, specification=, unit=, safety=, cost=, days=, stopped="
    )
    yonsuite_page_rows: int = Field(default=500, ge=1, le=5000)

    u8_url: HttpUrl | None = Field(
        default=None, description="U8 OpenAPI, as in https://api.yonyouup.com, or the firm's own gateway"
    )
    u8_from_account: str | None = Field(default=None, description="who calls")
    u8_to_account: str | None = Field(default=None, description="whose books")
    u8_app_key: str | None = None
    u8_app_secret: Secret = None
    u8_data_source: int | None = Field(default=None, ge=1, description="ds_sequence; the first unless set")
    u8_stock_fields: StockFields = Field(default_factory=dict, description="as of YonSuite")
    u8_material_fields: MaterialFields = Field(default_factory=dict, description="as of YonSuite")
    u8_page_rows: int = Field(default=500, ge=1, le=5000)
    u8_writes: bool = Field(default=False, description="orders are written there, too")
    u8_customer: str | None = Field(default=None, description="number for customers that are unknown there")
    u8_department: str | None = Field(default=None, description="number of the department of what is written")
    u8_sale_type: str | None = Field(default=None, description="number of the type of sale of what is written")
    u8_business_type: str = Field(default="普通销售", description="kind of business of what is written")
    u8_currency: str = Field(default="CNY", pattern="^[A-Z]{3}$", description="of what names no currency there")

    @property
    def erps(self) -> tuple[str, ...]:
        """The ERPs that are connected, by name."""
        known = {
            "kingdee": self.kingdee_url,
            "odoo": self.odoo_url,
            "erpnext": self.erpnext_url,
            "yonsuite": self.yonsuite_tenant,
            "u8": self.u8_url,
        }
        return tuple(name for name, set_up in known.items() if set_up)

    @property
    def erps_lack(self) -> tuple[str, ...]:
        """Settings without which those that are connected cannot be signed in to."""
        lack = [name for erp in self.erps for name in _NEEDED[erp] if not getattr(self, name)]
        if self.kingdee_url and not (self.kingdee_password or self.kingdee_app_secret):
            lack.append("kingdee_password")
        return tuple(lack)

    @property
    def erps_do(self) -> Mapping[str, frozenset[str]]:
        """What each of them is asked for besides its stock and materials."""
        return {name: DOES[name] for name in self.erps}

    @property
    def told_erps(self) -> tuple[str, ...]:
        """Those of them that are told of orders and shipments."""
        written = {
            "kingdee": self.kingdee_writes,
            "odoo": self.odoo_writes,
            "erpnext": self.erpnext_writes,
            "u8": self.u8_writes,
        }
        return tuple(name for name in self.erps if written.get(name))

    @property
    def ledger_erps(self) -> tuple[str, ...]:
        """Those of them whose bills and receipts are read."""
        return tuple(name for name in self.erps if "ledger" in DOES[name])

    @property
    def compared_erps(self) -> tuple[str, ...]:
        """Those of them that can say which of our orders they have."""
        return tuple(name for name in self.erps if "comparison" in DOES[name])
