"""Pros beside a run, ranked by the likeness that is asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from runform.form.measure import LIKENESSES, Likeness
from runform.form.similarity import MIN_POPULATION_FOR_PERCENTILE, RankedPro, Ranking
from runform.results import Analysis
from runform.sequences import View
from runform.store.pros import Pro, list_pros
from runform.ui import judgement, services, text

_COLOUR_OF_BAR = "primary"
_OWN = "pro"


def has_pros() -> bool:
    """Whether a pro with a clip is stored."""
    return any(pro.clips for pro in list_pros(services.database()))


def pick_likeness(analysis: Analysis) -> Likeness:
    """Which of the three likenesses the ranking goes by; at first the best that there is for this run."""
    words = text.ProMatch
    best = judgement.find_best_likeness(analysis)
    return st.segmented_control(
        words.LIKENESS,
        LIKENESSES,
        default=best,
        required=True,
        format_func=words.LIKENESSES.__getitem__,
        key=f"likeness_{best}",  # another default needs another widget
    )


def show_ranking(analysis: Analysis, likeness: Likeness, order: str) -> RankedPro | None:
    """Tables of the pros and of reference runners, how to read them, and a choice of one; None where there is none."""
    words = text.ProMatch
    if analysis.embedding is None:
        st.warning(words.REFUSED_REMEDY, title=words.REFUSED, icon=":material/block:")
        return None
    ranking = judgement.rank_by(analysis, likeness)
    if not isinstance(ranking, Ranking):
        reason = words.OTHER_MODEL if ranking == "no_pros" else words.UNAVAILABLE[ranking]
        st.info(reason, icon=":material/info:")
        return None
    events = {pro.id: pro.event for pro in list_pros(services.database())}
    own = [pro for pro in ranking.pros if pro.kind == _OWN]
    references = [pro for pro in ranking.pros if pro.kind != _OWN]
    if own:
        _show_table(make_ranking(own, events, order), likeness, "ranking")
    else:
        st.info(words.OWN_PROS_NONE, icon=":material/info:")
    if references:
        st.markdown(f"**{words.REFERENCES}**")
        _show_table(make_ranking(references, events, order), likeness, "references")
        st.caption(words.REFERENCES_NOTE)
    st.caption(" ".join((words.NOTES[likeness], describe_population(ranking, analysis.gait.view), words.NOTE_VIEW)))
    st.caption(words.NOT_TALENT)
    return _choose([*own, *references])


def _show_table(table: pd.DataFrame, likeness: Likeness, key: str) -> None:
    words = text.ProMatch
    st.dataframe(
        table,
        hide_index=True,
        placeholder=text.Common.NONE,
        key=key,
        column_config={
            words.COLUMN_SIMILARITY: st.column_config.ProgressColumn(
                min_value=0.0 if likeness == "raw" else -1.0, max_value=1.0, format="%.2f", color=_COLOUR_OF_BAR
            ),
            words.COLUMN_PERCENTILE: st.column_config.NumberColumn(format="%.0f %%"),
        },
    )


def _choose(pros: Sequence[RankedPro]) -> RankedPro:
    """Whom the run is laid beside: the first of the most similar until another is chosen."""
    words = text.ProMatch
    by_id = {pro.pro_id: pro for pro in pros}
    most = max(pros, key=lambda pro: (pro.kind == _OWN, pro.same_view, pro.similarity))
    ids = list(by_id)
    chosen = st.selectbox(
        words.CHOOSE,
        ids,
        ids.index(most.pro_id),
        format_func=lambda pro_id: label_pro(by_id[pro_id]),
        key="compare_with",
    )
    return by_id[chosen]


def label_pro(pro: RankedPro) -> str:
    """A pro's name; a reference runner is called one."""
    return pro.name if pro.kind == _OWN else text.ProMatch.REFERENCE_LABEL.format(name=pro.name)


def describe_population(ranking: Ranking, view: View) -> str:
    """Among which stored runs the percentiles are, or why there are none."""
    words = text.ProMatch
    views = words.POPULATION_VIEWS[view]
    if ranking.compared < MIN_POPULATION_FOR_PERCENTILE:
        return words.POPULATION_NONE.format(n=ranking.compared, views=views)
    if not ranking.sampled:
        return words.POPULATION.format(n=ranking.compared, views=views)
    # The 95 % half-width of a share of one half, where it is widest.
    error = math.ceil(98 / math.sqrt(ranking.compared))
    return words.POPULATION_SAMPLE.format(n=ranking.compared, views=views, error=error)


def make_ranking(pros: Sequence[RankedPro], events: dict[str, str], order: str) -> pd.DataFrame:
    """One row per pro in the order asked for.

    Args:
        pros: Ranked.
        events: Pro's id -> what they run.
        order: A key of `text.ProMatch.ORDERS`.
    """
    words = text.ProMatch
    rows = [
        {
            words.COLUMN_RANK: place + 1,
            words.COLUMN_NAME: pro.name,
            words.COLUMN_SIMILARITY: pro.similarity,
            words.COLUMN_PERCENTILE: None if math.isnan(pro.percentile) else pro.percentile,
            words.COLUMN_VIEW: text.Common.VIEWS[pro.view],
            words.COLUMN_EVENT: events.get(pro.pro_id, ""),
        }
        for place, pro in enumerate(_sort(pros, order))
    ]
    return pd.DataFrame(rows)


def _sort(pros: Sequence[RankedPro], order: str) -> list[RankedPro]:
    if order == "name":
        return sorted(pros, key=lambda pro: pro.name.casefold())
    if order == "similarity":
        return sorted(pros, key=lambda pro: -pro.similarity)
    return sorted(pros, key=lambda pro: (not pro.same_view, -pro.similarity))


def describe_views(pro: Pro) -> str:
    """The sides from which a pro's clips are filmed."""
    return ", ".join(dict.fromkeys(text.Common.VIEWS[clip.view] for clip in pro.clips))
