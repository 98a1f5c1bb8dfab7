"""Lifts a runner's 2D joints to 3D and to the motion representation, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runform.errors import BackendUnavailableError, InputError, WeightsError
from runform.lifting.checkpoints import LoadedModel, load_motionbert, load_safetensors
from runform.lifting.timebase import find_lifting_times, gather_weights, resample
from runform.lifting.windows import (
    SquareBox,
    WindowBlend,
    WindowMean,
    find_square_box,
    find_window_starts,
    normalise_window,
)
from runform.progress import Progress
from runform.sequences import JointSequence, require_increasing, require_shape
from runform.settings import PROJECT_ROOT, LifterChoice, Settings, resolve_device
from runform.skeletons import HUMAN36M_17
from runform.weights import find_weights

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

SHIPPED_LIFTER: LifterChoice = "motionbert-lite-cmu"
SHIPPED_FILE = "motionbert_lite_cmu.safetensors"
"""Weights trained by this project; see the model card beside them."""

_WINDOWS_PER_BATCH = 8


@dataclass(frozen=True)
class LiftResult:
    """What lifting gives.

    Attributes:
        joints: Root-centred 3D joints in normalised units: 1 is half the side of the windows' median box. NaN in
            frames of which no window held a joint.
        representation: (T, 17, R) float32 motion representation, R = 512 for MotionBERT's sizes; 0 in those frames.
            None where only its mean was asked for.
        mean_representation: (17, R) its mean over the frames that count; NaN where none does.
    """

    joints: JointSequence
    representation: Float32Array | None
    mean_representation: FloatArray


class _Window(NamedTuple):
    start: int
    box: SquareBox
    inputs: Float32Array  # (W, 17, 3)


class Lifter:
    """A DSTFormer with its weights, ready to lift. One instance serves every thread.

    Args:
        loaded: The model and what is known of it.
        device: torch device name.
    """

    def __init__(self, loaded: LoadedModel, device: str = "cpu") -> None:
        self.name = loaded.name
        self.sha256 = loaded.sha256
        self.window = loaded.window
        self._device = device
        self._model = loaded.model.to(device)

    def lift(
        self,
        xy_px: FloatArray,
        confidence: FloatArray,
        time_s: FloatArray,
        *,
        frame_weights: npt.NDArray[Any] | None = None,
        keep_representation: bool = False,
        progress: Progress | None = None,
        mirror: bool = True,
    ) -> LiftResult:
        """Lift one runner's joints through a clip.

        Each window is normalised by its own square box, so travel through the picture and distance from the camera do
        not reach the model. Windows have the length the model was trained with and overlap by half; clips beyond 40
        frames/s are lifted at 30 and the answers interpolated back (see `timebase`).

        Args:
            xy_px: (T, 17, 2) Human3.6M joints, x right and y down, px; NaN where not found.
            confidence: (T, 17) in [0, 1], 0 where not found.
            time_s: (T,) increasing, seconds of real time.
            frame_weights: (T,) how much each frame counts in the mean representation, >= 0; a mask serves. None counts
                every frame alike.
            keep_representation: Give the representation of every frame too: 1 MB for a second of the clip.
            progress: Told after each batch of windows.
            mirror: Average the 3D joints with those of the mirrored windows. The representation is never averaged:
                a runner's left is not their right.

        Raises:
            ShapeError: Arrays that do not fit one another.
            InputError: No joint was found in any frame.
        """
        frames = len(time_s)
        require_shape("time_s", time_s, (None,))
        require_increasing("time_s", time_s)
        require_shape("xy_px", xy_px, (frames, len(HUMAN36M_17), 2))
        require_shape("confidence", confidence, (frames, len(HUMAN36M_17)))
        weights = np.ones(frames) if frame_weights is None else np.asarray(frame_weights, dtype=np.float64)
        require_shape("frame_weights", weights, (frames,))
        found = (confidence > 0) & np.isfinite(xy_px).all(axis=-1)
        if not found.any():
            raise InputError(
                "There are no joints to lift to 3D: none was found in the clip.",
                "Use a clip in which the whole runner is in the picture.",
            )
        at_s = find_lifting_times(time_s)
        at_xy = resample(np.where(found[..., None], xy_px, np.nan), time_s, at_s)
        at_confidence = resample(np.where(found, confidence, np.nan), time_s, at_s)
        windows = _cut_windows(at_xy, np.nan_to_num(at_confidence), self.window)
        config = self._model.config
        mean = WindowMean(
            [window.start for window in windows],
            len(windows[0].inputs),
            gather_weights(weights, at_s, time_s),
            (config.joints, config.dim_rep),
        )
        whole = WindowBlend(len(at_s), (config.joints, config.dim_rep)) if keep_representation else None
        joints = self._lift_windows(windows, len(at_s), mirror, [mean] if whole is None else [mean, whole], progress)
        sequence = JointSequence(time_s=time_s, xyz=resample(joints.astype(np.float64), at_s, time_s))
        representation = None if whole is None else resample(whole.finish(empty=0.0), at_s, time_s)
        return LiftResult(sequence, representation, mean.finish())

    def _lift_windows(
        self,
        windows: list[_Window],
        frames: int,
        mirror: bool,
        representations: Sequence[WindowMean | WindowBlend],
        progress: Progress | None,
    ) -> Float32Array:
        """(T, 17, 3) joints in the median box's units; the windows' representation goes where it is gathered."""
        config = self._model.config
        unit = float(np.median([window.box.half_side_px for window in windows]))
        joint_blend = WindowBlend(frames, (config.joints, config.dim_out))
        for first in range(0, len(windows), _WINDOWS_PER_BATCH):
            batch = windows[first : first + _WINDOWS_PER_BATCH]
            joints, representation = self._run(np.stack([window.inputs for window in batch]), mirror)
            for window, window_joints, window_representation in zip(batch, joints, representation, strict=True):
                # Boxes differ from window to window; blending needs one unit.
                joint_blend.add(window.start, window_joints * np.float32(window.box.half_side_px / unit))
                for gathered in representations:
                    gathered.add(window.start, window_representation)
            if progress is not None:
                progress.report((first + len(batch)) / len(windows))
        return joint_blend.finish(empty=np.nan)

    @torch.inference_mode()
    def _run(self, inputs: Float32Array, mirror: bool) -> tuple[Float32Array, Float32Array]:
        """(B, W, 17, 3) windows -> root-centred (B, W, 17, 3) joints and (B, W, 17, R) representation."""
        windows = torch.from_numpy(inputs).to(self._device)
        representation = self._model.represent(windows)
        joints = self._model.head(representation)
        if mirror:
            joints = (joints + _mirror(self._model(_mirror(windows)))) / 2
        joints = joints - joints[:, :, :1]
        return joints.cpu().numpy(), representation.cpu().numpy()


def open_lifter(settings: Settings) -> Lifter:
    """Load the lifter.

    Args:
        settings: Where the models are, which of them and which device to use. The public weights' training data is for
            research only, so they serve only where the user chose and fetched them.

    Raises:
        WeightsError: The weights are absent or damaged.
        BackendUnavailableError: torch cannot use the device.
    """
    if settings.lifter == SHIPPED_LIFTER:
        loaded = load_safetensors(_find_shipped(settings.models_dir))
    else:
        fetched = find_weights(settings.lifter, settings)
        if fetched is None:
            raise WeightsError(
                f"The lifting weights {settings.lifter} have not been fetched.",
                f"Run: python -m runform models fetch {settings.lifter}, or unset RUNFORM_LIFTER.",
            )
        loaded = load_motionbert(fetched, name=settings.lifter)
    device = resolve_device(settings.device)
    try:
        return Lifter(loaded, device)
    except (RuntimeError, AssertionError) as error:  # torch asserts where it was built without CUDA
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise BackendUnavailableError(
            f"The lifter cannot run on {device} ({reason}).", "Set RUNFORM_DEVICE to auto, or to cpu."
        ) from error


def _find_shipped(models_dir: Path) -> Path:
    """The shipped weights: in the user's models folder, or in RunForm's own when that is elsewhere."""
    chosen = models_dir / SHIPPED_FILE
    return chosen if chosen.is_file() else PROJECT_ROOT / "models" / SHIPPED_FILE


def _cut_windows(xy_px: FloatArray, confidence: FloatArray, window: int) -> list[_Window]:
    """Windows that cover the clip, without those in which nothing was found."""
    cut = []
    for start in find_window_starts(len(xy_px), window):
        stretch = slice(start, start + window)
        box = find_square_box(xy_px[stretch], confidence[stretch])
        inputs = normalise_window(xy_px[stretch], confidence[stretch], box)
        if inputs[..., 2].any():
            cut.append(_Window(start, box, inputs))
    return cut


def _mirror(joints: Tensor) -> Tensor:
    """(..., 17, 3) joints whose first number is x, seen in a mirror: x negated, left and right exchanged."""
    mirrored = joints[..., torch.from_numpy(HUMAN36M_17.mirror_order), :].clone()
    mirrored[..., 0] *= -1
    return mirrored
