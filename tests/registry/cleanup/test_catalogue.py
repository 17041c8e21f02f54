"""Every rule keeps what the catalogue promises: the words of rules.csv, an example that fires, one that does not."""

import csv
from pathlib import Path

import pytest

from accounts.thresholds import THRESHOLDS
from registry.cleanup import examples
from registry.cleanup.rules import Rule, catalogue, fired, register
from registry.codes import RULE_TEXTS

RULES = list(catalogue().values())
SEVERITIES = {
    "CHẶN": "block",
    "LỖI": "error",
    "CẢNH BÁO": "warning",
    "NHẮC": "remind",
    "TỰ SỬA": "self",
    "TỰ SỬA gợi ý": "self",
}
# The exceptions that facts.md names in section 4.2 and 7.5.
NAMED_EXCEPTIONS = {
    "D02", "D04", "D05", "D06", "D08", "D10", "D12", "D21", "D31", "E02", "E03", "E07", "E09", "E11", "E16", "E25",
    "E28", "L01", "L05", "L11", "L12", "L22", "S02", "S13", "S14", "S18", "S19", "S20", "S22", "S23",
}  # fmt: skip
NO_CHECK_BY_DESIGN = {"S21"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def source_rows() -> dict[str, dict[str, str]]:
    path = Path(__file__).parents[3] / "registry" / "codes" / "rules.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


def test_the_catalogue_has_rules_of_all_four_groups():
    assert {rule.group for rule in RULES} == {"D", "E", "S", "L"}
    assert len(RULES) >= 80
    assert len(source_rows()) == 122


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
    assert rule.check(rule.quiet()) is None


@each_rule
def test_it_spares_its_exception(rule: Rule):
    if rule.spared is None:
        assert rule.code not in NAMED_EXCEPTIONS
        return
    assert rule.exception
    assert rule.check(rule.spared()) is None


@each_rule
def test_its_thresholds_are_settings(rule: Rule):
    assert set(rule.thresholds) <= set(THRESHOLDS)


@each_rule
def test_what_it_saw_does_not_change_with_the_day(rule: Rule):
    """A verified exception lapses when the evidence changes: it must not change overnight by itself."""
    import datetime as dt
    from dataclasses import replace

    today = rule.fires()
    tomorrow = replace(rule.fires(), on=today.on + dt.timedelta(days=1))
    before, after = rule.check(today), rule.check(tomorrow)
    assert before is not None
    if after is not None:
        assert after.as_json() == before.as_json()


@pytest.mark.parametrize("facts", [examples.person(), examples.child()], ids=["a woman", "a child"])
def test_sound_people_are_clean(facts):
    assert [rule.code for rule, _ in fired(facts, RULES)] == []


def test_a_rule_unknown_to_the_catalogue_is_refused():
    with pytest.raises(ValueError, match="X99"):
        register(Rule("X99", lambda facts: None, examples.person, examples.person))


def test_a_code_is_taken_once():
    with pytest.raises(ValueError, match="already"):
        register(Rule("D04", lambda facts: None, examples.person, examples.person))


def test_rules_that_have_no_check_are_named_in_their_file():
    """Whoever opens a group's file reads which of its rules are not there, and why."""
    from importlib import import_module

    names = {"D": "right", "E": "complete", "S": "clean", "L": "live"}
    spoken_for = {rule.code for rule in RULES} | NO_CHECK_BY_DESIGN
    for code in set(RULE_TEXTS) - spoken_for:
        said = import_module(f"registry.cleanup.{names[code[0]]}").__doc__
        assert code in said, code
