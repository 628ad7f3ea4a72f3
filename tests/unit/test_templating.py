"""What a page was made of goes with the page."""

from __future__ import annotations

import gc
import weakref

import jinja2
import pytest

from casework.web.templating import Template

PAGES = {
    "own.html": "{% macro line(row) %}{{ row.name }}{% endmacro %}{{ line(rows[0]) }}",
    "parts.html": "{% macro line() %}{{ rows[0].name }}{% endmacro %}",
    "imports.html": "{% from 'parts.html' import line with context %}{{ line() }}",
    "includes.html": "{% include 'own.html' %}",
    "shared.html": "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}"
    "{% macro name(row) %}{{ bold(row.name) }}{% endmacro %}",
    "uses.html": "{% import 'shared.html' as shared %}{{ shared.name(rows[0]) }}",
    "wrong.html": "{% macro line() %}{% endmacro %}{{ rows[0].name + 1 }}",
}


class Row:
    name = "Buurtkeuken"


@pytest.fixture
def pages() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.DictLoader(PAGES), autoescape=True)
    environment.template_class = Template
    return environment


@pytest.mark.parametrize("name", ["own.html", "imports.html", "includes.html"])
def test_rows_go_with_their_page(pages: jinja2.Environment, name: str) -> None:
    row = Row()
    seen = weakref.ref(row)
    gc.disable()
    try:
        assert pages.get_template(name).render(rows=[row]) == "Buurtkeuken"
        del row
        assert seen() is None
    finally:
        gc.enable()


def test_macros_that_all_pages_share_stay(pages: jinja2.Environment) -> None:
    for _ in range(2):
        page = pages.get_template("uses.html").render(rows=[Row()])
        assert page == "<b>Buurtkeuken</b>"


def test_a_page_written_within_another_leaves_that_one_whole(pages: jinja2.Environment) -> None:
    pages.globals["inner"] = lambda: pages.get_template("own.html").render(rows=[Row()])
    outer = pages.from_string(
        "{% macro twice() %}{{ inner() }}{{ inner() }}{% endmacro %}{{ twice() }}{{ twice() }}"
    )
    assert outer.render(some="value") == 4 * "Buurtkeuken"


def test_a_mistake_in_a_page_is_told(pages: jinja2.Environment) -> None:
    with pytest.raises(TypeError):
        pages.get_template("wrong.html").render(rows=[Row()])
