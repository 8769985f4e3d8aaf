"""Rows from a page of figures into a file, while the page tells how far it is."""

import csv
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_queue_flow import SOON, start

pytestmark = pytest.mark.browser


def test_a_page_s_rows_are_exported_and_the_page_says_when_they_are_ready(sign_in, chat):
    subject = f"Invoice {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    morgan = sign_in("morgan", "/analytics/?window=7")

    morgan.get_by_role("link", name="Export rows").click()
    expect(morgan.get_by_label("Window")).to_have_value("7")
    morgan.get_by_role("button", name="Export", exact=True).click()

    exported = morgan.locator(".ex-table tbody tr").first
    expect(exported).to_contain_text("Ready", timeout=3 * SOON)
    expect(morgan.locator("[data-unfinished]")).to_have_count(0)
    with morgan.expect_download() as downloading:
        exported.get_by_role("link", name="as CSV").click()
    with Path(downloading.value.path()).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Subject"] == subject]
    assert [(row["Team"], row["Escalations"]) for row in rows] == [("Support", "1")]

    exported.get_by_role("button", name="Remove").click()
    expect(morgan.locator("body")).to_contain_text("The export was removed.")
