"""What is true of a demo clip: every joint, every contact, and what the numbers drawn from them should be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.demo.body import BodyPose
from runform.demo.gait import Gait
from runform.errors import InputError
from runform.sequences import Contact, ContactGeometry, FloatArray, KeypointSequence, Side, require_shape
from runform.skeletons import HALPE_26

PX_DECIMALS, M_DECIMALS, S_DECIMALS = 2, 4, 6
PLAIN_FIELDS = (
    "clip", "fps", "width", "height", "view", "seed", "overstride", "cadence", "belt_speed", "ground_contact_s",
    "flight_s", "duty_factor", "vertical_oscillation_m",
)  # fmt: skip
"""Fields of `DemoTruth` that JSON holds as they are."""


@dataclass(frozen=True)
class DemoTruth:
    """The truth of one demo clip.

    Attributes:
        clip: The video's file name.
        fps: Frames/s.
        width, height: Of the picture, px.
        view: The side of the runner that the camera sees; "right" faces right in the picture.
        seed: What the textures and the first frame's place in the stride were drawn with.
        overstride: 0 (lands under the body) to 1 (lands far ahead of it).
        cadence: Steps/min.
        belt_speed: m/s.
        ground_contact_s, flight_s, duty_factor: Of every step.
        vertical_oscillation_m: Of the pelvis.
        contacts: Those that begin within the clip, in order; the end is NaN where the clip ends first.
        geometry: The leg at each of these initial contacts.
        time_s: (T,) of the frames.
        xy_px: (T, 26, 2) Halpe-26 keypoints, x right and y down.
        xyz_m: (T, 26, 3) the same in the world: forward, to the runner's left, up from the belt.
        sources: Who measured the stride's curves, and under which licence.
    """

    clip: str
    fps: float
    width: int
    height: int
    view: Side
    seed: int
    overstride: float
    cadence: float
    belt_speed: float
    ground_contact_s: float
    flight_s: float
    duty_factor: float
    vertical_oscillation_m: float
    contacts: tuple[Contact, ...]
    geometry: tuple[ContactGeometry, ...]
    time_s: FloatArray
    xy_px: FloatArray
    xyz_m: FloatArray
    sources: tuple[dict[str, str], ...]

    def __post_init__(self) -> None:
        frames, joints = len(self.time_s), len(HALPE_26)
        require_shape("xy_px", self.xy_px, (frames, joints, 2))
        require_shape("xyz_m", self.xyz_m, (frames, joints, 3))

    def to_keypoints(self) -> KeypointSequence:
        """The true keypoints as a perfect detector would find them."""
        return KeypointSequence(
            time_s=self.time_s,
            xy_px=self.xy_px,
            confidence=np.ones(self.xy_px.shape[:2]),
            skeleton=HALPE_26.name,
            width=self.width,
            height=self.height,
        )

    def to_json(self) -> dict[str, Any]:
        """The truth as plain numbers; a contact cut off by the clip's end has null for its toe-off."""
        contacts = [
            {
                "side": contact.side,
                "initial_contact_s": round(contact.initial_contact_s, S_DECIMALS),
                "toe_off_s": round(contact.toe_off_s, S_DECIMALS) if np.isfinite(contact.toe_off_s) else None,
                "ankle_ahead": round(leg.ankle_ahead, M_DECIMALS),
                "shank_angle_deg": round(leg.shank_angle_deg, PX_DECIMALS),
                "knee_flexion_deg": round(leg.knee_flexion_deg, PX_DECIMALS),
            }
            for contact, leg in zip(self.contacts, self.geometry, strict=True)
        ]
        return {
            "what": "truth of a rendered clip of a virtual runner on a treadmill, made by RunForm",
            **{name: getattr(self, name) for name in PLAIN_FIELDS},
            "contacts": contacts,
            "joints": list(HALPE_26.keypoints),
            "time_s": np.round(self.time_s, S_DECIMALS).tolist(),
            "xy_px": np.round(self.xy_px, PX_DECIMALS).tolist(),
            "xyz_m": np.round(self.xyz_m, M_DECIMALS).tolist(),
            "sources": list(self.sources),
        }


def write_truth(truth: DemoTruth, path: Path) -> None:
    """Write the truth as JSON."""
    path.write_text(json.dumps(truth.to_json()))


def read_truth(path: Path) -> DemoTruth:
    """Read what `write_truth` wrote.

    Raises:
        InputError: The file is not a demo's truth.
    """
    try:
        stored = json.loads(path.read_text())
        contacts = tuple(
            Contact(c["side"], c["initial_contact_s"], np.nan if c["toe_off_s"] is None else c["toe_off_s"], 0.0)
            for c in stored["contacts"]
        )
        geometry = tuple(
            ContactGeometry(
                c["side"], c["initial_contact_s"], c["ankle_ahead"], c["shank_angle_deg"], c["knee_flexion_deg"]
            )
            for c in stored["contacts"]
        )
        return DemoTruth(
            **{name: stored[name] for name in PLAIN_FIELDS},
            contacts=contacts,
            geometry=geometry,
            time_s=np.array(stored["time_s"], dtype=np.float64),
            xy_px=np.array(stored["xy_px"], dtype=np.float64),
            xyz_m=np.array(stored["xyz_m"], dtype=np.float64),
            sources=tuple(stored["sources"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path.name} is not the truth of a demo clip.", "Make the demo clip again.") from error


def list_contacts(gait: Gait, left_phase_at_start: float, duration_s: float) -> tuple[Contact, ...]:
    """The contacts that begin within a clip.

    Args:
        gait: The runner's.
        left_phase_at_start: Stride phase of the left leg in the first frame, 0 to 1.
        duration_s: Time of the last frame.
    """
    contacts = []
    starts: dict[Side, float] = {"left": left_phase_at_start, "right": left_phase_at_start - 0.5}
    for side, start in starts.items():
        for stride in range(int(np.ceil(start)), int(np.floor(start + duration_s / gait.stride_s)) + 1):
            initial_contact = (stride - start) * gait.stride_s
            toe_off = initial_contact + gait.contact_s
            contacts.append(Contact(side, initial_contact, toe_off if toe_off <= duration_s else np.nan, 0.0))
    return tuple(sorted(contacts, key=lambda contact: contact.initial_contact_s))


def compute_contact_geometry(
    contacts: tuple[Contact, ...], body: BodyPose, leg_length_m: float
) -> tuple[ContactGeometry, ...]:
    """The leg at each initial contact, from the body posed at exactly those times.

    Args:
        contacts: N of them.
        body: At the N initial contacts.
        leg_length_m: Hip to ankle with a straight knee.
    """
    geometry = []
    for i, contact in enumerate(contacts):
        ankle, knee = (body.joint(f"{contact.side}_{joint}")[i] for joint in ("ankle", "knee"))
        middle = (body.joint("left_hip")[i] + body.joint("right_hip")[i]) / 2
        leg = body.legs[contact.side]
        geometry.append(
            ContactGeometry(
                side=contact.side,
                time_s=contact.initial_contact_s,
                ankle_ahead=float((ankle[0] - middle[0]) / leg_length_m),
                shank_angle_deg=float(np.degrees(np.arctan2(ankle[0] - knee[0], knee[2] - ankle[2]))),
                knee_flexion_deg=float(np.degrees(leg.thigh[i] - leg.shank[i])),
            )
        )
    return tuple(geometry)
