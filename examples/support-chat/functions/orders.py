"""Orders of the shop. Replace the table with a query to your own system."""

from typing import TypedDict


class Order(TypedDict):
    number: str
    status: str
    items: list[str]


ORDERS: dict[str, Order] = {
    "A-1042": {"number": "A-1042", "status": "shipped", "items": ["desk lamp", "two bulbs"]},
    "A-1043": {"number": "A-1043", "status": "in preparation", "items": ["bookshelf"]},
}


def get_order(number: str) -> Order | None:
    """Finds an order by its number, such as A-1042; None when there is no such order."""
    return ORDERS.get(number.strip().upper())
