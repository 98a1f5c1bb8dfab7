"""What the models and pros of today say of a stored run, beside what they said when it was analysed."""

from __future__ import annotations

from runform.results import Analysis, OverstrideVerdict, ProMatch
from runform.ui import services


def judge_now(analysis: Analysis) -> OverstrideVerdict:
    """The verdict by today's limits and the model in use; as stored for a run without landings or a form."""
    if analysis.embedding is None and not analysis.gait.geometry:
        return analysis.overstride
    return services.comparison().judge_analysis(analysis)


def rank_now(analysis: Analysis) -> tuple[ProMatch, ...]:
    """Today's pros, most similar first; none for a run without a form."""
    return services.comparison().rank(analysis.embedding, analysis.gait.view)
