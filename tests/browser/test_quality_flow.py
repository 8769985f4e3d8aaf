"""A review from the escalation to the team's figures: scored by keyboard, published, disputed, decided."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_queue_flow import SOON, resolve, row, start, wait_until_live

pytestmark = pytest.mark.browser
PRAISE = "Immediate acknowledgment of customer request"


def test_a_review_is_scored_by_keyboard_published_disputed_and_decided(sign_in, chat):
    sarah, quinn, morgan = sign_in("sarah"), sign_in("quinn"), sign_in("morgan", at="/quality/")
    subject = f"Invoice {uuid.uuid4().hex[:6]}"
    escalation = handled(sarah, chat, subject)
    unreviewed = average(morgan)

    quinn.goto(f"/queue/{escalation}/")
    quinn.get_by_role("button", name="Review").click()
    quinn.wait_for_url("**/quality/reviews/rev_*/")
    scores_by_keyboard(quinn)
    reviewed = average(morgan)
    assert reviewed != unreviewed

    sarah.goto("/quality/mine/")
    sarah.get_by_role("link", name=subject).click()
    disputes(sarah)

    morgan.goto("/admin/quality/dispute/")
    morgan.get_by_role("link", name=subject).click()
    morgan.get_by_role("link", name="Open the review").click()
    decides(morgan)
    assert average(morgan) != reviewed

    sarah.reload()
    expect(sarah.locator("[data-part=total]")).to_have_text("100")
    expect(sarah.locator(".hn-dispute")).to_contain_text("Score changed")
    expect(sarah.locator(".hn-dispute")).to_contain_text("The agent is right.")


def test_what_can_not_be_saved_stays_and_is_saved_later(sign_in, chat):
    sarah, quinn = sign_in("sarah"), sign_in("quinn")
    escalation = handled(sarah, chat, f"Refund {uuid.uuid4().hex[:6]}")
    quinn.goto(f"/queue/{escalation}/")
    quinn.get_by_role("button", name="Review").click()
    saved, response = quinn.locator("[data-part=saved]"), quinn.locator("[data-key=response_time]")

    response.get_by_text("Over 10 minutes").click()
    expect(response.locator("[data-part=error]")).to_have_text("Say why the data is overruled; then it is saved.")
    quinn.locator("[name=summary]").fill("Good pace.")
    expect(saved).to_have_text("Saved, but for what needs a reason", timeout=SOON)
    quinn.reload()
    expect(quinn.locator("[name=summary]")).to_have_value("Good pace.")
    expect(response.get_by_label("Over 10 minutes")).to_be_checked()

    response.get_by_label("Why the data is overruled").fill("The first reply was automatic.")
    expect(saved).not_to_contain_text("reason", timeout=SOON)
    quinn.context.set_offline(True)
    quinn.locator("[name=summary]").fill("Good pace, said offline.")
    expect(saved).to_contain_text("Not saved. The server can't be reached", timeout=SOON)
    quinn.context.set_offline(False)
    expect(saved).to_contain_text("Saved ", timeout=SOON)

    quinn.reload()
    expect(quinn.locator("[name=summary]")).to_have_value("Good pace, said offline.")
    expect(response.get_by_label("Over 10 minutes")).to_be_checked()


def handled(sarah: Page, chat, subject: str) -> str:
    """What Sarah claimed, answered and resolved at once, rated with five stars: its id."""
    sarah.goto("/queue/")
    wait_until_live(sarah)
    conversation = start(chat, subject)
    row(sarah, subject).get_by_role("button", name="Claim").click(timeout=SOON)
    sarah.wait_for_url("**/queue/esc_*/")
    sarah.locator("[name=reply]").fill("Good morning, I have found the invoice.")
    sarah.keyboard.press("Control+Enter")
    expect(sarah.locator("[data-timeline]")).to_contain_text("I have found the invoice", timeout=SOON)
    resolve(sarah)
    expect(sarah.locator("[data-part=state]").first).to_have_text("Resolved", timeout=SOON)
    chat(f"conversations/{conversation}/ratings", {"csat": 5})
    return sarah.url.rstrip("/").rpartition("/")[-1]


def scores_by_keyboard(page: Page) -> None:
    page.keyboard.press("k")
    expect(page.locator(".hn-message.is-chosen")).to_contain_text("I have found the invoice")
    page.keyboard.press("w")
    page.keyboard.type(PRAISE)
    page.keyboard.press("Enter")
    expect(page.locator(".hn-message.is-chosen .hn-remark")).to_contain_text(PRAISE)
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-key=technical_accuracy]")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("[data-part=total]")).to_have_text("95", timeout=SOON)
    expect(page.locator("[data-part=band]").first).to_have_text("Excellent")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-step=publish]")).to_be_visible(timeout=SOON)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".hn-review-head [data-part=state]")).to_have_text("Published", timeout=SOON)


def disputes(page: Page) -> None:
    expect(page.locator(".hn-remark").first).to_contain_text(PRAISE)
    expect(page.locator("[name=summary]")).to_be_hidden()
    page.get_by_role("button", name="Dispute…").click()
    form = page.locator("[data-form=dispute]")
    form.get_by_label("About").select_option("technical_accuracy")
    form.get_by_label("What you see otherwise").fill("The article says exactly this.")
    form.get_by_role("button", name="Dispute it").click()
    expect(page.locator(".hn-dispute")).to_contain_text("Dispute: Technical accuracy", timeout=SOON)


def decides(page: Page) -> None:
    page.get_by_role("button", name="Decide…").click()
    form = page.locator("[data-form=decision]")
    form.get_by_label("Change the score").check()
    form.get_by_label("Technical accuracy", exact=True).select_option("Complete and accurate")
    form.get_by_label("Why").fill("The agent is right.")
    form.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("[data-part=total]")).to_have_text("100", timeout=SOON)
    page.get_by_text("Versions", exact=True).click()
    expect(page.locator(".hn-versions")).to_contain_text("Total: 95 → 100")


def average(page: Page) -> str:
    """What the quality page says of the team."""
    page.goto("/quality/")
    return page.locator("[data-figure=average]").inner_text()
