from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import InputError, ShapeError
from runform.form.form_space import FormSpace
from runform.form.measure import RAW, measure_in_space
from runform.form.population import Comparables, Population
from runform.form.similarity import Ranking, ReferenceForm, centre_on, compute_cosines, rank_pros
from runform.sequences import EMBEDDING_DIM, FormEmbedding, View


def embedding_of(vector: npt.NDArray[Any]) -> FormEmbedding:
    return FormEmbedding(vector.astype(np.float32), "lifter", "abc")


def unit(angle_deg: float) -> npt.NDArray[np.float32]:
    """A vector in the plane of the first two numbers."""
    vector = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    vector[:2] = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return vector


def pro(
    name: str, vector: npt.NDArray[Any], view: View = "left", pro_id: str | None = None, clip_id: str = ""
) -> ReferenceForm:
    return ReferenceForm(pro_id or f"id of {name}", name, vector, view, clip_id)


def compare(run: FormEmbedding, rows: npt.NDArray[Any], *, centre: bool = False) -> Comparables:
    population = Population(rows.astype(np.float32), ("left",) * len(rows), len(rows))
    return population.compare(run.vector.astype(np.float64), "left", centre=centre)


def rank_raw(run: FormEmbedding, pros: list[ReferenceForm], view: View | None = None) -> list[str]:
    return [ranked.name for ranked in rank_pros(run, pros, RAW, view=view).pros]


def test_raw_cosine_without_a_population() -> None:
    pros = [pro("B", unit(60)), pro("A", 5 * unit(30)), pro("C", unit(180))]
    ranking = rank_pros(embedding_of(unit(0)), pros, RAW)
    assert ranking.likeness == "raw"
    assert [ranked.name for ranked in ranking.pros] == ["A", "B", "C"]
    similarities = [ranked.similarity for ranked in ranking.pros]
    assert similarities == pytest.approx([math.cos(math.radians(30)), 0.5, -1.0])
    assert all(math.isnan(ranked.percentile) for ranked in ranking.pros)
    assert [sum(ranked.shares) for ranked in ranking.pros] == pytest.approx(similarities, abs=1e-9)
    assert ranking.compared == 0


def test_centring_undoes_what_everyone_shares() -> None:
    rng = np.random.default_rng(0)
    shared = 10 * rng.normal(size=EMBEDDING_DIM)
    population = (shared + rng.normal(size=(40, EMBEDDING_DIM))).astype(np.float32)
    run = shared + rng.normal(size=EMBEDDING_DIM)
    like, unlike = run + 0.3 * rng.normal(size=EMBEDDING_DIM), shared + rng.normal(size=EMBEDDING_DIM)
    pros = [pro("unlike", unlike.astype(np.float32)), pro("like", like.astype(np.float32))]
    raw = rank_pros(embedding_of(run), pros, RAW)
    others = compare(embedding_of(run), population, centre=True)
    measure = centre_on(others, embedding_of(run), pros)
    assert measure is not None
    centred = rank_pros(embedding_of(run), pros, measure, others)
    assert min(ranked.similarity for ranked in raw.pros) > 0.98
    assert [ranked.name for ranked in centred.pros] == ["like", "unlike"]
    assert (centred.likeness, centred.compared) == ("centred", 40)
    assert centred.pros[0].similarity > 0.9
    assert abs(centred.pros[1].similarity) < 0.1
    assert centred.pros[0].percentile == 100.0


def test_too_small_a_population_is_not_taken_off_but_may_be_counted() -> None:
    run, pros = embedding_of(unit(0)), [pro("A", unit(30))]
    rows = np.stack([unit(angle) for angle in (10, 20, 50, 80)])
    assert centre_on(compare(run, rows, centre=True), run, pros) is None
    assert rank_pros(run, pros, RAW, compare(run, rows)).pros[0].percentile == 50.0
    assert math.isnan(rank_pros(run, pros, RAW, compare(run, rows[:2])).pros[0].percentile)


def test_the_run_itself_is_no_part_of_the_population() -> None:
    run = embedding_of(unit(0))
    rows = np.stack([unit(0), unit(0), unit(10), unit(50), unit(80)])
    ranking = rank_pros(run, [pro("A", unit(30))], RAW, compare(run, rows))
    assert ranking.compared == 3
    assert ranking.pros[0].percentile == pytest.approx(200 / 3)


def test_pros_of_the_same_view_come_first() -> None:
    pros = [pro("front, alike", unit(5), "front"), pro("left", unit(40)), pro("left, alike", unit(20))]
    assert rank_raw(embedding_of(unit(0)), pros, "left") == ["left, alike", "left", "front, alike"]
    assert rank_raw(embedding_of(unit(0)), pros, "unclear") == ["front, alike", "left, alike", "left"]
    ranking = rank_pros(embedding_of(unit(0)), pros, RAW, view="left")
    assert [ranked.same_view for ranked in ranking.pros] == [True, True, False]


def test_both_sides_are_one_view() -> None:
    pros = [pro("right, alike", unit(5), "right"), pro("left", unit(40)), pro("back", unit(1), "back")]
    views: tuple[View, View] = ("left", "right")
    for view in views:
        assert rank_raw(embedding_of(unit(0)), pros, view) == ["right, alike", "left", "back"]
    assert rank_raw(embedding_of(unit(0)), pros, "back")[0] == "back"


def test_a_pro_appears_once_by_the_best_clip_of_the_same_view() -> None:
    clips = [
        pro("A", unit(50), "left", "a", "far"),
        pro("A", unit(30), "right", "a", "near"),
        pro("A", unit(1), "front", "a", "ahead"),
        pro("B", unit(40), "left", "b", "only"),
    ]
    ranking = rank_pros(embedding_of(unit(0)), clips, RAW, view="left")
    assert [(ranked.pro_id, ranked.clip_id, ranked.view) for ranked in ranking.pros] == [
        ("a", "near", "right"),
        ("b", "only", "left"),
    ]
    assert ranking.pros[0].similarity == pytest.approx(math.cos(math.radians(30)))


def test_equal_pros_keep_one_order() -> None:
    pros = [pro("B", unit(30)), pro("A", unit(30), pro_id="2"), pro("A", unit(30), pro_id="1")]
    orders = [
        [ranked.pro_id for ranked in rank_pros(embedding_of(unit(0)), [pros[i] for i in order], RAW).pros]
        for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2])
    ]
    assert orders == [["1", "2", "id of B"]] * 3


def test_the_mean_of_all_is_not_taken_off_a_run_or_a_pro_that_lies_there() -> None:
    rows = np.stack([unit(angle) for angle in (10, 20, 30, 40, 50, 60)])
    mean = rows.mean(axis=0)
    for run, reference in ((unit(0), mean), (mean, unit(0))):
        others = compare(embedding_of(run), rows, centre=True)
        assert centre_on(others, embedding_of(run), [pro("A", reference)]) is None


def test_zero_vectors_are_refused_and_no_pros_give_none() -> None:
    zero = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    with pytest.raises(InputError, match="The run has an embedding of zeros"):
        rank_pros(embedding_of(zero), [], RAW)
    with pytest.raises(InputError, match="Ada has an embedding of zeros"):
        rank_pros(embedding_of(unit(0)), [pro("Ada", zero)], RAW)
    assert rank_pros(embedding_of(unit(0)), [], RAW) == Ranking("raw", (), 0)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="vector"):
        pro("A", np.ones(3, dtype=np.float32))


def test_cosines_are_the_same_in_blocks() -> None:
    rng = np.random.default_rng(1)
    matrix, vector, mean = rng.normal(size=(2500, 8)), rng.normal(size=8), rng.normal(size=8)
    centred = matrix - mean
    expected = centred @ (vector - mean) / np.linalg.norm(centred, axis=1) / np.linalg.norm(vector - mean)
    assert compute_cosines(matrix, vector, mean) == pytest.approx(expected)
    assert compute_cosines(mean[None], vector, mean).tolist() == [0.0]


def make_space() -> FormSpace:
    """A space that looks at the second and third number alone, with 5 for everyone's second."""
    mean, basis = np.zeros(EMBEDDING_DIM, dtype=np.float32), np.zeros((EMBEDDING_DIM, 2), dtype=np.float32)
    mean[1] = 5.0
    basis[1, 0] = basis[2, 1] = 1.0
    return FormSpace("abc", mean, basis)


def vector_of(*numbers: float) -> npt.NDArray[np.float32]:
    vector = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    vector[: len(numbers)] = numbers
    return vector


def test_likeness_in_the_form_space_sees_what_the_space_sees() -> None:
    # By the embedding itself everyone is alike: the first number, which the space leaves out, outweighs all.
    run = embedding_of(vector_of(100.0, 6.0, 0.0))
    pros = [pro("square", vector_of(100.0, 5.0, 2.0)), pro("alike", vector_of(-70.0, 7.0, 0.0))]
    ranking = rank_pros(run, pros, measure_in_space(make_space()))
    assert ranking.likeness == "form_space"
    assert [ranked.name for ranked in ranking.pros] == ["alike", "square"]
    assert [ranked.similarity for ranked in ranking.pros] == pytest.approx([1.0, 0.0], abs=1e-6)


def test_a_similarity_in_the_space_stays_what_it_was_as_runs_are_stored() -> None:
    run, pros = embedding_of(vector_of(0.0, 9.0, 1.0)), [pro("A", vector_of(0.0, 8.0, 3.0))]
    stored = np.stack([vector_of(1.0 * i, 9.0, 0.5 + 0.1 * i) for i in range(6)])
    measure = measure_in_space(make_space())
    population = Population(make_space().project(stored).astype(np.float32), ("left",) * 6, 6)
    others = population.compare(measure.apply(run.vector), "left")
    (alone,) = rank_pros(run, pros, measure).pros
    (ranked,) = rank_pros(run, pros, measure, others).pros
    assert ranked.similarity == alone.similarity == pytest.approx(15 / math.sqrt(17 * 18))
    assert math.isnan(alone.percentile)
    assert ranked.percentile == 0.0  # those there all ran more alike; the one that equals the run does not count
    assert others.count == 5
