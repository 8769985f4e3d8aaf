"""Two agents, one escalation: from the chat over the live queue to the numbers."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SOON = 10_000  # milliseconds; what is live comes within a second, a loaded machine may take longer


def start(chat, subject: str) -> str:
    """A conversation in which the customer has just asked for a person: its id."""
    conversation = chat(
        "conversations",
        {
            "external_id": uuid.uuid4().hex,
            "subject": subject,
            "customer": {"external_id": uuid.uuid4().hex, "name": "Ann Li", "company": "Acme Corp", "plan": "pro"},
        },
    )["id"]
    say(chat, conversation, "Where is my invoice?")
    chat(f"conversations/{conversation}/messages", {"author": "ai", "text": "Not sure.", "ai_confidence": 0.35})
    say(chat, conversation, "I want to speak to human please")
    return conversation


def say(chat, conversation: str, text: str) -> dict:
    return chat(f"conversations/{conversation}/messages", {"author": "customer", "text": text})


def row(page: Page, subject: str, listed: str = "waiting"):
    return page.locator(f"[data-list={listed}] .hn-row", has_text=subject)


def open_case(page: Page, subject: str) -> None:
    """By its row in the queue. Before the page is loaded whole, with what listens, a click would be lost."""
    row(page, subject).locator("[data-part=link]").click(timeout=SOON)
    page.wait_for_url(re.compile(r"/queue/esc_"))


def wait_until_live(*pages: Page) -> None:
    for page in pages:
        expect(page.locator("[data-live][data-state=live]").first).to_be_visible(timeout=SOON)


def number(page: Page, metric: str) -> str:
    return page.locator(f'[data-metric="{metric}"]').first.inner_text()


def test_password_opens_the_queue(site, browser):
    page = browser.new_page(base_url=site.url)

    page.goto("/queue/")
    page.fill("[name=username]", "sarah")
    page.fill("[name=password]", site.password)
    page.press("[name=password]", "Enter")

    page.wait_for_url("**/queue/")
    wait_until_live(page)


def test_two_agents_one_escalation_from_chat_to_overview(sign_in, chat):
    start(chat, "An earlier one")
    sarah, david, morgan = sign_in("sarah"), sign_in("david"), sign_in("morgan", at="/analytics/")
    before = number(morgan, "escalated_conversations"), number(morgan, "csat")
    wait_until_live(sarah, david)
    subject = f"Invoice {uuid.uuid4().hex[:6]}"

    conversation = start(chat, subject)
    expect(row(sarah, subject)).to_have_count(1, timeout=SOON)
    expect(row(david, subject)).to_have_count(1, timeout=SOON)
    expect(row(sarah, subject)).to_contain_text("Medium")
    expect(row(sarah, subject)).to_contain_text("Available")

    workspace = both_claim(sarah, david, subject)
    workspace.page.locator("[name=reply]").fill("Good morning, I am looking into it.")
    workspace.page.keyboard.press("Control+Enter")
    transcript = workspace.page.locator("[data-timeline]")
    expect(transcript).to_contain_text("Good morning, I am looking into it.", timeout=SOON)
    expect(workspace.page.locator("[name=reply]")).to_have_value("")

    say(chat, conversation, "Thank you, I found it!")
    expect(transcript).to_contain_text("Thank you, I found it!", timeout=SOON)

    resolve(workspace.page)
    expect(row(workspace.loser, subject, "resolved")).to_have_count(1, timeout=SOON)
    expect(row(workspace.loser, subject, "waiting")).to_have_count(0)
    expect(row(workspace.loser, subject, "handled")).to_have_count(0)

    chat(f"conversations/{conversation}/ratings", {"csat": 5})
    expect(transcript).to_contain_text("The customer rated it 5 of 5", timeout=SOON)
    morgan.reload()
    after = number(morgan, "escalated_conversations"), number(morgan, "csat")
    assert before[0] != after[0]
    assert before[1] != after[1]


class Claimed:
    def __init__(self, page: Page, loser: Page) -> None:
        self.page, self.loser = page, loser


def both_claim(sarah: Page, david: Page, subject: str) -> Claimed:
    """David clicks while his page still shows it as available: his frames are held back meanwhile."""
    david.evaluate("window.requestAnimationFrame = () => 1")
    row(sarah, subject).get_by_role("button", name="Claim").click()
    sarah.wait_for_url("**/queue/esc_*/")
    row(david, subject).get_by_role("button", name="Claim").click()
    expect(david.locator(".hn-toast")).to_contain_text("Sarah M. has it", timeout=SOON)
    expect(row(david, subject, "handled")).to_contain_text("Sarah M.", timeout=SOON)
    assert re.search(r"/queue/$", david.url)
    return Claimed(sarah, reloaded(david))


def reloaded(page: Page) -> Page:
    page.reload()
    wait_until_live(page)
    return page


def resolve(page: Page) -> None:
    page.locator("[data-step=resolve]").click()
    form = page.locator("[data-form=resolve]")
    form.locator("[name=category]").select_option("answered")
    form.get_by_label("Resolved immediately").check()
    form.get_by_label("Needed", exact=True).check()
    form.get_by_role("button", name="Resolve").click()
    expect(page.locator("[data-part=state]")).to_have_text("Resolved", timeout=SOON)


def test_lost_connection_is_said_and_repaired(sign_in, chat):
    page = sign_in("sarah")
    wait_until_live(page)
    subject = f"While away {uuid.uuid4().hex[:6]}"

    page.context.set_offline(True)
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator(".hn-live")).to_contain_text("Reconnecting… shown as of", timeout=SOON)
    start(chat, subject)
    expect(row(page, subject)).to_have_count(0)
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    wait_until_live(page)
    expect(row(page, subject)).to_have_count(1, timeout=SOON)


def test_keyboard_moves_opens_and_claims_the_next(sign_in, chat):
    page = sign_in("david")
    start(chat, "For the keyboard")
    page.reload()
    wait_until_live(page)
    first = page.locator("[data-list=waiting] .hn-row").first
    expect(first).to_be_visible()

    page.keyboard.press("j")
    expect(first.locator("[data-part=link]")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#hn-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")

    page.wait_for_url("**/queue/esc_*/")
    expect(page.locator("[data-part=state]")).to_have_text("Being handled", timeout=SOON)


def test_draft_survives_a_reload_and_goes_to_the_next_owner(sign_in, chat):
    sarah, morgan = sign_in("sarah"), sign_in("morgan")
    subject = f"Draft {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    row(sarah, subject).get_by_role("button", name="Claim").click()
    sarah.wait_for_url("**/queue/esc_*/")
    address = sarah.url

    sarah.locator("[name=reply]").press_sequentially("Half an answer")
    expect(sarah.locator("[data-part=draft]")).to_contain_text("Draft saved", timeout=SOON)
    sarah.reload()
    expect(sarah.locator("[name=reply]")).to_have_value("Half an answer")

    morgan.goto(address)
    wait_until_live(sarah, morgan)
    expect(sarah.locator("[data-part=viewers]")).to_contain_text("Morgan B. is also here", timeout=SOON)
    sarah.locator("[data-menu]").click()
    sarah.locator("[data-step=release]").click()
    sarah.locator("[data-form=release]").get_by_role("button", name="Release").click()
    morgan.locator("[data-step=claim]:not([disabled])").click(timeout=SOON)
    expect(morgan.locator("[name=reply]")).to_have_value("Half an answer", timeout=SOON)


def test_what_was_typed_stays_when_the_server_is_not_reached(sign_in, chat):
    page = sign_in("morgan")
    subject = f"Typed {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    row(page, subject).get_by_role("button", name="Claim").click()
    page.wait_for_url("**/queue/esc_*/")
    wait_until_live(page)

    page.route("**/reply", lambda route: route.abort())
    page.locator("[name=reply]").fill("Not lost")
    page.locator("[data-send]").click()

    expect(page.locator("[data-composer] [data-error]")).to_contain_text("can't be reached", timeout=SOON)
    expect(page.locator("[name=reply]")).to_have_value("Not lost")
    page.unroute("**/reply")
    page.locator("[data-send]").click()
    expect(page.locator("[data-timeline]")).to_contain_text("Not lost", timeout=SOON)


def test_rows_keep_their_newest_version_and_stand_once(sign_in):
    """The store itself, in the browser: an older version never replaces a newer one, nothing comes twice."""
    page = sign_in("sarah")

    outcomes = page.evaluate(
        """async () => {
          const { Rows } = await import("/static/escalations/store.js");
          const level = { level: 2 };
          const row = (version, list) => ({ id: "esc_1", version, list, queue_level: level, opened_at: "" });
          const rows = new Rows();
          const said = [];
          const frames = [
            [1, "waiting"], [1, "waiting"], [3, "handled"], [2, "waiting"], [4, "gone"], [3, "handled"],
          ];
          for (const [version, list] of frames) {
            said.push(rows.upsert(row(version, list)));
          }
          said.push(rows.list("handled").length + rows.list("waiting").length);
          rows.leave("esc_2", 7);
          said.push(rows.upsert({ ...row(6, "waiting"), id: "esc_2" }));
          return said;
        }"""
    )

    assert outcomes == ["added", "ignored", "changed", "ignored", "removed", "ignored", 0, "ignored"]


def test_rows_stand_by_level_then_deadline_then_age(sign_in):
    """As the server orders them; without a deadline last among those of the same level."""
    page = sign_in("sarah")

    order = page.evaluate(
        """async () => {
          const { Rows } = await import("/static/escalations/store.js");
          const rows = new Rows();
          const given = [
            ["medium", 2, "2026-01-01T00:01:00Z", "1"], ["raised", 3, "2026-01-01T00:09:00Z", "1"],
            ["without", 2, null, "1"], ["younger", 2, "2026-01-01T00:01:00Z", "2"], ["low", 1, "2025", "1"],
          ];
          for (const [id, level, first_response_due_at, opened_at] of given) {
            const queue_level = { level };
            rows.upsert({ id, version: 1, list: "waiting", queue_level, first_response_due_at, opened_at });
          }
          return rows.list("waiting").map((row) => row.id);
        }"""
    )

    assert order == ["raised", "medium", "younger", "without", "low"]


def test_who_is_at_capacity_reads_so(sign_in, chat):
    page = sign_in("david")
    subject = f"One too many {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    wait_until_live(page)
    body = '{"title": "Conflict", "status": 409, "detail": "Full.", "held": 3, "capacity": 3}'
    page.route(
        "**/claim", lambda route: route.fulfill(status=409, content_type="application/problem+json", body=body)
    )

    row(page, subject).get_by_role("button", name="Claim").click()

    expect(page.locator(".hn-toast")).to_contain_text("You have 3 of 3 at the same time", timeout=SOON)
    expect(row(page, subject)).to_contain_text("Available")


def test_filters_stand_in_the_address_and_survive_a_reload(sign_in, chat):
    page = sign_in("morgan")
    subject, other = f"Wanted {uuid.uuid4().hex[:6]}", f"Other {uuid.uuid4().hex[:6]}"
    start(chat, subject)
    start(chat, other)
    wait_until_live(page)
    expect(row(page, other)).to_have_count(1, timeout=SOON)

    page.locator("[name=q]").fill(subject)
    expect(row(page, other)).to_have_count(0, timeout=SOON)
    page.reload()

    expect(page.locator("[name=q]")).to_have_value(subject)
    expect(row(page, subject)).to_have_count(1)
    expect(row(page, other)).to_have_count(0)
