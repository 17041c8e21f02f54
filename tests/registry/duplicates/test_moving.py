"""Every relation to Resident has a mover and a way back: walked, and proved on one of everything."""

import pytest
from django.apps import apps
from django.db.models import ManyToManyRel

from registry.duplicates import moving, unmerge
from registry.models import MergeMove, MoveKind, Resident
from tests.registry.duplicates.folding import (
    FOLDED,
    SURVIVOR,
    database,
    differences,
    merged_by_two,
    with_everything,
)

pytestmark = pytest.mark.django_db


def relations() -> set[str]:
    """Every relation that points at Resident, in every app, hidden ones too; history tables aside."""
    found = set()
    for one in Resident._meta.get_fields(include_hidden=True):
        if one.auto_created and not one.concrete and one.is_relation:
            model = one.related_model
            if not model.__name__.endswith("Event"):
                found.add(f"{model._meta.label}.{one.field.name}")
    return found


def test_every_relation_to_resident_has_a_mover_or_an_excuse():
    assert relations() == moving.answered_for() | moving.EXCUSED.keys()


def test_the_walk_sees_hidden_relations_and_many_to_many():
    many = [one for one in Resident._meta.get_fields(include_hidden=True) if isinstance(one, ManyToManyRel)]
    assert {f"{one.related_model._meta.label}.{one.field.name}" for one in many} <= relations()
    assert "registry.Relation.person" in relations()


def test_one_of_everything_stands_on_the_folded_record(commune, officer):
    """The proof below is worth what it is shown: a table without a row proves nothing."""
    _, folded = with_everything(commune, officer)
    for relation in moving.answered_for() - {"registry.Change.people"}:
        label, column = relation.rsplit(".", 1)
        rows = apps.get_model(label)._base_manager.filter(**{column: folded})
        assert rows.exists(), relation


CHOICES = ["full_name", "phone", "religion", "home_town", "number_SDDCN", "permanent", "present", "household", "father"]


@pytest.mark.parametrize("given", [{}, dict.fromkeys(CHOICES, FOLDED), dict.fromkeys(CHOICES, SURVIVOR)],
                         ids=["as proposed", "all from the folded", "all from the survivor"])  # fmt: skip
def test_merging_and_taking_it_back_leaves_every_row_of_every_table_as_it_was(commune, officer, chief, given):
    survivor, folded = with_everything(commune, officer)
    pair = survivor.pairs_left.get(right=folded)
    # The officer says what becomes of the pair; everything else must be as it was.
    but = {("registry.DuplicatePair", pair.pk): {"returned_for"}}
    before = database(but=but)
    done = merged_by_two(survivor, folded, officer, chief, **given)
    kinds = set(MergeMove.objects.filter(merge=done).values_list("kind", flat=True))
    assert kinds | {MoveKind.CHOSEN} == set(MoveKind)
    assert differences(before, database(but=but)) != []
    undone = unmerge.unmerge(done, by=officer, reason="Hai chị em", pair=unmerge.WAITS)
    assert differences(before, database(but=but)) == []
    assert undone.kept_edits == []
