"""What sets virtual runners apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LegTraits:
    """One side's landing and swing.

    Attributes:
        ankle_ahead_m: Ankle ahead of the mid-hips at initial contact, m: what overstriding makes great.
        landing_knee_deg: Knee flexion at initial contact.
        foot_strike_deg: Pitch of the foot at initial contact, positive: toes up, on the heel.
        toe_off_pitch_deg: Pitch of the foot at toe-off, negative: heel above the toes.
        knee_lift_deg: Added to the measured thigh at its foremost, forward.
        heel_lift_deg: Added to the measured knee flexion at its greatest.
        toe_out_deg: Foot turned outward.
        track_m: Ankle to the middle of the body, sideways, in stance; negative crosses the middle.
        whip_m: Ankle further out than that at most in swing, m.
    """

    ankle_ahead_m: float
    landing_knee_deg: float
    foot_strike_deg: float
    toe_off_pitch_deg: float
    knee_lift_deg: float
    heel_lift_deg: float
    toe_out_deg: float
    track_m: float
    whip_m: float


@dataclass(frozen=True)
class ArmTraits:
    """One arm's carriage.

    Attributes:
        raise_deg: Mean angle of the upper arm forward of the trunk's line; negative: behind it.
        swing_deg: Half the range through which the upper arm swings.
        abduction_deg: Mean angle of the upper arm away from the trunk.
        elbow_deg: Mean flexion of the elbow.
        elbow_swing: Times the elbow's captured change over the stride.
        inward_deg: Mean turn of the forearm across the body, about the upper arm.
    """

    raise_deg: float
    swing_deg: float
    abduction_deg: float
    elbow_deg: float
    elbow_swing: float
    inward_deg: float


@dataclass(frozen=True)
class RunnerTraits:
    """One virtual runner.

    Attributes:
        speed: Of the belt, m/s.
        cadence: Steps/min.
        duty_factor: Part of a stride that one foot is on the ground.
        height_m: Of the body.
        sex: "woman" or "man": whose heights are drawn from.
        lengths: Segment -> m, keys of `drawing.SEGMENT_SHARES`; `head` is a factor.
        left, right: The legs.
        left_arm, right_arm: The arms.
        toe_off_knee_deg: Knee flexion at toe-off that the pelvis's bounce aims at.
        trunk_lean_deg: Mean lean of the trunk, hips to shoulders, forward of vertical.
        trunk_motion: Times the captured change of the trunk's lean, side lean and shoulders over the stride.
        head_pitch_deg: Head bowed forward against the trunk.
        pelvis_turn: Times the captured turn of the pelvis; below 0 it is the swinging leg's side that is forward.
        pelvis_list: Times the captured list of the pelvis.
        fore_aft_m: Amplitude of the pelvis's motion forward and back within a step, m.
        step_shift: Right initial contact later than halfway between two left ones, part of a stride.
        variation: Times the usual change from stride to stride.
        leg_source: Index of the measured runner whose swing it is.
        upper_weights: Weight of each captured upper body, sum 1.
        upper_mirrored: Is the captured upper body mirrored?
    """

    speed: float
    cadence: float
    duty_factor: float
    height_m: float
    sex: str
    lengths: dict[str, float]
    left: LegTraits
    right: LegTraits
    left_arm: ArmTraits
    right_arm: ArmTraits
    toe_off_knee_deg: float
    trunk_lean_deg: float
    trunk_motion: float
    head_pitch_deg: float
    pelvis_turn: float
    pelvis_list: float
    fore_aft_m: float
    step_shift: float
    variation: float
    leg_source: int
    upper_weights: tuple[float, ...]
    upper_mirrored: bool

    @property
    def stride_s(self) -> float:
        """From one initial contact to the same foot's next, s."""
        return 120.0 / self.cadence

    @property
    def contact_s(self) -> float:
        """Time on the ground, s."""
        return self.duty_factor * self.stride_s

    @property
    def ankle_ahead_m(self) -> float:
        """Ankle ahead of the mid-hips at initial contact, mean of both sides, m."""
        return (self.left.ankle_ahead_m + self.right.ankle_ahead_m) / 2

    @property
    def overstride(self) -> float:
        """The same as a share of the leg's length."""
        return self.ankle_ahead_m / self.leg_m

    @property
    def landing_knee_deg(self) -> float:
        """Knee flexion at initial contact, mean of both sides."""
        return (self.left.landing_knee_deg + self.right.landing_knee_deg) / 2

    @property
    def landing_asymmetry_m(self) -> float:
        """By how much further ahead of the mid-hips the left ankle lands than the right one, m."""
        return self.left.ankle_ahead_m - self.right.ankle_ahead_m

    @property
    def leg_m(self) -> float:
        """Hip to ankle with a straight knee, m."""
        return self.lengths["thigh"] + self.lengths["shank"]
