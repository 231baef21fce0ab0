import json

import prices as p
from tax.rates import rate


def total(count: int) -> str:
    return json.dumps(count * p.PRICE * rate())
