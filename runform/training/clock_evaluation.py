"""How well gravity tells a clip's clock: captured runs before virtual cameras, played slower and faster than life."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.gait.body_frame import compute_direction
from runform.gait.clock import MOST_CLOCK_ERROR, USUAL_LEG_M, compute_clock_by_gravity, find_other_clock
from runform.gait.contacts import detect_contacts
from runform.gait.leg_swing import FEET_PASS
from runform.gait.vertical_motion import compute_vertical_motion
from runform.sequences import ClipInfo, KeypointSequence
from runform.training.runner_motions import RunnerMotion, read_runner_motions
from runform.training.view_evaluation import LONG_RUNS, WALKS, film

HELD_OUT_RUNS = ("hamner04 run200", "hamner04 run400", "rbds001")
TUNING_RUNS = tuple(name for name in LONG_RUNS if name not in HELD_OUT_RUNS)
"""What the limits of checks were set on."""
_PLAYED_RATE = 60.0
_AZIMUTHS_DEG = (75.0, 90.0)


@dataclass(frozen=True)
class _Played:
    """A motion as played by a clock that may be wrong: seconds of the clip as if it were real time."""

    keypoints: KeypointSequence
    clip: ClipInfo

    def compute_by_gravity(self) -> float:
        """Seconds of the clip for each second lived, by gravity; NaN where no stride was found."""
        detection = detect_contacts(self.keypoints, compute_direction(self.keypoints))
        if detection is None or not detection.contacts:
            return float("nan")
        vertical = compute_vertical_motion(self.keypoints, detection.phase, FEET_PASS)
        return float("nan") if vertical is None else compute_clock_by_gravity(detection, vertical, USUAL_LEG_M)

    def find_factor(self) -> float:
        """The time scale at which the clip shows running; NaN where there is none but its own."""
        other = find_other_clock(self.keypoints, compute_direction(self.keypoints), self.clip, USUAL_LEG_M)
        return float("nan") if other is None else other.time_scale


def evaluate_clock(
    mocap_dir: Path,
    seed: int = 0,
    names: tuple[str, ...] = TUNING_RUNS,
    walks: tuple[str, ...] = WALKS[:3],
    time_scales: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0),
) -> dict[str, Any]:
    """What gravity says of clips whose clock is right or wrong, without the runner's height.

    Clips play at 60 frames/s, so that one four times slower than life was filmed at 240; cameras stand square and 15
    degrees from square.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of the detector.
        names: Runs, as for `read_runner_motions`.
        walks: Walks, none of which may be taken for running at another time scale.
        time_scales: Seconds played per second lived.

    Returns:
        rows: one for each kind and time scale. by_gravity_low, _median and _high are the range and median over the
        clips in which a stride was found; contradicted is the share beyond `MOST_CLOCK_ERROR`; factor_right and
        factor_wrong are the shares in which the true time scale, or another one, was found by running at it. goals:
        none.

    Raises:
        InputError: None of the motions is there.
    """
    rows = []
    for kind, motions in (
        ("run", read_runner_motions(mocap_dir, names)),
        ("walk", read_runner_motions(mocap_dir, walks)),
    ):
        rows += [_describe(kind, scale, [p for m in motions for p in _play(m, scale, seed)]) for scale in time_scales]
    return {"rows": rows, "goals": []}


def _play(motion: RunnerMotion, time_scale: float, seed: int) -> list[_Played]:
    """A motion filmed from every camera and played at one rate."""
    played = []
    for azimuth in _AZIMUTHS_DEG:
        rng = np.random.default_rng([seed, zlib.crc32(motion.name.encode()), int(azimuth)])
        filmed = film(
            motion,
            rng,
            azimuth_deg=azimuth,
            height_m=1.0,
            distance_m=4.0,
            frame_rate=_PLAYED_RATE * time_scale,
        ).keypoints
        time_s = filmed.time_s * time_scale
        clip = ClipInfo("", filmed.width, filmed.height, len(filmed), float(time_s[-1]), _PLAYED_RATE, 0, "")
        played.append(_Played(dataclasses.replace(filmed, time_s=time_s), clip))
    return played


def _describe(kind: str, time_scale: float, played: list[_Played]) -> dict[str, Any]:
    """One row of the table."""
    by_gravity = np.array([each.compute_by_gravity() for each in played])
    known = by_gravity[np.isfinite(by_gravity)]
    beyond = (known > MOST_CLOCK_ERROR) | (known < 1 / MOST_CLOCK_ERROR)
    factors = np.array([each.find_factor() for each in played])
    right = factors == time_scale
    return {
        "kind": kind,
        "time_scale": time_scale,
        "clips": len(played),
        "by_gravity_low": float(known.min()) if len(known) else float("nan"),
        "by_gravity_median": float(np.median(known)) if len(known) else float("nan"),
        "by_gravity_high": float(known.max()) if len(known) else float("nan"),
        "contradicted": float(beyond.mean()) if len(known) else float("nan"),
        "factor_right": float(right.mean()),
        "factor_wrong": float((np.isfinite(factors) & ~right).mean()),
    }
