from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import FloatArray
from runform.training.contact_learning.clips import RAMP_S, film_training_clips, label_leg
from runform.training.contact_learning.kinematic_labels import LabelRule, calibrate_rule, label_contacts, measure_rule
from runform.training.contact_learning.runs import (
    LABELLED_MOTIONS,
    is_labelled,
    put_on_treadmill,
    read_training_runs,
    vary_run,
)
from runform.training.contact_learning.signals import compute_leg_signals
from runform.training.contact_scoring import ContactErrors, score_contacts
from runform.training.force_runs import ForceRun, TrueContact, read_force_runs
from runform.training.runner_motions import AT, BODY, RunnerMotion
from tests.fixtures.motions import make_known_run

SPEED = 3.0
STRIDE_S, CONTACT_S = 0.7, 0.26
HALF = LabelRule(0.5, 0.5)


def _make_run(seconds: float = 4.0, rate: float = 200.0) -> ForceRun:
    """Feet that move back at the belt's speed on the ground and forward evenly in the air."""
    time_s = np.arange(0, seconds, 1 / rate)
    points = np.zeros((len(time_s), len(BODY), 3))
    contacts = []
    for side, later, outward in (("left", 0.0, -0.1), ("right", 0.5, 0.1)):
        since = (time_s - later * STRIDE_S) % STRIDE_S
        forward = SPEED * CONTACT_S / (STRIDE_S - CONTACT_S)
        x = np.where(since < CONTACT_S, -SPEED * since, forward * (since - CONTACT_S) - SPEED * CONTACT_S)
        for part, ahead, up in (("heel", -0.05, 0.03), ("toe", 0.16, 0.02), ("ankle", 0.0, 0.1), ("knee", 0.1, 0.5)):
            points[:, AT[f"{side}_{part}"]] = np.stack([x + ahead, np.full_like(x, up), np.full_like(x, outward)], 1)
        points[:, AT[f"{side}_hip"]] = [0.0, 0.95, outward]
        starts = np.arange(later, seconds / STRIDE_S) * STRIDE_S
        contacts += [TrueContact(side, s, s + CONTACT_S) for s in starts if s + CONTACT_S < seconds]  # type: ignore[arg-type]
    contacts.sort(key=lambda contact: contact.initial_contact_s)
    return ForceRun("made up", "nobody", SPEED, RunnerMotion("made up", "run", rate, points), tuple(contacts))


def _compare(found: tuple[TrueContact, ...], run: ForceRun) -> ContactErrors:
    return score_contacts(found, run.contacts, (0.0, run.duration_s))


def _turn(points: FloatArray, heading: float) -> FloatArray:
    cos, sin = np.cos(heading), np.sin(heading)
    x, y, z = np.moveaxis(points, -1, 0)
    return np.stack([cos * x - sin * z, y, sin * x + cos * z], axis=-1)


def test_labels_lie_where_the_foot_takes_and_leaves_the_belts_speed() -> None:
    run = _make_run()

    errors = _compare(label_contacts(run.motion, SPEED, HALF), run)

    assert (errors.total, errors.missed, errors.false) == (9, (), ())
    np.testing.assert_allclose(errors.initial_contact_s, 0.0, atol=0.01)
    np.testing.assert_allclose(errors.toe_off_s, 0.0, atol=0.01)


def test_calibration_finds_the_shares_that_made_the_truth() -> None:
    run = _make_run()
    rule = LabelRule(0.7, 0.3)
    made = replace(run, contacts=label_contacts(run.motion, SPEED, rule))

    found = calibrate_rule([made])

    assert found.initial_contact == pytest.approx(0.7, abs=0.06)
    assert found.toe_off == pytest.approx(0.3, abs=0.06)
    assert abs(float(np.mean(measure_rule([made], found).initial_contact_s))) < 0.001


def test_calibration_needs_runs() -> None:
    with pytest.raises(InputError, match="force plates"):
        calibrate_rule([])


def test_a_run_over_ground_is_put_on_the_treadmill() -> None:
    run = _make_run()
    time_s = np.arange(len(run.motion.points)) / run.motion.frame_rate
    travelling = run.motion.points + (SPEED * time_s)[:, None, None] * np.array([1.0, 0.0, 0.0])

    motion, speed = put_on_treadmill(replace(run.motion, points=_turn(travelling, 2.2)))

    assert speed == pytest.approx(SPEED)
    np.testing.assert_allclose(np.ptp(motion.points - run.motion.points, axis=0), 0.0, atol=1e-9)


def test_a_varied_run_keeps_its_contacts() -> None:
    run = _make_run(seconds=8.0)
    rng = np.random.default_rng(3)

    for _ in range(4):
        varied = vary_run(run, rng)
        errors = _compare(label_contacts(varied.motion, varied.speed, HALF), varied)

        assert (errors.missed, errors.false) == ((), ())
        np.testing.assert_allclose(errors.contact_time_s, 0.0, atol=0.02)
        np.testing.assert_array_equal(varied.motion.points[:, AT["left_hip"]], run.motion.points[:, AT["left_hip"]])
        moved = varied.motion.points[:, AT["right_heel"]] - run.motion.points[:, AT["right_heel"]]
        np.testing.assert_allclose(np.ptp(moved, axis=0), 0.0, atol=1e-9)  # the foot never turns here


def test_the_target_passes_one_half_at_the_events() -> None:
    made = make_known_run(fps=60.0, seconds=4.0)
    signals = compute_leg_signals(made.keypoints, -1)
    assert signals is not None
    truth = [TrueContact(*contact) for contact in made.contacts]

    leg = label_leg(signals, "left", truth, "nobody")
    unsure = label_leg(signals, "left", truth, "nobody", unsure_s=0.06)

    for contact in (c for c in truth if c.side == "left" and 0.5 < c.initial_contact_s < 3.0):
        down, up = contact.initial_contact_s, contact.toe_off_s
        middle = np.interp([down - RAMP_S, down, (down + up) / 2, up, up + RAMP_S], signals.time_s, leg.target)
        np.testing.assert_allclose(middle, [0, 0.5, 1, 0.5, 0], atol=0.02)
        near = np.abs(signals.time_s - down) < 0.05
        assert (leg.weight[near] == 1).all()
        assert (unsure.weight[near] == 0).all()
    assert (leg.weight[signals.time_s < 0.45] == 0).all()


def test_the_tested_subject_is_never_trained_on(mocap_dir: Path) -> None:
    for subject in ("rbds001", "hamner04"):
        subjects = {run.subject for run in read_training_runs(mocap_dir, without=subject)}
        assert subject not in subjects
        assert subjects >= {"cmu", "sprinter"}


def test_labels_of_the_tuning_runs_err_as_stated(mocap_dir: Path) -> None:
    """The figures in kinematic_labels' docstring."""
    runs = read_force_runs(mocap_dir)
    tuning = [run for run in runs if run.name in ("hamner04 3 m/s", "hamner04 5 m/s")]
    rule = calibrate_rule(tuning)

    own = measure_rule(tuning, rule)
    other = measure_rule([run for run in runs if run.subject == "rbds001"], rule)

    assert abs(float(np.mean(own.initial_contact_s))) < 0.003
    assert float(np.std(own.initial_contact_s)) < 0.010
    assert abs(float(np.mean(own.toe_off_s))) < 0.006
    assert float(np.std(own.toe_off_s)) < 0.030
    assert -0.018 < float(np.mean(other.initial_contact_s)) < -0.008
    assert (own.missed, own.false, other.missed, other.false) == ((), (), (), ())


def test_clips_of_both_kinds_are_filmed(mocap_dir: Path) -> None:
    runs = read_training_runs(mocap_dir, without="rbds001")

    legs = film_training_clips(runs, 2, seed=4)

    assert [leg.subject for leg in legs] == ["hamner04", "hamner04", "cmu", "cmu"]
    assert {run.name for run in runs if is_labelled(run)} == set(LABELLED_MOTIONS)
    for leg in legs:
        assert np.isfinite(leg.signals).all()
        assert 0.2 < leg.target[leg.weight > 0].mean() < 0.6
    again = film_training_clips(runs, 2, seed=4)
    np.testing.assert_array_equal(again[3].signals, legs[3].signals)
