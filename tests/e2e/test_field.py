"""An audit in the field, on a device without a network: nothing is lost, and all arrives once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from casework.demo.people import PASSWORD
from tests.support.browsing import addresses, faults_of, overflow, visitor
from tests.support.files import JPEG
from tests.support.plug import Plug
from tests.support.site import Site

pytestmark = pytest.mark.e2e

AUDITOR = "Auditor (French)"
SECOND = "youcef.belhadj@sillon-doux.example"
COOPERATIVE = "Les Mains Levées"  # whose file was deferred: three criteria are open
CODE, OTHER, THIRD = "CPT-03", "RES-05", "RES-06"
TABLET: Any = {"viewport": {"width": 820, "height": 1180}, "locale": "fr-FR"}
MARK = uuid4().hex[:6]
FIRST, NOTE, BEGUN = f"Premier regard {MARK}.", f"Vu au mur {MARK}.", f"Commencé {MARK}."
KEPT, OTHERS = f"Reste ici {MARK}.", f"Vu par Youcef {MARK}."
PHOTO = f"panneau-{MARK}"
ONE_UNSENT = re.compile(r"non envoyés\s: 1\b")
READY = "L’audit est sur cet appareil : il fonctionne sans réseau."
SECRETS = (FIRST, NOTE, BEGUN, COOPERATIVE, "partial", PHOTO, CODE)
WHAT_LIES_THERE = """async () => {
  const db = await new Promise((resolve) => {
    const asking = indexedDB.open('casework-field');
    asking.onsuccess = () => resolve(asking.result);
  });
  const all = (name) => new Promise((resolve) => {
    const asking = db.transaction(name).objectStore(name).getAll();
    asking.onsuccess = () => resolve(asking.result);
  });
  const [keys, sealed] = [await all('keys'), await all('sealed')];
  db.close();
  const plain = (value) => {
    if (value instanceof CryptoKey) return 'key';
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      return new TextDecoder('utf-8').decode(value);
    if (value && typeof value === 'object')
      return Object.entries(value).map(([name, inner]) => `${name}=${plain(inner)}`).join(' ');
    return String(value);
  };
  let taken = 0;
  for (const each of keys) {
    for (const way of ['raw', 'jwk'])
      await crypto.subtle.exportKey(way, each.key).then(() => { taken += 1; }, () => {});
  }
  const cached = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys())
      cached.push(new URL(request.url).pathname);
  }
  return { text: plain([keys, sealed]), kinds: sealed.map((row) => row.kind), keys: keys.length,
           extractable: keys.some((each) => each.key.extractable), taken, cached };
}"""


@contextmanager
def tablet(browser: Browser, plug: Plug) -> Iterator[Page]:
    """A tablet whose network can be pulled."""
    with visitor(browser, plug.site, **TABLET) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield page


@pytest.fixture
def plug(site: Site) -> Iterator[Plug]:
    """The network between tablets and the site."""
    with Plug(site) as made:
        yield made


def come_in(page: Page, plug: Plug, address: str, password: str) -> str:
    """Sign in, open the audit in the field, and return its address."""
    page.goto(f"/sign-in?next=/search?q={COOPERATIVE.replace(' ', '+')}")
    say_who(page, address, password)
    page.get_by_role("link", name=re.compile("renouvellement")).first.click()
    page.goto(f"{page.url}/grid")
    page.get_by_role("link", name="Emporter l’audit").click()
    expect(state(page)).to_have_text(READY)
    return page.url


def say_who(page: Page, address: str, password: str) -> None:
    """Fill in the sign-in page."""
    page.locator("#email").fill(address)
    page.locator("#password").fill(password)
    page.locator("main button[type=submit]").click()


def state(page: Page) -> Locator:
    """Return where the page says how things stand."""
    return page.locator("[data-slot=state]")


def criterion(page: Page, code: str) -> Locator:
    """Return a criterion on the page, its field unfolded."""
    row = page.locator(f"[id='row-{code}']")
    row.evaluate("row => { row.closest('details').open = true; }")
    return row


def write(page: Page, code: str, result: str, note: str) -> None:
    """Note a result."""
    row = criterion(page, code)
    row.locator("select").select_option(result)
    row.locator("textarea").fill(note)
    row.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-slot=waiting]")).to_contain_text(note)


def waits(page: Page, number: int) -> None:
    """See how many things wait on the device."""
    expect(page.locator("#outbox")).to_have_text(f"Pas encore envoyé : {number}")


def said(page: Page, place: str, code: str) -> Locator:
    """Open the ordinary page of a criterion, and return the lines of what was ever said of it."""
    page.goto(f"{place.removesuffix('field/')}grid/{code}")
    return page.locator("main tbody tr")


def test_an_audit_without_a_network(browser: Browser, plug: Plug):
    address, password = addresses(plug.site)[AUDITOR]
    with tablet(browser, plug) as page, tablet(browser, plug) as other:
        place = come_in(page, plug, address, password)
        come_in(other, plug, SECOND, PASSWORD)
        plug.pull(page)
        write(page, CODE, "partial", FIRST)
        write(page, CODE, "partial", NOTE)
        photo = criterion(page, CODE).locator("input[type=file]")
        photo.set_input_files({"name": f"{PHOTO}.jpg", "mimeType": "image/jpeg", "buffer": JPEG})
        waits(page, 3)
        expect(state(page)).to_contain_text("Pas de réseau")
        criterion(page, OTHER).locator("textarea").fill(BEGUN)
        expect(criterion(page, OTHER).get_by_text("commencé, pas enregistré")).to_be_visible()
        _nothing_lies_open(page, place)
        page.reload()  # the device goes dark, and on again
        waits(page, 3)
        expect(criterion(page, OTHER).locator("textarea")).to_have_value(BEGUN)
        expect(criterion(page, CODE)).to_contain_text(NOTE)
        assert faults_of(page) == []

        page.context.clear_cookies()  # meanwhile the session has ended
        plug.put_back(page)
        expect(state(page)).to_contain_text("Votre session est terminée")
        waits(page, 3)
        page.get_by_role("link", name="Se connecter et envoyer").click()
        say_who(page, address, password)
        expect(page).to_have_url(place)
        expect(state(page)).to_have_text(READY)
        expect(page.locator("#outbox")).to_be_hidden()
        expect(criterion(page, CODE)).to_contain_text(PHOTO)
        expect(criterion(page, OTHER).locator("textarea")).to_have_value(BEGUN)
        lines = said(page, place, CODE)
        expect(lines.filter(has_text=NOTE)).to_have_count(1)
        expect(lines.filter(has_text=FIRST)).to_have_count(1)
        expect(page.get_by_text(PHOTO)).to_have_count(1)

        # the second auditor wrote about the same revision, and chooses
        write(other, CODE, "not_met", OTHERS)
        dispute = criterion(other, CODE).locator(".dispute")
        for words in (NOTE, OTHERS, "Agathe Perrineau", "Youcef Belhadj"):
            expect(dispute).to_contain_text(words)
        assert faults_of(other) == []
        other.set_viewport_size({"width": 360, "height": 740})
        assert overflow(other) <= 0
        dispute.get_by_role("button", name="Prendre celui-ci").press("Enter")
        expect(dispute).to_have_count(0)
        expect(other.locator("#outbox")).to_be_hidden()
        lines = said(other, place, CODE)
        expect(lines.first).to_contain_text(OTHERS)
        expect(lines.filter(has_text=OTHERS)).to_have_count(1)
        expect(lines.filter(has_text=NOTE)).to_have_count(1)


def _nothing_lies_open(page: Page, place: str) -> None:
    """See that the device holds keys that nobody takes out, sealed rows, and this one page."""
    found = page.evaluate(WHAT_LIES_THERE)
    assert sorted(found["kinds"]) == ["draft", "entry", "entry", "photo", "snapshot"]
    assert (found["keys"], found["extractable"], found["taken"]) == (1, False, 0)
    assert [words for words in SECRETS if words in found["text"]] == []
    pages = [path for path in found["cached"] if not path.startswith("/static/")]
    assert pages == [place.removeprefix(page.url.partition("/cases/")[0])]


def test_what_is_not_sent_stays_sealed_for_its_owner(browser: Browser, plug: Plug):
    address, password = addresses(plug.site)[AUDITOR]
    with tablet(browser, plug) as page:
        asked: list[str] = []
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        place = come_in(page, plug, address, password)
        page.route("**/field/entries", lambda route: route.abort())
        write(page, THIRD, "partial", KEPT)
        sign_out(page)
        assert [bool(ONE_UNSENT.search(words)) for words in asked] == [True], asked
        found = page.evaluate(WHAT_LIES_THERE)
        assert (found["keys"], found["kinds"], found["cached"]) == (0, ["entry"], [])

        come_in(page, plug, SECOND, PASSWORD)  # another auditor takes the tablet
        expect(page.locator("[data-slot=others]")).to_contain_text(ONE_UNSENT)
        expect(page.get_by_role("button", name="Les retirer de cet appareil")).to_be_hidden()
        expect(page.locator("#outbox")).to_be_hidden()
        assert KEPT not in page.content()
        assert page.evaluate(WHAT_LIES_THERE)["keys"] == 1
        sign_out(page)
        assert len(asked) == 1  # they had nothing to lose

        page.unroute("**/field/entries")
        come_in(page, plug, address, password)
        expect(page.locator("#outbox")).to_be_hidden()
        expect(page.locator("[data-slot=others]")).to_be_empty()
        expect(said(page, place, THIRD).filter(has_text=KEPT)).to_have_count(1)


def sign_out(page: Page) -> None:
    """Leave by the ordinary grid."""
    page.get_by_role("link", name="La grille ordinaire").click()
    expect(page).to_have_url(re.compile("/grid$"))
    page.wait_for_load_state("domcontentloaded")  # the scripts are there before it
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/sign-in"))
