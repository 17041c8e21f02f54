"""What changes somebody's standing: reported dead, declared missing, nationality, guardians, adoption."""

from registry import codes
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import CARD_KINDS, birth_of
from registry.events import ties
from registry.events.forms import BACK, NATURALISED
from registry.homes.people import set_state
from registry.homes.rows import DAY
from registry.models import DocumentState, NumberKind, RelationKind, Resident, ResidentState
from registry.residents import family

ADOPTIVE_GAP_YEARS = 20
ADOPTED_BELOW_YEARS, ADOPTED_AT_MOST_YEARS = 16, 18  # Luật Nuôi con nuôi 2010 Đ8


def report_death(order: Order) -> None:
    """The household or the hamlet says so; there is no paper yet (rule L02 asks for one after 15 days)."""
    person = order.subject
    if person.death_reported_on:
        raise ChangeRefused("effective_on", f"Đã ghi báo chết ngày {person.death_reported_on:{DAY}}.")
    person.death_reported_on = order.values["effective_on"]
    person.save(update_fields=["death_reported_on"])
    order.then("Hướng dẫn hộ đăng ký khai tử trong 15 ngày (Luật Hộ tịch Điều 33).")


def declare_missing(order: Order) -> None:
    """By decision of the court (BLDS 2015 Đ68). What follows from it are procedures of their own."""
    person, on = order.subject, order.values["effective_on"]
    born = birth_of(person)
    if born and on < born.earliest():
        raise ChangeRefused("effective_on", f"Trước ngày sinh ({born.display()}).")
    person.missing_on = on
    person.save(update_fields=["missing_on"])
    set_state(person, ResidentState.ABSENT)
    order.then("Đã tuyên bố mất tích: làm tiếp việc xóa đăng ký thường trú, tạm trú (Luật Cư trú Điều 24, Điều 29).")


def change_nationality(order: Order) -> None:
    """Who leaves the Vietnamese nationality gives back the card, and the number is reported (rule D29)."""
    person, what, other = order.subject, order.values["what"], order.values.get("other") or ""
    was_ours = codes.HOME_COUNTRY in (person.nationality, person.second_nationality)
    if what in (NATURALISED, BACK):
        if was_ours:
            raise ChangeRefused("what", "Hồ sơ đang ghi quốc tịch Việt Nam.")
        person.nationality, person.second_nationality = codes.HOME_COUNTRY, other
    else:
        if not was_ours:
            raise ChangeRefused("what", "Hồ sơ không ghi quốc tịch Việt Nam.")
        person.nationality, person.second_nationality = other, ""
        _say_what_leaving_means(order, person)
    person.save(update_fields=["nationality", "second_nationality"])


def _say_what_leaving_means(order: Order, person: Resident) -> None:
    if person.documents.filter(kind__in=CARD_KINDS, state=DocumentState.IN_USE).exists():
        order.then("Thu hồi thẻ đang dùng (Luật Căn cước Điều 29 khoản 1).")
    if person.numbers.filter(kind=NumberKind.PERSONAL, is_active=True).exists():
        order.then("Số định danh còn đang dùng: báo cấp tỉnh (quy tắc D29).")
    order.then("Làm tiếp việc xóa đăng ký thường trú, tạm trú (Luật Cư trú Điều 24, Điều 29).")


def appoint_guardian(order: Order) -> None:
    """Giám hộ begins: the line of the ward, and the other half at the guardian (BLDS 2015 Đ46–48)."""
    values = order.values
    other = _other(order)
    family.link(
        order.subject, RelationKind.GUARDIAN, by=order.by, person=other, name=values.get("name") or "",
        birth_year=values.get("birth_year"), from_on=values["effective_on"],
    )  # fmt: skip
    born = birth_of(order.subject)
    if born and born.age_on(values["effective_on"]) >= 18:
        order.warn("Người được giám hộ đã đủ 18 tuổi: cần quyết định của Tòa án về năng lực hành vi.")


def end_guardianship(order: Order) -> None:
    row = ties.chosen(order, *ties.GUARDS)
    other = ties.end(order, row, on=order.values["effective_on"], reason=order.values["reason"])
    ward = order.subject if row.kind == RelationKind.GUARDIAN else other
    if (
        ward
        and ward.age_years is not None
        and ward.age_years < 14
        and not ties.ties_of(ward, RelationKind.FATHER, RelationKind.MOTHER, RelationKind.GUARDIAN)
    ):
        order.then(f"{ward.full_name} dưới 14 tuổi không còn người đại diện: ghi người đại diện khác.")


def adopt(order: Order) -> None:
    """The child's record names the adoptive parent; the parents by birth stay (Luật Nuôi con nuôi 2010 Đ8, Đ14)."""
    values, child, other = order.values, order.subject, _other(order)
    kind = RelationKind(values["parent"])
    family.link(
        child, kind, by=order.by, person=other, name=values.get("name") or "", birth_year=values.get("birth_year"),
        is_adoptive=True, from_on=values["effective_on"],
    )  # fmt: skip
    born, theirs = birth_of(child), birth_of(other) if other else None
    if born and theirs and born.year - theirs.year < ADOPTIVE_GAP_YEARS:
        order.warn("Người nhận nuôi phải hơn con nuôi từ 20 tuổi trở lên (Luật Nuôi con nuôi Điều 14); kiểm tra lại.")
    if born and born.age_on(values["effective_on"]) >= ADOPTED_BELOW_YEARS:
        order.warn("Con nuôi từ 16 tuổi chỉ trong trường hợp Luật Nuôi con nuôi Điều 8 cho phép; kiểm tra lại.")
    order.then("Đổi họ tên, dân tộc theo cha, mẹ nuôi thì ghi cải chính; đổi quan hệ trong hộ ở trang Hộ.")


def _other(order: Order) -> Resident | None:
    chosen = order.values.get("person")
    if chosen is None:
        return None
    other = order.people[chosen.pk]
    if other.state == ResidentState.DECEASED:
        raise ChangeRefused("person", f"{other.full_name} đã chết theo hồ sơ.")
    return other
