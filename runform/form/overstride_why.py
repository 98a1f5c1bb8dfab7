"""What moved the learned model's verdict: which part of the body, in which phase of the stride, on which side.

The embedding is a mean over time, so it falls apart exactly into joints and phases of the stride. Each part of it is
put back to what optimal runners show there (the model's `phase_reference`), and the model is asked again: by how much
its margin changes is what the part did. For a linear model these changes add up to the whole way from those runners
to this one; for another kernel they need not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform.form.overstride_model import OverstrideModel
from runform.form.phase_forms import align_phases
from runform.form.verdict_probability import decide
from runform.results import Verdict
from runform.sequences import EMBEDDING_DIM, PHASES, FloatArray, FormEmbedding, PhaseForms
from runform.skeletons import HUMAN36M_17

Span = Literal["landing", "on the ground", "push-off", "swing"]

PARTS: dict[str, tuple[str, ...]] = {
    "head and trunk": ("root", "spine", "thorax", "nose", "head"),
    "left arm": ("left_shoulder", "left_elbow", "left_wrist"),
    "right arm": ("right_shoulder", "right_elbow", "right_wrist"),
    "left hip and knee": ("left_hip", "left_knee"),
    "right hip and knee": ("right_hip", "right_knee"),
    "left foot": ("left_ankle",),
    "right foot": ("right_ankle",),
}
"""Part -> its joints, in the terms of the lifted skeleton."""

SPANS: dict[Span, tuple[int, ...]] = {
    "landing": (9, 0, 1),
    "on the ground": (2,),
    "push-off": (3,),
    "swing": (4, 5, 6, 7, 8),
}
"""Span -> tenths of the stride after the same foot's initial contact. A foot stands for two to four tenths."""

LEAST_SHARE = 0.1
"""A part that moves the margin by less than this share of the most telling one is not worth a coach's time."""


@dataclass(frozen=True)
class Influence:
    """What one part of the body in one phase did to the model's opinion.

    Attributes:
        part: A key of `PARTS`.
        span: When, in the stride of the foot on the same side; of the left foot for head and trunk.
        margin: By how much it moves the margin, margin widths; positive toward overstriding.
        verdict_without: What the model would say with this part as optimal runners have it.
    """

    part: str
    span: Span
    margin: float
    verdict_without: Verdict


@dataclass(frozen=True)
class Explanation:
    """Why the model says what it says.

    Attributes:
        margin: Of this run.
        reference_margin: Of the optimal runners' mean.
        influences: Of each part and span, the most telling first, whatever their sign.
        explained: What they add up to over the whole way between the two; 1 for a linear model.
    """

    margin: float
    reference_margin: float
    influences: tuple[Influence, ...]
    explained: float

    def list_telling(self, most: int) -> tuple[Influence, ...]:
        """The most telling ones that moved the verdict the way it went, none that hardly count.

        Args:
            most: How many at most.
        """
        toward = 1.0 if self.margin > self.reference_margin else -1.0
        own = [influence for influence in self.influences if influence.margin * toward > 0]
        return tuple(i for i in own[:most] if abs(i.margin) >= LEAST_SHARE * abs(own[0].margin))


def explain(model: OverstrideModel, embedding: FormEmbedding, phases: PhaseForms | None) -> Explanation | None:
    """Take the model's opinion apart.

    Args:
        model: For embeddings of the same identity.
        embedding: Of the run.
        phases: Of the same run.

    Returns:
        None where the run's phases or the model's are not known.
    """
    if phases is None or not model.phase_reference.any():
        return None
    own = align_phases(phases).astype(np.float64)  # (10, 8704)
    shares = np.roll(phases.shares, -(PHASES // 2)) if phases.mirrored else phases.shares  # (10,)
    away = (own - model.phase_reference.astype(np.float64)) * shares[:, None]
    vector = embedding.vector.astype(np.float64)
    groups = list_groups(mirrored=phases.mirrored)
    changed = np.stack([vector - _cut(away, *group) for group in groups.values()])  # (G, 8704)
    margin, reference, *without = model.compute_margins(
        np.concatenate([vector[None], (vector - away.sum(axis=0))[None], changed])
    ).tolist()
    influences = [
        Influence(part, span, margin - left, decide(model.compute_probability(left)))
        for (part, span), left in zip(groups, without, strict=True)
    ]
    whole = margin - reference
    explained = sum(influence.margin for influence in influences) / whole if whole else float("nan")
    ordered = tuple(sorted(influences, key=lambda influence: -abs(influence.margin)))
    return Explanation(margin, reference, ordered, explained)


def list_groups(*, mirrored: bool) -> Mapping[tuple[str, Span], tuple[Sequence[int], Sequence[int]]]:
    """(part, span) -> joints and phases, which together cover every joint in every phase once.

    Args:
        mirrored: The runner was mirrored, so that the vectors' left joints are the runner's right ones.

    Returns:
        Joints as places in the lifted skeleton; phases counted from the landing of the foot that the vectors call left.
    """
    groups = {}
    for part, joints in PARTS.items():
        named = [_swap_side(name) if mirrored else name for name in joints]
        # Of the vectors' right side the landing lies half a stride later.
        later = PHASES // 2 if any(name.startswith("right") for name in named) else 0
        for span, tenths in SPANS.items():
            places = [HUMAN36M_17.index[name] for name in named]
            groups[part, span] = (places, [(tenth + later) % PHASES for tenth in tenths])
    return groups


def _cut(away: FloatArray, joints: Sequence[int], phases: Sequence[int]) -> npt.NDArray[np.float64]:
    """(8704,) what the joints in the phases add to the embedding, zeros elsewhere."""
    by_joint = away[list(phases)].sum(axis=0).reshape(len(HUMAN36M_17), -1)  # (17, 512)
    kept = np.zeros_like(by_joint)
    kept[list(joints)] = by_joint[list(joints)]
    return np.asarray(kept.reshape(EMBEDDING_DIM))


def _swap_side(name: str) -> str:
    """A joint's name on the other side."""
    if name.startswith("left"):
        return "right" + name.removeprefix("left")
    return "left" + name.removeprefix("right") if name.startswith("right") else name
