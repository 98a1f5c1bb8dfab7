"""Frames enough, and one take."""

from __future__ import annotations

import pytest

from runform.gait.checks import check_cuts, check_frame_rate
from runform.sequences import ClipInfo
from tests.gait.checks.grounds import make_clip


@pytest.mark.parametrize(
    ("clip", "share", "status", "measured"),
    [
        (make_clip(60), 0.0, "ok", 60),
        (make_clip(60), 0.05, "ok", 60),  # too few to speak of
        (make_clip(60), 0.5, "warn", 30),
        (make_clip(30), 0.5, "refuse", 15),
        (make_clip(30, 8), 0.5, "ok", 120),
        (make_clip(29.97), 0.0, "warn", 29.97),
        (make_clip(15), 0.0, "refuse", 15),
    ],
)
def test_frame_rate_counts_frames_that_show_something_new(
    clip: ClipInfo, share: float, status: str, measured: float
) -> None:
    check = check_frame_rate(clip, share)
    assert check.status == status
    assert check.measured == pytest.approx(measured)
    assert ("repeat the one before" in check.message) == (share >= 0.1)


@pytest.mark.parametrize(
    ("cuts", "between", "status", "words"),
    [
        (0, 0, "ok", "one take"),
        (1, 0, "warn", "holds a cut; only the stretch from 1.5 s to 6.0 s is read"),
        (3, 0, "warn", "holds 3 cuts"),
        (3, 1, "refuse", "A cut lies between the steps"),
        (3, 2, "refuse", "2 cuts lie between the steps"),
    ],
)
def test_a_cut_between_the_steps_refuses_and_one_beside_them_warns(
    cuts: int, between: int, status: str, words: str
) -> None:
    check = check_cuts(cuts, 1.5, 6.0, between)

    assert check.status == status
    assert words in check.message
    assert check.measured == (between or cuts)
