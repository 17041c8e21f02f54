"""Numbers of a person: written, retired, taken up again. None is ever overwritten (facts.md 1.3)."""

from django.utils import timezone

from accounts.models import Unit
from registry.models import IdentityNumber, NumberKind, Resident
from registry.residents.refusal import RegisterRefused


def set_number(resident: Resident, kind: NumberKind, number: str) -> None:
    """Make `number` the active one. The one before is retired and goes on finding its person."""
    current = resident.numbers.filter(kind=kind, is_active=True).order_by("pk").first()
    if current and current.number == number:
        return
    if current:
        current.is_active, current.valid_to = False, timezone.localdate()
        current.save()
    if not number:
        return
    if kind == NumberKind.PERSONAL:
        refuse_taken(resident, number)
    known = resident.numbers.filter(kind=kind, number=number).first()
    if known is None:
        IdentityNumber.objects.create(resident=resident, kind=kind, number=number)
    elif not known.is_active:
        known.is_active, known.valid_to = True, None
        known.save()


def refuse_taken(resident: Resident, number: str) -> None:
    """Rule S01, said kindly before the database says it. Names the commune, never the person."""
    others = IdentityNumber.objects.filter(kind=NumberKind.PERSONAL, number=number, is_active=True)
    other = others.exclude(resident=resident).select_related("resident__commune").first()
    if other:
        theirs, ours = other.resident.commune, resident.commune
        raise RegisterRefused("number", taken(theirs, ours), asked_outside=theirs != ours)


def taken(commune: Unit, ours: Unit) -> str:
    where = "của xã" if commune == ours else f"do Công an {commune.name} quản lý"
    return f"Số định danh này đã có ở một hồ sơ khác {where}. Kiểm tra lại số, hoặc tìm và mở hồ sơ đó."
