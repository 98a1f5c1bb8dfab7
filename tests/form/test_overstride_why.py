"""On a model and a form whose parts are known."""

from __future__ import annotations

import numpy as np
import pytest

from runform.form.overstride_model import OverstrideModel
from runform.form.overstride_why import PARTS, SPANS, explain, list_groups
from runform.sequences import EMBEDDING_DIM, PHASES, FormEmbedding, PhaseForms
from runform.skeletons import HUMAN36M_17

FEATURES = EMBEDDING_DIM // len(HUMAN36M_17)


def make_model(gamma: float = 0.0) -> OverstrideModel:
    """Reads the first feature of the left ankle, against a reference of ones."""
    direction = np.zeros((EMBEDDING_DIM, 1), dtype=np.float32)
    direction[HUMAN36M_17.index["left_ankle"] * FEATURES, 0] = 1.0
    zeros, ones = np.zeros(EMBEDDING_DIM, dtype=np.float32), np.ones(EMBEDDING_DIM, dtype=np.float32)
    return OverstrideModel(
        name="known", model_sha256="abc", mean=zeros, scale=ones, directions=direction, support=np.array([[1.0]]),
        dual=np.ones(1), intercept=-2.0, gamma=gamma, slope=2.0, offset=0.0,
        phase_reference=np.ones((PHASES, EMBEDDING_DIM), dtype=np.float16),
    )  # fmt: skip


def make_form(joint: str, phase: int, by: float, *, mirrored: bool = False) -> tuple[FormEmbedding, PhaseForms]:
    """As the reference but for the first feature of one joint in one phase (of the runner's left foot)."""
    vectors = np.ones((PHASES, EMBEDDING_DIM), dtype=np.float16)
    vectors[phase, HUMAN36M_17.index[joint] * FEATURES] += by
    shares = np.full(PHASES, 0.1)
    whole = (shares @ vectors.astype(np.float64)).astype(np.float32)
    return FormEmbedding(whole, "lifter", "abc"), PhaseForms(vectors, shares, mirrored)


def test_the_part_that_differs_is_named_with_its_phase_and_side() -> None:
    explanation = explain(make_model(), *make_form("left_ankle", 0, 40.0))
    assert explanation is not None
    first = explanation.list_telling(3)
    assert [(influence.part, influence.span) for influence in first] == [("left foot", "landing")]
    assert first[0].margin == pytest.approx(4.0, abs=1e-3)
    assert explanation.margin == pytest.approx(3.0, abs=1e-3)
    assert explanation.reference_margin == pytest.approx(-1.0)
    assert first[0].verdict_without == "optimal"
    assert explanation.explained == pytest.approx(1.0)


def test_what_the_model_does_not_read_moves_nothing() -> None:
    explanation = explain(make_model(), *make_form("right_wrist", 4, 40.0))
    assert explanation is not None
    assert all(influence.margin == pytest.approx(0.0, abs=1e-6) for influence in explanation.influences)


def test_a_mirrored_runners_left_in_the_vectors_is_the_right() -> None:
    # Half a stride after the runner's left foot the right one lands; the vectors call it left.
    explanation = explain(make_model(), *make_form("left_ankle", 5, 40.0, mirrored=True))
    assert explanation is not None
    first = explanation.list_telling(1)[0]
    assert (first.part, first.span) == ("right foot", "landing")


def test_a_supple_model_is_asked_again_part_by_part() -> None:
    explanation = explain(make_model(gamma=0.5), *make_form("left_ankle", 2, 5.0))
    assert explanation is not None
    assert explanation.influences[0].part == "left foot"
    assert explanation.influences[0].span == "on the ground"


def test_parts_and_spans_cover_every_joint_in_every_phase_once() -> None:
    for mirrored in (False, True):
        seen = np.zeros((len(HUMAN36M_17), PHASES), dtype=int)
        for joints, phases in list_groups(mirrored=mirrored).values():
            seen[np.ix_(joints, phases)] += 1
        assert (seen == 1).all()
    assert len(list_groups(mirrored=False)) == len(PARTS) * len(SPANS)


def test_without_phases_nothing_is_made_up() -> None:
    embedding, _ = make_form("left_ankle", 0, 1.0)
    assert explain(make_model(), embedding, None) is None
