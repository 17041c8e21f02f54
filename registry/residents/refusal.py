"""The refusals of this desk. The message is the sentence the officer reads; constraints of PostgreSQL have theirs."""

from django.db import IntegrityError

# Constraint -> (the field of the record's form, the sentence). Changes have other fields and say the sentence above.
OF_THE_DATABASE: dict[str, tuple[str | None, str]] = {
    "one_active_personal_number": (
        "number", "Số định danh này vừa được ghi ở một hồ sơ khác. Kiểm tra lại số."
    ),
    "one_personal_number_per_person": ("number", "Hồ sơ đã có một số định danh đang dùng."),
    "one_active_twelve_digit_number": ("number", "Số này đang được dùng ở một hồ sơ khác."),
    "a_cancelled_number_is_not_active": ("number", "Số định danh đã hủy không ghi là số đang dùng."),
    "number_dates_in_order": (None, "Ngày hết dùng của số trước ngày bắt đầu."),
    "one_permanent_residence_at_a_time": (
        "permanent_from", "Trùng thời gian với một nơi thường trú khác của người này."
    ),
    "one_temporary_residence_in_a_unit_at_a_time": (
        "temporary_from", "Trùng thời gian với một lần tạm trú khác tại xã này."
    ),
    "one_present_at_a_time": ("present_same", "Trùng thời gian với một nơi ở hiện tại khác của người này."),
    "one_absence_at_a_time": (None, "Trùng thời gian với một lần tạm vắng khác của người này."),
    "residence_dates_in_order": (None, "Ngày kết thúc của một nơi cư trú trước ngày bắt đầu."),
    "in_a_household_once": ("household_code", "Người này đã ở trong hộ đó."),
    "household_code_in_commune": ("household_choice", "Số hộ vừa được dùng cho một hộ khác; ghi lại lần nữa."),
    "nobody_is_their_own_relative": (None, "Không ghi một người là người thân của chính mình."),
}  # fmt: skip


class RegisterRefused(Exception):
    """The record was not written. `field` is where the sentence belongs on the form; None is the form as a whole.

    `asked_outside` says that the answer told something about another commune's records: the caller writes it down.
    """

    def __init__(self, field: str | None, sentence: str, *, asked_outside: bool = False) -> None:
        super().__init__(sentence)
        self.field = field
        self.asked_outside = asked_outside


class RecordMoved(RegisterRefused):
    """Somebody wrote the record between the moment when it was compared and the moment when it was locked."""


def refused_constraint(clash: IntegrityError) -> str:
    """The name of the constraint that PostgreSQL refused by; "" when it named none."""
    return getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or ""
