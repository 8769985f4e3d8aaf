// A review: written, read, disputed and decided. The server scores it on each save; this page shows what it says.

import {
  announce, build, call, clockWithSeconds, dayOrClock, fill, fullTime, now, part, setClock, setText, toast,
} from "../escalations/core.js";
import { drawItem } from "../escalations/timeline.js";
import { CriterionCard } from "./criterion.js";
import { decisionForm } from "./decision.js";
import { Draft } from "./draft.js";
import { listen } from "./keys.js";
import { Remarks, say } from "./remarks.js";

const page = document.getElementById("hn-review");
const given = JSON.parse(document.getElementById("hn-sheet").textContent);
const { api } = page.dataset;
const draft = new Draft(page.dataset.id, api, {
  saved: (card) => update(card),
  refused: (errors) => showErrors(errors),
  conflict: (problem) => showConflict(`${problem.message} What you typed here is kept.`, problem.body.version),
  state: (text) => setText(part(page, "saved"), text),
});

let cards = [];
let remarks = null;
let chosenMessage = null;
let conflictVersion = null;

const isWritten = () => draft.card.steps.includes("write");

// ---- the conversation --------------------------------------------------------------------------------------

const items = new Map();

function showTranscript() {
  setClock(given.now);
  part(page, "earlier").hidden = !given.earlier;
  const list = page.querySelector("[data-timeline]");
  for (const item of given.timeline) {
    const node = drawItem(item);
    items.set(item.key, node);
    if (item.type === "message") makeRemarkable(node, item.key);
    list.append(node);
  }
}

function makeRemarkable(node, key) {
  node.dataset.key = key;
  node.tabIndex = -1;
  if (given.steps.includes("write")) {
    const tools = build("hn-message-tools");
    node.querySelector(".hn-message-head").append(tools);
  }
  const list = document.createElement("ul");
  list.className = "hn-remarks";
  node.append(list);
  node.addEventListener("click", () => chooseMessage(node, false));
}

function chooseMessage(node, focus = true) {
  chosenMessage?.classList.remove("is-chosen");
  chosenMessage = node;
  node.classList.add("is-chosen");
  if (!focus) return;
  showTab("transcript");
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "center", behavior: "smooth" });
}

function stepMessage(by) {
  const nodes = [...page.querySelectorAll(".hn-message")];
  const at = nodes.indexOf(chosenMessage);
  const next = nodes[at < 0 ? (by > 0 ? 0 : nodes.length - 1) : at + by];
  if (next) chooseMessage(next);
}

function showItem(key) {
  const node = items.get(key);
  if (!node) return;
  showTab("transcript");
  if (node.classList.contains("hn-message")) chooseMessage(node);
  else node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.add("is-pointed");
  setTimeout(() => node.classList.remove("is-pointed"), 1600);
}

// ---- the scores --------------------------------------------------------------------------------------------

// Everything anew: at the start, and after a step.
function show(card) {
  draft.load(card);
  restore();
  drawAll();
  update(card);
}

function drawAll() {
  const writing = isWritten();
  page.dataset.mode = writing ? "write" : "read";
  for (const node of page.querySelectorAll("[data-writing], .hn-message-tools")) node.hidden = !writing;
  drawCriteria(writing);
  remarks = new Remarks(draft, draft.card.criteria, {
    isWritten: writing,
    place: (message) => items.get(message)?.querySelector(".hn-remarks") || part(page, "general"),
    atCriterion: (key) => cards.find((one) => one.criterion.key === key) && part(cardOf(key).node, "remarks"),
    show: showItem,
  });
  drawWhole(writing);
}

const cardOf = (key) => cards.find((one) => one.criterion.key === key);

function drawCriteria(writing) {
  let category = "";
  const nodes = [];
  cards = draft.card.criteria.map((criterion) => {
    const at = given.evidence_at[criterion.measure];
    const card = new CriterionCard(criterion, draft.answers[criterion.key], {
      isWritten: writing,
      changed: () => draft.changed(),
      show: at && criterion.evidence ? () => showItem(at) : null,
    });
    if (criterion.category !== category && criterion.category !== criterion.name) nodes.push(heading(criterion.category));
    category = criterion.category;
    nodes.push(card.node);
    return card;
  });
  part(page, "criteria").replaceChildren(...nodes);
}

function heading(text) {
  const node = document.createElement("h3");
  node.className = "hn-category";
  node.textContent = text;
  return node;
}

function drawWhole(writing) {
  page.querySelector("[name=summary]").value = draft.summary;
  say(page, "summary-words", writing ? "" : draft.summary);
  say(page, "causes-words", writing || !draft.card.root_causes.length ? "" : `Root causes: ${draft.card.root_causes.map((one) => one.name).join(", ")}`);
  const known = new Map(given.causes.map((one) => [one.id, one.name]));
  for (const one of draft.card.root_causes) known.set(one.id, one.name);
  part(page, "causes").replaceChildren(...[...known].map(([id, name]) => causeBox(id, name)));
  const isEmpty = !writing && !draft.summary && !draft.card.root_causes.length && !draft.remarks.some((one) => !items.has(one.message));
  part(page, "whole").hidden = isEmpty;
}

function causeBox(id, name) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  label.className = "hn-cause";
  box.type = "checkbox";
  box.checked = draft.causes.has(id);
  box.addEventListener("change", () => {
    if (box.checked) draft.causes.add(id);
    else draft.causes.delete(id);
    draft.changed();
  });
  label.append(box, name);
  return label;
}

page.querySelector("[name=summary]").addEventListener("input", (event) => {
  draft.summary = event.target.value;
  draft.changed();
});

// What the server answered: the total, what each criterion gave, and what may be done next.
function update(card) {
  draft.card = card;
  const total = card.total === null ? "–" : card.total.toFixed(1).replace(/\.0$/, "");
  fill(page, { state: card.state.label, total, band: card.auto_failed ? "Auto-failed" : card.band });
  part(page, "state").dataset.state = card.state.code;
  part(page, "total-box").dataset.level = card.auto_failed ? "failed" : levelOf(card.total);
  const missing = isWritten() ? card.missing.length : 0;
  setText(part(page, "missing"), missing ? `${missing} to answer` : "of 100");
  card.criteria.forEach((criterion, index) => cards[index].update(criterion));
  setText(part(page, "saved"), savedWords());
  say(page, "whole-error", "");
  say(page, "foot-error", "");
  showSteps();
  showDisputes();
  showVersions();
}

const levelOf = (total) => (total === null ? "none" : total >= 85 ? "good" : total >= 75 ? "fair" : "low");

function savedWords() {
  if (!isWritten()) return "";
  if (draft.withoutReason.length) return "Saved, but for what needs a reason";
  return draft.isDirty ? "Saving…" : `Saved ${clockWithSeconds(now())}`;
}

function showSteps() {
  const may = new Set(draft.card.steps);
  for (const button of page.querySelectorAll("[data-step]")) {
    const { step } = button.dataset;
    button.hidden = !may.has(step === "submit" ? "write" : step);
  }
}

function showErrors(errors) {
  for (const [field, messages] of Object.entries(errors)) {
    const card = field.startsWith("answers.") && cardOf(field.split(".")[1]);
    const words = messages.join(" ");
    if (card) card.refuse(words);
    else if (/^(summary|remarks|root_causes)/.test(field)) say(page, "whole-error", words);
    else say(page, "foot-error", words);
  }
}

function showDisputes() {
  const { disputes, steps, criteria } = draft.card;
  part(page, "disputes").replaceChildren(...disputes.map((one) => {
    const about = criteria.find((criterion) => criterion.key === one.key)?.name || "the review as a whole";
    const node = build("hn-dispute", {
      about: `Dispute: ${about}`, state: one.state.label, text: one.text, when: `Opened ${fullTime(one.opened_at)}`,
      decision: one.decision && `${one.decided_by}, ${dayOrClock(one.decided_at)}: ${one.decision}`,
    });
    part(node, "state").dataset.state = one.state.code;
    const button = part(node, "decide");
    button.hidden = one.state.code !== "open" || !steps.includes("decide");
    button.addEventListener("click", () => decision.open(draft.card));
    return node;
  }));
}

function showVersions() {
  const { versions } = draft.card;
  part(page, "versions").hidden = !versions.length;
  part(page, "versions-list").replaceChildren(...versions.map((one) => {
    const total = one.total === null ? "" : `, total ${one.total}`;
    const node = build("hn-version", { what: one.what, who: `by ${one.by}, ${fullTime(one.at)}${total}`, why: one.why && `“${one.why}”` });
    part(node, "changes").replaceChildren(...one.changes.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    return node;
  }));
}

const VERDICTS = {
  ok: { icon: "check_circle", word: "OK: " }, not_ok: { icon: "info", word: "Look here: " }, "n/a": { icon: "remove", word: "Not applicable: " },
};

function showHints() {
  const { hints } = given;
  part(page, "hints").hidden = !hints;
  if (!hints) return;
  setText(part(page, "hints-total"), hints.total === null ? "" : `(${hints.total} of 100)`);
  part(page, "hints-list").replaceChildren(...hints.findings.map((one) => {
    const { icon, word } = VERDICTS[one.verdict];
    const node = build("hn-hint", { icon, label: one.label, verdict: word, why: one.why });
    node.dataset.verdict = one.verdict;
    const button = part(node, "show");
    button.hidden = !items.has(one.message);
    button.addEventListener("click", () => showItem(one.message));
    return node;
  }));
}

// ---- saved by somebody else, or not saved before ------------------------------------------------------------

function restore() {
  const kept = draft.kept();
  if (!kept || !isWritten()) return;
  if (kept.version === draft.card.version) {
    draft.restore(kept);
    draft.changed();
    toast("What was not saved last time is here again.");
  } else {
    draft.stopped = true;
    showConflict("This browser has changes from last time that were not saved; since then the review was changed elsewhere.", draft.card.version, kept);
  }
}

function showConflict(words, version, kept = null) {
  conflictVersion = { version, kept };
  say(page, "conflict-words", words);
  part(page, "conflict").hidden = false;
  part(page, "conflict").scrollIntoView({ block: "nearest" });
}

function solve(mine) {
  const { version, kept } = conflictVersion;
  part(page, "conflict").hidden = true;
  if (!mine) {
    draft.forget();
    draft.stored = draft.revision;
    location.reload();
    return;
  }
  if (kept) {
    draft.restore(kept);
    drawAll();
  }
  draft.goOnFrom(version);
}

// ---- steps -------------------------------------------------------------------------------------------------

const SAID = {
  submit: "Submitted.", publish: "Published: the agent sees it now.", "give-back": "A draft again.", void: "Voided.",
  dispute: "Disputed. A supervisor decides.", decision: "Decided.",
};

async function step(name, body) {
  await draft.settled();
  if (name === "submit" && draft.isDirty) throw new Error("Some of it is not saved yet: see above.");
  const card = await call("POST", `${api}${name}`, body);
  draft.forget();
  show(card);
  toast(SAID[name], "success");
  announce(SAID[name]);
}

async function plainStep(button) {
  button.disabled = true;
  say(page, "foot-error", "");
  try {
    await step(button.dataset.step);
  } catch (problem) {
    say(page, "foot-error", problem.message);
    pointAtMissing();
  } finally {
    button.disabled = false;
  }
}

function pointAtMissing() {
  const key = draft.withoutReason[0]?.key || draft.card.missing[0];
  if (key && isWritten()) chooseCard(cardOf(key));
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { step: name, dialog, remark, tabOf } = button.dataset;
  if (name && dialog) openDialog(dialog);
  else if (name) plainStep(button);
  else if (remark) remarks.write(remark, button.closest(".hn-message")?.dataset.key || "");
  else if (tabOf) showTab(tabOf);
  else if (button.dataset.do === "help") document.getElementById("hn-dialog-help").showModal();
  else if (button.dataset.do) solve(button.dataset.do === "mine");
});

function openDialog(name) {
  const dialog = document.getElementById(`hn-dialog-${name}`);
  if (name === "dispute") {
    const select = dialog.querySelector("[name=key]");
    select.length = 1;
    select.append(...draft.card.criteria.map((one) => new Option(one.name, one.key)));
    setText(part(dialog, "until"), `A supervisor decides. Possible until ${fullTime(draft.card.disputable_until)}.`);
  }
  dialog.showModal();
}

for (const dialog of document.querySelectorAll(".hn-dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

for (const form of document.querySelectorAll("[data-form]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    const error = form.querySelector("[data-error]");
    error.hidden = true;
    button.disabled = true;
    try {
      const name = form.dataset.form;
      await step(name, name === "decision" ? decision.body() : Object.fromEntries(new FormData(form)));
      form.reset();
      form.closest("dialog").close();
    } catch (problem) {
      error.textContent = problem.message;
      error.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

// ---- tabs, keys --------------------------------------------------------------------------------------------

function showTab(name) {
  page.dataset.tab = name;
  for (const tab of page.querySelectorAll("[data-tab-of]")) tab.setAttribute("aria-selected", String(tab.dataset.tabOf === name));
}

function chooseCard(card) {
  if (!card) return;
  showTab("scores");
  card.node.focus({ preventScroll: true });
  card.node.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function currentCard() {
  const within = cards.find((one) => one.node.contains(document.activeElement));
  return within || cards.find((one) => draft.card.missing.includes(one.criterion.key)) || cards[0];
}

function stepCard(by) {
  const at = cards.findIndex((one) => one.node.contains(document.activeElement));
  chooseCard(at < 0 ? currentCard() : cards[Math.min(cards.length - 1, Math.max(0, at + by))]);
}

function choosing(change) {
  const card = currentCard();
  if (!card || !isWritten()) return;
  chooseCard(card);
  change(card);
}

listen({
  message: stepMessage,
  criterion: stepCard,
  band: (index) => choosing((card) => card.choose(index)),
  beside: (by) => choosing((card) => card.move(by)),
  na: () => choosing((card) => card.setNa(!card.said.na)),
  points: () => choosing((card) => card.field("points").select()),
  note: () => choosing((card) => card.openNote()),
  summary: () => isWritten() && page.querySelector("[name=summary]").focus(),
  remark: (kind) => isWritten() && remarks.write(kind, chosenMessage?.dataset.key || ""),
  finish: () => page.querySelector(".hn-review-foot .hn-button-primary:not([hidden]):not(:disabled)")?.click(),
  help: () => document.getElementById("hn-dialog-help").showModal(),
});

// What is not saved is kept in this browser; a save on the way out could overtake it unseen.
window.addEventListener("beforeunload", (event) => {
  if (draft.isDirty || remarks.isWriting) event.preventDefault();
});

const decision = decisionForm(document.getElementById("hn-dialog-decide"));
showTranscript();
showHints();
show(given);
