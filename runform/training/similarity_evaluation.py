"""How surely a runner is known again by the form alone: other takes before other cameras, among many other runners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.form.embedding import name_space
from runform.form.form_space import FormSpace
from runform.form.similarity import compute_cosines
from runform.lifting.lifter import Lifter
from runform.progress import Progress
from runform.sequences import FloatArray
from runform.training.embedding_probe import film_probe, probe_traits, read_traits
from runform.training.form_space_training import film_population
from runform.training.similarity_methods import Method, fit_methods, project_into
from runform.training.similarity_scenes import (
    CONDITIONS,
    GALLERY,
    TEST_SEED,
    VIRTUAL,
    Clip,
    Subject,
    film_subjects,
    read_subjects,
)

GOAL = 0.9
LEAST_RUNNERS = 40
RAW, CENTRED, SPACE, POSE = "raw cosine", "centred cosine", "form space", "2D pose, centred"
ALL = "all"
PROBED = 200
"""Virtual runners whose traits are read back, one clip each."""

Row = dict[str, Any]


def evaluate_similarity(
    mocap_dir: Path,
    lifter: Lifter,
    space: FormSpace | None,
    *,
    virtual: int = VIRTUAL,
    probed: int = PROBED,
    methods: bool = False,
    seed: int = TEST_SEED,
    progress: Progress | None = None,
) -> dict[str, list[Row]]:
    """Who is ranked first, and what the embedding tells of a runner's traits.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        lifter: What makes the embeddings.
        space: The form space of its embeddings, where there is one.
        virtual: Virtual runners beside the test people.
        probed: Virtual runners for the probe; 0 leaves it out.
        methods: Film a population to learn from and compare other normalisations too.
        seed: Of runners, cameras and detectors.
        progress: Told while clips are filmed.

    Returns:
        `rows`: for each method and condition the share of queries whose own runner is ranked first among all runners'
        gallery clips, and the mean reciprocal rank. `people`: the same for each real runner over all conditions.
        `other_speed`: how a person ranks by a gallery clip of theirs at another speed. `probe`: see `probe_traits`.
        `goals`.

    Raises:
        InputError: The motion data is missing.
    """
    progress = progress or Progress()
    subjects = read_subjects(mocap_dir, virtual, seed)
    progress.enter("filming runners", 0.0, 0.5)
    clips = film_subjects(subjects, lifter, seed, progress)
    known: dict[str, Method] = {RAW: _as_they_are, CENTRED: _as_they_are}
    if space is not None and space.model_sha256 == name_space(lifter.sha256):
        known[SPACE] = project_into(space)
    if methods:
        progress.enter("filming a population to learn from", 0.5, 0.3)
        known |= fit_methods(film_population(mocap_dir, lifter, seed=seed + 1, progress=progress))
    tables = rank_clips(clips, known)
    tables["probe"] = []
    if probed:
        progress.enter("filming runners to read traits from", 0.8, 0.2)
        tables["probe"] = _probe(mocap_dir, lifter, probed, seed, known, progress)
    return tables | {"goals": judge(tables["rows"], len(subjects))}


def rank_clips(clips: Sequence[Clip], methods: Mapping[str, Method]) -> dict[str, list[Row]]:
    """`rows`, `people` and `other_speed` of `evaluate_similarity` for clips that are filmed.

    Args:
        clips: One of each subject in the gallery, the others queries.
        methods: Name -> what cosines are taken of; `CENTRED` takes the gallery's mean off first, as `form.similarity`
            does with the stored runs' where there is no form space.
    """
    vectors = np.stack([clip.form.vector for clip in clips]).astype(np.float64)
    poses = np.stack([clip.form.pose for clip in clips])
    features = {name: (method(vectors), name == CENTRED) for name, method in methods.items()}
    features[POSE] = (poses, True)
    conditions = np.array([query.condition for query in _queries(clips)])
    asked = np.array([query.subject.name for query in _queries(clips)])
    rows: list[Row] = []
    people: list[Row] = []
    other_speed: list[Row] = []
    for name, (values, centred) in features.items():
        cosines = compute_likeness(values, clips, centred=centred)
        ranks = find_ranks(cosines, clips)
        for condition in CONDITIONS:
            rows.append({"method": name, "condition": condition} | _summarise(ranks[conditions == condition]))
        rows.append({"method": name, "condition": ALL} | _summarise(ranks))
        for subject in _list_people(clips):
            people.append({"method": name, "runner": subject.name} | _summarise(ranks[asked == subject.name]))
        other_speed += [{"method": name} | row for row in _rank_other_speeds(cosines, clips)]
    return {"rows": rows, "people": people, "other_speed": other_speed}


def compute_likeness(values: FloatArray, clips: Sequence[Clip], *, centred: bool) -> FloatArray:
    """(Q, G) cosine of every query with every gallery clip.

    Args:
        values: (n, D) one row per clip.
        clips: (n,).
        centred: Take the gallery's mean off both.
    """
    stored = np.array([clip.condition == GALLERY for clip in clips])
    gallery = values[stored]
    mean = gallery.mean(axis=0) if centred else np.zeros(values.shape[1])
    return np.stack([compute_cosines(gallery, query, mean) for query in values[~stored]])


def find_ranks(cosines: FloatArray, clips: Sequence[Clip]) -> npt.NDArray[np.intp]:
    """(Q,) place of each query's own runner among the gallery, 1 for the first; a tie counts against."""
    names = [clip.subject.name for clip in clips if clip.condition == GALLERY]
    own = np.array([names.index(query.subject.name) for query in _queries(clips)])
    mine = cosines[np.arange(len(own)), own]
    return np.asarray((cosines >= mine[:, None]).sum(axis=1), dtype=np.intp)


def judge(rows: Sequence[Row], runners: int) -> list[Row]:
    """Same runner first at `GOAL` over all conditions, for every way that is shipped or was."""
    goals = [
        {
            "name": f"same runner ranked first, {row['method']}",
            "value": row["rank_1"],
            "unit": "share",
            "goal": GOAL,
            "met": bool(row["rank_1"] >= GOAL),
        }
        for row in rows
        if row["condition"] == ALL and row["method"] in (RAW, CENTRED, SPACE)
    ]
    enough = bool(runners >= LEAST_RUNNERS)
    return [*goals, {"name": "runners", "value": runners, "unit": "", "goal": LEAST_RUNNERS, "met": enough}]


def _as_they_are(vectors: FloatArray) -> FloatArray:
    return vectors


def _queries(clips: Iterable[Clip]) -> list[Clip]:
    return [clip for clip in clips if clip.condition != GALLERY]


def _list_people(clips: Sequence[Clip]) -> list[Subject]:
    """The real ones, in order."""
    return [c.subject for c in clips if c.condition == GALLERY and c.subject.traits is None]


def _summarise(ranks: npt.NDArray[np.intp]) -> Row:
    return {
        "queries": len(ranks),
        "rank_1": float(np.mean(ranks == 1)),
        "reciprocal_rank": float(np.mean(1 / ranks)),
    }


def _rank_other_speeds(cosines: FloatArray, clips: Sequence[Clip]) -> list[Row]:
    """How a person's clips rank that person's gallery clip of another speed, their other gallery clips left out."""
    stored = [clip.subject for clip in clips if clip.condition == GALLERY]
    queries = [clip.subject for clip in _queries(clips)]
    rows = []
    for own, target in enumerate(stored):
        asked = [i for i, query in enumerate(queries) if query.person == target.person and query.name != target.name]
        if asked:
            others = np.array([subject.person != target.person for subject in stored])
            ranks = 1 + (cosines[asked][:, others] >= cosines[asked, own][:, None]).sum(axis=1)
            rows.append({"gallery": target.name, "others": int(others.sum())} | _summarise(ranks))
    return rows


def _probe(
    mocap_dir: Path, lifter: Lifter, count: int, seed: int, methods: Mapping[str, Method], progress: Progress
) -> list[Row]:
    traits, forms, names = film_probe(mocap_dir, lifter, count, seed + 2, progress)
    vectors = np.stack([form.vector for form in forms]).astype(np.float64)
    poses = np.stack([form.pose for form in forms])
    features = {"embedding": vectors, "pose_mean": poses[:, :34], "pose": poses}
    if SPACE in methods:
        features["form_space"] = methods[SPACE](vectors)
    return probe_traits(features, read_traits(traits), names)
