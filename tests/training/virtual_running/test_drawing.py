"""Drawn runners are as tall, as quick on their feet and as varied as runners are."""

from __future__ import annotations

import numpy as np
import pytest

from runform.training.virtual_running.drawing import GREATEST_SPEED, LEAST_SPEED, draw_traits
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.traits import RunnerTraits


@pytest.fixture(scope="module")
def drawn(made_up_sources: RunnerSources) -> tuple[RunnerTraits, ...]:
    rng = np.random.default_rng(7)
    return tuple(draw_traits(rng, made_up_sources) for _ in range(500))


def test_all_speeds_are_run(drawn: tuple[RunnerTraits, ...]) -> None:
    speeds = np.array([traits.speed for traits in drawn])

    assert speeds.min() >= LEAST_SPEED
    assert speeds.max() <= GREATEST_SPEED
    assert min(((speeds > low) & (speeds <= low + 1)).sum() for low in range(2, 9)) >= 5


def test_faster_runners(drawn: tuple[RunnerTraits, ...]) -> None:
    """They step faster, stand more briefly, land further ahead and lift knee and heel."""
    slow, fast = ([t for t in drawn if low < t.speed < high] for low, high in ((2.0, 3.5), (6.0, 9.0)))

    def mean(of: list[RunnerTraits], name: str) -> float:
        return float(np.mean([getattr(t, name) if hasattr(t, name) else getattr(t.left, name) for t in of]))

    assert mean(fast, "cadence") > mean(slow, "cadence") + 25
    assert mean(fast, "contact_s") < 0.6 * mean(slow, "contact_s")
    assert mean(fast, "overstride") > mean(slow, "overstride") + 0.05
    assert mean(fast, "knee_lift_deg") > mean(slow, "knee_lift_deg") + 10
    assert mean(fast, "foot_strike_deg") < mean(slow, "foot_strike_deg") - 5


def test_published_times_on_the_ground(drawn: tuple[RunnerTraits, ...]) -> None:
    """At 2.7 m/s young runners were measured at 271 to 282 ms and stride rates of 1.28 to 1.31 Hz, older ones at 276 to
    284 ms and 1.38 to 1.41 Hz (Karamanidis and Arampatzis 2005)."""
    at = [traits for traits in drawn if 2.4 < traits.speed < 3.0]
    contact_ms, stride_hz = (1000 * np.mean([t.contact_s for t in at]), np.mean([1 / t.stride_s for t in at]))

    assert 250 < contact_ms < 295
    assert 1.28 < stride_hz < 1.45


def test_bodies(drawn: tuple[RunnerTraits, ...]) -> None:
    heights = np.array([traits.height_m for traits in drawn])
    legs = np.array([traits.leg_m / traits.height_m for traits in drawn])

    assert 1.66 < heights.mean() < 1.74
    assert 0.06 < heights.std() < 0.12
    assert legs.mean() == pytest.approx(0.491, abs=0.005)
    assert legs.min() > 0.42


def test_sides_differ_but_little(drawn: tuple[RunnerTraits, ...]) -> None:
    apart = np.array([traits.landing_asymmetry_m for traits in drawn])

    assert np.median(np.abs(apart)) < 0.012
    assert np.abs(apart).max() > 0.02
    assert abs(apart.mean()) < 0.003


def test_every_source_is_used(drawn: tuple[RunnerTraits, ...], made_up_sources: RunnerSources) -> None:
    assert {traits.leg_source for traits in drawn} == set(range(len(made_up_sources.names)))
    assert {traits.upper_mirrored for traits in drawn} == {True, False}
    np.testing.assert_allclose([sum(traits.upper_weights) for traits in drawn], 1.0)
