"""Many at once, on the real PostgreSQL: nothing lost, nothing doubled, nobody waits for ever."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Sequence

import psycopg
import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from cards.applications import workflow
from cards.models import Application
from registry.changes import kinds, run
from registry.changes.refusal import ChangeRefused
from registry.cleanup import scan
from registry.duplicates import merge, planned, unmerge
from registry.duplicates import merge_refusals as refusals
from registry.duplicates.old_addresses import survivor_of
from registry.models import IdentityNumber, Membership, Merge, MergeState, Relation, Resident, ResidentState
from registry.residents import register
from registry.residents.refusal import RegisterRefused
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    IdentityNumberFactory,
    MembershipFactory,
    OfficerFactory,
    ResidentFactory,
)
from tests.registry.duplicates.folding import database, differences, fold, order_of, pair_of, twin_of

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.now() - dt.timedelta(days=1)
Answer = object


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each answered, or the refusal it met. Anything else fails the test: a deadlock too."""
    start, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        start.wait(20)
        try:
            answers[place] = work()
        except Exception as fault:
            answers[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    expected = refusals.MergeRefused | RegisterRefused | workflow.MoveRefused
    unexpected = [one for one in answers if isinstance(one, BaseException) and not isinstance(one, expected)]
    assert unexpected == []
    return answers


def state_of(person: Resident) -> str:
    return Resident.objects.get(pk=person.pk).state


def refused(answers: Sequence[object]) -> list[object]:
    return [one for one in answers if isinstance(one, refusals.MergeRefused)]


def test_a_record_that_two_fold_into_others_goes_into_one(resident, officer, colleague):
    shared, other = twin_of(resident), twin_of(resident)
    one, two = order_of(resident, shared, officer), order_of(other, shared, colleague)
    answers = at_once(lambda: merge.apply(one), lambda: merge.apply(two))
    assert [type(answer) for answer in refused(answers)] == [refusals.AlreadyMerged]
    assert Merge.objects.done().filter(folded=shared).count() == 1


def test_a_record_that_one_folds_away_and_another_fills_ends_in_one_chain_or_is_refused(resident, officer, colleague):
    middle, last = twin_of(resident), twin_of(resident)
    IdentityNumberFactory(resident=last, kind="CMND9", number="012345678")
    one, two = order_of(resident, middle, officer), order_of(middle, last, colleague)
    answers = at_once(lambda: merge.apply(one), lambda: merge.apply(two))
    assert len(refused(answers)) == 1  # the number had not been seen, or the middle was gone
    holder = IdentityNumber.objects.get(number="012345678").resident
    assert holder.state == ResidentState.LIVING


def test_two_officers_merge_the_same_two_either_way_round_and_it_happens_once(resident, officer, colleague):
    twin = twin_of(resident)
    pair_of(resident, twin)
    one, two = order_of(resident, twin, officer), order_of(twin, resident, colleague)
    answers = at_once(lambda: merge.apply(one), lambda: merge.apply(two))
    assert len(refused(answers)) == 1
    assert sorted([state_of(resident), state_of(twin)]) == [ResidentState.LIVING, ResidentState.MERGED]


def test_a_double_click_at_the_same_moment_is_one_merge(resident, officer):
    order = order_of(resident, twin_of(resident), officer)
    answers = at_once(*[lambda: merge.apply(order)] * 4)
    assert refused(answers) == []
    assert len({answer[0].pk for answer in answers}) == 1
    assert sum(answer[1] for answer in answers) == 1


VALUES = {"full_name": "Nguyễn Thị Mẫu Lan", "home_town": "Xã Mới", "father_name": "Nguyễn Văn Mẫu",
          "mother_name": "Lê Thị Mẫu"}  # fmt: skip


def test_a_merge_while_the_form_of_the_survivor_is_saved_loses_neither(resident, officer, colleague):
    twin = twin_of(resident)
    order = order_of(resident, twin, officer)
    answers = at_once(
        lambda: merge.apply(order),
        lambda: register.correct(Resident.objects.get(pk=resident.pk), VALUES, by=colleague, basis="Giấy khai sinh"),
    )
    assert not isinstance(answers[1], Exception)
    assert Resident.objects.get(pk=resident.pk).home_town == "Xã Mới"
    merged = state_of(twin) == ResidentState.MERGED
    assert merged == (answers[0] is not None and not isinstance(answers[0], Exception))
    if not merged:
        assert isinstance(answers[0], refusals.MergeMoved)


def test_a_merge_while_the_form_of_the_folded_one_is_saved_writes_what_was_seen_or_nothing(resident, officer):
    twin = twin_of(resident)
    order = order_of(resident, twin, officer)
    answers = at_once(
        lambda: merge.apply(order),
        lambda: register.correct(Resident.objects.get(pk=twin.pk), VALUES, by=officer, basis="Giấy khai sinh"),
    )
    assert sum(isinstance(one, Exception) for one in answers) == 1
    done = state_of(twin) == ResidentState.MERGED
    assert (Resident.objects.get(pk=twin.pk).home_town == "Xã Mới") is not done


def test_a_change_of_a_record_that_was_folded_meanwhile_is_refused(resident, officer):
    """Its form was open before the merge: what it holds is the record as it was."""
    twin = twin_of(resident)
    stale = Resident.objects.select_related("commune").get(pk=twin.pk)
    fold(resident, twin, officer)
    typed = {"number_kind": "CMND9", "number": "012345678", "standing": "old", "source": "GIAY_TO"}
    with pytest.raises(ChangeRefused, match="vừa được gộp"):
        run.preview(kinds.every()["them-so"], stale, typed, by=officer)


def test_a_move_of_a_card_file_and_a_merge_do_not_wait_for_each_other(resident, officer, chief, monkeypatch):
    """The move holds its file and will want the person; the merge comes just then, and wants both."""
    twin = twin_of(resident)
    file = ApplicationFactory(resident=twin, created_by=officer, biometrics_taken=True, cc01_signed=True)
    order = order_of(resident, twin, officer)
    asked, _ = merge.ask(order)
    holds_the_file, allow = threading.Event(), workflow._allow

    def slowly(*args, **more) -> None:
        allow(*args, **more)
        holds_the_file.set()
        time.sleep(1)  # long enough for the merge to take what it can get

    def agree() -> Merge:
        assert holds_the_file.wait(20)
        return planned.agree(asked, by=chief, seen=order.seen)

    monkeypatch.setattr(workflow, "_allow", slowly)
    answers = at_once(agree, lambda: workflow.move(file, "send_up", by=officer))
    # The step of the file had not been seen by the second officer's preview, but it is no change of what moves.
    assert not [one for one in answers if isinstance(one, Exception)]
    now = Application.objects.get(pk=file.pk)
    assert (now.state, now.resident) == ("sent_up", resident)


def test_taking_back_and_merging_a_third_into_the_same_survivor_keep_to_one_order(resident, officer, colleague):
    twin, third = twin_of(resident), twin_of(resident)
    done = fold(resident, twin, officer)
    order = order_of(Resident.objects.get(pk=resident.pk), third, colleague)
    answers = at_once(
        lambda: unmerge.unmerge(done, by=officer, reason="Hai người", pair=unmerge.WAITS),
        lambda: merge.apply(order),
    )
    assert isinstance(answers[0], Merge)
    assert state_of(twin) == ResidentState.LIVING
    assert isinstance(answers[1], tuple | refusals.MergeMoved)


# --- a worker that dies ----------------------------------------------------------------------------------------------


def cut_this_connection() -> None:
    """As when the worker, its machine or the line dies: PostgreSQL ends the session, from outside."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    settings = connection.get_connection_params()
    settings = {name: settings[name] for name in ("dbname", "host", "port", "user", "password") if name in settings}
    with psycopg.connect(**settings, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.parametrize("step", ["lock", "mover", "ledger"])
def test_a_worker_killed_in_the_middle_leaves_its_merge_whole_for_the_next(commune, officer, monkeypatch, step):
    people = [settled(commune, number=f"00119000045{n}") for n in range(2)]
    twins = [twin_of(person, home_town="Xã Cũ") for person in people]
    for person, twin in zip(people, twins, strict=True):
        merge.plan(order_of(person, twin, officer), not_before=YESTERDAY)
    before = database()
    killed = []

    def dies(real):
        def work(*args, **more):
            answer = real(*args, **more)
            if not killed:
                killed.append(True)
                cut_this_connection()
            return answer

        return work

    with monkeypatch.context() as patched:
        match step:
            case "lock":
                patched.setattr(merge, "lock", dies(merge.lock))
            case "mover":
                patched.setattr(merge.merge_checks, "second_reasons", dies(merge.merge_checks.second_reasons))
            case _:
                patched.setattr(merge.Ledger, "save", dies(merge.Ledger.save))
        try:
            planned.run_planned()
        except OperationalError:
            pass
    connection.close()
    done = Merge.objects.done().count()
    assert killed
    assert done < 2
    if not done:
        assert differences(before, database()) == []
    planned.run_planned()
    assert set(Merge.objects.values_list("state", flat=True)) == {MergeState.DONE}
    assert [state_of(twin) for twin in twins] == [ResidentState.MERGED] * 2


def test_several_workers_at_once_do_each_planned_merge_once(commune, officer):
    for n in range(4):
        person = settled(commune, number=f"00119000045{n}")
        merge.plan(order_of(person, twin_of(person), officer), not_before=YESTERDAY)
    at_once(*[planned.run_planned] * 3)
    assert set(Merge.objects.values_list("state", flat=True)) == {MergeState.DONE}
    assert Resident.objects.filter(state=ResidentState.MERGED).count() == 4


# --- twenty officers -------------------------------------------------------------------------------------------------

ROUNDS = 4


def test_twenty_officers_over_overlapping_pairs_lose_nothing_and_double_nothing(commune, other_commune):
    """One family of ten records of the same few people; everybody merges whatever he meets, in either direction, looks
    again when something moved, and takes some of it back; the scan goes on meanwhile."""
    officers = [OfficerFactory(unit=commune) for _ in range(20)]
    people = crowd(commune)
    numbers = set(IdentityNumber.objects.values_list("pk", "number"))
    counts = [IdentityNumber.objects.count(), Membership.objects.count()]

    def work(by, seed: int) -> Callable[[], object]:
        def go() -> int:
            dice, done = random.Random(seed), 0
            for _ in range(ROUNDS):
                one, other = dice.sample(people, 2)
                done += try_to_merge(one, other, by)
                if dice.random() < 0.2:
                    take_one_back(by, dice)
            return done

        return go

    answers = at_once(*[work(by, seed) for seed, by in enumerate(officers)], lambda: [scan.scan_due() for _ in "1234"])
    assert sum(answer for answer in answers[:-1]) > 0
    assert set(IdentityNumber.objects.values_list("pk", "number")) == numbers
    assert [IdentityNumber.objects.count(), Membership.objects.count()] == counts
    for person in Resident.objects.filter(pk__in=[one.pk for one in people]):
        merges = Merge.objects.done().filter(folded=person).count()
        assert merges == (1 if person.state == ResidentState.MERGED else 0)
        last = survivor_of(person) or person
        assert last.state != ResidentState.MERGED
    standing = IdentityNumber.objects.filter(is_active=True).exclude(resident__state=ResidentState.MERGED)
    assert standing.exists()
    assert not Relation.objects.filter(person__state=ResidentState.MERGED, is_current=True).exists()
    take_all_back(officers[0])
    assert {state_of(one) for one in people} == {ResidentState.LIVING}
    holders = dict(IdentityNumber.objects.values_list("number", "resident"))
    assert holders == {f"01234567{n}": one.pk for n, one in enumerate(people)}


def crowd(commune) -> list[Resident]:
    """Ten records, each with a number of its own; all in two households, all with one mother."""
    mother = ResidentFactory(commune=commune, full_name="Lê Thị Mẫu")
    homes = [HouseholdFactory(commune=commune) for _ in range(2)]
    people = [ResidentFactory(commune=commune, home_town=f"Xã {n}") for n in range(10)]
    for n, one in enumerate(people):
        IdentityNumberFactory(resident=one, kind="CMND9", number=f"01234567{n}")
        MembershipFactory(resident=one, household=homes[n % 2])
        Relation.objects.create(resident=one, kind="mother", person=mother, name=mother.full_name)
        Relation.objects.create(resident=mother, kind="child", person=one, name=one.full_name)
    return people


def try_to_merge(one: Resident, other: Resident, by) -> int:
    """As an officer would: looks, merges, looks again when it moved, gives up on a refusal."""
    for _ in range(3):
        try:
            merge.apply(order_of(Resident.objects.get(pk=one.pk), Resident.objects.get(pk=other.pk), by))
            return 1
        except refusals.MergeMoved:
            continue
        except refusals.MergeRefused:
            return 0
    return 0


def take_one_back(by, dice: random.Random) -> None:
    done = list(Merge.objects.done().order_by("pk"))
    if done:
        try:
            unmerge.unmerge(dice.choice(done), by=by, reason="Nhầm", pair=unmerge.WAITS)
        except refusals.MergeRefused:
            pass


def take_all_back(by) -> None:
    for one in Merge.objects.done().order_by("-done_at"):
        unmerge.unmerge(one, by=by, reason="Nhầm", pair=unmerge.WAITS)
