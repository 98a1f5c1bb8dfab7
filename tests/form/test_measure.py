"""Three likenesses, and what each joint and body part adds to them."""

from __future__ import annotations

import numpy as np
import pytest

from runform.errors import ShapeError
from runform.form.embedding import FEATURES
from runform.form.form_space import FormSpace
from runform.form.measure import BODY_PARTS, JOINTS, RAW, Measure, join_parts, measure_in_space
from runform.sequences import EMBEDDING_DIM
from runform.skeletons import HUMAN36M_17

RNG = np.random.default_rng(0)
SHARED = 5 * RNG.standard_normal(EMBEDDING_DIM)
RUN, *PROS = (SHARED + RNG.standard_normal((4, EMBEDDING_DIM))).astype(np.float32)
SPACE = FormSpace("abc", SHARED.astype(np.float32), RNG.standard_normal((EMBEDDING_DIM, 6)).astype(np.float32))
MEASURES = (RAW, Measure("centred", SHARED), measure_in_space(SPACE))


def cosine(a: object, b: object) -> float:
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.likeness)
def test_joints_and_parts_sum_to_the_similarity(measure: Measure) -> None:
    shares = measure.compute_shares(RUN, PROS)

    assert shares.shape == (3, JOINTS)
    for pro, own in zip(PROS, shares, strict=True):
        expected = cosine(measure.apply(RUN), measure.apply(pro))
        assert own.sum() == pytest.approx(expected, abs=1e-9)
        parts = join_parts(own)
        assert tuple(parts) == tuple(BODY_PARTS)
        assert sum(parts.values()) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.likeness)
def test_a_share_is_the_same_from_either_side(measure: Measure) -> None:
    there, back = measure.compute_shares(RUN, PROS[:1]), measure.compute_shares(PROS[0], [RUN])

    np.testing.assert_allclose(there, back, atol=1e-12)


def test_the_space_is_the_one_that_stored_runs_are_projected_into() -> None:
    np.testing.assert_allclose(measure_in_space(SPACE).apply(RUN), SPACE.project(RUN[None])[0], rtol=1e-4, atol=1e-2)
    assert cosine(measure_in_space(SPACE).apply(RUN), SPACE.project(RUN[None])[0]) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("measure", MEASURES[1:], ids=lambda measure: measure.likeness)
def test_forms_that_differ_from_all_in_one_joint_alone_are_alike_by_that_joint(measure: Measure) -> None:
    joint = HUMAN36M_17.index["left_ankle"]
    block = slice(joint * FEATURES, (joint + 1) * FEATURES)
    run, pro = (SHARED.astype(np.float32).copy() for _ in range(2))
    run[block] += RNG.standard_normal(FEATURES).astype(np.float32)
    pro[block] = run[block]
    parts = join_parts(measure.compute_shares(run, [pro])[0])

    assert parts["far_lower_leg"] == pytest.approx(1.0, abs=1e-3)
    assert all(abs(share) < 1e-3 for part, share in parts.items() if part != "far_lower_leg")


def test_a_part_that_is_opposite_makes_them_less_alike() -> None:
    run = np.zeros(EMBEDDING_DIM, dtype=np.float32)
    run[:] = 1.0
    pro = run.copy()
    head = HUMAN36M_17.index["head"]
    pro[head * FEATURES : (head + 1) * FEATURES] = -1.0
    parts = join_parts(RAW.compute_shares(run, [pro])[0])

    assert parts["head"] == pytest.approx(0.0)  # the nose is alike, the top of the head opposite
    assert parts["trunk"] == pytest.approx(3 / JOINTS)
    assert sum(parts.values()) == pytest.approx(15 / JOINTS)


def test_every_joint_is_in_one_part() -> None:
    joints = [joint for names in BODY_PARTS.values() for joint in names]

    assert sorted(joints) == sorted(HUMAN36M_17.keypoints)


def test_the_origin_is_like_nobody_and_without_pros_there_are_no_shares() -> None:
    measure = Measure("centred", RUN.astype(np.float64))

    assert not measure.compute_shares(RUN, PROS).any()
    assert RAW.compute_shares(RUN, []).shape == (0, JOINTS)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="origin"):
        Measure("raw", np.zeros(3))
    with pytest.raises(ShapeError, match="shares"):
        join_parts([1.0])
