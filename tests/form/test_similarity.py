from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import InputError, ShapeError
from runform.form import form_space
from runform.form.form_space import FormSpace
from runform.form.similarity import ReferenceForm, compute_cosines, rank_pros
from runform.sequences import EMBEDDING_DIM, FormEmbedding, View


def embedding_of(vector: npt.NDArray[Any]) -> FormEmbedding:
    return FormEmbedding(vector.astype(np.float32), "lifter", "abc")


def unit(angle_deg: float) -> npt.NDArray[np.float32]:
    """A vector in the plane of the first two numbers."""
    vector = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    vector[:2] = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return vector


def pro(name: str, vector: npt.NDArray[Any], view: View = "left", pro_id: str | None = None) -> ReferenceForm:
    return ReferenceForm(pro_id or f"id of {name}", name, vector, view)


def test_raw_cosine_without_a_population() -> None:
    matches = rank_pros(embedding_of(unit(0)), [pro("B", unit(60)), pro("A", 5 * unit(30)), pro("C", unit(180))])
    assert [match.name for match in matches] == ["A", "B", "C"]
    assert [match.similarity for match in matches] == pytest.approx([math.cos(math.radians(30)), 0.5, -1.0])
    assert all(math.isnan(match.percentile) and not match.centred for match in matches)


def test_centring_undoes_what_everyone_shares() -> None:
    rng = np.random.default_rng(0)
    shared = 10 * rng.normal(size=EMBEDDING_DIM)
    population = (shared + rng.normal(size=(40, EMBEDDING_DIM))).astype(np.float32)
    run = shared + rng.normal(size=EMBEDDING_DIM)
    like, unlike = run + 0.3 * rng.normal(size=EMBEDDING_DIM), shared + rng.normal(size=EMBEDDING_DIM)
    pros = [pro("unlike", unlike.astype(np.float32)), pro("like", like.astype(np.float32))]
    raw = {match.name: match.similarity for match in rank_pros(embedding_of(run), pros)}
    centred = rank_pros(embedding_of(run), pros, population)
    assert min(raw.values()) > 0.98
    assert [match.name for match in centred] == ["like", "unlike"]
    assert all(match.centred for match in centred)
    assert centred[0].similarity > 0.9
    assert abs(centred[1].similarity) < 0.1
    assert centred[0].percentile == 100.0


def test_too_small_a_population_is_not_taken_off_but_may_be_counted() -> None:
    population = np.stack([unit(angle) for angle in (10, 20, 50, 80)])
    (match,) = rank_pros(embedding_of(unit(0)), [pro("A", unit(30))], population)
    assert not match.centred
    assert match.percentile == 50.0
    (match,) = rank_pros(embedding_of(unit(0)), [pro("A", unit(30))], population[:2])
    assert math.isnan(match.percentile)


def test_the_run_itself_is_no_part_of_the_population() -> None:
    run = unit(0)
    population = np.stack([run, run, unit(10), unit(50), unit(80)])
    (match,) = rank_pros(embedding_of(run), [pro("A", unit(30))], population)
    assert not match.centred
    assert match.percentile == pytest.approx(200 / 3)


def test_pros_of_the_same_view_come_first() -> None:
    pros = [pro("front, alike", unit(5), "front"), pro("left", unit(40)), pro("left, alike", unit(20))]
    names = [match.name for match in rank_pros(embedding_of(unit(0)), pros, view="left")]
    assert names == ["left, alike", "left", "front, alike"]
    names = [match.name for match in rank_pros(embedding_of(unit(0)), pros, view="unclear")]
    assert names == ["front, alike", "left, alike", "left"]


def test_both_sides_are_one_view() -> None:
    pros = [pro("right, alike", unit(5), "right"), pro("left", unit(40)), pro("back", unit(1), "back")]
    views: tuple[View, View] = ("left", "right")
    for view in views:
        names = [match.name for match in rank_pros(embedding_of(unit(0)), pros, view=view)]
        assert names == ["right, alike", "left", "back"]
    assert rank_pros(embedding_of(unit(0)), pros, view="back")[0].name == "back"


def test_the_population_is_of_the_same_view() -> None:
    population = np.stack([unit(10), unit(20), unit(50), unit(1), unit(2), unit(3)])
    views = ["left", "right", "left", "front", "front", "back"]
    (match,) = rank_pros(embedding_of(unit(0)), [pro("A", unit(30))], population, view="left", population_views=views)
    assert not match.centred
    assert match.percentile == pytest.approx(100 / 3)


def test_a_pro_appears_once_by_the_best_clip_of_the_same_view() -> None:
    clips = [
        pro("A", unit(50), "left", "a"),
        pro("A", unit(30), "right", "a"),
        pro("A", unit(1), "front", "a"),
        pro("B", unit(40), "left", "b"),
    ]
    matches = rank_pros(embedding_of(unit(0)), clips, view="left")
    assert [match.pro_id for match in matches] == ["a", "b"]
    assert matches[0].similarity == pytest.approx(math.cos(math.radians(30)))


def test_equal_pros_keep_one_order() -> None:
    pros = [pro("B", unit(30)), pro("A", unit(30), pro_id="2"), pro("A", unit(30), pro_id="1")]
    orders = [
        [match.pro_id for match in rank_pros(embedding_of(unit(0)), [pros[i] for i in order])]
        for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2])
    ]
    assert orders == [["1", "2", "id of B"]] * 3


def test_a_run_equal_to_the_mean_falls_back_to_the_raw_cosine() -> None:
    population = np.stack([unit(30)] * 6)
    (match,) = rank_pros(embedding_of(unit(0)), [pro("A", unit(30))], population)
    assert not match.centred
    assert match.similarity == pytest.approx(math.cos(math.radians(30)))


def test_zero_vectors_are_refused_and_no_pros_give_none() -> None:
    zero = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    with pytest.raises(InputError, match="The run has an embedding of zeros"):
        rank_pros(embedding_of(zero), [])
    with pytest.raises(InputError, match="Ada has an embedding of zeros"):
        rank_pros(embedding_of(unit(0)), [pro("Ada", zero)])
    assert rank_pros(embedding_of(unit(0)), []) == ()


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="population"):
        rank_pros(embedding_of(unit(0)), [pro("A", unit(1))], np.ones((5, 10)))
    with pytest.raises(ShapeError, match="vector"):
        pro("A", np.ones(3, dtype=np.float32))


def test_cosines_are_the_same_in_blocks() -> None:
    rng = np.random.default_rng(1)
    matrix, vector, mean = rng.normal(size=(2500, 8)), rng.normal(size=8), rng.normal(size=8)
    centred = matrix - mean
    expected = centred @ (vector - mean) / np.linalg.norm(centred, axis=1) / np.linalg.norm(vector - mean)
    assert compute_cosines(matrix, vector, mean) == pytest.approx(expected)
    assert compute_cosines(mean[None], vector, mean).tolist() == [0.0]


def make_space(model: str = "abc") -> FormSpace:
    """A space that looks at the second and third number alone, with 5 for everyone's second."""
    mean, basis = np.zeros(EMBEDDING_DIM, dtype=np.float32), np.zeros((EMBEDDING_DIM, 2), dtype=np.float32)
    mean[1] = 5.0
    basis[1, 0] = basis[2, 1] = 1.0
    return FormSpace(model, mean, basis)


def vector_of(*numbers: float) -> npt.NDArray[np.float32]:
    vector = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    vector[: len(numbers)] = numbers
    return vector


def test_likeness_is_measured_in_the_form_space_where_there_is_one() -> None:
    # By the embedding itself everyone is alike: the first number, which the space leaves out, outweighs all.
    run = embedding_of(vector_of(100.0, 6.0, 0.0))
    pros = [pro("square", vector_of(100.0, 5.0, 2.0)), pro("alike", vector_of(-70.0, 7.0, 0.0))]
    matches = rank_pros(run, pros, space=make_space())
    assert [match.name for match in matches] == ["alike", "square"]
    assert [match.similarity for match in matches] == pytest.approx([1.0, 0.0], abs=1e-6)
    assert all(match.centred for match in matches)


def test_a_similarity_in_the_space_stays_what_it_was_as_runs_are_stored() -> None:
    run, pros = embedding_of(vector_of(0.0, 9.0, 1.0)), [pro("A", vector_of(0.0, 8.0, 3.0))]
    population = np.stack([vector_of(1.0 * i, 9.0, 1.0 * (i % 3)) for i in range(6)])
    (alone,) = rank_pros(run, pros, space=make_space())
    (match,) = rank_pros(run, pros, population, space=make_space())
    assert match.similarity == alone.similarity == pytest.approx(15 / math.sqrt(17 * 18))
    assert math.isnan(alone.percentile)
    assert match.percentile == 0.0  # the six all ran more alike


def test_a_space_of_another_model_is_left_aside() -> None:
    run = embedding_of(unit(0))
    pros = [pro("A", unit(30))]
    assert rank_pros(run, pros, space=make_space("another")) == rank_pros(run, pros)


@pytest.mark.parametrize("space", [None, make_space()], ids=["embedding", "space"])
def test_the_stored_runs_are_never_copied(space: FormSpace | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_space, "ROWS_AT_ONCE", 16)
    population = np.random.default_rng(2).standard_normal((500, EMBEDDING_DIM), dtype=np.float32)
    views = ["left", "right"] * 250
    tracemalloc.start()
    rank_pros(embedding_of(unit(0)), [pro("A", unit(30))], population, view="left", population_views=views, space=space)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < population.nbytes / 3
