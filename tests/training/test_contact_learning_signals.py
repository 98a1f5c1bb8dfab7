from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence
from runform.skeletons import COCO_17
from runform.training.contact_learning.baselines import cut_windows
from runform.training.contact_learning.events import find_contacts
from runform.training.contact_learning.signals import CHANNELS, COORDINATES, GRID_HZ, compute_leg_signals
from tests.fixtures.motions import make_known_run

TIME_S = np.arange(0, 2, 0.01)
_PLACES = slice(0, 2 * COORDINATES)


def _values(keypoints: KeypointSequence, direction: int) -> dict[str, FloatArray]:
    signals = compute_leg_signals(keypoints, direction)
    assert signals is not None
    return {side: signals.values[side] for side in SIDES}


def _score(*contacts: tuple[float, float], ramp_s: float = 0.05) -> FloatArray:
    """(T,) rising through one half at each beginning and falling through it at each end."""
    inside = np.full(len(TIME_S), -np.inf)
    for start, end in contacts:
        inside = np.maximum(inside, np.minimum(TIME_S - start, end - TIME_S))
    return np.clip(0.5 + inside / ramp_s, 0, 1)


def test_signals_are_the_same_however_large_and_wherever_the_runner_is_seen() -> None:
    keypoints = make_known_run(fps=60.0, seconds=3.0).keypoints
    other = replace(keypoints, xy_px=keypoints.xy_px * 0.37 + [210.0, -40.0])

    before, after = _values(keypoints, -1), _values(other, -1)

    for side in SIDES:
        np.testing.assert_allclose(after[side], before[side], atol=1e-9)


def test_signals_are_the_same_in_a_mirror() -> None:
    keypoints = make_known_run(fps=60.0, seconds=3.0).keypoints
    mirrored = replace(keypoints, xy_px=keypoints.xy_px * [-1.0, 1.0] + [720.0, 0.0])

    before, after = _values(keypoints, -1), _values(mirrored, 1)

    for side in SIDES:
        np.testing.assert_allclose(after[side], before[side], atol=1e-9)


def test_the_other_leg_is_the_other_sides_own() -> None:
    values = _values(make_known_run(fps=60.0, seconds=3.0).keypoints, -1)

    swapped = np.r_[COORDINATES : 2 * COORDINATES, 0:COORDINATES]
    np.testing.assert_array_equal(values["left"][:, _PLACES], values["right"][:, swapped])


def test_velocities_are_those_of_the_places() -> None:
    values = _values(make_known_run(fps=240.0, seconds=3.0).keypoints, -1)["left"]

    by_difference = np.gradient(values[:, _PLACES], 1 / GRID_HZ, axis=0) / 10
    difference = values[:, 2 * COORDINATES : 4 * COORDINATES] - by_difference
    assert float(np.sqrt(np.mean(difference**2))) < 0.03 * float(values[:, 2 * COORDINATES : -1].std())


@pytest.mark.parametrize("fps", [30.0, 60.0, 240.0])
def test_every_frame_rate_comes_to_the_same_grid(fps: float) -> None:
    signals = compute_leg_signals(make_known_run(fps=fps, seconds=3.0).keypoints, -1)

    assert signals is not None
    np.testing.assert_allclose(np.diff(signals.time_s), 1 / GRID_HZ)
    assert signals.values["left"].shape == (len(signals.time_s), CHANNELS)
    np.testing.assert_allclose(signals.values["left"][:, -1], 30.0 / fps)
    assert signals.known.all()


def test_a_gap_is_not_known() -> None:
    keypoints = make_known_run(fps=60.0, seconds=3.0).keypoints
    xy = keypoints.xy_px.copy()
    xy[60:75] = np.nan  # from 1 s on for a quarter of a second

    signals = compute_leg_signals(replace(keypoints, xy_px=xy), -1)

    assert signals is not None
    inside = (signals.time_s > 0.99) & (signals.time_s < 1.24)
    assert not signals.known[inside].any()
    assert signals.known[~inside].mean() > 0.98
    assert np.isfinite(signals.values["left"]).all()


def test_nobody_gives_no_signals() -> None:
    keypoints = make_known_run(fps=60.0, seconds=1.0).keypoints

    assert compute_leg_signals(replace(keypoints, xy_px=np.full_like(keypoints.xy_px, np.nan)), -1) is None


def test_a_skeleton_without_feet_is_refused() -> None:
    xy = np.zeros((10, len(COCO_17), 2))
    keypoints = KeypointSequence(np.arange(10) / 30, xy, np.ones(xy.shape[:2]), COCO_17.name, 100, 100)

    with pytest.raises(InputError, match="no heels"):
        compute_leg_signals(keypoints, 1)


def test_windows_hold_the_moments_around_each_sample() -> None:
    signals = np.arange(100.0)[:, None] * [1.0, -1.0]

    windows = cut_windows(signals)

    assert windows.shape == (100, 22)
    np.testing.assert_array_equal(windows[50, ::2], np.arange(30, 71, 4))
    np.testing.assert_array_equal(windows[0, ::2], [0, 0, 0, 0, 0, 0, 4, 8, 12, 16, 20])


def test_events_lie_where_the_score_passes_one_half() -> None:
    found = find_contacts(TIME_S, _score((0.4037, 0.6512), (1.1123, 1.3677)), "left")

    assert [contact.side for contact in found] == ["left", "left"]
    np.testing.assert_allclose([c.initial_contact_s for c in found], [0.4037, 1.1123], atol=1e-9)
    np.testing.assert_allclose([c.toe_off_s for c in found], [0.6512, 1.3677], atol=1e-9)


def test_a_dip_and_a_blip_make_no_contacts() -> None:
    assert _times(find_contacts(TIME_S, _score((0.4, 0.5), (0.55, 0.7), (1.2, 1.24)), "left")) == [(0.4, 0.7)]


def test_a_contact_cut_by_the_clip_has_no_toe_off_or_is_left_out() -> None:
    assert _times(find_contacts(TIME_S, _score((-0.1, 0.2), (0.9, 1.1), (1.8, 2.2)), "left")) == [
        (0.9, 1.1),
        (1.8, None),
    ]


def test_events_in_missing_frames_are_not_made_up() -> None:
    score = _score((0.4, 0.7), (1.1, 1.4))
    score[(TIME_S > 0.65) & (TIME_S < 0.75)] = np.nan
    score[(TIME_S > 1.05) & (TIME_S < 1.15)] = np.nan

    assert _times(find_contacts(TIME_S, score, "left")) == [(0.4, None)]


def test_no_contact_is_none() -> None:
    assert find_contacts(TIME_S, np.zeros(len(TIME_S)), "left") == ()


def _times(found: tuple[Contact, ...]) -> list[tuple[float, float | None]]:
    return [(round(c.initial_contact_s, 6), round(c.toe_off_s, 6) if np.isfinite(c.toe_off_s) else None) for c in found]
