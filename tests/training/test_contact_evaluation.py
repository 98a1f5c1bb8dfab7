"""The errors that contacts.SYSTEMATIC_S states are those measured on the force plates."""

from __future__ import annotations

from pathlib import Path

from runform.gait.contacts import SYSTEMATIC_S
from runform.training.contact_evaluation import evaluate_contacts


def test_contacts_on_force_plates_stay_within_the_stated_error(mocap_dir: Path) -> None:
    rows = evaluate_contacts(mocap_dir)["rows"]

    assert {row["frame_rate"] for row in rows} == {30.0, 60.0, 120.0}
    assert len({row["run"] for row in rows}) == 5
    for row in rows:
        assert row["missed"] == 0
        assert abs(row["initial_contact_ms_mean"]) < 1000 * SYSTEMATIC_S["initial_contact"]
        assert abs(row["toe_off_ms_mean"]) < 1000 * SYSTEMATIC_S["toe_off"]
