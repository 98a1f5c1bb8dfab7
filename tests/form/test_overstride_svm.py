from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import InputError, ShapeError, WeightsError
from runform.form.overstride_model import OverstrideModel, from_bytes, to_bytes
from runform.form.overstride_svm import MOST_STRANGE, describe_missing_labels, judge_svm, make_reducer
from runform.form.overstride_svm import train_svm as train_and_validate
from runform.form.svm_search import SETTINGS, SearchedSvm, Setting
from runform.sequences import EMBEDDING_DIM, FormEmbedding
from tests.form.labelled import make_labelled_runs

FEW = SETTINGS[:2]
"""Settings to search among where the search is not what is tested: a permutation test takes a minute by all."""


def train_svm(
    vectors: npt.NDArray[Any],
    labels: Sequence[str | None],
    groups: Sequence[str],
    seed: int = 0,
    permutations: int = 9,
    settings: tuple[Setting, ...] = FEW,
) -> OverstrideModel:
    return train_and_validate(
        vectors, labels, groups, seed, model_sha256="abc", permutations=permutations, settings=settings
    )[0]


@pytest.fixture(scope="module")
def trained() -> OverstrideModel:
    return train_svm(*make_labelled_runs(10, 3, 1.5), permutations=59)


def embedding_of(vector: npt.NDArray[Any], sha256: str = "abc") -> FormEmbedding:
    return FormEmbedding(vector.astype(np.float32), "lifter", sha256)


def test_it_learns_what_can_be_learnt_and_says_how_well(trained: OverstrideModel) -> None:
    figures = trained.figures
    assert (figures["n"], figures["runners"], figures["folds"]) == (30, 10, 5)
    assert figures["balanced_accuracy"] >= 0.9
    assert figures["accuracy_low"] < figures["accuracy"] <= figures["accuracy_high"]
    assert figures["permutation_p"] <= 0.05
    assert np.sum(figures["confusion"]) == 30


def test_it_judges_runners_it_has_not_seen(trained: OverstrideModel) -> None:
    vectors, labels, _ = make_labelled_runs(6, 1, 1.5, seed=99)
    for vector, label in zip(vectors, labels, strict=True):
        opinion = judge_svm(embedding_of(vector), trained)
        assert opinion.verdict in (label, "uncertain")
        assert (opinion.margin > 0) == (label == "overstride")
        assert (opinion.probability > 0.5) == (label == "overstride")
        assert opinion.cross_validation == trained.figures
        assert "your labels: 30 clips of 10 runners" in opinion.reason


def test_margin_is_one_on_the_margins_edge(trained: OverstrideModel) -> None:
    vectors, labels, _ = make_labelled_runs(10, 3, 1.5)
    margins = np.array([judge_svm(embedding_of(vector), trained).margin for vector in vectors])
    signs = np.array([1.0 if label == "overstride" else -1.0 for label in labels])
    # The runs it was trained on lie on or outside the margin when both kinds can be separated.
    assert (signs * margins).min() == pytest.approx(1.0, abs=0.02)


def test_near_the_boundary_it_is_uncertain(trained: OverstrideModel) -> None:
    vectors, _, _ = make_labelled_runs(10, 3, 1.5)
    margins = [judge_svm(embedding_of(vector), trained).margin for vector in vectors[[0, 3]]]
    share = margins[0] / (margins[0] - margins[1])
    between = vectors[0] + share * (vectors[3] - vectors[0])
    opinion = judge_svm(embedding_of(between), trained)
    assert abs(opinion.margin) < 0.01
    assert opinion.verdict == "uncertain"
    assert "near the boundary" in opinion.reason


def test_random_labels_score_about_chance() -> None:
    scores = [
        train_svm(*make_labelled_runs(10, 3, 0.0, seed=seed), permutations=0, settings=SETTINGS).figures[
            "balanced_accuracy"
        ]
        for seed in range(10)
    ]
    assert np.mean(scores) == pytest.approx(0.5, abs=0.15)


def test_random_labels_are_rarely_told_from_chance() -> None:
    found = sum(
        train_svm(*make_labelled_runs(10, 3, 0.0, seed=seed), permutations=19).figures["permutation_p"] <= 0.05
        for seed in range(8)
    )
    assert found <= 2


def test_without_skill_it_stays_uncertain() -> None:
    model = train_svm(*make_labelled_runs(10, 2, 0.0), permutations=19)
    assert model.figures["permutation_p"] > 0.05
    vectors, _, _ = make_labelled_runs(4, 1, 0.0, seed=7)
    opinions = [judge_svm(embedding_of(vector), model) for vector in vectors]
    assert {opinion.verdict for opinion in opinions} == {"uncertain"}
    assert "chance" in opinions[0].reason


def test_the_same_seed_gives_the_same_model() -> None:
    data = make_labelled_runs(6, 2, 0.5)
    one, two = (train_svm(*data, seed=3, permutations=9) for _ in range(2))
    assert one.figures == two.figures
    assert judge_svm(embedding_of(data[0][0]), one) == judge_svm(embedding_of(data[0][0]), two)


def test_unlabelled_runs_are_left_out() -> None:
    vectors, labels, groups = make_labelled_runs(6, 2, 1.0)
    more = np.vstack([vectors, vectors + 1])
    one = train_svm(vectors, labels, groups, permutations=9)
    two = train_svm(more, [*labels, *[None] * 12], [*groups, *groups], permutations=9)
    assert two.figures == one.figures


@pytest.mark.parametrize(
    ("runners", "runs", "words"),
    [(2, 4, "4 of 1 runners labelled optimal"), (4, 1, "2 of 2 runners labelled overstride"), (0, 0, "0 of 0 runners")],
)
def test_too_few_labels_are_refused_with_what_is_missing(runners: int, runs: int, words: str) -> None:
    _, labels, groups = make_labelled_runs(runners, runs, 1.0)
    vectors = np.zeros((len(labels), EMBEDDING_DIM), dtype=np.float32)
    assert words in describe_missing_labels(labels, groups)
    with pytest.raises(InputError, match=words):
        train_svm(vectors, labels, groups)


def test_enough_labels_miss_nothing() -> None:
    _, labels, groups = make_labelled_runs(4, 2, 1.0)
    assert describe_missing_labels(labels, groups) == ""
    assert train_svm(*make_labelled_runs(4, 2, 1.0), permutations=9).figures["folds"] == 2


def test_a_runner_with_both_labels_is_kept_in_one_fold() -> None:
    vectors, _, groups = make_labelled_runs(6, 4, 0.0)
    labels = [("optimal", "overstride")[i % 2] for i in range(24)]
    figures = train_svm(vectors, labels, groups, permutations=9).figures
    assert figures["runners"] == 6
    assert figures["permutation_p"] > 0.05


def test_bad_input_is_refused() -> None:
    vectors, labels, groups = make_labelled_runs(4, 2, 1.0)
    with pytest.raises(InputError, match="Unknown labels: bouncy"):
        train_svm(vectors, ["bouncy", *labels[1:]], groups)
    with pytest.raises(ShapeError, match="embeddings"):
        train_svm(vectors[:, :100], labels, groups)


def test_without_a_model_it_refuses_and_says_what_is_missing(trained: OverstrideModel) -> None:
    vector = np.ones(EMBEDDING_DIM, dtype=np.float32)
    opinion = judge_svm(embedding_of(vector), None, "Three more runs are needed.")
    assert (opinion.verdict, opinion.reason) == ("refused", "Three more runs are needed.")
    assert math.isnan(opinion.probability)
    assert math.isnan(opinion.margin)
    assert "no learned model" in judge_svm(embedding_of(vector), None).reason
    assert judge_svm(embedding_of(vector, sha256="other"), trained).verdict == "refused"


@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_the_arrays_compute_what_the_library_does_and_come_back_from_bytes(kernel: Any) -> None:
    vectors, labels, groups = make_labelled_runs(10, 3, 1.0)
    model, _ = train_and_validate(
        vectors, labels, groups, model_sha256="abc", permutations=0, settings=(Setting(16, kernel, 10.0),)
    )
    reducer = make_reducer(16).fit(vectors.astype(np.float64))
    svm = SearchedSvm((Setting(16, kernel, 10.0),)).fit(
        reducer.transform(vectors.astype(np.float64)),
        np.array([label == "overstride" for label in labels], dtype=np.intp),
        np.array(groups),
    )
    unseen = make_labelled_runs(6, 1, 1.0, seed=5)[0]
    expected = svm.decision_function(reducer.transform(unseen.astype(np.float64)))
    np.testing.assert_allclose(model.compute_margins(unseen), expected, atol=2e-3)
    again = from_bytes(to_bytes(model))
    np.testing.assert_allclose(again.compute_margins(unseen), expected, atol=5e-3)
    assert (again.name, again.model_sha256, again.figures) == (model.name, model.model_sha256, model.figures)
    assert to_bytes(from_bytes(to_bytes(again))) == to_bytes(again)


def test_a_damaged_model_is_said_to_be() -> None:
    with pytest.raises(WeightsError, match="damaged"):
        from_bytes(b"not a model at all")


def test_the_search_takes_the_kernel_that_the_labels_need() -> None:
    # Two rings: no plane parts them, a radial kernel does.
    rng = np.random.default_rng(0)
    angle, y = rng.uniform(0, 2 * np.pi, 80), np.arange(80) % 2
    rings = (1.0 + 1.5 * y)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    searched = SearchedSvm().fit(rings, y, np.array([f"runner {i // 2}" for i in range(80)]))
    assert searched.setting.kernel == "rbf"
    straight = SearchedSvm().fit(
        np.stack([2.0 * y + rng.normal(size=80), rng.normal(size=80)], axis=1), y, np.arange(80).astype(str)
    )
    assert straight.setting.kernel == "linear"


def test_a_form_far_from_all_it_learnt_gets_no_opinion(trained: OverstrideModel) -> None:
    vectors, _, _ = make_labelled_runs(6, 1, 1.5, seed=99)
    assert all(trained.compute_strangeness(vector) < MOST_STRANGE for vector in vectors)
    assert judge_svm(embedding_of(vectors[0]), trained).verdict != "refused"
    opinion = judge_svm(embedding_of(3 * vectors[0]), trained)
    assert opinion.verdict == "refused"
    assert "Label your own runs" in opinion.reason
    assert math.isnan(opinion.probability)
