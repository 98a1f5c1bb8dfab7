from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.form.phase_forms import (
    align_phases,
    compute_phase,
    compute_phase_weights,
    compute_stride_duration,
    make_phase_forms,
)
from runform.sequences import EMBEDDING_DIM, PHASES, Contact, PhaseForms


def contacts(*steps: tuple[str, float]) -> list[Contact]:
    return [Contact(side, at, at + 0.25, 0.01) for side, at in steps]  # type: ignore[arg-type]


def test_phase_is_whole_at_left_contacts_and_a_half_between_at_right_ones() -> None:
    at = contacts(("left", 1.0), ("right", 1.4), ("left", 1.7), ("right", 2.1))
    phase = compute_phase(np.array([0.6, 1.0, 1.2, 1.4, 1.7, 2.1, 2.5]), at)
    rate = 1.5 / 1.1
    np.testing.assert_allclose(phase, [-0.4 * rate, 0.0, 0.25, 0.5, 1.0, 1.5, 1.5 + 0.4 * rate])


def test_a_contact_that_was_not_seen_leaves_a_whole_stride() -> None:
    phase = compute_phase(np.array([0.0, 0.7]), contacts(("right", 0.0), ("right", 0.7)))
    np.testing.assert_allclose(phase, [0.5, 1.5])


def test_without_two_contacts_there_is_no_phase() -> None:
    assert np.isnan(compute_phase(np.array([0.0, 1.0]), contacts(("left", 0.5)))).all()


def test_weights_are_split_between_neighbouring_phases_and_none_is_lost() -> None:
    phase = np.array([0.0, 0.05, 0.95, 1.3, np.nan])
    split = compute_phase_weights(phase, np.array([1.0, 2.0, 4.0, 1.0, 1.0]))
    np.testing.assert_allclose(split.sum(axis=0), [1.0, 2.0, 4.0, 1.0, 0.0])
    np.testing.assert_allclose(split[:, 1], [1.0, 1.0, *[0.0] * 8], atol=1e-12)
    np.testing.assert_allclose(split[[9, 0], 2], [2.0, 2.0])


def test_the_phases_by_shares_are_the_whole() -> None:
    rng = np.random.default_rng(0)
    frames = rng.normal(size=(40, 17, 512))
    weights = rng.uniform(0.5, 1.0, 40)
    split = compute_phase_weights(np.linspace(0, 3.7, 40), weights)
    means = np.einsum("pt,tjc->pjc", split, frames) / split.sum(axis=1)[:, None, None]
    forms = make_phase_forms(means, split, mirrored=False)
    whole = np.einsum("t,tjc->jc", weights, frames).reshape(-1) / weights.sum()
    np.testing.assert_allclose(forms.shares @ forms.vectors.astype(np.float64), whole, atol=2e-3)


def test_a_mirrored_runners_phases_are_counted_from_the_other_foot() -> None:
    vectors = np.zeros((PHASES, EMBEDDING_DIM), dtype=np.float16)
    vectors[5] = 1.0
    plain = PhaseForms(vectors, np.full(PHASES, 0.1), mirrored=False)
    turned = PhaseForms(vectors, np.full(PHASES, 0.1), mirrored=True)
    assert align_phases(plain)[5, 0] == 1.0
    assert align_phases(turned)[0, 0] == 1.0


def test_a_stride_lasts_from_a_foots_contact_to_its_next() -> None:
    at = contacts(("left", 0.0), ("right", 0.3), ("left", 0.7), ("right", 1.1), ("left", 1.4))
    assert compute_stride_duration(at) == pytest.approx(0.7)
    assert np.isnan(compute_stride_duration(contacts(("left", 0.0), ("right", 0.3))))


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError):
        PhaseForms(np.zeros((3, EMBEDDING_DIM), dtype=np.float16), np.zeros(PHASES), mirrored=False)
