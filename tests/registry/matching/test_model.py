"""The file of weights: goes out and comes back the same, and a foreign one is refused with its reason."""

import json

import pytest

from registry.matching.fields import FIELDS
from registry.matching.model import CLASSES, SHIPPED, STRANGERS, ModelRefused, load, read, shipped


def test_a_model_comes_back_from_its_file_as_it_was(tmp_path):
    shipped().save(tmp_path / "m.json")
    assert load(tmp_path / "m.json") == shipped()
    assert (tmp_path / "m.json").read_bytes() == SHIPPED.read_bytes()  # and to the byte


def test_the_shipped_model_weighs_every_level_and_says_where_it_comes_from():
    model = shipped()
    assert set(model.weights) == {*CLASSES, STRANGERS}
    for rows in model.weights.values():
        assert {name: len(row) for name, row in rows.items()} == {field.name: len(field.levels) for field in FIELDS}
        assert all(type(weight) is int and weight <= 0 for row in rows.values() for weight in row)
    assert model.version
    assert model.certain >= model.threshold


def test_the_share_of_a_class_falls_with_the_size_of_the_register():
    model = shipped()
    assert model.prior("same", 3_000_000) < model.prior("same", 30_000) <= 0
    assert type(model.prior("same", 30_000)) is int
    assert model.prior("same", 0) <= 0


def _body():
    return json.loads(json.dumps(shipped().as_json()))


def test_a_model_that_lacks_something_is_refused_by_name():
    for path in (["threshold"], ["pairs", "twins"], ["weights", "strangers"], ["weights", "same", "name"],
                 ["weights", "same", "birth", "swapped"]):  # fmt: skip
        body = _body()
        inner = body
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        with pytest.raises(ModelRefused, match=path[-1]):
            read(body)


def test_a_model_of_another_engine_is_refused():
    body = _body()
    body["weights"]["same"]["blood_group"] = {"equal": -3}
    with pytest.raises(ModelRefused, match="blood_group"):
        read(body)
    body = _body()
    body["weights"]["same"]["sex"]["unsure"] = -3
    with pytest.raises(ModelRefused, match="unsure"):
        read(body)
    body = _body()
    body["weights"]["cousins"] = body["weights"]["same"]
    with pytest.raises(ModelRefused, match="cousins"):
        read(body)


@pytest.mark.parametrize("text", ["", "nothing", "[]", "3", '{"weights": 7}', '{"version": "x"}', "\udcff"])
def test_a_file_that_is_no_model_is_refused(tmp_path, text):
    (tmp_path / "m.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelRefused):
        load(tmp_path / "m.json")


@pytest.mark.parametrize("weight", ["many", None, [], "1e3", 1.5, True])
def test_a_weight_that_is_no_number_is_refused(weight):
    body = _body()
    body["weights"]["same"]["sex"]["same"] = weight
    with pytest.raises(ModelRefused):
        read(body)


@pytest.mark.parametrize("share", [0, -1, "many", float("inf"), float("nan"), None])
def test_a_share_of_pairs_that_is_none_is_refused(share):
    body = _body()
    body["pairs"]["same"] = share
    with pytest.raises(ModelRefused):
        read(body)
