"""The form space on made-up embeddings whose telling and misleading directions are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import InputError
from runform.form.embedding import name_space
from runform.form.form_space import find_form_space
from runform.form.similarity import compute_cosines
from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.lifter import Lifter
from runform.sequences import EMBEDDING_DIM
from runform.training.form_space_training import (
    FilmedPopulation,
    draw_shot,
    find_main_directions,
    fit_form_space,
    split_clips,
    train_form_space,
)
from runform.training.similarity_methods import fit_methods

TELLING, MISLEADING = slice(0, 6), slice(10, 13)


def make_population(runners: int = 40, clips: int = 3, seed: int = 0) -> FilmedPopulation:
    """Runners differ by 1 in six numbers; the camera moves three others by 6; 500 hold noise; the rest nothing."""
    rng = np.random.default_rng(seed)
    vectors = np.zeros((runners, clips, EMBEDDING_DIM))
    vectors[..., TELLING] = rng.normal(size=(runners, 1, 6))
    vectors[..., MISLEADING] = 6 * rng.normal(size=(runners, clips, 3))
    vectors[..., 100:600] += 0.05 * rng.normal(size=(runners, clips, 500))
    names = [f"runner {i}" for i in range(runners) for _ in range(clips)]
    return FilmedPopulation((3.0 + vectors).reshape(-1, EMBEDDING_DIM).astype(np.float32), tuple(names))


def count_first(features: np.ndarray, clips: int = 3) -> float:  # type: ignore[type-arg]
    """Share of runners whose second clip is most like their own first clip, centred."""
    gallery, queries = features[::clips], features[1::clips]
    mean = gallery.mean(axis=0)
    return float(np.mean([compute_cosines(gallery, q, mean).argmax() == i for i, q in enumerate(queries)]))


def test_the_space_sees_what_tells_runners_apart_and_not_what_cameras_do() -> None:
    space = fit_form_space(make_population(), "abc.2", directions=6)
    assert space.model_sha256 == "abc.2"
    length = np.linalg.norm(space.basis, axis=1)
    assert length[TELLING].min() > 10 * length[MISLEADING].max()
    others = make_population(seed=1)
    assert count_first(others.vectors) < 0.2
    assert count_first(space.project(others.vectors)) > 0.95


def test_one_runners_clips_differ_by_one_in_every_direction() -> None:
    population = make_population(runners=60)
    space = fit_form_space(population, "abc.2", directions=4, principal=50, shrinkage=0.0)
    _, inside = split_clips(space.project(population.vectors), population.runners)
    covariance = inside.T @ inside / (60 * 2)
    np.testing.assert_allclose(covariance, np.eye(4), atol=0.02)


def test_clips_are_split_into_runners_and_what_is_left() -> None:
    own, inside = split_clips(np.array([[1.0], [5.0], [3.0]]), ["b", "a", "b"])
    assert own.tolist() == [[5.0], [2.0]]
    assert inside.tolist() == [[-1.0], [0.0], [1.0]]


def test_main_directions_are_those_of_greatest_spread() -> None:
    rows = np.zeros((5, 7))
    rows[:, 2], rows[:, 5] = (9, -9, 9, -9, 0), (1, 1, -1, -1, 0)
    main = find_main_directions(rows, 10)
    np.testing.assert_allclose(np.abs(main), np.eye(7)[:, [2, 5]], atol=1e-9)


def test_a_single_clip_each_teaches_nothing() -> None:
    with pytest.raises(InputError, match="several clips"):
        fit_form_space(make_population(clips=1), "abc.2")


def test_every_other_way_to_measure_likeness_is_fitted() -> None:
    methods = fit_methods(make_population())
    others = make_population(seed=1).vectors.astype(np.float64)
    found = {name: count_first(method(others)) for name, method in methods.items()}
    assert set(found) == {"per number", "per joint", "whitened", "view taken out", "discriminants"}
    assert min(found["view taken out"], found["discriminants"]) > 0.8


def test_shots_stay_within_what_a_camera_can_do() -> None:
    rng = np.random.default_rng(0)
    shots = [draw_shot(rng) for _ in range(200)]
    assert {shot.camera.side for shot in shots} == {"left", "right"}
    assert {shot.surface for shot in shots} == {"treadmill", "overground"}
    assert all(2.7 <= shot.seconds <= 5.0 and abs(shot.camera.yaw_deg) <= 22 for shot in shots)


def test_the_command_writes_a_space_for_the_lifters_embeddings(mocap_dir: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = DSTFormer(DSTFormerConfig(dim_feat=16, depth=1, heads=2)).eval()
    lifter = Lifter(LoadedModel(model, "small", "0" * 64, 81, {}))
    file = train_form_space(mocap_dir, lifter, tmp_path, runners=3, clips=2)
    assert file.parent == tmp_path
    space = find_form_space(tmp_path, name_space("0" * 64))
    assert space is not None
    assert space.basis.shape == (EMBEDDING_DIM, 2)
    assert np.isfinite(space.basis).all()
    card = file.with_suffix(".md").read_text(encoding="utf-8")
    assert name_space("0" * 64) in card
    assert "3 virtual runners" in card
