"""The metric on labels and answers whose errors are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.sequences import FloatArray
from runform.training.labels import LABELLED_KEYPOINTS, LabelledClip
from runform.training.pose_errors import (
    TORSO_OF_LEG,
    Answer,
    compute_errors,
    compute_pck,
    compute_torso,
    find_followed,
    find_merged,
    find_wrongly_merged,
    spread_torso,
)
from tests.fixtures.label_files import LEG_PX, make_truth, place_legs

TORSO_PX = LEG_PX * TORSO_OF_LEG
KNEE, TOE = LABELLED_KEYPOINTS.index("left_knee"), LABELLED_KEYPOINTS.index("right_toe")


@pytest.fixture
def truth(tmp_path: Path) -> LabelledClip:
    return make_truth(tmp_path / "a.csv")


def make_answer(change: FloatArray | float = 0.0, frames: int = 11) -> Answer:
    xy = np.stack([place_legs(t) for t in range(frames)]) + change
    return Answer(xy, np.where(np.isnan(xy).any(axis=2), 0.0, 1.0))


def test_the_torso_is_the_legs_length_scaled(truth: LabelledClip) -> None:
    np.testing.assert_allclose(compute_torso(truth), TORSO_PX)
    assert pytest.approx(117.3, abs=0.1) == TORSO_PX


def test_a_foreshortened_leg_does_not_shorten_the_torso(truth: LabelledClip) -> None:
    bent = truth.xy_px.copy()
    bent[:, 5:7] = bent[:, 7:8]  # the right hip and knee seem to lie on the ankle

    np.testing.assert_allclose(compute_torso(LabelledClip(truth.clip, truth.frames, bent, truth.hidden)), TORSO_PX)


def test_a_runner_who_comes_nearer_has_a_longer_torso(tmp_path: Path) -> None:
    far = make_truth(tmp_path / "a.csv", frames=tuple(range(0, 60, 5)))
    growing = far.xy_px * np.linspace(1, 2, len(far.frames))[:, None, None]

    torso = compute_torso(LabelledClip(far.clip, far.frames, growing, far.hidden))

    np.testing.assert_allclose(torso[2:-2], TORSO_PX * np.linspace(1, 2, len(far.frames))[2:-2])
    assert spread_torso(LabelledClip(far.clip, far.frames, growing, far.hidden), 56)[12] == pytest.approx(
        (torso[2] + 0.4 * (torso[3] - torso[2])), rel=1e-6
    )


def test_errors_are_distances_in_torso_lengths(truth: LabelledClip) -> None:
    change = np.zeros((11, 10, 2))
    change[5, KNEE] = 0.09 * TORSO_PX, 0.12 * TORSO_PX  # 0.15 torso lengths
    change[3, KNEE] = 1000.0  # not a labelled frame

    errors = compute_errors(make_answer(change), truth)

    assert errors[1, KNEE] == pytest.approx(0.15)
    assert np.delete(errors.ravel(), 10 + KNEE).max() == pytest.approx(0.0, abs=1e-9)
    assert compute_pck(errors, 0.1) == pytest.approx(29 / 30)
    assert compute_pck(errors, 0.2) == 1.0


def test_not_found_is_an_error_and_not_labelled_is_none(tmp_path: Path) -> None:
    truth = make_truth(tmp_path / "a.csv", left_out=("right_toe",))
    change = np.zeros((11, 10, 2))
    change[0, KNEE] = np.nan
    change[:, TOE] = np.nan

    errors = compute_errors(make_answer(change), truth)

    assert errors[0, KNEE] == np.inf
    assert np.isnan(errors[:, TOE]).all()
    assert compute_pck(errors, 0.2) == pytest.approx(26 / 27)


def test_pck_of_nothing_is_unknown() -> None:
    assert np.isnan(compute_pck(np.full((3, 10), np.nan), 0.1))


def test_one_leg_on_the_other_is_merged(truth: LabelledClip) -> None:
    xy = make_answer().xy_px
    xy[5, 6:] = xy[5, 1:5] + [0.11 * TORSO_PX, 0.0]
    xy[10, 6:] = xy[10, 1:5]
    xy[10, 9] += [0.13 * TORSO_PX, 0.0]  # the toes are apart
    answer = Answer(xy, np.ones((11, 10)))

    assert np.flatnonzero(find_merged(xy, np.full(11, TORSO_PX))).tolist() == [5]
    assert find_wrongly_merged(answer, truth).tolist() == [False, True, False]


def test_legs_that_the_labels_put_together_are_not_wrongly_merged(truth: LabelledClip) -> None:
    together = truth.xy_px.copy()
    together[:, 5:] = together[:, :5]
    labels = LabelledClip(truth.clip, truth.frames, together, truth.hidden)

    assert not find_wrongly_merged(Answer(make_answer().xy_px * 0 + together[:1], np.ones((11, 10))), labels).any()


def test_followed_means_found_where_the_runner_is(truth: LabelledClip) -> None:
    change = np.zeros((11, 10, 2))
    change[2] = np.nan
    change[7] = [3 * LEG_PX, 0.0]  # somebody else

    assert np.flatnonzero(~find_followed(make_answer(change), truth)).tolist() == [2, 7]
