"""Training windows that go the way of an analysis."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.sequences import FloatArray
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.training.cleaned_clips import SECONDS, CleanedClip, CleanedSampler, MixedSampler, film_cleaned_clips
from runform.training.cmu_motion import Motion
from runform.training.lifter_data import LifterBatch, WindowSampler
from runform.training.lifter_errors import compute_scale
from runform.training.virtual_running.sources import RunnerSources

JOINTS = len(HUMAN36M_FEET_21)


@pytest.fixture(scope="module")
def filmed(made_up_sources: RunnerSources) -> tuple[CleanedClip, ...]:
    return tuple(film_cleaned_clips(made_up_sources, 8, 3))


def _make_clip(frames: int, mark: float = 0.0) -> CleanedClip:
    """Joints whose x says which clip and y which frame."""
    rng = np.random.default_rng(int(mark))
    joints = rng.normal(0, 0.4, (1, JOINTS, 3)) + 0.01 * rng.normal(size=(frames, JOINTS, 3))
    joints = joints - joints[:, :1]
    return CleanedClip(
        200 * joints[..., :2] + 500 + mark, np.full((frames, JOINTS), 0.9), joints, np.full(frames, 200.0)
    )


def test_filmed_clips_show_the_runner_and_tell_the_truth(filmed: tuple[CleanedClip, ...]) -> None:
    assert max(len(clip.xy_px) for clip in filmed) == pytest.approx(30 * SECONDS, abs=1)
    for clip in filmed:
        seen = (clip.confidence > 0).all(axis=1)
        assert seen.mean() > 0.8
        found = clip.xy_px - clip.xy_px.mean(axis=1, keepdims=True)
        truth = clip.joints_m[..., :2] - clip.joints_m[..., :2].mean(axis=1, keepdims=True)
        size = compute_scale(truth[seen], found[seen])
        # Cleaned keypoints lie within some centimetres of the true ones, seen from some metres away.
        assert np.median(np.linalg.norm(found[seen] / size - truth[seen], axis=2)) < 0.05
        assert size == pytest.approx(clip.px_per_metre.mean(), rel=0.15)


def test_the_same_seed_films_the_same(made_up_sources: RunnerSources, filmed: tuple[CleanedClip, ...]) -> None:
    again = next(film_cleaned_clips(made_up_sources, 1, 3))
    np.testing.assert_array_equal(again.xy_px, filmed[0].xy_px)
    other = next(film_cleaned_clips(made_up_sources, 1, 4))
    assert other.xy_px.shape != again.xy_px.shape or not np.allclose(other.xy_px, again.xy_px, equal_nan=True)


def test_a_window_and_its_truth_have_one_unit() -> None:
    batch = CleanedSampler([_make_clip(40)], skeleton=HUMAN36M_FEET_21).draw(np.random.default_rng(0), 6, 20)
    assert batch.inputs.shape == batch.targets.shape == (6, 20, JOINTS, 3)
    # Without noise or perspective, x and y of the truth are the input's, but for the place and the travel taken off.
    for inputs, targets in zip(batch.inputs, batch.targets, strict=True):
        rooted = inputs[..., :2] - inputs[:, :1, :2]
        np.testing.assert_allclose(rooted, targets[..., :2], atol=1e-4)
        assert np.ptp(inputs[..., 1]) <= 2.0


def test_who_passes_is_seen_in_short_windows_only() -> None:
    sampler = CleanedSampler([_make_clip(60), _make_clip(12, 7.0)])
    rng = np.random.default_rng(1)
    assert sampler.draw(rng, 4, 40).inputs.shape == (4, 40, len(HUMAN36M_17), 3)
    short = sampler.draw(rng, 30, 10).inputs
    shapes = {tuple(np.round(np.sort(np.abs(window[0, :, 0])), 2)) for window in short}
    assert len(shapes) > 1
    # No clip is longer than the longest.
    assert sampler.draw(rng, 2, 100).inputs.shape[1] == 60


def _count_cleaned(batch: LifterBatch, of_cleaned: LifterBatch) -> int:
    sizes = {round(float(value), 6) for value in of_cleaned.metres[:, 0]}
    return sum(round(float(value), 6) in sizes for value in batch.metres[:, 0])


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (0.4, 4), (1.0, 10)])
def test_a_share_of_each_batch_is_cleaned(made_up_motions: tuple[Motion, ...], share: float, count: int) -> None:
    cleaned = CleanedSampler([_make_clip(30)])
    mixed = MixedSampler(WindowSampler(made_up_motions), cleaned, share)
    batch = mixed.draw(np.random.default_rng(2), 10, 30)
    assert batch.inputs.shape == (10, 30, 17, 3)
    # The whole clip is the only window of this length: its scale tells it.
    assert _count_cleaned(batch, cleaned.draw(np.random.default_rng(0), 1, 30)) == count


def test_no_clip_is_refused() -> None:
    with pytest.raises(InputError, match="no cleaned clip"):
        CleanedSampler([])


def test_arrays_that_do_not_fit_are_refused() -> None:
    clip: FloatArray = np.zeros((4, JOINTS, 2))
    with pytest.raises(ShapeError, match="confidence"):
        CleanedClip(clip, np.zeros((5, JOINTS)), np.zeros((4, JOINTS, 3)), np.zeros(4))
