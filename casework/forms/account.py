"""Forms about one's own account."""

from __future__ import annotations

from wtforms import EmailField, Form, PasswordField
from wtforms.validators import InputRequired, Length

from casework.i18n import N_


class SignInForm(Form):
    """Address and password."""

    email = EmailField(
        N_("E-mail address"),
        [InputRequired(N_("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        N_("Password"),
        [InputRequired(N_("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
