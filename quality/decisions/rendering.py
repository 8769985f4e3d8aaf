"""An article's Markdown as HTML that can do no harm, and as plain text. Pure functions of the text."""

from html import escape, unescape
from typing import Any

import nh3
from markdown_it import MarkdownIt

_TAGS = """
    a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"""
TAGS = frozenset(_TAGS.split())
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}}


def _image(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """A link to it: pages load nothing from elsewhere."""
    token = tokens[index]
    text = escape(token.content or "image")
    return f'<a href="{escape(str(token.attrs.get("src", "")))}">{text}</a>'


_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_markdown.add_render_rule("image", _image)


def rendered(body: str) -> str:
    """Links lead to http, https, mailto or a place of this site; raw HTML is shown as text."""
    return nh3.clean(
        _markdown.render(body),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def plain(body: str) -> str:
    """The words alone, a block on each line."""
    text = unescape(nh3.clean(_markdown.render(body), tags=set()))
    return "\n".join(line for line in (" ".join(one.split()) for one in text.splitlines()) if line)
