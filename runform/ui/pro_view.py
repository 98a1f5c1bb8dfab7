"""Pros beside a run, ranked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from runform.form.population import is_same_view
from runform.results import Analysis, ProMatch
from runform.sequences import View
from runform.store.pros import Pro, list_pros
from runform.ui import judgement, services, text

_COLOUR_OF_BAR = "primary"


def has_pros() -> bool:
    """Whether a pro with a clip is stored."""
    return any(pro.clips for pro in list_pros(services.database()))


def show_ranking(analysis: Analysis, order: str) -> None:
    """A table of all pros with a form under this run's model, and how to read it."""
    words = text.ProMatch
    if analysis.embedding is None:
        st.warning(words.REFUSED_REMEDY, title=words.REFUSED, icon=":material/block:")
        return
    matches = judgement.rank_now(analysis)
    if not matches:
        st.info(words.OTHER_MODEL, icon=":material/info:")
        return
    pros = {pro.id: pro for pro in list_pros(services.database())}
    table = make_ranking(matches, pros, analysis.gait.view, order)
    st.dataframe(
        table,
        hide_index=True,
        placeholder=text.Common.NONE,
        key="ranking",
        column_config={
            words.COLUMN_SIMILARITY: st.column_config.ProgressColumn(
                min_value=-1.0 if matches[0].centred else 0.0, max_value=1.0, format="%.2f", color=_COLOUR_OF_BAR
            ),
            words.COLUMN_PERCENTILE: st.column_config.NumberColumn(format="%.0f %%"),
        },
    )
    st.caption(words.NOTE_CENTRED if matches[0].centred else words.NOTE_RAW)
    st.caption(words.NOTE_VIEW)


def make_ranking(matches: Sequence[ProMatch], pros: dict[str, Pro], view: View, order: str) -> pd.DataFrame:
    """One row per pro in the order asked for; `order` is a key of `text.ProMatch.ORDERS`."""
    words = text.ProMatch
    rows = [
        {
            words.COLUMN_RANK: 0,
            words.COLUMN_NAME: match.name,
            words.COLUMN_SIMILARITY: match.similarity,
            words.COLUMN_PERCENTILE: None if math.isnan(match.percentile) else match.percentile,
            words.COLUMN_VIEW: describe_views(pros[match.pro_id]),
            words.COLUMN_EVENT: pros[match.pro_id].event,
        }
        for match in _sort(matches, pros, view, order)
    ]
    table = pd.DataFrame(rows)
    table[words.COLUMN_RANK] = range(1, len(rows) + 1)
    return table


def _sort(matches: Sequence[ProMatch], pros: dict[str, Pro], view: View, order: str) -> list[ProMatch]:
    if order == "name":
        return sorted(matches, key=lambda match: match.name.casefold())
    if order == "similarity":
        return sorted(matches, key=lambda match: -match.similarity)
    return sorted(
        matches,
        key=lambda match: (
            not any(is_same_view(clip.view, view) for clip in pros[match.pro_id].clips),
            -match.similarity,
        ),
    )


def describe_views(pro: Pro) -> str:
    """The sides from which a pro's clips are filmed."""
    return ", ".join(dict.fromkeys(text.Common.VIEWS[clip.view] for clip in pro.clips))
