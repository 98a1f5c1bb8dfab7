"""What must not change a runner's form, with the shipped weights: each by how far it moves the embedding, beside how
far two runners lie apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.form.embedding import name_space
from runform.form.form_space import FormSpace, find_form_space
from runform.form.similarity import compute_cosines
from runform.lifting.checkpoints import load_safetensors
from runform.lifting.lifter import SHIPPED_FILE, Lifter, open_lifter
from runform.sequences import FloatArray, KeypointSequence
from runform.settings import PROJECT_ROOT, Settings
from runform.skeletons import BLAZEPOSE_33
from runform.training.detector_damage import DamagePlan
from runform.training.filmed_forms import as_run, embed_keypoints
from runform.training.filming import Surface, VirtualCamera, film_run
from runform.training.force_runs import ForceRun
from runform.training.virtual_runners import draw_virtual_runners, read_runner_sources

PERFECT = DamagePlan(
    noise=0, speed_noise=0, swaps_per_s=0, merged_share=0, gaps_per_s=0, spike_share=0, lags_per_s=0
)  # fmt: skip
CAMERA = VirtualCamera(frame_rate=60.0, distance_m=5.0)
SECONDS = 4.0


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return open_lifter(Settings(device="cpu"))


@pytest.fixture(scope="module")
def runs(mocap_dir: Path) -> tuple[ForceRun, ForceRun]:
    drawn = draw_virtual_runners(11, 2, read_runner_sources(mocap_dir), seconds=8.0, frame_rate=240.0)
    first, second = (as_run(motion, traits.speed) for traits, motion in drawn)
    return first, second


def film(
    run: ForceRun, camera: VirtualCamera = CAMERA, surface: Surface = "treadmill", seed: int = 0
) -> KeypointSequence:
    """The true keypoints of four seconds from the same moment on."""
    rng = np.random.default_rng(seed)
    return film_run(run, camera, rng, plan=PERFECT, surface=surface, seconds=SECONDS).truth


@pytest.fixture(scope="module")
def usual(runs: tuple[ForceRun, ForceRun]) -> KeypointSequence:
    return film(runs[0])


@pytest.fixture(scope="module")
def form(usual: KeypointSequence, lifter: Lifter) -> FloatArray:
    return embed_keypoints(usual, lifter).vector.astype(np.float64)


@pytest.fixture(scope="module")
def apart(runs: tuple[ForceRun, ForceRun], form: FloatArray, lifter: Lifter) -> float:
    """How far two runners' embeddings lie from one another."""
    return float(np.linalg.norm(embed_keypoints(film(runs[1]), lifter).vector - form))


def move(keypoints: KeypointSequence, xy_px: FloatArray) -> KeypointSequence:
    return replace(keypoints, xy_px=xy_px)


def mirror(keypoints: KeypointSequence) -> FloatArray:
    return np.asarray(keypoints.xy_px[:, BLAZEPOSE_33.mirror_order] * np.array([-1.0, 1.0]) + np.array([1280.0, 0.0]))


def travel(keypoints: KeypointSequence) -> FloatArray:
    """Across the picture and a little up it, faster and faster."""
    time_s = keypoints.time_s - keypoints.time_s[0]
    way = np.stack([300.0 * time_s + 20.0 * time_s**2, -15.0 * time_s], axis=1)
    return np.asarray(keypoints.xy_px + way[:, None])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(mirror, id="mirror image"),
        pytest.param(lambda k: k.xy_px + np.array([-170.0, 64.0]), id="position"),
        pytest.param(lambda k: 0.31 * k.xy_px, id="smaller"),
        pytest.param(lambda k: 2.7 * k.xy_px, id="larger"),
        pytest.param(travel, id="travel through the frame"),
    ],
)
def test_what_happens_in_the_picture_alone_changes_nothing(
    change: Callable[[KeypointSequence], FloatArray],
    usual: KeypointSequence,
    form: FloatArray,
    apart: float,
    lifter: Lifter,
) -> None:
    moved = embed_keypoints(move(usual, change(usual)), lifter).vector
    assert np.linalg.norm(moved - form) < 0.005 * apart
    assert compute_cosines(moved[None], form, np.zeros_like(form))[0] > 0.99999


@pytest.mark.parametrize("frame_rate", [24.0, 30.0, 50.0, 120.0, 240.0])
def test_the_frame_rate_hardly_matters(
    frame_rate: float, runs: tuple[ForceRun, ForceRun], form: FloatArray, apart: float, lifter: Lifter
) -> None:
    keypoints = film(runs[0], replace(CAMERA, frame_rate=frame_rate))
    assert np.linalg.norm(embed_keypoints(keypoints, lifter).vector - form) < 0.04 * apart


def test_another_moment_of_the_run_is_the_same_form(
    runs: tuple[ForceRun, ForceRun], form: FloatArray, apart: float, lifter: Lifter
) -> None:
    later = embed_keypoints(film(runs[0], seed=5), lifter).vector
    assert np.linalg.norm(later - form) < 0.1 * apart


def test_another_engine_gives_the_same_form(
    usual: KeypointSequence, form: FloatArray, apart: float, lifter: Lifter
) -> None:
    """Forms of a machine with 16-bit arithmetic may be compared with those of one without."""
    model = load_safetensors(PROJECT_ROOT / "models" / SHIPPED_FILE)
    exact = embed_keypoints(usual, Lifter(model)).vector
    assert np.linalg.norm(exact - form) < 0.04 * apart


@pytest.fixture(scope="module")
def space(lifter: Lifter) -> FormSpace:
    found = find_form_space(PROJECT_ROOT / "models", name_space(lifter.sha256))
    assert found is not None, "train form-space again: the shipped one is for other weights"
    return found


@pytest.mark.parametrize(
    "camera",
    [
        pytest.param(replace(CAMERA, side="left"), id="other side"),
        pytest.param(replace(CAMERA, yaw_deg=15.0), id="from ahead"),
        pytest.param(replace(CAMERA, yaw_deg=-15.0), id="from behind"),
        pytest.param(replace(CAMERA, height_m=0.5), id="from below"),
        pytest.param(replace(CAMERA, height_m=1.7), id="from above"),
        pytest.param(replace(CAMERA, distance_m=12.0), id="from afar"),
    ],
)
def test_the_form_space_leaves_out_what_the_cameras_place_does(
    camera: VirtualCamera, runs: tuple[ForceRun, ForceRun], form: FloatArray, lifter: Lifter, space: FormSpace
) -> None:
    seen = (film(runs[0], camera), film(runs[1]))
    vectors = np.stack([form, *(embed_keypoints(keypoints, lifter).vector for keypoints in seen)])
    here, moved, other = space.project(vectors)
    assert np.linalg.norm(moved - here) < 0.2 * np.linalg.norm(other - here)
    raw = np.linalg.norm(vectors[1] - vectors[0]) / np.linalg.norm(vectors[2] - vectors[0])
    assert np.linalg.norm(moved - here) / np.linalg.norm(other - here) < raw


def test_a_camera_that_stands_while_the_runner_passes_sees_the_same_form(
    runs: tuple[ForceRun, ForceRun], lifter: Lifter, space: FormSpace
) -> None:
    """The line of sight turns by some 20 degrees to either side while the runner passes."""
    far = replace(CAMERA, distance_m=12.0)
    seen = (film(runs[0], far), film(runs[0], far, "overground"), film(runs[1], far))
    here, passing, other = space.project(np.stack([embed_keypoints(k, lifter).vector for k in seen]))
    assert np.linalg.norm(passing - here) < 0.2 * np.linalg.norm(other - here)
