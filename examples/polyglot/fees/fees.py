"""
The fees: handlers in Python, under the same contract as those in TypeScript. The gateway runs them by `python`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hagaki.handlers import failure, guard, reads, service

LENT_FOR = timedelta(days=28)
CENTS_A_DAY = 10
MOST_CENTS = 500

NotSignedIn = failure("not_signed_in", "unauthenticated")
NoLoan = failure("no_loan", "invalid")

LOAN = {
    "type": "object",
    "properties": {
        "lent": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "back": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    },
    "required": ["lent", "back"],
    "additionalProperties": False,
}
FEE = {
    "type": "object",
    "properties": {"reader": {"type": "string"}, "days_late": {"type": "integer"}, "cents": {"type": "integer"}},
    "required": ["reader", "days_late", "cents"],
}


@guard("reader", errors=[NotSignedIn])
def reader(head: Any) -> str:
    """Whoever the gateway has let in; nobody can say so by a field."""
    name = head.carried.get("remote-user")
    if name is None:
        raise NotSignedIn()
    return str(name)


@reads("/", accepts=LOAN, returns=FEE, errors=[NoLoan], guards={"reader": reader}, summary="What a loan costs")
def fee(loan: dict[str, str], context: Any) -> dict[str, object]:
    """Every day behind the four weeks costs ten cents, and none more than five euros."""
    try:
        lent, back = date.fromisoformat(loan["lent"]), date.fromisoformat(loan["back"])
    except ValueError:
        raise NoLoan() from None  # the thirtieth of February
    if back < lent:
        raise NoLoan()
    late = max(0, (back - lent - LENT_FOR).days)
    return {"reader": context.reader, "days_late": late, "cents": min(late * CENTS_A_DAY, MOST_CENTS)}


service = service({"fee": fee})
