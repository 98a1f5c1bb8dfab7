from __future__ import annotations

import threading
from pathlib import Path

import pytest

from runform.errors import AnalysisCancelled, VideoError
from runform.people_search import MAX_STILLS, look_for_people, take_stills
from runform.pose.people.find import People
from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.sequences import ClipInfo
from runform.video.read import probe
from tests.fixtures.clips import Coding, write_clip
from tests.fixtures.people import make_people


class Finder:
    """Finds who it is told to, and remembers what it was asked."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.asked: list[AnalysisOptions] = []

    def find_people(
        self, clip_path: Path, clip: ClipInfo, options: AnalysisOptions, *, progress: Progress | None = None
    ) -> People:
        self.asked.append(options)
        assert progress is not None
        progress.report(1.0)
        return self.people


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    write_clip(path, [index / 30 for index in range(20)])
    return path


def test_everyone_is_given_with_picture_and_share(clip: Path) -> None:
    finder = Finder(make_people(count=3))
    told: list[tuple[str, float]] = []

    found = look_for_people(
        finder, clip, AnalysisOptions(time_scale=4.0), Progress(lambda stage, done: told.append((stage, done)))
    )

    assert [person.number for person in found.people] == [0, 1, 2]
    assert [person.share for person in found.people] == [1.0, 0.5, 0.25]
    assert len(found.pictures) == 3
    assert (found.clip.width, found.clip.height) == (64, 48)
    assert finder.asked == [AnalysisOptions(time_scale=4.0)]
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert {stage for stage, _ in told} == {"Reading the clip", "Looking for people"}
    assert told[-1][1] == pytest.approx(1.0)


def test_nobody_leaves_the_stills_to_draw_on(clip: Path) -> None:
    found = look_for_people(Finder(make_people(count=0)), clip, AnalysisOptions(), Progress())

    assert found.people == ()
    assert [still.time_s for still in found.stills] == pytest.approx([index / 30 for index in range(20)], abs=1e-3)


def test_stills_are_few_small_and_spread_over_the_clip(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    write_clip(path, [index / 30 for index in range(130)], coding=Coding(size=(1280, 720)))

    stills = take_stills(path, probe(path))

    assert MAX_STILLS / 2 < len(stills) <= MAX_STILLS
    assert stills[0].time_s == 0.0
    assert stills[-1].time_s > 4.2
    assert {still.rgb.shape for still in stills} == {(540, 960, 3)}


def test_it_can_be_stopped(clip: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(AnalysisCancelled):
        look_for_people(Finder(make_people()), clip, AnalysisOptions(), Progress(cancel=cancel))


def test_a_clip_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        look_for_people(Finder(make_people()), tmp_path / "gone.mp4", AnalysisOptions(), Progress())
