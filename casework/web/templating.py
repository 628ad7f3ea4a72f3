"""Templates that let go of a page's rows when the page is written."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import jinja2
from jinja2.runtime import Context

_contexts: ContextVar[list[Context] | None] = ContextVar("contexts", default=None)
"""What holds the values of the page that is being written: its own, and those of its imports."""


class Template(jinja2.Template):
    """A template whose values go with its page.

    A macro knows the values it was defined among, and these know the macro: all rows of a page
    would stay in memory until Python looks for such circles.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the page of these values. Raises what its expressions raise."""
        held: list[Context] = []
        outer = _contexts.set(held)
        try:
            return super().render(*args, **kwargs)
        finally:
            _contexts.reset(outer)
            for context in held:
                context.vars.clear()

    def new_context(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - as Jinja calls it
        shared: bool = False,  # noqa: FBT001, FBT002 - the same
        locals: Any = None,  # noqa: A002 - the same
    ) -> Context:
        """Return what a template looks its names up in; without values it serves all pages."""
        context = super().new_context(vars, shared, locals)
        held = _contexts.get()
        if vars and held is not None:
            held.append(context)
        return context
