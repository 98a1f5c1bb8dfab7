"""What lifting a runner to 3D and the form embedding cost, by each engine that can run the model."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle
from statistics import median

import numpy as np

from runform.embedder import lift_form
from runform.lifting.body import BodyLifter, open_body_lifter
from runform.lifting.engines import Engine, OnnxEngine, OpenVinoEngine, TorchEngine, load_openvino
from runform.lifting.lifter import Lifter, load_lifting_model
from runform.lifting.world import stand_up
from runform.openvino_files import choose_precision
from runform.sequences import SIDES, Contact, KeypointSequence
from runform.settings import Settings
from runform.skeletons import to_human36m
from runform.weights import get_cache_dir

CLIP_S, CLIP_RATE = 12.0, 30.0
"""The clip that the goal was set for."""
TOTAL = "lifting and embedding, all in"
_STEP_S = 0.36
_CONTACTS = tuple(
    Contact(side, at * _STEP_S, (at + 0.7) * _STEP_S, 0.01)
    for at, side in zip(range(int(CLIP_S / _STEP_S)), cycle(SIDES), strict=False)
)
"""At a usual cadence: what the phases of the stride cost does not depend on where they lie."""
_FEET, _UPRIGHT = "- the feet", "- upright on the ground"


@dataclass(frozen=True)
class LiftingTime:
    """What one way of lifting, or one part of it, costs.

    Attributes:
        what: For people.
        ms_per_frame: Median, per frame of the clip.
        engine: It is an engine's, with the embedding and without feet and ground.
        used: The engine is the one RunForm takes on this machine.
    """

    what: str
    ms_per_frame: float
    engine: bool = False
    used: bool = False


def compare_lifting(keypoints: KeypointSequence, settings: Settings, repeats: int) -> list[LiftingTime]:
    """Time the lifting of a clip of 12 s at 30 frames/s with every engine, in turns.

    The first turn is not counted: engines prepare themselves for the size of a clip's windows.

    Args:
        keypoints: Of a runner; they are played to and fro until they fill the clip.
        settings: Which model, and where it lies; the converted one is kept there.
        repeats: Turns that count, 1 or more.

    Returns:
        One row for each engine, one for each part that follows, and `TOTAL`, as an analysis does it.

    Raises:
        WeightsError: The weights are absent or damaged.
        BackendUnavailableError: torch cannot use the device.
    """
    clip = fill_clip(keypoints)
    body = open_body_lifter(settings)
    lifters = {lifter.engine.name: lifter for lifter in (*_open_lifters(settings), body.lifter)}
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats + 1):
        for name, lifter in lifters.items():
            start = time.perf_counter()
            lift_form(clip, _CONTACTS, BodyLifter(lifter, None))
            seconds[name].append(time.perf_counter() - start)
        for part, spent in _time_parts(clip, body).items():
            seconds[part].append(spent)
    frames = len(clip)
    used = body.lifter.engine.name
    return [
        LiftingTime(what, 1000 * median(spent[1:]) / frames, engine=what in lifters, used=what == used)
        for what, spent in seconds.items()
    ]


def fill_clip(keypoints: KeypointSequence) -> KeypointSequence:
    """A sequence of `CLIP_S` at `CLIP_RATE` made of another's frames, forwards and backwards in turns."""
    count = int(CLIP_S * CLIP_RATE)
    last = max(len(keypoints) - 1, 1)
    there_and_back = last - np.abs(last - np.arange(count) % (2 * last))
    frames = np.minimum(there_and_back, len(keypoints) - 1)
    return KeypointSequence(
        time_s=np.arange(count) / CLIP_RATE,
        xy_px=keypoints.xy_px[frames],
        confidence=keypoints.confidence[frames],
        skeleton=keypoints.skeleton,
        width=keypoints.width,
        height=keypoints.height,
    )


def _open_lifters(settings: Settings) -> list[Lifter]:
    """The model on each engine of the CPU."""
    loaded = load_lifting_model(settings)
    model, network = loaded.require_dstformer(), load_openvino(loaded, get_cache_dir(settings))
    # Without instructions for it bfloat16 takes minutes: nobody would choose it.
    half = choose_precision() == "bf16"
    engines: tuple[Engine, ...] = (
        TorchEngine(model),
        *((TorchEngine(model, precision="bf16"),) if half else ()),
        OnnxEngine(model),
        OpenVinoEngine(network, "f32"),
        *((OpenVinoEngine(network, "bf16"),) if half else ()),
    )
    return [Lifter(loaded, engine) for engine in engines]


def _time_parts(clip: KeypointSequence, body: BodyLifter) -> dict[str, float]:
    """Seconds of what an analysis does, all together and by its later parts."""
    start = time.perf_counter()
    form = lift_form(clip, _CONTACTS, body)
    embedded = time.perf_counter()
    joints = None if form is None else body.complete(clip, form.lifted.joints)
    with_feet = time.perf_counter()
    if joints is not None:
        xy, confidence = to_human36m(clip.xy_px, clip.confidence, clip.layout)
        stand_up(joints, np.where(np.isfinite(xy).all(axis=2), confidence, 0.0))
    end = time.perf_counter()
    return {_FEET: with_feet - embedded, _UPRIGHT: end - with_feet, TOTAL: end - start}
