import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from runform.demo.body import BodySize, pose_body
from runform.demo.camera import Camera
from runform.demo.gait import make_gait
from runform.demo.leg import LegSize
from runform.demo.leg_cycle import LegCycle
from runform.demo.render import draw_frames, write_demo
from runform.demo.truth import DemoTruth, read_truth
from runform.errors import AnalysisCancelled, InputError
from runform.progress import Progress
from runform.skeletons import HALPE_26

SMALL: dict[str, Any] = {"width": 180, "height": 320, "seconds": 1.5}


def decode(path: Path) -> npt.NDArray[np.uint8]:
    """(T, H, W, 3) RGB frames."""
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "clip.mp4"
    write_demo(out, **SMALL)
    return out


@pytest.fixture(scope="module")
def truth(clip: Path) -> DemoTruth:
    return read_truth(clip.with_suffix(".json"))


def test_the_video_decodes_with_every_frame_at_its_time(clip: Path, truth: DemoTruth) -> None:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    assert len(times) == len(truth.time_s) == 45
    np.testing.assert_allclose(times, truth.time_s, atol=1e-4)


def test_the_truth_in_pixels_is_the_projection_of_the_truth_in_metres(truth: DemoTruth) -> None:
    camera = Camera(truth.width, truth.height, truth.view)
    np.testing.assert_allclose(camera.project(truth.xyz_m), truth.xy_px, atol=0.05)


def test_the_runner_is_drawn_where_the_truth_says(clip: Path, truth: DemoTruth) -> None:
    frames = decode(clip).astype(float)
    background = np.median(frames, axis=0)
    moving = np.abs(frames - background).max(axis=3) > 25
    for joint in ("right_ankle", "right_toe", "right_knee", "right_wrist"):
        x, y = truth.xy_px[:, HALPE_26.index[joint]].round().astype(int).T
        assert moving[np.arange(len(x)), y, x].mean() > 0.6, joint


def test_the_shoe_has_its_colour_on_the_truths_foot(clip: Path, truth: DemoTruth) -> None:
    frames = decode(clip).astype(int)
    foot = (
        (truth.to_keypoints().xy("right_ankle") * 0.5 + truth.to_keypoints().xy("right_toe") * 0.5).round().astype(int)
    )
    colour = frames[np.arange(len(frames)), foot[:, 1], foot[:, 0]]
    assert np.mean(colour[:, 0] > colour[:, 2] + 40) > 0.8


def test_cadence_and_contacts_are_told_in_the_json(clip: Path) -> None:
    told = json.loads(clip.with_suffix(".json").read_text())
    assert told["cadence"] == 173.4
    assert told["view"] == "right"
    first, second = told["contacts"][:2]
    assert 60 / (second["initial_contact_s"] - first["initial_contact_s"]) == pytest.approx(173.4, abs=0.01)
    assert told["ground_contact_s"] + told["flight_s"] == pytest.approx(60 / 173.4, abs=1e-5)
    assert {source["licence"] for source in told["sources"]} == {"CC BY 4.0"}
    assert told["joints"] == list(HALPE_26.keypoints)


def test_the_truth_that_is_returned_is_the_one_written(tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    returned = write_demo(out, width=96, height=128, seconds=0.6, overstride=0.5, view="left")
    stored = read_truth(out.with_suffix(".json"))
    assert (stored.clip, stored.view, stored.overstride) == ("clip.mp4", "left", 0.5)
    np.testing.assert_allclose(stored.xyz_m, returned.xyz_m, atol=1e-4)
    assert len(stored.contacts) == len(returned.contacts) > 0
    assert np.isnan(stored.contacts[-1].toe_off_s) == np.isnan(returned.contacts[-1].toe_off_s)
    assert stored.to_keypoints().skeleton == "halpe26"


def draw(seed: int) -> npt.NDArray[np.uint8]:
    """(3, H, W, 3) RGB frames of a small clip."""
    size = BodySize()
    cycle = LegCycle.solve(make_gait(), LegSize(), size.hip_half_width)
    body = pose_body(cycle, size, np.array([0.0, 0.1, 0.2]))
    camera = Camera(96, 160, "right")
    return np.stack(list(draw_frames(camera, body, np.array([0.0, 0.2, 0.4]), np.random.default_rng(seed))))


def test_a_seed_draws_the_same_frames_and_another_seed_others() -> None:
    first = draw(1)
    assert np.array_equal(first, draw(1))
    assert not np.array_equal(first, draw(2))


def test_a_seed_makes_the_same_truth(tmp_path: Path) -> None:
    told = []
    for seed in (1, 1, 2):
        write_demo(tmp_path / "clip.mp4", width=96, height=128, seconds=0.4, seed=seed)
        told.append((tmp_path / "clip.json").read_text())
    assert told[0] == told[1] != told[2]


def test_the_frames_hold_still_but_for_runner_belt_and_noise(clip: Path) -> None:
    frames = decode(clip)[:, :60].astype(float)
    assert frames.std(axis=0).mean() < 5


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    write_demo(
        tmp_path / "clip.mp4", width=64, height=96, seconds=0.3, progress=Progress(lambda _, part: told.append(part))
    )
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)


def test_a_cancelled_clip_leaves_nothing_behind(tmp_path: Path, cancelled: Callable[[], Progress]) -> None:
    with pytest.raises(AnalysisCancelled):
        write_demo(tmp_path / "clip.mp4", width=64, height=96, seconds=0.3, progress=cancelled())
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def cancelled() -> Callable[[], Progress]:
    def make() -> Progress:
        event = threading.Event()
        return Progress(lambda _, part: event.set() if part > 0.5 else None, event)

    return make


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0.01},
        {"seconds": -1.0},
        {"fps": 0.0},
        {"fps": float("nan")},
        {"seconds": float("inf")},
        {"width": 10},
        {"height": 100_000},
    ],
)
def test_values_that_make_no_clip_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        write_demo(tmp_path / "clip.mp4", **{**SMALL, **wrong})
    assert list(tmp_path.iterdir()) == []


def test_a_video_named_as_its_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="overwritten"):
        write_demo(tmp_path / "clip.json", **SMALL)
