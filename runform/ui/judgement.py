"""What the labels and pros of today say of a stored run, beside what they said when it was analysed."""

from __future__ import annotations

from runform.form.overstride import combine
from runform.results import Analysis, OverstrideVerdict, ProMatch
from runform.ui import services


def judge_now(analysis: Analysis) -> OverstrideVerdict:
    """The verdict with the model that today's labels train; as stored for a run without a form."""
    if analysis.embedding is None:
        return analysis.overstride
    svm = services.comparison().judge(analysis.embedding)
    return combine(analysis.overstride.geometry, svm, analysis.gait.checks)


def rank_now(analysis: Analysis) -> tuple[ProMatch, ...]:
    """Today's pros, most similar first; none for a run without a form."""
    return services.comparison().rank(analysis.embedding, analysis.gait.view)
