"""Looking for duplicates of everybody: a commune on demand, the whole register every night. The shell of both is
registry/jobs/work.py."""

from accounts.models import Officer
from registry.duplicates import search
from registry.jobs import work
from registry.jobs.work import Beat, Piece
from registry.models import DuplicatePair, Job, Resident
from registry.sweeping import told, work_around

CHUNK = 500
COMMUNE, EVERYBODY = "match", "match-all"
WHAT = "Tìm trùng"
RUNAWAY = "matching_runaway_pairs"


def step(job: Job) -> Piece:
    """The next CHUNK residents of a commune, each as if just written; `found` counts pairs that were not known before.

    Somebody on whom the search fails is passed by and told on the job; when everybody of a chunk fails, the first
    failure is raised, and the job rests until somebody lets it go on.
    """
    people = Resident.objects.on_the_books().filter(commune=job.commune_id, pk__gt=job.last_id).order_by("pk")
    ids = list(people.select_for_update(no_key=True).values_list("pk", flat=True)[:CHUNK])
    search.one_at_a_time()
    before = DuplicatePair.objects.count()
    failed = work_around(ids, search.compare, what=WHAT)
    if ids and len(failed) == len(ids):
        raise failed[ids[0]]
    found = max(DuplicatePair.objects.count() - before, 0)
    error = "\n".join(map(told, failed.values()))
    return Piece(ids[-1] if ids else job.last_id, len(ids), found, is_last=len(ids) < CHUNK, error=error)


def run(after: int, beat: Beat) -> int:
    """Answers how many pairs the register has now."""
    from registry.duplicates import everything  # numpy and polars: only the worker that compares columns needs them

    try:
        return everything.search_everything(after=after, progress=beat).pairs
    except everything.RanAway as stopped:
        raise work.RanAway(str(stopped)) from stopped


OF_A_COMMUNE = work.Work(COMMUNE, "Tìm trùng cả xã", step=step, found_words="cặp mới", runaway=RUNAWAY)
OF_EVERYBODY = work.Work(EVERYBODY, "Tìm trùng cả sổ", run=run, found_words="cặp trong cả sổ")


def plan_all(*, by: Officer | None = None) -> Job:
    """Everybody, tonight or (`by` an officer, after the lines or the weights changed) as soon as a worker is free."""
    return work.plan_whole(EVERYBODY, by=by)


def work_on_communes(*, seconds: float) -> None:
    work.work_on([COMMUNE], seconds=seconds)
