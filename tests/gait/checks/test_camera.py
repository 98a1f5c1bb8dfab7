"""What the camera's own motion leaves of the numbers."""

from __future__ import annotations

import pytest

from runform.gait.checks import check_motion, check_shake
from runform.sequences import Motion


@pytest.mark.parametrize(
    ("shake", "status"), [(0.0, "ok"), (0.1, "ok"), (0.2, "warn"), (0.3, "warn"), (0.35, "refuse")]
)
def test_a_little_shake_warns_and_more_refuses(shake: float, status: str) -> None:
    check = check_shake(shake)

    assert (check.status, check.measured) == (status, shake)
    assert f"{shake:.2f} leg lengths" in check.message


@pytest.mark.parametrize(("motion", "travel"), [("in_place", 0.2), ("passing", 7.0), ("panning", 7.0)])
def test_motion_is_said_with_the_way_it_stands_on(motion: Motion, travel: float) -> None:
    check = check_motion(motion, travel)

    assert check.status == ("ok" if motion == "in_place" else "warn")
    assert check.measured == travel
    assert (check.measured > check.limit) == (check.status == "warn")
