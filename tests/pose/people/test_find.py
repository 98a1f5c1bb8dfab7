"""Everyone in made-up clips whose truth is known: entering, leaving, crossing, hidden, cut, panned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runform.errors import InputError, RunnerNotFoundError, ShapeError, VideoError
from runform.pose.people.find import People, choose_runner, find_people, summarise_people
from runform.results import AnalysisOptions
from runform.sequences import Box, CameraMotion, PersonTrack
from tests.pose.people.worlds import HEIGHT, WIDTH, Walker, World, centres, make_scenery, pan, passing, true_boxes

RED, BLUE, GREEN = (200, 30, 30), (30, 40, 210), (30, 170, 40)


def find(world: World, *, box: Box | None = None, box_s: float = 0.0) -> People:
    return find_people(world.frames(), world, world.clip, time_scale=1.0, box=box, box_s=box_s)


def track_of(people: People, world: World, walker: Walker) -> PersonTrack:
    """The track that lies nearest to somebody, over the frames in which both are there."""
    truth = true_boxes(world, walker)
    return min(people.tracks, key=lambda track: float(np.nanmean(np.abs(track.boxes - truth))))


def farthest(track: PersonTrack, truth: np.ndarray) -> float:  # type: ignore[type-arg]
    """Largest distance of a track's middle from somebody's true one where both are there, in their heights."""
    away = np.linalg.norm(centres(track.boxes) - centres(truth), axis=1) / truth[:, 3]
    return float(np.nanmax(away))


def test_one_runner_is_followed_in_every_frame() -> None:
    walker = Walker(passing(60, 110), strides_per_s=1.5)
    world = World([walker], seconds=2.5)
    people = find(world)
    assert len(people.tracks) == 1
    track = people.tracks[0]
    assert track.present.all()
    assert farthest(track, true_boxes(world, walker)) < 0.03
    assert track.runs > 0.8
    assert "running" in track.reason
    assert people.detector == "all-seeing"


def test_boxes_are_steadier_than_the_finder() -> None:
    """Over ten draws of the finder's noise, since one draw alone says little."""
    ratios = []
    for seed in range(10):
        walker = Walker(passing(60, 110), strides_per_s=1.5)
        world = World([walker], seconds=2.5, noise=0.03, _rng=np.random.default_rng(seed))
        track = find(world).tracks[0]
        off = centres(track.boxes) - centres(true_boxes(world, walker))
        ratios.append(np.sqrt((off**2).mean()) / (0.03 * 140))
        assert np.abs(np.diff(track.boxes[:, 3])).max() < 1.0
    assert np.mean(ratios) < 0.65


def test_who_enters_and_leaves_is_followed_while_more_than_half_is_in_the_picture() -> None:
    walker = Walker(passing(-90, 260), strides_per_s=1.6)
    world = World([walker], seconds=2.8)
    truth = true_boxes(world, walker)
    track = find(world).tracks[0]
    inside = (np.minimum(truth[:, 0] + truth[:, 2], WIDTH) - np.maximum(truth[:, 0], 0)) / truth[:, 2]
    # One frame of grace on each side: the finder itself sees nothing before half is in.
    assert track.present[inside > 0.65].all()
    assert not track.present[inside < 0.2].any()
    assert farthest(track, truth) < 0.08
    assert np.nanmin(track.boxes[:, 0]) < 0
    assert np.nanmax(track.boxes[:, 0] + track.boxes[:, 2]) > WIDTH


def test_two_who_pass_each_other_keep_their_identities() -> None:
    left = Walker(passing(20, 160), rgb=RED, strides_per_s=1.5)
    right = Walker(passing(410, -150), rgb=BLUE, strides_per_s=1.4, depth=2.0)
    world = World([left, right], seconds=2.4)
    people = find(world)
    assert len(people.tracks) == 2
    for walker in (left, right):
        track = track_of(people, world, walker)
        assert track.present.mean() > 0.95
        assert farthest(track, true_boxes(world, walker)) < 0.15


def test_two_alike_in_colour_who_pass_each_other_keep_their_identities() -> None:
    left = Walker(passing(20, 160), strides_per_s=1.5)
    right = Walker(passing(410, -150), strides_per_s=1.4, depth=2.0)
    world = World([left, right], seconds=2.4)
    people = find(world)
    assert len(people.tracks) == 2
    assert farthest(track_of(people, world, left), true_boxes(world, left)) < 0.15


def test_two_who_meet_and_turn_back_are_told_apart_by_colour() -> None:
    def there_and_back(start: float, speed: float) -> Walker:
        return Walker(lambda t: (start + speed * (t if t < 1.5 else 3.0 - t), 120.0, 50.0, 140.0))

    left, right = there_and_back(60, 110), replace(there_and_back(370, -110), rgb=GREEN, depth=2.0)
    world = World([left, right], seconds=3.0)
    people = find(world)
    assert len(people.tracks) == 2
    for walker in (left, right):
        assert farthest(track_of(people, world, walker), true_boxes(world, walker)) < 0.3


def test_someone_hidden_for_most_of_a_second_is_the_same_person_after() -> None:
    walker = Walker(passing(20, 130), strides_per_s=1.5)
    world = World([walker], seconds=3.0, blind=lambda t: 1.0 < t < 1.85)
    people = find(world)
    assert len(people.tracks) == 1
    assert people.tracks[0].present.all()
    assert farthest(people.tracks[0], true_boxes(world, walker)) < 0.08


def test_someone_away_for_long_is_not_made_up() -> None:
    walker = Walker(lambda t: None if 1.0 < t < 3.5 else (200.0, 120.0, 50.0, 140.0))
    world = World([walker], seconds=4.5)
    boxes = [track.present for track in find(world).tracks]
    assert not np.any(boxes, axis=0)[round(1.5 * 30) : round(3.2 * 30)].any()


def test_no_track_spans_a_cut() -> None:
    walker = Walker(passing(60, 60), strides_per_s=1.5)
    world = World([walker], seconds=4.0, cuts_s=(2.0,))
    people = find(world)
    assert np.flatnonzero(people.camera.cuts).tolist() == [60]
    assert len(people.tracks) == 2
    for track in people.tracks:
        assert track.present[:60].any() != track.present[60:].any()
    assert np.any([track.present for track in people.tracks], axis=0).all()


def test_a_flash_does_not_end_a_track() -> None:
    walker = Walker(passing(60, 60), strides_per_s=1.5)
    world = World([walker], seconds=2.0, brightness=lambda t: 9.0 if 1.0 <= t < 1.05 else 1.0)
    people = find(world)
    assert not people.camera.cuts.any()
    assert len(people.tracks) == 1
    assert people.tracks[0].present.all()


def test_a_larger_person_who_stands_beside_the_runner_is_not_proposed() -> None:
    runner = Walker(passing(20, 120, y=150, width=36, height=100), rgb=BLUE, strides_per_s=1.5)
    stander = Walker(lambda _: (330.0, 60.0, 80.0, 220.0), strides_per_s=0.0)
    world = World([runner, stander], seconds=2.4)
    people = find(world)
    assert len(people.tracks) == 2
    assert people.tracks[0] is track_of(people, world, runner)
    assert people.tracks[0].runs > 0.7
    assert people.tracks[1].runs < 0.1
    assert "hardly move" in people.tracks[1].reason


def test_a_walker_is_proposed_after_a_runner() -> None:
    walker = Walker(passing(20, 60, y=40), strides_per_s=0.85)
    runner = Walker(passing(20, 120, y=185, height=120), rgb=BLUE, strides_per_s=1.5)
    world = World([walker, runner], seconds=3.0)
    people = find(world)
    assert people.tracks[0] is track_of(people, world, runner)


def test_without_poses_the_box_tells_the_runner() -> None:
    def breathing(x: float, amplitude: float) -> Walker:
        def box_at(t: float) -> Box:
            width = 50 + amplitude * np.sin(2 * np.pi * 2 * 1.5 * t)
            return x - width / 2, 100.0, float(width), 140.0

        return Walker(box_at, strides_per_s=None)

    world = World([breathing(120, 0.0), breathing(330, 18.0)], seconds=4.0, noise=0.005)
    people = find(world)
    assert centres(people.tracks[0].boxes)[:, 0].mean() > 240
    assert people.tracks[0].runs > 0.5 > people.tracks[1].runs


def test_the_rate_of_the_legs_goes_by_real_time() -> None:
    """Legs that swing 0.375 times per second played swing 1.5 times per second at a quarter of the speed."""
    walker = Walker(passing(60, 25), strides_per_s=0.375)
    world = World([walker], seconds=10.0)
    slow = find_people(world.frames(), world, world.clip, time_scale=4.0)
    assert slow.tracks[0].runs > 0.8
    assert find(replace(world, _time_s=0.0)).tracks[0].runs < 0.3


def test_a_panning_camera_does_not_shake_the_track() -> None:
    walker = Walker(passing(240, 220), strides_per_s=1.5)
    world = World([walker], seconds=2.2, camera=pan(200, x=20, y=40))
    people = find(world)
    assert people.camera.known
    assert farthest(people.tracks[0], true_boxes(world, walker)) < 0.05
    moved = people.camera.to_first[-1, 0, 2]
    assert moved == pytest.approx(200 * world.times_s[-1], rel=0.02)


def test_a_small_person_far_away_is_found_in_a_tile() -> None:
    walker = Walker(passing(300, 12, y=200, width=16, height=46), strides_per_s=1.5)
    world = World([walker], seconds=2.0)
    track = find(world).tracks[0]
    assert track.present.mean() > 0.9


def test_a_find_that_comes_and_goes_is_no_person() -> None:
    world = World([Walker(lambda t: (100.0, 100.0, 50.0, 140.0) if 0.95 < t < 1.1 else None)], seconds=2.0)
    assert find(world).tracks == ()


def test_pictures_show_each_person_about_240_px_high() -> None:
    left = Walker(passing(40, 20), rgb=RED)
    right = Walker(passing(340, -20), rgb=BLUE)
    world = World([left, right], seconds=1.5)
    people = find(world)
    for walker in (left, right):
        picture = people.pictures[track_of(people, world, walker).number]
        assert picture.shape[0] == 240
        assert picture.dtype == np.uint8
        middle = picture[90:110, picture.shape[1] // 2]
        assert np.abs(middle.mean(axis=0) - walker.rgb).max() < 30


def test_few_looks_are_needed() -> None:
    world = World([Walker(passing(60, 40), strides_per_s=1.5)], seconds=4.0)
    find(world)
    first = 1 + 2 + 12  # the whole picture and every tile, once
    assert world.calls < first + 40 + 4.0 * 2 * 2 + 8


def test_the_box_chooses_and_so_does_the_number() -> None:
    left = Walker(passing(40, 20), rgb=RED, strides_per_s=1.5)
    right = Walker(passing(340, -20), rgb=BLUE)
    world = World([left, right], seconds=1.5)
    people = find(world)
    other = track_of(people, world, right)
    assert other.number == 1
    assert choose_runner(people, AnalysisOptions()) is people.tracks[0]
    assert choose_runner(people, AnalysisOptions(runner=1)) is other
    assert choose_runner(people, AnalysisOptions(box=(330, 110, 60, 150))) is other
    # The box goes before the number, and holds at its own moment.
    assert choose_runner(people, AnalysisOptions(runner=1, box=(50, 130, 30, 60), box_s=0.5)).number == 0


def test_a_number_too_high_says_how_many_there_are() -> None:
    people = find(World([Walker(passing(40, 20))], seconds=1.0))
    with pytest.raises(RunnerNotFoundError, match=r"Runner 3 .* 1 person was found") as caught:
        choose_runner(people, AnalysisOptions(runner=3))
    assert "box" in caught.value.remedy


def test_an_empty_box_is_refused() -> None:
    people = find(World([Walker(passing(40, 20))], seconds=1.0), box=(380, 20, 40, 60), box_s=0.2)
    with pytest.raises(RunnerNotFoundError, match=r"box at 0\.20 s"):
        choose_runner(people, AnalysisOptions(box=(380, 20, 40, 60), box_s=0.2))


def test_nobody_in_the_clip() -> None:
    people = find(World(seconds=1.0))
    assert people.tracks == ()
    assert people.pictures == ()
    with pytest.raises(RunnerNotFoundError, match="Nobody") as caught:
        choose_runner(people, AnalysisOptions())
    assert "Film" in caught.value.remedy


def test_a_box_is_followed_where_the_finder_is_late() -> None:
    """Nobody is found at the box's moment; found nearby soon after, they are who is meant."""
    walker = Walker(lambda _: (300.0, 150.0, 24.0, 66.0), strides_per_s=1.5)
    world = World([walker], seconds=2.5, blind=lambda t: t < 0.9)
    drawn = (298.0, 148.0, 30.0, 70.0)
    people = find(world, box=drawn, box_s=0.5)
    assert choose_runner(people, AnalysisOptions(box=drawn, box_s=0.5)).number == 0


def test_summaries_say_when_each_was_there() -> None:
    runner = Walker(passing(40, 20), strides_per_s=1.5)
    visitor = Walker(lambda t: (340.0, 120.0, 50.0, 140.0) if t >= 1.0 else None, rgb=BLUE)
    people = find(World([runner, visitor], seconds=2.0))
    summaries = summarise_people(people, people.tracks[0])
    assert [s.number for s in summaries] == [0, 1]
    assert [s.followed for s in summaries] == [True, False]
    assert summaries[0].share == 1.0
    assert summaries[1].first_s == pytest.approx(1.0, abs=0.25)
    assert summaries[1].last_s == pytest.approx(1.967, abs=0.01)
    assert all(s.reason.endswith(".") for s in summaries)


def test_no_frame_at_all() -> None:
    world = World(seconds=0.0)
    with pytest.raises(VideoError, match="no frame"):
        find(world)


def test_parts_that_do_not_fit() -> None:
    track = PersonTrack(0, np.full((3, 4), 1.0))
    with pytest.raises(ShapeError, match="picture"):
        People(np.arange(3.0), (track,), CameraMotion.still(3), (), "x")
    with pytest.raises(InputError, match="boxes"):
        People(np.arange(4.0), (track,), CameraMotion.still(4), (make_scenery(1),), "x")


def test_the_first_frame_counts_whatever_its_size() -> None:
    """The finder's whole picture is what the tiles cover."""
    world = World([Walker(passing(40, 20))], seconds=1.0)
    people = find(world)
    assert np.nanmax(people.tracks[0].boxes[:, 1] + people.tracks[0].boxes[:, 3]) <= HEIGHT
