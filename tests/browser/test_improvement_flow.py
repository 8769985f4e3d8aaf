"""A month's improvement cycle is started, and its tasks are ticked by keyboard."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
SOON = 15_000


def test_tasks_are_ticked_by_keyboard_and_the_focus_stays_with_them(sign_in):
    page = sign_in("morgan")
    page.goto("/quality/cycles/")
    page.fill("[name=month]", "2031-03")
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_role("heading", name="March 2031")).to_be_visible(timeout=SOON)

    box = page.get_by_role("checkbox", name="Gather all escalation data and metrics")
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked(timeout=SOON)
    expect(box).to_be_focused(timeout=SOON)
    expect(page.get_by_text(re.compile(r"1 of 25\s+tasks done"))).to_be_visible()

    page.keyboard.press("ArrowDown")
    following = page.get_by_role("checkbox", name="Analyze quality scores and customer feedback")
    expect(following).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(box).not_to_be_checked(timeout=SOON)
