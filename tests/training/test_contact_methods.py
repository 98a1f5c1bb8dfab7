from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from runform.gait.body_frame import compute_leg_length
from runform.gait.contacts import detect_contacts
from runform.sequences import SIDES, Contact, KeypointSequence
from runform.training.contact_methods import (
    AnchoredMethod,
    FloorLineMethod,
    GeometricMethod,
    compute_foot_height,
)
from runform.training.contact_scoring import score_contacts
from runform.training.force_runs import TrueContact
from tests.fixtures.motions import LEG_PX, KnownRun, make_known_run


@dataclass(frozen=True)
class _Told:
    """Says what it was told."""

    contacts: tuple[Contact, ...]
    name: str = "told"

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
        return self.contacts


def _true(run: KnownRun) -> list[TrueContact]:
    return [TrueContact(*contact) for contact in run.contacts]


def _window(run: KnownRun) -> tuple[float, float]:
    return float(run.keypoints.time_s[0]), float(run.keypoints.time_s[-1])


def test_the_geometric_method_is_what_is_shipped() -> None:
    keypoints = make_known_run(fps=60.0).keypoints
    detection = detect_contacts(keypoints, -1)

    assert detection is not None
    assert [c.initial_contact_s for c in GeometricMethod().detect(keypoints, -1)] == [
        c.initial_contact_s for c in detection.contacts
    ]


def test_contacts_by_the_floor_line_end_where_the_foot_leaves_its_margin() -> None:
    run = make_known_run(fps=60.0, seconds=6.0)
    keypoints = run.keypoints
    xy = keypoints.xy_px.copy()
    for side in SIDES:
        own = [c for c in run.contacts if c[0] == side]
        inside_s = np.max([np.minimum(keypoints.time_s - c[1], c[2] - keypoints.time_s) for c in own], axis=0)
        for part, above_px in (("heel", 0.0), ("toe", 5.0), ("ankle", 20.0)):
            # On the ground while it lasts, up and down at two leg lengths/s before and after.
            xy[:, keypoints.layout.index[f"{side}_{part}"], 1] = 900 - above_px - 2 * LEG_PX * np.maximum(-inside_s, 0)
    keypoints = replace(keypoints, xy_px=xy)
    margin = 0.04
    early_s = margin * compute_leg_length(keypoints) / (2 * LEG_PX)

    errors = score_contacts(FloorLineMethod(10.0, margin).detect(keypoints, -1), _true(run), _window(run))

    assert (errors.total, errors.missed, errors.false) == (15, (), ())
    np.testing.assert_allclose(errors.initial_contact_s, -early_s, atol=1e-9)
    np.testing.assert_allclose(errors.toe_off_s, early_s, atol=1e-9)


def test_a_wider_margin_lengthens_contacts_by_the_floor_line() -> None:
    run = make_known_run(fps=120.0)
    narrow, wide = (FloorLineMethod(5.0, margin).detect(run.keypoints, -1) for margin in (0.02, 0.06))

    longer = score_contacts(wide, narrow, _window(run))

    assert longer.total > 15
    assert (longer.initial_contact_s < 0).all()
    assert (longer.toe_off_s > 0).all()


def test_each_foot_has_its_own_floor_line() -> None:
    run = make_known_run(fps=60.0)
    xy = run.keypoints.xy_px.copy()
    left = [run.keypoints.layout.index[f"left_{part}"] for part in ("ankle", "heel", "toe")]
    xy[:, left, 1] -= 0.02 * LEG_PX  # the far foot stands higher in the picture
    method = FloorLineMethod(5.0, 0.02)

    raised = score_contacts(
        method.detect(replace(run.keypoints, xy_px=xy), -1), method.detect(run.keypoints, -1), _window(run)
    )

    assert (raised.missed, raised.false) == ((), ())
    np.testing.assert_allclose(raised.contact_time_s, 0.0, atol=1e-3)


def test_height_is_of_the_lowest_keypoint_in_leg_lengths() -> None:
    run = make_known_run(fps=30.0)

    height = compute_foot_height(run.keypoints, "left")

    lowest = np.max([run.keypoints.xy(f"left_{part}")[:, 1] for part in ("ankle", "heel", "toe")], axis=0)
    np.testing.assert_allclose(np.diff(height), -np.diff(lowest) / LEG_PX, rtol=0.03, atol=1e-9)


def test_an_anchored_method_keeps_the_steps_of_one_and_the_level_of_the_other() -> None:
    run = make_known_run(fps=30.0, seconds=4.0)
    true = _true(run)[1:6]
    uneven = (0.01, -0.01, 0.0, 0.02, -0.02)
    level = tuple(Contact(c.side, c.initial_contact_s + 0.005, c.toe_off_s - 0.004, 0.0) for c in true)
    steps = tuple(
        Contact(c.side, c.initial_contact_s + 0.03 + by, c.toe_off_s + 0.02 + by, 0.0)
        for c, by in zip(true, uneven, strict=True)
    )

    found = AnchoredMethod(_Told(steps), _Told(level)).detect(run.keypoints, -1)

    for contact, one, by in zip(found, true, uneven, strict=True):
        assert contact.initial_contact_s - one.initial_contact_s == pytest.approx(0.005 + by)
        assert contact.toe_off_s - one.toe_off_s == pytest.approx(-0.004 + by)


def test_without_a_level_the_steps_stay() -> None:
    run = make_known_run(fps=30.0, seconds=4.0)
    steps = tuple(Contact(c.side, c.initial_contact_s, c.toe_off_s, 0.0) for c in _true(run))

    assert AnchoredMethod(_Told(steps), _Told(())).detect(run.keypoints, -1) == steps
