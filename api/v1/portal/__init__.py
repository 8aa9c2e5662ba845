"""The customer's smaller API: a file per resource, all by the portal's own cookie."""

from api.v1.portal import login, orders, papers

AREAS = (login, orders, papers)
