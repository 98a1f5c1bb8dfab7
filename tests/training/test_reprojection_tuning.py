from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runform.errors import InputError, WeightsError
from runform.lifting.checkpoints import LoadedModel, build_model, load_safetensors, save_safetensors
from runform.skeletons import HUMAN36M_17
from runform.training import reprojection_tuning
from runform.training.cmu_motion import Motion
from runform.training.held_out_windows import HeldOutWindows
from runform.training.lifter_data import WindowSampler
from runform.training.lifter_log import PAGE_FILE, read_log
from runform.training.lifter_plan import STATE_FILE
from runform.training.lifter_recipe import LifterRecipe, find_skeleton
from runform.training.reprojection_tuning import RESULT_FILE, TuningRecipe, TuningReport, tune_lifter
from runform.training.reprojection_windows import TuningWindows
from tests.training.tiny_lifters import TINY, TINY_TCN

QUICK = TuningRecipe(frames=10, epochs=6, learning_rate=5e-3)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(params=[TINY, TINY_TCN], ids=["dstformer", "tcn"])
def recipe(request: pytest.FixtureRequest) -> LifterRecipe:
    chosen: LifterRecipe = request.param
    return chosen


def _make_weights(folder: Path, recipe: LifterRecipe) -> LoadedModel:
    torch.manual_seed(0)
    file = folder / "base.safetensors"
    model = build_model(recipe.model)
    with torch.no_grad():  # a fresh model may give back what it reads
        for value in model.parameters():
            value.add_(0.1 * torch.randn_like(value))
    save_safetensors(model, file, name="base", window=12, metadata={"licence": "Apache-2.0"})
    return load_safetensors(file)


def _make_windows(motions: tuple[Motion, ...], recipe: LifterRecipe) -> TuningWindows:
    sampler = WindowSampler(motions, skeleton=find_skeleton(recipe.model))
    return TuningWindows(*(sampler.draw(np.random.default_rng(n), 16, 10).inputs for n in (1, 2)))


def test_tuning_brings_the_joints_onto_the_detected_ones(
    made_up_motions: tuple[Motion, ...], tmp_path: Path, recipe: LifterRecipe
) -> None:
    start, windows = _make_weights(tmp_path, recipe), _make_windows(made_up_motions, recipe)
    held_out = HeldOutWindows(made_up_motions[-1:], find_skeleton(recipe.model), 4, 10)
    report = tune_lifter(start, windows, tmp_path / "out", QUICK, held_out=held_out)

    assert report.epochs == 6
    for part in ("training_2d_percent", "held_out_2d_percent"):
        assert report.after[part] < 0.8 * report.before[part]
    assert report.before["held_out_3d_mm"] > 0
    assert report.after.keys() == report.before.keys() >= {"held_out_3d_mm, captured runs"}
    log = read_log(tmp_path / "out")
    assert [line["step"] for line in log] == list(range(1, 7))
    np.testing.assert_allclose([line["learning_rate"] for line in log], 5e-3 * 0.99 ** np.arange(6))
    assert log[-1]["held_out_2d_percent"] == pytest.approx(report.after["held_out_2d_percent"])
    assert json.loads((tmp_path / "out" / RESULT_FILE).read_text())["rows"] == report.to_rows()
    assert (tmp_path / "out" / PAGE_FILE).is_file()


def test_all_layers_learn_and_the_weights_have_a_name_of_their_own(
    made_up_motions: tuple[Motion, ...], tmp_path: Path
) -> None:
    start, windows = _make_weights(tmp_path, TINY), _make_windows(made_up_motions, TINY)
    report = tune_lifter(start, windows, tmp_path / "out", QUICK)

    assert report.file is not None
    tuned = load_safetensors(report.file)
    assert tuned.name.startswith("base-tuned-2d-")
    assert report.file.stem == tuned.name
    assert tuned.sha256 != start.sha256
    assert (tuned.window, tuned.metadata["base_sha256"]) == (12, start.sha256)
    assert "user's own clips" in tuned.metadata["data"]
    before = start.model.state_dict()
    assert not any(torch.equal(value, before[name]) for name, value in tuned.model.state_dict().items())


def test_what_the_loss_says_nothing_of_is_left_alone(made_up_motions: tuple[Motion, ...], tmp_path: Path) -> None:
    """Weight decay in the gradient would take the last layer's row for depth from 0.1 to 0.04 in these twelve steps."""
    start, windows = _make_weights(tmp_path, TINY), _make_windows(made_up_motions, TINY)
    report = tune_lifter(start, windows, tmp_path / "out", QUICK)
    assert report.file is not None
    before, after = (loaded.model.state_dict()["head.weight"] for loaded in (start, load_safetensors(report.file)))
    torch.testing.assert_close(after[2], before[2], atol=1e-3, rtol=1e-3)
    assert not torch.allclose(after[:2], before[:2], atol=1e-2)


def test_a_tuning_says_whether_depth_is_forgotten() -> None:
    better, worse = {"held_out_3d_mm": 30.0}, {"held_out_3d_mm": 50.0}
    assert TuningReport(1, better, worse, None).forgets_depth
    assert not TuningReport(1, worse, better, None).forgets_depth
    assert not TuningReport(1, {}, {}, None).forgets_depth


def test_a_tuning_that_was_stopped_goes_on_bit_for_bit(
    made_up_motions: tuple[Motion, ...], tmp_path: Path, recipe: LifterRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, windows = _make_weights(tmp_path, recipe), _make_windows(made_up_motions, recipe)
    tune_lifter(start, windows, tmp_path / "unbroken", QUICK)
    take_epoch = reprojection_tuning._Tuning._take_epoch

    def take_epoch_and_press_ctrl_c(self: Any, rate: float) -> float:
        if self.epoch == 2:
            import signal

            signal.raise_signal(signal.SIGINT)
        return take_epoch(self, rate)

    with monkeypatch.context() as patched:
        patched.setattr(reprojection_tuning._Tuning, "_take_epoch", take_epoch_and_press_ctrl_c)
        stopped = tune_lifter(start, windows, tmp_path / "broken", QUICK)
    assert (stopped.epochs, stopped.file, stopped.to_rows()) == (3, None, [])
    torch.rand(5)
    tune_lifter(start, windows, tmp_path / "broken", QUICK, resume=True)

    one, other = (torch.load(tmp_path / name / STATE_FILE, weights_only=True) for name in ("unbroken", "broken"))
    assert one["before"] == other["before"]
    for name, value in one["model"].items():
        assert torch.equal(value, other["model"][name]), name


def test_a_tuning_is_not_written_over_and_resumed_only_with_its_own(
    made_up_motions: tuple[Motion, ...], tmp_path: Path
) -> None:
    start, windows = _make_weights(tmp_path, TINY), _make_windows(made_up_motions, TINY)
    with pytest.raises(WeightsError, match="no checkpoint"):
        tune_lifter(start, windows, tmp_path / "out", QUICK, resume=True)
    tune_lifter(start, windows, tmp_path / "out", TuningRecipe(frames=10, epochs=1))
    with pytest.raises(InputError, match="holds a training already"):
        tune_lifter(start, windows, tmp_path / "out", QUICK)
    with pytest.raises(WeightsError, match="other clips, weights or settings"):
        tune_lifter(start, windows, tmp_path / "out", QUICK, resume=True)
    fewer = TuningWindows(windows.training[:8], windows.held_out)
    with pytest.raises(WeightsError, match="other clips, weights or settings"):
        tune_lifter(start, fewer, tmp_path / "out", TuningRecipe(frames=10, epochs=1), resume=True)


def test_a_mirrored_window_is_the_other_sides(made_up_motions: tuple[Motion, ...], tmp_path: Path) -> None:
    start, windows = _make_weights(tmp_path, TINY), _make_windows(made_up_motions, TINY)
    tuning = reprojection_tuning._Tuning(start, windows, QUICK, 0, "cpu")
    seen = torch.from_numpy(windows.training[:2])
    mirrored = tuning._mirror(seen, np.array([True, False]))
    left, right = HUMAN36M_17.index["left_knee"], HUMAN36M_17.index["right_knee"]
    torch.testing.assert_close(mirrored[0, :, left], seen[0, :, right] * torch.tensor([-1.0, 1.0, 1.0]))
    assert torch.equal(mirrored[1], seen[1])


def test_the_defaults_are_the_published_ones() -> None:
    recipe = TuningRecipe()
    published = (recipe.frames, recipe.least_confidence, recipe.epochs)
    assert published == (30, 0.3, 60)
    assert (recipe.learning_rate, recipe.weight_decay, recipe.decay) == (2e-4, 0.01, 0.99)
    with pytest.raises(InputError, match="one epoch"):
        TuningRecipe(epochs=0)
