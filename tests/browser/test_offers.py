"""An offer on the agent's page, and an alert behind the supervisor's bell."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_queue_flow import SOON, open_case, row, start, wait_until_live

pytestmark = pytest.mark.browser


def transfer(page: Page, subject: str, agent: str) -> None:
    open_case(page, subject)
    page.locator("[data-menu]").click()
    page.locator("[data-step=transfer]").click()
    choice = page.locator("#hn-dialog-transfer option", has_text=agent).first.get_attribute("value")
    page.locator("#hn-dialog-transfer [name=to]").select_option(choice)
    page.locator("#hn-dialog-transfer [name=reason]").fill("You know her")
    page.locator("#hn-dialog-transfer [type=submit]").click()
    expect(page.locator("[data-part=state]")).to_have_text("Offered", timeout=SOON)
    page.goto("/queue/")


def test_offer_is_declined_with_a_reason_and_the_next_one_accepted(sign_in, chat):
    sarah, morgan = sign_in("sarah"), sign_in("morgan")
    wait_until_live(sarah, morgan)
    subject = f"Refund {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    expect(row(morgan, subject)).to_have_count(1, timeout=SOON)

    transfer(morgan, subject, "Sarah Mitchell")
    offer = sarah.locator(".hn-offer", has_text=subject)
    expect(offer).to_contain_text("passes it on to you", timeout=SOON)
    expect(offer).to_contain_text("You know her")
    expect(offer).to_contain_text(re.compile(r"\d:\d\d to accept"))

    sarah.keyboard.press("d")
    sarah.locator("#hn-decline").get_by_text("Busy with another customer").click()
    sarah.locator("#hn-decline [type=submit]").click()
    expect(offer).to_have_count(0, timeout=SOON)
    expect(row(morgan, subject)).to_contain_text("Available", timeout=SOON)

    transfer(morgan, subject, "Sarah Mitchell")
    expect(offer).to_have_count(1, timeout=SOON)
    sarah.keyboard.press("a")
    sarah.wait_for_url(re.compile(r"/queue/esc_"))
    expect(sarah.locator("[data-part=owner]")).to_have_text("You", timeout=SOON)
    expect(sarah.locator("#hn-offers")).to_be_hidden()


def test_who_asks_a_supervisor_is_heard_and_answered(sign_in, chat):
    sarah, morgan = sign_in("sarah"), sign_in("morgan")
    wait_until_live(sarah, morgan)
    subject = f"Threat {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    open_case(sarah, subject)

    sarah.locator("[data-menu]").click()
    sarah.locator("[data-step=alert]").click()
    sarah.locator("#hn-dialog-alert [name=reason]").fill("The customer threatens to leave.")
    sarah.locator("#hn-dialog-alert [type=submit]").click()

    bell = morgan.locator("[data-bell]")
    expect(bell.locator("[data-part=count]")).to_have_text("1", timeout=SOON)
    bell.locator("button").first.focus()
    morgan.keyboard.press("Enter")
    alert = bell.locator(".hn-alert", has_text=subject)
    expect(alert).to_contain_text("The customer threatens to leave.")
    alert.get_by_role("button", name="I look after it").click()
    expect(alert).to_contain_text("looks after it", timeout=SOON)
    expect(bell.locator("[data-part=count]")).to_be_hidden()
    morgan.keyboard.press("Escape")
    expect(morgan.locator("#hn-bell-pop")).to_be_hidden()
