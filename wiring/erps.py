"""The ERPs as this installation is connected to them, each over connections of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import httpx

from integrations.calling import own_connections
from integrations.erpnext.client import ErpNextClient
from integrations.erpnext.erp import ErpNext
from integrations.kingdee.books import Books
from integrations.kingdee.client import KingdeeClient, Login
from integrations.kingdee.erp import Kingdee
from integrations.kingdee.signature import Application
from integrations.odoo.books import Books as OdooBooks
from integrations.odoo.client import OdooClient
from integrations.odoo.erp import Odoo
from integrations.ports import Erp
from integrations.u8 import erp as u8
from integrations.u8.books import Terms
from integrations.u8.client import Access, U8Client
from integrations.yonsuite import erp as yonsuite
from integrations.yonsuite.client import YonSuiteClient
from wiring.settings import Settings


def erps_of(settings: Settings, clock: Callable[[], datetime]) -> Mapping[str, Erp]:
    """The ERPs that are connected, by name."""
    return {name: erp_of(settings, name, own_connections(), clock) for name in settings.erps}


def erp_of(settings: Settings, name: str, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> Erp:
    """One of `settings.erps`, over these connections."""
    make: Mapping[str, Callable[[Settings, httpx.AsyncClient, Callable[[], datetime]], Erp]] = {
        "kingdee": _kingdee,
        "odoo": _odoo,
        "erpnext": _erpnext,
        "yonsuite": _yonsuite,
        "u8": _u8,
    }
    return make[name](settings, http, clock)


def _kingdee(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> Kingdee:
    centre, user = settings.kingdee_data_centre or "", settings.kingdee_user or ""
    access: Login | Application = Login(centre, user, settings.kingdee_password or "")
    if settings.kingdee_app_id and settings.kingdee_app_secret:
        access = Application(settings.kingdee_app_id, settings.kingdee_app_secret, centre, user)
    client = KingdeeClient(http, settings.kingdee_url or "", access, clock)
    organisation = settings.kingdee_organisation
    books = Books(organisation or "100", settings.kingdee_sales_person or "", settings.kingdee_customer or "")
    rows, refund_order = settings.kingdee_page_rows, settings.kingdee_refund_order
    return Kingdee(client, organisation, settings.kingdee_locks, rows, books, refund_order)


def _odoo(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> Odoo:
    database, key = settings.odoo_database or "", settings.odoo_key or ""
    client = OdooClient(http, settings.odoo_url or "", database, key, clock, settings.odoo_login)
    return Odoo(client, settings.odoo_reserved, settings.odoo_page_rows, OdooBooks(settings.odoo_customer or ""))


def _erpnext(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> ErpNext:
    key, secret = settings.erpnext_key or "", settings.erpnext_secret or ""
    client = ErpNextClient(http, settings.erpnext_url or "", key, secret, clock)
    customer = settings.erpnext_customer or ""
    return ErpNext(client, settings.erpnext_warehouses, settings.erpnext_reserved, customer, settings.erpnext_page_rows)


def _yonsuite(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> yonsuite.YonSuite:
    client = YonSuiteClient(
        http,
        settings.yonsuite_directory,
        settings.yonsuite_tenant or "",
        settings.yonsuite_app_key or "",
        settings.yonsuite_app_secret or "",
        clock,
        settings.yonsuite_hosts,
    )
    stock = {**yonsuite.STOCK_FIELDS, **settings.yonsuite_stock_fields}
    materials = {**yonsuite.MATERIAL_FIELDS, **settings.yonsuite_material_fields}
    return yonsuite.YonSuite(
        client,
        yonsuite.Page(settings.yonsuite_stock_path, stock, settings.yonsuite_stock_filter),
        yonsuite.Page(settings.yonsuite_material_path, materials),
        settings.yonsuite_page_rows,
    )


def _u8(settings: Settings, http: httpx.AsyncClient, clock: Callable[[], datetime]) -> u8.U8:
    access = Access(
        settings.u8_from_account or "",
        settings.u8_to_account or "",
        settings.u8_app_key or "",
        settings.u8_app_secret or "",
        settings.u8_data_source,
    )
    terms = Terms(
        settings.u8_customer or "",
        settings.u8_department or "",
        settings.u8_sale_type or "",
        settings.u8_business_type,
        settings.u8_currency,
    )
    return u8.U8(
        U8Client(http, settings.u8_url or "", access, clock),
        {**u8.STOCK_FIELDS, **settings.u8_stock_fields},
        {**u8.MATERIAL_FIELDS, **settings.u8_material_fields},
        settings.u8_page_rows,
        terms,
    )
