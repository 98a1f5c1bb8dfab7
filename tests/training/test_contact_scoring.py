from __future__ import annotations

import numpy as np
import pytest

from runform.sequences import SIDES, Contact, Side
from runform.training.contact_scoring import ContactErrors, describe_errors, pool_errors, score_contacts

NAN = float("nan")
WINDOW = (0.0, 3.0)


def _contact(side: Side, down: float, up: float) -> Contact:
    return Contact(side, down, up, NAN)


def _run(step_s: float = 0.36, first_s: float = 0.3, contact_s: float = 0.24, count: int = 6) -> list[Contact]:
    return [_contact(SIDES[i % 2], first_s + i * step_s, first_s + i * step_s + contact_s) for i in range(count)]


def test_errors_are_found_minus_true() -> None:
    true = _run()
    found = [_contact(c.side, c.initial_contact_s + 0.010, c.toe_off_s - 0.005) for c in true]

    errors = score_contacts(found, true, WINDOW)

    assert (errors.total, errors.missed, errors.false) == (6, (), ())
    np.testing.assert_allclose(errors.initial_contact_s, 0.010)
    np.testing.assert_allclose(errors.toe_off_s, -0.005)
    np.testing.assert_allclose(errors.contact_time_s, -0.015)


def test_a_contact_of_the_other_side_is_missed_and_false() -> None:
    true = _run()
    wrong = _contact("right" if true[2].side == "left" else "left", true[2].initial_contact_s, true[2].toe_off_s)

    errors = score_contacts([*true[:2], wrong, *true[3:]], true, WINDOW)

    assert errors.missed == (true[2],)
    assert errors.false == (wrong,)


def test_a_contact_found_twice_is_false_once_and_the_nearer_counts() -> None:
    true = _run()
    double = _contact(true[1].side, true[1].initial_contact_s + 0.1, true[1].toe_off_s)

    errors = score_contacts([*true, double], true, WINDOW)

    assert errors.false == (double,)
    np.testing.assert_array_equal(errors.initial_contact_s, 0.0)


def test_half_a_step_away_is_another_contact() -> None:
    true = _run(step_s=0.4)
    near, far = (_contact(true[3].side, true[3].initial_contact_s + by, true[3].toe_off_s + by) for by in (0.19, 0.21))

    assert score_contacts([near], true, WINDOW).matched == ((near, true[3]),)
    assert score_contacts([far], true, WINDOW).false == (far,)


def test_the_ends_of_the_clip_count_neither_way() -> None:
    true = [_contact("left", 0.1, 0.35), *_run(count=5)[1:], _contact("right", 2.6, 2.85)]
    found = [_contact("right", 0.1, 0.3), *_run(count=5)[1:], _contact("left", 2.8, NAN)]

    errors = score_contacts(found, true, WINDOW)

    assert (errors.total, len(errors.missed), len(errors.false)) == (4, 0, 0)


def test_a_contact_just_inside_is_matched_with_one_found_just_outside() -> None:
    true = [_contact("left", 0.26, 0.5), _contact("right", 0.62, 0.86)]
    found = [_contact("left", 0.24, 0.5), _contact("right", 0.62, 0.86)]

    errors = score_contacts(found, true, WINDOW)

    np.testing.assert_allclose(errors.initial_contact_s, [-0.02, 0.0], atol=1e-12)


def test_a_missing_toe_off_leaves_the_initial_contact() -> None:
    true = _run(count=2)
    found = [_contact(true[0].side, true[0].initial_contact_s, NAN), true[1]]

    errors = score_contacts(found, true, WINDOW)

    np.testing.assert_array_equal(errors.initial_contact_s, [0.0, 0.0])
    np.testing.assert_array_equal(errors.toe_off_s, [NAN, 0.0])
    np.testing.assert_array_equal(errors.contact_time_s, [NAN, 0.0])


def test_rows_are_in_milliseconds() -> None:
    true = _run(count=4)
    shifts = (-0.02, 0.0, 0.01, 0.03)
    found = [_contact(c.side, c.initial_contact_s + s, NAN) for c, s in zip(true, shifts, strict=True)]

    row = describe_errors(score_contacts(found, true, WINDOW))

    assert (row["contacts"], row["missed"], row["false"]) == (4, 0, 0)
    assert row["initial_contact_bias_ms"] == pytest.approx(5.0)
    assert row["initial_contact_sd_ms"] == pytest.approx(np.std([-20, 0, 10, 30]))
    assert row["initial_contact_median_ms"] == pytest.approx(15.0)
    assert row["initial_contact_p95_ms"] == pytest.approx(28.5)
    assert np.isnan(row["toe_off_bias_ms"])


def test_clips_are_pooled() -> None:
    true = _run()
    late = [_contact(c.side, c.initial_contact_s + 0.02, c.toe_off_s) for c in true]

    pooled = pool_errors([score_contacts(late, true, WINDOW), score_contacts(true[1:], true, WINDOW)])

    assert (pooled.total, len(pooled.missed)) == (12, 1)
    np.testing.assert_allclose(pooled.initial_contact_s, [0.02] * 6 + [0.0] * 5, atol=1e-12)
    assert describe_errors(ContactErrors())["contacts"] == 0
