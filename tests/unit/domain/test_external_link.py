from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lambdaboard.domain.external_link import ATTACHMENT, FILE, WEBLINK, ExternalLink, fits, is_url, title_of, type_of

TYPED = [
    ("https://example.org", WEBLINK, "https://example.org"),
    ("http://127.0.0.1:9/page", WEBLINK, "http://127.0.0.1:9/page"),
    ("https://[::1]/a", WEBLINK, "https://[::1]/a"),
    *((url, WEBLINK, url) for url in (f"https://example.org/page.{end}" for end in ("html", "PHP", "aspx", "cgi"))),
    ("https://example.org/a.", WEBLINK, "https://example.org/a."),
    ("https://example.org/a.pdf/", WEBLINK, "https://example.org/a.pdf/"),
    ("https://example.org/a.b/c", WEBLINK, "https://example.org/a.b/c"),
    # the ending is that of the whole address
    ("http://example.org/b.tar.gz?version=1.html", WEBLINK, "http://example.org/b.tar.gz?version=1.html"),
    ("http://127.0.0.1:9/a.html?x=b.zip", ATTACHMENT, "a.html"),
    ("https://example.org/a.html?x=1", ATTACHMENT, "a.html"),
    ("https://ann:secret@example.org:8080/a/b?c=d.pdf#e", ATTACHMENT, "b"),
    ("https://example.org/a.html#top", ATTACHMENT, "a.html"),
    ("https://example.org?a=/b.zip", ATTACHMENT, ""),
    ("https://example.org/a/b.pdf", ATTACHMENT, "b.pdf"),
    ("https://example.org/page.html.zip", ATTACHMENT, "page.html.zip"),
    ("https://example.org/.htaccess", ATTACHMENT, ".htaccess"),
    ("https://example.org/a.b.", ATTACHMENT, "a.b."),
    ("https://example.org/a.zip?b/c.d", ATTACHMENT, "a.zip"),
    # letter case counts
    ("HTTP://h/a.zip", FILE, "a.zip"),
    ("Ftp://h/a", FILE, "a"),
    ("file:///share/a.doc", FILE, "a.doc"),
    ("file:///c:/some\\dir\\b.doc", FILE, "b.doc"),
    ("smb://server_1/share/?a#b", FILE, "share"),
    ("owncloud://x", FILE, ""),
    ("file:///", FILE, ""),
]


@pytest.mark.parametrize(("url", "kind", "title"), TYPED)
def test_the_first_type_that_fits_is_taken_and_names_the_link(url: str, kind: str, title: str) -> None:
    assert (type_of(url), title_of(kind, url)) == (kind, title)


URLS = """http://localhost http://a http://a.b-c.d/ http://1.2.3.4 https://h:0/ http://h:65535/ http://h:/ http://h:00080
    http://h. http://h/{|}\\^~[]`<>#%";?:@&= http://user:pa%41ss@h/ http://@h/ http://[::1]:80/ http://[2001:db8::1]
    smb://a_h ftp://example.org/a x://y mailto:ann@example.org news:a file:/a FILE://h/a HTTP://H"""

LONG = ".".join(["a" * 63] * 3)


@pytest.mark.parametrize("url", [*URLS.split(), f"http://{LONG}.{'b' * 61}", f"http://{LONG}."])
def test_what_phps_filter_takes_is_a_url(url: str) -> None:
    assert is_url(url)


NONE = """x:// x:///a file:// FILE:///a http: http:// http:///a https://? http://[ http://[::1 http://] http://[1] http://[::1%eth0]
    example.org / http:example.org //example.org/a javascript:alert(1) http://h/ä.zip http://ü.org/a.zip smb://ü/a
    http://-a http://a- http://a_b http://a..b http://.a http://a.-b http://h:65536 http://h:123456 http://h:8a
    http://a^b@h http://a%4g@h smb://:80 news:80 file:1/a data:text/html,a JavaScript://h/%0Aalert(1)
    vbscript://h data://h"""

BLANK = ["", " ", "http://a b/", "smb://h/a b", "https://example.org/a b.pdf", "http://a\tb", "http://h/\n", "x://h/\0"]

LONG_NONE = [f"http://{'a' * 64}", f"http://{LONG}.{'b' * 62}", f"http://h/{'x' * 65_527}"]


@pytest.mark.parametrize("url", [*NONE.split(), *BLANK, *LONG_NONE])
def test_what_is_no_url_has_no_type(url: str) -> None:
    assert not is_url(url)
    assert type_of(url) == ""
    assert not any(fits(kind, url) for kind in (FILE, ATTACHMENT, WEBLINK))


@pytest.mark.parametrize("url", ["ftp://example.org/a", "httpx://example.org", "mailto:ann@example.org", "file:/a"])
def test_a_url_may_be_of_no_type(url: str) -> None:
    assert is_url(url)
    assert type_of(url) == ""


def test_a_document_is_a_page_to_whoever_says_so_but_a_page_is_no_document() -> None:
    assert fits(WEBLINK, "https://example.org/a.pdf")
    assert not fits(ATTACHMENT, "https://example.org/a.html")
    assert not fits(FILE, "https://example.org/a.pdf")
    assert not fits(WEBLINK, "HTTP://example.org/a.pdf")


ADDRESSES = st.from_regex(r"[a-z]{0,5}:?/{0,3}[][@:%.a-z0-9]{0,9}[/?#.a-z\s]{0,9}") | st.text()


@given(ADDRESSES)
@example("http://[")
def test_any_text_has_an_answer(url: str) -> None:
    kind = type_of(url)
    assert kind == "" or fits(kind, url)
    assert isinstance(is_url(url), bool)
    for each in (FILE, ATTACHMENT, WEBLINK):
        assert title_of(each, url) in url.replace("\\", "/") or title_of(each, url) in url


def test_a_change_leaves_all_else_as_it_is() -> None:
    given_: dict[str, Any] = {"link_type": FILE, "dependency": "related", "title": "A", "url": "x://a", "task_id": 1}
    link = ExternalLink(id=1, date_creation=1, date_modification=1, **given_)
    assert link.changed(title="B") == ExternalLink(
        id=1, date_creation=1, date_modification=1, **given_ | {"title": "B"}
    )
