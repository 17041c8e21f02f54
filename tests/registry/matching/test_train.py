"""Learning without labels, on a small register with its truth."""

import pytest

from benchmarks.matching.generate import generate
from registry.matching.batch.register import Register
from registry.matching.evaluate import evaluate
from registry.matching.model import CLASSES, STRANGERS, shipped
from registry.matching.normalise import normalise
from registry.matching.tables import table_of
from registry.matching.train import THRESHOLD, train


@pytest.fixture(scope="module")
def small():
    people, truth = generate(6_000, 31, "normal")
    return Register(table_of([normalise(row) for row in people.fill_null("").to_dicts()])), truth


@pytest.fixture(scope="module")
def learned(small):
    said = []
    return train([small[0]], version="a", seed=3, tell=said.append), said


def test_a_register_that_nobody_labelled_teaches_the_weights(small, learned):
    register, truth = small
    report = evaluate(register, truth, learned[0], learned[0].threshold)
    assert report.f1 > 0.96
    assert report.blocking_recall > 0.985


def test_the_same_seed_learns_the_same_model(small, learned):
    assert train([small[0]], version="a", seed=3) == learned[0]


def test_the_model_says_what_it_learned_and_from_how_much(learned):
    model, said = learned
    assert set(model.weights) == {*CLASSES, STRANGERS}
    assert model.threshold == THRESHOLD
    assert "candidate pairs" in said[0]
    assert said[-1].startswith("round 25")


def test_training_may_go_on_from_a_model(small):
    again = train([small[0]], version="b", seed=3, begin=shipped(), threshold=40)
    assert (again.version, again.threshold, again.certain) == ("b", 40, shipped().certain)
    assert evaluate(*small, again, again.threshold).f1 > 0.96


def test_a_level_that_never_occurs_is_rare_but_not_impossible(learned):
    assert all(weight > -2400 for rows in learned[0].weights.values() for row in rows.values() for weight in row)
