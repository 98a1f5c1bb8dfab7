"""From cleaned keypoints to the form: the one way that clips, stored runs, pros and virtual runners all go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runform.form.embedding import MIN_FRAMES, compute_embedding, compute_stride_weights
from runform.form.phase_forms import (
    compute_phase,
    compute_phase_weights,
    compute_stride_duration,
    make_phase_forms,
)
from runform.lifting.body import BodyLifter
from runform.lifting.lifter import LiftResult
from runform.progress import Progress
from runform.sequences import Contact, FormEmbedding, KeypointSequence, PhaseForms


@dataclass(frozen=True)
class LiftedForm:
    """What one pass of the lifter gives.

    Attributes:
        lifted: Joints without feet, and the mean representation.
        embedding: The form; None for a clip with too few frames to have one.
        phases: The form by phases of the stride; None where there is no form or no contacts.
    """

    lifted: LiftResult
    embedding: FormEmbedding | None
    phases: PhaseForms | None


def lift_form(
    keypoints: KeypointSequence,
    contacts: Sequence[Contact],
    lifter: BodyLifter,
    *,
    mirror: bool = True,
    progress: Progress | None = None,
) -> LiftedForm | None:
    """Lift a runner and take the form.

    Frames count so that every phase of the stride counts alike, as far as contacts tell how long a stride lasts.

    Args:
        keypoints: Cleaned.
        contacts: Of the same clip; empty where they are not known.
        lifter: What lifts and represents.
        mirror: Average the joints with those of the mirrored windows; the form does not depend on it.
        progress: Told after each batch of windows.

    Returns:
        None where no frame shows the whole of any joint.
    """
    weights = compute_stride_weights(keypoints.time_s, keypoints.found, compute_stride_duration(contacts))
    by_phase = compute_phase_weights(compute_phase(keypoints.time_s, contacts), weights)
    lifted = lifter.lift(keypoints, frame_weights=weights, group_weights=by_phase, mirror=mirror, progress=progress)
    if lifted is None:
        return None
    frames = int(keypoints.found.sum())
    if frames < MIN_FRAMES:
        return LiftedForm(lifted, None, None)
    embedding = compute_embedding(
        lifted.mean_representation, frames=frames, model=lifter.lifter.name, model_sha256=lifter.lifter.sha256
    )
    phases = None
    if by_phase.any() and lifted.group_means is not None:
        phases = make_phase_forms(lifted.group_means, by_phase, mirrored=lifted.mirrored)
    return LiftedForm(lifted, embedding, phases)
