"""`evaluate lifting` from end to end with lifters that have learned nothing, on made-up people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import InputError
from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.feet import FootLifter
from runform.lifting.lifter import Lifter
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.progress import Progress
from runform.training.cmu_motion import Motion
from runform.training.lifter_cmu_evaluation import draw_side_views, evaluate_cmu
from runform.training.lifter_evaluation import VARIANTS, evaluate_lifting, evaluate_views
from runform.training.lifter_methods import ALONE, FLAT, LiftMethods, lift_flat
from runform.training.lifter_tables import describe
from tests.fixtures.filmed_runners import film_known_run


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    torch.manual_seed(0)
    model = DSTFormer(DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=30))
    return Lifter(LoadedModel(model.eval(), "small", "a" * 64, 30, {}))


@pytest.fixture(scope="module")
def foot_lifter() -> FootLifter:
    torch.manual_seed(0)
    model = TemporalLifter(TCNConfig(channels=16, filter_widths=(3, 3), max_frames=30))
    return FootLifter(LoadedModel(model.eval(), "small feet", "b" * 64, 30, {}))


def test_every_method_view_and_noise_has_its_row(lifter: Lifter, foot_lifter: FootLifter) -> None:
    views = [film_known_run(seconds=1.5), film_known_run("front", seconds=1.5)]
    methods = LiftMethods([lifter, foot_lifter])
    told: list[float] = []
    assert methods.names == ["small", "small feet"]

    outcomes = evaluate_views(views, methods, 0, Progress(lambda _, fraction: told.append(fraction)))
    names = [name + end for name in methods.names for end in ("", *VARIANTS)]
    tables = describe(outcomes, methods.names, VARIANTS)

    assert {(row["method"], row["view"], row["noise"]) for row in tables["rows"]} == {
        (method, place, noise)
        for method in (*names, FLAT)
        for place, noises in (
            ("side", ("perfect", "detector", "damaged", "cleaned")), ("front", ("perfect", "detector", "cleaned")),
        )
        for noise in noises
    }  # fmt: skip
    assert told[-1] == 1.0
    for row in tables["rows"]:
        # Any joints are nearer to a standing body than this, turned at best nearer still.
        assert 0 < row["p_mpjpe_mm"] < 600
        assert row["feet_mm"] > 0
    perfect = {row["joints"]: row for row in tables["denoising_rows"]}
    assert perfect["2D cleaned"]["picture_mm"] < perfect["2D damaged"]["picture_mm"]
    json.dumps(tables, allow_nan=False)


def test_the_same_seed_measures_the_same(lifter: Lifter) -> None:
    views = [film_known_run(seconds=1.5)]
    first, again, other = (
        np.array([list(outcome.values.values()) for outcome in evaluate_views(views, LiftMethods([lifter]), seed)])
        for seed in (0, 0, 1)
    )
    assert first == pytest.approx(again, nan_ok=True)
    assert np.nanmax(np.abs(first - other)) > 1


def test_without_the_test_people_the_captured_sequences_are_left(made_up_mocap: Path, lifter: Lifter) -> None:
    result = evaluate_lifting(made_up_mocap, lifter)

    assert result.keys() == {"cmu_rows", "goals"}
    assert result["goals"] == []
    assert {(row["method"], row["action"]) for row in result["cmu_rows"]} == {
        (method, action) for method in ("small", "small" + ALONE, FLAT) for action in ("running", "all")
    }
    for row in result["cmu_rows"]:
        assert row["views"] == 2
        assert 0 < row["p_mpjpe_mm"] <= row["n_mpjpe_mm"] * 1.2


def test_a_folder_with_nobody_says_so(tmp_path: Path, lifter: Lifter) -> None:
    with pytest.raises(InputError, match="nobody to test on"):
        evaluate_lifting(tmp_path, lifter)


def test_only_what_was_held_out_is_measured(
    made_up_motions: tuple[Motion, ...], made_up_mocap: Path, lifter: Lifter
) -> None:
    held_out = [motion for motion in made_up_motions if motion.held_out]
    assert len(held_out) == 1
    direct = evaluate_cmu(held_out, LiftMethods([lifter]), 0)
    assert direct == evaluate_lifting(made_up_mocap, lifter)["cmu_rows"]


def test_side_views_of_captured_sequences_show_the_plane_and_no_depth(made_up_motions: tuple[Motion, ...]) -> None:
    view = draw_side_views(made_up_motions[-1:], seed=0)[0]
    flat_mm = lift_flat(view.seen, view.time_s)[:, :17] / view.px_per_metre[:, None, None] * 1000
    in_plane = np.linalg.norm((flat_mm - view.truth_mm)[..., :2], axis=-1)
    assert np.median(in_plane) < 60
    assert np.abs(view.truth_mm[..., 2]).max() > 100
