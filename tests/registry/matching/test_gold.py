"""The shipped model on the gold set (gold/README.md): a figure that must not fall unseen."""

from pathlib import Path

from registry.matching.batch.register import Register
from registry.matching.evaluate import evaluate, read_truth
from registry.matching.model import shipped
from registry.matching.tables import read_people

GOLD = Path(__file__).with_name("gold")


def test_the_shipped_model_finds_the_gold_sets_people():
    people = read_people(GOLD / "people.csv")
    assert people.bad == []
    report = evaluate(Register(people.table), read_truth(GOLD / "truth.csv"), shipped(), shipped().threshold)
    assert report.f1 >= 0.97  # measured: .988 (precision .997, recall .980)
