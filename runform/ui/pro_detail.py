"""A run beside one pro: what makes them alike, both strides in phase, and their joints over the gait cycle."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from runform.form.measure import join_parts
from runform.form.similarity import RankedPro
from runform.gait.cycle_difference import (
    CycleDifference,
    MomentDifference,
    compute_moment_differences,
    find_largest,
)
from runform.pro_comparison import compare_angles, compare_poses
from runform.report.pro_figures import ComparedCurve, cycle_comparison, part_bars
from runform.results import Analysis
from runform.sequences import Side, View
from runform.store.pro_forms import FormRecord, load_pro_form
from runform.store.runs import StoredRun
from runform.ui import components, services, text
from runform.ui.format import escape_markdown
from runform.ui.phase_viewer import show_phase_viewer
from runform.ui.result_cycle import quantity_label

_MOST_SAID = 5
_SIDE_VIEWS = ("left", "right")
_OTHER_SIDE: dict[Side, Side] = {"left": "right", "right": "left"}


def show_detail(run: StoredRun, pro: RankedPro) -> None:
    """Everything about one pair.

    Args:
        run: The run.
        pro: Whom it is laid beside, by the clip that counted in the ranking.
    """
    words = text.ProMatch
    name = escape_markdown(pro.name)
    athlete = escape_markdown(run.summary.athlete_name)
    st.subheader(words.DETAIL.format(run=athlete, pro=name), anchor=False)
    if not pro.same_view:
        st.warning(words.OTHER_VIEW.format(pro=name), icon=":material/videocam:")
    record = load_pro_form(services.database(), pro.clip_id)
    _show_parts(run.analysis, pro)
    _show_poses(run, pro, record)
    _show_angles(run.analysis, pro, record)


def _show_parts(analysis: Analysis, pro: RankedPro) -> None:
    words = text.ProMatch
    st.markdown(f"#### {words.PARTS}")
    names = name_parts(analysis, pro.view)
    parts = {names[part]: share for part, share in join_parts(pro.shares).items()}
    figure = part_bars(parts, title=words.PARTS_AXIS.format(similarity=f"{pro.similarity:.2f}"))
    st.plotly_chart(figure, key="parts", config=components.PLOTLY_CONFIG)
    near = (words.PARTS_NEAR,) if analysis.gait.view in _SIDE_VIEWS and pro.view in _SIDE_VIEWS else ()
    st.caption(" ".join((words.PARTS_NOTE, *near)))


def name_parts(analysis: Analysis, pro_view: View) -> dict[str, str]:
    """Body part of `runform.form.measure.BODY_PARTS` -> its name for this pair.

    What the form calls near is near the camera in both clips where both are side views, and is also one side of the
    body where both show the same one. From ahead or behind it is the run's right, or where the runner was mirrored for
    the form the left; runs of earlier versions do not say which.
    """
    words = text.ProMatch
    names = {part: words.PART_NAMES[part] for part in ("head", "trunk")}
    near = find_near_side(analysis)
    both_from_side = analysis.gait.view in _SIDE_VIEWS and pro_view in _SIDE_VIEWS
    for which in ("near", "far"):
        side = None if near is None else near if which == "near" else _OTHER_SIDE[near]
        for part in ("arm", "thigh", "lower_leg"):
            word = words.PART_NAMES[part]
            if both_from_side and side is not None and pro_view == near:
                name = words.PART_SAME_SIDE.format(which=words.WHICH[which], part=word, side=words.SIDES[side])
            elif both_from_side:
                name = words.PART_OTHER_SIDE.format(which=words.WHICH[which], part=word)
            elif side is not None:
                name = words.PART_SIDE.format(side=words.SIDES_FIRST[side], part=word)
            else:
                name = words.PART_OTHER_SIDE.format(which=words.WHICH_UNKNOWN[which], part=word)
            names[f"{which}_{part}"] = name
    return names


def find_near_side(analysis: Analysis) -> Side | None:
    """Which of the run's sides the form calls the right one: the left of a runner who was mirrored; None if unknown."""
    if analysis.phases is not None:
        return "left" if analysis.phases.mirrored else "right"
    view = analysis.gait.view
    return view if view in ("left", "right") else None


def _show_poses(run: StoredRun, pro: RankedPro, record: FormRecord | None) -> None:
    words = text.ProMatch
    st.markdown(f"#### {words.POSES}")
    poses = compare_poses(run.analysis, record)
    if isinstance(poses, str):
        st.info(words.OBSTACLES[poses], icon=":material/help:")
        return
    ours, theirs = poses
    show_phase_viewer([(run.summary.athlete_name, ours), (pro.name, theirs)], key="phase_viewer")
    st.caption(words.POSES_NOTE.format(run_n=ours.n, pro_n=theirs.n, pro=escape_markdown(pro.name)))


def _show_angles(analysis: Analysis, pro: RankedPro, record: FormRecord | None) -> None:
    words = text.ProMatch
    st.markdown(f"#### {words.ANGLES}")
    differences = compare_angles(analysis, record, pro.view)
    if isinstance(differences, str):
        st.info(words.OBSTACLES[differences], icon=":material/help:")
        return
    name = escape_markdown(pro.name)
    said = describe_largest(find_largest(compute_moment_differences(differences), _MOST_SAID))
    st.markdown("\n".join((words.SAYS_LEAD.format(pro=name), "", *said)) if said else words.SAYS_NONE)
    st.caption(words.SAYS_SPEED)
    difference = _pick(differences)
    figure = cycle_comparison(
        ComparedCurve(words.THIS_RUN, difference.run.mean, difference.run.spread, difference.run.toe_off),
        ComparedCurve(pro.name, difference.other.mean, difference.other.spread, difference.other.toe_off),
        difference.plus_minus,
        name=text.Cycle.AXES.get(difference.name, label_angle(difference.name)),
        unit=text.Units.NAMES["deg"],
        difference=words.DIFFERENCE,
        error=words.DIFFERENCE_ERROR,
        axis=words.CYCLE_AXIS,
    )
    st.plotly_chart(figure, key="compared_cycle", config=components.PLOTLY_CONFIG)
    meaning = words.ANGLE_MEANING.get(difference.name) or text.Cycle.MEANING.get(difference.name, "")
    note = words.ANGLES_NOTE.format(run_n=difference.run.n, pro_n=difference.other.n, pro=name)
    st.caption(" ".join(filter(None, (meaning, note))))


def _pick(differences: Sequence[CycleDifference]) -> CycleDifference:
    """The angle and the side to draw."""
    words = text.ProMatch
    names = list(dict.fromkeys(difference.name for difference in differences))
    name = st.selectbox(words.ANGLE, names, format_func=label_angle, key="compared_angle")
    by_side = {difference.side or "both": difference for difference in differences if difference.name == name}
    side = st.segmented_control(
        words.SIDE,
        list(by_side),
        default=next(iter(by_side)),
        required=True,
        format_func=words.SIDE_OPTIONS.__getitem__,
        key="compared_side",
    )
    return by_side[side]


def label_angle(name: str) -> str:
    """What an angle is called."""
    return text.ProMatch.ANGLE_LABELS.get(name) or quantity_label(name)


def describe_largest(moments: Sequence[MomentDifference]) -> list[str]:
    """Each difference in a coach's words, as a line of a list."""
    words = text.ProMatch
    return [
        words.SAYS.format(
            who=words.WHO_BOTH[moment.name]
            if moment.side is None
            else words.WHO_SIDE[moment.name].format(side=words.SIDES[moment.side]),
            degrees=f"{abs(moment.difference):.0f}",
            how=(words.MORE if moment.difference > 0 else words.LESS)[moment.name],
            moment=words.MOMENTS[moment.moment],
            plus_minus=f"{moment.plus_minus:.0f}",
        )
        for moment in moments
    ]
