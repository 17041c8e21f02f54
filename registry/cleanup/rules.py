"""The catalogue: what a rule is, and the one list of all rules. The checks themselves stand in right, complete,
clean, live.

A rule's words (title, severity, usual fix, legal basis) stand once, in registry/codes/rules.csv. This is the law's
side of it; the code's side is a check, the thresholds it reads, whom it concerns, and examples that prove it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import Any

from registry.cleanup.facts import Facts
from registry.codes import RULE_TEXTS, RuleText
from registry.models import LIVING_STATES, ResidentState, RuleGroup, Severity

ON_THE_BOOKS = frozenset(set(ResidentState) - {ResidentState.MERGED})
LIVING = frozenset(LIVING_STATES)
THE_DEAD = frozenset({ResidentState.DECEASED})

SILENT = "silent"
"""KHÔNG BÁO: in the catalogue for what it says, never asked by a scan; no finding bears it."""
_SEVERITIES: dict[str, str] = {
    "CHẶN": Severity.BLOCK,
    "CHẶN khi tiếp nhận": Severity.BLOCK,
    "LỖI": Severity.ERROR,
    "CẢNH BÁO": Severity.WARNING,
    "NHẮC": Severity.REMIND,
    "TỰ SỬA": Severity.SELF_MENDING,
    "TỰ SỬA gợi ý": Severity.SELF_MENDING,
    "KHÔNG BÁO": SILENT,
}
UNCLEAN = (Severity.BLOCK, Severity.ERROR)
"""A record is clean when none of these is open (facts.md 4.3)."""


@dataclass(frozen=True)
class Evidence:
    """The values a rule saw. Nothing in it may depend on the day alone: a verified exception lapses when it changes.

    `key` is what is compared but not shown: a number that several people share, or a value the law calls sensitive.
    """

    sentence: str
    values: dict[str, str] = field(default_factory=dict)
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"sentence": self.sentence, "values": [list(pair) for pair in self.values.items()], "key": self.key}


Check = Callable[[Facts], Evidence | None]
Example = Callable[[], Facts]


@dataclass(frozen=True)
class Rule:
    """One rule. `fires`, `quiet` and `spared` are examples: a case it finds, one it leaves alone, one the facts
    except."""

    code: str
    check: Check
    fires: Example
    quiet: Example
    spared: Example | None = None
    exception: str = ""
    thresholds: tuple[str, ...] = ()
    states: frozenset[str] = LIVING
    is_shared: bool = False
    limits: str = ""

    @property
    def text(self) -> RuleText:
        return RULE_TEXTS[self.code]

    @property
    def group(self) -> str:
        return self.code[0]

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def severity(self) -> str:
        return severity_of(self.code)

    @property
    def severity_name(self) -> str:
        """As facts.md and the screen call it: "CHẶN khi tiếp nhận", "KHÔNG BÁO"."""
        return self.text.severity

    @cached_property
    def is_silent(self) -> bool:
        return self.severity == SILENT

    @property
    def usual_fix(self) -> str:
        return self.text.fix

    @property
    def basis(self) -> str:
        return basis_of(self.code)

    def concerns(self, facts: Facts) -> bool:
        return facts.resident.state in self.states


FILES = (
    "right", "complete", "clean", "live", "kin", "papers", "waiting", "refused", "units", "pairs", "emptied", "places",
)  # fmt: skip
_catalogue: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Add a rule; a higher app calls this in AppConfig.ready(). A code is taken once."""
    if rule.code not in RULE_TEXTS:
        raise ValueError(f"{rule.code} is not in registry/codes/rules.csv")
    if rule.code in _catalogue and _catalogue[rule.code].check is not rule.check:
        raise ValueError(f"{rule.code} is already in the catalogue")
    _catalogue[rule.code] = rule
    return rule


def rule(code: str, **more: Any) -> Callable[[Check], Check]:
    """Decorator: this function is the check of rule `code`."""

    def wrap(check: Check) -> Check:
        register(Rule(code, check, **more))
        return check

    return wrap


def catalogue() -> dict[str, Rule]:
    """Every rule by its code, in the order of codes."""
    for name in FILES:
        import_module(f"registry.cleanup.{name}")
    return dict(sorted(_catalogue.items(), key=lambda item: ("DESL".index(item[0][0]), item[0])))


def fired(facts: Facts, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Evidence]]:
    """Each of these rules that finds something, with what it saw. Rules that do not concern such a person are not
    asked, nor are silent ones."""
    for one in rules:
        if not one.is_silent and one.concerns(facts) and (evidence := one.check(facts)) is not None:
            yield one, evidence


def severity_of(code: str) -> str:
    return _SEVERITIES[RULE_TEXTS[code].severity]


_HOW_WE_KNOW = re.compile(r"\s*\((?:V|K)[^)]*\)")
_OUR_OWN = re.compile(
    r"derived|practice|own|measured|design|same|iconv|press|\d|vilado|TCVN3|UTF-8|.*seen|.*\bpress\b|.*procedure"
)


def basis_of(code: str) -> str:
    """The legal basis as an officer reads it: without the marks of how we know it; "" for our own checks."""
    text = _HOW_WE_KNOW.sub("", RULE_TEXTS[code].basis)
    parts = [part.strip() for part in re.split(r"[;,]\s+", text)]
    return "; ".join(part for part in parts if part and not _OUR_OWN.match(part))


def group_title(letter: str) -> str:
    return RuleGroup(letter).label
