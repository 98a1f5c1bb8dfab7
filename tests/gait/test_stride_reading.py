"""Values read at moments of strides, of signals that are known at every moment."""

from __future__ import annotations

import numpy as np
import pytest

from runform.gait.stride_phase import StridePhase
from runform.gait.stride_reading import place_contacts, read_at, read_excursions, read_peaks
from runform.sequences import Contact, FloatArray

_TIME_S = np.arange(0, 8, 1 / 30)
_PHASE = StridePhase(_TIME_S, _TIME_S / 0.71, np.ones(len(_TIME_S)), 1 / 0.71, 1.0)
_CONTACTS = [Contact("left", float(at), float(at) + 0.27, 0.01) for at in np.arange(0.2, 7.5, 0.71)]


def _signal(phase: FloatArray) -> FloatArray:
    """Highest (40) a quarter of a stride after initial contact, lowest (20) half a stride later."""
    return np.asarray(30 + 10 * np.cos(2 * np.pi * (phase - 0.2 / 0.71 - 0.25)))


def test_a_moment_between_two_frames_is_read_from_all_strides() -> None:
    at = np.array([1.234, 4.567, 9.876])
    noise = np.random.default_rng(0).normal(0, 0.5, len(_TIME_S))

    np.testing.assert_allclose(read_at(at, _PHASE.phase, _signal(_PHASE.phase) + noise), _signal(at), atol=0.5)


def test_a_stride_that_differs_is_read_as_it_is() -> None:
    noise = np.random.default_rng(0).normal(0, 1.0, len(_TIME_S))
    raised = _signal(_PHASE.phase) + noise + 3 * (np.floor(_PHASE.phase) == 5)
    read = read_at(np.array([4.5, 5.5, 6.5]), _PHASE.phase, raised)

    # Four frames of this stride against the mean stride, which counts as two.
    assert read[1] - read[[0, 2]].mean() == pytest.approx(2.0, abs=0.9)


def test_where_no_frame_is_known_nothing_is_read() -> None:
    signal = _signal(_PHASE.phase)
    signal[np.abs(_PHASE.phase - 5.5) < 0.2] = np.nan
    read = read_at(np.array([4.5, 5.5, 50.0]), _PHASE.phase, signal)

    assert np.isfinite(read[0])
    assert np.isnan(read[1:]).all()


def test_peaks_are_found_in_their_part_of_the_stride() -> None:
    own = place_contacts(_CONTACTS, _PHASE, "left")
    signal = _signal(_PHASE.phase)
    whole, late = read_peaks(signal, _PHASE, own, 0.0, 1.0), read_peaks(signal, _PHASE, own, 0.5, 0.9)

    assert own.stance == pytest.approx(0.27 / 0.71, abs=0.01)
    assert [step.value for step in whole] == pytest.approx([40.0] * len(_CONTACTS), abs=0.2)
    assert [step.time_s for step in whole] == [contact.initial_contact_s for contact in _CONTACTS]
    assert np.nanmean([step.value for step in late]) == pytest.approx(30.0, abs=0.2)
    assert read_peaks(signal, _PHASE, own, 0.0, float("nan")) == []


def test_excursions_are_from_top_to_bottom() -> None:
    swings = read_excursions(_signal(_PHASE.phase), _PHASE, place_contacts(_CONTACTS, _PHASE, "left"))

    assert np.nanmean([step.value for step in swings]) == pytest.approx(20.0, abs=0.2)


def test_a_foot_without_contacts_has_no_peaks() -> None:
    own = place_contacts(_CONTACTS, _PHASE, "right")

    assert np.isnan(own.place)
    assert read_peaks(_signal(_PHASE.phase), _PHASE, own, 0.0, 1.0) == []
