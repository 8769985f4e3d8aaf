"""A supervisor changes the rules: tried, back-tested, saved, and followed by the very next message."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_queue_flow import SOON, open_case, wait_until_live

pytestmark = pytest.mark.browser
RULES = "/admin/escalations/triggerrule/"
PERSON, TECHNICAL = "Customer asks for a person", "Technical support"
ASKS = "Give me a real person, please"


def test_a_rule_is_dragged_tried_replayed_saved_and_followed(sign_in, chat):
    morgan = sign_in("morgan")
    stored = f"Stored {uuid.uuid4().hex[:6]}"
    told = begin(chat, stored)
    told(ASKS)
    told("I want to speak to human")
    offers_feature_requests(morgan)

    drag_above(morgan, PERSON, TECHNICAL)
    morgan.get_by_role("link", name=PERSON).click()
    phrases = morgan.locator("[name=conditions-0-value]")
    phrases.fill(f"{phrases.input_value()}\nreal person")

    with morgan.expect_popup() as opened:
        morgan.get_by_role("button", name="Try it on a conversation").click()
    tried = try_on(opened.value, stored)
    expect(tried).to_contain_text("real person")

    with morgan.expect_popup() as opened:
        morgan.get_by_role("button", name="Back-test it on the past").click()
    replay(opened.value)

    morgan.get_by_role("button", name="Save", exact=True).click()
    morgan.wait_for_url(f"**{RULES}")

    subject = f"Followed {uuid.uuid4().hex[:6]}"
    answer = begin(chat, subject, topic="feature-requests")(ASKS, intent="api_error")
    assert answer["escalation"]["because"]["rule"]["name"] == PERSON
    reads_the_reasons(morgan, subject)


def begin(chat, subject: str, **more: str) -> Callable[..., dict]:
    """A new conversation: what is called with a text says it there as the customer, and gives the answer."""
    conversation = chat(
        "conversations",
        {
            "external_id": uuid.uuid4().hex,
            "subject": subject,
            "customer": {"external_id": uuid.uuid4().hex, "name": "Ann Li", "plan": "enterprise"},
            **more,
        },
    )["id"]

    def told(text: str, **more: str) -> dict:
        return chat(f"conversations/{conversation}/messages", {"author": "customer", "text": text, **more})

    return told


def offers_feature_requests(page: Page) -> None:
    page.goto("/admin/escalations/routingpolicy/add/")
    page.locator("[name=team]").select_option(label="Support")
    page.locator("[name=topic]").select_option(label="Feature requests")
    page.locator("[name=mode]").select_option("both")
    page.locator("[name=threshold]").fill("0")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/escalations/routingpolicy/")


def drag_above(page: Page, name: str, other: str) -> None:
    page.goto(RULES)
    handle, place = (page.locator("#result_list tbody", has_text=one).first for one in (name, other))
    handle.locator("[x-sort\\:handle]").drag_to(place, target_position={"x": 20, "y": 4})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#page")).to_contain_text("changed successfully")
    names = page.locator("#result_list tbody").all_inner_texts()
    assert place_of(name, names) < place_of(other, names)


def place_of(name: str, rows: list[str]) -> int:
    return next(place for place, text in enumerate(rows) if name in text)


def try_on(page: Page, subject: str) -> Locator:
    """The message at which the rule as it stands in the form would fire and decide."""
    expect(page.locator(".hn-banner").first).to_contain_text("An edit that is not saved.")
    page.get_by_placeholder("Id, subject or customer").fill(subject)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator(".hn-choice", has_text=subject).first.click()
    decides = page.locator(".hn-step-decides").first
    expect(decides).to_contain_text("fires and decides")
    return decides


def replay(page: Page) -> None:
    page.locator("[name=window]").select_option("7")
    page.get_by_role("button", name="Start the back-test").click()
    page.wait_for_url("**/rules/backtests/*")
    expect(page.locator(".hn-state")).to_have_text("Done", timeout=3 * SOON)
    expect(page.locator(".hn-cards")).to_be_visible()
    expect(page.locator("#hn-overlap")).to_be_visible()


def reads_the_reasons(page: Page, subject: str) -> None:
    """Rule, priority, deadline and routing on the escalation's page; it is cancelled at the end."""
    page.goto("/queue/")
    wait_until_live(page)
    open_case(page, subject)
    expect(page.locator("[data-timeline]")).to_contain_text(f"{PERSON}: the customer wrote “real person”")
    priority = page.locator("[data-section=priority]")
    expect(priority).to_contain_text(f"Medium: {PERSON}")
    deadline = page.locator(".hn-clock").first
    deadline.locator("summary").click()
    expect(deadline).to_contain_text(re.compile(r"Standard, version \d+"))
    routing = page.locator("[data-section=routing]")
    expect(routing).to_be_visible(timeout=SOON)
    expect(routing.locator("[data-routing=rows] tr")).not_to_have_count(0)
    page.locator("[data-menu]").click()
    page.locator("[data-step=cancel]").click()
    page.locator("#hn-dialog-cancel [name=reason]").fill("It was a try")
    page.locator("#hn-dialog-cancel [type=submit]").click()
    expect(page.locator("[data-part=state]")).to_have_text("Cancelled", timeout=SOON)
