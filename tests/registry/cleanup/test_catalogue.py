"""Every rule keeps what the catalogue promises: the words of rules.csv, an example that fires, one that does not."""

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import Setting
from accounts.thresholds import THRESHOLDS
from registry.cleanup import examples
from registry.cleanup.rules import SILENT, Evidence, Rule, catalogue, fired, register
from registry.cleanup.scan import scan
from registry.models import Finding
from tests.factories import RelationFactory, ResidentFactory

RULES = list(catalogue().values())
BLOCKING = [rule for rule in RULES if rule.severity == "block"]
SEVERITIES = {
    "CHẶN": "block",
    "CHẶN khi tiếp nhận": "block",
    "LỖI": "error",
    "CẢNH BÁO": "warning",
    "NHẮC": "remind",
    "TỰ SỬA": "self",
    "TỰ SỬA gợi ý": "self",
    "KHÔNG BÁO": SILENT,
}
# The rules whose own text names whom they spare: facts.md 4.2 (condition and usual fix), 5 and 7.
NAMED_EXCEPTIONS = {
    "D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D10", "D11", "D12", "D15", "D16", "D18", "D19", "D21",
    "D22", "D23", "D24", "D25", "D26", "D27", "D29", "D31", "D32", "D34", "D35", "E02", "E03", "E06", "E07", "E09",
    "E11", "E12", "E13", "E15", "E16", "E23", "E24", "E25", "E26", "E27", "E28", "E29", "E30", "L01", "L02", "L05",
    "L06", "L08", "L09", "L10", "L11", "L12", "L13", "L14", "L16", "L18", "L20", "L21", "L22", "L23", "S01", "S02",
    "S04", "S08", "S09", "S10", "S12", "S13", "S14", "S18", "S19", "S20", "S21", "S22", "S23", "S24", "S25", "S29",
}  # fmt: skip

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def source_rows() -> dict[str, dict[str, str]]:
    path = Path(__file__).parents[3] / "registry" / "codes" / "rules.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def test_all_122_rules_are_there_and_no_other():
    assert [rule.code for rule in RULES] == list(source_rows())
    counts = {letter: sum(rule.group == letter for rule in RULES) for letter in "DESL"}
    assert counts == {"D": 36, "E": 30, "S": 30, "L": 26}


@each_rule
def test_words_and_severity_are_those_of_the_catalogue(rule: Rule):
    row = source_rows()[rule.code]
    assert (rule.title, rule.usual_fix, rule.severity) == (
        row["title_vi"],
        row["usual_fix_vi"],
        SEVERITIES[row["severity"]],
    )
    assert rule.title
    assert "(V" not in rule.basis and "derived" not in rule.basis


NOT_FOR_THE_SCREEN = re.compile(r"\bNhư [DESL]\d\d|→|\bderived\b|`|\bid\b|[_<>=]")


@each_rule
def test_its_usual_fix_is_a_sentence_an_officer_can_act_on(rule: Rule):
    fix = rule.usual_fix
    assert fix[0].isupper() and fix.endswith(".") and len(fix.split()) >= 4
    assert NOT_FOR_THE_SCREEN.findall(fix) == []


@each_rule
def test_what_it_says_of_itself_is_written_out(rule: Rule):
    for text in (rule.exception, rule.limits):
        assert text == "" or (text.lstrip("“")[0].isupper() and text.endswith("."))
        assert NOT_FOR_THE_SCREEN.findall(text) == []


@each_rule
def test_it_fires_on_its_example(rule: Rule):
    facts = rule.fires()
    evidence = rule.check(facts)
    assert rule.concerns(facts)
    assert evidence is not None
    assert evidence.sentence
    assert all(isinstance(value, str) for value in evidence.values.values())


@each_rule
def test_it_leaves_its_other_example_alone(rule: Rule):
    assert rule.concerns(rule.quiet())
    assert rule.check(rule.quiet()) is None


@each_rule
def test_it_spares_its_exception(rule: Rule):
    if rule.spared is None:
        assert rule.code not in NAMED_EXCEPTIONS
        return
    assert rule.exception
    assert rule.check(rule.spared()) is None


def test_an_exception_in_words_has_its_example():
    assert [rule.code for rule in RULES if bool(rule.exception) != (rule.spared is not None)] == []


# --- thresholds -------------------------------------------------------------------------------------------------------

TRIED = (0, 1, 2, 5, 14, 16, 26, 40, 90, 200)


def answers(rule: Rule, code: str, value: int) -> list[Evidence | None]:
    """What the rule says of its examples while this threshold is `value`."""
    shown = [example() for example in (rule.fires, rule.quiet, rule.spared) if example]
    return [rule.check(replace(facts, thresholds={**facts.thresholds, code: value})) for facts in shown]


@pytest.mark.parametrize(
    ("rule", "code"), [(rule, code) for rule in RULES for code in rule.thresholds],
    ids=lambda one: one if isinstance(one, str) else one.code,
)  # fmt: skip
def test_every_threshold_it_names_exists_and_decides(rule: Rule, code: str):
    """Some other value makes one of its examples fall silent, or speak."""
    standing = [one is not None for one in answers(rule, code, THRESHOLDS[code].default)]
    assert standing[0]
    assert any([one is not None for one in answers(rule, code, value)] != standing for value in TRIED)


class Watched(dict):
    """Thresholds that remember which were asked for."""

    def __init__(self, values):
        super().__init__(values)
        self.asked = set()

    def __getitem__(self, code):
        self.asked.add(code)
        return super().__getitem__(code)


@each_rule
def test_it_reads_no_threshold_that_it_does_not_name(rule: Rule):
    for example in (rule.fires, rule.quiet, rule.spared or rule.fires):
        watched = Watched({code: one.default for code, one in THRESHOLDS.items()})
        rule.check(replace(example(), thresholds=watched))
        assert watched.asked <= set(rule.thresholds)


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "found"), [(0, True), (1, False)], ids=["from today", "from tomorrow"])
def test_a_threshold_counts_from_its_day_on(commune, days, found):
    """A mother 25 years older than her child: unusual only once the administrator says so."""
    child = ResidentFactory(commune=commune, birth_year=1990)
    mother = ResidentFactory(commune=commune, birth_year=1965)
    RelationFactory(resident=child, kind="mother", name=mother.full_name, person=mother)
    scan([child.pk])
    assert not Finding.objects.filter(resident=child, rule="D15").exists()
    begins = dt.date.today() + dt.timedelta(days=days)
    Setting.objects.create(code="parent_gap_usual_years", value=26, valid_from=begins)
    scan([child.pk])
    assert Finding.objects.filter(resident=child, rule="D15", state="open").exists() is found


# --- rules that refuse, rules that are silent ---------------------------------------------------


def test_the_rules_that_refuse_are_those_of_the_facts():
    assert [rule.code for rule in BLOCKING] == [
        "D01", "D08", "D11", "D26", "D27", "D28", "E30", "S01", "S11", "S27",
    ]  # fmt: skip


def test_a_silent_rule_sees_and_says_nothing():
    rule = catalogue()["S21"]
    assert rule.is_silent
    assert rule.check(rule.fires()) is not None
    assert list(fired(rule.fires(), [rule])) == []
    assert [one.code for one in RULES if one.is_silent] == ["S21"]


# --- what holds for all of them -----------------------------------------------------------------


@each_rule
def test_what_it_saw_does_not_change_with_the_day(rule: Rule):
    """A verified exception lapses when the evidence changes: it must not change overnight by itself."""
    today = rule.fires()
    tomorrow = replace(rule.fires(), on=today.on + dt.timedelta(days=1))
    before, after = rule.check(today), rule.check(tomorrow)
    assert before is not None
    if after is not None:
        assert after.as_json() == before.as_json()


@pytest.mark.parametrize("facts", [examples.person(), examples.child()], ids=["a woman", "a child"])
def test_sound_people_are_clean(facts):
    assert [rule.code for rule, _ in fired(facts, RULES)] == []


@each_rule
def test_its_example_breaks_no_other_check(rule: Rule):
    """What an import brought (a code no list knows, half a number) is found by its rule; the others go on working."""
    assert rule.is_silent or rule.code in {one.code for one, _ in fired(rule.fires(), RULES)}


def test_a_rule_unknown_to_the_catalogue_is_refused():
    with pytest.raises(ValueError, match="X99"):
        register(Rule("X99", lambda facts: None, examples.person, examples.person))


def test_a_code_is_taken_once():
    with pytest.raises(ValueError, match="already"):
        register(Rule("D04", lambda facts: None, examples.person, examples.person))
