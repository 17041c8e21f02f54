"""The house test: every number is the length of its list, for every figure, role, area and period; and the catalogue
itself is whole."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.periods import ONE_DAY, Period, moment
from registry.models import Hamlet
from registry.scores.share import Share
from supervision.catalogue.asked import UNASSIGNED, UNLISTED
from supervision.catalogue.cleaning import RULES, RULES_SECTION
from supervision.dashboard.work_tables import TABLES
from supervision.figures import FIGURES, HAPPENED, SPREADS, Area, Ask, Ratio, by_rule, counts, counts_by, totals
from tests.supervision.world import KINDS, SERIOUS

pytestmark = pytest.mark.django_db

COUNTED = [code for code, one in FIGURES.items() if one.kind in ("standing", "happened")]
WITHOUT_RULES = [code for code in COUNTED if FIGURES[code].section != RULES_SECTION]
OF_RULES = [f"quy-tac-{rule.lower()}-{slug}" for rule in (*SERIOUS, "L22", "D02") for slug in ("phai", "da")]
LOOKED_AT = [*WITHOUT_RULES, *OF_RULES]
LONG = Period(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


def lengths(ask: Ask, codes: list[str] = LOOKED_AT) -> dict[str, int]:
    return {code: FIGURES[code].count(ask) for code in codes}


def numbers(ask: Ask, codes: list[str] = LOOKED_AT) -> dict[str, int]:
    found = counts(ask)
    return {code: found[code] for code in codes}


@pytest.fixture
def areas(filled, worker, commune, province, elsewhere):
    """name -> what may be asked about."""
    hamlet = Hamlet.objects.get(commune=commune, name="Thôn 2")
    return {
        "all": Area(),
        "commune": Area(commune),
        "province": Area(province, is_province=True),
        "hamlet": Area(commune, hamlet=hamlet),
        "officer": Area(commune, officer=worker),
        "unlisted": Area(commune, rest=UNLISTED),
        "unassigned": Area(commune, rest=UNASSIGNED),
    }


SCOPES = [
    ("officer", "commune", LONG), ("officer", "hamlet", None), ("chief", "all", LONG), ("chief", "officer", None),
    ("chief", "unassigned", LONG), ("supervisor", "all", None), ("supervisor", "unlisted", LONG),
    ("ministry", "all", LONG), ("ministry", "province", None),
]  # fmt: skip


def test_every_number_is_the_length_of_its_list(areas, request):
    """For every figure, role, area and period; one world for all, because making it takes longest."""
    for who, where, period in SCOPES:
        ask = Ask(request.getfixturevalue(who), areas[where], period)
        assert numbers(ask) == lengths(ask), (who, where)
    # And none of them agreed on nothing.
    found = counts(Ask(request.getfixturevalue("chief"), period=LONG))
    assert {code for code in WITHOUT_RULES if not found[code]} == set()
    assert {code for code in SPREADS if found.number(code) is None} == set()
    assert {code for code, one in FIGURES.items() if isinstance(one, Ratio) and not found.number(code)} == set()


def test_a_period_leaves_out_what_happened_before_and_after(worker, chief):
    today = timezone.localdate()
    this_day = counts(Ask(chief, period=Period(today, today)))
    ever = counts(Ask(chief, period=LONG))
    for code in ("thu-nhan", "the-ve", "the-tra", "dd2-cap", "viec-mo-ra", "viec-da-sua", "trung-phat-hien"):
        assert 0 < this_day[code] < ever[code], code
    tomorrow = today + ONE_DAY
    none = counts(Ask(chief, period=Period(tomorrow, tomorrow)))
    assert {code for code in HAPPENED if none[code]} == set()


def test_a_table_by_unit_says_what_each_list_says(
    filled, commune, other_commune, elsewhere, supervisor, ministry, auditor, django_assert_num_queries
):
    for officer, by, units in (
        (supervisor, "commune", [commune, other_commune]),
        (ministry, "commune", [commune, other_commune, elsewhere]),
        (ministry, "province", [commune.parent, elsewhere.parent]),
    ):
        _check_table(officer, by, units)
    assert set(counts(Ask(auditor, period=LONG)).values()) == {0}
    ask = Ask(ministry)
    with django_assert_num_queries(2):  # the settings, once for each question
        counts(ask)
    with django_assert_num_queries(1):
        counts_by(ask, "province")


def _check_table(officer, by, units):
    found = counts_by(Ask(officer, period=LONG), by)
    assert set(found) == {unit.pk for unit in units}
    for unit in units:
        whole = counts(Ask(officer, Area(unit, is_province=by == "province"), LONG))
        assert {code: n for code, n in found[unit.pk].items() if n} == {code: n for code, n in whole.items() if n}
        assert found[unit.pk].spreads == whole.spreads


def test_tables_by_hamlet_and_by_officer_say_what_each_list_says(worker, commune, chief, django_assert_num_queries):
    ask = Ask(chief, period=LONG)
    with django_assert_num_queries(3):  # the settings, how hamlets are written, the statement
        found = counts_by(ask, "hamlet")
    for hamlet in Hamlet.objects.filter(commune=commune):
        whole = counts(Ask(chief, Area(commune, hamlet=hamlet), LONG))
        assert dict(found[hamlet.name_folded]) == {code: n for code, n in whole.items() if n}
    outside = counts(Ask(chief, Area(commune, rest=UNLISTED), LONG))
    assert found["xom la"]["nhan-khau"] + found[""]["nhan-khau"] == outside["nhan-khau"]

    with django_assert_num_queries(2):
        found = counts_by(ask, "officer")
    whole = counts(Ask(chief, Area(commune, officer=worker), LONG))
    assert dict(found[worker.pk]) == {code: n for code, n in whole.items() if n}
    rest = counts(Ask(chief, Area(commune, rest=UNASSIGNED), LONG))
    assert dict(found[None]) == {code: n for code, n in rest.items() if n}
    assert found[worker.pk]["thu-nhan"] > 0
    assert found[worker.pk]["nhan-khau"] == 4  # two of each of the two spellings of Thôn 2


def test_everything_up_to_today_is_kept_by_commune(filled, commune, other_commune, ministry):
    today = timezone.localdate()
    kept = totals([commune.pk, other_commune.pk], until=today)
    for unit in (commune, other_commune):
        live = counts(Ask(ministry, Area(unit), Period(dt.date(2000, 1, 1), today)))
        assert dict(kept[unit.pk]) == {code: n for code, n in live.items() if n}
        assert kept[unit.pk].spreads == live.spreads
        assert kept[unit.pk].missing == frozenset()


def test_a_moment_gone_by_is_told_from_the_records(worker, commune):
    today = timezone.localdate()
    now = totals([commune.pk], until=today)[commune.pk]
    tonight = totals([commune.pk], until=today, at=moment(today + ONE_DAY))[commune.pk]
    known = [code for code in COUNTED if code not in tonight.missing]
    # Of an evening one knows what was left, not what was put off until another day.
    put_off = {f"lam-sach-{letter}" for letter in "desl"}
    assert {code for code in known if now.get(code) != tonight.get(code)} == put_off
    assert {"co-the-tu-14", "ho-so-qua-han", "phuc-tra-moi", "chua-co-the-tu-14"} <= tonight.missing
    assert not tonight.missing & HAPPENED
    long_ago = totals([commune.pk], until=today, at=moment(today - dt.timedelta(days=399)))[commune.pk]
    assert (long_ago["nhan-khau"], long_ago.get("ho", 0), long_ago.get("ho-so-dang-giai-quyet", 0)) == (1, 0, 0)
    assert long_ago.number("co-the-tu-14") is None
    assert long_ago.text("phu-the-tu-14") == "–"
    # A file stands where its last step before that moment left it: two cards lie here, one came two days ago.
    moments = [moment(today - dt.timedelta(days=days)) for days in (-1, 10, 90)]
    lying = [totals([commune.pk], until=today, at=at)[commune.pk].get("the-cho-tra") for at in moments]
    assert lying == [2, 1, None]


def test_the_rules_that_have_cases_are_told_in_pairs(worker, chief):
    """Of each serious rule: open, mended, verified and put off; what was mended last year is left out."""
    found = by_rule(Ask(chief))
    assert found == {**dict.fromkeys(SERIOUS, (4, 2)), "L22": (2, 0)}
    # And some figures alone bring their parts.
    found = counts(Ask(chief), ["phu-the-tu-14", "ngay-lam-viec-p90"])
    assert set(found) == {"tu-14", "co-the-tu-14"}
    assert set(found.spreads) == {"ngay-lam-viec"}
    assert found.number("phu-the-tu-14") == Share(found["co-the-tu-14"], found["tu-14"]).percent


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_every_figure_is_told_whole():
    for one in FIGURES.values():
        assert one.title and one.unit and one.note and one.source and one.section, one.code
        assert set(one.parts) <= set(FIGURES), one.code
        assert (one.shown.table_name if isinstance(one, Ratio) else one.table_name) in TABLES, one.code
        assert len(one.code) <= 60 and one.code == one.code.lower(), one.code
        assert "facts" not in f"{one.title} {one.note} {one.source}", one.code  # the law, not our own notes


def test_no_figure_breaks_people_down_by_what_the_law_calls_sensitive():
    """NĐ 356/2025 Đ4. That a field of them is missing is a rule; what stands in it is nobody's figure."""
    for one in FIGURES.values():
        told = f"{one.title} {one.note}".lower()
        if one.section != RULES_SECTION:
            assert not any(word in told for word in ("dân tộc", "tôn giáo", "nhóm máu")), one.code


def test_every_rule_has_its_two_figures():
    assert {code for code in FIGURES if code.startswith("quy-tac-")} == {
        f"quy-tac-{rule.lower()}-{slug}" for rule in RULES for slug in ("phai", "da")
    }


def test_the_kinds_of_change_that_are_counted_exist(chief):
    from registry.changes import kinds
    from supervision.catalogue.residence import WORK

    assert {kind for _, counted, _ in WORK.values() for kind in counted} <= set(kinds.every())
    assert set(KINDS) <= {kind for _, counted, _ in WORK.values() for kind in counted}
