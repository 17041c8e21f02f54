"""The scan: asks every rule about residents, and keeps their findings as the answer is today.

One finding at most is open a person and rule. It opens when the rule fires, follows the values it saw, closes by
itself when the rule falls silent, and opens as a new row when it comes back. A verified exception lapses when the
values it was given for change.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from registry.cleanup import facts as facts_of
from registry.cleanup import places
from registry.cleanup.facts import Facts
from registry.cleanup.mend import mend, store
from registry.cleanup.rules import Evidence, Rule, catalogue, fired
from registry.cleanup.whole import suspects
from registry.cleanup.whole.suspects import Suspects
from registry.jobs import work
from registry.jobs.work import Piece
from registry.models import Finding, FindingState, IdentityNumber, Job, Membership, Resident
from registry.sweeping import told, work_around

CHUNK = 3_000
JOB_KIND = "scan"
WHAT = "Kiểm tra dữ liệu"
CARRIED = ("evidence", "severity", "group", "commune", "state", "opened_at", "decided_at", "decided_by", "basis")


@dataclass(frozen=True)
class Scanned:
    """What one scan did, in rows."""

    people: int = 0
    opened: int = 0
    closed: int = 0
    lapsed: int = 0
    mended: int = 0


def scan(resident_ids: Iterable[int], *, on: dt.date | None = None) -> Scanned:
    """Ask all rules about these residents and store the answers, in one transaction.

    One statement tells which rules may fire on whom; these alone read what they need. At most some 30 queries however
    many residents; a repaired text adds one line of the trail. The rows are locked first, so no change slips in between
    reading a record and clearing its mark: a writer waits, and its own mark stands after us.
    """
    with transaction.atomic():
        residents, done = _scan(set(resident_ids), on=on or timezone.localdate())
        Resident.objects.filter(pk__in=residents, scan_due=True).update(scan_due=False)
    return done


def scan_suspects(resident_ids: Iterable[int], suspected: Suspects, *, on: dt.date) -> Scanned:
    """As scan(), but ask only the rules that are suspected of firing (whole/suspects.py) or whose finding stands.

    Suspicion is older than the lock: somebody whose record changed meanwhile keeps the mark, and is asked everything
    by the sweep.
    """
    with transaction.atomic():
        _, done = _scan(set(resident_ids), on=on, suspected=suspected)
    return done


def _scan(ids: set[int], *, on: dt.date, suspected: Suspects | None = None) -> tuple[list[int], Scanned]:
    residents = list(Resident.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    if not residents:
        return [], Scanned()
    rules, known = catalogue(), [resident.pk for resident in residents]
    if suspected is None:
        suspected = suspects.of_people(known, on=on)
    batch = facts_of.load(residents, on=on)
    repaired = [one for one in map(_mended, batch) if one is not None]
    mended = {one.resident.pk for one in repaired}
    notes = store(repaired, rules)
    # A mended text is another text: then everything is asked.
    asked = {pk: codes for pk, codes in suspected.items() if pk not in mended}
    result = _keep(batch, rules, notes, asked)
    _mark_the_others(result.shared_keys, set(known))
    return known, Scanned(len(residents), len(result.opened), len(result.closed), result.lapsed, len(repaired))


def _mended(facts: Facts):
    return mend(facts) if facts.resident.state != "merged" else None


@dataclass
class _Kept:
    opened: list[Finding]
    closed: list[Finding]
    lapsed: int
    shared_keys: set[tuple[str, str]]


def _keep(batch: list[Facts], rules: dict[str, Rule], notes: list[Finding], asked: Suspects) -> _Kept:
    """Compare what fires now with what stands, and write the difference: one insert, two updates."""
    now = timezone.now()
    standing = _standing([facts.resident.pk for facts in batch])
    by_person: dict[int, set[str]] = defaultdict(set)
    for pk, code in standing:
        by_person[pk].add(code)
    opened, changed, lapsed = [], [], 0
    for facts in batch:
        for rule, evidence in fired(facts, _asked_of(facts.resident.pk, rules, asked, by_person)):
            finding = standing.pop((facts.resident.pk, rule.code), None)
            if finding is None:
                opened.append(_open(facts.resident, rule, evidence, now))
            elif _follow(finding, facts.resident, rule, evidence, now):
                changed.append(finding)
                lapsed += finding.opened_at == now
    closed = list(standing.values())
    Finding.objects.bulk_create([*opened, *notes])
    Finding.objects.bulk_update(changed, CARRIED, batch_size=CHUNK)
    Finding.objects.filter(pk__in=[finding.pk for finding in closed]).update(
        state=FindingState.CLOSED, closed_at=now, claimed_by=None, claimed_until=None
    )
    shared = {code for code, rule in rules.items() if rule.is_shared}
    keys = {(row.rule, row.evidence.get("key", "")) for row in [*opened, *closed] if row.rule in shared}
    return _Kept(opened, closed, lapsed, {pair for pair in keys if pair[1]})


def _asked_of(pk: int, rules: dict[str, Rule], asked: Suspects, standing: dict[int, set[str]]) -> Iterable[Rule]:
    """The rules to ask about a person: those suspected and those whose finding stands; all when a text was mended."""
    if pk not in asked:
        return rules.values()
    codes = asked[pk] | standing.get(pk, set())
    return [rules[code] for code in sorted(codes) if code in rules]


def _standing(ids: list[int]) -> dict[tuple[int, str], Finding]:
    """Every finding of these people that is not closed, locked."""
    rows = Finding.objects.filter(resident__in=ids).exclude(state=FindingState.CLOSED)
    return {(row.resident_id, row.rule): row for row in rows.order_by("pk").select_for_update()}


def _open(resident: Resident, rule: Rule, evidence: Evidence, now: dt.datetime) -> Finding:
    return Finding(
        resident=resident,
        commune_id=resident.commune_id,
        rule=rule.code,
        group=rule.group,
        severity=rule.severity,
        evidence=evidence.as_json(),
        opened_at=now,
    )


def _follow(finding: Finding, resident: Resident, rule: Rule, evidence: Evidence, now: dt.datetime) -> bool:
    """Bring a standing finding up to date; answers whether anything changed. A verified one opens anew with new
    values."""
    before = [getattr(finding, name) for name in ("evidence", "severity", "group", "commune_id")]
    seen = evidence.as_json()
    if finding.state == FindingState.VERIFIED and finding.evidence != seen:
        finding.state, finding.opened_at = FindingState.OPEN, now
        finding.decided_at, finding.decided_by, finding.basis = None, None, ""
    finding.evidence, finding.severity, finding.group = seen, rule.severity, rule.group
    finding.commune_id = resident.commune_id
    return before != [finding.evidence, finding.severity, finding.group, finding.commune_id]


# --- people whom a change of somebody else concerns ---------------------------------------------------------


def _mark_the_others(keys: Collection[tuple[str, str]], done: set[int]) -> None:
    """A number or household shared by several people began or ceased to be a problem: the others are looked at again.

    Only when such a finding opened or closed, so that marks do not chase each other.
    """
    if not keys:
        return
    by_kind: dict[str, set[str]] = defaultdict(set)
    for _, key in keys:
        kind, _, value = key.partition(" ")
        by_kind[kind].add(value)
    _mark(Resident.objects.filter(_holders(by_kind)).exclude(pk__in=done))


def _holders(by_kind: dict[str, set[str]]) -> Q:
    """Whoever shares one of these values. Of a place only those whose own finding stands: a hamlet has hundreds, and
    the night asks them all."""
    wanted = Q(pk__in=[])
    if numbers := by_kind["cmnd"] | by_kind["number"]:
        active = IdentityNumber.objects.filter(number__in=numbers, is_active=True)
        wanted |= Q(pk__in=active.values("resident"))
    if by_kind["phone"]:
        wanted |= Q(phone__in=by_kind["phone"])
    if by_kind["household"]:
        members = Membership.objects.filter(household__in=[int(pk) for pk in by_kind["household"]], to_on=None)
        wanted |= Q(pk__in=members.values("resident"))
    if by_kind[places.KEY]:
        standing = Finding.objects.filter(resident=OuterRef("pk"), rule__in=places.RULES)
        wanted |= places.holders(by_kind[places.KEY]) & Q(Exists(standing.exclude(state=FindingState.CLOSED)))
    return wanted


def mark_household(resident_ids: Iterable[int]) -> None:
    """Mark these people and all they live with: for writers of households and of deaths, whose change is felt by
    all."""
    ids = list(resident_ids)
    present = Membership.objects.filter(resident__in=ids, to_on=None)
    homes = list(present.values_list("household", flat=True))  # read now: the caller may be closing them
    members = Membership.objects.filter(household__in=homes, to_on=None).values("resident")
    _mark(Resident.objects.filter(Q(pk__in=ids) | Q(pk__in=members)))


def _mark(rows: QuerySet[Resident]) -> None:
    """Have these people scanned once the caller's transaction is committed, without ever waiting inside it.

    The caller holds other people's rows, and to wait for one more would be half of a deadlock (two officers with two
    of one family, two scans with two holders of one number): rows that somebody holds are passed by. Still no mark is
    lost:

    - A row we lock stays ours until we commit, so no scan reads it before our change can be seen and clears its mark
      after. That is why rows that bear the mark already are locked as well.
    - A row we passed by may be in the hands of a scan, which has read it without our change and will clear its mark; or
      of a writer, whose own mark a scan may answer before we commit. It is marked again after our commit, when we hold
      nothing and may wait; so is whoever moved in meanwhile.

    A process that is killed right between the two leaves those few to the nightly scan.
    """
    with transaction.atomic():
        ours = _lock_and_mark(rows.select_for_update(no_key=True, skip_locked=True))
        transaction.on_commit(partial(_mark_the_missed, rows.exclude(pk__in=ours)), robust=True)


@transaction.atomic
def _mark_the_missed(rows: QuerySet[Resident]) -> None:
    _lock_and_mark(rows.select_for_update(no_key=True))


def _lock_and_mark(rows: QuerySet[Resident]) -> list[int]:
    """Lowest id first, as every scan locks them; answers who they are."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        Resident.objects.filter(pk__in=ids, scan_due=False).update(scan_due=True)
    return ids


# --- what waits ---------------------------------------------------------------------------------------------


def scan_due(limit: int = 200) -> int:
    """Scan up to `limit` marked residents that no other worker holds; answers how many. A dead worker leaves their
    marks.

    Somebody on whom the scan fails is passed by, said aloud and unmarked, so that the others go on (sweeping.py).
    """
    with transaction.atomic():
        due = Resident.objects.filter(scan_due=True).order_by("pk")
        ids = list(due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
        failed = work_around(ids, scan, what=WHAT)
        Resident.objects.filter(pk__in=failed).update(scan_due=False)
    return len(ids)


# --- every record, every night ------------------------------------------------------------------------------


def plan_all(*, on: dt.date | None = None) -> int:
    """Write one job a commune for this day; asking twice changes nothing. Answers how many were new."""
    return work.plan_everywhere(JOB_KIND, on=on)


def work_on_jobs(*, seconds: float) -> Counter[str]:
    """Take chunk after chunk of the planned jobs for so many seconds. Several workers may do so at once."""
    return work.work_on([JOB_KIND], seconds=seconds)


def next_chunk() -> int | None:
    """Scan the next CHUNK residents of one unfinished job; answers how many, None when no job is free."""
    piece = work.next_piece([JOB_KIND])
    return None if piece is None else piece.people


def step(job: Job) -> Piece:
    """The next CHUNK residents of a job: SQL tells whom to look at, rules are asked of these alone. Somebody on whom
    the scan fails is passed by and told on the job; when everybody of a chunk fails, the first failure is raised, and
    the job rests until the next night."""
    assert job.commune_id is not None
    on = timezone.localdate()
    chunk = suspects.of_commune(job.commune_id, after=job.last_id, limit=CHUNK, on=on)
    standing = Finding.objects.filter(resident__commune=job.commune_id).exclude(state=FindingState.CLOSED)
    within = standing.filter(resident__gt=job.last_id, resident__lte=chunk.last_id)
    ids = sorted({*chunk.suspects, *within.values_list("resident", flat=True)})
    suspected = {pk: chunk.suspects.get(pk, set()) for pk in ids}
    failed = work_around(ids, partial(scan_suspects, suspected=suspected, on=on), what=WHAT)
    if ids and len(failed) == len(ids):
        raise failed[ids[0]]
    error = "\n".join(map(told, failed.values()))
    is_last = chunk.people < CHUNK
    return Piece(max(chunk.last_id, job.last_id), chunk.people, is_last=is_last, error=error)


JOB = work.Work(JOB_KIND, "Kiểm tra dữ liệu mọi hồ sơ", step)
