"""The customer's smaller API: a file per resource, all by the portal's own cookie."""

from api.v1.portal import changes, complaints, login, messages, orders, papers, stream, survey

AREAS = (login, orders, messages, changes, papers, complaints, survey, stream)
