"""The lifters that `evaluate lifting` sets side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from runform.lifting.anchoring import anchor_to_picture
from runform.lifting.bones import compute_bone_lengths, lay_bones
from runform.lifting.checkpoints import load_safetensors
from runform.lifting.engines import open_engine
from runform.lifting.feet import FOOT_LIFTER, FootLifter, open_foot_lifter, put_on_feet
from runform.lifting.lifter import Lifter, open_lifter
from runform.lifting.tcn import TemporalLifter
from runform.sequences import FloatArray, JointSequence
from runform.settings import LifterChoice, Settings, resolve_device
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21
from runform.training.lifter_observation import Observation
from runform.weights import find_weights, get_cache_dir

FLAT = "flat (no depth)"
"""The baseline: the detector's own joints with every depth zero. A lifter must beat it to be of use."""
STEADY = ", steady bones"
"""Added to the name of a lifter whose joints were laid anew with bones of one length, as an analysis shows them."""
ALONE = ", without the picture"
"""Added to the name of a lifter whose joints were not brought nearer to the picture."""
PUBLIC_LIFTER: LifterChoice = "motionbert-lite-3d"
_BODY = len(HUMAN36M_17)


def lift_flat(observation: Observation, time_s: FloatArray) -> FloatArray:
    """(T, 21, 3) the reported joints from the root, px, every depth zero; gaps bridged in time."""
    xy = bridge_gaps(observation.xy_px, time_s)
    flat = np.concatenate([xy, np.zeros((*xy.shape[:2], 1))], axis=2)
    return np.asarray(flat - flat[:, :1])


def bridge_gaps(xy: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, J, 2) with NaN replaced by straight lines in time; zeros for a joint that was never found."""
    bridged = np.zeros(xy.shape)
    for joint, axis in np.ndindex(xy.shape[1], 2):
        values = xy[:, joint, axis]
        known = np.isfinite(values)
        if known.any():
            bridged[:, joint, axis] = np.interp(time_s, time_s[known], values[known])
    return bridged


def steady_bones(joints: FloatArray, seen: Observation) -> FloatArray:
    """(T, 17 or 21, 3) joints with bones of one length, alike left and right, as an analysis shows them.

    Args:
        joints: From the root, any unit; NaN where not lifted.
        seen: What they were lifted from.
    """
    skeleton = HUMAN36M_17 if joints.shape[1] == _BODY else HUMAN36M_FEET_21
    lengths = compute_bone_lengths(joints, seen.confidence[:, : len(skeleton)], skeleton)
    return lay_bones(joints, lengths, skeleton)


class LiftMethods:
    """Every lifter beside the flat baseline, as an analysis records its joints: windows blended, mirror averaging on,
    brought nearer to the picture; and alone, before that.

    Args:
        lifters: What to compare. The first of them that lifts feet also puts its feet on the ankles of those that
            do not, so that their feet are part its own work.
    """

    def __init__(self, lifters: Sequence[Lifter | FootLifter]) -> None:
        self._lifters = dict(zip(_name_apart(lifters), lifters, strict=True))
        self._feet = next((name for name, one in self._lifters.items() if isinstance(one, FootLifter)), None)

    @property
    def names(self) -> list[str]:
        """The lifters' names, without the baseline."""
        return list(self._lifters)

    def lift(
        self, seen: Observation, time_s: FloatArray, size_px: tuple[int, int] | None = None
    ) -> dict[str, FloatArray]:
        """What every method makes of one clip.

        Args:
            seen: Its 2D joints.
            time_s: (T,) seconds.
            size_px: Width and height of the picture; None where it has none.

        Returns:
            Name, or name and `ALONE` -> (T, J, 3) joints from the root in any unit, x right, y down, z away;
            Human3.6M's 17 first, 21 with the feet. NaN in frames that were not lifted.
        """
        lifted = {name: _lift(one, seen, time_s) for name, one in self._lifters.items()}
        if self._feet is not None:
            with_feet = lifted[self._feet]
            for name, one in self._lifters.items():
                if isinstance(one, Lifter):
                    lifted[name] = put_on_feet(lifted[name], with_feet)
        anchored = {
            name: anchor_to_picture(joints, seen.xy_px, seen.confidence, size_px) for name, joints in lifted.items()
        }
        alone = {name + ALONE: joints for name, joints in lifted.items()}
        return {name: _join_feet(joints) for name, joints in (anchored | alone).items()} | {
            FLAT: lift_flat(seen, time_s)
        }


def _lift(lifter: Lifter | FootLifter, seen: Observation, time_s: FloatArray) -> JointSequence:
    if isinstance(lifter, FootLifter):
        return lifter.lift(seen.xy_px, seen.confidence, time_s)
    return lifter.lift(seen.xy_px[:, :_BODY], seen.confidence[:, :_BODY], time_s).joints


def _join_feet(joints: JointSequence) -> FloatArray:
    """(T, 21, 3) joints and feet, or (T, 17, 3) where there are none."""
    return joints.xyz if joints.feet is None else np.concatenate([joints.xyz, joints.feet], axis=1)


def _name_apart(lifters: Sequence[Lifter | FootLifter]) -> list[str]:
    """Their names; where several share one, with the first digits of their hashes."""
    names = [lifter.name for lifter in lifters]
    return [one.name if names.count(one.name) == 1 else f"{one.name} {one.sha256[:8]}" for one in lifters]


def open_lifters(settings: Settings, weights: Sequence[Path] = ()) -> list[Lifter | FootLifter]:
    """The lifters to compare: the one of the settings, that of the feet, the public one, and those of files.

    Args:
        settings: Where the models are and which device to use. Nothing is fetched: the public weights and those of the
            feet are left out where they are absent.
        weights: safetensors of this project.

    Raises:
        WeightsError: The chosen weights are absent, or some are damaged.
        BackendUnavailableError: torch cannot use the device.
    """
    lifters: list[Lifter | FootLifter] = []
    if settings.lifter != FOOT_LIFTER:
        lifters.append(open_lifter(settings))
    feet = open_foot_lifter(settings)
    if feet is not None:
        lifters.append(feet)
    if settings.lifter != PUBLIC_LIFTER and find_weights(PUBLIC_LIFTER, settings) is not None:
        lifters.append(open_lifter(settings.model_copy(update={"lifter": PUBLIC_LIFTER})))
    return [*lifters, *(open_weights(file, settings) for file in weights)]


def open_weights(file: Path, settings: Settings) -> Lifter | FootLifter:
    """A lifter of either architecture from safetensors of this project.

    Raises:
        WeightsError: No such file, or not such weights.
    """
    loaded = load_safetensors(file)
    device = resolve_device(settings.device)
    if isinstance(loaded.model, TemporalLifter):
        return FootLifter(loaded, device)
    return Lifter(loaded, open_engine(loaded, device, get_cache_dir(settings)))
