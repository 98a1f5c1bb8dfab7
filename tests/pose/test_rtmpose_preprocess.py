"""Crops: what part of the picture they show, and the way back to the picture."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.pose.estimator import Sight
from runform.pose.rtmpose_preprocess import compute_crop_region, cut_crops, to_picture
from runform.sequences import Box


@pytest.mark.parametrize(
    ("box", "width"),
    [((10.0, 20.0, 30.0, 200.0), 200 * 0.75 * 1.25), ((10.0, 20.0, 300.0, 200.0), 300 * 1.25)],
    ids=["tall", "wide"],
)
def test_the_region_holds_the_box_with_its_padding(box: Box, width: float) -> None:
    region = compute_crop_region(box)
    assert region.width_px == pytest.approx(width)
    assert region.centre_px == (box[0] + box[2] / 2, box[1] + box[3] / 2)


def test_a_mark_is_found_where_it_was() -> None:
    """One white px, cut at three scales, comes back to within a px of the coarser grid."""
    rgb = np.zeros((480, 640, 3), dtype=np.uint8)
    rgb[200:203, 300:303] = 255
    for box in [(250.0, 150.0, 100.0, 100.0), (200.0, 100.0, 150.0, 250.0), (280.0, 180.0, 40.0, 60.0)]:
        crops, (region,) = cut_crops([Sight(rgb, box)])
        weight = crops[0, :, :, 0].astype(float)
        y, x = np.indices(weight.shape)
        middle = np.array([[(x * weight).sum(), (y * weight).sum()]]) / weight.sum()
        np.testing.assert_allclose(to_picture(middle, region), [[301.0, 201.0]], atol=0.5)


def test_channels_keep_their_order_and_outside_is_black() -> None:
    rgb = np.full((100, 100, 3), (200, 100, 50), dtype=np.uint8)
    crops, _ = cut_crops([Sight(rgb, (-50.0, 0.0, 75.0, 100.0))])
    assert crops.shape == (1, 256, 192, 3)
    assert crops[0, 128, -1].tolist() == [200, 100, 50]
    assert crops[0, 128, 0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("box", [(0.0, 0.0, 0.0, 5.0), (0.0, 0.0, 5.0, -1.0), (np.nan, 0.0, 5.0, 5.0)])
def test_an_empty_box_is_refused(box: Box) -> None:
    with pytest.raises(ShapeError, match="box"):
        compute_crop_region(box)
