"""Who is who, once the clip is known: tracks that changed over are set right, and what is no person goes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from runform.pose.people.links import link_tracks
from runform.pose.people.sightings import Person, Sighting
from runform.pose.people.tracker import Track, Tracker, assign
from runform.sequences import Box, FloatArray

STILL = np.tile(np.eye(2, 3), (300, 1, 1))


def colours(bin_of: int) -> FloatArray:
    """Somebody all in one colour."""
    values = np.zeros(256)
    values[bin_of] = 1.0
    return values


def sight(frame: int, x: float, colour: int, height: float = 140.0) -> Sighting:
    box = (x - 25, 100.0, 50.0, height)
    return Sighting(frame, frame / 30, box, 0.9, colours(colour), np.full(2, np.nan))


def track(*sightings: Sighting, shot: int = 1) -> Track:
    return Track(shot, list(sightings), [sighting.box for sighting in sightings])


def paths(people: list[Person]) -> list[list[tuple[int, int]]]:
    """Frame and colour of each person's sightings."""
    return [[(s.index, int(np.argmax(s.colours))) for s in person.sightings] for person in people]


def test_tracks_that_changed_over_as_two_met_are_set_right() -> None:
    """Both stop at the meeting place and go on, so that following from frame to frame may change over."""

    def place(frame: int, sign: int) -> float:
        return 300 + sign * 4.0 * (frame - 30) if frame < 20 or frame > 40 else 300 + sign * 12.0

    frames = range(0, 61, 3)
    first = [sight(f, place(f, 1), 3 if f <= 30 else 200) for f in frames]
    second = [sight(f, place(f, -1), 200 if f <= 30 else 3) for f in frames]
    people = link_tracks([track(*first), track(*second)], STILL)
    assert len(people) == 2
    for path in paths(people):
        away = [colour for frame, colour in path if frame < 18 or frame > 42]
        assert len(set(away)) == 1


def test_a_person_hidden_for_a_second_is_one() -> None:
    before = track(*(sight(f, 100 + 4.0 * f, 3) for f in range(0, 31, 3)))
    after = track(*(sight(f, 100 + 4.0 * f, 3) for f in range(60, 91, 3)))
    assert len(link_tracks([before, after], STILL)) == 1


def test_people_of_other_colour_size_or_place_are_not_joined() -> None:
    before = track(*(sight(f, 100 + 4.0 * f, 3) for f in range(0, 31, 3)))
    for other in (
        [sight(f, 100 + 4.0 * f, 3, height=320.0) for f in range(60, 91, 3)],
        [sight(f, 800 + 4.0 * f, 3) for f in range(60, 91, 3)],
        [sight(f, 180 + 4.0 * f, 77, height=100.0) for f in range(60, 91, 3)],
        [sight(f, 100 + 4.0 * f, 3) for f in range(120, 151, 3)],
    ):
        assert len(link_tracks([before, track(*other)], STILL)) == 2


def test_nobody_is_joined_over_a_cut() -> None:
    before = track(*(sight(f, 100 + 4.0 * f, 3) for f in range(0, 31, 3)))
    after = track(*(sight(f, 100 + 4.0 * f, 3) for f in range(33, 91, 3)), shot=2)
    people = link_tracks([before, after], STILL)
    assert [person.shot for person in people] == [1, 2]


def test_the_cameras_swing_is_not_the_persons() -> None:
    """The same person after a second in which the camera swung by 600 px."""
    motion = STILL.copy()
    motion[45:, 0, 2] = 600.0
    before = track(*(sight(f, 700 + 1.0 * f, 3) for f in range(0, 31, 3)))
    after = track(*(sight(f, 100 + 1.0 * f, 3) for f in range(60, 91, 3)))
    assert len(link_tracks([before, after], motion)) == 1
    assert len(link_tracks([before, after], STILL)) == 2


def test_bushes_and_shadows_go() -> None:
    person = track(*(sight(f, 300, 3) for f in range(0, 91, 3)))
    twice = track(*(sight(f, 600, 9) for f in (30, 33)))
    seldom = track(*(sight(f, 700, 9) for f in (0, 18, 36)))
    shadow = Track(1, [sight(f, 303, 3, height=150.0) for f in range(0, 61, 3)])
    shadow.homes = [s.box for s in shadow.sightings]
    people = link_tracks([person, twice, seldom, shadow], STILL)
    assert len(people) == 1
    assert len(people[0].sightings) >= 30


def follow(box_at: Callable[[float], Box], frames: range) -> Tracker:
    tracker = Tracker()
    tracker.start_shot()
    for frame in frames:
        box = box_at(frame / 30)
        sighting = Sighting(frame, frame / 30, box, 0.9, colours(3), np.full(2, np.nan))
        tracker.update([sighting], [box], frame / 30)
    return tracker


def test_a_sprinter_is_one_track_from_the_first_step() -> None:
    """Nine metres a second is five heights; a look comes every tenth of a second."""
    tracker = follow(lambda t: (50 + 800 * t, 100, 60, 160), range(0, 31, 3))
    assert len(tracker.active) == 1
    (expected,) = tracker.predict(1.1, np.eye(2, 3))
    assert abs(expected[0] - (50 + 800 * 1.1)) < 8


def test_who_is_not_seen_again_is_given_up() -> None:
    tracker = follow(lambda _: (50, 100, 60, 160), range(0, 31, 3))
    tracker.update([], [], 2.0)
    assert len(tracker.active) == 1
    tracker.update([], [], 2.3)
    assert tracker.active == []
    assert len(tracker.finish()) == 1


def test_a_single_find_is_given_up_soon() -> None:
    tracker = follow(lambda _: (50, 100, 60, 160), range(0, 1))
    tracker.update([], [], 0.5)
    assert tracker.active == []


def test_a_box_of_the_coach_waits_for_its_person() -> None:
    tracker = Tracker()
    tracker.start_shot()
    tracker.seed((50, 100, 60, 160), 1.0)
    assert tracker.predict(1.5, np.eye(2, 3)) == [(50, 100, 60, 160)]
    box = (60.0, 98.0, 58.0, 165.0)
    tracker.update([Sighting(50, 1.6, box, 0.9, colours(3), np.full(2, np.nan))], [box], 1.6)
    assert len(tracker.active) == 1
    tracker.update([], [], 9.0)
    assert tracker.active == []
    assert len(tracker.finish()) == 1


def test_pairs_of_least_cost() -> None:
    costs = np.array([[0.1, 0.2, 9.0], [0.15, 3.0, 9.0]])
    assert assign(costs, 1.0) == [(0, 1), (1, 0)]
    assert assign(costs, 0.12) == [(0, 0)]
    assert assign(np.zeros((0, 3)), 1.0) == []
