"""Lifts a runner's 2D joints to 3D and to the motion representation, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import BackendUnavailableError, InputError, WeightsError
from runform.lifting.checkpoints import LoadedModel, load_motionbert, load_safetensors
from runform.lifting.engines import Engine, Represent, TorchEngine, open_engine
from runform.lifting.facing import compute_facing, mirror_joints
from runform.lifting.timebase import find_lifting_times, gather_weights, interpolate, resample, sample_joints
from runform.lifting.windows import Window, WindowBlend, WindowMean, cut_windows
from runform.progress import Progress
from runform.sequences import JointSequence, require_increasing, require_shape
from runform.settings import PROJECT_ROOT, LifterChoice, Settings, resolve_device
from runform.skeletons import HUMAN36M_17
from runform.weights import find_weights, get_cache_dir

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

SHIPPED_LIFTER: LifterChoice = "runform-small"
SHIPPED_FILE = "runform_small.safetensors"
"""Weights trained by this project; see the model card beside them."""

_WINDOWS_PER_BATCH = 4


@dataclass(frozen=True)
class LiftResult:
    """What lifting gives.

    Attributes:
        joints: Root-centred 3D joints in normalised units: 1 is half the side of the windows' median box. NaN in
            frames in which no joint was found.
        representation: (T, 17, R) float32 motion representation, R = 512 for MotionBERT's sizes; 0 in those frames.
            None where only its mean was asked for. A runner who faces the picture's left is mirrored for it, so that
            both sides of a runner give one representation; its left joints are then the runner's right ones.
        mean_representation: (17, R) its mean over the frames that count; NaN where none does.
        mirrored: The runner was mirrored for the representation. The joints never are.
        group_means: (G, 17, R) its means by the weights of each group that was asked for; NaN where no frame counts.
    """

    joints: JointSequence
    representation: Float32Array | None
    mean_representation: FloatArray
    mirrored: bool
    group_means: FloatArray | None = None


class Lifter:
    """A DSTFormer with its weights, ready to lift. One instance serves every thread.

    Args:
        loaded: The model and what is known of it.
        engine: What runs it; eager torch in single precision on the CPU where there is none.

    Raises:
        WeightsError: The model has no motion representation.
    """

    def __init__(self, loaded: LoadedModel, engine: Engine | None = None) -> None:
        model = loaded.require_dstformer()
        self.name = loaded.name
        self.sha256 = loaded.sha256
        self.window = loaded.window
        self.engine = engine or TorchEngine(model)
        self._config = model.config
        head = (model.head.weight, model.head.bias)
        self._head_weight, self._head_bias = (part.detach().float().cpu().numpy().copy() for part in head)

    def lift(
        self,
        xy_px: FloatArray,
        confidence: FloatArray,
        time_s: FloatArray,
        *,
        frame_weights: npt.NDArray[Any] | None = None,
        group_weights: npt.NDArray[Any] | None = None,
        keep_representation: bool = False,
        progress: Progress | None = None,
        mirror: bool = True,
    ) -> LiftResult:
        """Lift one runner's joints through a clip.

        Each window is normalised by its own square box, so travel through the picture and distance from the camera do
        not reach the model. Windows have the length the model was trained with and overlap by a quarter or more. Every
        clip is lifted at 30 frames/s and the answers read back at its own times (see `timebase`).

        Args:
            xy_px: (T, 17, 2) Human3.6M joints, x right and y down, px; NaN where not found.
            confidence: (T, 17) in [0, 1], 0 where not found. The model reads it beside each joint.
            time_s: (T,) increasing, seconds of real time.
            frame_weights: (T,) how much each frame counts in the mean representation, >= 0; a mask serves. None counts
                every frame alike. Frames in which no joint was found never count.
            group_weights: (G, T) more such weights, each giving a mean of its own.
            keep_representation: Give the representation of every frame too: 1 MB for a second of the clip.
            progress: Told after each batch of windows.
            mirror: Average the 3D joints with those of the mirrored windows; without it, for half the time, they come
                from the view that faces right alone. The representation is never averaged: a runner's left is not
                their right.

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
        shown = ((confidence > 0) & np.isfinite(xy_px).all(axis=-1)).any(axis=1)  # (T,)
        at_s = find_lifting_times(time_s)
        at_xy, at_confidence = sample_joints(xy_px, confidence, time_s, at_s)
        windows = cut_windows(at_xy, at_confidence, self.window)
        if not windows:
            raise InputError(
                "There are no joints to lift to 3D: none was found in the clip.",
                "Use a clip in which the whole runner is in the picture.",
            )
        shape = (self._config.joints, self._config.dim_rep)
        groups = np.zeros((0, frames)) if group_weights is None else np.asarray(group_weights, dtype=np.float64)
        require_shape("group_weights", groups, (None, frames))
        means = [
            WindowMean(windows, gather_weights(np.where(shown, counted, 0.0), at_s, time_s), shape)
            for counted in (weights, *groups)
        ]
        whole = WindowBlend(len(at_s), shape) if keep_representation else None
        facing_left = compute_facing(at_xy, at_confidence) < 0
        gathered: list[WindowMean | WindowBlend] = [*means, *([] if whole is None else [whole])]
        joints = self._lift_windows(windows, len(at_s), (mirror, facing_left), gathered, progress)
        xyz = interpolate(joints.astype(np.float64), at_s, time_s)
        xyz[~shown] = np.nan
        representation = None
        if whole is not None:
            representation = resample(whole.finish(empty=0.0), at_s, time_s)
            representation[~shown] = 0.0
        return LiftResult(
            JointSequence(time_s, xyz),
            representation,
            means[0].finish(),
            facing_left,
            None if group_weights is None else np.stack([mean.finish() for mean in means[1:]]),
        )

    def _lift_windows(
        self,
        windows: list[Window],
        frames: int,
        views: tuple[bool, bool],
        representations: Sequence[WindowMean | WindowBlend],
        progress: Progress | None,
    ) -> Float32Array:
        """(T, 17, 3) joints in the median box's units; the windows' representation goes where it is gathered."""
        represent = self.engine.start()
        unit = float(np.median([window.box.half_side_px for window in windows]))
        joint_blend = WindowBlend(frames, (self._config.joints, self._config.dim_out))
        for first in range(0, len(windows), _WINDOWS_PER_BATCH):
            batch = windows[first : first + _WINDOWS_PER_BATCH]
            joints, representation = self._run(represent, np.stack([window.inputs for window in batch]), *views)
            for window, window_joints, window_representation in zip(batch, joints, representation, strict=True):
                # Boxes differ from window to window; blending needs one unit.
                scale = np.float32(window.box.half_side_px / unit)
                joint_blend.add(window.start, window_joints * scale, window.trust)
                for gathered in representations:
                    gathered.add(window.start, window_representation, window.trust)
            if progress is not None:
                progress.report((first + len(batch)) / len(windows))
        return joint_blend.finish(empty=np.nan)

    def _run(
        self, represent: Represent, inputs: Float32Array, mirror: bool, facing_left: bool
    ) -> tuple[Float32Array, Float32Array]:
        """(B, W, 17, 3) windows -> root-centred (B, W, 17, 3) joints, (B, W, 17, R) representation facing right."""
        # The view that faces right goes first, so that a clip and its mirror image are one and the same to the model.
        facing_right = mirror_joints(inputs) if facing_left else inputs
        windows = np.concatenate([facing_right, mirror_joints(facing_right)]) if mirror else facing_right
        answered = represent(windows)
        representation = answered[: len(inputs)]
        joints = self._read_joints(representation)
        if mirror:
            joints = (joints + mirror_joints(self._read_joints(answered[len(inputs) :]))) / 2
        joints = mirror_joints(joints) if facing_left else joints
        return joints - joints[:, :, :1], representation

    def _read_joints(self, representation: Float32Array) -> Float32Array:
        """(..., R) -> (..., 3), by the model's last layer."""
        joints: Float32Array = representation @ self._head_weight.T + self._head_bias
        return joints


def open_lifter(settings: Settings) -> Lifter:
    """Load the lifter, on the engine that suits the machine.

    Args:
        settings: Where the models are, which of them and which device to use.

    Raises:
        WeightsError: The weights are absent or damaged.
        BackendUnavailableError: torch cannot use the device.
    """
    loaded = load_lifting_model(settings)
    device = resolve_device(settings.device)
    try:
        return Lifter(loaded, open_engine(loaded, device, get_cache_dir(settings)))
    except (RuntimeError, AssertionError) as error:  # torch asserts where it was built without CUDA
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise BackendUnavailableError(
            f"The lifter cannot run on {device} ({reason}).", "Set RUNFORM_DEVICE to auto, or to cpu."
        ) from error


def load_lifting_model(settings: Settings) -> LoadedModel:
    """The lifting model with its weights.

    Args:
        settings: Where the models are and which of them. The public weights' training data is for research only, so
            they serve only where the user chose and fetched them.

    Raises:
        WeightsError: The weights are absent or damaged.
    """
    if settings.lifter == SHIPPED_LIFTER:
        return load_safetensors(_find_shipped(settings.models_dir))
    fetched = find_weights(settings.lifter, settings)
    if fetched is None:
        raise WeightsError(
            f"The lifting weights {settings.lifter} have not been fetched.",
            f"Run: python -m runform models fetch {settings.lifter}, or unset RUNFORM_LIFTER.",
        )
    return load_motionbert(fetched, name=settings.lifter)


def _find_shipped(models_dir: Path) -> Path:
    """The shipped weights: in the user's models folder, or in RunForm's own when that is elsewhere."""
    chosen = models_dir / SHIPPED_FILE
    return chosen if chosen.is_file() else PROJECT_ROOT / "models" / SHIPPED_FILE
