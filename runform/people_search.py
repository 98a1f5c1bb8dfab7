"""Looking for people in a clip before it is analysed, so that the coach can say who the runner is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from runform.pose.people.find import People, choose_runner, summarise_people
from runform.progress import Progress
from runform.results import AnalysisOptions, PersonSummary
from runform.sequences import ClipInfo
from runform.video.read import RgbImage, probe, read_frames

MAX_STILLS = 48
_STILL_SIDE = 960
# Stills come first and are quick: a box can be drawn even where nobody is found.
_STILLS_SHARE = 0.25


class PeopleFinder(Protocol):
    """What finds the people; `Analyser` does."""

    def find_people(
        self, clip_path: Path, clip: ClipInfo, options: AnalysisOptions, *, progress: Progress | None = None
    ) -> People:
        """Everyone in a clip.

        Raises:
            RunFormError: The clip cannot be read, or no finder can run.
        """


@dataclass(frozen=True)
class Still:
    """One frame of the clip to draw a box on.

    Attributes:
        time_s: Seconds as played from the first frame.
        rgb: (H, W, 3) uint8 RGB, at most 960 px on its longer side.
    """

    time_s: float
    rgb: RgbImage


@dataclass(frozen=True)
class PeopleFound:
    """What the coach picks from.

    Attributes:
        clip: The clip; boxes are in px of its width and height.
        people: Everyone, in the order of their numbers; there may be nobody.
        pictures: One RGB picture of each.
        stills: Frames spread over the clip, at least one.
    """

    clip: ClipInfo
    people: tuple[PersonSummary, ...]
    pictures: tuple[RgbImage, ...]
    stills: tuple[Still, ...]


def look_for_people(finder: PeopleFinder, clip_path: Path, options: AnalysisOptions, progress: Progress) -> PeopleFound:
    """Find the people in a clip and take stills of it.

    The numbers are those that an analysis with the same options gives.

    Args:
        finder: Finds the people.
        clip_path: A video file.
        options: What the user stated so far; the slow-motion factor matters to who runs.
        progress: Told of both stages; its owner may cancel.

    Raises:
        VideoError: The clip cannot be read.
        BackendUnavailableError: No finder of people can run.
        AnalysisCancelled: The owner of `progress` stopped it.
    """
    progress.enter("Reading the clip", 0.0, _STILLS_SHARE)
    clip = probe(clip_path)
    stills = take_stills(clip_path, clip, progress)
    progress.enter("Looking for people", _STILLS_SHARE, 1.0 - _STILLS_SHARE)
    people = finder.find_people(clip_path, clip, options, progress=progress)
    summaries = summarise_people(people, choose_runner(people, AnalysisOptions())) if people.tracks else ()
    return PeopleFound(clip, summaries, people.pictures, stills)


def take_stills(clip_path: Path, clip: ClipInfo, progress: Progress | None = None) -> tuple[Still, ...]:
    """At most `MAX_STILLS` frames, evenly spread, with the times that the analysis reads them at."""
    every = max(1, math.ceil(clip.frames / MAX_STILLS))
    return tuple(
        Still(frame.time_s, _shrink(frame.rgb))
        for frame in read_frames(clip_path, progress=progress)
        if frame.index % every == 0
    )


def _shrink(rgb: RgbImage) -> RgbImage:
    """A picture that is quick to send to a browser."""
    scale = _STILL_SIDE / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
