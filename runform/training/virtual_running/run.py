"""One virtual runner's run: legs, trunk and arms placed at any time, with the change from stride to stride."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.demo.leg_cycle import fade
from runform.sequences import SIDES, FloatArray, Side
from runform.training.force_runs import TrueContact
from runform.training.runner_motions import AT, BODY, RunnerMotion
from runform.training.virtual_running.leg import Leg, bend_leg
from runform.training.virtual_running.pelvis import OUTWARD
from runform.training.virtual_running.sources import RunnerSources
from runform.training.virtual_running.stance import turn
from runform.training.virtual_running.traits import RunnerTraits
from runform.training.virtual_running.upper import blend_upper, place_upper
from runform.training.virtual_running.upper_cycle import evaluate_series
from runform.training.virtual_running.wander import Wander, draw_wander, read_waves

SOLE_PARTS = ("heel", "ball", "tip")
_HEEL_ON_SHOE, _TOE_ON_SHOE = (0.010, 0.024), (-0.010, 0.018)
"""Heel and toe on the shoe from the sole's rear edge and tip, forward and up in the foot's axes, m."""
_LEAST_KNEE_DEG = 1.0
_LEAST_CHANGE = 1e-3


@dataclass(frozen=True)
class VirtualRun:
    """One virtual runner's run with what is known of it.

    Attributes:
        traits: As drawn.
        motion: The points.
        soles: Side -> (T, 3, 3): heel's edge, ball and tip of the sole (`SOLE_PARTS`), m.
        standing: Side -> (T,) is the foot on the belt?
        contacts: In order of initial contact, seconds from the first frame; toe-off NaN where it lies beyond.
        landings: Side -> (N, 19, 3) the points at that side's initial contacts, m.
        cadence: Mean over the run, steps/min.
    """

    traits: RunnerTraits
    motion: RunnerMotion
    soles: dict[Side, FloatArray]
    standing: dict[Side, npt.NDArray[np.bool_]]
    contacts: tuple[TrueContact, ...]
    landings: dict[Side, FloatArray]
    cadence: float


@dataclass(frozen=True)
class _Placed:
    """A body at T times, see `VirtualRun`, and its least knee flexion, rad."""

    points: FloatArray
    soles: dict[Side, FloatArray]
    standing: dict[Side, npt.NDArray[np.bool_]]
    least_knee: float


@dataclass(frozen=True)
class _Runner:
    """A runner who may be placed at any time.

    Attributes:
        traits: Who runs.
        legs: Fitted to the belt.
        upper: (C, 7) cycle of pelvis, trunk and arms.
        wander: What differs from stride to stride.
        start: Stride phase of the left leg at time 0.
    """

    traits: RunnerTraits
    legs: dict[Side, Leg]
    upper: FloatArray
    wander: Wander
    start: float

    def clock(self, time_s: FloatArray) -> FloatArray:
        """(T,) s of even running that bring the stride as far."""
        return time_s + self.wander.shift_clock(time_s)

    def phase(self, time_s: FloatArray) -> FloatArray:
        """(T,) stride phase of the left leg, growing by 1 each stride."""
        return self.start + self.clock(time_s) / self.traits.stride_s

    def place_legs(self, time_s: FloatArray) -> _Placed:
        """The legs at (T,) times, s; the points above the hips are NaN."""
        phase = self.phase(time_s)
        points = np.full((len(time_s), len(BODY), 3), np.nan)
        # A runner who steps faster than the belt asks for moves ahead on it: the standing foot keeps to the belt.
        drift = np.zeros((len(time_s), 3))
        drift[:, 0] = self.traits.speed * (self.clock(time_s) - time_s)
        sway = drift + read_waves(self.wander.hips, time_s)
        soles: dict[Side, FloatArray] = {}
        standing: dict[Side, npt.NDArray[np.bool_]] = {}
        least = np.inf
        for side, leg in self.legs.items():
            own = phase - leg.start
            knee, soles[side], standing[side] = _place_leg(points, leg, own, drift, sway, self.wander.feet[side])
            least = min(least, knee)
        return _Placed(points, soles, standing, least)

    def place_upper(self, points: FloatArray, time_s: FloatArray) -> None:
        """Fill what is above the hips of (T, 19, 3) points at (T,) times, s."""
        channels = evaluate_series(self.upper, self.phase(time_s) - self.legs["left"].pelvis.thigh_phase)
        place_upper(points, channels + read_waves(self.wander.carriage, time_s), self.traits)


def run_in_place(
    traits: RunnerTraits,
    legs: dict[Side, Leg],
    sources: RunnerSources,
    *,
    seconds: float,
    frame_rate: float,
    rng: np.random.Generator,
) -> VirtualRun:
    """The run of a runner whose legs were fitted to the belt (`leg_fit.solve_legs`).

    Args:
        traits: Who runs.
        legs: Of the same traits.
        sources: That the traits were drawn from.
        seconds: Length.
        frame_rate: Frames/s.
        rng: Source of chance: the first frame's phase, the change from stride to stride.
    """
    time_s = np.arange(max(round(seconds * frame_rate), 2)) / frame_rate
    start, upper = float(rng.uniform()), blend_upper(traits, sources)
    strides = int(1.2 * seconds / traits.stride_s) + 4
    amount = traits.variation
    while True:
        runner = _Runner(traits, legs, upper, draw_wander(rng, amount, strides), start)
        placed = runner.place_legs(time_s)
        # A leg that is nearly straight has no room for as much change: less of it.
        if placed.least_knee > np.radians(_LEAST_KNEE_DEG) or amount < _LEAST_CHANGE:
            break
        amount /= 2
    runner.place_upper(placed.points, time_s)
    phase = runner.phase(time_s)
    contacts = _find_contacts(runner, phase, time_s)
    landing_s = np.array([contact.initial_contact_s for contact in contacts])
    landed = runner.place_legs(landing_s).points
    runner.place_upper(landed, landing_s)
    landings = {side: landed[[c.side == side for c in contacts]] for side in SIDES}
    cadence = 120 * float((phase[-1] - phase[0]) / (time_s[-1] - time_s[0]))
    motion = RunnerMotion("virtual", "run", frame_rate, placed.points)
    return VirtualRun(traits, motion, placed.soles, placed.standing, contacts, landings, cadence)


def _place_leg(
    points: FloatArray, leg: Leg, phase: FloatArray, drift: FloatArray, sway: FloatArray, offsets: FloatArray
) -> tuple[float, FloatArray, npt.NDArray[np.bool_]]:
    """Fill one side's hip, knee, ankle, heel and toe, m.

    Args:
        points: (T, 19, 3), changed.
        leg: Of that side.
        phase: (T,) own stride phase.
        drift: (T, 3) of the runner on the belt, m.
        sway: (T, 3) of the hips, m, drift included.
        offsets: (strides, 2) ahead and outward, m, of where the foot is set down.

    Returns:
        The least knee flexion, rad, (T, 3, 3) the sole and (T,) whether the foot is on the belt.
    """
    pose, side = leg.pose(phase), leg.side
    lengths, outward = leg.runner.lengths, OUTWARD[side]
    hip = leg.hip(phase) + sway
    ahead, out = _place_feet(offsets, phase, leg.runner.duty_factor).T
    ankle = pose.ankle + drift + np.stack([ahead, np.zeros_like(ahead), outward * out], axis=-1)
    # The leg's plane holds the running direction and leans from the hip to the ankle.
    reach = ankle - hip
    drop = np.hypot(reach[:, 1], reach[:, 2])
    thigh, shank = bend_leg(leg.runner, reach[:, 0], drop)
    down = lengths["thigh"] * np.cos(thigh) / drop
    knee = hip + np.stack([lengths["thigh"] * np.sin(thigh), down * reach[:, 1], down * reach[:, 2]], axis=-1)
    cosine, sine = leg.foot.toe_out
    axes = np.array([[cosine, 0.0, outward * sine], [0.0, 1.0, 0.0]])  # the foot's forward and up in the world
    shoe = ankle - pose.settle @ axes
    sole = {part: shoe + flat @ axes for part, flat in leg.foot.sole(pose.pitch, pose.toe_pitch).items()}
    points[:, AT[f"{side}_hip"]], points[:, AT[f"{side}_knee"]] = hip, knee
    points[:, AT[f"{side}_ankle"]] = ankle
    points[:, AT[f"{side}_heel"]] = sole["heel"] + turn(*_HEEL_ON_SHOE, pose.pitch) @ axes
    points[:, AT[f"{side}_toe"]] = sole["tip"] + turn(*_TOE_ON_SHOE, pose.toe_pitch) @ axes
    least = float((thigh - shank).min()) if len(phase) else np.inf
    return least, np.stack([sole[part] for part in SOLE_PARTS], axis=1), pose.standing


def _place_feet(offsets: FloatArray, phase: FloatArray, duty: float) -> FloatArray:
    """(T, 2) ahead and outward, m: each stride's own offset while the foot stands, passing to the next in swing."""
    stride = np.floor(phase).astype(int)
    u = np.clip((phase - stride - duty) / (1 - duty), 0, 1)
    now, after = (offsets[np.mod(stride + k, len(offsets))] for k in (0, 1))
    return np.asarray(after + (now - after) * fade(u)[:, None])


def _find_contacts(runner: _Runner, phase: FloatArray, time_s: FloatArray) -> tuple[TrueContact, ...]:
    """The contacts that begin within the motion."""
    found = []
    for side in SIDES:
        own = phase - runner.legs[side].start
        for stride in range(int(np.ceil(own[0])), int(np.floor(own[-1])) + 1):
            begin, end = np.interp([stride, stride + runner.traits.duty_factor], own, time_s, right=np.nan)
            found.append(TrueContact(side, float(begin), float(end)))
    return tuple(sorted(found, key=lambda contact: contact.initial_contact_s))
