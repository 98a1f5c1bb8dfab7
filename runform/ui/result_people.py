"""Who of several people was followed, and having another one analysed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from runform.errors import RunFormError
from runform.results import AnalysisOptions, PersonSummary
from runform.store.athletes import list_athletes
from runform.store.run_files import find_person_picture
from runform.store.runs import StoredRun
from runform.ui import components, router, services, text
from runform.ui.format import escape_markdown
from runform.ui.people_picker import describe_person
from runform.ui.submit import known_height_cm

_CARD_PX = 290
_PICTURE_PX = 72


def show_people(run: StoredRun) -> None:
    """A card for each person; nothing where only one was found, or in runs of earlier versions."""
    people = run.analysis.people
    if len(people) < 2:
        return
    words = text.People
    st.subheader(words.FOLLOWED_TITLE, anchor=False)
    st.markdown(words.FOLLOWED.format(n=len(people), number=run.analysis.pose.runner))
    with st.container(horizontal=True, key="people", gap="small"):
        for person in people:
            with st.container(border=True, width=_CARD_PX, key=f"person_{person.number}", gap="small"):
                _show_card(run, person)
    names = [athlete.name for athlete in list_athletes(services.database())]
    st.selectbox(
        words.STORE_FOR,
        names,
        index=names.index(run.summary.athlete_name),
        accept_new_options=True,
        key=_athlete_key(run),
        width=_CARD_PX,
    )


def _athlete_key(run: StoredRun) -> str:
    return f"athlete_of_other_{run.summary.id}"


def _show_card(run: StoredRun, person: PersonSummary) -> None:
    words = text.People
    picture = find_person_picture(run.summary.folder, person.number)
    with st.container(horizontal=True, gap="small"):
        if picture is None:
            st.caption(words.NO_PICTURE, width=_PICTURE_PX)
        else:
            st.image(str(picture), width=_PICTURE_PX)
        with st.container(width="stretch", gap="small"):
            st.markdown(f"**{describe_person(person)}**")
            st.caption(escape_markdown(person.reason))
            if person.followed:
                st.badge(words.FOLLOWED_BADGE, icon=":material/check:", color="green")
            elif st.button(words.ANALYSE_OTHER, key=f"analyse_{person.number}"):
                _analyse_other(run, person.number)


def _analyse_other(run: StoredRun, number: int) -> None:
    """Queue the stored clip again for another person, and go to where the queue is."""
    athlete: str = st.session_state.get(_athlete_key(run)) or run.summary.athlete_name
    options = make_options_for(run.analysis.options, number)
    if athlete != run.summary.athlete_name:
        options = replace(options, height_cm=known_height_cm(athlete))
    try:
        services.jobs().submit(run.clip_file, run.summary.clip_name, options, athlete)
    except RunFormError as error:
        components.show_error(error)
        return
    clip = escape_markdown(run.summary.clip_name)
    components.flash(text.People.QUEUED.format(number=number, clip=clip))
    st.switch_page(router.ANALYSE)


def make_options_for(options: AnalysisOptions, number: int) -> AnalysisOptions:
    """What was stated of a clip, but for another person; a box, which would go before the number, is left out."""
    return replace(options, runner=number, box=None, box_s=0.0)
