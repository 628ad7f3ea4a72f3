"""Good practices reach the catalogue with the cooperative's consent, and leave it without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from casework.clock import frozen
from casework.extensions import db, house_day
from casework.models.label_audit import Finding
from casework.services.errors import ForbiddenError, RefusedError
from tests.support import crowd
from tests.support.label_audit import Audit
from tests.support.world import World

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def audit(world: World) -> Audit:
    with frozen(MARCH):
        return Audit.engaged(world)


def catalogue(browser: FlaskClient, query: str = "") -> str:
    db.session.rollback()
    answer = browser.get(f"/labels/practices{query}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text


def drafted(audit: Audit) -> UUID:
    """Note a good practice, and issue the draft."""
    audit.to_audit()
    audit.say_all("auditor", "auditor", JUR_01="not_met")
    practice = audit.save(
        "findings",
        "auditor",
        kind="good_practice",
        criterion="ACC-07",
        text_fr="Un cercle de pairs s’est réuni à l’Œuvre.",
    )
    audit.save("report", "auditor", context="x", conclusion="y", no_recommendations=True)
    audit.fire("issue_draft", "auditor")
    return practice


def test_a_practice_is_published_with_consent_alone_and_taken_out_again(
    audit: Audit, world: World
) -> None:
    with frozen(MARCH):
        practice, visitor = drafted(audit), world.client()
        words = "Un cercle de pairs"
        case = f"/cases/{world.case(audit.case_id).reference}"
        lead = world.client(audit.people["member"])
        assert "to complete" not in lead.get(case).text  # nobody waits for a consent
        audit.save("practices", "member", practice, consent="named")
        assert words not in catalogue(visitor)  # the report is a draft still
        audit.save("reply", "member", text="We agree with all of it.")
        audit.fire("finalise_report", "auditor")
        page = catalogue(visitor)
        assert words in page
        assert "Terre en Commun" in page
        assert "Fictional referential, not official" in page
        by_criterion = ("?criterion=acc-07", "?criterion=acc", "?criterion=asks+07")
        for query in ("?text=reuni+oeuvre", *by_criterion, "?field=cpe.F"):
            assert words in catalogue(visitor, query), query
        for query in ("?text=cinema", "?criterion=JUR-01", "?field=other.F", "?text=%25"):
            assert words not in catalogue(visitor, query) or query == "?text=%25", query
        audit.save("practices", "member", practice, consent="unnamed")
        page = catalogue(visitor)
        assert words in page
        assert "Terre en Commun" not in page
        audit.save("practices", "member", practice, consent="no")
        assert words not in catalogue(visitor)


def test_only_the_cooperatives_lead_consents_also_when_the_cycle_is_over(
    audit: Audit, world: World
) -> None:
    with frozen(MARCH):
        practice = drafted(audit)
        for who in ("officer", "auditor"):
            with pytest.raises(ForbiddenError):
                audit.save("practices", who, practice, consent="named")
        audit.save("practices", "member", practice, consent="named")
        audit.fire("leave_network", reason="It leaves.")
        assert "Un cercle" in catalogue(world.client())
        audit.save("practices", "member", practice, consent="no")
        assert "Un cercle" not in catalogue(world.client())


def test_no_consent_stands_for_words_that_have_changed(audit: Audit) -> None:
    with frozen(MARCH):
        practice = drafted(audit)
        audit.save("practices", "member", practice, consent="named")
        said = {"kind": "good_practice", "criterion": "ACC-07"}
        audit.save("findings", "auditor", practice, **said, text_fr="Autre chose.")
        db.session.expire_all()
        row = db.session.get_one(Finding, practice)
        assert (row.consent, row.folded) == ("", "autre chose.")


def test_who_recommends_does_not_look_again(audit: Audit) -> None:
    with frozen(MARCH):
        audit.to_audit()
        audit.say_all("auditor", "auditor")
        row = audit.save(
            "recommendations",
            "auditor",
            text_fr="Revoir les statuts.",
            priority="high",
            due_on=house_day() + timedelta(days=60),
        )
        audit.save("report", "auditor", context="x", conclusion="y", no_good_practices=True)
        audit.fire("issue_draft", "auditor")
        audit.save("follow_up", "member", row, owner="Ann", progress="done", reply="Done.")
        checked = {"outcome": "closed", "checked_on": house_day()}
        with pytest.raises(RefusedError, match="Somebody else"):
            audit.save("rechecks", "auditor", row, **checked)
        audit.save("rechecks", "officer", row, **checked)


def test_the_catalogue_asks_as_often_for_many_as_for_none(audit: Audit, world: World) -> None:
    with frozen(MARCH):
        visitor, counts = world.client(), []
        for published in (False, True):
            if published:
                practice = drafted(audit)
                audit.save("practices", "member", practice, consent="named")
                audit.fire("leave_network", reason="It leaves.")
            catalogue(visitor)
            with crowd.statements(db.engine) as said:
                catalogue(visitor)
            counts.append(len(said))
        assert counts[0] == counts[1] <= 15
