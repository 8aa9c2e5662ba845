"""Customers: who is meant, and who can be merged."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

CUSTOMER_DOUBTFUL = kind(
    "customer_doubtful",
    Nature.CONFLICT,
    "无法确定是哪位客户：{reason}；请选定客户或注明为新客户",
    "It is not certain who the customer is: {reason}; choose one or say that they are new",
)
CUSTOMER_MERGED = kind(
    "customer_merged",
    Nature.CONFLICT,
    "该客户已并入另一客户",
    "This customer has been merged into another",
)
CUSTOMERS_THE_SAME = kind(
    "customers_the_same",
    Nature.INVALID,
    "须为两位不同的客户",
    "It takes two different customers",
)
MERGE_NOT_UNDOABLE = kind(
    "merge_not_undoable",
    Nature.CONFLICT,
    "此合并不能再撤销：已撤销，或保留的客户后来又被合并",
    "This merge cannot be undone: it has been already, or the customer that was kept was merged since",
)
