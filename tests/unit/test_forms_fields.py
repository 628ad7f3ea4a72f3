"""Fields: amounts, numbers, days and texts as people type them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from casework.forms import messages
from casework.forms.base import Form
from casework.forms.fields import (
    ManyField,
    WholeNumberField,
    choice,
    day,
    line,
    money,
    paragraph,
    parse_day,
    reference,
)
from casework.forms.messages import Message
from casework.forms.money import format_cents, parse_cents
from casework.forms.validators import NotFuture, NotPast, Range, Required

COLOURS = (("red", "Red"), ("blue", "Blue"))
PLACE = uuid4()


class Sample(Form):
    amount = money("Amount")
    rough = money("Rough amount", required=False)
    people = WholeNumberField("People", [Range(1, 500)])
    on = day("Day", NotPast(), required=False)
    was = day("Day", NotFuture(), required=False)
    title = line("Title", most=20)
    story = paragraph("Story", required=False, most=100)
    colour = choice("Colour", COLOURS, required=False)
    many = ManyField("Colours", choices=COLOURS)
    place = reference("Place", required=False)


class Facts:
    today = date(2028, 2, 29)


def filled(**values: Any) -> Sample:
    form = Sample(MultiDict({"amount": "1", "title": "Gardens", **values}))
    form.place.choices = [("", ""), (str(PLACE), "Namur")]
    form.prepare(Facts())
    return form


def error(field: str, **values: Any) -> str:
    form = filled(**values)
    assert not form.validate()
    assert set(form.errors) == {field}
    (message,) = form.errors[field]
    return str(message)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 200,50", 120050),
        ("1200.50", 120050),
        ("1\u00a0200,50", 120050),
        ("1\u202f200,5", 120050),
        ("1.200,50", 120050),
        ("1,200.50", 120050),
        ("1.234.567,89", 123456789),
        ("1'234'567", 123456700),
        ("1.234.567", 123456700),
        ("12500", 1250000),
        ("0", 0),
        ("-0", 0),
        ("€ 12", 1200),
        ("12 €", 1200),
        ("12 EUR", 1200),
        (" 7,05 ", 705),
    ],
)
def test_amounts_that_are_understood(typed: str, cents: int) -> None:
    form = filled(amount=typed)
    assert form.validate(), form.errors
    assert form.amount.data == cents


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", messages.REQUIRED),
        ("   ", messages.REQUIRED),
        ("twelve", messages.NOT_AN_AMOUNT),
        ("12,,5", messages.NOT_AN_AMOUNT),
        ("1 2 3", messages.NOT_AN_AMOUNT),
        ("1,200,50", messages.NOT_AN_AMOUNT),
        ("١٢", messages.NOT_AN_AMOUNT),
        ("9" * 1_000_000, messages.NOT_AN_AMOUNT),
        ("1.200", messages.AMBIGUOUS_AMOUNT),
        ("1,200", messages.AMBIGUOUS_AMOUNT),
        ("12,345678", messages.TOO_MANY_DECIMALS),
        ("-5", messages.NEGATIVE_AMOUNT),
        ("\u22125,00", messages.NEGATIVE_AMOUNT),
        ("99999999999999", messages.AMOUNT_TOO_LARGE),
        ("=1+1", messages.NOT_AN_AMOUNT),
    ],
)
def test_amounts_that_are_not(typed: str, message: str) -> None:
    assert error("amount", amount=typed) == message


def test_what_was_typed_stays_in_the_field() -> None:
    form = filled(amount="twelve", people="many", on="31/02/2028")
    assert not form.validate()
    assert form.amount._value() == "twelve"
    assert form.people._value() == "many"
    assert form.on._value() == "31/02/2028"


def test_stored_values_are_shown_as_people_write_them() -> None:
    form = Sample(data={"amount": 120050, "people": 12, "on": date(2028, 2, 29)})
    assert (form.amount._value(), form.people._value(), form.on._value()) == (
        "1200,50",
        "12",
        "2028-02-29",
    )


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_an_amount_comes_back_as_it_was_written(cents: int) -> None:
    assert parse_cents(format_cents(cents), negative=True) == cents


@given(st.text(max_size=50))
def test_any_text_is_an_amount_or_gets_a_sentence(text: str) -> None:
    form = filled(amount=text)
    assert form.validate() is not bool(form.errors)
    assert form.validate() is isinstance(form.amount.data, int)


@pytest.mark.parametrize(("typed", "number"), [("120", 120), ("1 00", 100), ("", None)])
def test_whole_numbers(typed: str, number: int | None) -> None:
    form = filled(people=typed)
    assert form.validate(), form.errors
    assert form.people.data == number


@pytest.mark.parametrize("typed", ["12,5", "a dozen", "1e3", "9" * 30])
def test_what_is_no_whole_number(typed: str) -> None:
    assert error("people", people=typed) == messages.NOT_A_NUMBER


def test_a_number_out_of_range_says_the_range() -> None:
    assert error("people", people="501") == "Write a number from 1 to 500."


@pytest.mark.parametrize("typed", ["2028-02-29", "29/02/2028", "29.2.2028", "29-02-2028"])
def test_days_that_are_understood(typed: str) -> None:
    assert parse_day(typed) == date(2028, 2, 29)


@pytest.mark.parametrize("typed", ["29/02/2027", "2027-02-29", "31/04/2028", "soon", "1/1/28", "0"])
def test_days_that_do_not_exist(typed: str) -> None:
    assert error("on", on=typed) == messages.NOT_A_DATE


def test_a_day_in_the_past_is_refused_where_it_must_come() -> None:
    assert error("on", on="28/02/2028") == messages.IN_THE_PAST
    assert filled(on="29/02/2028").validate()


def test_a_day_in_the_future_is_refused_where_it_must_be_over() -> None:
    assert error("was", was="01/03/2028") == messages.IN_THE_FUTURE
    assert filled(was="29/02/2028").validate()


def test_a_year_far_away_is_a_slip() -> None:
    assert "1990" in error("on", on="20/02/0202")


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    assert error("title", title="x" * 21) == "Write at most 20 characters; this text has 21."
    assert "1000000" in error("story", story="é" * 1_000_000)


def test_texts_are_cleaned() -> None:
    form = filled(title="  A\x00 gar\nden ", story="one\r\ntwo\x07\ud800 ")
    assert form.validate(), form.errors
    assert form.title.data == "A gar den"
    assert form.story.data == "one\ntwo"


def test_an_empty_title_is_needed() -> None:
    assert error("title", title=" \n ") == messages.REQUIRED


@pytest.mark.parametrize("wrong", ["green", "'; --"])
def test_only_what_is_offered_can_be_chosen(wrong: str) -> None:
    assert error("colour", colour=wrong) == messages.NOT_OFFERED
    assert error("many", many=wrong) == messages.NOT_OFFERED
    assert error("place", place=wrong) == messages.NOT_OFFERED
    assert error("place", place=str(uuid4())) == messages.NOT_OFFERED


def test_a_reference_is_an_identifier_or_nothing() -> None:
    form = filled(place=str(PLACE))
    assert form.validate(), form.errors
    assert form.place.data == PLACE
    assert isinstance(form.place.data, UUID)
    assert filled(place="").place.data is None


def test_a_required_field_that_cannot_be_read_keeps_its_own_message() -> None:
    class One(Form):
        number = WholeNumberField("Number", [Required()])

    form = One(MultiDict({"number": "x"}))
    assert not form.validate()
    assert form.errors == {"number": [messages.NOT_A_NUMBER]}


def test_a_message_keeps_its_id_and_its_values() -> None:
    message = Message(messages.TOO_LONG, most=20, length=21)
    assert message.msgid == messages.TOO_LONG
    assert message.params == {"most": 20, "length": 21}
    assert message == "Write at most 20 characters; this text has 21."
    assert message.__html__() == message  # outside an application: English
