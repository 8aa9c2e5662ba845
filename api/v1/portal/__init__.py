"""The customer's smaller API: a file per resource, all by the portal's own cookie."""

from api.v1.portal import changes, login, messages, orders, papers, stream

AREAS = (login, orders, messages, changes, papers, stream)
