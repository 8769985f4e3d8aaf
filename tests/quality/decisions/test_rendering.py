import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.decisions.rendering import plain, rendered


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**Bold** and `code`", "<p><strong>Bold</strong> and <code>code</code></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html;base64,PHN2Zz4=)", "<p>[x](data:text/html;base64,PHN2Zz4=)</p>\n"),
        ("[x](ftp://example.com)", '<p><a rel="noopener noreferrer nofollow">x</a></p>\n'),
    ],
)
def test_only_harmless_html_comes_out(body, html):
    assert rendered(body) == html


@pytest.mark.parametrize(
    "address", ["https://example.com/a", "http://example.com", "mailto:a@b.co", "/articles/x"]
)
def test_links_to_the_web_to_mail_and_to_this_site_stay(address):
    assert rendered(f"[x]({address})") == (
        f'<p><a href="{address}" rel="noopener noreferrer nofollow">x</a></p>\n'
    )


def test_an_image_becomes_a_link_so_that_nothing_is_loaded_from_elsewhere():
    html = rendered("![A <b>](https://example.com/a.png)")

    assert html == (
        '<p><a href="https://example.com/a.png" rel="noopener noreferrer nofollow">A &lt;b&gt;</a></p>\n'
    )


def test_a_table_is_one():
    assert "<td>1</td>" in rendered("|a|\n|-|\n|1|")


@given(st.text())
def test_nothing_that_is_written_becomes_a_script_or_an_image(body):
    html = rendered(body).lower()

    assert not any(tag in html for tag in ("<script", "<img", "<iframe", "<style", "<svg", "<object"))


def test_plain_text_has_a_line_for_each_block_and_no_markup():
    assert plain("# Title\n\nOne *two* &amp; three\n\n- four\n- <b>five</b>") == (
        "Title\nOne two & three\nfour\n<b>five</b>"
    )
