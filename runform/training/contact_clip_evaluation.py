"""`evaluate contacts --clips`: contacts found in real clips against contacts marked by eye, frame by frame."""

from __future__ import annotations

import dataclasses
import math
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from runform.analysis import FRAMES_AHEAD, Analyser
from runform.errors import InputError
from runform.gait.report import analyse_gait
from runform.pose.backends import open_estimator
from runform.pose.cleaning import clean_keypoints
from runform.pose.estimator import PoseEstimator
from runform.pose.follow import estimate_keypoints
from runform.pose.people.find import choose_runner
from runform.progress import Progress
from runform.results import AnalysisOptions
from runform.sequences import SIDES, Contact, FloatArray, Side
from runform.settings import PROJECT_ROOT, Settings
from runform.training.contact_labels import ContactLabels, read_contact_labels
from runform.training.contact_scoring import EDGE_S, ContactErrors, describe_errors, pool_errors, score_contacts
from runform.training.labels import SECOND_OPINION
from runform.video.ahead import read_ahead
from runform.video.read import probe, read_frames

CONTACT_LABELS_DIR = PROJECT_ROOT / "tests" / "fixtures" / "labels" / "contacts"
BOTH = "both"
_IN_FRAMES = tuple(
    f"{event}_{key}" for event in ("initial_contact", "toe_off", "contact_time") for key in ("bias", "median", "p95")
)
_EVERYWHERE = (-math.inf, math.inf)
Row = dict[str, Any]


@dataclass(frozen=True)
class ScoredClip:
    """One labelled clip and what was found in it.

    Attributes:
        clip: Its file name.
        frame_s: Time from one frame to the next, seconds.
        errors: Found contacts against the labels that lie wholly in the clip.
        labellers: A second person's contacts against the first's; None where nobody labelled the clip again.
    """

    clip: str
    frame_s: float
    errors: ContactErrors
    labellers: ContactErrors | None = None


def evaluate_contact_labels(
    clips_dir: Path, labels_dir: Path, settings: Settings, progress: Progress | None = None
) -> dict[str, list[Row]]:
    """Errors of contacts in real clips, found the way that an analysis finds them.

    Args:
        clips_dir: The clips that are labelled.
        labels_dir: CSV files of contacts, see `contact_labels`; a name that ends in `_second_opinion` holds a second
            person's.
        settings: Backend and where its weights lie. None are fetched.
        progress: Told after each clip.

    Returns:
        rows: per clip, and side and both: contacts labelled, missed, false, and errors in milliseconds and frames,
        found minus labelled; labellers: the same of a second person's labels against the first's; goals.

    Raises:
        InputError: Labels or clips are missing or do not fit one another.
        WeightsError, BackendUnavailableError: The backend cannot run.
    """
    first, again = read_label_files(labels_dir)
    settings = settings.model_copy(update={"allow_downloads": False})
    analyser, estimator = Analyser(settings), open_estimator(settings.backend, settings)
    scored = []
    for n, labels in enumerate(first):
        clip = clips_dir / labels.clip
        if not clip.is_file():
            raise InputError(f"{labels.clip} is labelled and is not in {clips_dir}.", "Give the folder of clips.")
        found, time_s = find_contacts(clip, analyser, estimator)
        scored.append(score_clip(found, labels, time_s, again.get(labels.clip)))
        if progress is not None:
            progress.report((n + 1) / len(first))
    return describe(scored)


def read_label_files(labels_dir: Path) -> tuple[list[ContactLabels], dict[str, ContactLabels]]:
    """The first labels of every clip, and those who labelled a clip again by its name.

    Raises:
        InputError: No labels there, or a file that holds none.
    """
    paths = sorted(labels_dir.glob("*.csv"))
    first = [read_contact_labels(path) for path in paths if not path.stem.endswith(SECOND_OPINION)]
    again = [read_contact_labels(path) for path in paths if path.stem.endswith(SECOND_OPINION)]
    if not first:
        raise InputError(f"{labels_dir} holds no labels.", "Give the folder of CSV files that holds them.")
    return first, {labels.clip: labels for labels in again}


def find_contacts(clip: Path, analyser: Analyser, estimator: PoseEstimator) -> tuple[tuple[Contact, ...], FloatArray]:
    """Contacts of the runner whom an analysis proposes, found as it finds them.

    Args:
        clip: A video file.
        analyser: Finds the people.
        estimator: Finds their joints.

    Returns:
        The contacts, none where the clip's checks refuse it; (T,) seconds of real time of the frames.

    Raises:
        VideoError: The clip cannot be read.
        RunnerNotFoundError: Nobody could be followed.
    """
    info, options = probe(clip), AnalysisOptions()
    people = analyser.find_people(clip, info, options)
    runner = choose_runner(people, options)
    with closing(read_ahead(read_frames(clip), FRAMES_AHEAD)) as frames:
        raw = estimate_keypoints(frames, runner, estimator, info, time_scale=info.time_scale)
    keypoints, _ = clean_keypoints(raw)
    return analyse_gait(keypoints, clip=info, options=options, camera=people.camera).contacts, keypoints.time_s


def score_clip(
    found: tuple[Contact, ...], labels: ContactLabels, time_s: FloatArray, again: ContactLabels | None = None
) -> ScoredClip:
    """Hold the contacts found in a clip against its labels.

    Args:
        found: By the method under test.
        labels: Of the whole clip.
        time_s: (T,) seconds of real time of its frames.
        again: A second person's labels, also of parts of the clip.

    Raises:
        InputError: A label beyond the clip's end.
    """
    true = labels.to_contacts(time_s)
    # Scoring leaves out what is near either end. Here the labels say which contacts lie wholly in the clip, and every
    # one of those counts.
    window = (float(time_s[0]) - EDGE_S, float(time_s[-1]) + EDGE_S)
    errors = score_contacts(found, true, window)
    labellers = None if again is None else score_contacts(again.to_contacts(time_s), true, _EVERYWHERE)
    return ScoredClip(labels.clip, float(np.median(np.diff(time_s))), errors, labellers)


def describe(scored: list[ScoredClip]) -> dict[str, list[Row]]:
    """The tables of `evaluate_contact_labels` for clips that were scored."""
    return {
        "rows": [
            {"clip": one.clip, "side": side, **_describe_side(one.errors, side, one.frame_s)}
            for one in scored
            for side in (*SIDES, BOTH)
        ],
        "labellers": [
            {"clip": one.clip, "side": side, **_describe_agreement(one.labellers, side, one.frame_s)}
            for one in scored
            if one.labellers is not None
            for side in (*SIDES, BOTH)
        ],
        "goals": _judge_goals(scored),
    }


def choose_side(errors: ContactErrors, side: Side) -> ContactErrors:
    """The errors of one foot's contacts."""
    return ContactErrors(
        matched=tuple(pair for pair in errors.matched if pair[1].side == side),
        missed=tuple(contact for contact in errors.missed if contact.side == side),
        false=tuple(contact for contact in errors.false if contact.side == side),
    )


def _describe_side(errors: ContactErrors, side: str, frame_s: float) -> Row:
    """One row: counts, and errors in milliseconds and frames."""
    chosen = next((choose_side(errors, one) for one in SIDES if one == side), errors)
    row: Row = dict(describe_errors(chosen))
    return row | {f"{name}_frames": row[f"{name}_ms"] / (1000 * frame_s) for name in _IN_FRAMES}


def _describe_agreement(labellers: ContactErrors, side: str, frame_s: float) -> Row:
    """One row of two labellers: the second may have labelled less, so that nothing is missed or false."""
    row = _describe_side(dataclasses.replace(labellers, missed=(), false=()), side, frame_s)
    return {key: value for key, value in row.items() if key not in ("missed", "false")}


def _judge_goals(scored: list[ScoredClip]) -> list[Row]:
    """Every contact found, none beside them, and each event's median error within one frame of the slowest clip."""
    row = describe_errors(pool_errors(one.errors for one in scored))
    frame_ms = 1000 * max(one.frame_s for one in scored)
    return [
        _judge("every contact found: contacts missed", row["missed"], "contacts", 0.0),
        _judge("false contacts", row["false"], "contacts", 0.0),
        _judge("median initial contact error within one frame", row["initial_contact_median_ms"], "ms", frame_ms),
        _judge("median toe-off error within one frame", row["toe_off_median_ms"], "ms", frame_ms),
    ]


def _judge(name: str, value: float, unit: str, goal: float) -> Row:
    return {"name": name, "value": value, "unit": unit, "goal": goal, "met": bool(value <= goal)}
