"""The table of residence procedures: titles, terms and the law behind each (facts.md 3.1)."""

from collections.abc import Callable
from typing import Any

from registry.changes import kinds
from registry.changes.kinds import Kind, here
from registry.changes.run import Order
from registry.homes import away, forms, permanent, present, temporary
from registry.homes.forms import with_companions
from registry.models import Resident, ResidentState

FORM = "registry/homes/form.html"


def here_or_back(subject: Resident) -> bool:
    return here(subject) or subject.state == ResidentState.MOVED


def here_or_dead(subject: Resident) -> bool:
    return here(subject) or subject.state == ResidentState.DECEASED


def _kind(code: str, title: str, form: type[forms.ResidenceForm], apply: Callable[[Order], None], **given: Any) -> Kind:
    more: dict[str, Any] = {"template": FORM, "concerned": with_companions, "offered": here, "confirms": True} | given
    return Kind(code, title, "resident", "residence", form, apply, **more)


KINDS = [
    _kind("dang-ky-thuong-tru", "Đăng ký thường trú", forms.PermanentForm, permanent.register, offered=here_or_back,
          working_days=7, deadline="Luật Cư trú Điều 22",
          lead="Nơi thường trú cũ kết thúc vào ngày hôm trước. Hộ là việc riêng, làm sau."),
    _kind("dang-ky-tam-tru", "Đăng ký tạm trú", forms.TemporaryForm, temporary.register, offered=here_or_back,
          working_days=3, deadline="Luật Cư trú Điều 28",
          lead="Ở từ 30 ngày ngoài xã thường trú; tối đa 02 năm, gia hạn được nhiều lần (Luật Cư trú Điều 27)."),
    _kind("gia-han-tam-tru", "Gia hạn tạm trú", forms.RenewalForm, temporary.renew,
          working_days=3, deadline="Luật Cư trú Điều 28",
          lead="Nộp trong 15 ngày trước ngày hết hạn. Sau ngày hết hạn thì đăng ký tạm trú mới."),
    _kind("xoa-tam-tru", "Xóa đăng ký tạm trú", forms.StrikeTemporaryForm, temporary.strike, offered=here_or_dead,
          confirms=False,
          working_days=3, deadline="Luật Cư trú Điều 29"),
    _kind("xoa-thuong-tru", "Xóa đăng ký thường trú", forms.StrikePermanentForm, permanent.strike,
          offered=here_or_dead, confirms=False, days_for=permanent.days_to_strike, deadline="Luật Cư trú Điều 24",
          lead="05 ngày làm việc; 01 ngày làm việc khi dữ liệu đã có thông tin chết."),
    _kind("tam-vang", "Khai báo tạm vắng", forms.AbsenceForm, away.declare,
          days_for=lambda values: 2 if values.get("needs_checking") else 1, deadline="Luật Cư trú Điều 31"),
    _kind("vang-khong-khai-bao", "Ghi nhận vắng mặt, không khai báo", forms.UndeclaredAbsenceForm, away.found_out,
          confirms=False,
          lead="Thôn, tổ hoặc cán bộ xác nhận người này không ở nhà và chưa khai báo tạm vắng."),
    _kind("da-ve", "Ghi đã về", forms.BackForm, away.come_back, lead="Đóng lần tạm vắng."),
    _kind("luu-tru", "Thông báo lưu trú", forms.StayForm, temporary.stay, offered=here_or_back,
          lead="Tối đa 30 ngày; báo trước 23 giờ, đến sau 23 giờ thì trước 8 giờ hôm sau (Luật Cư trú Điều 30)."),
    _kind("cap-nhat-noi-o", "Cập nhật nơi ở hiện tại", forms.PresentForm, present.update),
    _kind("dieu-chinh-cu-tru", "Điều chỉnh thông tin cư trú", forms.AdjustForm, present.adjust,
          working_days=3, deadline="Luật Cư trú Điều 26",
          lead="Ghi đúng lại địa chỉ, ngày của một nơi đang có. Chuyển chỗ ở thì làm việc đăng ký."),
    _kind("khai-bao-cu-tru", "Khai báo thông tin về cư trú", forms.NotEligibleForm, present.not_eligible,
          working_days=5, deadline="Luật Cư trú Điều 19",
          lead="Cho người chưa đủ điều kiện đăng ký thường trú, tạm trú."),
    _kind("thuong-tru-noi-khac", "Thông báo đã đăng ký thường trú nơi khác", forms.ElsewhereForm, permanent.taken_over,
          confirms=False, working_days=5, deadline="Luật Cư trú Điều 24",
          lead="Xóa thường trú tại xã này; hồ sơ thành “Đã chuyển đi”."),
    _kind("xoa-noi-cu-tru", "Xóa một nơi cư trú ghi sai", forms.CloseForm, present.close, offered=here_or_dead,
          confirms=False),
]  # fmt: skip


def register() -> None:
    kinds.register(*KINDS)
