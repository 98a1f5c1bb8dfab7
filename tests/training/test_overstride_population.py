from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import EMBEDDING_DIM, PHASES, ContactGeometry, PhaseForms
from runform.training.force_runs import read_force_runs
from runform.training.overstride_files import read_forms, write_forms
from runform.training.overstride_population import (
    LabelledForm,
    LabelledRunner,
    compute_true_reach,
    draw_labelled_runners,
    turn_legs,
)
from runform.training.runner_motions import AT
from runform.training.virtual_runners import read_runner_sources


def make_form(runner: str, reach: float) -> LabelledForm:
    rng = np.random.default_rng(len(runner))
    return LabelledForm(
        runner,
        reach,
        rng.normal(size=EMBEDDING_DIM).astype(np.float32),
        PhaseForms(rng.normal(size=(PHASES, EMBEDDING_DIM)).astype(np.float16), np.full(PHASES, 0.1), mirrored=True),
        (ContactGeometry("left", 0.3, 0.2, 9.0, 12.0), ContactGeometry("right", 0.65, 0.3, np.nan, 3.0)),
        3.4,
    )


def test_filmed_runners_come_back_from_a_file(tmp_path: Path) -> None:
    forms = [make_form("a", -0.5), make_form("bb", 1.5)]
    write_forms(forms, tmp_path / "forms.npz")
    again = read_forms(tmp_path / "forms.npz")
    assert [(form.runner, form.reach, form.leg_lengths_per_s) for form in again] == [("a", -0.5, 3.4), ("bb", 1.5, 3.4)]
    np.testing.assert_array_equal(again[1].vector, forms[1].vector)
    np.testing.assert_array_equal(again[1].phases.vectors, forms[1].phases.vectors)
    assert again[0].phases.mirrored
    assert [(step.side, step.time_s) for step in again[0].geometry] == [("left", 0.3), ("right", 0.65)]
    assert np.isnan(again[0].geometry[1].shank_angle_deg)
    write_forms([], tmp_path / "none.npz")
    assert read_forms(tmp_path / "none.npz") == []


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "forms.npz").write_bytes(b"not an archive")
    with pytest.raises(InputError, match="film them again"):
        read_forms(tmp_path / "forms.npz")


def test_drawn_runners_of_both_kinds_carry_the_label_of_their_motion(mocap_dir: Path) -> None:
    sources = read_runner_sources(mocap_dir)
    runners = list(draw_labelled_runners(np.random.default_rng(3), 12, sources))
    assert {runner.overstrides for runner in runners} == {False, True}
    for runner in runners[:3]:
        assert compute_true_reach(runner.run) == runner.reach


def test_turning_the_legs_keeps_bones_and_moves_the_landing(mocap_dir: Path) -> None:
    run = next(run for run in read_force_runs(mocap_dir) if run.subject == "rbds001")
    runner = LabelledRunner(run, compute_true_reach(run))
    far, near = turn_legs(runner, 6.0, 6.0), turn_legs(runner, -4.0, -4.0)
    assert near.reach < runner.reach < far.reach
    for side in ("left", "right"):
        before, after = (
            np.linalg.norm(p[:, AT[f"{side}_knee"]] - p[:, AT[f"{side}_ankle"]], axis=1)
            for p in (run.motion.points, far.run.motion.points)
        )
        np.testing.assert_allclose(after, before, atol=1e-9)
    np.testing.assert_array_equal(far.run.motion.points[:, AT["left_hip"]], run.motion.points[:, AT["left_hip"]])
    assert turn_legs(runner, 0.0, 0.0).reach == pytest.approx(runner.reach)


def test_measured_runners_lie_where_the_limits_put_them(mocap_dir: Path) -> None:
    reaches = {run.name: compute_true_reach(run) for run in read_force_runs(mocap_dir)}
    assert reaches["rbds001 2.5 m/s"] < -0.5
    assert reaches["hamner04 2 m/s"] < -0.5
    assert all(abs(reaches[f"hamner04 {speed} m/s"]) < 0.5 for speed in (3, 4, 5))
