"""BlazePose as a backend: rival legs for the runner in each box, and what is not a find."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from runform.errors import BackendUnavailableError
from runform.pose import blazepose
from runform.pose.blazepose import BlazePose, BlazePoseSession, box_of_circle, circle_of_box
from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.blazepose_nets import BlazePoseNets, Circle, Landmarks
from runform.pose.cleaning import clean_keypoints
from runform.pose.estimator import PoseDetection, Sight
from runform.pose.follow import estimate_keypoints
from runform.pose.hypotheses import compute_merged
from runform.pose.legs import compute_leg_length
from runform.pose.limb_maps import LIMB_KEYPOINTS, MAP_CELLS, LimbMaps, View
from runform.pose.people.find import choose_runner, find_people
from runform.results import AnalysisOptions
from runform.sequences import SIDES, FloatArray, KeypointSequence, Side
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage, probe, read_frames
from tests.conftest import PROJECT_ROOT
from tests.pose.pictures import box_around, read_frame, render_runner

LABELS = PROJECT_ROOT / "tests" / "fixtures" / "labels"
LEG_PARTS = ("knee", "ankle", "heel", "toe")
LEGS = [BLAZEPOSE_33.index[f"{side}_{part}"] for side in SIDES for part in LEG_PARTS]
REST = [k for k in range(33) if k not in LEGS]

Rivals = tuple[PoseDetection, ...]


@pytest.fixture(scope="module")
def estimator() -> BlazePose:
    return BlazePose()


@pytest.fixture(scope="module")
def sights() -> list[Sight]:
    """The virtual runner from the right, and the box about its true keypoints."""
    pictures, truth = render_runner("right")
    return [Sight(rgb, box_around(xy)) for rgb, xy in zip(pictures, truth.xy_px, strict=True)]


@pytest.fixture(params=["virtual", "real"])
def sight(request: pytest.FixtureRequest, sights: list[Sight]) -> Sight:
    if request.param == "virtual":
        return sights[4]
    clips: Path = request.getfixturevalue("clips_dir")
    rgb = read_frame(clips / "treadmill_side_portrait.mp4", 4)
    return Sight(rgb, BlazePersonDetector().find(rgb, None)[0].box)


def estimate_one(estimator: BlazePose, sight: Sight) -> Rivals:
    (rivals,) = estimator.start().estimate([sight])
    return rivals


def assert_same(a: Sequence[Rivals], b: Sequence[Rivals], atol: float = 0.0) -> None:
    assert [len(r) for r in a] == [len(r) for r in b]
    for one, other in zip(a, b, strict=True):
        for x, y in zip(one, other, strict=True):
            np.testing.assert_allclose(x.xy_px, y.xy_px, atol=atol)
            np.testing.assert_allclose(x.confidence, y.confidence, atol=atol)
            assert x.cost == pytest.approx(y.cost, abs=atol)


def test_rivals_share_the_body_and_differ_in_the_legs(estimator: BlazePose, sight: Sight) -> None:
    rivals = estimate_one(estimator, sight)
    assert 1 <= len(rivals) <= 8
    assert rivals[0].cost == 0
    assert [r.cost for r in rivals] == sorted(r.cost for r in rivals)
    for rival in rivals[1:]:
        np.testing.assert_array_equal(rival.xy_px[REST], rivals[0].xy_px[REST])
        assert not np.array_equal(rival.xy_px[LEGS], rivals[0].xy_px[LEGS])
    assert all(((r.confidence >= 0) & (r.confidence <= 1)).all() for r in rivals)


@pytest.mark.parametrize("view", SIDES)
def test_the_right_legs_are_among_the_rivals(estimator: BlazePose, view: Side) -> None:
    """In each frame some rival has both true legs; the likeliest by the picture alone has them mostly."""
    pictures, truth = render_runner(view)
    height = float(np.median(np.ptp(truth.xy_px[..., 1], axis=1)))
    wanted = [f"{side}_{part}" for side in SIDES for part in LEG_PARTS]
    best, first = [], []
    for frame, rgb in enumerate(pictures):
        expected = np.stack([truth.xy(name)[frame] for name in wanted])
        rivals = estimate_one(estimator, Sight(rgb, box_around(truth.xy_px[frame])))
        away = [np.linalg.norm(r.xy_px[LEGS] - expected, axis=1).max() / height for r in rivals]
        best.append(min(away))
        first.append(away[0])
    assert np.median(best) < 0.05
    assert max(best) < 0.1
    assert np.mean(np.array(first) < 0.1) > 0.7


def test_nobody_in_a_blank_picture(estimator: BlazePose) -> None:
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    places = [(0.0, 0.0, 320.0, 240.0), (50.0, 50.0, 100.0, 150.0), (900.0, 900.0, 10.0, 10.0)]
    assert estimator.start().estimate([Sight(blank, box) for box in places]) == [(), (), ()]


def test_an_empty_picture_among_others_is_answered_in_its_place(estimator: BlazePose, sights: list[Sight]) -> None:
    blank = Sight(np.full_like(sights[0].rgb, 128), sights[0].box)
    answers = estimator.start().estimate([sights[0], blank, sights[1]])
    assert [len(answer) > 0 for answer in answers] == [True, False, True]


def test_no_sight_no_answer(estimator: BlazePose) -> None:
    assert estimator.start().estimate([]) == []


class ShownNets(BlazePoseNets):
    """Networks that see one given body, and keep how they were asked."""

    def __init__(self, xy: FloatArray, presence: float = 0.99) -> None:
        self.xy, self.presence = xy, presence
        self.views: list[View] = []

    def find_landmarks(self, looks: Sequence[tuple[RgbImage, View]]) -> list[Landmarks]:
        self.views += [view for _, view in looks]
        return [self._answer(view) for _, view in looks]

    def _answer(self, view: View) -> Landmarks:
        chance = np.full((MAP_CELLS, MAP_CELLS, len(LIMB_KEYPOINTS)), 0.0, dtype=np.float32)
        circle = Circle(180.0, 300.0, 150.0, 0.4)
        return Landmarks(self.xy, np.full(33, 0.9), self.presence, circle, LimbMaps(chance, view))


def show(xy: FloatArray, presence: float = 0.99) -> Rivals:
    picture = np.zeros((640, 360, 3), dtype=np.uint8)
    (rivals,) = BlazePoseSession(ShownNets(xy, presence)).estimate([Sight(picture, (100.0, 200.0, 100.0, 250.0))])
    return rivals


def stand(lowest: float) -> FloatArray:
    """(33, 2) keypoints in a column from y = 100 down, the last at `lowest`."""
    return np.column_stack([np.full(33, 180.0), np.linspace(100.0, lowest, 33)])


def test_points_beyond_the_edge_are_not_finds() -> None:
    (rival,) = show(stand(740.0))
    beyond = stand(740.0)[:, 1] > 640
    assert 0 < beyond.sum() < 16
    np.testing.assert_array_equal(np.isnan(rival.xy_px).any(axis=1), beyond)
    np.testing.assert_array_equal(rival.confidence, np.where(beyond, 0.0, 0.9))


def test_of_whom_little_is_in_the_picture_is_no_find() -> None:
    assert len(show(stand(1100.0))) == 1
    assert show(stand(1300.0)) == ()


@pytest.mark.parametrize(("presence", "finds"), [(0.6, 1), (0.4, 0)])
def test_the_presence_decides(presence: float, finds: int) -> None:
    assert len(show(stand(500.0), presence)) == finds


def test_nobody_is_looked_at_again_where_nobody_is() -> None:
    """Legs that show nowhere are looked for in more ways, unless the whole body is missing; the first looks of a
    session are taken again once they have told the lean.
    """
    picture = np.zeros((640, 360, 3), dtype=np.uint8)
    for presence, looks in ((0.99, 4), (0.1, 1)):
        nets = ShownNets(stand(500.0), presence)
        BlazePoseSession(nets).estimate([Sight(picture, (100.0, 200.0, 100.0, 250.0))])
        assert len(nets.views) == looks


def test_the_lean_is_followed_and_bounded() -> None:
    """Bodies that lean by 0.4 rad: the first look tells it, and all others are turned by as much."""
    picture = np.zeros((640, 360, 3), dtype=np.uint8)
    nets = ShownNets(stand(500.0))
    session = BlazePoseSession(nets)
    for _ in range(6):
        session.estimate([Sight(picture, (100.0, 200.0, 100.0, 250.0))])
    turns = [float(np.arctan2(v.to_picture[1, 0], v.to_picture[0, 0])) for v in nets.views if not v.mirrored]
    turns = [turns[0], *turns[1::2]]  # the tilted look comes after each straight one
    assert turns[0] == pytest.approx(0.0)
    np.testing.assert_allclose(turns[1:], 0.4, atol=1e-6)


def test_a_batch_answers_as_each_sight_alone(estimator: BlazePose, sights: list[Sight]) -> None:
    """What is carried along from batch to batch is the lean alone."""

    def start() -> BlazePoseSession:
        session = estimator.start()
        session._lean_rad = -0.2
        return session

    together = start().estimate(sights[:6])
    alone = [start().estimate([sight])[0] for sight in sights[:6]]
    assert_same(together, alone, atol=1e-3)


def test_threads_find_what_one_finds_alone(estimator: BlazePose, sights: list[Sight]) -> None:
    def work(turn: int) -> list[Rivals]:
        session = estimator.start()
        mine = sights[turn:] + sights[:turn]
        return [rivals for n in range(0, 12, 4) for rivals in session.estimate(mine[n : n + 4])]

    alone = [work(turn) for turn in range(3)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(work, range(3)))
    for one, other in zip(alone, together, strict=True):
        assert_same(one, other, atol=1e-3)


@pytest.mark.parametrize("box", [(10.0, 20.0, 40.0, 100.0), (-30.5, 400.0, 150.0, 333.0)])
def test_boxes_and_circles_are_one_another(box: tuple[float, float, float, float]) -> None:
    circle = circle_of_box(box, 0.2)
    assert box_of_circle(circle, box[2]) == pytest.approx(box)
    again = circle_of_box(box_of_circle(circle, 77.0), 0.2)
    assert (again.x, again.y, again.radius, again.turn_rad) == pytest.approx((circle.x, circle.y, circle.radius, 0.2))
    assert box[1] < circle.y < box[1] + box[3] / 2


def test_the_box_of_a_standing_body_is_about_the_body() -> None:
    """A body is 1.6 to 1.9 radii of its circle high (measured on all clips), with the hips just above the middle."""
    x, y, width, height = box_of_circle(Circle(100.0, 200.0, 60.0), 40.0)
    assert (x, width) == pytest.approx((80.0, 40.0))
    assert 1.6 * 60 < height < 1.9 * 60
    assert 0 < y + height / 2 - 200.0 < 0.1 * height


def test_info(estimator: BlazePose) -> None:
    info = BlazePose("Weights could not be had.").info
    assert (info.backend, info.skeleton, info.note) == ("blazepose", "blazepose33", "Weights could not be had.")
    assert "mediapipe 0.10" in info.model
    assert estimator.nets.precision in info.model
    assert len(info.sha256) == 64


def test_networks_are_loaded_once(estimator: BlazePose) -> None:
    assert BlazePose().nets is estimator.nets


def test_without_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazepose, "_nets", [])
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(BackendUnavailableError, match="OpenVINO") as refusal:
        BlazePose()
    assert refusal.value.remedy


def follow_runner(clip: Path, frames: int, estimator: BlazePose) -> KeypointSequence:
    """The whole pose stage over a clip's first frames."""
    info = probe(clip)
    people = find_people(islice(read_frames(clip), frames), BlazePersonDetector(), info, time_scale=1.0)
    runner = choose_runner(people, AnalysisOptions())
    raw = estimate_keypoints(islice(read_frames(clip), frames), runner, estimator, info, time_scale=1.0)
    return clean_keypoints(raw)[0]


@pytest.mark.slow
def test_a_sprinter_who_crosses_the_frame(clips_dir: Path, estimator: BlazePose) -> None:
    """She is followed wherever more than half of her is to be seen, and no bush once she has left."""
    cleaned = follow_runner(clips_dir / "sprint_across_frame.mp4", 1000, estimator)
    visible = np.loadtxt(LABELS / "sprint_across_visible.csv", delimiter=",", skiprows=1, usecols=2)
    assert len(visible) == len(cleaned)
    assert cleaned.found[visible > 0.5].all()
    assert not cleaned.found[visible == 0].any()


def fit_rhythm(time_s: FloatArray, swing: FloatArray) -> tuple[float, float]:
    """Strides per minute of the sine that fits a swing (T,) best, and the share of the swing that it explains."""
    known = np.isfinite(swing)
    times, values = time_s[known], swing[known] - swing[known].mean()
    rates = np.arange(40.0, 200.0, 0.5)
    left_over = []
    for rate in rates:
        angle = 2 * np.pi * rate / 60 * times
        sines = np.stack([np.cos(angle), np.sin(angle), np.ones_like(angle)], axis=1)
        left_over.append(float(((values - sines @ np.linalg.lstsq(sines, values, rcond=None)[0]) ** 2).sum()))
    best = int(np.argmin(left_over))
    return float(rates[best]), 1 - left_over[best] / float((values**2).sum())


@pytest.mark.slow
def test_treadmill_legs_come_apart(clips_dir: Path, estimator: BlazePose) -> None:
    """4 s of the treadmill clip: all frames found, legs merged in hardly any, feet back and forth at 84 strides/min and
    against each other.

    A leg that lies on the other in the first or last frame is taken out by cleaning, and cannot be filled.
    """
    cleaned = follow_runner(clips_dir / "treadmill_side_portrait.mp4", 120, estimator)
    assert cleaned.found.all()
    length = compute_leg_length(cleaned.xy_px, BLAZEPOSE_33)
    assert (compute_merged(cleaned.xy_px, BLAZEPOSE_33, length) > 0.5).mean() < 0.03
    swings = np.stack([cleaned.xy(f"{side}_ankle")[:, 0] for side in SIDES])
    both = np.isfinite(swings).all(axis=0)
    assert both[3:-3].all()
    for swing in swings:
        strides_per_min, explained = fit_rhythm(cleaned.time_s, swing)
        assert strides_per_min == pytest.approx(84, abs=3)
        assert explained > 0.75
    assert np.corrcoef(swings[:, both])[0, 1] < -0.6
