"""Numbers that run without gaps per commune and year, also when twenty are taken at once."""

from accounts.models import Unit
from cards.models import Counter

APPLICATIONS = "application"
RECEIPTS = "receipt"


def take(commune: Unit, *, year: int, series: str = APPLICATIONS) -> int:
    """The next number, inside the caller's transaction: whoever comes second waits, and a rollback gives it back.

    Take it last: the row stays locked until the transaction ends.
    """
    counters = Counter.objects.select_for_update().filter(commune=commune, year=year, series=series)
    counter = counters.first()
    if counter is None:
        Counter.objects.bulk_create([Counter(commune=commune, year=year, series=series)], ignore_conflicts=True)
        counter = counters.get()
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last
