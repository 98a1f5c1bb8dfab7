"""Ranks and tables on made-up forms, the scenes' cameras, and the whole evaluation on two conditions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.lifting.checkpoints import LoadedModel
from runform.lifting.dstformer import DSTFormer, DSTFormerConfig
from runform.lifting.lifter import Lifter
from runform.sequences import EMBEDDING_DIM, FloatArray
from runform.training import similarity_evaluation, similarity_scenes
from runform.training.filmed_forms import POSE_DIM, FilmedForm, Shot
from runform.training.similarity_evaluation import (
    ALL,
    CENTRED,
    GOAL,
    POSE,
    RAW,
    Row,
    compute_likeness,
    evaluate_similarity,
    find_ranks,
    judge,
    rank_clips,
)
from runform.training.similarity_scenes import CONDITIONS, GALLERY, Clip, Subject, read_subjects
from tests.fixtures.force_runs import make_force_run

RUN = make_force_run()


def make_clip(name: str, condition: str, numbers: tuple[float, ...], person: str | None = None) -> Clip:
    vector = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    vector[: len(numbers)] = numbers
    pose = np.random.default_rng(abs(hash((name, condition))) % 2**32).normal(size=POSE_DIM)
    return Clip(Subject(name, person or name, RUN), condition, FilmedForm(vector, pose))


def make_clips() -> list[Clip]:
    """Three runners who differ a little in two numbers, beside a third in which the camera's side shows."""
    places = {"Ann": (0.0, 1.0), "Bea": (1.0, 0.0), "Cid": (-1.0, -1.0)}
    clips = [make_clip(name, GALLERY, (*place, 10.0)) for name, place in places.items()]
    for condition in CONDITIONS:
        lost = condition == "poorer detector"
        clips += [
            make_clip(name, condition, (0.1, 0.1, 10.0) if lost else (*place, 10.2)) for name, place in places.items()
        ]
    return clips


def find(rows: list[Row], method: str, **wanted: str) -> Row:
    (row,) = [r for r in rows if r["method"] == method and wanted.items() <= r.items()]
    return row


def test_ranks_count_from_one_and_a_tie_counts_against() -> None:
    clips = [make_clip(name, GALLERY, ()) for name in "abc"] + [make_clip(name, ALL, ()) for name in "cab"]
    cosines = np.array([[0.1, 0.2, 0.9], [0.5, 0.5, 0.1], [0.9, 0.3, 0.8]])
    assert find_ranks(cosines, clips).tolist() == [1, 2, 3]


def test_likeness_is_the_cosine_and_centring_takes_the_gallery_off() -> None:
    clips = [make_clip("a", GALLERY, ()), make_clip("b", GALLERY, ()), make_clip("a", ALL, ())]
    values = np.array([[1.0, 10.0], [-1.0, 10.0], [2.0, 10.0]])
    raw = compute_likeness(values, clips, centred=False)
    assert raw[0] == pytest.approx([102 / np.sqrt(101 * 104), 98 / np.sqrt(101 * 104)])
    assert compute_likeness(values, clips, centred=True)[0] == pytest.approx([1.0, -1.0])


def test_each_condition_is_counted_by_itself() -> None:
    def keep(vectors: FloatArray) -> FloatArray:
        return vectors

    rows = rank_clips(make_clips(), {RAW: keep, CENTRED: keep})["rows"]
    assert find(rows, CENTRED, condition="other side") == {
        "method": CENTRED,
        "condition": "other side",
        "queries": 3,
        "rank_1": 1.0,
        "reciprocal_rank": 1.0,
    }
    assert find(rows, CENTRED, condition="poorer detector")["rank_1"] < 0.5
    total = find(rows, RAW, condition=ALL)
    assert total["queries"] == 3 * len(CONDITIONS)
    assert total["rank_1"] == pytest.approx(1 - (1 - find(rows, RAW, condition="poorer detector")["rank_1"]) / 10)
    assert find(rows, POSE, condition=ALL)["rank_1"] < 0.7  # the made-up poses are chance


def test_a_person_at_another_speed_is_looked_for_among_other_people() -> None:
    places = {"Ann 3": (1.0, 0.2), "Ann 4": (1.0, 0.0), "Bea": (0.0, 1.0), "Cid": (0.9, 1.0)}
    clips = [
        make_clip(name, condition, place, name.split()[0])
        for condition in (GALLERY, *CONDITIONS)
        for name, place in places.items()
    ]
    rows = rank_clips(clips, {RAW: lambda vectors: vectors})["other_speed"]
    assert [row["gallery"] for row in rows if row["method"] == RAW] == ["Ann 3", "Ann 4"]
    row = find(rows, RAW, gallery="Ann 3")
    assert (row["others"], row["queries"], row["rank_1"]) == (2, len(CONDITIONS), 1.0)


def test_goals_are_judged_over_all_conditions_and_only_with_enough_runners() -> None:
    rows = [
        {"method": RAW, "condition": ALL, "rank_1": 0.5},
        {"method": CENTRED, "condition": ALL, "rank_1": GOAL},
        {"method": CENTRED, "condition": "other side", "rank_1": 0.1},
        {"method": POSE, "condition": ALL, "rank_1": 1.0},
    ]
    goals = judge(rows, 39)
    assert [goal["met"] for goal in goals] == [False, True, False]
    assert [goal["value"] for goal in goals] == [0.5, GOAL, 39]
    assert judge(rows, 40)[-1]["met"]


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_a_shot_differs_from_the_gallerys_as_its_name_says(condition: str) -> None:
    rng = np.random.default_rng(0)
    shots = [CONDITIONS[condition](rng) for _ in range(30)]
    apart: dict[str, Callable[[Shot], bool]] = {
        "same side, other yaw": lambda s: abs(s.camera.yaw_deg) >= 10 and s.camera.side == "right",
        "other side": lambda s: s.camera.side == "left",
        "other distance": lambda s: abs(s.camera.distance_m - 4) > 1,
        "other height": lambda s: abs(s.camera.height_m - 1) > 0.4,
        "other zoom": lambda s: s.camera.height == 360,
        "other frame rate": lambda s: s.camera.frame_rate != 60,
        "poorer detector": lambda s: s.plan.noise > 1 and s.plan.offset > 0.01,
        "passing the camera": lambda s: s.surface == "overground",
    }
    for name, holds in apart.items():
        if name == condition:
            assert all(holds(shot) for shot in shots)
        elif condition not in ("all at once", "passing the camera"):
            assert not any(holds(shot) for shot in shots), name


def test_the_test_people_come_with_all_their_speeds(mocap_dir: Path) -> None:
    subjects = read_subjects(mocap_dir, virtual=2)
    assert [s.person for s in subjects] == ["hamner04"] * 4 + ["sprinter"] * 2 + ["virtual 00000", "virtual 00001"]
    assert [s.run.speed for s in subjects[:6]] == [2.0, 3.0, 4.0, 5.0, 5.0, 9.0]
    assert all((s.traits is None) == (s.person in ("hamner04", "sprinter")) for s in subjects)


def test_the_whole_evaluation_fills_its_tables(mocap_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: CONDITIONS[name] for name in ("another take",)}
    for module in (similarity_scenes, similarity_evaluation):
        monkeypatch.setattr(module, "CONDITIONS", few)
    torch.manual_seed(0)
    model = DSTFormer(DSTFormerConfig(dim_feat=16, depth=1, heads=2)).eval()
    lifter = Lifter(LoadedModel(model, "small", "0" * 64, 81, {}))
    some = read_subjects(mocap_dir, 1)[-3:]
    monkeypatch.setattr(similarity_evaluation, "read_subjects", lambda *given: some)
    result = evaluate_similarity(mocap_dir, lifter, None, virtual=1, probed=0)
    assert {row["method"] for row in result["rows"]} == {RAW, CENTRED, POSE}
    assert find(result["rows"], RAW, condition=ALL)["queries"] == 3
    assert {row["runner"] for row in result["people"]} == {"sprinter 5 m/s", "sprinter 9 m/s"}
    assert result["probe"] == []
    assert not result["goals"][-1]["met"]
