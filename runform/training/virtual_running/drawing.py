"""Draws virtual runners: bodies of published proportions, gaits of published means and spreads."""

from __future__ import annotations

import numpy as np

from runform.demo.pelvis_path import GRAVITY
from runform.errors import InputError
from runform.sequences import FloatArray
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.stance import make_foot
from runform.training.virtual_running.traits import ArmTraits, LegTraits, RunnerTraits

LEAST_SPEED, GREATEST_SPEED = 2.0, 9.0
# Speeds that are drawn: mostly those that people train and race at, some sprints.
_SPEED_KNOTS = (2.0, 2.6, 3.2, 3.8, 4.6, 5.6, 7.0, 9.0)
_SPEED_SHARES = (0.0, 0.16, 0.38, 0.58, 0.75, 0.86, 0.94, 1.0)

# Means by speed, m/s: cadence rises slowly up to about 6 m/s and fast above, while time on the ground falls with about
# the 0.7th power of speed (Cavanagh and Kram 1989; Weyand and others 2000; Dorn, Schache and Pandy 2012).
_AT_SPEED = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_USUAL_LEG_M, _CADENCE_BY_LEG = 0.86, 0.3
_CADENCE = (158.0, 167.0, 175.0, 184.0, 196.0, 212.0, 234.0, 258.0)
_CONTACT_AT_3_MS_S, _CONTACT_POWER = 0.245, 0.73
_CONTACT_TOLERANCE = 0.22
_REACHING_TOLERANCE = 0.3  # who reaches out has the foot on the ground for longer
_MOST_LANDINGS = 1000
_LEAST_DUTY, _MOST_DUTY = 0.19, 0.46

# Ankle ahead of the mid-hips at initial contact by speed, share of the leg: rbds001's at 2.5 m/s, and as much more as
# the published times on the ground ask for.
_ANKLE_AHEAD = ((2.0, 3.0, 5.0, 7.0, 9.0), (0.170, 0.215, 0.275, 0.305, 0.325))

# Usual runners land with the knee bent by 5 degrees or more; some of those who reach out land on a straighter leg.
_LEAST_LANDING_KNEE_DEG, _REACHING_KNEE_DEG = 5.0, 2.5
_REACHING_STRAIGHTER = 80.0  # degrees for each leg length that they reach out

# Shares of runners who land on the forefoot, and of the others on the midfoot, by speed. Three quarters of the runners
# of a half-marathon land on the heel at about 5 m/s (Hasegawa, Yamauchi and Kraemer 2007), sprinters do not; there are
# more of the rarer landings here, for variety.
_FOREFOOT = ((3.0, 5.0, 7.0, 9.0), (0.06, 0.18, 0.5, 0.85))
_MIDFOOT = ((3.0, 5.0, 8.0), (0.15, 0.3, 0.6))

# By how much faster runners lift the knee and the heel above those measured at 2.5 m/s, degrees.
_KNEE_LIFT = ((2.5, 5.0, 9.0), (0.0, 12.0, 34.0))
_HEEL_LIFT = ((2.0, 2.5, 9.0), (-2.0, 0.0, 36.0))

# Heights of adults, m (mean, standard deviation): women and men.
_HEIGHT = {"woman": (1.64, 0.065), "man": (1.77, 0.07)}
_SEGMENT_SPREAD = 0.04

# Lengths as shares of body height: Drillis and Contini as given by Winter (2009), fig. 4.1; the widths between joint
# centres are narrower than those between their bony landmarks, and a shoe adds to the foot. The rest is our estimate.
SEGMENT_SHARES: dict[str, float] = {
    "thigh": 0.245, "shank": 0.246, "trunk": 0.288, "upper_arm": 0.186, "forearm": 0.146,
    "hip_half_width": 0.050, "shoulder_half_width": 0.108, "neck": 0.026,
    "ankle_height": 0.047, "heel_back": 0.032, "ball_ahead": 0.078, "toe": 0.045, "head": 1 / 1.7,
}  # fmt: skip
"""Segment -> share of body height. `trunk` is mid-hips to mid-shoulders, `neck` mid-shoulders to neck, `head` scales
the head of `runner_motions.put_head`, an adult's of 1.7 m."""


def draw_traits(rng: np.random.Generator, sources: RunnerSources, reach: float | None = None) -> RunnerTraits:
    """A runner at random; not every one can run as drawn, see `leg_fit.solve_legs`.

    Args:
        rng: Source of chance.
        sources: Whose swings and upper bodies there are.
        reach: By how many leg lengths the foot lands further ahead than is usual at the speed, in place of what chance
            would give; the knee is straighter for it.

    Raises:
        InputError: No landing fits the speed and cadence that were drawn.
    """
    speed = float(np.interp(rng.uniform(), _SPEED_SHARES, _SPEED_KNOTS))
    sex = str(rng.choice(tuple(_HEIGHT)))
    height = float(np.clip(rng.normal(*_HEIGHT[sex]), 1.45, 2.02))
    lengths = {
        name: share * height * _clip_normal(rng, 1.0, _SEGMENT_SPREAD, 2.5) for name, share in SEGMENT_SHARES.items()
    }
    leg = lengths["thigh"] + lengths["shank"]
    # Long legs turn over more slowly; a pendulum would by the square root of its length.
    usual = float(np.interp(speed, _AT_SPEED, _CADENCE)) * (_USUAL_LEG_M / leg) ** _CADENCE_BY_LEG
    cadence = usual * _clip_normal(rng, 1.0, 0.05, 2.2)
    uneven = float(rng.gamma(1.5, 0.5))
    mean, toe_off_knee, duty = _draw_landing(rng, speed, cadence, lengths, reach)
    arm = _draw_arm(rng, speed)
    weights = rng.dirichlet(np.full(len(sources.upper), 0.4))
    return RunnerTraits(
        speed=speed,
        cadence=cadence,
        duty_factor=duty,
        height_m=height,
        sex=sex,
        lengths=lengths,
        left=_shift_leg(mean, rng.normal(size=9) * uneven),
        right=_shift_leg(mean, rng.normal(size=9) * uneven),
        left_arm=_shift_arm(arm, rng.normal(size=6) * uneven),
        right_arm=_shift_arm(arm, rng.normal(size=6) * uneven),
        toe_off_knee_deg=toe_off_knee,
        trunk_lean_deg=max(-3.0, 5.5 + 0.5 * (speed - 3) + _clip_normal(rng, 0.0, 4.5, 2.5)),
        trunk_motion=float(rng.uniform(0.6, 1.6)),
        head_pitch_deg=_clip_normal(rng, 0.0, 5.0, 2.5),
        pelvis_turn=float(rng.uniform(-0.8, 1.2)),
        pelvis_list=float(rng.uniform(0.5, 1.6)),
        fore_aft_m=float(rng.uniform(0.001, 0.008)),
        step_shift=0.006 * uneven * float(np.clip(rng.normal(), -2, 2)),
        variation=float(rng.uniform(0.5, 1.6)),
        leg_source=int(rng.integers(len(sources.names))),
        upper_weights=tuple(float(w) for w in weights),
        upper_mirrored=bool(rng.integers(2)),
    )


def _draw_landing(
    rng: np.random.Generator, speed: float, cadence: float, lengths: dict[str, float], reach: float | None
) -> tuple[LegTraits, float, float]:
    """The mean of both legs, knee flexion at toe-off in degrees, and duty factor, that fit one another.

    What a leg can span ties time on the ground to speed and to where the foot lands, so time on the ground follows from
    the others; legs for which it lies far from the published mean are drawn again.
    """
    usual = _CONTACT_AT_3_MS_S * (3.0 / speed) ** _CONTACT_POWER
    leg_m = lengths["thigh"] + lengths["shank"]
    tolerance = _CONTACT_TOLERANCE if reach is None else _REACHING_TOLERANCE
    for _ in range(_MOST_LANDINGS):
        leg = _draw_leg(rng, speed, leg_m, reach)
        knee = 14.5 + 1.4 * (speed - 2.5) + _clip_normal(rng, 0.0, 4.0, 2.0)
        skew = _clip_normal(rng, 0.12, 0.07, 2.0)
        contact_s = fit_contact(leg, lengths, speed, cadence, knee, skew)
        duty = contact_s * cadence / 120
        if abs(contact_s / usual - 1) < tolerance and _LEAST_DUTY < duty < _MOST_DUTY:
            return leg, knee, duty
    raise InputError(f"No landing at {speed:.1f} m/s and {cadence:.0f} steps/min fits.", "Draw other traits.")


def fit_contact(
    leg: LegTraits, lengths: dict[str, float], speed: float, cadence: float, toe_off_knee_deg: float, skew: float
) -> float:
    """Time on the ground, s, after which the leg has the knee angle of toe-off; NaN where no time is right.

    Args:
        leg: Its landing.
        lengths: Segment -> m.
        speed: Of the belt, m/s.
        cadence: Steps/min.
        toe_off_knee_deg: Knee flexion at toe-off.
        skew: Of the pelvis's bounce (`demo.pelvis_path.Bounce`): how much higher the body leaves than it lands.
    """
    foot = make_foot(lengths, leg, speed)
    landing, leaving = foot.stand(np.array([0.0, 1.0]))
    aside2 = (lengths["hip_half_width"] - leg.track_m) ** 2
    first, last = (_stretch(lengths, knee) ** 2 - aside2 for knee in (leg.landing_knee_deg, toe_off_knee_deg))
    height = landing[1] + np.sqrt(max(first - leg.ankle_ahead_m**2, 0.0))
    contact_s = 0.5 / speed
    for _ in range(3):
        # The bounce's closed integral: what its skew lifts the body by between initial contact and toe-off.
        rise = skew * GRAVITY / 4 * contact_s * max(60.0 / cadence - contact_s, 0.0)
        behind2 = last - (height + rise - leaving[1]) ** 2
        if behind2 < 0:
            return float("nan")
        contact_s = float((leg.ankle_ahead_m + leaving[0] - landing[0] + np.sqrt(behind2)) / speed)
    return contact_s


def _stretch(lengths: dict[str, float], knee_deg: float) -> float:
    """Hip to ankle, m."""
    thigh, shank = lengths["thigh"], lengths["shank"]
    return float(np.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * np.cos(np.radians(knee_deg))))


def _draw_leg(rng: np.random.Generator, speed: float, leg_m: float, reach: float | None) -> LegTraits:
    """The mean of both legs."""
    faster = speed - 2.5
    usual = float(np.interp(speed, *_ANKLE_AHEAD))
    ahead = usual + _clip_normal(rng, 0.0, 0.028, 2.0)
    if rng.uniform() < 0.2:
        ahead += float(rng.uniform(0.0, 0.09))
    straighter = 45.0
    if reach is not None:
        ahead, straighter = usual + reach, _REACHING_STRAIGHTER
    knee = 10.5 + 1.9 * faster - straighter * (ahead - usual) + _clip_normal(rng, 0.0, 4.5, 2.0)
    return LegTraits(
        ankle_ahead_m=ahead * leg_m,
        landing_knee_deg=float(np.clip(knee, _LEAST_LANDING_KNEE_DEG if reach is None else _REACHING_KNEE_DEG, 40.0)),
        foot_strike_deg=_draw_strike(rng, speed),
        toe_off_pitch_deg=-(50.0 + 1.5 * faster) + _clip_normal(rng, 0.0, 4.0, 2.0),
        knee_lift_deg=float(np.interp(speed, *_KNEE_LIFT)) + _clip_normal(rng, 0.0, 3.0, 2.0),
        heel_lift_deg=float(np.interp(speed, *_HEEL_LIFT)) + _clip_normal(rng, 0.0, 5.0, 2.0),
        toe_out_deg=_clip_normal(rng, 5.0, 4.0, 2.5),
        track_m=_clip_normal(rng, 0.03, 0.018, 2.2),
        whip_m=float(rng.uniform(-0.01, 0.03)),
    )


def _draw_strike(rng: np.random.Generator, speed: float) -> float:
    """Foot pitch at initial contact, degrees: most land on the heel when slow, few do in a sprint."""
    if rng.uniform() < np.interp(speed, *_FOREFOOT):
        return -abs(_clip_normal(rng, 9.0, 4.0, 2.0))
    if rng.uniform() < np.interp(speed, *_MIDFOOT):
        return _clip_normal(rng, 1.0, 2.5, 2.0)
    return float(np.clip(rng.normal(14.0, 6.0), 4.0, 27.0))


def _draw_arm(rng: np.random.Generator, speed: float) -> ArmTraits:
    faster = speed - 3.0
    return ArmTraits(
        raise_deg=_clip_normal(rng, -17.0 + 2.0 * faster, 8.0, 2.2),
        swing_deg=float(np.clip(21.0 + 4.0 * faster + _clip_normal(rng, 0.0, 7.0, 2.0), 6.0, 50.0)),
        abduction_deg=_clip_normal(rng, 11.0, 7.0, 2.0),
        elbow_deg=_clip_normal(rng, 98.0, 14.0, 2.2),
        elbow_swing=float(rng.uniform(0.5, 1.8)),
        inward_deg=_clip_normal(rng, 20.0, 12.0, 2.2),
    )


_LEG_UNEVEN = (0.010, 1.5, 2.0, 1.5, 2.0, 3.0, 2.0, 0.006, 0.005)
_ARM_UNEVEN = (2.5, 2.0, 2.0, 4.0, 0.15, 4.0)


def _shift_leg(mean: LegTraits, by: FloatArray) -> LegTraits:
    """One side's own leg; `by` (9,) in usual differences."""
    return LegTraits(*(value + d * s for value, d, s in zip(vars(mean).values(), by, _LEG_UNEVEN, strict=True)))


def _shift_arm(mean: ArmTraits, by: FloatArray) -> ArmTraits:
    return ArmTraits(*(value + d * s for value, d, s in zip(vars(mean).values(), by, _ARM_UNEVEN, strict=True)))


def _clip_normal(rng: np.random.Generator, mean: float, spread: float, reach: float) -> float:
    """Normal, cut at `reach` standard deviations."""
    return mean + spread * float(np.clip(rng.normal(), -reach, reach))
