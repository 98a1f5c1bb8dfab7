"""Runs with true contacts: on a run made by hand, and that feet stand where the force plates say on the real ones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError, ShapeError
from runform.sequences import SIDES, FloatArray, Side
from runform.training.filming import compute_true_angles
from runform.training.force_runs import ForceRun, TrueContact, extend_force_run, keep_contacts, read_force_runs
from runform.training.runner_motions import AT
from tests.fixtures.force_runs import FLOOR_M, STANCE_S, STRIDE_S, compute_lift, make_force_run


@pytest.fixture(scope="module")
def runs(mocap_dir: Path) -> tuple[ForceRun, ...]:
    return read_force_runs(mocap_dir)


def _read_at(run: ForceRun, values: FloatArray, at_s: list[float]) -> FloatArray:
    return np.asarray(np.interp(at_s, np.arange(len(values)) / run.motion.frame_rate, values))


def _speeds(run: ForceRun, part: str, side: Side) -> FloatArray:
    """(T,) along the belt, m/s, over the run's own speed; -1 for a point that stands on the belt."""
    along = run.motion.points[:, AT[f"{side}_{part}"], 0]
    return np.asarray(np.gradient(along) * run.motion.frame_rate / run.speed)


def test_all_five_runs_are_read_with_their_speeds(runs: tuple[ForceRun, ...]) -> None:
    assert [(run.subject, run.speed) for run in runs] == [
        ("rbds001", 2.5), ("hamner04", 2.0), ("hamner04", 3.0), ("hamner04", 4.0), ("hamner04", 5.0)
    ]  # fmt: skip
    for run in runs:
        starts = [c.initial_contact_s for c in run.contacts]
        assert starts == sorted(starts)
        assert starts[0] >= 0
        assert starts[-1] <= run.duration_s
        assert all(a.side != b.side for a, b in pairwise(run.contacts))


def test_the_standing_foot_moves_with_the_belt_and_the_swinging_one_does_not(runs: tuple[ForceRun, ...]) -> None:
    """A wrong clock would show: markers and force are read from different files at different rates."""
    for run in runs:
        whole = [c for c in run.contacts if np.isfinite(c.toe_off_s)]
        for side in SIDES:
            own = [c for c in whole if c.side == side]
            middles = [c.initial_contact_s + 0.4 * (c.toe_off_s - c.initial_contact_s) for c in own]
            swings = [c.toe_off_s + 0.15 for c in own if c.toe_off_s + 0.15 < run.duration_s]
            for part in ("heel", "toe"):
                # The feet of hamner04 at 4 m/s move at 3.7 to 3.9 m/s in stance: a belt slows under the runner.
                assert np.mean(_read_at(run, _speeds(run, part, side), middles)) == pytest.approx(-1, abs=0.09)
            assert (_read_at(run, _speeds(run, "heel", side), swings) > 0.2).all()
            # Toes leave last.
            late = [c.toe_off_s - 0.02 for c in own]
            assert np.mean(_read_at(run, _speeds(run, "toe", side), late)) < -0.7
            assert np.mean(_read_at(run, _speeds(run, "heel", side), late)) > -0.5


def test_legs_keep_their_lengths_and_bend_as_legs_do(runs: tuple[ForceRun, ...]) -> None:
    for run in runs:
        for side in SIDES:
            hip, knee, ankle, heel, toe = (
                run.motion.points[:, AT[f"{side}_{part}"]] for part in ("hip", "knee", "ankle", "heel", "toe")
            )
            for one, other, low, high in ((hip, knee, 0.42, 0.5), (knee, ankle, 0.4, 0.45), (heel, toe, 0.22, 0.3)):
                length = np.linalg.norm(one - other, axis=1)
                assert low < length.mean() < high
                assert length.std() < 0.016
            shank_deg, flexion_deg = compute_true_angles(run.motion.points, side)
            at = [c.initial_contact_s for c in run.contacts if c.side == side]
            assert 0 < np.mean(_read_at(run, flexion_deg, at)) < 25
            assert 0 < np.mean(_read_at(run, shank_deg, at)) < 20
            assert flexion_deg.min() > -8
            assert 75 < flexion_deg.max() < 130


def test_a_toe_off_beyond_the_motion_is_not_known() -> None:
    contacts = (TrueContact("right", 0.6, 0.9), TrueContact("left", 0.2, 0.5), TrueContact("left", -0.1, 0.1))

    kept = keep_contacts(contacts, 0.0, 0.7)

    assert [(c.side, c.initial_contact_s) for c in kept] == [("left", 0.2), ("right", 0.6)]
    assert kept[0].toe_off_s == 0.5
    assert np.isnan(kept[1].toe_off_s)


def test_a_toe_off_before_its_contact_is_refused() -> None:
    with pytest.raises(ShapeError, match="must follow"):
        TrueContact("left", 0.5, 0.4)


def test_a_run_is_continued_with_its_contacts() -> None:
    run = make_force_run()

    longer = extend_force_run(run, 9.0, np.random.default_rng(3))

    assert longer.duration_s >= 9.0
    assert np.isfinite(longer.motion.points).all()
    for side in SIDES:
        own = [c for c in longer.contacts if c.side == side]
        starts = np.array([c.initial_contact_s for c in own])
        ends = np.array([c.toe_off_s for c in own if np.isfinite(c.toe_off_s)])
        assert len(own) == pytest.approx(9.0 / STRIDE_S, abs=1)
        assert np.abs(np.diff(starts) - STRIDE_S).max() < 0.02  # the tempo varies by 1 %
        assert np.abs(ends - starts[: len(ends)] - STANCE_S).max() < 0.015
        # 50 ms into the swing and 50 ms before its end the foot is where the swing's own shape has it.
        height = longer.motion.points[:, AT[f"{side}_heel"], 1] - FLOOR_M
        share = 0.05 / (STRIDE_S - STANCE_S)
        late = [e + 0.05 for e in ends if e + 0.05 < longer.duration_s]
        early = [s - 0.05 for s in starts if s > 0.05]
        known = float(compute_lift(np.array(share)))
        assert _read_at(longer, height, late) == pytest.approx(known, abs=0.008)
        assert _read_at(longer, height, early) == pytest.approx(known, abs=0.008)


def test_the_standing_foot_does_not_slip_where_strides_are_joined() -> None:
    longer = extend_force_run(make_force_run(), 9.0, np.random.default_rng(3))

    for side in SIDES:
        speed = _speeds(longer, "heel", side)
        for contact in longer.contacts:
            if contact.side == side and np.isfinite(contact.toe_off_s):
                at = np.arange(contact.initial_contact_s + 0.02, contact.toe_off_s - 0.02, 0.01)
                assert _read_at(longer, speed, list(at)) == pytest.approx(-1, abs=0.05)


def test_a_captured_run_is_continued_without_a_jump(runs: tuple[ForceRun, ...]) -> None:
    for run in runs[1:]:
        longer = extend_force_run(run, 8.0, np.random.default_rng(0))
        sides = [c.side for c in longer.contacts]
        assert all(a != b for a, b in pairwise(sides))
        times, true = (
            [c.toe_off_s - c.initial_contact_s for c in r.contacts if np.isfinite(c.toe_off_s)] for r in (longer, run)
        )
        assert min(true) - 0.01 < min(times)
        assert max(times) < max(true) + 0.01
        # A jump of 2 cm within a frame of 10 ms is an acceleration of 200 m/s2; the feet themselves reach some 160.
        jolt = [np.abs(np.diff(r.motion.points, n=2, axis=0)).max() * r.motion.frame_rate**2 for r in (longer, run)]
        assert jolt[0] < 1.2 * jolt[1] + 10


def test_a_run_that_is_long_enough_stays_as_it_is() -> None:
    run = make_force_run()

    assert extend_force_run(run, 2.0, np.random.default_rng(0)) is run


def test_the_same_seed_continues_alike() -> None:
    one, other = (extend_force_run(make_force_run(), 6.0, np.random.default_rng(5)) for _ in range(2))

    assert np.array_equal(one.motion.points, other.motion.points)
    assert [c.initial_contact_s for c in one.contacts] == [c.initial_contact_s for c in other.contacts]


def test_less_than_a_stride_cannot_be_continued() -> None:
    with pytest.raises(InputError, match="no whole stride"):
        extend_force_run(make_force_run(seconds=0.7), 4.0, np.random.default_rng(0))


def test_a_folder_without_runs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="force plates"):
        read_force_runs(tmp_path)
