"""BlazePose's networks run bare: as mediapipe's own graph runs them, and wherever and however they are made to look."""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import BackendUnavailableError
from runform.pose.blazepose_nets import LANDMARK_SIDE, BlazePoseNets, Circle, Landmarks, make_view
from runform.pose.leg_candidates import find_peaks
from runform.pose.limb_maps import LIMB_KEYPOINTS
from runform.pose.quiet import hold_back_native_noise
from runform.sequences import SIDES, FloatArray, Side
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage
from tests.pose.pictures import move_picture, read_frame, render_runner

NAMES = [name for name in BLAZEPOSE_33.keypoints if name.split("_")[-1] in ("shoulder", "hip", "knee", "ankle", "toe")]
JOINTS = [BLAZEPOSE_33.index[name] for name in NAMES]


@pytest.fixture(scope="module")
def nets() -> BlazePoseNets:
    """In single precision, as mediapipe runs them."""
    return BlazePoseNets("f32")


@pytest.fixture(params=["virtual", "real"])
def picture(request: pytest.FixtureRequest) -> RgbImage:
    """A runner from the side: rendered, and filmed on a treadmill."""
    if request.param == "virtual":
        return render_runner()[0][4]
    clips: Path = request.getfixturevalue("clips_dir")
    return read_frame(clips / "treadmill_side_portrait.mp4", 4)


def look(
    nets: BlazePoseNets, rgb: RgbImage, circle: Circle, tilt_rad: float = 0.0, mirrored: bool = False
) -> Landmarks:
    (answer,) = nets.find_landmarks([(rgb, make_view(circle, 1.25, tilt_rad, mirrored))])
    return answer


def find_surest(nets: BlazePoseNets, rgb: RgbImage) -> tuple[Circle, float]:
    return nets.find_circles(rgb, 0.5)[0]


def compute_away(a: FloatArray, b: FloatArray, rows: npt.ArrayLike = JOINTS) -> FloatArray:
    """Distances of keypoints over the body's height."""
    return np.asarray(np.linalg.norm(a - b, axis=1)[rows] / np.ptp(b[:, 1]))


def ask_mediapipe(rgb: RgbImage) -> tuple[FloatArray, FloatArray]:
    """(33, 2) px and (33,) visibility by mediapipe's own graph, each picture for itself."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    noise = ("absl::InitializeLog", "XNNPACK", "inference_feedback", "landmark_projection", "gl_context")
    with warnings.catch_warnings(), hold_back_native_noise(noise):
        warnings.simplefilter("ignore", category=DeprecationWarning)
        from mediapipe.python.solutions import pose

        graph: Any = pose.Pose(static_image_mode=True, model_complexity=1)
        landmarks = graph.process(rgb).pose_landmarks.landmark
        graph.close()
    height, width = rgb.shape[:2]
    xy = np.array([(p.x * width, p.y * height) for p in landmarks])
    return xy, np.array([p.visibility for p in landmarks])


def test_as_mediapipes_own_graph(nets: BlazePoseNets, picture: RgbImage) -> None:
    """Its detector shrinks the picture another way, so that the cut-outs, and the answers, are not quite the same."""
    expected, visibility = ask_mediapipe(picture)
    ours = look(nets, picture, find_surest(nets, picture)[0])
    away = compute_away(ours.xy_px, expected, range(33))
    assert np.median(away) < 0.015
    assert away.max() < 0.08
    assert np.median(np.abs(ours.visibility - visibility)) < 0.02
    assert ours.presence > 0.99


@pytest.mark.parametrize("frame", [0, 8])
def test_the_virtual_runners_joints(nets: BlazePoseNets, frame: int) -> None:
    pictures, truth = render_runner()
    circle, score = find_surest(nets, pictures[frame])
    assert score > 0.9
    hips = (truth.xy("left_hip")[frame] + truth.xy("right_hip")[frame]) / 2
    height = float(np.ptp(truth.xy_px[frame, :, 1]))
    assert np.hypot(circle.x - hips[0], circle.y - hips[1]) < 0.06 * height
    assert 0.45 * height < circle.radius < 0.75 * height
    ours = look(nets, pictures[frame], circle)
    away = [np.linalg.norm(ours.xy_px[k] - truth.xy(n)[frame]) for k, n in zip(JOINTS, NAMES, strict=True)]
    assert np.median(away) < 0.03 * height


@pytest.mark.parametrize(("tilt_deg", "mirrored"), [(0, True), (12, False), (-12, False), (-12, True)])
def test_other_looks_answer_in_the_runners_sides_and_the_pictures_px(
    nets: BlazePoseNets, tilt_deg: float, mirrored: bool
) -> None:
    """Measured against the truth, as near as the plain look is."""
    pictures, truth = render_runner()
    frame = 8
    circle, _ = find_surest(nets, pictures[frame])
    plain = look(nets, pictures[frame], circle)
    other = look(nets, pictures[frame], circle, np.radians(tilt_deg), mirrored)
    height = float(np.ptp(truth.xy_px[frame, :, 1]))
    assert np.median(compute_away(other.xy_px, plain.xy_px)) < 0.02
    for name in ("left_knee", "right_knee", "left_ankle", "right_ankle"):
        away = np.linalg.norm(other.xy_px[BLAZEPOSE_33.index[name]] - truth.xy(name)[frame])
        assert away < 0.06 * height, name
    assert abs(other.circle.turn_rad - plain.circle.turn_rad) < np.radians(10)
    assert other.circle.radius == pytest.approx(plain.circle.radius, rel=0.1)


@pytest.mark.parametrize("view", SIDES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_nearer_arm_is_the_surer_one_in_the_mirror_too(nets: BlazePoseNets, view: Side, mirrored: bool) -> None:
    rgb = render_runner(view)[0][4]
    seen = look(nets, rgb, find_surest(nets, rgb)[0], mirrored=mirrored).visibility
    far: Side = "left" if view == "right" else "right"
    arms = {side: [BLAZEPOSE_33.index[f"{side}_{part}"] for part in ("elbow", "wrist")] for side in SIDES}
    assert seen[arms[view]].mean() > seen[arms[far]].mean() + 0.1


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_maps_show_what_the_keypoints_say(nets: BlazePoseNets, mirrored: bool) -> None:
    rgb = render_runner()[0][8]
    circle, _ = find_surest(nets, rgb)
    answer = look(nets, rgb, circle, np.radians(10), mirrored)
    agree = 0
    for n, name in enumerate(LIMB_KEYPOINTS):
        peaks = find_peaks(answer.maps.chance)[n]
        places = answer.maps.to_picture(peaks[:, :2])
        away = np.linalg.norm(places - answer.xy_px[BLAZEPOSE_33.index[name]], axis=1)
        agree += bool(away.min(initial=np.inf) < 0.05 * circle.radius)
    assert agree >= 7


@pytest.mark.parametrize(
    ("turn_deg", "scale", "shift"), [(0, 1.0, (30, -40)), (15, 1.0, (0, 0)), (-20, 0.8, (10, 20)), (5, 0.75, (-20, 0))]
)
def test_a_moved_picture_gives_moved_keypoints(
    nets: BlazePoseNets, picture: RgbImage, turn_deg: float, scale: float, shift: tuple[float, float]
) -> None:
    """The whole way, with the detector: the runner turned, smaller and elsewhere."""
    circle, _ = find_surest(nets, picture)
    before = look(nets, picture, circle)
    angle = np.radians(turn_deg)
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([circle.x, circle.y])
    relative = np.array(shift) * picture.shape[1] / 360
    motion = np.column_stack([linear, middle - linear @ middle + relative])
    moved = move_picture(picture, motion)
    after = look(nets, moved, find_surest(nets, moved)[0])
    expected = before.xy_px @ linear.T + motion[:, 2]
    assert np.median(compute_away(after.xy_px, expected)) < 0.02
    turned = after.circle.turn_rad - before.circle.turn_rad
    assert turned == pytest.approx(angle, abs=np.radians(6))


def test_looks_together_answer_as_each_alone(nets: BlazePoseNets) -> None:
    pictures, _ = render_runner()
    looks = [
        (rgb, make_view(find_surest(nets, rgb)[0], 1.25, mirrored=n % 2 == 1)) for n, rgb in enumerate(pictures[:7])
    ]
    together = nets.find_landmarks(looks)
    assert len(together) == 7
    for one, answer in zip(looks, together, strict=True):
        (alone,) = nets.find_landmarks([one])
        np.testing.assert_allclose(answer.xy_px, alone.xy_px, atol=1e-3)
        np.testing.assert_allclose(answer.maps.chance, alone.maps.chance, atol=1e-4)
    assert nets.find_landmarks([]) == []


def test_half_precision_moves_keypoints_by_little(nets: BlazePoseNets, picture: RgbImage) -> None:
    half = BlazePoseNets("bf16")
    circle, _ = find_surest(nets, picture)
    away = compute_away(look(half, picture, circle).xy_px, look(nets, picture, circle).xy_px, range(33))
    assert np.median(away) < 0.01


def test_nobody_in_a_blank_picture(nets: BlazePoseNets) -> None:
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    assert nets.find_circles(blank, 0.3) == []
    assert look(nets, blank, Circle(160.0, 120.0, 60.0)).presence < 0.5


def test_the_surest_person_comes_first(nets: BlazePoseNets) -> None:
    rgb = np.hstack([render_runner("right")[0][4], render_runner("left")[0][6]])
    found = nets.find_circles(rgb, 0.5)
    assert len(found) == 2
    assert found[0][1] >= found[1][1]
    assert sorted(circle.x > 360 for circle, _ in found) == [False, True]


@pytest.mark.parametrize("circle", [Circle(-900.0, -900.0, 50.0), Circle(100.0, 100.0, 3000.0), Circle(5.0, 5.0, 2.0)])
def test_looking_beside_or_from_afar_is_no_crash(nets: BlazePoseNets, circle: Circle) -> None:
    answer = look(nets, render_runner()[0][4], circle)
    assert np.isfinite(answer.xy_px).all()
    assert 0 <= answer.presence <= 1


def test_a_view_spans_the_circle() -> None:
    """Upright, 128 px of the cut-out are 1.25 radii; the middle is the circle's."""
    view = make_view(Circle(300.0, 400.0, 80.0), 1.25)
    corners = np.array([[0, 0, 1], [LANDMARK_SIDE, LANDMARK_SIDE, 1], [LANDMARK_SIDE / 2, LANDMARK_SIDE / 2, 1]])
    np.testing.assert_allclose(corners @ view.to_picture.T, [[200, 300], [400, 500], [300, 400]], atol=1e-9)


def test_a_view_stands_a_leaning_body_upright() -> None:
    """Leaning to the right: up in the cut-out is up and to the right in the picture; the mirror swaps the sides."""
    lean = np.radians(30)
    for tilt, turn in ((0.0, 0.0), (lean, 0.0), (0.0, lean)):
        plain, mirrored = (make_view(Circle(300.0, 400.0, 64.0, turn), 1.0, tilt, flip) for flip in (False, True))
        angle = turn + tilt
        for view in (plain, mirrored):
            up, middle = (np.array([128.0, y, 1.0]) @ view.to_picture.T for y in (0.0, 128.0))
            np.testing.assert_allclose(up - middle, [64 * np.sin(angle), -64 * np.cos(angle)], atol=1e-9)
        point = np.array([200.0, 90.0, 1.0])
        flipped = np.array([256.0 - 200.0, 90.0, 1.0])
        np.testing.assert_allclose(point @ plain.to_picture.T, flipped @ mirrored.to_picture.T, atol=1e-9)
        assert (plain.mirrored, mirrored.mirrored) == (False, True)


def test_without_mediapipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BackendUnavailableError, match="mediapipe") as refusal:
        BlazePoseNets()
    assert refusal.value.remedy


def test_a_mediapipe_without_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(BackendUnavailableError, match="carries no pose model"):
        BlazePoseNets()


def test_without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(BackendUnavailableError, match="OpenVINO"):
        BlazePoseNets()
