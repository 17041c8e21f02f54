"""How numbers, residences and households follow a merge; family ties: kin_mover.py, the rest: record_movers.py."""

from collections.abc import Iterable
from typing import Any

from registry.duplicates import kin_mover, record_movers
from registry.duplicates.moving import Mover, Work, register
from registry.models import HEAD, IdentityNumber, Membership, MoveKind, NumberKind, Residence, ResidenceKind, Resident

NUMBERS, HOMES, HOUSEHOLDS = "Số giấy tờ", "Nơi cư trú", "Hộ gia đình"
MERGED = "Gộp hồ sơ"
CHOSEN_HOMES = {ResidenceKind.PERMANENT: "permanent", ResidenceKind.PRESENT: "present"}
ONE_AT_A_TIME = (ResidenceKind.PERMANENT, ResidenceKind.PRESENT, ResidenceKind.ABSENCE)


def number_choice(kind: str) -> str:
    """The name of the choice between two numbers of one kind that are both in use."""
    return f"number_{kind}"


# --- numbers ---------------------------------------------------------------------------------------------------------


def follow_numbers(work: Work) -> None:
    """Every number goes along. Of two in use of one kind the one not chosen is retired and goes on finding its person;
    one that the survivor has already stays."""
    ours = list(work.survivor.numbers.order_by("pk"))
    theirs = list(work.folded.numbers.order_by("pk"))
    for row in ours:
        if row.is_active and work.takes_folded(number_choice(row.kind)) and _in_use(theirs, row):
            work.ledger.change(
                row, MoveKind.ENDED, title=NUMBERS, words=f"{_number(row)}: thành số cũ", **_retired(row, work)
            )
    for row in theirs:
        if any((one.kind, one.number, one.is_active) == (row.kind, row.number, row.is_active) for one in ours):
            work.ledger.keep(title=NUMBERS, words=_number(row), why="hồ sơ giữ lại đã có số này")
            continue
        values: dict[str, Any] = {"resident_id": work.survivor.pk}
        is_retired = row.is_active and _in_use(ours, row)
        words = f"{_number(row)}: thành số cũ" if is_retired else _number(row)
        work.ledger.change(row, MoveKind.MOVED, title=NUMBERS, words=words,
                           **values | (_retired(row, work) if is_retired else {}))  # fmt: skip


def _in_use(rows: Iterable[IdentityNumber], than: IdentityNumber) -> bool:
    """Whether another number of the kind is in use among these."""
    return any(row.is_active and row.kind == than.kind and row.number != than.number for row in rows)


def _retired(row: IdentityNumber, work: Work) -> dict[str, Any]:
    today = work.ledger.today
    return {"is_active": False, "valid_to": row.valid_to or max(today, row.valid_from or today)}


def two_numbers(survivor: Resident, folded: Resident) -> list[str]:
    rows = IdentityNumber.objects.filter(resident__in=[survivor, folded], kind=NumberKind.PERSONAL, is_active=True)
    if rows.count() < 2:
        return []
    return ["Hai hồ sơ đang dùng hai số định danh khác nhau; một số sẽ thành số cũ."]


def _number(row: IdentityNumber) -> str:
    return f"{row.get_kind_display()} {row.number}" + ("" if row.is_active else " (số cũ)")


# --- residences ------------------------------------------------------------------------------------------------------


def follow_residences(work: Work) -> None:
    """Residences go along unless the survivor has one for the same time: then the chosen one stands, the other is
    struck out with its reason where it is; what is long over just stays."""
    ours = list(work.survivor.residences.select_related("unit").order_by("pk"))
    for row in work.folded.residences.select_related("unit").order_by("pk"):
        clashing = [one for one in ours if _clash(one, row)]
        if clashing and not (_holds(row, work) and work.takes_folded(CHOSEN_HOMES.get(ResidenceKind(row.kind), ""))):
            _stays(row, work)
            continue
        for one in clashing:
            _strike_out(one, work)
        work.ledger.change(row, MoveKind.MOVED, title=HOMES, words=_lived(row), resident_id=work.survivor.pk)


def _clash(ours: Residence, theirs: Residence) -> bool:
    if ours.closed_at or theirs.closed_at or ours.kind != theirs.kind or not _overlap(ours, theirs):
        return False
    if ours.kind in ONE_AT_A_TIME:
        return True
    if ours.kind == ResidenceKind.TEMPORARY:
        return ours.unit_id == theirs.unit_id
    same = ("unit_id", "hamlet", "street", "from_on", "to_on")
    return all(getattr(ours, name) == getattr(theirs, name) for name in same)


def _overlap(one: Residence, other: Residence) -> bool:
    ends = ((one.to_on, other.from_on), (other.to_on, one.from_on))
    return not any(end and start and end < start for end, start in ends)


def _holds(row: Residence, work: Work) -> bool:
    return row.closed_at is None and (row.to_on is None or row.to_on >= work.ledger.today)


def _stays(row: Residence, work: Work) -> None:
    if _holds(row, work):
        _strike_out(row, work)
        if row.kind not in CHOSEN_HOMES:
            work.warn(f"{_lived(row)}: trùng thời gian nên đóng; kiểm tra thời hạn còn lại trên hồ sơ giữ lại.")
    else:
        work.ledger.keep(title=HOMES, words=_lived(row), why="trùng thời gian với nơi ở của hồ sơ giữ lại")


def _strike_out(row: Residence, work: Work) -> None:
    work.ledger.change(row, MoveKind.ENDED, title=HOMES, words=f"{_lived(row)}: đóng vì trùng thời gian",
                       column="closed_at", closed_at=work.ledger.now, closed_reason=MERGED)  # fmt: skip


def _lived(row: Residence) -> str:
    ends = (("từ", row.from_on), ("đến", row.to_on))
    dates = "".join(f" {word} {day:%d/%m/%Y}" for word, day in ends if day)
    return f"{row.get_kind_display()}: {row.address}{dates}"


# --- households ------------------------------------------------------------------------------------------------------


def follow_memberships(work: Work) -> None:
    """One household stays: the chosen one. In the same household the survivor's line stays, with the chosen role."""
    rows = Membership.objects.select_related("household", "role").order_by("pk")
    ours = list(rows.filter(resident=work.survivor, to_on=None))
    for row in rows.filter(resident=work.folded):
        same = next((one for one in ours if one.household_id == row.household_id), None)
        if row.to_on is None and same is not None:
            _leave(row, work)
            if work.takes_folded("household"):
                words = f"{same.household}: quan hệ thành “{_role(row)}”"
                work.ledger.change(
                    same, MoveKind.CHANGED, title=HOUSEHOLDS, column="role", words=words, role_id=row.role_id
                )
        elif row.to_on is None and ours and not work.takes_folded("household"):
            _leave(row, work)
        else:
            if row.to_on is None:
                for one in ours:
                    _leave(one, work)
                if row.household.commune_id != work.survivor.commune_id:
                    work.warn(f"{row.household} do xã khác quản lý: gộp xong chuyển người này về hộ của xã.")
            work.ledger.change(row, MoveKind.MOVED, title=HOUSEHOLDS, words=_member(row), resident_id=work.survivor.pk)
    _say_who_has_no_head(work)


def _leave(row: Membership, work: Work) -> None:
    today = work.ledger.today
    to_on = max(today, row.from_on) if row.from_on else today
    work.ledger.change(row, MoveKind.ENDED, title=HOUSEHOLDS, words=f"{_member(row)}: rời hộ",
                       column="to_on", to_on=to_on)  # fmt: skip


def _say_who_has_no_head(work: Work) -> None:
    """The household that one of the two headed and now leaves, or where the role was not taken along."""
    heads = Membership.objects.filter(role__code=HEAD)
    left = heads.filter(resident__in=[work.survivor, work.folded], to_on=work.ledger.today)
    for row in left.select_related("household").order_by("pk"):
        home = row.household
        others = home.memberships.filter(to_on=None)
        if home.closed_on is None and others.exists() and not others.filter(role__code=HEAD).exists():
            work.warn(f"{home} sẽ không có chủ hộ: gộp xong làm việc “Thay đổi chủ hộ”.")


def _member(row: Membership) -> str:
    return f"{row.household} ({_role(row)})"


def _role(row: Membership) -> str:
    return str(row.role or "chưa rõ quan hệ")


def sign_up() -> None:
    """The tables of registry; RegistryConfig.ready() calls it once."""
    register(Mover(NUMBERS, ("registry.IdentityNumber.resident",), follow_numbers, words=_number, second=two_numbers,
                   second_setting="merge_second_numbers",
                   rows=lambda pk: IdentityNumber.objects.filter(resident=pk)))  # fmt: skip
    register(Mover(HOMES, ("registry.Residence.resident",), follow_residences, words=_lived,
                   rows=lambda pk: Residence.objects.filter(resident=pk).select_related("unit")))  # fmt: skip
    members = Membership.objects.select_related("household", "role")
    register(Mover(HOUSEHOLDS, ("registry.Membership.resident",), follow_memberships, words=_member,
                   rows=lambda pk: members.filter(resident=pk)))  # fmt: skip
    register(kin_mover.MOVER)
    record_movers.sign_up()
