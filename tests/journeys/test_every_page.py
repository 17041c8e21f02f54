"""Every page an officer can meet: accessible by WCAG 2.2 AA (axe), light, and from this host only."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cards.models import PrintJob, Receipt
from cards.receipts import issue
from registry.fieldwork.making import make
from registry.models import Change, FieldLine, Hamlet, Job, MatchBusyKey, RepairRun, ScoreDay, SecondLook
from registry.rosters.weighing import NOT_RECKONED
from tests.conftest import settled
from tests.factories import (
    AlertFactory,
    ApplicationFactory,
    AppointmentFactory,
    BatchFactory,
    ContactFactory,
    CorrectionFactory,
    EidAccountFactory,
    FigureDayFactory,
    FindingFactory,
    FrozenPeriodFactory,
    IdentityDocumentFactory,
    InvitationFactory,
    ListExportFactory,
    MergeFactory,
    PairFactory,
    ReportFactory,
    RequestFactory,
    ResidentFactory,
    SlotRuleFactory,
    StockCardFactory,
    TargetFactory,
)
from tests.journeys.conftest import PHONE
from tests.registry.rosters import standing

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# What may differ on a narrow screen: the rest reads the same document.
OF_LAYOUT = ["target-size", "color-contrast", "scrollable-region-focusable", "aria-hidden-focus", "bypass", "region"]


# Every sheet would be fetched once more for every page. tests/test_house.py looks at the sheets instead.
OF_SHEETS = "css-orientation-lock"


ASK = """async asked => {
    const found = await axe.run(document, asked);
    return found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
}"""


# Axe's work grows with the square of the rows. Where a table is so long that its rows are all alike (the longest has
# 242), the first thirty and the last are asked; an id that stands twice is found before.
SHORTENED = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
    document.querySelectorAll("tbody").forEach(body => [...body.rows].slice(30, -1).forEach(row => row.remove()));
    return ids.filter((id, n) => ids.indexOf(id) !== n);
}"""


# Whatever watches the sizes of things has seen the new ones when the second frame begins.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def violations(page, rules: list[str] | None = None) -> list[str]:
    """Of these rules, or of all that belong to the standard."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    only = {"type": "rule", "values": rules} if rules else TAGS
    asked = {"runOnly": only, "resultTypes": ["violations"], "preload": False, "rules": {OF_SHEETS: {"enabled": False}}}
    return page.evaluate(ASK, asked)


@pytest.fixture
def things(resident, officer, commune):
    other = settled(commune, number="001190000124")
    left, right = sorted([resident, other], key=lambda one: one.pk)
    application = ApplicationFactory(resident=resident, created_by=officer)
    finding = FindingFactory(resident=resident)
    elsewhere = FindingFactory(resident=resident, rule="E17", state="set_aside", set_aside_until="2030-01-01")
    pair = PairFactory(left=left, right=right)
    PairFactory(left=right, right=settled(commune, number="001190000125"), score=20)
    look = SecondLook.objects.create(
        pair=pair, first_verdict="same", first_by=officer, picture=[["Họ và tên", "Nguyễn", "Nguyen"]]
    )
    return {
        "home": "/",
        "residents": "/cu-dan/",
        "record": reverse("registry:resident", args=[resident.public_id]),
        "new": reverse("registry:resident_new"),
        "edit": reverse("registry:resident_edit", args=[resident.public_id]),
        "search": reverse("registry:search") + "?q=nguyen",
        "nothing found": reverse("registry:search") + "?q=000000000000",
        "households": "/ho-gia-dinh/",
        "household": reverse("registry:household", args=[resident.memberships.get().household.public_id]),
        "cleanup": "/lam-sach/",
        "queue": reverse("registry:cleanup_queue", args=["e"]),
        "case": reverse("registry:cleanup_case", args=[finding.public_id]),
        "case of another desk": reverse("registry:cleanup_case", args=[elsewhere.public_id]),
        "cases set aside": reverse("registry:cleanup_queue", args=["tat-ca"]) + "?tinh_trang=de-sau",
        "pairs": "/nghi-trung/",
        "pair": reverse("registry:duplicate_pair", args=[pair.public_id]),
        "pairs at once": reverse("registry:duplicates_bulk"),
        "second looks": reverse("registry:second_looks"),
        "second look": reverse("registry:second_look", args=[look.public_id]),
        "applications": "/ho-so/",
        "application": reverse("cards:application", args=[application.public_id]),
        "take": reverse("cards:application_new", args=[other.public_id]),
        "figures": "/so-lieu/",
        "figure": reverse("supervision:figure", args=["nhan-khau"]),
        "password": reverse("account_change_password"),
        "missing": "/khong-co/",
        "gallery": "/mau/",
    }


@pytest.fixture
def searching(resident, commune):
    """How the search for duplicates is watched and tuned."""
    twin = ResidentFactory(commune=commune, full_name="Nguyễn Thị Mẫu Lam")
    PairFactory(left=resident, right=twin)
    Job.objects.create(kind="match", commune=commune, state="parked", error="Tự dừng: 900 cặp mới", total_count=900)
    MatchBusyKey.objects.create(key=7, kind="given + date", holders=412)
    return {
        "jobs": "/viec-nen/",
        "thresholds": "/nguong-trung/",
        "other thresholds": "/nguong-trung/?review=-3&certain=4",
        "below the line": "/nguong-trung/duoi-nguong/",
        "two models": "/nguong-trung/mo-hinh/",
    }


@pytest.fixture
def works(resident, officer, chief, commune):
    """What is done with a record and a household, and the lists that belong to it."""
    waiting = Change.objects.create(kind="ket-hon", commune=commune, resident=resident, created_by=officer)
    document = IdentityDocumentFactory(resident=resident)
    household = resident.memberships.get().household.public_id
    hamlet = Hamlet.objects.create(commune=commune, name="Thôn 2", officer=officer)
    twin = ResidentFactory(commune=commune, full_name="Nguyễn Thị Mẫu Lam")
    pair = PairFactory(left=resident, right=twin, state="same")
    folded = ResidentFactory(commune=commune, state="merged")
    merged = MergeFactory(survivor=resident, folded=folded, created_by=officer)

    looked, over = (
        RepairRun.objects.create(kind="tam-tru-het-han", commune=commune, created_by=chief, **state)
        for state in ({"state": "previewed"}, {"state": "done", "finished_at": timezone.now()})
    )
    for run, state in ((looked, "ready"), (looked, "refused"), (over, "done")):
        finding = FindingFactory(resident=ResidentFactory(commune=commune), rule="L05", group="L")
        changes = [{"what": "Tạm trú", "before": "Số 5, Thôn 2", "after": "xóa"}]
        run.lines.create(finding=finding, state=state, changes=changes, said="Xem riêng." * (state == "refused"))

    def on_person(kind: str) -> str:
        return reverse("registry:resident_change_new", args=[resident.public_id, kind])

    return {
        "repairs": reverse("registry:repairs"),
        "repair choice": reverse("registry:repair_choose", args=["tam-tru-het-han"]),
        "repair preview": looked.get_absolute_url(),
        "repair done": over.get_absolute_url(),
        "changes": reverse("registry:changes"),
        "change": waiting.get_absolute_url(),
        "death": on_person("khai-tu"),
        "birth": on_person("khai-sinh"),
        "marriage": on_person("ket-hon"),
        "temporary": on_person("dang-ky-tam-tru"),
        "number": on_person("huy-so"),
        "relative": on_person("them-quan-he"),
        "paper form": on_person("ghi-giay-to"),
        "split": reverse("registry:household_change_new", args=[household, "tach-ho"]),
        "head": reverse("registry:household_change_new", args=[household, "doi-chu-ho"]),
        "history": reverse("registry:resident_history", args=[resident.public_id]),
        "family": reverse("registry:resident_family", args=[resident.public_id]),
        "homes": reverse("registry:resident_homes", args=[resident.public_id]),
        "paper": reverse("registry:paper", args=[document.public_id]),
        "scan": reverse("registry:scan"),
        "hamlets": "/thon-to/",
        "hamlet": reverse("registry:hamlet", args=[hamlet.public_id]),
        "merge": reverse("registry:merge", args=[pair.public_id]),
        "merges": "/nghi-trung/da-gop/",
        "one merge": merged.get_absolute_url(),
        "names of units": "/don-vi/tra-cuu/?ten=mau",
    }


@pytest.fixture
def outside(resident, officer, commune):
    """Going out: sheets, one of them typed back in part, the plan."""
    finding = FindingFactory(resident=resident, evidence={"sentence": "Thiếu tên mẹ.", "values": [], "key": ""})
    sheet = make(commune, [resident.memberships.get().household], by=officer)
    FieldLine.objects.filter(sheet=sheet, resident=None).update(
        outcome="6", remark="Thêm con", follow_up="open", entered_at=finding.opened_at, entered_by=officer,
        visited_on=finding.opened_at.date(),
    )  # fmt: skip
    return {
        "sheets": "/di-co-so/",
        "new sheet": "/di-co-so/lap-phieu/",
        "sheet": sheet.get_absolute_url(),
        "plan": "/di-co-so/ke-hoach/",
        "people by freshness": "/di-co-so/nhan-khau/?muc=con-moi",
        "left to be done": "/di-co-so/viec-sau/",
    }


@pytest.fixture
def scored(resident, commune, officer):
    """How clean it is, and what another threshold would do."""
    Hamlet.objects.create(commune=commune, name="Thôn 2", officer=officer)
    FindingFactory(resident=resident)
    today = timezone.localdate()
    for back, left in ((0, 1), (7, 1), (30, 0)):
        ScoreDay.objects.create(commune=commune, day=today - dt.timedelta(days=back), people=1, must=1, done=1 - left)
    return {
        "scores": "/lam-sach/diem/",
        "scores of a group": "/lam-sach/diem/?nhom=e&tu=hom+qua",
        "people left": "/lam-sach/diem/nguoi/con-lai/",
        "cases left": "/lam-sach/diem/viec/con-lai/",
        "scores of households": "/lam-sach/diem/ho/",
        "own score": reverse("registry:scores_resident", args=[resident.public_id]),
        "limits": "/lam-sach/nguong/",
        "a limit tried": "/lam-sach/nguong/confirm-months/?value=1",
    }


@pytest.fixture
def carded(resident, commune, officer, chief):
    """The card desk, from the first word to the hand."""
    folk = [settled(commune, number=f"00119000{n:04d}") for n in (201, 202, 203, 204)]
    taken = ApplicationFactory(resident=resident, created_by=officer, assigned_to=officer)
    draft = ApplicationFactory(resident=folk[0], created_by=officer, state="draft", received_at=None, promised_on=None)
    late = ApplicationFactory(
        resident=folk[1], created_by=officer, state="sent_up", promised_on=timezone.localdate() - dt.timedelta(days=3)
    )
    card = StockCardFactory(application__resident=folk[2], arrived_by=officer, box="Hộp 1")
    batch = BatchFactory(commune=commune, created_by=officer, sent_by=officer)
    batch.lines.create(application=late, position=1)
    account = EidAccountFactory(resident=resident, granted_by=officer)
    letter = InvitationFactory(resident=folk[3], made_by=officer)
    ContactFactory(resident=resident, by=officer)
    SlotRuleFactory(commune=commune)
    booked = AppointmentFactory(application=taken, created_by=officer)
    slip = Receipt.objects.create(
        application=taken, commune=commune, year=2026, serial=1, content=issue.freeze(taken, by=officer), state="ready"
    )
    job = PrintJob.objects.create(commune=commune, kind="handed_up", title="Danh sách", asked_by=officer)

    def of(name: str, one) -> str:
        return reverse(f"cards:{name}", args=[one.public_id])

    return {
        "queues": "/ho-so/hang-doi/",
        "overdue": "/ho-so/hang-doi/qua-han/",
        "file": of("application", taken),
        "draft": of("application", draft),
        "filling on": of("application_fill", draft),
        "parts": of("parts", taken),
        "appointments": "/lich-hen/",
        "hours": "/lich-hen/khung-gio/",
        "a booking": of("appointment_of_person", folk[3]),
        "another hour": of("appointment_move", booked),
        "slips": "/phieu/",
        "slip": of("receipt", slip),
        "a slip anew": of("receipt_reissue", taken),
        "is it genuine": "/phieu/kiem-tra/",
        "is it genuine, for all": "/kiem-tra-phieu/",
        "keys": "/kiem-tra-phieu/khoa/",
        "print": of("print", job),
        "batches": "/chuyen-cap-tren/",
        "batch": of("batch", batch),
        "results": "/ket-qua-cap-tren/",
        "their shape": "/ket-qua-cap-tren/dinh-dang/",
        "stock": "/the/",
        "arrivals": "/the/ve/",
        "lists for signing": "/the/danh-sach/",
        "card": of("stock_card", card.application),
        "accounts": "/dinh-danh/",
        "account": of("eid_account", account),
        "account taken in": of("eid_collect", folk[0]),
        "figures of accounts": "/dinh-danh/so-lieu/",
        "who must come": "/phai-lam-the/",
        "for a school": "/phai-lam-the/truong/",
        "letters": "/giay-moi/",
        "letter": of("invitation", letter),
    }


@pytest.fixture
def lists(resident, commune, officer, chief):
    """Lists that come as files and go as files."""
    twin = ResidentFactory(commune=commune, full_name="Nguyễn Thị Mẫu Lam")
    rows = [standing.new(), standing.changed(resident), standing.suspect(resident, twin), standing.wrong()]
    checked = standing.a_list(officer, rows)
    read = standing.a_list(officer, state="read", file_name="moi.csv")
    checking = standing.a_list(officer, state="checking", total_rows=200, done_rows=50)
    written = {"reviewed_at": timezone.now(), "reviewed_by": chief, "applied_at": timezone.now()}
    over = standing.a_list(officer, [standing.new(state="applied", resident=twin)], state="applied", **written)
    weighing = standing.a_list(officer, state="weighing", **written)
    other_twin = ResidentFactory(commune=over.commune)
    broken = standing.a_list(officer, [standing.new(state="applied", resident=other_twin)], state="applied",
                             said=f"Đã ghi 1 dòng{NOT_RECKONED}", **written)  # fmt: skip
    preview = {
        "at": timezone.now().isoformat(),
        "go": 4,
        "stay": 1,
        "back": 2,
        "stay_changed": 1,
        "merges": 1,
        "households": 1,
        "kept": [{"row": 2, "name": "Trần Văn Mẫu Đông", "why": ["Đã sửa số điện thoại"]}],
    }
    looked = standing.a_list(officer, [standing.new(state="applied", resident=twin)], state="applied",
                             told={"headings": [], "preview": preview}, **written)  # fmt: skip
    export = ListExportFactory(asked_by=chief, commune=commune)

    def of(name: str, one, *more) -> str:
        return reverse(f"registry:{name}", args=[one.public_id, *more])

    _, known, suspect, wrong = checked.rows.order_by("number")
    return {
        "lists": reverse("registry:rosters"),
        "a new list": reverse("registry:roster_new"),
        "columns": of("roster_columns", read),
        "a checked list": of("roster", checked),
        "a list at work": of("roster", checking),
        "a written list": of("roster", over),
        "rows": of("roster_rows", checked),
        "a changed row": of("roster_row", checked, known.number),
        "a suspect row": of("roster_row", checked, suspect.number),
        "a wrong row": of("roster_row", checked, wrong.number),
        "approval": of("roster_approve", checked),
        "taking back": of("roster_take_back", over),
        "taking back, not looked at": of("roster_take_back", broken),
        "taking back, being looked at": of("roster_take_back", weighing),
        "taking back, looked at": of("roster_take_back", looked),
        "exports": reverse("registry:exports"),
        "asking for one": reverse("registry:export_new", args=["cu-dan"]),
        "an export": of("export", export),
    }


def test_every_page_of_lists_is_accessible(visit, chief, lists):
    assert faults_of(visit(chief), lists) == {}


@pytest.fixture
def told(resident, commune, province, supervisor):
    """What is kept, closed, reported, asked and warned about one commune."""
    FindingFactory(resident=resident)
    FigureDayFactory(unit=commune)
    FigureDayFactory(unit=province)
    frozen = FrozenPeriodFactory(unit=commune)
    CorrectionFactory(frozen=frozen)
    AlertFactory(unit=commune)
    TargetFactory(unit=province, set_by=supervisor)
    return {
        "report": ReportFactory(unit=commune), "period": frozen,
        "request": RequestFactory(unit=commune, asked_by=supervisor),
    }  # fmt: skip


def test_every_page_of_figures_is_accessible(visit, chief, told):
    names = (
        "dashboard",
        "dashboard_below",
        "figures",
        "periods",
        "reports",
        "report_new",
        "requests",
        "alerts",
        "targets",
    )
    pages = {name: reverse(f"supervision:{name}") for name in names}
    pages |= {name: reverse(f"supervision:{name}", args=[one.public_id]) for name, one in told.items()}
    assert faults_of(visit(chief), pages) == {}


def test_every_page_from_above_is_accessible(visit, supervisor, told):
    pages = {
        "dashboard": reverse("supervision:dashboard"),
        "asking": f"{reverse('supervision:request_new')}?chi-so=ty-le-sach&xa=06001",
        "asked": reverse("supervision:request", args=[told["request"].public_id]),
        "setting a target": reverse("supervision:target_new"),
    }
    assert faults_of(visit(supervisor), pages) == {}


def test_the_page_of_the_machine_is_accessible(visit, administrator):
    assert faults_of(visit(administrator), {"machine": reverse("supervision:machine")}) == {}


@pytest.mark.parametrize("part", range(2))
def test_every_page_of_the_card_desk_is_accessible(visit, chief, carded, part):
    assert faults_of(visit(chief), dict(list(carded.items())[part::2])) == {}


def test_every_page_of_scores_is_accessible(visit, chief, scored):
    assert faults_of(visit(chief), scored) == {}


def test_every_page_of_going_out_is_accessible(visit, officer, outside):
    assert faults_of(visit(officer), outside) == {}


@pytest.mark.parametrize("part", range(2))
def test_every_page_of_the_whole_record_is_accessible(visit, chief, works, part):
    assert faults_of(visit(chief), dict(list(works.items())[part::2])) == {}


def test_every_page_of_the_search_is_accessible(visit, chief, searching):
    assert faults_of(visit(chief), searching) == {}


@pytest.mark.parametrize("part", range(3))
def test_every_page_of_a_chief_is_accessible(visit, chief, things, part):
    assert faults_of(visit(chief), dict(list(things.items())[part::3])) == {}


def faults_of(window, things: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    window.window.add_init_script(path=AXE)  # sending it to each page that is open takes longer
    for name, path in things.items():
        page = window.open(path)
        twice = page.evaluate(SHORTENED)
        found[name] = [*(f"id twice: {one}" for one in twice), *violations(page)]
        page.set_viewport_size(PHONE)
        page.evaluate(DRAWN)
        found[f"{name}, phone"] = violations(page, OF_LAYOUT)
        page.set_viewport_size({"width": 1366, "height": 768})
    return {name: faults for name, faults in found.items() if faults}


def test_the_sign_in_page_is_accessible(visit):
    assert violations(visit().open("/tai-khoan/dang-nhap/")) == []


def test_the_auditors_page_is_accessible(visit, auditor, things):
    assert violations(visit(auditor).open("/nhat-ky/")) == []


def test_a_form_full_of_errors_is_accessible_and_keeps_what_was_typed(visit, officer):
    page = visit(officer).open(reverse("registry:resident_new"))
    page.get_by_label("Họ, chữ đệm và tên khai sinh").fill("Nguyễn 1")
    page.get_by_label("Ngày sinh").fill("31/2/1990")
    page.get_by_role("button", name="Ghi nhận").click()
    page.get_by_text("Họ tên chỉ gồm chữ cái").first.wait_for()
    assert page.get_by_label("Ngày sinh").input_value() == "31/2/1990"
    assert violations(page) == []


def test_the_keyboard_reaches_the_one_box(visit, officer, resident):
    page = visit(officer).page
    page.keyboard.press("/")
    page.keyboard.type("nguyen thi mau", delay=20)
    page.get_by_role("option", name="Nguyễn Thị Mẫu Lan").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cu-dan/{resident.public_id}/")


def test_a_scanner_that_types_a_number_opens_the_record(visit, officer, resident):
    page = visit(officer).page
    page.keyboard.press("/")
    page.keyboard.insert_text("001190000123")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cu-dan/{resident.public_id}/")
