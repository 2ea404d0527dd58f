from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdaboard.domain.external_link import ATTACHMENT, FILE, WEBLINK, ExternalLink, fits, title_of, type_of

TYPED = [
    ("https://example.org", WEBLINK, "example.org"),
    ("http://example.org/", WEBLINK, "example.org/"),
    ("https://Example.org:8080/a/b?c=d.pdf#e", WEBLINK, "example.org/a/b"),
    ("https://ann:secret@example.org/a", WEBLINK, "example.org/a"),
    ("HTTPS://EXAMPLE.ORG/A", WEBLINK, "example.org/A"),
    ("https://[::1]/a", WEBLINK, "::1/a"),
    *(
        (f"https://example.org/page.{end}", WEBLINK, f"example.org/page.{end}")
        for end in ("html", "PHP", "aspx", "cgi")
    ),
    ("https://example.org/a.", WEBLINK, "example.org/a."),
    ("https://example.org/a.pdf/", WEBLINK, "example.org/a.pdf/"),
    ("https://example.org/a/b.pdf", ATTACHMENT, "b.pdf"),
    ("http://example.org/b.tar.gz?version=1.html", ATTACHMENT, "b.tar.gz"),
    ("https://example.org/page.html.zip", ATTACHMENT, "page.html.zip"),
    ("https://example.org/.htaccess", ATTACHMENT, ".htaccess"),
    ("file:///share/a b.doc", FILE, "a b.doc"),
    ("smb://server/share/", FILE, "smb://server/share/"),
    ("owncloud://x", FILE, "x"),
    ("://", FILE, "://"),
]


@pytest.mark.parametrize(("url", "kind", "title"), TYPED)
def test_the_first_type_that_fits_is_taken_and_names_the_link(url: str, kind: str, title: str) -> None:
    assert (type_of(url), title_of(kind, url)) == (kind, title)


NONE = """ftp://example.org/a ftps://example.org httpx://example.org http: http:// http:///a https://? http://[ http://[::1
    http://]/ example.org mailto:ann@example.org javascript:alert(1) / http:example.org //example.org/a"""


@pytest.mark.parametrize("url", ["", "http://a b/", "https://example.org/a b.pdf", "http://a\tb", *NONE.split()])
def test_what_is_no_address_has_no_type(url: str) -> None:
    assert type_of(url) == ""
    assert not any(fits(kind, url) for kind in (FILE, ATTACHMENT, WEBLINK))


def test_a_document_is_a_page_to_whoever_says_so_but_a_page_is_no_document() -> None:
    assert fits(WEBLINK, "https://example.org/a.pdf")
    assert not fits(ATTACHMENT, "https://example.org/a.html")
    assert not fits(FILE, "https://example.org/a.pdf")


ADDRESSES = st.from_regex(r"[a-z]{0,5}:?/{0,3}[][@:%.a-z0-9]{0,9}[/?#.a-z\s]{0,9}") | st.text()


@given(ADDRESSES)
@example("http://[")
def test_any_text_has_an_answer(url: str) -> None:
    kind = type_of(url)
    assert kind == "" or fits(kind, url)
    for each in (FILE, ATTACHMENT, WEBLINK):
        assert title_of(each, url) or not url


def test_a_change_leaves_all_else_as_it_is() -> None:
    given_: dict[str, Any] = {"link_type": FILE, "dependency": "related", "title": "A", "url": "x://a", "task_id": 1}
    link = ExternalLink(id=1, date_creation=1, date_modification=1, **given_)
    assert link.changed(title="B") == ExternalLink(
        id=1, date_creation=1, date_modification=1, **given_ | {"title": "B"}
    )
