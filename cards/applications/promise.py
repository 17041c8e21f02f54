"""The day a card is promised for (Luật Căn cước Đ26): working days by the holiday table."""

import datetime as dt

from accounts.models import Setting
from accounts.working_days import add_working_days


def working_days(on: dt.date) -> int:
    """How many working days the law gives on that day; the administrator's row `card_working_days`. One query."""
    return Setting.values_on(on)["card_working_days"]


def promised_on(received: dt.date) -> dt.date:
    """The promise for a file received that day. A file that had to wait for data counts from the day they are right,
    because only then can it be received (facts 2.5, step 2; 2.3, Đ26).
    """
    return add_working_days(received, working_days(received))
