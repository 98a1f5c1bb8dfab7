"""Lifters side by side: whose feet, which names, which weights are opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import WeightsError
from runform.lifting.checkpoints import LoadedModel, save_safetensors
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.feet import FootLifter
from runform.lifting.lifter import SHIPPED_FILE, SHIPPED_LIFTER, Lifter
from runform.lifting.tcn import TCNConfig, TemporalLifter
from runform.sequences import FloatArray
from runform.settings import Settings
from runform.skeletons import HUMAN36M_17
from runform.training.lifter_methods import ALONE, FLAT, LiftMethods, open_lifters, steady_bones
from runform.training.lifter_observation import Observation
from tests.fixtures.filmed_runners import film_known_run

DSTFORMER = DSTFormerConfig(dim_feat=16, dim_rep=24, depth=1, heads=2, max_frames=30)
TCN = TCNConfig(channels=16, filter_widths=(3, 3), max_frames=30)


def _make_lifter(name: str = "body", sha256: str = "a" * 64) -> Lifter:
    torch.manual_seed(0)
    return Lifter(LoadedModel(DSTFormer(DSTFORMER).eval(), name, sha256, 30, {}))


def _centre(xy: FloatArray) -> FloatArray:
    return np.asarray(xy - xy.mean(axis=1, keepdims=True))


def _size(xy: FloatArray) -> float:
    return float(np.abs(_centre(xy[:, :17, :2])).mean())


def _make_foot_lifter(name: str = "feet") -> FootLifter:
    torch.manual_seed(0)
    return FootLifter(LoadedModel(TemporalLifter(TCN).eval(), name, "b" * 64, 30, {}))


@pytest.fixture(scope="module")
def clip() -> tuple[Observation, FloatArray]:
    view = film_known_run(seconds=1.2)
    clean = view.camera.project(view.joints_m)
    return Observation("perfect", clean, np.ones(clean.shape[:2])), view.time_s


def test_a_lifter_without_feet_has_17_joints(clip: tuple[Observation, FloatArray]) -> None:
    lifted = LiftMethods([_make_lifter()]).lift(*clip)
    assert {name: joints.shape[1] for name, joints in lifted.items()} == {"body": 17, "body" + ALONE: 17, FLAT: 21}


def test_the_first_feet_stand_on_everybodys_ankles(clip: tuple[Observation, FloatArray]) -> None:
    methods = LiftMethods([_make_lifter(), _make_foot_lifter("first"), _make_foot_lifter("second")])
    lifted = methods.lift(*clip)

    assert methods.names == ["body", "first", "second"]
    assert {joints.shape[1] for joints in lifted.values()} == {21}
    without_feet = LiftMethods([_make_lifter()]).lift(*clip)["body" + ALONE]
    assert np.array_equal(lifted["body" + ALONE][:, :17], without_feet)


def test_an_analysis_joints_are_nearer_to_the_picture(clip: tuple[Observation, FloatArray]) -> None:
    lifted = LiftMethods([_make_lifter()]).lift(*clip)
    seen, _ = clip
    picture = _centre(seen.xy_px[:, :17]) / _size(seen.xy_px)
    away = {
        name: np.abs(_centre(lifted[name][..., :2]) / _size(lifted[name]) - picture)
        for name in ("body", "body" + ALONE)
    }
    assert away["body"].mean() < 0.8 * away["body" + ALONE].mean()
    assert np.array_equal(lifted["body"][..., 2], lifted["body" + ALONE][..., 2])


def test_two_of_one_name_are_told_apart() -> None:
    lifters = [_make_lifter(), _make_lifter(sha256="c" * 64), _make_lifter("other")]
    assert LiftMethods(lifters).names == ["body aaaaaaaa", "body cccccccc", "other"]


def test_the_shipped_weights_and_those_of_files_are_opened(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    torch.manual_seed(0)
    save_safetensors(DSTFormer(DSTFORMER), models / SHIPPED_FILE, name=SHIPPED_LIFTER, window=30)
    save_safetensors(DSTFormer(DSTFORMER), tmp_path / "new.safetensors", name="new", window=30)
    save_safetensors(TemporalLifter(TCN), tmp_path / "tcn.safetensors", name="tcn", window=30)
    settings = Settings(_env_file=None, models_dir=models, device="cpu", lifter=SHIPPED_LIFTER)

    opened = open_lifters(settings, [tmp_path / "new.safetensors", tmp_path / "tcn.safetensors"])

    kinds = {one.name: type(one) for one in opened}
    assert kinds | {"new": Lifter, "tcn": FootLifter, SHIPPED_LIFTER: Lifter} == kinds
    assert opened[0].name == SHIPPED_LIFTER


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="nowhere"):
        open_lifters(Settings(_env_file=None, device="cpu"), [tmp_path / "nowhere.safetensors"])


def test_steady_bones_undo_what_was_stretched() -> None:
    view = film_known_run()
    truth = view.joints_m - view.joints_m[:, :1]
    clean = view.camera.project(view.joints_m)
    seen = Observation("perfect", clean, np.ones(clean.shape[:2]))
    at = HUMAN36M_17.index
    elbow, wrist = truth[:, at["left_elbow"]], truth[:, at["left_wrist"]]
    stretched = truth.copy()
    stretch = 1 + 0.2 * np.sin(np.arange(len(truth)))[:, None]
    stretched[:, at["left_wrist"]] = elbow + stretch * (wrist - elbow)

    steady = steady_bones(stretched, seen)

    lengths = np.linalg.norm(steady[:, at["left_wrist"]] - steady[:, at["left_elbow"]], axis=1)
    assert lengths == pytest.approx(np.linalg.norm(wrist - elbow, axis=1).mean(), rel=0.03)
    assert np.ptp(lengths) == pytest.approx(0, abs=1e-9)
