"""Maps of limbs: places in the picture and back, and several looks laid over one another."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.pose.blazepose_nets import Circle, make_view
from runform.pose.leg_candidates import find_peaks
from runform.pose.limb_maps import LIMB_KEYPOINTS, MAP_CELLS, MIRRORED_LIMBS, VIEW_SIDE, LimbMaps, View, fuse_maps
from runform.sequences import FloatArray

BODY = Circle(430.0, 610.0, 250.0, 0.1)
VIEWS = {
    "the same": make_view(BODY, 1.25),
    "tilted": make_view(BODY, 1.25, tilt_rad=-0.2),
    "mirrored": make_view(BODY, 1.25, mirrored=True),
    "wider and beside": make_view(Circle(460.0, 580.0, 300.0, -0.05), 1.3, mirrored=True),
}


def make_maps(view: View, places: FloatArray, height: float = 0.9) -> LimbMaps:
    """One bump of 8 px (SD) of the cut-out about each of (8, 2) places, px of the picture; none where NaN."""
    empty = LimbMaps(np.zeros((MAP_CELLS, MAP_CELLS, len(LIMB_KEYPOINTS)), dtype=np.float32), view)
    cells = empty.to_cells(places)
    row, column = np.mgrid[:MAP_CELLS, :MAP_CELLS]
    away = (column[..., None] - cells[:, 0]) ** 2 + (row[..., None] - cells[:, 1]) ** 2  # (64, 64, 8)
    return LimbMaps(np.nan_to_num(height * np.exp(-away / 8)).astype(np.float32), view)


def spread_places(seed: int = 0) -> FloatArray:
    """(8, 2) px of the picture, within the body's circle."""
    offsets: FloatArray = np.random.default_rng(seed).uniform(-150, 150, (8, 2))
    return np.asarray(offsets + np.array([BODY.x, BODY.y]))


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_cells_to_picture_and_back(view: View) -> None:
    maps = make_maps(view, spread_places())
    xy = np.random.default_rng(1).uniform(0, 900, (20, 2))
    np.testing.assert_allclose(maps.to_picture(maps.to_cells(xy)), xy, atol=1e-6)


def test_the_middle_cell_is_the_circles_middle() -> None:
    maps = make_maps(VIEWS["tilted"], spread_places())
    np.testing.assert_allclose(maps.to_picture(np.array([[32.0, 32.0]])), [[BODY.x, BODY.y]], atol=1e-9)


def test_cells_per_px() -> None:
    """64 cells span 2 x 1.25 x 250 px."""
    for name in ("the same", "tilted", "mirrored"):
        assert make_maps(VIEWS[name], spread_places()).cells_per_px == pytest.approx(64 / 625)


@pytest.mark.parametrize("first", VIEWS.keys())
def test_fused_looks_keep_every_peak_in_place(first: str) -> None:
    places = spread_places()
    order = [VIEWS[first], *(view for name, view in VIEWS.items() if name != first)]
    fused = fuse_maps([make_maps(view, places) for view in order])
    assert fused.view is order[0]
    cell_px = 1 / fused.cells_per_px
    for n, place in enumerate(places):
        ((column, row, height),) = find_peaks(fused.chance)[n]
        found = fused.to_picture(np.array([[column, row]]))[0]
        assert np.linalg.norm(found - place) < 0.35 * cell_px
        assert height == pytest.approx(0.9, abs=0.1)


def test_one_look_fuses_to_itself() -> None:
    maps = make_maps(VIEWS["mirrored"], spread_places())
    before = maps.chance.copy()
    np.testing.assert_array_equal(fuse_maps([maps]).chance, before)
    np.testing.assert_array_equal(maps.chance, before)


def test_what_one_of_three_looks_sees_counts_a_third() -> None:
    here, there = spread_places(0), spread_places(0) + np.array([120.0, 0.0])
    fused = fuse_maps([make_maps(VIEWS["the same"], p) for p in (here, here, there)])
    peaks = find_peaks(fused.chance)[0]
    assert peaks[0, 2] == pytest.approx(0.6, abs=0.05)
    assert peaks[1, 2] == pytest.approx(0.3, abs=0.03)
    np.testing.assert_allclose(fused.to_picture(peaks[:2, :2]), [here[0], there[0]], atol=0.2 / fused.cells_per_px)


def test_fusing_leaves_the_looks_as_they_are() -> None:
    looks = [make_maps(view, spread_places()) for view in VIEWS.values()]
    before = [look.chance.copy() for look in looks]
    fuse_maps(looks)
    for look, kept in zip(looks, before, strict=True):
        np.testing.assert_array_equal(look.chance, kept)


def test_beyond_a_look_is_nothing() -> None:
    far = make_view(Circle(BODY.x + 5000.0, BODY.y, 250.0), 1.25)
    places = spread_places()
    fused = fuse_maps([make_maps(VIEWS["the same"], places), make_maps(far, places + np.array([5000.0, 0.0]))])
    np.testing.assert_allclose(fused.chance.max(axis=(0, 1)), 0.45, atol=0.03)


def test_mirrored_limbs_pair_left_with_right() -> None:
    assert [LIMB_KEYPOINTS[n] for n in MIRRORED_LIMBS[:4]] == ["right_knee", "right_ankle", "right_heel", "right_toe"]
    assert [MIRRORED_LIMBS[n] for n in MIRRORED_LIMBS] == list(range(8))


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="to_picture"):
        View(np.eye(3))
    with pytest.raises(ShapeError, match="chance"):
        LimbMaps(np.zeros((VIEW_SIDE, VIEW_SIDE, 8), dtype=np.float32), VIEWS["the same"])
