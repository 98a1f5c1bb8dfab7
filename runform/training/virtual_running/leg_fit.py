"""Fits a virtual runner's legs to the belt: the pelvis that carries both, and the swing that joins their stances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from runform.demo.pelvis_path import Bounce
from runform.sequences import SIDES, FloatArray, Side
from runform.training.virtual_running.leg import STEP, Leg
from runform.training.virtual_running.pelvis import Pelvis
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.stance import make_foot
from runform.training.virtual_running.traits import LegTraits, RunnerTraits
from runform.training.virtual_running.upper import blend_upper
from runform.training.virtual_running.upper_cycle import PELVIS_CHANNELS, find_thigh_phase

LEAST_KNEE_DEG, MOST_KNEE_DEG = 2.0, 75.0
LEAST_TOE_OFF_KNEE_DEG, MOST_TOE_OFF_KNEE_DEG = 8.0, 50.0
"""Of stance: what a drawn runner may not leave."""
LANDING_KNEE_TOLERANCE_DEG = 7.0
"""One pelvis carries two uneven legs, so that one knee may bend more than was drawn."""
LEAST_SKEW, MOST_SKEW = -0.1, 0.45
LEAST_FLIGHT_S = 0.01
USUAL_THIGH_PHASE = 0.82
LANDING_SPEED_SHARE = ((2.0, 9.0), (0.5, 0.75))
"""Speeds, m/s, and of the belt's speed: how fast the ankle already moves back just before it lands. rbds001: 0.45 at
2.5 m/s."""


def solve_legs(runner: RunnerTraits, sources: RunnerSources) -> dict[Side, Leg] | None:
    """Both legs and the pelvis that carries them, or None where no legs can run as drawn."""
    flight_s = runner.stride_s / 2 - runner.contact_s
    if flight_s < LEAST_FLIGHT_S:
        return None
    pelvis = Pelvis(
        bounce=Bounce(runner.contact_s, flight_s, 0.0),
        step_s=runner.stride_s / 2,
        landing_height_m=0.0,
        fore_aft_m=runner.fore_aft_m,
        half_width_m=runner.lengths["hip_half_width"],
        turning=blend_upper(runner, sources)[: len(PELVIS_CHANNELS)],
        thigh_phase=USUAL_THIGH_PHASE,
    )
    legs = {side: _make_leg(runner, sources, side, pelvis) for side in SIDES}
    # The pelvis turns with the thighs, whose phase is known once they swing.
    for _ in range(2):
        solved = _solve_pelvis(runner, legs)
        if solved is None:
            return None
        joined = {side: _join(replace(leg, pelvis=solved)) for side, leg in legs.items()}
        pelvis = replace(solved, thigh_phase=_find_phase(joined))
        legs = {side: replace(leg, pelvis=pelvis) for side, leg in joined.items()}
    return joined


def _make_leg(runner: RunnerTraits, sources: RunnerSources, side: Side, pelvis: Pelvis) -> Leg:
    traits: LegTraits = getattr(runner, side)
    foot = make_foot(runner.lengths, traits, runner.speed)
    start = 0.0 if side == "left" else 0.5 + runner.step_shift
    at = runner.leg_source
    return Leg(side, traits, runner, foot, pelvis, start, sources.legs[at], sources.toe_off[at], 0.0, np.zeros((4, 3)))


def _solve_pelvis(runner: RunnerTraits, legs: dict[Side, Leg]) -> Pelvis | None:
    """The pelvis's height from the knees at initial contact, and its bounce from the knees at toe-off."""
    flat = replace(legs["left"].pelvis, landing_height_m=0.0, bounce=replace(legs["left"].pelvis.bounce, skew=0.0))
    skewed = replace(flat, bounce=replace(flat.bounce, skew=1.0))
    heights = np.array([_find_heights(replace(leg, pelvis=flat)) for leg in legs.values()])  # (2, 2)
    if not np.isfinite(heights).all():
        return None
    leaving = np.array([runner.duty_factor + leg.start for leg in legs.values()])
    gain = float((skewed.centre(leaving) - flat.centre(leaving))[:, 1].mean())
    # Uneven legs: the pelvis is as low as the one that reaches further asks for.
    height, needed = heights.min(axis=0)
    skew = float(np.clip((needed - height) / gain, LEAST_SKEW, MOST_SKEW))
    pelvis = replace(flat, landing_height_m=float(height), bounce=replace(flat.bounce, skew=skew))
    for leg in legs.values():
        angles = np.degrees(replace(leg, pelvis=pelvis).stance_angles(np.linspace(0, 1, 21)))
        knee = angles[:, 0] - angles[:, 1]
        able = knee.min() > LEAST_KNEE_DEG and knee.max() < MOST_KNEE_DEG
        lands = abs(knee[0] - leg.traits.landing_knee_deg) < LANDING_KNEE_TOLERANCE_DEG
        if not able or not lands or not LEAST_TOE_OFF_KNEE_DEG < knee[-1] < MOST_TOE_OFF_KNEE_DEG:
            return None
    return pelvis


def _find_heights(leg: Leg) -> FloatArray:
    """(2,) by how much the pelvis must be raised for the knee to be right at initial contact and at toe-off, m.

    NaN where the ankle is out of reach.
    """
    at = np.array([0.0, 1.0])
    reach = leg.stand(at) - leg.hip(at * leg.runner.duty_factor)
    thigh_m, shank_m = leg.runner.lengths["thigh"], leg.runner.lengths["shank"]
    knee = np.radians([leg.traits.landing_knee_deg, leg.runner.toe_off_knee_deg])
    stretch2 = thigh_m**2 + shank_m**2 + 2 * thigh_m * shank_m * np.cos(knee)
    drop2 = stretch2 - reach[:, 0] ** 2 - reach[:, 2] ** 2
    return np.asarray(np.sqrt(np.where(drop2 > 0, drop2, np.nan)) + reach[:, 1])


def _join(leg: Leg) -> Leg:
    """The leg with its swing joined to its stance.

    Published hip angles are taken from the pelvis, and the pelvis's own tilt is not published; ankle angles lack as
    much. The leg is turned until its thigh misses stance by as much at toe-off as at initial contact.
    """
    duty = leg.runner.duty_factor
    swing_per_stance = (1 - duty) / duty
    off, before, contact = leg.stance_angles(np.array([1.0, 1.0 - STEP, 0.0]))
    ends = np.array([0.0, STEP, 1.0 - STEP, 1.0])
    untilted = replace(leg, tilt=0.0).measured_angles(ends)
    leg = replace(leg, tilt=float((off + contact - untilted[0] - untilted[3])[0] / 2))
    measured = leg.measured_angles(ends)
    at_off, at_contact = off - measured[0], contact - measured[3]
    rate_off = (off - before) / STEP * swing_per_stance - (measured[1] - measured[0]) / STEP
    rate_contact = _find_landing_rate(leg, measured[2:] + at_contact)
    return replace(leg, join=np.stack([at_off, rate_off, at_contact, rate_contact]))


def _find_landing_rate(leg: Leg, ends: FloatArray) -> FloatArray:
    """(3,) what the angles' rates per part of swing lack for the ankle's speed to be right before initial contact.

    Args:
        leg: Whose.
        ends: (2, 3) thigh, shank and foot, rad, a small step before initial contact and at it.
    """
    runner = leg.runner
    swing_s = (1 - runner.duty_factor) * runner.stride_s
    hip = leg.hip(np.array([1.0 - STEP * (1 - runner.duty_factor), 1.0]))[:, 0]
    thigh, shank, _ = ends.T
    x = hip + runner.lengths["thigh"] * np.sin(thigh) + runner.lengths["shank"] * np.sin(shank)
    share = float(np.interp(runner.speed, *LANDING_SPEED_SHARE))
    lacking = -share * runner.speed * swing_s - (x[1] - x[0]) / STEP
    # The whole leg swings about the hip; its foot keeps its pitch.
    lever = runner.lengths["thigh"] * np.cos(thigh[1]) + runner.lengths["shank"] * np.cos(shank[1])
    return np.array([lacking / lever, lacking / lever, 0.0])


def _find_phase(legs: dict[Side, Leg]) -> float:
    """Left stride phase at which the left thigh is furthest ahead of the right one, first harmonic."""
    phase = np.arange(64) / 64
    thighs = []
    for side in SIDES:
        leg = legs[side]
        own = np.mod(phase - leg.start, 1.0)
        part, u = own / leg.runner.duty_factor, (own - leg.runner.duty_factor) / (1 - leg.runner.duty_factor)
        thighs.append(np.where(part < 1, leg.stance_angles(np.clip(part, 0, 1))[:, 0], leg.swing_angles(u)[:, 0]))
    return find_thigh_phase(thighs[0] - thighs[1])
