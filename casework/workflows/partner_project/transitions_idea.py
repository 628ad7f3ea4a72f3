"""The moves of an idea: from its first line to co-creation, or to an early end."""

from __future__ import annotations

from casework.forms.idea import StartIdeaForm
from casework.forms.info_request import AskInfoForm
from casework.forms.transition import ReasonForm, RedirectForm
from casework.i18n import N_
from casework.workflows.declaration import Notice, Previous, Transition
from casework.workflows.guards import reason_given, text_given
from casework.workflows.partner_project import effects, rules
from casework.workflows.partner_project.people import (
    COACH,
    EDITORS,
    HOUSE,
    LEAD,
    OFFICE,
    PARTNERS,
    PO,
)

destination_given = text_given("destination", N_("Name the other funder or programme."), least=3)

SUBMISSION = (
    Transition(
        name="start_idea",
        label=N_("Begin an idea"),
        done=N_("Idea begun"),
        sources=(),
        to="idea_draft",
        roles=frozenset({LEAD}),
        form=StartIdeaForm,
        guards=(rules.call_open,),
        effects=(effects.begin_idea,),
        primary=True,
        hint=N_("Eight questions, about twenty minutes. You can stop and come back."),
    ),
    Transition(
        name="submit_idea",
        label=N_("Send the idea"),
        done=N_("Idea sent"),
        sources=("idea_draft",),
        to="idea_submitted",
        roles=frozenset({LEAD}),
        guards=(
            rules.idea_complete,
            rules.call_still_open,
            rules.organisation_identified,
            rules.title_is_new,
        ),
        notices=(
            Notice(
                HOUSE,
                N_("A new idea: %(title)s"),
                N_("%(organisation)s has sent the idea “%(title)s”. It waits for a first answer."),
            ),
            Notice(
                PARTNERS,
                N_("We have received your idea: %(title)s"),
                N_("Your idea “%(title)s” has arrived. We answer within the time shown there."),
                compulsory=True,
            ),
        ),
        primary=True,
        hint=N_("We then give you a first answer."),
    ),
    Transition(
        name="match",
        label=N_("Look for partners"),
        done=N_("Search for partners begun"),
        sources=("idea_submitted",),
        to="matched",
        roles=OFFICE,
        guards=(rules.programme_set,),
        notices=(
            Notice(
                PARTNERS,
                N_("We are looking for partners for %(title)s"),
                N_("We are looking for organisations and ideas that fit “%(title)s”."),
            ),
        ),
        hint=N_("Group similar ideas and propose bridge partners."),
    ),
    Transition(
        name="open_co_creation",
        label=N_("Open co-creation"),
        done=N_("Co-creation opened"),
        sources=("idea_submitted", "matched"),
        to="co_creation",
        roles=OFFICE,
        guards=(rules.team_named, rules.programme_set, rules.target_group_named),
        notices=(
            Notice(
                PARTNERS,
                N_("Let us build %(title)s together"),
                N_("Co-creation of “%(title)s” is open: sessions, budget, anchoring plan."),
                compulsory=True,
            ),
            Notice(
                (COACH,),
                N_("You are the coach of %(title)s"),
                N_(
                    "Co-creation of “%(title)s” by %(organisation)s is open, and you are its coach."
                ),
            ),
        ),
        primary=True,
    ),
)

INFORMATION = (
    Transition(
        name="ask_info",
        label=N_("Ask for information"),
        done=N_("Information asked for"),
        sources=("idea_submitted", "matched"),
        to="idea_needs_info",
        roles=OFFICE,
        form=AskInfoForm,
        guards=(rules.items_reasoned,),
        effects=(effects.record_request,),
        notices=(
            Notice(
                PARTNERS,
                N_("We need some information about %(title)s"),
                N_("Please answer the items listed in “%(title)s”. Our clock stops meanwhile."),
                compulsory=True,
            ),
        ),
        hint=N_("Our clock stops until the partner has answered."),
    ),
    Transition(
        name="answer_info",
        label=N_("Send the answers"),
        done=N_("Information given"),
        sources=("idea_needs_info",),
        to=Previous(("idea_submitted", "matched")),
        roles=EDITORS,
        guards=(rules.items_answered,),
        notices=(
            Notice(
                (PO,),
                N_("Answers about %(title)s"),
                N_("%(organisation)s has answered about “%(title)s”. Our clock runs again."),
            ),
        ),
        primary=True,
    ),
    Transition(
        name="ask_proposal_info",
        label=N_("Ask for information"),
        done=N_("Information asked for"),
        sources=("proposal_submitted",),
        to="proposal_needs_info",
        roles=OFFICE,
        form=AskInfoForm,
        guards=(rules.items_reasoned,),
        effects=(effects.record_request,),
        notices=(
            Notice(
                PARTNERS,
                N_("We need some information about %(title)s"),
                N_("Please answer the items listed in “%(title)s”. Our clock stops meanwhile."),
                compulsory=True,
            ),
        ),
        hint=N_("Our clock stops until the partner has answered."),
    ),
    Transition(
        name="answer_proposal_info",
        label=N_("Send the answers"),
        done=N_("Information given"),
        sources=("proposal_needs_info",),
        to="proposal_submitted",
        roles=EDITORS,
        guards=(rules.items_answered,),
        notices=(
            Notice(
                (PO,),
                N_("Answers about %(title)s"),
                N_("%(organisation)s has answered about “%(title)s”. Our clock runs again."),
            ),
        ),
        primary=True,
    ),
)

EARLY_END = (
    Transition(
        name="decline_idea",
        label=N_("Decline"),
        done=N_("Declined"),
        sources=("idea_submitted", "matched", "proposal_submitted"),
        to="declined",
        roles=OFFICE,
        form=ReasonForm,
        guards=(reason_given(),),
        notices=(
            Notice(
                PARTNERS,
                N_("Our answer about %(title)s"),
                N_("We do not take up “%(title)s”. The reason is on its page; a letter follows."),
                compulsory=True,
            ),
        ),
    ),
    Transition(
        name="redirect",
        label=N_("Redirect"),
        done=N_("Redirected"),
        sources=("idea_submitted", "matched", "proposal_submitted"),
        to="redirected",
        roles=OFFICE,
        form=RedirectForm,
        guards=(destination_given, reason_given()),
        notices=(
            Notice(
                PARTNERS,
                N_("A better address for %(title)s"),
                N_("Somebody else fits “%(title)s” better. Its page says who, and why."),
                compulsory=True,
            ),
        ),
    ),
)

IDEA_TRANSITIONS = (*SUBMISSION, *INFORMATION, *EARLY_END)
