// One escalation: transcript, reply, and every step of the work. What is typed is never lost: a failed call
// leaves it where it is, and the reply is saved as a draft that the next owner finds.

import {
  announce, build, call, clockWithSeconds, countdown, day, dayOrClock, deadline, duration, everySecond, fill, fullTime,
  initials, now, part, roughly, setClock, setText, shortName, showMood, showPriority, toast,
} from "./core.js";
import { Live, showState } from "./live.js";
import { Notices } from "./notices.js";
import { Panel } from "./panel.js";
import { drawItem } from "./timeline.js";

const page = document.getElementById("hn-workspace");
const id = page.dataset.id;
const api = `${page.dataset.api}escalations/${id}`;
const DRAFT_AFTER = 700;

let desk = null;

// ---- showing -----------------------------------------------------------------------------------------------

function show(given) {
  if (desk && given.row.version < desk.row.version) return;
  const before = desk;
  desk = given;
  setClock(desk.now);
  showHead();
  showSteps();
  showTimeline(before === null);
  showCustomer();
  showClocks();
  showDetails();
  showRouting();
  composer.show(before);
}

function showHead() {
  const { row, me } = desk;
  const subject = row.subject || row.summary || "Without a subject";
  fill(page, { subject, state: row.state_label, tier: row.tier.label, topic: row.topic?.name || row.reason.label });
  document.title = `${subject} | helpNINJA`;
  showPriority(part(page, "priority"), row.priority);
  part(page, "priority").title = row.priority_because;
  const raised = part(page, "raised");
  raised.hidden = row.list !== "waiting" || row.queue_level.level === row.priority.level;
  raised.title = row.raised_because;
  raised.dataset.priority = row.queue_level.code;
  setText(part(page, "raised-word"), `raised to ${row.queue_level.label}`);
  part(page, "state").dataset.state = row.state;
  part(page, "tier").hidden = row.tier.code === "frontline";
  showMood(part(page, "mood"), row.mood);
  part(page, "repeat").hidden = !row.reescalation;
  part(page, "repeated").hidden = !row.customer_repeated;
  const owner = row.assignee || row.resolved_by;
  const mine = owner && me && owner.id === me.id;
  setText(part(page, "owner"), mine ? "You" : owner ? owner.name : "Nobody yet");
}

// A step that is not possible now says why; those that make no sense in this state are away.
function showSteps() {
  const { refused, row } = desk;
  const state = row.state;
  const senseless = {
    claim: !["waiting", "assigned"].includes(state),
    decline: state !== "assigned" || Boolean(refused.decline),
    pend: state !== "active",
    resume: state !== "pending",
    resolve: !["active", "pending"].includes(state),
    reopen: state !== "resolved",
    repeated: row.customer_repeated,
  };
  for (const button of page.querySelectorAll("[data-step]")) {
    const step = button.dataset.step;
    button.hidden = senseless[step] ?? false;
    button.disabled = Boolean(refused[step]);
    button.title = refused[step] || "";
    if (step === "claim") setText(button, state === "assigned" ? "Accept" : "Claim");
  }
  const menu = page.querySelector(".hn-menu");
  menu.hidden = ["resolved", "cancelled"].includes(state);
}

const drawn = new Map();

function showTimeline(first) {
  const list = page.querySelector("[data-timeline]");
  const scroll = page.querySelector("[data-scroll]");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const arrived = [];
  let place = list.firstElementChild;
  for (const item of desk.timeline) {
    let node = drawn.get(item.key);
    if (!node) {
      node = drawItem(item);
      drawn.set(item.key, node);
      arrived.push(item);
      if (!first) node.classList.add("is-new");
    }
    if (node === place) place = place.nextElementSibling;
    else list.insertBefore(node, place);
  }
  part(page, "earlier").hidden = !desk.earlier;
  if (first || atEnd) scroll.scrollTop = scroll.scrollHeight;
  else if (arrived.some((item) => item.author === "customer")) page.querySelector("[data-jump]").hidden = false;
}

function facts(name, pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  const nodes = rows.map(([label, value]) => {
    const node = build("hn-fact");
    node.firstElementChild.textContent = label;
    if (value instanceof Node) node.lastElementChild.append(value);
    else node.lastElementChild.textContent = value;
    return node;
  });
  page.querySelector(`[data-facts="${name}"]`).replaceChildren(...nodes);
  return rows.length;
}

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });

function showCustomer() {
  const customer = desk.customer;
  fill(page, {
    "customer-name": customer?.name || "Unknown customer",
    "customer-initials": initials(customer?.name || "?"),
    "customer-company": customer?.company || "",
    "customer-plan": customer?.plan || "",
  });
  part(page, "customer-plan").hidden = !customer?.plan;
  facts("customer", customer ? customerFacts(customer) : []);
  facts("context", desk.context.map((asked) => [asked.label, contextValue(asked.value)]));
  page.querySelector('[data-section="context"]').hidden = !desk.context.length;
  facts("priority", desk.priority.map((line) => [line.label, line.text]));
  page.querySelector('[data-section="priority"]').hidden = !desk.priority.length;
  const past = desk.history.map((earlier) => {
    const node = build("hn-past", { subject: earlier.subject, when: `${day(earlier.opened_at)} · ${earlier.state_label}` });
    part(node, "link").href = earlier.url;
    showPriority(part(node, "priority"), earlier.priority);
    return node;
  });
  page.querySelector("[data-history]").replaceChildren(...past);
  part(page, "no-history").hidden = past.length > 0;
}

function customerFacts(customer) {
  const since = customer.signed_up_on && `${day(`${customer.signed_up_on}T12:00:00`)} (${tenure(customer.signed_up_on)})`;
  return [
    ["Value", customer.monthly_value === null ? null : `${dollars.format(customer.monthly_value)} a month`],
    ["Customer since", since],
    ["E-mail", customer.contact ? customer.contact.email : "Shown to who handles it"],
    ["Phone", customer.contact?.phone],
    ["Where", [customer.region, customer.country].filter(Boolean).join(", ")],
    ["Language", customer.language],
    ["Local time", localTime(customer.time_zone)],
  ];
}

function tenure(date) {
  const days = Math.max(0, Math.floor((now() - Date.parse(date)) / 86_400_000));
  if (days < 60) return `${days} days`;
  return days < 730 ? `${Math.floor(days / 30.44)} months` : `${Math.floor(days / 365.25)} years`;
}

function localTime(timeZone) {
  if (!timeZone) return "";
  try {
    const format = new Intl.DateTimeFormat(undefined, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    return `${format.format(new Date(now()))} (${timeZone.split("/").pop().replaceAll("_", " ")})`;
  } catch {
    return timeZone; // a zone that this browser does not know
  }
}

// What the chat platform sent: a text, a list, or names with values; always shown as plain text.
function contextValue(value) {
  const box = document.createElement("div");
  if (value === null) {
    box.className = "hn-muted";
    box.textContent = "Not provided by the chat";
  } else if (Array.isArray(value)) {
    box.append(...value.slice(0, 20).map((entry) => lineOf(plain(isObject(entry) ? Object.values(entry) : entry))));
  } else if (typeof value === "object") {
    box.append(...Object.entries(value).slice(0, 20).map(([key, entry]) => lineOf(`${key.replaceAll("_", " ")}: ${plain(entry)}`)));
  } else {
    box.textContent = plain(value);
  }
  return box;
}

const isObject = (value) => value !== null && typeof value === "object";

function plain(value) {
  if (isObject(value)) {
    return Object.entries(value).map(([key, entry]) => (Array.isArray(value) ? plain(entry) : `${key} ${plain(entry)}`)).join(", ");
  }
  return value === true ? "yes" : value === false ? "no" : String(value);
}

function lineOf(text) {
  const line = document.createElement("div");
  line.textContent = text;
  return line;
}

// Every deadline with its time left; unfolded, it says why it is due then.
function showClocks() {
  const box = page.querySelector("[data-clocks]");
  const open = [...box.children].map((node) => node.open);
  const nodes = desk.clocks.map((clock, index) => {
    const node = build("hn-clock", { metric: clock.metric.label, because: clock.because.text || "" });
    part(node, "working").replaceChildren(...workingOf(clock).map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    node.open = open[index] ?? false;
    return node;
  });
  box.replaceChildren(...nodes);
  page.querySelector('[data-section="clocks"]').hidden = !nodes.length;
}

function workingOf({ because, ...clock }) {
  const pauses = (because.pauses || []).map(([from, to]) => `Stood still from ${dayOrClock(from)} to ${to ? dayOrClock(to) : "now"}`);
  return [
    `Counted from ${dayOrClock(clock.started_at)}`,
    because.calendar?.text,
    ...pauses,
    clock.due_at && `Due ${fullTime(clock.due_at)}`,
    clock.warned_at && `Near since ${fullTime(clock.warned_at)}`,
    clock.breached_at && `Missed at ${fullTime(clock.breached_at)}`,
    clock.ended_at && `${clock.state === "called off" ? "Called off" : "Done"} ${fullTime(clock.ended_at)}`,
  ].filter(Boolean);
}

function clockState(clock) {
  if (clock.state === "met") return { state: "met", text: "In time" };
  if (clock.state === "called off") return { state: "none", text: "Called off" };
  if (clock.state === "paused") return { state: "met", text: "Stands still" };
  if (clock.ended_at) return { state: "missed", text: "Late" };
  return countdown(clock.due_at, clock.warn_at);
}

function showDetails() {
  const { row, details, rating } = desk;
  const previous = details.previous;
  let link = null;
  if (previous) {
    link = document.createElement("a");
    link.href = previous.url;
    link.textContent = previous.subject;
  }
  facts("details", [
    ["Reason", row.reason.label],
    ["Team", row.team?.name],
    ["Skill needed", details.required_skill],
    ["Skill asked for", row.preferred_skill?.name],
    ["Escalated", dayOrClock(row.opened_at)],
    ["AI confidence", details.ai_confidence === null ? null : details.ai_confidence.toFixed(2)],
    ["Sentiment", details.sentiment === null ? null : details.sentiment.toFixed(2)],
    ["Channel", details.channel],
    ["Source", details.source],
    ["Times taken", row.claim_count || null],
    ["Handed on", details.transfer_count || null],
    ["Follows", link],
  ]);
  const score = rating && [rating.csat && `${rating.csat} of 5`, rating.nps !== null && `NPS ${rating.nps}`].filter(Boolean).join(", ");
  const known = facts("resolution", [
    ["Ended", row.state === "resolved" ? details.category : ""],
    ["Quality", details.quality],
    ["Needed?", details.necessity],
    ["Came back", details.cause],
    ["Took", row.state === "resolved" && row.resolution_seconds !== null ? roughly(row.resolution_seconds) : ""],
    ["Missing content", details.missing_content],
    ["Note", details.resolution_note],
    ["Rated", score],
    ["Comment", rating?.comment],
  ]);
  page.querySelector('[data-section="resolution"]').hidden = !known;
}

// ---- routing: factors in rows, candidates in columns ------------------------------------------------------

function showRouting() {
  const { routing } = desk;
  page.querySelector('[data-section="routing"]').hidden = !routing;
  if (!routing) return;
  const { candidates, factors, exclusions, more } = routing;
  fill(page, {
    "routing-title": routing.own ? "Why you" : "Who should take it",
    "routing-because": routing.because,
    "routing-more": [
      more.candidates && `${more.candidates} more with lower scores`,
      more.exclusions && `${more.exclusions} more excluded`,
      more.elsewhere && `${more.elsewhere} in other teams`,
    ].filter(Boolean).join(" · "),
  });
  page.querySelector(".hn-scores").hidden = !candidates.length;
  const heads = candidates.map((one) => heading("col", routing.own ? "You" : one.name, RANKS[one.rank]));
  page.querySelector('[data-routing="head"]').replaceChildren(heading("col", ""), ...heads);
  const total = line("Score", candidates.map((one) => scoreCell(one.percent, "")));
  total.className = "is-total";
  const rows = factors.map((factor, index) =>
    line(factor.label, candidates.map((one) => factorCell(one.factors[index])), `weighs ${factor.weight} %`));
  page.querySelector('[data-routing="rows"]').replaceChildren(total, ...rows);
  const excluded = exclusions.map((one) => listed(one.name, one.because));
  page.querySelector('[data-routing="excluded"]').replaceChildren(...excluded);
}

const RANKS = { choice: "first choice", backup: "backup" };

function heading(scope, text, note) {
  const cell = document.createElement("th");
  cell.scope = scope;
  cell.textContent = text;
  if (note) {
    const small = document.createElement("small");
    small.textContent = note;
    cell.append(" ", small);
  }
  return cell;
}

function line(label, cells, note) {
  const row = document.createElement("tr");
  row.append(heading("row", label, note), ...cells);
  return row;
}

function scoreCell(percent, title) {
  const cell = build("hn-score", { number: `${percent} %` });
  part(cell, "bar").style.width = `${percent}%`;
  cell.title = title;
  return cell;
}

const factorCell = (factor) =>
  scoreCell(factor.percent, factor.parts.map((one) => `${one.label}: ${one.text}`).join("\n"));

function listed(name, because) {
  const item = document.createElement("li");
  const who = document.createElement("strong");
  who.textContent = name;
  item.append(who, ` ${because}`);
  return item;
}

function tick() {
  if (!desk) return;
  [...page.querySelector("[data-clocks]").children].forEach((node, index) => {
    const { state, text } = clockState(desk.clocks[index]);
    part(node, "left").dataset.sla = state;
    setText(part(node, "left"), text);
  });
  const sla = part(page, "sla");
  const closed = ["resolved", "cancelled"].includes(desk.row.state);
  const due = deadline(desk.row);
  const open = duration((now() - Date.parse(desk.row.opened_at)) / 1000);
  sla.dataset.sla = due.state;
  setText(sla, closed || due.state === "met" || due.state === "missed" ? `${due.text}${closed ? "" : ` · ${open} open`}` : due.text);
}

// ---- steps -------------------------------------------------------------------------------------------------

const SAID = {
  claim: "It is yours.", alert: "Supervisors are alerted.", pend: "Waiting for the customer.",
  resume: "Resumed.", release: "Released to the queue.", transfer: "Transferred.", tier: "Handed over.",
  priority: "Priority changed.", flags: "Flags set.", repeated: "Marked: the customer had to repeat.", resolve: "Resolved. The survey goes out.",
  reopen: "Reopened.", cancel: "Cancelled.",
};

async function step(name, body) {
  await composer.saved();
  await call("POST", `${api}/${name}`, body);
  toast(SAID[name], "success", name === "resolve" ? { url: queueAddress(), text: "Back to the queue" } : null);
  await refresh();
}

async function plainStep(button) {
  button.disabled = true;
  try {
    await step(button.dataset.step);
  } catch (problem) {
    toast(explain(problem), problem.status === 409 ? "warning" : "error");
    await refresh();
  } finally {
    if (desk) showSteps();
  }
}

function explain(problem) {
  const { body = {}, status } = problem;
  if (body.owner && body.owner !== desk?.me?.name) return `${shortName(body.owner)} has it.`;
  if (body.capacity !== undefined && !body.owner) {
    return `${problem.message} Resolve one first, or set it to wait for the customer.`;
  }
  if (status === 404) return "It is no longer among what you may see.";
  return problem.message;
}

const BODIES = {
  transfer({ to, reason }) {
    const [kind, code] = to.split(/:(.*)/);
    return { [kind]: code, reason };
  },
  flags: (values, form) => ({ flags: new FormData(form).getAll("flags") }),
  resolve: ({ reescalation_cause: cause, ...rest }) => (cause ? { ...rest, reescalation_cause: cause } : rest),
};

for (const form of document.querySelectorAll("[data-form]")) {
  const name = form.dataset.form;
  const dialog = form.closest("dialog");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    const values = Object.fromEntries(new FormData(form));
    say(form, "");
    button.disabled = true;
    try {
      await step(name, BODIES[name] ? BODIES[name](values, form) : values);
      form.reset();
      dialog.close();
    } catch (problem) {
      say(form, explain(problem));
      if (problem.status === 409) refresh();
    } finally {
      button.disabled = false;
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

function say(box, text) {
  const error = box.querySelector("[data-error]");
  error.textContent = text;
  error.hidden = !text;
}

const menu = page.querySelector(".hn-menu");
const menuButton = menu.querySelector("[data-menu]");
const menuBox = menu.querySelector(".hn-pop");

function openMenu(open) {
  menuBox.hidden = !open;
  menuButton.setAttribute("aria-expanded", String(open));
  if (open) menuBox.querySelector("button:not(:disabled):not([hidden])")?.focus();
}

menuButton.addEventListener("click", () => openMenu(menuBox.hidden));
menu.addEventListener("keydown", (event) => {
  if (menuBox.hidden) return;
  const items = [...menuBox.querySelectorAll("button:not(:disabled):not([hidden])")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (event.key === "Escape") {
    openMenu(false);
    menuButton.focus();
  } else if (to !== undefined && items.length) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  }
});
document.addEventListener("click", (event) => {
  if (!menu.contains(event.target)) openMenu(false);
});
page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button || button.disabled) return;
  openMenu(false);
  const { dialog } = button.dataset;
  if (button.dataset.step === "decline") return notices.decline(id, desk.row.subject);
  if (!dialog) return plainStep(button);
  const box = document.getElementById(`hn-dialog-${dialog}`);
  if (dialog === "priority") {
    for (const input of box.querySelectorAll("[name=priority]")) input.disabled = input.value === desk.row.priority.code;
  }
  if (dialog === "flags") {
    for (const input of box.querySelectorAll("[name=flags]")) input.checked = desk.flags.includes(input.value);
  }
  if (dialog === "tier") {
    for (const input of box.querySelectorAll("[name=tier]")) input.disabled = input.value === desk.row.tier.code;
  }
  say(box, "");
  return box.showModal();
});

// ---- writing -----------------------------------------------------------------------------------------------

class Composer {
  constructor(form) {
    this.form = form;
    this.reply = form.elements.reply;
    this.note = form.elements.note;
    this.stored = ""; // the draft as the server has it
    this.saving = Promise.resolve();
    this.timer = null;
    this.keys = new Map(); // by text: sent again after a lost answer, it is still one message
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.addEventListener("change", () => this.showMode(true));
    this.reply.addEventListener("input", () => this.typed());
    this.note.addEventListener("input", () => this.grow(this.note));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.send();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      const unsaved = this.reply.value !== this.stored && !desk.refused.reply;
      if (unsaved) this.save();
      if (unsaved || this.note.value.trim()) event.preventDefault();
    });
    this.showMode(false);
  }

  get mode() {
    return this.form.elements.mode.value;
  }

  // Where the cursor stands, as paragraphs of its own.
  insert(text) {
    if (desk.refused.reply) {
      toast(desk.refused.reply, "warning");
      return false;
    }
    this.form.elements.mode.value = "reply";
    this.showMode(true);
    const { selectionStart: start, selectionEnd: end, value } = this.reply;
    const before = value.slice(0, start).trimEnd();
    const after = value.slice(end).trimStart();
    this.reply.value = [before, text, after].filter(Boolean).join("\n\n");
    const place = this.reply.value.length - after.length - (after ? 2 : 0);
    this.reply.setSelectionRange(place, place);
    this.typed();
    return true;
  }

  show(before) {
    const draft = desk.draft?.text ?? "";
    const untouched = this.reply.value === this.stored;
    const becameMine = before && before.refused.reply && !desk.refused.reply;
    if (!before || (untouched && (becameMine || desk.refused.reply))) {
      this.reply.value = draft;
      this.stored = draft;
      this.grow(this.reply);
      if (draft && desk.draft) this.draftWords(`Draft by ${shortName(desk.draft.author)}, ${dayOrClock(desk.draft.updated_at)}`);
      else this.draftWords("");
    }
    this.showAllowed();
  }

  showMode(focus) {
    const note = this.mode === "note";
    this.reply.hidden = note;
    this.note.hidden = !note;
    this.form.dataset.mode = this.mode;
    setText(this.form.querySelector("[data-send]"), note ? "Add note" : "Send");
    say(this.form, "");
    if (desk) this.showAllowed();
    if (focus) (note ? this.note : this.reply).focus();
  }

  showAllowed() {
    const why = desk.refused[this.mode] || "";
    this.reply.readOnly = Boolean(desk.refused.reply);
    this.note.readOnly = Boolean(desk.refused.note);
    this.form.classList.toggle("is-refused", Boolean(why));
    this.form.querySelector("[data-send]").disabled = Boolean(why);
    setText(part(this.form, "why"), why);
  }

  grow(area) {
    area.style.height = "auto";
    area.style.height = `${Math.min(260, area.scrollHeight + 2)}px`;
  }

  typed() {
    this.grow(this.reply);
    this.draftWords("");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), DRAFT_AFTER);
    live.typing();
  }

  // One after the other, so that an older text never overtakes a newer one.
  save() {
    clearTimeout(this.timer);
    this.timer = null;
    this.saving = this.saving.then(() => this.put());
    return this.saving;
  }

  async put() {
    const text = this.reply.value;
    if (text === this.stored || desk.refused.draft) return;
    try {
      await call("PUT", `${api}/draft`, { text });
      this.stored = text;
      this.draftWords(text ? `Draft saved ${clockWithSeconds(now())}` : "");
    } catch (problem) {
      this.draftWords(problem.status ? problem.message : "Draft not saved: the server can't be reached");
    }
  }

  // Before a step that may take it from us: the next owner finds what was typed.
  async saved() {
    if (this.timer) this.save();
    await this.saving;
  }

  draftWords(text) {
    setText(part(this.form, "draft"), text);
  }

  key(text) {
    const name = `${this.mode}:${text}`;
    if (!this.keys.has(name)) this.keys.set(name, crypto.getRandomValues(new Uint32Array(4)).join("-"));
    return this.keys.get(name);
  }

  async send() {
    const mode = this.mode;
    const area = mode === "note" ? this.note : this.reply;
    const text = area.value.trim();
    const button = this.form.querySelector("[data-send]");
    if (!text || button.disabled) return;
    button.disabled = true;
    say(this.form, "");
    clearTimeout(this.timer);
    this.timer = null;
    await this.saving;
    try {
      await call("POST", `${api}/${mode === "note" ? "notes" : "reply"}`, { text }, { "Idempotency-Key": this.key(text) });
      this.keys.delete(`${mode}:${text}`);
      if (area.value.trim() === text) area.value = "";
      if (mode === "reply") this.stored = "";
      this.draftWords("");
      this.grow(area);
      await refresh();
      const scroll = page.querySelector("[data-scroll]");
      scroll.scrollTop = scroll.scrollHeight;
    } catch (problem) {
      say(this.form, explain(problem));
      if (problem.status === 409) refresh();
    } finally {
      this.showAllowed();
      area.focus();
    }
  }
}

// ---- live --------------------------------------------------------------------------------------------------

let refreshing = null;

// One at a time; asked for again meanwhile, it runs once more.
function refresh() {
  if (refreshing) {
    refreshing.again = true;
    return refreshing.done;
  }
  const own = { again: false };
  refreshing = own;
  own.done = load().finally(() => {
    refreshing = null;
    return own.again ? refresh() : undefined;
  });
  return own.done;
}

async function load() {
  try {
    show(await call("GET", page.dataset.snapshot));
    tick();
  } catch (problem) {
    if (problem.status === 404) leave();
    else if (problem.status === 401) toast(problem.message, "error");
  }
}

// It went to another team: nothing may be done here any more.
function leave() {
  for (const button of page.querySelectorAll("[data-step], [data-send]")) button.disabled = true;
  toast("This escalation went to another team.", "warning", { url: queueAddress(), text: "Back to the queue" });
}

function onFrame(frame) {
  notices.onFrame(frame);
  if (frame.type === "reload") refresh();
  if (frame.id !== id) return;
  if (frame.type === "viewers") showViewers(frame.viewers);
  else if (frame.type === "typing") showTyping(frame.name);
  else if ("row" in frame) {
    if (frame.type === "customer_replied") {
      announce("The customer wrote.");
      for (const panel of panels) panel.renew();
    }
    if (frame.row === null || frame.version > desk.row.version) refresh();
  }
}

let viewers = [];
let typingTimer = null;

function showViewers(names) {
  viewers = names.filter((name) => name !== desk.me?.name);
  const box = part(page, "viewers");
  const words = viewers.map(shortName);
  const text = words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)} are also here` : `${words[0]} is also here`;
  box.hidden = !words.length;
  setText(box, words.length ? text : "");
}

function showTyping(name) {
  if (name === desk.me?.name) return;
  const box = part(page, "viewers");
  box.hidden = false;
  setText(box, `${shortName(name)} is typing…`);
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => showViewers(viewers), 3000);
}

const queueAddress = () => page.dataset.queue + (sessionStorage.getItem("hn-queue") || "");

// ---- start -------------------------------------------------------------------------------------------------

const notices = new Notices({ onTaken: (taken) => (taken === id ? refresh() : location.assign(`${page.dataset.queue}${taken}/`)) });
const composer = new Composer(page.querySelector("[data-composer]"));
const panels = [...page.querySelectorAll("[data-panel]")].map((box) => new Panel(box, (text) => composer.insert(text)));
const sign = document.querySelector("[data-live]");
const scroller = page.querySelector("[data-scroll]");
const jump = page.querySelector("[data-jump]");
jump.addEventListener("click", () => {
  scroller.scrollTop = scroller.scrollHeight;
});
scroller.addEventListener("scroll", () => {
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80) jump.hidden = true;
});
page.querySelector("[data-back]").href = queueAddress();
show(JSON.parse(document.getElementById("hn-desk").textContent));
const live = new Live({
  lastEvent: null,
  onFrame,
  onOpen: () => Promise.all([refresh(), notices.refresh()]), // what happened before it was open, or while it was lost
  onState: (state, since) => {
    page.dataset.live = state;
    showState(sign, state, clockWithSeconds(since + (now() - Date.now())));
  },
});
live.watch(id);
everySecond(tick);
