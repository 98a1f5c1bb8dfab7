from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from runform.demo.body import BodySize, pose_body
from runform.demo.gait import make_gait
from runform.demo.leg import LegSize
from runform.demo.leg_cycle import LegCycle
from runform.demo.truth import compute_contact_geometry, list_contacts, read_truth
from runform.errors import InputError

GAIT = make_gait(cadence=180.0)  # a stride of 2/3 s


def test_contacts_begin_where_the_phase_is_whole() -> None:
    contacts = list_contacts(GAIT, 0.25, 1.0)
    # Left: phase 0.25 at 0 s, so 0.5 s; right half a stride away: 0.1667 s and 0.8333 s.
    assert [c.side for c in contacts] == ["right", "left", "right"]
    np.testing.assert_allclose([c.initial_contact_s for c in contacts], [1 / 6, 1 / 2, 5 / 6], atol=1e-9)
    assert contacts[0].toe_off_s - contacts[0].initial_contact_s == pytest.approx(GAIT.contact_s)


def test_a_contact_cut_off_by_the_end_has_no_toe_off() -> None:
    assert np.isnan(list_contacts(GAIT, 0.25, 0.85)[-1].toe_off_s)


def test_a_contact_in_the_first_frame_counts_and_one_begun_before_does_not() -> None:
    assert list_contacts(GAIT, 0.0, 0.1)[0].initial_contact_s == 0.0
    assert list_contacts(GAIT, 0.1, 0.1) == ()


def test_contacts_alternate_with_flight_between_them() -> None:
    contacts = list_contacts(make_gait(), 0.37, 12.0)
    assert 30 <= len(contacts) <= 36
    for this, following in pairwise(contacts):
        assert this.side != following.side
        assert following.initial_contact_s - this.toe_off_s > 0.06
        assert following.initial_contact_s - this.initial_contact_s == pytest.approx(60 / 173.4)


@pytest.mark.parametrize(("overstride", "ahead", "shank"), [(0.0, 0.241, 7.1), (1.0, 0.344, 17.2)])
def test_geometry_is_that_of_the_landing_leg(overstride: float, ahead: float, shank: float) -> None:
    gait, leg, body = make_gait(overstride=overstride), LegSize(), BodySize()
    cycle = LegCycle.solve(gait, leg, body.hip_half_width)
    contacts = list_contacts(gait, 0.2, 2.0)
    at = 0.2 + np.array([c.initial_contact_s for c in contacts]) / gait.stride_s
    geometry = compute_contact_geometry(contacts, pose_body(cycle, body, at), leg.leg)
    assert [g.side for g in geometry] == [c.side for c in contacts]
    for landing in geometry:
        assert landing.ankle_ahead == pytest.approx(gait.ankle_ahead_m / leg.leg)
        assert landing.ankle_ahead == pytest.approx(ahead, abs=1e-3)
        assert landing.knee_flexion_deg == pytest.approx(gait.landing_knee_deg, abs=1e-6)
        assert landing.shank_angle_deg == pytest.approx(shank, abs=0.2)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"contacts": [{"side": "left"}]}'])
def test_what_is_no_truth_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clip.json"
    file.write_text(text)
    with pytest.raises(InputError, match="not the truth"):
        read_truth(file)


def test_a_missing_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the truth"):
        read_truth(tmp_path / "none.json")
