"""Texts in the reader's language, looked up once a language instead of once a use.

A page asks for some two hundred texts. Flask-Babel and Jinja find each one anew, through the
request, the locale and the catalogue; here the answer is kept.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Babel, Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from casework.extensions import here

_PLACE = "casework.catalogue"
MOST = 20_000
"""More texts than the house declares: what people typed must not fill a process's memory."""


def spoken() -> str:
    """Return the language spoken now, which Flask-Babel finds at the first question."""
    try:
        return str(here().g._flask_babel.babel_locale.language)  # noqa: SLF001
    except AttributeError:
        return str(get_locale().language)


def gettext(string: str, **values: Any) -> str:
    """Return a text in the language of the page, with its values filled in, if there are any."""
    return str(here().app.extensions[_PLACE].gettext(string, **values))


class Catalogue(Domain):  # type: ignore[misc] # Flask-Babel has no types
    """Flask-Babel's domain, with the translations and the texts of each locale kept by locale."""

    def __init__(self) -> None:
        super().__init__(domain="messages")
        self._translations: dict[str, Any] = {}
        self._texts: dict[str, dict[str, str]] = {}
        self._in_pages: dict[str, dict[str, Markup]] = {}

    def get_translations(self) -> Any:
        """Return the translations of the locale spoken now."""
        language = spoken()
        found = self._translations.get(language)
        if found is None:
            found = self._translations[language] = super().get_translations()
        return found

    def gettext(self, string: str, **variables: Any) -> str:
        """Return a text in the language spoken now, with its values filled in, if there are any."""
        texts = self._texts.setdefault(spoken(), {})
        text = texts.get(string)
        if text is None:
            text = str(self.get_translations().ugettext(string))
            if len(texts) < MOST:
                texts[string] = text
        return text % variables if variables else text

    def in_page(self, string: str) -> Markup:
        """Return a text as a template shows it: our own markup, in which ``%%`` is one sign."""
        texts = self._in_pages.setdefault(spoken(), {})
        text = texts.get(string)
        if text is None:
            text = Markup(self.gettext(string)) % {}  # noqa: S704 - our own words
            if len(texts) < MOST:
                texts[string] = text
        return text


def init_app(app: Flask, babel: Babel) -> None:
    """Have Flask-Babel and the templates look texts up here."""
    catalogue = babel.domain_instance = app.extensions[_PLACE] = Catalogue()

    @pass_eval_context
    def in_page(context: EvalContext, string: str, /, **values: Any) -> str:
        if not context.autoescape:
            return catalogue.gettext(string) % values
        if not values:
            return catalogue.in_page(string)
        return Markup(catalogue.gettext(string)) % values  # noqa: S704 - our own words

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
        text: str = catalogue.get_translations().ungettext(one, many, num)
        if context.autoescape:
            text = Markup(text)  # noqa: S704 - our own words
        return text % {"num": num, **values}

    app.jinja_env.globals.update(_=in_page, gettext=in_page, ngettext=ngettext)
