"""The frame rate that pictures bear out, and a cadence that questions the clip's clock."""

from __future__ import annotations

import pytest

from runform.gait.checks import check_cadence, check_frame_rate
from runform.sequences import ClipInfo, TimeScaleSource


def make_clip(rate: float = 30.0, time_scale: float = 1.0, source: TimeScaleSource = "assumed") -> ClipInfo:
    return ClipInfo("clip.mp4", 720, 1280, 300, 300 / rate, rate, 0, "h264", time_scale, source)


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


@pytest.mark.parametrize("cadence", [131, 170, 239])
@pytest.mark.parametrize("source", ["assumed", "container", "stated"])
def test_running_cadences_pass(cadence: float, source: TimeScaleSource) -> None:
    assert check_cadence(cadence, make_clip(30, 8, source)).status == "ok"


@pytest.mark.parametrize("truth", [1.0, 2.0, 4.0, 8.0, 16.0])
@pytest.mark.parametrize("taken", [1.0, 2.0, 4.0, 8.0, 16.0])
@pytest.mark.parametrize("source", ["container", "stated"])
def test_the_factor_that_fits_is_named(truth: float, taken: float, source: TimeScaleSource) -> None:
    cadence = 172 * taken / truth
    check = check_cadence(cadence, make_clip(30, taken, source if taken != 1 else "assumed"))
    assert check.status == ("ok" if taken == truth else "refuse")
    if taken != truth:
        assert f"a factor of {truth:g}." in check.remedy
        assert check.limit == (130 if taken < truth else 240)


@pytest.mark.parametrize(
    ("rate", "truth"), [(24, 5), (24, 10), (24, 2.5), (25, 4), (23.976, 5), (29.97, 8), (60, 4), (31.4, 8), (170, 2)]
)
def test_factors_follow_the_rate_at_which_the_clip_plays(rate: float, truth: float) -> None:
    assert f"a factor of {truth:g}." in check_cadence(165 / truth, make_clip(rate)).remedy


def test_a_clip_that_plays_too_fast() -> None:
    assert "faster than life, state a factor of 0.5." in check_cadence(344, make_clip()).remedy


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        (make_clip(30, 1, "assumed"), "the clip's clock is wrong"),
        (make_clip(30, 1, "stated"), "the clip's clock is wrong"),
        (make_clip(30, 8, "stated"), "the stated factor of 8 is wrong"),
        (make_clip(30, 8, "container"), "the file's own word that it plays 8 times slower than life is wrong"),
    ],
)
def test_it_says_whose_word_is_questioned(clip: ClipInfo, words: str) -> None:
    assert words in check_cadence(344, clip).message


def test_nothing_is_named_where_nothing_fits() -> None:
    check = check_cadence(3.0, make_clip())
    assert check.status == "refuse"
    assert "factor" not in check.remedy
