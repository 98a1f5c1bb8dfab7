"""The force-plate readers against what ../shared's README states, and the force rule on a force made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.training.force_plates import find_force_contacts, read_hamner04_trial, read_rbds001


def test_contacts_of_a_made_force_lie_at_its_threshold() -> None:
    time_s = np.arange(0, 3, 1 / 1000)
    phase = time_s % 1.0
    force = np.where((phase > 0.2) & (phase < 0.45), 1500 * np.sin(np.pi * (phase - 0.2) / 0.25), 0.0)
    reached = np.arcsin(50 / 1500) / np.pi * 0.25

    contacts = find_force_contacts(time_s, force)

    assert len(contacts) == 3
    for i, (start, end) in enumerate(contacts):
        assert start == pytest.approx(i + 0.2 + reached, abs=0.004)
        assert end == pytest.approx(i + 0.45 - reached, abs=0.004)


def test_rbds001_has_the_published_contacts(mocap_dir: Path) -> None:
    run = read_rbds001(mocap_dir / "rbds001")
    starts = np.array([start for _, start, _ in run.contacts])
    times = [end - start for _, start, end in run.contacts]

    assert 60 / np.median(np.diff(starts)) == pytest.approx(157, abs=1)
    assert np.nanmedian(times) == pytest.approx(0.26, abs=0.02)
    assert all(a[0] != b[0] for a, b in zip(run.contacts, run.contacts[1:], strict=False))


@pytest.mark.parametrize(("trial", "cadence", "contact_s"), [("run200", 151, 0.339), ("run500", 192, 0.219)])
def test_hamner04_has_the_published_contacts(mocap_dir: Path, trial: str, cadence: float, contact_s: float) -> None:
    run = read_hamner04_trial(mocap_dir / "hamner04" / "trials" / trial)
    starts = [start for _, start, _ in run.contacts]

    assert 60 / np.median(np.diff(starts)) == pytest.approx(cadence, abs=4)  # five steps of the trial's own mean
    assert np.nanmedian([end - start for _, start, end in run.contacts]) == pytest.approx(contact_s, abs=0.015)
