"""What the address asks for: whose figures, of which period, which one is compared and in what order.

`?ky=tuan&ngay=15/11/2026&chi-so=ty-le-lam-sach&xep=kem`, beside `?xa=` or `?tinh=` (area.py). Everything has a usual
value that is left out, so that a short address always means the present.
"""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer, Unit
from accounts.periods import MONTH, ONE_DAY, QUARTER, WEEK, WEEK_DAYS, YEAR, Period, name_of, of_kind, previous
from accounts.roles import Role
from accounts.scope import OfficerRequest, works_in_one_commune
from supervision.catalogue.asked import WEEK_STARTS
from supervision.dashboard.area import area_of, words_of
from supervision.dashboard.area import name_of as name_of_area
from supervision.figures import FIGURES, Area, Ask

KINDS: Final = {"tuan": WEEK, "thang": MONTH, "quy": QUARTER, "nam": YEAR}
KIND_TITLES: Final = {WEEK: "Tuần", MONTH: "Tháng", QUARTER: "Quý", YEAR: "Năm"}
WORST, BEST, BY_NAME, BY_CHANGE = "kem", "tot", "ten", "doi"
ORDERS: Final = (WORST, BEST, BY_NAME, BY_CHANGE)
PLACES: Final = ("xa", "tinh", "thon", "can_bo")
FIRST_DAY: Final = dt.date(2025, 7, 1)
COMMUNE, PROVINCE, COUNTRY = "commune", "province", "country"
USUAL: Final = "ty-le-lam-sach"
COMPARED: Final = (
    "ty-le-lam-sach", "ty-le-sach", "phu-the-tu-14", "phu-the-6-14", "dd2-kich-hoat-ty-le", "song-moi",
    "trung-thong-nhat", "ngay-lam-viec", "thu-nhan", "ho-so-qua-han", "the-cho-tra", "the-ton-lau", "nghi-trung",
    "chua-co-the-tu-14", "chua-sach", "nhan-khau",
)  # fmt: skip


class DayForm(forms.Form):
    """A day of the period that is wanted."""

    ngay = forms.DateField(
        label="Ngày trong kỳ",
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.TextInput(
            attrs={"class": "form-control w-date", "inputmode": "numeric", "autocomplete": "off",
                   "placeholder": "dd/mm/yyyy"}
        ),
        error_messages={"invalid": "Ghi ngày theo kiểu 15/11/2026."},
    )  # fmt: skip

    def clean_ngay(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["ngay"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("Ngày này chưa đến; chọn hôm nay hoặc một ngày đã qua.")
        if day and day < FIRST_DAY:
            raise forms.ValidationError(f"Số liệu của các xã hiện nay có từ {FIRST_DAY:%d/%m/%Y}.")
        return day


@dataclass(frozen=True)
class Asked:
    """`unit` is what the figures are of: None is the country. `ask` counts them live."""

    officer: Officer
    ask: Ask
    level: str
    unit: Unit | None
    kind: str
    period: Period
    form: DayForm
    code: str
    order: str

    @property
    def area(self) -> Area:
        return self.ask.area

    @cached_property
    def is_running(self) -> bool:
        return self.period.last >= timezone.localdate()

    @property
    def name(self) -> str:
        return name_of_area(self.area, self.officer)

    @cached_property
    def query(self) -> dict[str, str]:
        """What leads to this page, without what is usual."""
        kind = next(name for name, kind in KINDS.items() if kind == self.kind)
        asked = {
            **self.where(self.area),
            "ky": "" if self.kind == WEEK else kind,
            "ngay": "" if self.is_running else f"{self.period.last:%d/%m/%Y}",
            "chi-so": "" if self.code == USUAL else self.code,
            "xep": "" if self.order == WORST else self.order,
        }
        return {name: text for name, text in asked.items() if text}

    def url(self, **changes: str) -> str:
        """This page with something else asked; "" takes it back to the usual. `chi_so` is `chi-so`."""
        named = {name.replace("_", "-"): text for name, text in changes.items()}
        return own_page() + told(self.query | named)

    def of_unit(self, unit: Unit, *, is_province: bool) -> str:
        """The same page one level down."""
        return self.of_area(Area(unit, is_province))

    def of_area(self, area: Area) -> str:
        """The same page of another area: a unit, a hamlet, an officer."""
        own = {name: text for name, text in self.query.items() if name not in PLACES}
        return own_page() + told(self.where(area) | own)

    def listed(self, code: str, area: Area | None = None) -> str:
        """The list behind a figure; "" where the number is of a day gone by and its rows cannot be shown any more."""
        figure = FIGURES[code]
        if not self.is_running and figure.kind not in ("happened", "spread"):
            return ""
        area = area or self.area
        if area not in self._told:  # a table has many figures of one place
            self._told[area] = told(self.part(area))
        return list_page(code) + self._told[area]

    @cached_property
    def _told(self) -> dict[Area, str]:
        return {}

    def part(self, area: Area) -> dict[str, str]:
        """Area and period, as the pages of lists read them."""
        period = {name: text for name, text in self.query.items() if name in ("ky", "ngay")}
        return self.where(area) | period

    def where(self, area: Area) -> dict[str, str]:
        """Whoever works in one commune need not name it."""
        found = words_of(area)
        if works_in_one_commune(self.officer):
            found.pop("xa", None)
        return found


@cache
def own_page() -> str:
    return reverse("supervision:dashboard")


@lru_cache(maxsize=512)
def list_page(code: str) -> str:
    """Asked some five hundred times for one page of a province."""
    return reverse("supervision:figure", args=[code])


def told(query: dict[str, str]) -> str:
    text = urlencode({name: text for name, text in query.items() if text}, safe="/")
    return f"?{text}" if text else ""


def asked(request: OfficerRequest) -> Asked:
    """At most two queries. A kind of period, a figure or an order that does not exist: 404. A day that is none: this
    period, and the form says why."""
    officer = request.user
    kind = KINDS.get(request.GET.get("ky", "tuan"))
    code, order = request.GET.get("chi-so", USUAL), request.GET.get("xep", WORST)
    if kind is None or code not in COMPARED or order not in ORDERS:
        raise Http404
    form = DayForm(request.GET if "ngay" in request.GET else {"ngay": ""})
    day = (form.cleaned_data["ngay"] if form.is_valid() else None) or timezone.localdate()
    area = area_of(request)
    first = Ask(officer, area)
    period = of_kind(kind, day, starts=first.settings[WEEK_STARTS] % WEEK_DAYS)
    level, unit = _level(officer, area)
    return Asked(officer, asking(first, area, period), level, unit, kind, period, form, code, order)


def asking(ask: Ask, area: Area, period: Period) -> Ask:
    """The same question about another area or period; the settings are not read again."""
    other = replace(ask, area=area, period=period)
    vars(other)["settings"] = ask.settings
    return other


def _level(officer: Officer, area: Area) -> tuple[str, Unit | None]:
    if area.unit is not None:
        return (PROVINCE if area.is_province else COMMUNE), area.unit
    if officer.role == Role.PROVINCE_SUPERVISOR:
        return PROVINCE, officer.unit
    return COUNTRY, None


def periods(chosen: Asked) -> dict[str, Any]:
    """The bar above the page: the kinds, the period before, the one after."""
    before = previous(chosen.kind, chosen.period)
    return {
        "kinds": [
            {"title": KIND_TITLES[kind], "url": chosen.url(ky="" if kind == WEEK else name), "is_open": is_open}
            for name, kind in KINDS.items()
            for is_open in [kind == chosen.kind]
        ],
        "name": name_of(chosen.kind, chosen.period),
        "before_url": chosen.url(ngay=f"{before.last:%d/%m/%Y}") if before.last >= FIRST_DAY else "",
        "after_url": "" if chosen.is_running else chosen.url(ngay=_in_next(chosen)),
        "now_url": "" if chosen.is_running else chosen.url(ngay=""),
        "kept": {name: text for name, text in chosen.query.items() if name != "ngay"},
    }  # fmt: skip


def _in_next(chosen: Asked) -> str:
    """A day of the period after this one; "" of the one that runs."""
    after = of_kind(chosen.kind, chosen.period.last + ONE_DAY, starts=chosen.period.first.weekday())
    return "" if after.last >= timezone.localdate() else f"{after.last:%d/%m/%Y}"
