"""Đúng, đủ, sạch, sống: what waits, what had to be put right and was, who is clean; by group, reason and rule."""

from collections.abc import Collection, Iterable
from typing import Final

from django.db.models import Q

from registry.cleanup.figures import GROUP_NOTES
from registry.cleanup.rules import SILENT, UNCLEAN, severity_of
from registry.codes import RULE_TEXTS
from registry.models import FindingState, RuleGroup
from registry.models.finding import waits
from registry.scores.standing import left, was_open, year_began
from supervision.catalogue.asked import Frame
from supervision.catalogue.bases import CASES, PEOPLE, SERIOUS_CASES
from supervision.catalogue.figure import Better, Condition, Counted, Figure, OfRule, Ratio, Traced, Without

SECTION: Final = "Làm sạch dữ liệu"
RULES_SECTION: Final = "Làm sạch theo quy tắc"
ORDER: Final = "“Đúng, đủ, sạch, sống”: chỉ đạo của Bộ trưởng Bộ Công an 28/5/2021"
REPORT: Final = "Báo cáo làm sạch của Bộ Công an: nhân khẩu phải làm sạch, đã làm sạch, tỷ lệ %"
GROUP_CODES: Final = {group: letter.lower() for group, letter in zip(RuleGroup, "DESL", strict=True)}
SINCE: Final = "việc mức CHẶN, LỖI còn mở vào ngày 01/01 của năm hoặc mở ra từ ngày ấy"

_MISSING = tuple(code for code in RULE_TEXTS if code[0] == RuleGroup.COMPLETE and code not in ("E22", "E23", "E24"))
REASONS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "trung": ("trùng người, trùng số", ("S01", "S03")),
    "da-chet": ("đã chết", ("L01", "L02", "L03")),
    "thieu": ("thiếu thông tin", _MISSING),
    "sai-so": ("sai số định danh", ("D01", "D02", "D03", "D04", "D05", "S12")),
    "chua-co-ho": ("chưa có hộ", ("E22",)),
}
"""What the report of Project 06 divides the cleaning by, and the rules of each; of these only CHẶN and LỖI count."""
RULES: Final = tuple(code for code in RULE_TEXTS if severity_of(code) != SILENT)


def had_to(frame: Frame) -> Q:
    return was_open(year_began(frame.day), frame.at)


def still(frame: Frame) -> Q:
    return left(frame.at)


def _narrowed(condition: Condition, group: str = "", rules: Collection[str] = ()) -> Condition:
    """The condition for one group, or for some rules; for all without either."""

    def where(frame: Frame) -> Q:
        told = condition(frame)
        if rules:
            told &= Q(rule__in=list(rules))
        return told & Q(group=group) if group else told

    return where


def _waiting(group: RuleGroup) -> Condition:
    return lambda frame: Q(group=group)


def _waits(frame: Frame) -> Q:
    """What the queue holds; of a day gone by also what was put off then."""
    return waits() if frame.at is None else left(frame.at)


def _closed(frame: Frame) -> Q:
    return Q(state=FindingState.CLOSED) & frame.during("closed_at")


def _verified(frame: Frame) -> Q:
    return Q(state=FindingState.VERIFIED) & frame.during("decided_at")


def _opened(frame: Frame) -> Q:
    return frame.during("opened_at")


def _serious(frame: Frame) -> Q:
    return Q(severity__in=UNCLEAN)


def _figures() -> Iterable[Figure]:
    yield from _people("", "", REPORT)
    for group, letter in GROUP_CODES.items():
        yield from _people(letter, f"nhóm {group.label}", ORDER, group=group)
    for slug, (words, rules) in REASONS.items():
        yield from _by_reason(slug, words, rules)
    for group, letter in GROUP_CODES.items():
        yield Counted(
            f"lam-sach-{letter}", f"{group.label}: việc đang mở", "việc", f"{GROUP_NOTES[group]}; mọi mức", ORDER,
            SECTION, f"{group.label}: đang mở", base=CASES, among=_waits, where=_waiting(group), better="down",
            knows_past=True,
        )  # fmt: skip
    yield _happened("viec-mo-ra", "Việc làm sạch mở ra", "Quy tắc tìm thấy trong kỳ, mức CHẶN, LỖI", _opened, "")
    yield _happened("viec-da-sua", "Việc làm sạch đã sửa", "Tự đóng trong kỳ vì dữ liệu đã đúng, mức CHẶN, LỖI",
                    _closed, "up")  # fmt: skip
    yield Counted(
        "viec-xac-minh", "Việc đã xác minh, đúng", "việc", "Cán bộ xác minh dữ liệu đúng trong kỳ; mọi mức", ORDER,
        SECTION, "Đã xác minh", "happened", "up", CASES, of_officer="decided_by", among=_verified,
    )  # fmt: skip


def _happened(code: str, title: str, note: str, among: Condition, better: Better) -> Figure:
    return Counted(
        code, title, "việc", note, ORDER, SECTION, title.removeprefix("Việc làm sạch ").capitalize(), "happened",
        better, CASES, among=among, where=_serious,
    )  # fmt: skip


def _people(letter: str, words: str, source: str, *, group: str = "") -> Iterable[Figure]:
    """Of one group, or of all together."""
    end, told = (f"-{letter}", f", {words}") if letter else ("", "")
    among = "ở nhóm này" if letter else "ở bất kỳ nhóm nào"
    must, is_left = _narrowed(had_to, group), _narrowed(still, group)
    yield _traced(f"phai-lam-sach{end}", f"Phải làm sạch{told}", f"Nhân khẩu có {SINCE}, {among}", source, must, None)
    yield _traced(f"da-lam-sach{end}", f"Đã làm sạch{told}", "Trong số phải làm sạch, không còn việc mở hoặc để sau",
                  source, must, is_left, better="up")  # fmt: skip
    yield _traced(f"chua-sach{end}", f"Hồ sơ chưa sạch{told}", f"Còn việc mức CHẶN hoặc LỖI {among}, kể cả việc để sau",
                  source, is_left, None, better="down")  # fmt: skip
    yield Ratio(
        f"ty-le-lam-sach{end}", f"Tỷ lệ làm sạch{told}", note="Đã làm sạch trên phải làm sạch", source=source,
        section=SECTION, short="Làm sạch %", parts=(f"da-lam-sach{end}", f"phai-lam-sach{end}"),
        shows=f"chua-sach{end}", better="up",
    )  # fmt: skip
    yield Without(
        f"sach{end}", f"Hồ sơ sạch{told}", "người", f"Không còn việc mức CHẶN, LỖI nào {among}", source, SECTION,
        "Sạch", base=PEOPLE, parts=("nhan-khau", f"chua-sach{end}"), trace=SERIOUS_CASES, has=is_left,
        where=lambda frame: frame.before("created_at"), better="up", knows_past=True,
    )  # fmt: skip
    yield Ratio(
        f"ty-le-sach{end}", f"Tỷ lệ hồ sơ sạch{told}", note="Hồ sơ sạch trên tổng nhân khẩu", source=source,
        section=SECTION, short="Sạch %", parts=(f"sach{end}", "nhan-khau"), shows=f"chua-sach{end}", better="up",
    )  # fmt: skip


def _by_reason(slug: str, words: str, rules: tuple[str, ...]) -> Iterable[Figure]:
    must, is_left = _narrowed(had_to, rules=rules), _narrowed(still, rules=rules)
    told = f"{words}: quy tắc {', '.join(code for code in rules if severity_of(code) in UNCLEAN)}"
    yield _traced(f"phai-lam-sach-{slug}", f"Phải làm sạch, {words}", f"Nhân khẩu có {SINCE}; {told}", REPORT, must,
                  None)  # fmt: skip
    yield _traced(f"da-lam-sach-{slug}", f"Đã làm sạch, {words}", f"Trong số phải làm sạch, không còn việc; {told}",
                  REPORT, must, is_left, better="up")  # fmt: skip
    yield _traced(f"lam-sach-{slug}", f"Còn phải làm sạch, {words}", f"Nhân khẩu còn việc mở hoặc để sau; {told}",
                  REPORT, is_left, None, better="down")  # fmt: skip


def _traced(code: str, title: str, note: str, source: str, has: Condition, has_none: Condition | None, *,
            better: Better = "") -> Figure:  # fmt: skip
    return Traced(
        code, title, "người", note, source, SECTION, title.split(",")[0], base=PEOPLE, trace=SERIOUS_CASES, has=has,
        has_none=has_none, better=better, knows_past=True,
    )  # fmt: skip


def _rules() -> Iterable[Figure]:
    for code in RULES:
        text = RULE_TEXTS[code]
        for column, (slug, title, note, where, better) in enumerate((
            ("phai", "phải làm", "Việc còn mở vào ngày 01/01 của năm hoặc mở ra từ ngày ấy", had_to, ""),
            ("da", "đã làm", "Trong số phải làm, đã sửa hoặc đã xác minh đúng", _done, "up"),
        )):  # fmt: skip
            yield OfRule(
                f"quy-tac-{code.lower()}-{slug}", f"{code} {text.title}: {title}", "việc",
                f"{note}; mức {text.severity}",
                f"Quy tắc {code}: {text.basis}", RULES_SECTION, f"{code}, {title}", better=better,  # type: ignore[arg-type]
                base=CASES, rule=code, column=column, where=where, knows_past=True,
            )  # fmt: skip


def _done(frame: Frame) -> Q:
    return had_to(frame) & ~left(frame.at)


FIGURES: Final[list[Figure]] = [*_figures(), *_rules()]
