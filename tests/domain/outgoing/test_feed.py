from uuid import UUID

from domain.access.actor import Actor
from domain.outgoing.feed import FeedItem, Position, feed_type, may_hear

CUSTOMER = UUID(int=7)
ITEM = FeedItem(Position(5, UUID(int=1)), "order.changed", "SO100001", 3, CUSTOMER)


def test_only_a_move_is_a_change_of_stage() -> None:
    assert feed_type("OrderOpened", None, "signed") == "order.opened"
    assert feed_type("OrderSplitOff", None, "in_production") == "order.opened"
    assert feed_type("ActionPerformed", "signed", "in_review") == "order.stage_changed"
    assert feed_type("ActionPerformed", "signed", "signed") == "order.changed"
    assert feed_type("OrderEdited", "signed", "signed") == "order.changed"


def test_staff_need_the_right() -> None:
    assert may_hear(Actor("user", "1", "Li", rights=frozenset({"orders.read"})), ITEM)
    assert not may_hear(Actor("user", "1", "Li", rights=frozenset({"kpis.read"})), ITEM)


def test_a_customer_hears_of_her_own_orders_alone_whatever_rights_she_is_given() -> None:
    rights = frozenset({"orders.read"})
    assert may_hear(Actor("customer", "1", "Eleanor", rights=rights, customer_ids=frozenset({CUSTOMER})), ITEM)
    assert not may_hear(
        Actor("customer", str(CUSTOMER), "Jonas", rights=rights, customer_ids=frozenset({UUID(int=8)})), ITEM
    )


def test_of_a_notice_hears_whom_it_tells_and_only_that_there_is_one() -> None:
    told = FeedItem(Position(6, UUID(int=2)), "notice.posted", "", 0, person_id=UUID(int=3))
    assert told.as_json() == {"type": "notice.posted"}
    everything = frozenset({"orders.read", "admin.all"})
    assert may_hear(Actor("user", str(UUID(int=3)), "Li"), told)
    assert not may_hear(Actor("user", str(UUID(int=4)), "Wang", rights=everything), told)
    assert not may_hear(Actor("key", str(UUID(int=3)), "ERP", rights=everything), told)


def test_no_customer_is_named_on_the_wire() -> None:
    assert ITEM.as_json() == {"type": "order.changed", "order_no": "SO100001", "version": 3}


def test_positions_follow_the_transaction_first() -> None:
    assert Position(5, UUID(int=9)) < Position(6, UUID(int=1)) < Position(6, UUID(int=2))
