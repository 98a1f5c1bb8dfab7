"""One analysis as files and as JSON: the record folder, the published JSON and the published npz."""

from __future__ import annotations

import hashlib
import math
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from runform.errors import InputError, StoreError
from runform.gait.definitions import DEFINITIONS
from runform.hashing import compute_sha256
from runform.results import (
    Analysis,
    AnalysisOptions,
    GaitReport,
    Metric,
    OverstrideVerdict,
    PersonSummary,
    PoseRecord,
    ProMatch,
)
from runform.sequences import (
    EMBEDDING_DIM,
    ClipInfo,
    FormEmbedding,
    JointSequence,
    KeypointSequence,
    PhaseForms,
    require_shape,
)
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21

RECORD_FILE = "record.json"
ARRAYS_FILE = "arrays.npz"
RECORD_FORMAT: Final = 1

Arrays = dict[str, npt.NDArray[Any]]


class _KeypointsHeader(BaseModel):
    """What a keypoint sequence is beside its arrays."""

    skeleton: str
    width: int
    height: int


class _EmbeddingHeader(BaseModel):
    """What an embedding is beside its vector."""

    model: str
    model_sha256: str

    # "model_" is a prefix pydantic keeps for its own names.
    model_config = ConfigDict(protected_namespaces=())


class _Record(BaseModel):
    """What record.json holds: an Analysis without its arrays, and the hash of the arrays that belong to it."""

    # NaN and infinity are written as bare NaN and Infinity, so that they come back as numbers in free-form tables too.
    model_config = ConfigDict(ser_json_inf_nan="constants", extra="forbid")

    format: Literal[1]
    arrays_sha256: str
    clip: ClipInfo
    clip_sha256: str
    options: AnalysisOptions
    pose: PoseRecord
    raw: _KeypointsHeader
    keypoints: _KeypointsHeader
    gait: GaitReport
    joints_unit: Literal["normalised", "m"] | None
    embedding: _EmbeddingHeader | None
    overstride: OverstrideVerdict
    pros: tuple[ProMatch, ...]
    versions: dict[str, str]
    overlay: str | None
    people: tuple[PersonSummary, ...] = ()


def write_record(analysis: Analysis, folder: Path) -> None:
    """Write an analysis to `folder` as record.json and arrays.npz.

    Both files are written in a temporary folder beside it first. A folder that does not exist appears whole or not at
    all; in one that does, the two files are replaced one after the other, record.json last, and it names the arrays it
    belongs to by their hash, so that `read_record` never takes an old half for a new one.

    Args:
        analysis: An overlay inside `folder` is written relative to it, so that the folder can be moved.
        folder: Made with its parents where it is absent. Its other files stay.

    Raises:
        StoreError: The files cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent) as temporary:
            staged = Path(temporary) / "record"
            staged.mkdir()
            _write_arrays(staged / ARRAYS_FILE, _collect_arrays(analysis))
            arrays_sha256 = compute_sha256(staged / ARRAYS_FILE)
            (staged / RECORD_FILE).write_text(_to_json(analysis, arrays_sha256, folder), encoding="utf-8")
            if folder.exists():
                for name in (ARRAYS_FILE, RECORD_FILE):
                    (staged / name).replace(folder / name)
            else:
                staged.rename(folder)
    except OSError as error:
        raise StoreError(
            f"The analysis could not be written to {folder}: {error.strerror or error}.",
            "Check that the disk has room and that the folder may be written to.",
        ) from error


def read_record(folder: Path) -> Analysis:
    """Read back what `write_record` wrote, value for value.

    Raises:
        StoreError: The files are absent, damaged, or of a newer RunForm.
    """
    remedy = "Analyse the clip again, or restore the folder from a backup."
    try:
        record = _Record.model_validate_json((folder / RECORD_FILE).read_bytes())
        if compute_sha256(folder / ARRAYS_FILE) != record.arrays_sha256:
            raise StoreError(
                f"The record in {folder} is damaged: {ARRAYS_FILE} is not the one it was made with.", remedy
            )
        with np.load(folder / ARRAYS_FILE) as file:
            arrays = {name: file[name] for name in file.files}
        return _assemble(record, arrays, folder)
    except OSError as error:
        raise StoreError(f"The record in {folder} cannot be read: {error.strerror or error}.", remedy) from error
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise StoreError(f"The record in {folder} is damaged, or of a newer RunForm.", remedy) from error


def to_public_json(analysis: Analysis) -> dict[str, Any]:
    """The analysis as `analyze --json` publishes it: plain values only, NaN and infinity as None.

    Everything but arrays is in it: clip (with view, motion and sha256), options, pose, checks, contacts, their repairs,
    geometry of each contact, speed, metrics by name (each with its definition, source and the checks it needs),
    overstride, embedding, pros, versions, overlay. embedding is None where refused; otherwise its `sha256` is the hash
    of the vector's bytes (8704 little-endian float32), and `model_sha256` that of the weights. overstride.probability
    is that of both opinions together, .margin the SVM's. The curves over the gait cycle are left out.
    """
    gait, overstride = analysis.gait, analysis.overstride
    embedding = analysis.embedding
    public = {
        "clip": asdict(analysis.clip)
        | {"sha256": analysis.clip_sha256, "view": gait.view, "motion": gait.motion}
        | {"oblique_deg": gait.oblique_deg},
        "options": asdict(analysis.options),
        "pose": asdict(analysis.pose),
        "people": [asdict(person) for person in analysis.people],
        "checks": [asdict(check) for check in gait.checks],
        "contacts": [asdict(contact) for contact in gait.contacts],
        "geometry": [asdict(geometry) for geometry in gait.geometry],
        "contact_repairs": [asdict(repair) for repair in gait.repairs],
        "speed": None if gait.speed is None else asdict(gait.speed),
        "metrics": {name: _describe_metric(metric) for name, metric in gait.metrics.items()},
        "overstride": asdict(overstride) | {"margin": overstride.svm.margin},
        "embedding": None
        if embedding is None
        else {
            "model": embedding.model,
            "model_sha256": embedding.model_sha256,
            "dim": len(embedding.vector),
            "sha256": hashlib.sha256(embedding.vector.astype("<f4").tobytes()).hexdigest(),
        },
        "pros": [asdict(match) for match in analysis.pros],
        "versions": analysis.versions,
        "overlay": None if analysis.overlay is None else str(analysis.overlay),
    }
    plain: dict[str, Any] = _to_plain(public)
    return plain


def _describe_metric(metric: Metric) -> dict[str, Any]:
    """A metric with how it is measured; a metric of another version, of which that is not known, has empty words."""
    definition = DEFINITIONS.get(metric.name)
    return asdict(metric) | {
        "definition": definition.definition if definition else "",
        "source": definition.source if definition else "",
        "needs": definition.needs if definition else (),
        "sided": bool(definition and definition.sided),
    }


def write_npz(analysis: Analysis, path: Path) -> None:
    """Write the analysis's arrays to exactly `path`, whole or not at all.

    time_s (T,) seconds of real time; keypoints_px (T, K, 2), x right and y down, NaN where not found; confidence
    (T, K); raw_keypoints_px and raw_confidence, the same before cleaning; repairs (T, K) uint8, what cleaning did, the
    sum of 1 legs swapped back, 2 arms swapped back, 4 leg taken off the other, 8 spike, 16 filled; skeleton, a string;
    joints_3d (T, 17, 3) in Human3.6M order, root-centred, x right, y down, z away from the camera; feet_3d (T, 4, 3)
    left heel, right heel, left toe, right toe, in the frame and unit of joints_3d; embedding (8704,) float32. Where the
    analysis refused, joints_3d, feet_3d and embedding keep their shapes and are all NaN; feet_3d alone is, too, where
    the feet were not lifted.

    Raises:
        InputError: The file cannot be written there.
        ShapeError: The joints do not have the keypoints' frames.
    """
    keypoints = analysis.keypoints
    refused_joints = np.full((len(keypoints), len(HUMAN36M_17), 3), np.nan)  # (T, 17, 3)
    refused_feet = np.full((len(keypoints), len(HUMAN36M_FEET_21) - len(HUMAN36M_17), 3), np.nan)  # (T, 4, 3)
    refused_embedding = np.full(EMBEDDING_DIM, np.nan, dtype=np.float32)  # (8704,)
    joints = analysis.joints
    arrays: Arrays = {
        "time_s": keypoints.time_s,
        "keypoints_px": keypoints.xy_px,
        "confidence": keypoints.confidence,
        "raw_keypoints_px": analysis.raw.xy_px,
        "raw_confidence": analysis.raw.confidence,
        "repairs": np.zeros(keypoints.confidence.shape, np.uint8) if analysis.repairs is None else analysis.repairs,
        "skeleton": np.array(keypoints.skeleton),
        "joints_3d": refused_joints if joints is None else joints.xyz,
        "feet_3d": refused_feet if joints is None or joints.feet is None else joints.feet,
        "embedding": refused_embedding if analysis.embedding is None else analysis.embedding.vector,
    }
    require_shape("joints_3d", arrays["joints_3d"], refused_joints.shape)
    try:
        with _replacing(path) as part:
            _write_arrays(part, arrays)
    except OSError as error:
        raise InputError(
            f"The arrays could not be written to {path}: {error.strerror or error}.",
            "Name a file in a folder that exists and may be written to.",
        ) from error


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A part file beside `path` that takes its place when the block ends well, and is removed when it does not."""
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_arrays(path: Path, arrays: Arrays) -> None:
    """Write a compressed npz and wait until it is on the disk."""
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def _collect_arrays(analysis: Analysis) -> Arrays:
    """Every array of an analysis under the name it has in arrays.npz."""
    arrays: Arrays = {}
    for name, sequence in (("raw", analysis.raw), ("keypoints", analysis.keypoints)):
        arrays[f"{name}_time_s"] = sequence.time_s
        arrays[f"{name}_xy_px"] = sequence.xy_px
        arrays[f"{name}_confidence"] = sequence.confidence
    if analysis.repairs is not None:
        arrays["repairs"] = analysis.repairs
    if analysis.joints is not None:
        arrays["joints_time_s"] = analysis.joints.time_s
        arrays["joints_xyz"] = analysis.joints.xyz
        if analysis.joints.feet is not None:
            arrays["joints_feet"] = analysis.joints.feet
    if analysis.embedding is not None:
        arrays["embedding"] = analysis.embedding.vector
    if analysis.phases is not None:
        arrays["phase_vectors"] = analysis.phases.vectors
        arrays["phase_shares"] = analysis.phases.shares
        arrays["phase_mirrored"] = np.array(analysis.phases.mirrored)
    return arrays


def _to_json(analysis: Analysis, arrays_sha256: str, folder: Path) -> str:
    """record.json's text."""
    overlay = None if analysis.overlay is None else analysis.overlay.absolute()
    if overlay is not None and overlay.is_relative_to(folder.absolute()):
        overlay = overlay.relative_to(folder.absolute())
    record = _Record.model_construct(
        format=RECORD_FORMAT,
        arrays_sha256=arrays_sha256,
        clip=analysis.clip,
        clip_sha256=analysis.clip_sha256,
        options=analysis.options,
        pose=analysis.pose,
        raw=_describe_keypoints(analysis.raw),
        keypoints=_describe_keypoints(analysis.keypoints),
        gait=analysis.gait,
        joints_unit=None if analysis.joints is None else analysis.joints.unit,
        embedding=None
        if analysis.embedding is None
        else _EmbeddingHeader(model=analysis.embedding.model, model_sha256=analysis.embedding.model_sha256),
        overstride=analysis.overstride,
        pros=analysis.pros,
        versions=analysis.versions,
        overlay=None if overlay is None else overlay.as_posix(),
        people=analysis.people,
    )
    # numpy's scalars stand where Python numbers are declared; they are written as what they equal.
    return record.model_dump_json(indent=1, warnings="none", fallback=_numpy_to_python)


def _describe_keypoints(sequence: KeypointSequence) -> _KeypointsHeader:
    """A keypoint sequence without its arrays."""
    return _KeypointsHeader(skeleton=sequence.skeleton, width=sequence.width, height=sequence.height)


def _assemble(record: _Record, arrays: Arrays, folder: Path) -> Analysis:
    """The analysis that a record and its arrays describe."""
    joints = embedding = None
    if record.joints_unit is not None:
        feet = arrays.get("joints_feet")
        joints = JointSequence(arrays["joints_time_s"], arrays["joints_xyz"], record.joints_unit, feet)
    if record.embedding is not None:
        embedding = FormEmbedding(arrays["embedding"], record.embedding.model, record.embedding.model_sha256)
    phases = None
    if "phase_vectors" in arrays:
        phases = PhaseForms(arrays["phase_vectors"], arrays["phase_shares"], bool(arrays["phase_mirrored"]))
    return Analysis(
        clip=record.clip,
        clip_sha256=record.clip_sha256,
        options=record.options,
        pose=record.pose,
        raw=_assemble_keypoints("raw", record.raw, arrays),
        keypoints=_assemble_keypoints("keypoints", record.keypoints, arrays),
        gait=record.gait,
        joints=joints,
        embedding=embedding,
        overstride=record.overstride,
        pros=record.pros,
        versions=record.versions,
        overlay=None if record.overlay is None else folder / record.overlay,
        repairs=arrays.get("repairs"),
        people=record.people,
        phases=phases,
    )


def _assemble_keypoints(name: str, header: _KeypointsHeader, arrays: Arrays) -> KeypointSequence:
    """The keypoint sequence stored under `name`."""
    return KeypointSequence(
        time_s=arrays[f"{name}_time_s"],
        xy_px=arrays[f"{name}_xy_px"],
        confidence=arrays[f"{name}_confidence"],
        skeleton=header.skeleton,
        width=header.width,
        height=header.height,
    )


def _numpy_to_python(value: object) -> object:
    """A numpy scalar or array as plain Python values.

    Raises:
        TypeError: Anything else.
    """
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"A record cannot hold a {type(value).__name__}.")


def _to_plain(value: Any) -> Any:
    """Nested values as strict JSON holds them: NaN and infinity become None, tuples lists, numpy scalars numbers."""
    if isinstance(value, dict):
        return {str(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    if isinstance(value, np.generic | np.ndarray):
        return _to_plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
