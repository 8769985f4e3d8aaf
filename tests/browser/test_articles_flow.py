"""An article from its draft into a reply, and what its readers find wrong with it."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_queue_flow import SOON, open_case, start, wait_until_live

pytestmark = pytest.mark.browser


def publish(page: Page, title: str, body: str) -> None:
    page.goto("/admin/quality/article/add/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill(body)
    page.locator("[name=_continue]").click()
    page.get_by_role("link", name="Publish").or_(page.get_by_role("button", name="Publish")).first.click()
    page.locator("#dialog [type=submit]").click()
    expect(page.locator("body")).to_contain_text("is now “published”", timeout=SOON)


def test_an_article_is_published_suggested_used_in_a_reply_and_mended(sign_in, chat):
    morgan, sarah = sign_in("morgan"), sign_in("sarah")
    title = f"Find an invoice {uuid.uuid4().hex[:6]}"
    publish(morgan, title, "Every invoice is under *Billing*.")

    wait_until_live(sarah)
    subject = f"Invoice {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    open_case(sarah, subject)
    suggested = sarah.locator("[data-panel] li", has_text=title)
    expect(suggested).to_have_count(1, timeout=SOON)

    suggested.get_by_role("button", name="Use in reply").click()
    expect(sarah.locator("[name=reply]")).to_have_value("")
    sarah.locator("[data-step=claim]").click()
    expect(sarah.locator("[data-part=owner]")).to_have_text("You", timeout=SOON)
    sarah.locator("[name=reply]").fill("Hello Ann,")
    with sarah.expect_response(re.compile(r"/articles/art_\w+/used")) as used:
        suggested.get_by_role("button", name="Use in reply").click()
    assert used.value.status == 204
    expect(sarah.locator("[name=reply]")).to_have_value(f"Hello Ann,\n\n{title}\nEvery invoice is under Billing.")

    sarah.locator("[data-panel] input").fill("invioce")
    sarah.keyboard.press("Enter")
    expect(sarah.locator("[data-panel] li", has_text=title)).to_have_count(1, timeout=SOON)
    expect(sarah.locator("[data-panel] input")).to_be_focused()

    with sarah.expect_popup() as opened:
        sarah.locator("[data-panel] a", has_text=title).click()
    article = opened.value
    article.get_by_role("button", name="This helped").click()
    expect(article.locator("body")).to_contain_text("it is noted that this article helped")
    article.get_by_label("Missing example").check()
    article.get_by_label("What exactly?").fill("Which menu?")
    article.get_by_role("button", name="Raise the issue").click()
    expect(article.locator(".hn-banner")).to_contain_text("Missing example: Which menu?")

    morgan.goto("/knowledge/")
    figures = morgan.locator("table", has_text="In replies").locator("tr", has_text=title)
    expect(figures.locator("td")).to_have_text(["1", "1", "1"])
    morgan.get_by_role("link", name="Missing example").click()
    expect(morgan.locator("#result_list")).to_contain_text("Which menu?")
