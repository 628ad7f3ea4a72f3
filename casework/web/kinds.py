"""What kinds of committee are called: by the workflows whose cases they decide on."""

from __future__ import annotations

from casework.web.catalogue import gettext as _
from casework.workflows import registry


def kind_label(kind: str) -> str:
    """Return what committees of a kind decide on, in the reader's language."""
    labels = [
        _(agenda.label or workflow.label)
        for workflow in registry.current()
        for agenda in workflow.agendas
        if agenda.kind == kind
    ]
    return ", ".join(labels) or kind
