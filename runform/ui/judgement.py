"""What the models and pros of today say of a stored run, beside what they said when it was analysed."""

from __future__ import annotations

from runform.form.measure import Likeness
from runform.form.similarity import Ranking
from runform.pro_ranking import RefusalReason
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


def rank_by(analysis: Analysis, likeness: Likeness) -> Ranking | RefusalReason:
    """Today's pros and reference runners by one likeness, for a run with a form; or why there is no ranking."""
    ranker = services.comparison().ranker
    if analysis.embedding is None or ranker is None:
        return "no_pros"
    return ranker.rank(analysis.embedding, analysis.gait.view, likeness)


def find_best_likeness(analysis: Analysis) -> Likeness:
    """The likeness by which a run's record ranks pros: in the form space where there is one."""
    ranker = services.comparison().ranker
    ranking = (
        None
        if analysis.embedding is None or ranker is None
        else ranker.rank_best(analysis.embedding, analysis.gait.view)
    )
    return "form_space" if ranking is None else ranking.likeness
