"""A label audit in the field: the page that works without a network, and what it talks to.

The page itself holds nothing of the case: a device keeps it (``static/js/field_worker.js``) and
fills it with what it has encrypted.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    render_template,
    request,
    send_from_directory,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from casework import policy
from casework.extensions import db, settings
from casework.forms.label_audit.field import (
    LONGEST_CAPTION,
    Head,
    MalformedError,
    identifier,
    revision,
)
from casework.forms.label_audit.result import ResultForm
from casework.models import Case
from casework.services import documents, forms
from casework.services.documents import DocumentError
from casework.services.errors import ForbiddenError, RefusedError
from casework.services.labels import field, field_keys, results
from casework.web import field_data
from casework.web.base import (
    committing,
    find_case,
    go,
    guarded,
    lang,
    me,
    sent_id,
    sent_key,
    whole,
)
from casework.web.filters import reason_text

bp = Blueprint("label_field", __name__)
MOST = 50
"""How many results a device sends at once."""


@bp.get("/cases/<reference>/field/")
@guarded(policy.signed_in)
def show(reference: str) -> ResponseReturnValue:
    """Show the empty page, which its script fills."""
    case = _audited(reference)
    files = field_data.files(str(current_app.static_folder))
    most = settings().max_upload_bytes
    return render_template(
        "labels/field.html", reference=case.reference, files=files, most=most, mib=documents.MIB
    )


@bp.get("/cases/<reference>/field/worker.js")
@guarded(policy.anyone)
def worker(reference: str) -> ResponseReturnValue:
    """Send the service worker: from here, so that it can look after this one page and no other."""
    folder = f"{current_app.static_folder}/js"
    return send_from_directory(folder, "field_worker.js", mimetype="text/javascript")


@bp.get("/cases/<reference>/field/data")
@guarded(policy.signed_in)
def data(reference: str) -> ResponseReturnValue:
    """Return the audit as a device takes it along, and what it needs to send."""
    case = _audited(reference)
    facts = results.facts_for(case)
    in_use, forgotten = field_keys.known(case.id, me())
    reason = field_keys.why_closed(case, facts, me())
    found: dict[str, Any] = {
        "reader": str(me().id),
        "csrf": generate_csrf(),
        "key": str(in_use) if in_use else None,
        "forgotten": [str(key) for key in forgotten],
        "closed": reason_text(reason).striptags() if reason else None,
    }
    if reason is None:
        found["audit"] = field_data.audit(case, facts)
    return jsonify(found)


@bp.post("/cases/<reference>/field/key")
@guarded(policy.signed_in)
def key(reference: str) -> ResponseReturnValue:
    """Hand out the key of this person for this audit."""
    case = _audited(reference)
    with committing():
        key_id, text = field_keys.hand_out(case.id, me())
    return jsonify(id=str(key_id), key=text)


@bp.post("/cases/<reference>/field/entries")
@guarded(policy.signed_in)
def entries(reference: str) -> ResponseReturnValue:
    """Take over results, each by itself, and say what became of each."""
    case_id = _audited(reference).id
    sent = request.get_json(silent=True)
    found = sent.get("entries") if isinstance(sent, dict) else None
    if not isinstance(found, list) or len(found) > MOST:
        abort(400)
    return jsonify(answers=[_take(case_id, each) for each in found])


@bp.post("/cases/<reference>/field/photos")
@guarded(policy.signed_in)
def photos(reference: str) -> ResponseReturnValue:
    """Take over one photo as evidence."""
    case_id, file = _audited(reference).id, request.files.get("file")
    try:
        head = Head.read(request.form)
    except MalformedError:
        abort(400)
    if file is None:
        abort(400)
    caption = " ".join(request.form.get("caption", "").split())[:LONGEST_CAPTION]
    db.session.rollback()  # nothing is locked while the file is looked at
    try:
        stream = cast("BinaryIO", file.stream)
        with documents.arriving(stream, file.filename or "") as arrival, committing():
            field.take_photo(case_id, me(), head.id, head.code, caption, head.taken_at, arrival)
    except RefusedError as error:
        return jsonify(_refused(str(head.id), [reason_text(r).striptags() for r in error.reasons]))
    except DocumentError as error:
        return jsonify(_refused(str(head.id), [reason_text(error.reason).striptags()]))
    return jsonify(id=str(head.id), outcome="saved")


@bp.post("/cases/<reference>/grid/<code>/conflicts/<entry_id>")
@guarded(policy.signed_in)
def settle(reference: str, code: str, entry_id: str) -> ResponseReturnValue:
    """End a conflict on the ordinary grid: by what stands, or by what was taken offline."""
    case = _audited(reference)
    pick, seen = request.form.get("pick"), whole(request.form.get("seen", ""), -1)
    if pick not in {"standing", "entry"}:
        abort(400)
    with committing():
        standing = pick == "standing"
        field.choose(case.id, me(), sent_id(entry_id), standing=standing, seen=seen, key=sent_key())
    flash(_("Chosen. The other one stays in the history."), "good")
    return go("label_grid.show", reference=reference, _anchor=f"row-{code}")


def _audited(reference: str) -> Case:
    """Return the case of one of its auditors. Raises ForbiddenError for everybody else."""
    case = find_case(reference)
    if not policy.audits(me(), case):
        raise ForbiddenError("field")
    return case


def _take(case_id: Any, sent: Any) -> dict[str, Any]:
    """Take over one result in a transaction of its own; return what became of it."""
    try:
        head = Head.read(sent if isinstance(sent, dict) else {})
        base, follows = revision(sent.get("base")), identifier(sent.get("follows"))
        settles = identifier(sent.get("settles"))
    except MalformedError:
        abort(400)
    form = forms.bind(
        ResultForm,
        {"result": str(sent.get("result", "")), "note": str(sent.get("note", ""))},
        language=lang(),
    )
    if not form.validate():
        return _refused(str(head.id), [e for f in form.errors.values() for e in f])
    said = forms.clean(form)
    one = field.Sent(
        head.id, head.code, base, said["result"], said["note"], head.taken_at, follows, settles
    )
    try:
        with committing():
            done = field.take(case_id, me(), one)
    except RefusedError as error:
        return _refused(str(head.id), [reason_text(r).striptags() for r in error.reasons])
    return {"id": str(head.id), "outcome": done.outcome, "revision": done.revision}


def _refused(key_: str, reasons: list[Any]) -> dict[str, Any]:
    return {"id": key_, "outcome": "refused", "why": " ".join(str(each) for each in reasons)}
