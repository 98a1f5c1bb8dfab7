from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.lifter import Lifter
from runform.sequences import FloatArray
from runform.training.embedding_probe import PROBED, film_probe, probe_traits, read_traits
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources

NAMES = [f"runner {i}" for i in range(60)]


@pytest.fixture
def traits() -> FloatArray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, len(PROBED))) * np.arange(1, len(PROBED) + 1)


def test_a_trait_that_is_there_is_read_and_one_that_is_not_is_not(traits: FloatArray) -> None:
    rng = np.random.default_rng(1)
    told = np.hstack([traits[:, :3] @ rng.normal(size=(3, 40)), rng.normal(size=(60, 5))])
    rows = probe_traits({"told": told, "noise": rng.normal(size=(60, 30))}, traits, NAMES)
    assert [row["trait"] for row in rows] == [trait.name for trait in PROBED]
    assert min(row["r2_told"] for row in rows[:3]) > 0.95
    assert max(row["r2_told"] for row in rows[3:]) < 0.3
    assert max(row["r2_noise"] for row in rows) < 0.3
    assert rows[0]["rmse_told"] < 0.25 * rows[0]["spread"]


def test_traits_are_read_off_virtual_runners(mocap_dir: Path) -> None:
    drawn = draw_virtual_runners(0, 4, read_runner_sources(mocap_dir), seconds=1.0)
    runners = [runner for runner, _ in drawn]
    read = read_traits(runners)
    column = {trait.name: k for k, trait in enumerate(PROBED)}
    assert read.shape == (4, len(PROBED))
    assert read[:, column["cadence"]].tolist() == [runner.cadence for runner in runners]
    reach = [(r.left.ankle_ahead_m + r.right.ankle_ahead_m) / 2 / r.leg_m for r in runners]
    assert read[:, column["ankle ahead at landing"]] == pytest.approx(reach)
    assert (np.ptp(read, axis=0) > 0).all()


def test_runners_are_filmed_once_each(mocap_dir: Path) -> None:
    torch.manual_seed(0)
    model = DSTFormer(DSTFormerConfig(dim_feat=16, depth=1, heads=2)).eval()
    lifter = Lifter(LoadedModel(model, "small", "0" * 64, 81, {}))
    runners, forms, names = film_probe(mocap_dir, lifter, 2, seed=3)
    assert (len(runners), len(forms), len(set(names))) == (2, 2, 2)
    assert not np.array_equal(forms[0].vector, forms[1].vector)
    again = film_probe(mocap_dir, lifter, 1, seed=3)[1]
    np.testing.assert_array_equal(forms[0].vector, again[0].vector)
