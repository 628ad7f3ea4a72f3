"""By what two records of the same organisation can be told: its name without ornaments, its site.

``ASBL Les Tabliers verts`` and ``Tabliers Verts (asbl)`` have the same key.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from casework.folding import words

LEGAL_FORMS = frozenset(
    words(
        "asbl aisbl vzw ivzw npo scrl scrlfs scoop sc srl sprl bv bvba cv cvba cvbaso nv sa sas "
        "sarl scic scop association fondation stichting vereniging foundation fonds cooperative "
        "cooperatie ong ngo"
    )
)
ARTICLES = frozenset(words("le la les l un une du des de d het t een the of et en and"))
SHARED_HOSTS = (
    "blogspot.com",
    "facebook.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "sites.google.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "youtube.com",
)


def twin_key(name: str) -> str:
    """Return the words of a name that tell it from others, in one run and without accents."""
    said = words(name)
    kept = [w for w in said if w not in LEGAL_FORMS and w not in ARTICLES]
    return "".join(kept or said)


def host_of(website: str) -> str:
    """Return the domain of a site of its own; empty for none and for a page on a shared site."""
    try:
        host = (urlsplit(website).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
    shared = any(host == known or host.endswith(f".{known}") for known in SHARED_HOSTS)
    return "" if shared else host
