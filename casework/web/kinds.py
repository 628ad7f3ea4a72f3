"""What kinds of committee are called: by the workflows whose cases they decide on."""

from __future__ import annotations

from casework.web.catalogue import gettext as _
from casework.workflows import registry


def kind_label(kind: str) -> str:
    """Return what committees of a kind decide on, in the reader's language."""
    labels = [
        _(workflow.label)
        for workflow in registry.current()
        if any(agenda.kind == kind for agenda in workflow.agendas)
    ]
    return ", ".join(labels) or kind
