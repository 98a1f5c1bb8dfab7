from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.report.colours import SIDE_COLOURS
from runform.report.repair_figures import KINDS, LIMBS, keypoint_path, limb_of, repair_timeline
from runform.sequences import Repair
from runform.skeletons import SKELETONS
from tests.fixtures.analyses import make_analysis
from tests.fixtures.people import with_repairs

ANALYSIS = with_repairs(make_analysis())


def test_every_keypoint_has_a_limb() -> None:
    for name in ("coco17", "halpe26", "blazepose33"):
        assert {limb_of(keypoint) for keypoint in SKELETONS[name].keypoints} == set(LIMBS)
    keypoints = ("left_hip", "left_toe", "right_knee", "left_shoulder", "right_wrist", "nose", "pelvis")
    assert [limb_of(k) for k in keypoints] == ["left leg", "left leg", "right leg", "arms", "arms", "rest", "rest"]


def test_the_kinds_cover_every_repair_and_differ_in_colour_and_symbol() -> None:
    covered = Repair.NONE
    for kind in KINDS:
        covered |= kind.flags
    assert covered == Repair.LEG_SWAP | Repair.ARM_SWAP | Repair.MERGED | Repair.SPIKE | Repair.FILLED
    assert len({kind.colour for kind in KINDS}) == len({kind.symbol for kind in KINDS}) == len(KINDS)


def test_each_repaired_frame_is_marked_in_its_limbs_row() -> None:
    assert ANALYSIS.repairs is not None
    figure = repair_timeline(ANALYSIS.keypoints, ANALYSIS.repairs)
    marks = {trace.name: trace for trace in figure.data}
    assert set(marks) == {kind.name for kind in KINDS}
    swapped = marks["sides swapped back"]
    times = ANALYSIS.keypoints.time_s[10:14].tolist()
    assert sorted(swapped.x) == pytest.approx(sorted(times * 2))
    rows = dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))
    assert {round(y) for y in swapped.y} == {rows["left leg"], rows["right leg"]}
    merged = marks["taken off the other leg"]
    assert {round(y) for y in merged.y} == {rows["left leg"]}
    assert "left knee, left ankle, left heel, left toe" in merged.hovertext[0]
    assert [round(y) for y in marks["jump taken out"].y] == [rows["rest"]]
    assert [round(y) for y in marks["gap filled in"].y] == [rows["arms"]]
    assert figure.layout.xaxis.ticksuffix == " s"


def test_kinds_of_one_frame_do_not_cover_one_another() -> None:
    repairs = np.full(ANALYSIS.keypoints.confidence.shape, 0, dtype=np.uint8)
    repairs[5] = Repair.LEG_SWAP | Repair.MERGED | Repair.SPIKE
    for name in ("left_toe", "right_toe", "left_wrist", "nose"):
        repairs[5, ANALYSIS.keypoints.layout.index[name]] = Repair.FILLED
    figure = repair_timeline(ANALYSIS.keypoints, repairs)
    places = sorted(y for trace in figure.data for y in trace.y)
    assert len(places) == 4 * len(LIMBS)
    assert np.diff(places).min() > 0.1
    assert {round(y) for y in places} == {0, 1, 2, 3}


def test_what_was_taken_out_and_then_filled_in_is_shown_once() -> None:
    repairs = np.array([Repair.FILLED, Repair.SPIKE | Repair.FILLED, Repair.MERGED | Repair.FILLED], dtype=np.uint8)
    assert {kind.name: kind.find(repairs).tolist() for kind in KINDS} == {
        "sides swapped back": [False, False, False],
        "taken off the other leg": [False, False, True],
        "jump taken out": [False, True, False],
        "gap filled in": [True, False, False],
    }


def test_a_long_clip_is_drawn_by_the_browser_not_as_svg() -> None:
    analysis = with_repairs(make_analysis(seconds=70.0))
    assert analysis.repairs is not None
    path = keypoint_path(analysis.raw, analysis.keypoints, analysis.repairs, "left_ankle")
    assert {trace.type for trace in path.data[:2]} == {"scattergl"}
    short = keypoint_path(ANALYSIS.raw, ANALYSIS.keypoints, ANALYSIS.repairs, "left_ankle")
    assert {trace.type for trace in short.data} == {"scatter"}


def test_the_path_shows_what_was_found_and_what_it_became() -> None:
    figure = keypoint_path(ANALYSIS.raw, ANALYSIS.keypoints, ANALYSIS.repairs, "left_ankle")
    traces = {trace.name: trace for trace in figure.data}
    assert set(traces) == {"as found", "after cleaning", "sides swapped back", "taken off the other leg"}
    found, after = ANALYSIS.raw.xy("left_ankle")[:, 0], ANALYSIS.keypoints.xy("left_ankle")[:, 0]
    missing = np.isnan(found)
    assert missing.any()
    assert [value is None for value in traces["as found"].y] == missing.tolist()
    assert list(traces["after cleaning"].y) == pytest.approx(after.tolist())
    assert traces["after cleaning"].line.color == SIDE_COLOURS["left"]
    assert list(traces["taken off the other leg"].x) == pytest.approx(ANALYSIS.keypoints.time_s[40:42].tolist())
    assert f"now at {after[40]:.0f} px" in traces["taken off the other leg"].hovertext[0]
    figure.to_json()


def test_a_gap_in_the_clean_path_is_left_open() -> None:
    xy = ANALYSIS.keypoints.xy_px.copy()
    xy[11] = np.nan
    figure = keypoint_path(ANALYSIS.raw, replace(ANALYSIS.keypoints, xy_px=xy), ANALYSIS.repairs, "left_ankle")
    traces = {trace.name: trace for trace in figure.data}
    assert traces["after cleaning"].y[11] is None
    assert "left open" in traces["sides swapped back"].hovertext[1]


def test_without_repairs_only_the_paths_are_drawn() -> None:
    figure = keypoint_path(ANALYSIS.raw, ANALYSIS.keypoints, None, "right_ankle")
    assert [trace.name for trace in figure.data] == ["as found", "after cleaning"]


def test_repairs_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError):
        repair_timeline(ANALYSIS.keypoints, np.zeros((0, 0), dtype=np.uint8))
