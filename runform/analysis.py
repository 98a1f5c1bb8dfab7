"""The pipeline: clip to Analysis. The only place that knows the order of the rooms."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from contextlib import closing
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np

from runform import __version__
from runform.comparison import Comparison
from runform.embedder import lift_form
from runform.errors import StoreError
from runform.form.embedding import name_space
from runform.gait.camera import steady_keypoints, unsteady_keypoints
from runform.gait.report import MEANINGLESS_WITHOUT, analyse_gait
from runform.hashing import compute_sha256
from runform.lifting.body import BodyLifter, open_body_lifter
from runform.pose.backends import open_estimator
from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.cleaning import CleaningReport, clean_keypoints
from runform.pose.estimator import PoseEstimator, PoseModelInfo
from runform.pose.follow import estimate_keypoints
from runform.pose.people.backends import open_person_detector
from runform.pose.people.detector import PersonDetector
from runform.pose.people.find import People, choose_runner, find_people, summarise_people
from runform.progress import Progress
from runform.report.overlay import write_overlay
from runform.results import Analysis, AnalysisOptions, PoseRecord, person_picture_name
from runform.sequences import ClipInfo, KeypointSequence, PersonTrack
from runform.settings import BackendChoice, Settings
from runform.store.database import Database
from runform.video.ahead import read_ahead
from runform.video.duplicates import FrameChanges, compute_duplicate_share
from runform.video.packets import compute_rate
from runform.video.read import probe, read_frames

# Stage -> (start, share) of the whole. 2D pose and the overlay touch every frame and take nearly all of the time.
_STAGES: dict[str, tuple[float, float]] = {
    "Reading the clip": (0.00, 0.02),
    "Loading the models": (0.02, 0.03),
    "Finding the runner": (0.05, 0.20),
    "Finding the runner's joints": (0.25, 0.40),
    "Finding the contacts": (0.65, 0.03),
    "Lifting to 3D": (0.68, 0.10),
    "Lifting the feet": (0.78, 0.02),
    "Judging the form": (0.80, 0.02),
    "Drawing the skeleton": (0.82, 0.18),
}
FRAMES_AHEAD = 4
_VERSIONED = (
    "torch",
    "mediapipe",
    "mmpose",
    "scikit-learn",
    "numpy",
    "openvino",
    "opencv-python",
    "av",
    "duckdb",
    "streamlit",
)


class Analyser:
    """Analyses clips with models that are loaded once.

    One instance serves every thread of the process; each analysis has its own state.

    Args:
        settings: Paths, device and backend.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._estimators: dict[BackendChoice, PoseEstimator] = {}
        self._lifter: BodyLifter | None = None
        self._comparison: tuple[Database | None, Comparison] | None = None

    def analyse(
        self,
        clip_path: Path,
        options: AnalysisOptions,
        *,
        progress: Progress | None = None,
        db: Database | None = None,
        out_dir: Path | None = None,
    ) -> Analysis:
        """Analyse one clip.

        Args:
            clip_path: A video file.
            options: What the user stated.
            progress: Told of each stage; its owner may cancel.
            db: Labelled runs and pros to compare with; None compares with nothing.
            out_dir: Where the overlay video is written; None writes none.

        Returns:
            The record. A clip that cannot carry a verdict still gives one, with the checks that say why.

        Raises:
            InputError: The clip cannot be analysed.
            WeightsError, BackendUnavailableError: A model cannot run.
            AnalysisCancelled: The owner of `progress` stopped it.
        """
        progress = progress or Progress()
        _enter(progress, "Reading the clip")
        clip = _with_clock(probe(clip_path), options)
        clip_sha256 = compute_sha256(clip_path)
        _enter(progress, "Loading the models")
        estimator = self._estimator(options, progress)
        lifter = self._open_lifter()

        _enter(progress, "Finding the runner")
        changes = FrameChanges()
        people = self.find_people(clip_path, clip, options, changes=changes, progress=progress)
        runner = choose_runner(people, options)
        _enter(progress, "Finding the runner's joints")
        with closing(read_ahead(read_frames(clip_path), FRAMES_AHEAD)) as frames:
            raw = estimate_keypoints(frames, runner, estimator, clip, time_scale=clip.time_scale, progress=progress)
        clip = _as_decoded(clip, raw)

        _enter(progress, "Finding the contacts")
        # A camera that shakes would pass for the runner's own haste, and cleaning would smooth it into the steps.
        steady, cleaning = clean_keypoints(steady_keypoints(raw, people.camera))
        keypoints = unsteady_keypoints(steady, people.camera)
        duplicate_share = compute_duplicate_share(changes.changes)
        gait = analyse_gait(
            keypoints, clip=clip, options=options, camera=people.camera, duplicate_share=duplicate_share
        )

        _enter(progress, "Lifting to 3D")
        form = lift_form(keypoints, gait.contacts, lifter, progress=progress)
        _enter(progress, "Lifting the feet")
        joints = None if form is None else lifter.complete(keypoints, form.lifted.joints, progress)
        # A clip that does not show running from the side has no running form, whatever was lifted.
        meant = form is not None and not any(
            c.status == "refuse" and c.name in MEANINGLESS_WITHOUT for c in gait.checks
        )
        embedding = form.embedding if form is not None and meant else None

        _enter(progress, "Judging the form")
        comparison = self.compare_with(db)
        verdict = comparison.judge_clip(gait, embedding)

        overlay = None
        if out_dir is not None:
            _enter(progress, "Drawing the skeleton")
            out_dir.mkdir(parents=True, exist_ok=True)
            _write_pictures(people, out_dir)
            overlay = out_dir / "overlay.mp4"
            write_overlay(
                clip_path,
                keypoints,
                gait.contacts,
                overlay,
                time_scale=clip.time_scale,
                repairs=cleaning.repairs,
                progress=progress,
            )
        progress.report(1.0)
        return Analysis(
            clip=clip,
            clip_sha256=clip_sha256,
            options=options,
            pose=_record_pose(estimator.info, people, runner, raw, cleaning),
            raw=raw,
            keypoints=keypoints,
            gait=gait,
            joints=joints,
            embedding=embedding,
            overstride=verdict,
            pros=comparison.rank(embedding, gait.view),
            versions=read_versions() | lifter.name_makers(joints),
            overlay=overlay,
            repairs=cleaning.repairs,
            people=summarise_people(people, runner),
            phases=form.phases if form is not None and meant else None,
        )

    def find_people(
        self,
        clip_path: Path,
        clip: ClipInfo,
        options: AnalysisOptions,
        *,
        changes: FrameChanges | None = None,
        progress: Progress | None = None,
    ) -> People:
        """Everyone in a clip, for the coach to pick from.

        Args:
            clip_path: A video file.
            clip: What `probe` says of it.
            options: For the slow-motion factor, and a box around a runner who is not found otherwise.
            changes: Takes each frame in passing, to find those that repeat the one before.
            progress: Told after each frame; its owner may cancel.

        Raises:
            VideoError: The clip cannot be read.
            RunnerNotFoundError: A box was given and nobody is in it.
            BackendUnavailableError: No finder of people can run.
        """
        detector, _ = open_person_detector(self._settings, BlazePersonDetector, progress)  # its name is in the record
        people = _find_with(detector, clip_path, clip, options, changes, progress)
        if not people.tracks and not isinstance(detector, BlazePersonDetector):
            # One finder's blind spot is not the coach's trouble: the other looks too.
            people = _find_with(BlazePersonDetector(), clip_path, clip, options, None, progress)
        return people

    def identify_forms(self) -> str:
        """What the embeddings made here share, as `FormEmbedding.model_sha256`."""
        return name_space(self._open_lifter().lifter.sha256)

    def _estimator(self, options: AnalysisOptions, progress: Progress) -> PoseEstimator:
        """The 2D pose backend for these options, opened once per choice."""
        choice = options.backend if options.backend != "auto" else self._settings.backend
        with self._lock:
            if choice not in self._estimators:
                self._estimators[choice] = open_estimator(choice, self._settings, progress)
            return self._estimators[choice]

    def compare_with(self, db: Database | None) -> Comparison:
        """What compares with this database; kept, for it keeps the model it read."""
        with self._lock:
            if self._comparison is None or self._comparison[0] is not db:
                self._comparison = (db, Comparison(db, self._settings.models_dir))
            return self._comparison[1]

    def _open_lifter(self) -> BodyLifter:
        """The lifting models, loaded once."""
        with self._lock:
            if self._lifter is None:
                self._lifter = open_body_lifter(self._settings)
            return self._lifter


def read_versions() -> dict[str, str]:
    """Package name -> installed version of what an analysis stands on; packages that are absent are left out."""
    versions = {"runform": __version__}
    for name in _VERSIONED:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


def _enter(progress: Progress, stage: str) -> None:
    start, share = _STAGES[stage]
    progress.enter(stage, start, share)


def _find_with(
    detector: PersonDetector,
    clip_path: Path,
    clip: ClipInfo,
    options: AnalysisOptions,
    changes: FrameChanges | None,
    progress: Progress | None,
) -> People:
    """Everyone whom one finder finds; it is closed."""
    with closing(detector), closing(read_ahead(read_frames(clip_path), FRAMES_AHEAD)) as frames:
        return find_people(
            frames if changes is None else changes.watch(frames),
            detector,
            clip,
            time_scale=_with_clock(clip, options).time_scale,
            box=options.box,
            box_s=options.box_s,
            progress=progress,
        )


def _with_clock(clip: ClipInfo, options: AnalysisOptions) -> ClipInfo:
    """The clip with the user's slow-motion factor, where there is one, in place of the container's."""
    if options.time_scale is None:
        return clip
    return dataclasses.replace(clip, time_scale=options.time_scale, time_scale_source="stated")


def _as_decoded(clip: ClipInfo, raw: KeypointSequence) -> ClipInfo:
    """The clip with what only decoding tells: the number of frames, their rate and the time they cover."""
    played_s = raw.time_s * clip.time_scale
    return dataclasses.replace(
        clip,
        frames=len(raw),
        duration_s=float(played_s[-1] - played_s[0]),
        frame_rate=compute_rate(np.diff(played_s)),
    )


def _record_pose(
    model: PoseModelInfo, people: People, runner: PersonTrack, raw: KeypointSequence, cleaning: CleaningReport
) -> PoseRecord:
    """How the keypoints came about."""
    return PoseRecord(
        backend=model.backend,
        model=model.model,
        model_sha256=model.sha256,
        note=model.note,
        runner=runner.number,
        frames_found=int(raw.found.sum()),
        swaps_repaired=cleaning.swaps_repaired,
        gaps_filled=cleaning.gaps_filled,
        arm_swaps_repaired=cleaning.arm_swaps_repaired,
        merged_repaired=cleaning.merged_repaired,
        spikes_removed=cleaning.spikes_removed,
        cutoff_hz=cleaning.cutoff_hz,
        detector=people.detector,
    )


def _write_pictures(people: People, folder: Path) -> None:
    """Write each person's picture beside the overlay.

    Raises:
        StoreError: A picture cannot be written.
    """
    for track, rgb in zip(people.tracks, people.pictures, strict=True):
        path = folder / person_picture_name(track.number)
        if not cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)):
            raise StoreError(f"{path} could not be written.", "Check that the disk has room.")
