"""What is asked when a file is added to a brand kit."""

from __future__ import annotations

from casework.forms.document import VersionForm
from casework.forms.fields import line
from casework.i18n import N_


class KitForm(VersionForm):
    """A file of the brand kit, and how it is called."""

    title = line(
        N_("Title"), hint=N_("Empty: the name of the file is taken."), required=False, most=200
    )
