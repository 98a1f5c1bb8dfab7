"""What cleaning repaired in a run: in words, over time, and one keypoint's path before and after."""

from __future__ import annotations

import streamlit as st

from runform.report.figures import keypoint_path, repair_timeline
from runform.report.repair_figures import RepairFlags
from runform.results import Analysis
from runform.sequences import Repair
from runform.skeletons import Skeleton
from runform.ui import components, text

# Key of `text.Result.REPAIRED` -> the flag, in the order in which they are told, and beside which it is not: what was
# taken out and then filled in is told as taken out.
_TOLD = {
    "swaps": (Repair.LEG_SWAP, Repair.NONE),
    "merged": (Repair.MERGED, Repair.NONE),
    "arms": (Repair.ARM_SWAP, Repair.NONE),
    "spikes": (Repair.SPIKE, Repair.NONE),
    "filled": (Repair.FILLED, Repair.MERGED | Repair.SPIKE),
}
_PARTS = ("ankle", "knee", "heel", "toe", "hip", "wrist", "elbow", "shoulder")


def show_repairs(analysis: Analysis) -> None:
    """The section; nothing for runs of earlier versions, which kept no repairs."""
    if analysis.repairs is None:
        return
    words = text.Result
    st.subheader(words.REPAIRS, anchor=False)
    st.markdown(describe_repairs(analysis.repairs))
    if not analysis.repairs.any():
        return
    st.plotly_chart(
        repair_timeline(analysis.keypoints, analysis.repairs), key="repair_timeline", config=components.PLOTLY_CONFIG
    )
    with st.expander(words.REPAIRED_PATH, icon=":material/timeline:"):
        name = st.selectbox(
            words.REPAIRED_KEYPOINT,
            list_keypoints(analysis.keypoints.layout),
            format_func=lambda keypoint: keypoint.replace("_", " ").capitalize(),
            key="repair_keypoint",
        )
        st.plotly_chart(
            keypoint_path(analysis.raw, analysis.keypoints, analysis.repairs, name),
            key="keypoint_path",
            config=components.PLOTLY_CONFIG,
        )
        st.caption(words.REPAIRED_PATH_NOTE)


def describe_repairs(repairs: RepairFlags) -> str:
    """In how many frames what was repaired, in one sentence, and where it is marked.

    Args:
        repairs: (T, K) `Repair` flags.
    """
    words = text.Result
    counts = {
        name: int((((repairs & int(flag)) > 0) & ((repairs & int(unless)) == 0)).any(axis=1).sum())
        for name, (flag, unless) in _TOLD.items()
    }
    told = [(count, words.REPAIRED[name]) for name, count in counts.items() if count]
    if not told:
        return words.NOTHING_REPAIRED
    first, *others = told
    parts = [words.REPAIRED_FRAMES.format(n=first[0], frames=len(repairs), what=first[1])]
    parts += [words.REPAIRED_MORE.format(n=count, what=what) for count, what in others]
    return f"{', '.join(parts)}. {words.REPAIRED_END}"


def list_keypoints(layout: Skeleton) -> list[str]:
    """The keypoints worth looking at, the ankles first."""
    names = [f"{side}_{part}" for part in _PARTS for side in ("left", "right")]
    return [name for name in names if name in layout.index]
