"""The gallery: every component with examples, in development only. People in it are invented."""

from types import SimpleNamespace

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django_tables2 import RequestConfig
from django_tables2.rows import BoundRows

from accounts.lists import Page


def pill(kind, text):
    return render_to_string("components/pill.html", {"kind": kind, "text": text})


def somebody(name: str, born: str, sex: str) -> SimpleNamespace:
    return SimpleNamespace(
        pk=name, public_id=name, full_name=name, birth_date=SimpleNamespace(display=born), get_sex_display=sex,
        commune=SimpleNamespace(name="Xã Mẫu Sơn"), state="living",
    )  # fmt: skip


class PickerField(forms.CharField):
    """What components/person_picker.html asks of a field (registry/changes/people_field.py)."""

    picks, pick_url, picked = True, "#", None
    found = [somebody("Nguyễn Thị Mẫu Lan", "21/05/1990", "Nữ"), somebody("Nguyễn Thị Mẫu Lan", "1957", "Nữ")]


class GalleryForm(forms.Form):
    who = PickerField(label="Vợ hoặc chồng", required=False, initial="nguyen thi mau lan")
    full_name = forms.CharField(
        label="Họ, chữ đệm và tên",
        help_text="Viết như trong giấy khai sinh.",
        widget=forms.TextInput(attrs={"class": "w-name"}),
    )
    birth = forms.CharField(
        label="Ngày sinh",
        help_text="1/2/1980, 01021980 hoặc chỉ năm 1980.",
        widget=forms.TextInput(attrs={"class": "w-date", "inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(label="Giới tính", choices=[("nam", "Nam"), ("nu", "Nữ")], widget=forms.RadioSelect)
    ethnic = forms.ChoiceField(label="Dân tộc", choices=[("01", "Kinh"), ("02", "Tày"), ("12", "Ê Đê")])
    number = forms.CharField(
        label="Số định danh cá nhân",
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "w-number", "inputmode": "numeric"}),
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    scan = forms.FileField(label="Tệp đính kèm", required=False)
    code_example = forms.CharField(label="Mã xác thực", required=False)
    agree = forms.BooleanField(label="Công dân đã đọc lại và xác nhận đúng")

    def clean_number(self):
        if self.cleaned_data["number"]:
            raise forms.ValidationError(
                "Số này ghi giới tính nữ, trong khi mục Giới tính là nam. Kiểm tra lại trên giấy tờ."
            )


ROWS = [
    {
        "code": "26-00418",
        "name": "Nguyễn Thị Mẫu Lan",
        "note": "1990 · Thôn 2",
        "kind": "Cấp đổi",
        "state": ("block", "Quá hạn 1 ngày"),
        "due": "20/11",
        "fee": 50000,
    },
    {
        "code": "26-00431",
        "name": "Trần Mẫu Khôi",
        "note": "2012 · Thôn 5 · đủ 14 tuổi",
        "kind": "Cấp lần đầu",
        "state": ("warn", "Chờ điều chỉnh dữ liệu"),
        "due": "21/11",
        "fee": 0,
    },
    {
        "code": "26-00432",
        "name": "Y Mẫu Niê",
        "note": "1985 · Buôn Ea",
        "kind": "Cấp lại (mất)",
        "state": ("info", "Thẻ về xã"),
        "due": "21/11",
        "fee": 70000,
    },
    {
        "code": "26-00440",
        "name": "Phạm Văn Mẫu",
        "note": "1966 · Thôn 1",
        "kind": "Cấp đổi",
        "state": ("ok", "Đã thu nhận"),
        "due": "21/11",
        "fee": 50000,
    },
]


class GalleryTable(tables.Table):
    code = tables.Column("Hồ sơ", attrs={"td": {"class": "number"}}, linkify=lambda: "#")
    name = tables.Column("Công dân")
    kind = tables.Column("Thủ tục")
    state = tables.Column("Trạng thái", orderable=False)
    fee = tables.Column("Lệ phí", attrs={"td": {"class": "end"}, "th": {"class": "end"}})
    due = tables.Column("Hẹn", attrs={"td": {"class": "end number"}, "th": {"class": "end"}})
    caption = "Hồ sơ phải xong hôm nay"

    def render_name(self, value, record):
        return format_html("<b>{}</b><small>{}</small>", value, record["note"])

    def render_state(self, value):
        return pill(*value)


class Empty(tables.Table):
    code = tables.Column("Hồ sơ")
    name = tables.Column("Công dân")

    class Meta:
        empty_text = "Không có hồ sơ nào khớp bộ lọc"

    empty_hint = "Bỏ bớt điều kiện lọc, hoặc tìm bằng ô trên cùng."


class FilterForm(forms.Form):
    q = forms.CharField(label="Tên, số hồ sơ", required=False)
    group = forms.ChoiceField(label="Nhóm", required=False, choices=[("", "Tất cả"), ("dung", "Đúng"), ("du", "Đủ")])
    since = forms.CharField(
        label="Từ ngày", required=False, widget=forms.TextInput(attrs={"placeholder": "dd/mm/yyyy"})
    )


def context(request: HttpRequest) -> dict:
    table = GalleryTable(ROWS * 75, order_by="due")
    RequestConfig(request, paginate=False).configure(table)
    shown = BoundRows(list(table.data)[4:8], table=table)
    table.page = table.paginator = Page(shown, number=2, count=len(table.data), per_page=4, previous="a", next="b")
    empty = Empty([])
    form = (
        GalleryForm(
            {"full_name": "Nguyễn Thị Mẫu Lan", "birth": "", "sex": "nam", "ethnic": "01", "number": "001190000123"}
        )
        if "loi" in request.GET
        else GalleryForm()
    )
    return {
        "table": table,
        "empty_table": empty,
        "form": form,
        "errors_form": GalleryForm(
            {"full_name": "Nguyễn Mẫu An", "birth": "", "sex": "nam", "ethnic": "01", "number": "001190000123"},
            auto_id="err_%s",
        ),
        "filter": SimpleNamespace(form=FilterForm(request.GET or None)),
        "crumbs": [
            {"label": "Cư dân", "url": "#"},
            {"label": "Hộ 00217, Thôn 2", "url": "#"},
            {"label": "Nguyễn Thị Mẫu Lan"},
        ],
        "steps": [
            {"label": "Thu nhận", "state": "done", "when": "12/11 08:12"},
            {"label": "Chuyển duyệt", "state": "done", "when": "12/11 16:40"},
            {"label": "Đang in thẻ", "state": "now", "when": "từ 14/11"},
            {"label": "Thẻ về xã", "state": "todo"},
            {"label": "Đã trả thẻ", "state": "todo"},
        ],
        "steps_stopped": [
            {"label": "Thu nhận", "state": "done", "when": "12/11 08:12"},
            {"label": "Bị trả lại", "state": "stopped", "when": "13/11 09:05"},
            {"label": "Đã trả thẻ", "state": "todo"},
        ],
        "timeline": [
            {
                "when": "từ 01/07/2025",
                "title": "Thường trú: Thôn 2, xã Mẫu Sơn",
                "text": "sau sắp xếp đơn vị hành chính",
                "kind": "now",
                "pill": "hiện nay",
                "pill_kind": "ok",
            },
            {"when": "2009 – 2018", "title": "Tạm trú: phường Mẫu Đông", "kind": "info"},
            {"when": "1990 – 30/06/2025", "title": "Thường trú: Thôn 2, xã Thử, huyện Mẫu"},
        ],
        "facts": [
            {"label": "Sinh ngày", "value": "21/05/1990 · 36 tuổi"},
            {"label": "Giới tính", "value": "Nữ"},
            {"label": "Quốc tịch", "value": "Việt Nam"},
            {"label": "Nơi đăng ký khai sinh", "value": "Xã Thử, huyện Mẫu, Hà Nội", "note": "nay: xã Mẫu Sơn"},
            {"label": "Quê quán", "value": "Xã Thử, huyện Mẫu, Hà Nội"},
            {"label": "Nơi cấp CMND", "value": ""},
        ],
        "evidence": [
            {
                "label": "Mẹ",
                "left": "Lê Thị Mẫu",
                "right": "Lê Thị Mẫu",
                "strength": 52,
                "note": "rất mạnh, tên ít gặp",
            },
            {"label": "Cha", "strength": 40, "note": "mạnh"},
            {"label": "Họ tên bỏ dấu", "strength": 44, "note": "mạnh"},
            {"label": "Ngày sinh", "strength": 18, "note": "đảo ngày – tháng"},
            {"label": "Dấu của họ", "strength": -6, "note": "nhẹ, hay gõ nhầm"},
            {"label": "Địa chỉ", "strength": -34, "note": "khác xã, chưa có chuyển đi"},
        ],
        "spans": [
            {"label": "Tạm trú: phường Mẫu Đông", "x": 33, "width": 25, "lane": 1, "kind": "temporary"},
            {"label": "Thường trú: Thôn 2, xã Thử, huyện Mẫu", "x": 0, "width": 80, "lane": 0, "kind": "past"},
            {"label": "xã Mẫu Sơn", "x": 80.5, "width": 19.5, "lane": 0, "kind": "now"},
        ],
        "ticks": [
            {"x": 0, "label": "1990"},
            {"x": 33, "label": "2009"},
            {"x": 58, "label": "2018"},
            {"x": 80.5, "label": "01/07/2025"},
        ],
        "pill_kinds": [
            ("block", "Quá hạn 1 ngày"),
            ("warn", "Chờ điều chỉnh dữ liệu"),
            ("remind", "Nhắc phúc tra"),
            ("info", "Thẻ về xã"),
            ("ok", "Đã thu nhận"),
            ("quiet", "Đã đóng"),
        ],
        "icons": [
            "home",
            "person",
            "people",
            "house",
            "file",
            "file-add",
            "card",
            "hand-over",
            "phone",
            "broom",
            "twins",
            "upload",
            "download",
            "chart",
            "trail",
            "officer",
            "unit",
            "settings",
            "search",
            "check",
            "check-circle",
            "warn",
            "block",
            "info",
            "help",
            "clock",
            "calendar",
            "print",
            "plus",
            "minus",
            "edit",
            "eye",
            "lock",
            "key",
            "sign-out",
            "menu",
            "close",
            "place",
            "undo",
            "arrow-right",
            "arrow-left",
            "external",
            "flag",
            "list",
            "sort",
            "sort-up",
            "sort-down",
            "save",
            "bell",
            "money",
            "move",
            "qr",
            "receipt",
        ],
    }


def gallery(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Đã ghi. Hồ sơ 26-00441, hẹn trả 01/12/2026.")
    messages.error(request, "Chưa ghi được: số định danh này đã thuộc công dân khác trong xã.")
    return render(request, "gallery.html", context(request))
