"""Lifts the feet: the temporal convolutional lifter's own joints, or its feet on another lifter's ankles."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runform.errors import InputError
from runform.lifting.checkpoints import LoadedModel, load_safetensors
from runform.lifting.timebase import find_lifting_times, interpolate, sample_joints
from runform.lifting.windows import Window, WindowBlend, cut_windows
from runform.progress import Progress
from runform.sequences import SIDES, JointSequence, require_increasing, require_shape
from runform.settings import PROJECT_ROOT, Settings, resolve_device
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

FOOT_LIFTER: str = "runform-tcn-feet"
FOOT_LIFTER_FILE = "runform_tcn_feet.safetensors"
"""Weights trained by this project; see the model card beside them."""

_BODY = len(HUMAN36M_17)
_FEET = [HUMAN36M_FEET_21.keypoints[i] for i in range(_BODY, len(HUMAN36M_FEET_21))]
_ANKLES = [HUMAN36M_17.index[name.replace("heel", "ankle").replace("toe", "ankle")] for name in _FEET]
_WINDOWS_PER_BATCH = 8

_LOG = logging.getLogger(__name__)


class FootLifter:
    """A temporal convolutional lifter with its weights, ready to lift. One instance serves every thread.

    Args:
        loaded: The model and what is known of it.
        device: torch device name.

    Raises:
        WeightsError: The weights are another architecture's.
    """

    def __init__(self, loaded: LoadedModel, device: str = "cpu") -> None:
        self.name = loaded.name
        self.sha256 = loaded.sha256
        self.window = loaded.window
        self._device = device
        self._model = loaded.require_tcn().to(device)

    def lift(
        self,
        xy_px: FloatArray,
        confidence: FloatArray,
        time_s: FloatArray,
        *,
        mirror: bool = True,
        progress: Progress | None = None,
    ) -> JointSequence:
        """Lift one runner's joints and feet through a clip, in windows and at frame rates as `Lifter.lift` does.

        Args:
            xy_px: (T, 21, 2) joints of HUMAN36M_FEET_21, x right and y down, px; NaN where not found.
            confidence: (T, 21) in [0, 1], 0 where not found.
            time_s: (T,) increasing, seconds of real time.
            mirror: Average the joints with those of the mirrored windows.
            progress: Told after each batch of windows.

        Returns:
            Root-centred joints in normalised units: 1 is half the side of the windows' median box. NaN in frames of
            which no window held a joint. No feet where no foot was found in any frame.

        Raises:
            ShapeError: Arrays that do not fit one another.
            InputError: No joint was found in any frame.
        """
        joints = len(HUMAN36M_FEET_21)
        require_shape("time_s", time_s, (None,))
        require_increasing("time_s", time_s)
        require_shape("xy_px", xy_px, (len(time_s), joints, 2))
        require_shape("confidence", confidence, (len(time_s), joints))
        found = (confidence > 0) & np.isfinite(xy_px).all(axis=-1)
        at_s = find_lifting_times(time_s)
        windows = cut_windows(*sample_joints(xy_px, confidence, time_s, at_s), self.window)
        if not windows:
            raise InputError(
                "There are no joints to lift to 3D: none was found in the clip.",
                "Use a clip in which the whole runner is in the picture.",
            )
        lifted = self._lift_windows(windows, len(at_s), mirror, progress)
        xyz = interpolate(lifted.astype(np.float64), at_s, time_s)  # (T, 21, 3)
        xyz[~found.any(axis=1)] = np.nan
        # What the model makes of feet that were never seen is a guess from the shins alone.
        feet = xyz[:, _BODY:] if found[:, _BODY:].any() else None
        return JointSequence(time_s, xyz[:, :_BODY], feet=feet)

    def _lift_windows(
        self, windows: list[Window], frames: int, mirror: bool, progress: Progress | None
    ) -> Float32Array:
        """(T, 21, 3) joints in the median box's units."""
        unit = float(np.median([window.box.half_side_px for window in windows]))
        blend = WindowBlend(frames, (len(HUMAN36M_FEET_21), 3))
        for first in range(0, len(windows), _WINDOWS_PER_BATCH):
            batch = windows[first : first + _WINDOWS_PER_BATCH]
            joints = self._run(np.stack([window.inputs for window in batch]), mirror)
            for window, window_joints in zip(batch, joints, strict=True):
                # Boxes differ from window to window; blending needs one unit.
                scale = np.float32(window.box.half_side_px / unit)
                blend.add(window.start, window_joints * scale, window.trust)
            if progress is not None:
                progress.report((first + len(batch)) / len(windows))
        return blend.finish(empty=np.nan)

    @torch.inference_mode()
    def _run(self, inputs: Float32Array, mirror: bool) -> Float32Array:
        """(B, W, 21, 3) windows -> root-centred (B, W, 21, 3) joints."""
        windows = torch.from_numpy(inputs).to(self._device)
        joints: Tensor = self._model(windows)
        if mirror:
            joints = (joints + _mirror(self._model(_mirror(windows)))) / 2
        return np.asarray(joints.cpu().numpy())


def open_foot_lifter(settings: Settings) -> FootLifter | None:
    """Load the lifter of the feet.

    Args:
        settings: Where the models are and which device to use.

    Returns:
        None, and a warning in the log, where its weights are absent and nobody asked for it by name: joints can be
        had without feet.

    Raises:
        WeightsError: The weights are damaged, or absent though the settings choose them.
    """
    chosen = settings.models_dir / FOOT_LIFTER_FILE
    file = chosen if chosen.is_file() else PROJECT_ROOT / "models" / FOOT_LIFTER_FILE
    if not file.is_file() and settings.lifter != FOOT_LIFTER:
        _LOG.warning("The feet are not lifted to 3D: %s is not in %s.", FOOT_LIFTER_FILE, settings.models_dir)
        return None
    return FootLifter(load_safetensors(file), resolve_device(settings.device))


def put_on_feet(joints: JointSequence, with_feet: JointSequence) -> JointSequence:
    """One lifter's joints with the feet of another's.

    Each foot stands to the ankle as it does in `with_feet`, its size changed as the legs of the two differ: lifters
    agree about a runner's shape better than about the size.

    Args:
        joints: Whose ankles and whose unit; feet it has are replaced.
        with_feet: The same frames, camera axes alike, any unit; NaN gives NaN.

    Returns:
        `joints` with feet, or without where `with_feet` has none or either shows no leg.

    Raises:
        ShapeError: Other frames.
    """
    require_shape("with_feet.xyz", with_feet.xyz, joints.xyz.shape)
    leg, leg_with_feet = compute_leg_length(joints.xyz), compute_leg_length(with_feet.xyz)
    if with_feet.feet is None or not (leg > 0 and leg_with_feet > 0):
        return dataclasses.replace(joints, feet=None)
    from_ankle = with_feet.feet - with_feet.xyz[:, _ANKLES]  # (T, 4, 3)
    return dataclasses.replace(joints, feet=joints.xyz[:, _ANKLES] + from_ankle * (leg / leg_with_feet))


def compute_leg_length(xyz: FloatArray) -> float:
    """Length of a runner's leg: the median over frames and both sides of thigh and shin together.

    Args:
        xyz: (T, 17, 3) Human3.6M joints, any unit; NaN where not lifted.

    Returns:
        In the unit of `xyz`; NaN where no frame shows a leg.
    """
    index = HUMAN36M_17.index
    lengths = []
    for side in SIDES:
        hip, knee, ankle = (xyz[:, index[f"{side}_{part}"]] for part in ("hip", "knee", "ankle"))
        lengths.append(np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1))
    seen = np.concatenate(lengths)
    seen = seen[np.isfinite(seen)]
    return float(np.median(seen)) if len(seen) else float("nan")


def _mirror(joints: Tensor) -> Tensor:
    """(..., 21, 3) joints whose first number is x, seen in a mirror: x negated, left and right exchanged."""
    mirrored = joints[..., torch.from_numpy(HUMAN36M_FEET_21.mirror_order), :].clone()
    mirrored[..., 0] *= -1
    return mirrored
