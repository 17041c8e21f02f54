"""The table of events: titles, terms and the law behind each. Three working days to bring an event into the record
(Luật Cư trú, rule L19)."""

from collections.abc import Callable
from typing import Any

from registry.changes import kinds
from registry.changes.forms import ChangeForm
from registry.changes.kinds import Kind, here
from registry.changes.run import Order
from registry.events import birth, correction, death, forms, marriage, standing, ties
from registry.models import Resident, ResidentState

DAYS = 3
LAW = "cập nhật sự kiện hộ tịch, Luật Cư trú"
FORM = "registry/changes/form.html"


def alive(subject: Resident) -> bool:
    return here(subject) or subject.state == ResidentState.MOVED


def alive_and_not_missing(subject: Resident) -> bool:
    return here(subject) and subject.missing_on is None


def dead(subject: Resident) -> bool:
    return subject.state == ResidentState.DECEASED


def on_the_books(subject: Resident) -> bool:
    return subject.state != ResidentState.MERGED


def may_be_reported(subject: Resident) -> bool:
    return here(subject) and subject.death_reported_on is None


def _kind(code: str, title: str, form: type[ChangeForm], apply: Callable[[Order], None], **given: Any) -> Kind:
    more: dict[str, Any] = {"offered": here, "working_days": DAYS, "deadline": LAW, "template": FORM,
            "concerned": ties.concerned_by(), "confirms": True} | given  # fmt: skip
    return Kind(code, title, "resident", "event", form, apply, **more)


KINDS = [
    _kind("khai-sinh", "Ghi khai sinh cho con", birth.BirthForm, birth.record_birth, concerned=birth.concerned,
          lead="Lập hồ sơ của con từ hồ sơ cha hoặc mẹ: quan hệ hai chiều, hộ và nơi thường trú trong một lần ghi."),
    _kind(death.CODE, "Khai tử", forms.DeathForm, death.record_death, concerned=death.concerned, offered=alive,
          confirms=False,
          lead="Đóng cư trú, hộ, hôn nhân, giám hộ và hồ sơ căn cước đang mở; việc còn lại được nhắc."),
    _kind("dinh-chinh-con-song", "Đính chính: người còn sống", forms.AliveForm, death.take_back,
          concerned=death.concerned_by_undo, offered=dead, confirms=False, working_days=0, deadline="",
          lead="Khi khai tử ghi nhầm người: trả lại những gì việc khai tử đã đóng."),
    _kind("bao-chet", "Hộ, thôn báo đã chết", forms.ReportedDeathForm, standing.report_death, offered=may_be_reported,
          confirms=False, working_days=0, deadline="",
          lead="Chưa có giấy khai tử: ghi ngày báo để hướng dẫn hộ khai tử."),
    _kind("bao-mat-tich", "Báo mất tích", forms.MissingForm, standing.declare_missing, offered=alive_and_not_missing,
          confirms=False, lead="Theo quyết định của Tòa án."),
    _kind("ket-hon", "Kết hôn", forms.MarriageForm, marriage.marry),
    _kind("ly-hon", "Ly hôn", forms.DivorceForm, marriage.divorce, concerned=ties.concerned_by(ties.SPOUSE)),
    _kind("cai-chinh", "Cải chính, thay đổi hộ tịch", correction.CorrectionForm, correction.correct,
          concerned=correction.concerned, lead="Kể cả xác định lại giới tính, dân tộc. Chỉ ghi nội dung thay đổi."),
    _kind("quoc-tich", "Thay đổi quốc tịch", forms.NationalityForm, standing.change_nationality, offered=alive),
    _kind("giam-ho", "Đăng ký giám hộ", forms.GuardianForm, standing.appoint_guardian,
          lead="Ghi từ hồ sơ người được giám hộ."),
    _kind("cham-dut-giam-ho", "Chấm dứt giám hộ", forms.GuardianEndForm, standing.end_guardianship,
          concerned=ties.concerned_by(*ties.GUARDS)),
    _kind("nhan-con-nuoi", "Nhận làm con nuôi", forms.AdoptionForm, standing.adopt,
          lead="Ghi từ hồ sơ người con."),
]  # fmt: skip


def register() -> None:
    kinds.register(*KINDS)
