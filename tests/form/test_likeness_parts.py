from __future__ import annotations

import numpy as np
import pytest

from runform.form.likeness_parts import compute_angles
from runform.sequences import FloatArray


@pytest.mark.parametrize(("hanging", "degrees"), [(0.0, 12.0), (40.0, -7.0)])
def test_a_segment_turned_forward_at_its_lower_end_has_a_positive_angle(hanging: float, degrees: float) -> None:
    def point(angle: float) -> FloatArray:
        return np.array([[[np.sin(np.radians(angle)), -np.cos(np.radians(angle))]]])

    assert compute_angles(point(hanging + degrees), point(hanging))[0, 0] == pytest.approx(degrees)


def test_a_trunk_that_leans_back_has_a_positive_angle() -> None:
    upright, back = np.array([[[0.0, 1.0]]]), np.array([[[-0.1, 1.0]]])

    assert compute_angles(back, upright)[0, 0] > 0
