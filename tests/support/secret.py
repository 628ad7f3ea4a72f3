"""The sample workflow with restricted cases: leads keep them, strangers may bring one."""

from __future__ import annotations

from casework.roles import Role
from casework.workflows.case_facts import load_case_facts
from casework.workflows.declaration import Secrecy, Transition
from casework.workflows.engine import Workflow
from tests.support.sample.definition import SAMPLE, TitleForm

BROUGHT = Transition(
    "bring", "Bring something in", "Brought in", (), "asked", form=TitleForm, system=True
)
SECRET = Workflow(
    key="secret",
    version=1,
    label="Secret requests",
    prefix="SE",
    digits=2,
    stages=SAMPLE.stages,
    states=SAMPLE.states,
    transitions=(
        BROUGHT,
        *(
            Transition(
                name=t.name,
                label=t.label,
                done=t.done,
                sources=t.sources,
                to=t.to,
                roles=t.roles,
                form=t.form,
                notices=t.notices,
                system=t.system,
                abandons=t.abandons,
            )
            for t in SAMPLE.transitions
        ),
    ),
    deadlines=SAMPLE.deadlines,
    load_facts=load_case_facts,
    secrecy=Secrecy(
        keepers=frozenset({Role.PROGRAMME_LEAD}),
        admits=(Role.PROGRAMME_LEAD, Role.PROGRAMME_OFFICER),
    ),
)
