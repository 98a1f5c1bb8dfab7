"""Follows one runner through a clip: finds them, moves the box along, and looks again where they were lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from runform.errors import RunnerNotFoundError, VideoError
from runform.pose.estimator import Box, PoseDetection, PoseEstimator, PoseSession
from runform.pose.hypotheses import choose_hypotheses
from runform.pose.search import compute_overlap, find_people, find_tallest
from runform.pose.signals import iterate_runs
from runform.progress import Progress
from runform.results import AnalysisOptions, PoseRecord
from runform.sequences import ClipInfo, FloatArray, KeypointSequence
from runform.skeletons import SKELETONS
from runform.video.read import Frame

# A whole picture is searched in every frame where the runner is lost; the many tiles only this often.
_TILE_SEARCH_EVERY_S = 0.25
# How long to go on looking for the runner asked for by number before saying how many there are.
_CHOICE_WINDOW_S = 1.0
# A find is the followed runner when it shares this part of the smaller box with where the runner must be about.
_SAME_RUNNER = 0.3
# A find that does not last this many frames is a bush or a shadow, not a runner.
_LEAST_STAY = 3
_LEAST_FRAMES = 5
_FILM = "Film the whole runner from the side, in good light, large in the picture."


@dataclass
class _Track:
    """Where the runner is about to be: the last box, and its centre's velocity in px/s."""

    box: Box | None = None
    time_s: float = 0.0
    velocity: tuple[float, float] = field(default=(0.0, 0.0))

    def predict(self, time_s: float) -> Box | None:
        """The box moved along by its velocity."""
        if self.box is None:
            return None
        step_s = time_s - self.time_s
        x, y, width, height = self.box
        return x + self.velocity[0] * step_s, y + self.velocity[1] * step_s, width, height

    def update(self, box: Box, time_s: float) -> None:
        """Take a new find; the velocity is smoothed, since boxes breathe with arms and legs."""
        if self.box is not None:
            step_s = time_s - self.time_s
            new = [
                ((box[axis] + box[axis + 2] / 2) - (self.box[axis] + self.box[axis + 2] / 2)) / step_s
                for axis in (0, 1)
            ]
            self.velocity = (self.velocity[0] + new[0]) / 2, (self.velocity[1] + new[1]) / 2
        self.box, self.time_s = box, time_s

    def lose(self) -> None:
        """Forget the runner's place."""
        self.box, self.velocity = None, (0.0, 0.0)


def track_runner(
    frames: Iterable[Frame],
    estimator: PoseEstimator,
    clip: ClipInfo,
    options: AnalysisOptions,
    progress: Progress | None = None,
) -> tuple[KeypointSequence, PoseRecord]:
    """Find the runner's keypoints in every frame.

    Args:
        frames: The clip's frames; read once, none is kept.
        estimator: The 2D pose backend.
        clip: What is known of the clip; its frame count scales the progress.
        options: Time scale, and which runner: `box` in the first frame, `runner` by number among the people found
            (tallest first), else whom the whole picture shows.
        progress: Told after each frame.

    Returns:
        Raw keypoints in real time, and the record of how they came about.

    Raises:
        VideoError: The clip holds fewer than two frames.
        RunnerNotFoundError: Nobody, or not the runner asked for, was found in at least five frames.
    """
    session = estimator.start()
    try:
        rivals, played_s = _follow(frames, session, clip, options, progress)
    finally:
        session.close()
    rivals = _drop_short_stays(rivals)
    if len(played_s) < 2:
        raise VideoError(f"{clip.path} holds a single frame, and running needs motion.", "Choose a video of a run.")
    time_s = np.array(played_s, dtype=np.float64) / options.time_scale
    frames_found = sum(len(r) > 0 for r in rivals)
    if frames_found < min(_LEAST_FRAMES, len(played_s)):
        raise RunnerNotFoundError(
            f"No runner could be followed: a person was found in {frames_found} of {len(played_s)} frames.", _FILM
        )
    skeleton = SKELETONS[estimator.info.skeleton]
    xy, confidence = choose_hypotheses(rivals, time_s, skeleton)
    keypoints = KeypointSequence(
        time_s=time_s,
        xy_px=xy,
        confidence=confidence,
        skeleton=skeleton.name,
        width=clip.width,
        height=clip.height,
    )
    info = estimator.info
    record = PoseRecord(
        backend=info.backend,
        model=info.model,
        model_sha256=info.sha256,
        note=info.note,
        runner=options.runner or 0,
        frames_found=frames_found,
    )
    return keypoints, record


def _follow(
    frames: Iterable[Frame],
    session: PoseSession,
    clip: ClipInfo,
    options: AnalysisOptions,
    progress: Progress | None,
) -> tuple[list[Sequence[PoseDetection]], list[float]]:
    """Each frame's answers for the runner, none where lost, and each frame's time as played, s."""
    rivals: list[Sequence[PoseDetection]] = []
    played_s: list[float] = []
    track = _Track()
    chosen = options.box
    waiting = options.runner is not None and options.box is None
    most_people = 0
    searched_s = -np.inf
    for frame in frames:
        if waiting:
            people = find_people(session, frame.rgb)
            most_people = max(most_people, len(people))
            if options.runner is not None and options.runner < len(people):
                chosen, waiting = people[options.runner].box, False
            elif frame.time_s >= _CHOICE_WINDOW_S * options.time_scale and most_people:
                break
        place, chosen = chosen or track.predict(frame.time_s), None
        if place is None and not waiting:
            thorough = frame.time_s - searched_s >= _TILE_SEARCH_EVERY_S
            place = _search(session, frame, thorough)
            searched_s = frame.time_s if thorough else searched_s
        answers = _estimate(session, frame, place)
        if not answers and track.box is not None:
            answers = _estimate(session, frame, _search(session, frame, thorough=False))
        if answers:
            track.update(_middle_box(answers), frame.time_s)
        else:
            track.lose()
        rivals.append(answers)
        played_s.append(frame.time_s)
        if progress is not None and clip.frames:
            progress.report(len(played_s) / clip.frames)
    if waiting:
        raise RunnerNotFoundError(
            f"Runner {options.runner} was asked for, and {most_people} "
            f"{'person was' if most_people == 1 else 'people were'} found (numbered from 0).",
            "Choose one of those, or draw a box around the runner.",
        )
    return rivals, played_s


def _search(session: PoseSession, frame: Frame, thorough: bool) -> Box | None:
    """Someone in a picture where the runner's place is not known."""
    find = find_tallest(session, frame.rgb) if thorough else next(iter(session.estimate(frame.rgb, None)), None)
    return find.box if find is not None else None


def _estimate(session: PoseSession, frame: Frame, place: Box | None) -> tuple[PoseDetection, ...]:
    """Answers for the person at a place, without those that show somebody else."""
    if place is None:
        return ()
    answers = session.estimate(frame.rgb, place)
    return tuple(answer for answer in answers if compute_overlap(answer.box, place) >= _SAME_RUNNER)


def _drop_short_stays(rivals: list[Sequence[PoseDetection]]) -> list[Sequence[PoseDetection]]:
    """The same answers without finds that come and go within two frames."""
    kept = list(rivals)
    for start, stop in iterate_runs(np.array([len(r) > 0 for r in rivals], dtype=np.bool_)):
        if stop - start < min(_LEAST_STAY, len(rivals)):
            kept[start:stop] = [()] * (stop - start)
    return kept


def _middle_box(answers: Sequence[PoseDetection]) -> Box:
    """The median box of rival answers, so that one wild answer does not lead the track astray."""
    corners: FloatArray = np.median([answer.box for answer in answers], axis=0)
    return float(corners[0]), float(corners[1]), float(corners[2]), float(corners[3])
