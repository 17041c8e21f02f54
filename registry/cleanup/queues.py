"""The queues by name: the four groups, each rule, and all of it. The name is what stands in the address."""

from dataclasses import dataclass

from registry.cleanup.rules import group_title
from registry.codes import RULE_TEXTS
from registry.models import Finding, RuleGroup
from registry.models.finding import FindingQuerySet

EVERYTHING = "tat-ca"
PATTERN = r"[desl](?:[0-9]{2})?|tat-ca"


@dataclass(frozen=True)
class Queue:
    """What an officer works off, case after case. Without a group: every case."""

    slug: str
    group: str | None = None
    rule: str | None = None

    @property
    def title(self) -> str:
        if self.rule:
            return f"{self.rule} {RULE_TEXTS[self.rule].title}"
        return group_title(self.group) if self.group else "Tất cả"

    @property
    def called(self) -> str:
        """Inside a sentence: "nhóm Đủ", "quy tắc E06"."""
        if self.rule:
            return f"quy tắc {self.rule}"
        return f"nhóm {self.title}" if self.group else "hàng đợi"

    def narrow(self, rows: FindingQuerySet) -> FindingQuerySet:
        if self.rule:
            return rows.filter(rule=self.rule)
        return rows.filter(group=self.group) if self.group else rows


ALL = Queue(EVERYTHING)


def named(slug: str) -> Queue | None:
    """None when no group and no rule is called so."""
    letter, code = slug[:1].upper(), slug.upper()
    if slug == EVERYTHING:
        return ALL
    if letter not in RuleGroup.values or slug != slug.lower():
        return None
    if len(slug) == 1:
        return Queue(slug, letter)
    return Queue(slug, letter, code) if code in RULE_TEXTS else None


def of_rule(code: str) -> Queue:
    return Queue(code.lower(), code[0], code)


def of_group(letter: str) -> Queue:
    return Queue(letter.lower(), letter)


def queue_for(finding: Finding, slug: str = "") -> Queue:
    """The queue that the page was opened from (`slug`), when the case belongs to it; else its group's."""
    queue = named(slug)
    if queue is None or (queue.rule or finding.rule) != finding.rule or (queue.group or finding.group) != finding.group:
        return of_group(finding.group)
    return queue
