"""Targets of a commune that ended go on with the one that took over (registry/addresses/followers.py)."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields import DateField
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Unit
from registry.addresses.followers import Follower
from supervision.models import Target


class TargetFollower(Follower):
    """Where the successor has a target of the same figure and period already, that one holds, and the one that comes
    ends with its commune: two communes that become one may have been asked different things."""

    def clashes(self, old: Unit, new: Unit) -> bool:
        return False

    def waits(self, old: Unit) -> bool:
        return _reaching_past(old).exists()

    def move(self, old: Unit, new: Unit) -> int:
        holding = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
        same = Target.objects.filter(
            holding, unit=new, code=OuterRef("code"), period=OuterRef("period"), ended_at=None
        )  # fmt: skip
        moved = _reaching_past(old).filter(~Exists(same)).update(unit=new)
        _reaching_past(old).update(valid_to=_end(old))
        return moved


def _reaching_past(old: Unit) -> QuerySet[Target]:
    """Not taken back, and holding beyond the end of the commune."""
    rows = Target.objects.filter(unit=old, ended_at=None)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=_end(old)))


def _end(old: Unit) -> Greatest:
    return Greatest(F("valid_from"), Value(old.valid_to or timezone.localdate(), output_field=DateField()))
