"""Forms about one's own account."""

from __future__ import annotations

import re

from wtforms import EmailField, Form, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from casework.forms.fields import choice
from casework.forms.messages import NOT_AN_ADDRESS
from casework.forms.validators import ADDRESS
from casework.i18n import N_

LANGUAGES = [("fr", "Français"), ("nl", "Nederlands"), ("en", "English")]
TOO_LONG = N_("This is longer than any address: at most 254 characters.")


def _email(label: str, autocomplete: str) -> EmailField:
    return EmailField(
        label,
        [InputRequired(N_("Enter your e-mail address.")), Length(max=254, message=TOO_LONG)],
        render_kw={"autocomplete": autocomplete},
    )


def _new_password() -> PasswordField:
    return PasswordField(
        N_("New password"),
        [InputRequired(N_("Enter the password that you want."))],
        description=N_("At least 12 characters. A few words that only you put together are good."),
        render_kw={"autocomplete": "new-password", "data-show-password": ""},
    )


class SignInForm(Form):
    """Address and password."""

    email = _email(N_("E-mail address"), "username")
    password = PasswordField(
        N_("Password"),
        [InputRequired(N_("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password", "data-show-password": ""},
    )


class MailForm(Form):
    """The address to which a link is to be mailed."""

    email = _email(N_("E-mail address"), "username")


class CodeForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(
        N_("Code"),
        [InputRequired(N_("Enter the code.")), Length(max=40, message=N_("This is no code."))],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    """The password that somebody wants."""

    password = _new_password()


class ChangePasswordForm(Form):
    """The present password and the one that somebody wants."""

    present = PasswordField(
        N_("Your present password"),
        [InputRequired(N_("Enter your present password."))],
        render_kw={"autocomplete": "current-password", "data-show-password": ""},
    )
    password = _new_password()


class ProfileForm(Form):
    """How somebody is called, and in which language we speak to them."""

    name = StringField(
        N_("Name"),
        [
            InputRequired(N_("Enter your name.")),
            Length(max=120, message=N_("At most 120 letters.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    language = choice(N_("Language of the pages and of your mails"), LANGUAGES, default="fr")


class AddressForm(Form):
    """Another address, and what proves that it is really this person who asks."""

    email = EmailField(
        N_("New e-mail address"),
        [
            InputRequired(N_("Enter the new address.")),
            Length(max=254, message=TOO_LONG),
            Regexp(
                re.compile(rf"\s*{ADDRESS.pattern}\s*$"),
                message=NOT_AN_ADDRESS,
            ),
        ],
        render_kw={"autocomplete": "email"},
    )
    password = PasswordField(
        N_("Your password"),
        [Optional()],
        render_kw={"autocomplete": "current-password", "data-show-password": ""},
    )
    code = StringField(
        N_("Code of your app, or a recovery code"),
        [Optional(), Length(max=40, message=N_("This is no code."))],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class ResetForm(Form):
    """Why an administrator resets somebody's second step."""

    reason = TextAreaField(
        N_("Reason"),
        [
            InputRequired(N_("Say why: it stands in the security log.")),
            Length(max=500, message=N_("At most 500 characters.")),
        ],
        description=N_("How you made sure that it is really this person who asks."),
    )
