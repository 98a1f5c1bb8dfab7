"""Everyone in a clip, how the camera moved, where it was cut, and which of the people is the runner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from runform.errors import RunnerNotFoundError, ShapeError, VideoError
from runform.pose.people.boxes import as_box, compute_cover, compute_iou
from runform.pose.people.detector import PersonDetector
from runform.pose.people.links import link_tracks
from runform.pose.people.paths import compute_boxes
from runform.pose.people.propose import compute_leg_motion, explain, order_people
from runform.pose.people.sampling import Sampler
from runform.pose.people.sightings import Person, compute_unlikeness
from runform.pose.people.tracker import Track
from runform.progress import Progress
from runform.results import AnalysisOptions, PersonSummary
from runform.sequences import (
    Box,
    CameraMotion,
    ClipInfo,
    FloatArray,
    PersonTrack,
    require_increasing,
    require_shape,
)
from runform.video.read import Frame, RgbImage

_FILM = "Film the whole runner from the side, in good light, large in the picture."
# A box drawn by the coach holds about this long before and after its moment, where nobody was found at the moment.
_BOX_HOLDS_S = 0.3
_LEAST_SHARED = 0.1


@dataclass(frozen=True)
class People:
    """Everyone in a clip.

    Attributes:
        time_s: (T,) of every frame, seconds as played from the first.
        tracks: One for each person, in the order of their numbers from 0.
        camera: How the picture as a whole moved, and where it was cut.
        pictures: One RGB picture about 240 px high of each person, in the same order.
        detector: What found them.

    Raises:
        ShapeError: Parts that do not fit one another.
    """

    time_s: FloatArray
    tracks: tuple[PersonTrack, ...]
    camera: CameraMotion
    pictures: tuple[RgbImage, ...]
    detector: str

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("cuts", self.camera.cuts, (len(self.time_s),))
        for track in self.tracks:
            require_shape("boxes", track.boxes, (len(self.time_s), 4))
        if len(self.pictures) != len(self.tracks):
            raise ShapeError(f"{len(self.tracks)} people were found, and {len(self.pictures)} have a picture.")


def find_people(
    frames: Iterable[Frame],
    detector: PersonDetector,
    clip: ClipInfo,
    *,
    time_scale: float,
    box: Box | None = None,
    box_s: float = 0.0,
    progress: Progress | None = None,
) -> People:
    """Find and follow everyone in a clip.

    Args:
        frames: The clip's frames; read once, none is kept.
        detector: Finds people in single pictures.
        clip: What is known of the clip; its frame count scales the progress.
        time_scale: Seconds played per second lived.
        box: Drawn by the coach around the runner, px, or None.
        box_s: When it holds, seconds as played from the first frame.
        progress: Told after each frame.

    Returns:
        Everyone found, the one proposed as the runner first. There may be nobody.

    Raises:
        VideoError: There is not one frame.
    """
    sampler: Sampler | None = None
    played_s: list[float] = []
    with ExitStack() as stack:
        for frame in frames:
            if sampler is None:
                sampler = Sampler(detector, frame.rgb, clip.frames - 1, time_scale, box, box_s)
                stack.callback(sampler.close)
            sampler.push(frame)
            played_s.append(frame.time_s)
            if progress is not None and clip.frames:
                progress.report(len(played_s) / clip.frames)
        if sampler is None:
            raise VideoError(f"{clip.path} holds no frame.", "Choose a video of a run.")
        tracks, camera = sampler.finish()
    time_s = np.array(played_s, dtype=np.float64)
    people = link_tracks(tracks, camera.to_first)
    boxes = [
        compute_boxes(person.sightings, time_s / time_scale, camera.to_first, _find_shot(camera, person), sampler.size)
        for person in people
    ]
    numbered = _number(people, boxes, tracks)
    return People(
        time_s=time_s,
        tracks=tuple(track for track, _ in numbered),
        camera=camera,
        pictures=tuple(picture for _, picture in numbered),
        detector=detector.name,
    )


def choose_runner(people: People, options: AnalysisOptions) -> PersonTrack:
    """The person to analyse: the one in the coach's box, else of the coach's number, else the one proposed.

    Args:
        people: Everyone found.
        options: `box` and `box_s`, or `runner`.

    Raises:
        RunnerNotFoundError: Nobody was found at all, or not the one asked for.
    """
    if not people.tracks:
        raise RunnerNotFoundError("Nobody was found in this clip.", _FILM)
    if options.box is not None:
        return _find_in_box(people, options.box, options.box_s)
    number = options.runner or 0
    if not 0 <= number < len(people.tracks):
        raise RunnerNotFoundError(
            f"Runner {number} was asked for, and {_count(people)} (numbered from 0).",
            "Choose one of those, or draw a box around the runner.",
        )
    return people.tracks[number]


def summarise_people(people: People, chosen: PersonTrack) -> tuple[PersonSummary, ...]:
    """What the coach is told of each person, in the order of their numbers."""
    summaries = []
    for track in people.tracks:
        seen_s = people.time_s[track.present]
        summaries.append(
            PersonSummary(
                number=track.number,
                first_s=float(seen_s[0]),
                last_s=float(seen_s[-1]),
                share=float(track.present.mean()),
                runs=track.runs,
                reason=track.reason,
                followed=track.number == chosen.number,
            )
        )
    return tuple(summaries)


def _find_in_box(people: People, box: Box, box_s: float) -> PersonTrack:
    """Whoever shares most with a box at its moment, or else soonest before or after it.

    Raises:
        RunnerNotFoundError: Nobody does.
    """
    away_s = np.abs(people.time_s - box_s)
    for frame in np.argsort(away_s, kind="stable"):
        if away_s[frame] > max(_BOX_HOLDS_S, away_s.min()):
            break
        there = [track for track in people.tracks if track.present[frame]]
        shared = [_compute_agreement(box, track.boxes[frame]) for track in there]
        if shared and max(shared) >= _LEAST_SHARED:
            return there[int(np.argmax(shared))]
    raise RunnerNotFoundError(
        f"Nobody could be followed from the box at {box_s:.2f} s, and {_count(people)} in the clip.",
        "Draw the box around the whole runner at a moment when nothing hides them, or choose a runner by number.",
    )


def _compute_agreement(box: Box, other: FloatArray) -> float:
    """How much a drawn box and a person's box agree, 0 to 1: also a small box drawn inside the person counts."""
    theirs = as_box(other)
    return compute_iou(box, theirs) + 0.2 * compute_cover(box, theirs)


def _count(people: People) -> str:
    """How many there are, in words for a message."""
    count = len(people.tracks)
    return f"{count} {'person was' if count == 1 else 'people were'} found"


def _find_shot(camera: CameraMotion, person: Person) -> tuple[int, int]:
    """First frame of the uncut stretch a person is in, and the one after its last."""
    edges = [0, *np.flatnonzero(camera.cuts).tolist(), len(camera.cuts)]
    at = person.sightings[0].index
    start = max(edge for edge in edges[:-1] if edge <= at)
    return start, min(edge for edge in edges if edge > at)


def _number(
    people: Sequence[Person], boxes: Sequence[FloatArray], tracks: Sequence[Track]
) -> list[tuple[PersonTrack, RgbImage]]:
    """Everyone with their number, reason and picture, in order."""
    legs = [compute_leg_motion(person.sightings) for person in people]
    shares = [float(np.isfinite(track).all(axis=1).mean()) for track in boxes]
    heights = [float(np.nanmedian(track[:, 3])) for track in boxes]
    numbered = []
    for number, at in enumerate(order_people(legs, shares, heights)):
        reason = explain(number, legs[at], shares, heights, at)
        numbered.append((PersonTrack(number, boxes[at], reason, legs[at].runs), _pick_picture(people[at], tracks)))
    return numbered


def _pick_picture(person: Person, tracks: Sequence[Track]) -> RgbImage:
    """The best picture taken of a person, who may have been followed as several tracks.

    Where none was taken while they were surely alone, the picture whose colours are most like theirs.
    """
    own = {id(sighting) for sighting in person.sightings}
    taken = [snapshot for track in tracks for snapshot in track.snapshots if id(snapshot.sighting) in own]
    if taken:
        return max(taken, key=lambda snapshot: snapshot.quality).rgb
    colours = np.sqrt(np.mean([sighting.colours**2 for sighting in person.sightings], axis=0))
    others = [snapshot for track in tracks for snapshot in track.snapshots]
    return min(others, key=lambda snapshot: compute_unlikeness(snapshot.sighting.colours, colours)).rgb
