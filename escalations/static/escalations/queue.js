// The live queue: one renderer for the first paint, live frames and repairs alike.

import {
  announce, build, call, clock, clockWithSeconds, deadline, duration, everySecond, fill, fullTime, initials, now,
  part, roughly, setClock, setText, shortName, showMood, showPriority, toast,
} from "./core.js";
import { Live, showState } from "./live.js";
import { Notices } from "./notices.js";
import { ORDERS, Rows, matches } from "./store.js";
import { Team } from "./team.js";

const page = document.getElementById("hn-queue");
const first = JSON.parse(document.getElementById("hn-board").textContent);
const rows = new Rows();
const elements = new Map();
const LISTS = ["waiting", "handled", "resolved"];
const HOUR = 3_600_000;

let me = first.me;
let status = first.status;
let statusAt = now();
let next = null; // the last row loaded of those waiting, while there are more
let filters = readFilters();
let busy = false; // a claim is on its way
const team = new Team(page, () => me);
const notices = new Notices({ onTaken: (id) => location.assign(rows.get(id)?.url ?? `${id}/`) });

// ---- lists -------------------------------------------------------------------------------------------------

const listNode = (name) => page.querySelector(`[data-list="${name}"]`);

function show(board, asked = rows.changes) {
  setClock(board.now);
  me = board.me;
  next = board.next;
  rows.replace([...board.waiting, ...board.handled, ...board.resolved], asked);
  setStatus(board.status);
  team.show(board.team);
  renderLists();
}

function renderLists() {
  const shown = new Set();
  for (const name of LISTS) {
    const list = visible(name);
    list.forEach((row) => shown.add(row.id));
    place(listNode(name), list.map(element));
    page.querySelector(`[data-empty="${name}"]`).hidden = list.length > 0;
  }
  for (const [id, node] of elements) {
    if (shown.has(id)) continue;
    node.remove();
    elements.delete(id);
  }
  page.querySelector("[data-more]").hidden = next === null;
  for (const node of page.querySelectorAll("[data-when]")) {
    node.hidden = (node.dataset.when === "filtered") !== isFiltered();
  }
  showCounts();
  tick();
}

// While more wait than were loaded, rows behind the last loaded one would leave a hole before them.
function visible(name) {
  const list = rows.list(name);
  const last = name === "waiting" && next !== null ? rows.get(next) : null;
  return last ? list.filter((row) => ORDERS.waiting(row, last) <= 0) : list;
}

// Moves only what is not in its place, so that focus and running highlights stay.
function place(parent, nodes) {
  const focused = document.activeElement;
  let at = parent.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  while (at && at.parentNode === parent) {
    const after = at.nextElementSibling;
    if (!nodes.includes(at)) at.remove();
    at = after;
  }
  if (focused && focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

function element(row) {
  let node = elements.get(row.id);
  if (!node) {
    node = build("hn-row");
    node.dataset.id = row.id;
    elements.set(row.id, node);
  }
  if (node.shown !== row) draw(node, row);
  return node;
}

function draw(node, row) {
  node.shown = row;
  node.dataset.listed = row.list;
  node.dataset.state = row.state;
  showPriority(part(node, "priority"), row.priority);
  part(node, "priority").title = row.priority_because;
  const raised = part(node, "raised");
  raised.hidden = row.list !== "waiting" || row.queue_level.level === row.priority.level;
  raised.title = row.raised_because;
  raised.dataset.priority = row.queue_level.code;
  fill(node, { "raised-word": `to ${row.queue_level.label}` });
  const subject = row.subject || row.summary || "Without a subject";
  const context = row.subject && row.summary ? row.summary : row.because;
  fill(node, { subject, context, topic: row.topic?.name || row.reason.label, ...customerParts(row) });
  part(node, "link").href = row.url;
  part(node, "plan").hidden = !row.customer?.plan;
  part(node, "tier").hidden = row.tier.code === "frontline";
  fill(node, { tier: row.tier.label });
  part(node, "repeat").hidden = !row.reescalation;
  showMood(part(node, "mood"), row.mood);
  part(node, "age").title = `Escalated ${fullTime(row.opened_at)}`;
  drawOwner(node, row);
}

function customerParts(row) {
  const customer = row.customer;
  if (!customer) return { customer: "Unknown customer", plan: "" };
  const named = customer.company && customer.name ? `${customer.company} · ${customer.name}` : "";
  return { customer: named || customer.company || customer.name || "Unknown customer", plan: customer.plan?.name || "" };
}

function drawOwner(node, row) {
  const owner = row.assignee || row.resolved_by;
  const mine = Boolean(owner && me && owner.id === me.id);
  const words = { waiting: "Available", assigned: mine ? "Offered to you" : `Offered to ${owner && shortName(owner.name)}` };
  const text = words[row.state] || (mine ? "You" : owner ? shortName(owner.name) : "Nobody");
  const target = part(node, "owner");
  setText(target, text);
  target.title = owner ? owner.name : text;
  node.classList.toggle("is-mine", mine);
  const avatar = part(node, "avatar");
  avatar.hidden = row.list === "waiting";
  setText(avatar, owner ? initials(owner.name) : "");
  const claimable = me !== null && (pullable(row) || (row.state === "assigned" && mine));
  const button = part(node, "claim");
  button.hidden = !claimable;
  setText(button, row.state === "assigned" ? "Accept" : "Claim");
  button.setAttribute("aria-label", `${button.textContent}: ${row.subject || "escalation"}`);
}

// ---- time --------------------------------------------------------------------------------------------------

function tick() {
  for (const node of elements.values()) drawTimes(node, node.shown);
  prune();
  showStatus();
  team.tick();
}

function drawTimes(node, row) {
  const age = (now() - Date.parse(row.opened_at)) / 1000;
  const sla = part(node, "sla");
  if (row.list === "resolved") {
    setText(part(node, "age"), `${roughly((now() - Date.parse(row.last_resolved_at)) / 1000)} ago`);
    setText(sla, row.resolution_seconds === null ? "" : `took ${roughly(row.resolution_seconds)}`);
    sla.dataset.sla = "done";
    return;
  }
  setText(part(node, "age"), row.list === "waiting" ? `${duration(age)} waiting` : `${duration(age)} open`);
  const due = row.state === "pending" && !row.clock ? { state: "met", text: "With the customer" } : deadline(row);
  setText(sla, due.text);
  sla.dataset.sla = due.state;
}

function prune() {
  const old = rows.list("resolved").filter((row) => now() - Date.parse(row.last_resolved_at) >= HOUR);
  if (!old.length) return;
  old.forEach((row) => rows.remove(row.id));
  renderLists();
}

// ---- state of the queue ------------------------------------------------------------------------------------

function setStatus(given) {
  status = { ...status, ...given };
  statusAt = now();
}

// Between two answers of the server the waits grow by themselves.
function showStatus() {
  const box = page.querySelector("[data-status]");
  const grown = (seconds) => (seconds === null ? "–" : duration(seconds + (now() - statusAt) / 1000));
  const late = lateCount();
  box.dataset.sla = late ? "late" : "met";
  fill(box, {
    "sla-icon": late ? "error" : "check_circle",
    sla: late ? `${late} past ${late === 1 ? "its" : "their"} deadline` : "Meeting targets",
    average: grown(status.average_wait),
    longest: grown(status.longest_wait),
    backlog: String(late),
    waiting: String(status.waiting),
    handled: String(status.handled),
  });
  document.title = `(${status.waiting}) ${document.title.replace(/^\(\d+\) /, "")}`;
}

// The server's count, or what the rows on the page show when that is already more.
function lateCount() {
  const seen = rows.list("waiting").filter((row) => !row.first_response_at && deadline(row).state === "overdue").length;
  return next === null && !isFiltered() ? seen : Math.max(seen, status.backlog);
}

function showCounts() {
  for (const name of LISTS) {
    const count = visible(name).length;
    const total = isFiltered() ? status.matching : status.waiting;
    const text = name === "waiting" && next !== null ? `${Math.max(total, count)}` : String(count);
    setText(page.querySelector(`[data-count="${name}"]`), text);
  }
  const first100 = page.querySelector("[data-loaded]");
  setText(first100, next === null ? "" : `Showing the first ${visible("waiting").length}`);
  page.querySelector("[data-claim-next]").disabled = !candidates().length;
}

// ---- live --------------------------------------------------------------------------------------------------

const waitingFrames = [];
let frameTimer = null;

function onFrame(frame) {
  notices.onFrame(frame);
  if (frame.type === "reload") return refresh();
  if (frame.type === "status") {
    setStatus(frame);
    showCounts();
    return showStatus();
  }
  if (frame.type === "presence") return team.onPresence(frame, refresh);
  if (!("row" in frame)) return undefined;
  waitingFrames.push(frame);
  frameTimer ??= requestAnimationFrame(drawFrames);
  return undefined;
}

// A burst of frames is one rendering.
function drawFrames() {
  frameTimer = null;
  const arrived = [];
  for (const frame of waitingFrames.splice(0)) {
    if (frame.row === null) {
      rows.leave(frame.id, frame.version);
      continue;
    }
    const before = rows.get(frame.row.id)?.list;
    const outcome = rows.upsert(frame.row, matches(frame.row, filters, me));
    const moved = before !== frame.row.list || frame.type === "priority_raised";
    if (outcome === "added" || (outcome === "changed" && moved)) arrived.push(frame);
  }
  renderLists();
  arrived.forEach(highlight);
  if (!isFiltered()) team.count(rows);
  speak(arrived.filter((frame) => frame.type === "opened").map((frame) => frame.row));
}

function highlight(frame) {
  const node = elements.get(frame.row.id);
  if (!node) return;
  node.classList.remove("is-new");
  void node.offsetWidth; // so that the animation starts again
  node.classList.add("is-new");
  node.addEventListener("animationend", () => node.classList.remove("is-new"), { once: true });
}

function speak(opened) {
  if (opened.length === 1) announce(`New escalation, ${opened[0].priority.label}: ${opened[0].subject}`);
  if (opened.length > 1) announce(`${opened.length} new escalations`);
}

let refreshing = null;

// One at a time; asked for again meanwhile, it runs once more.
async function refresh() {
  if (refreshing) {
    refreshing.again = true;
    return;
  }
  const own = (refreshing = { again: false });
  const asked = rows.changes;
  const loaded = visible("waiting").length;
  try {
    const board = await call("GET", `${page.dataset.snapshot}?${query(filters)}`);
    live.lastEvent = Math.max(live.lastEvent, board.last_event);
    show(board, asked);
    while (next !== null && visible("waiting").length < loaded - board.waiting.length / 2) await more();
  } catch (problem) {
    if (problem.status === 401) toast(problem.message, "error");
  } finally {
    refreshing = null;
    if (own.again) refresh();
  }
}

async function more() {
  const button = page.querySelector("[data-more]");
  const asked = filters;
  button.disabled = true;
  try {
    const answer = await call("GET", `${page.dataset.snapshot}?${query(filters)}&after=${encodeURIComponent(next)}`);
    if (asked !== filters) return;
    rows.add(answer.waiting);
    next = answer.next;
    renderLists();
  } catch (problem) {
    toast(problem.message, "error");
  } finally {
    button.disabled = false;
  }
}

// ---- claiming ----------------------------------------------------------------------------------------------

const candidates = () =>
  me === null ? [] : visible("waiting").filter((row) => pullable(row) || row.assignee?.id === me.id);

// Where work is only offered, agents wait for it; whoever leads may take it all the same.
const pullable = (row) => row.state === "waiting" && (!row.offer_only || me.leads);

async function claim(row) {
  if (busy) return;
  busy = true;
  const node = elements.get(row.id);
  node?.classList.add("is-busy");
  try {
    await take(row);
  } catch (problem) {
    explain(problem);
  } finally {
    busy = false;
    node?.classList.remove("is-busy");
  }
}

async function take(row) {
  await call("POST", `${page.dataset.api}escalations/${row.id}/claim`);
  location.assign(row.url);
}

// The next one in order; where somebody was faster or another level is needed, the one after it.
async function claimNext() {
  if (busy) return;
  busy = true;
  try {
    for (const row of candidates().slice(0, 5)) {
      try {
        return await take(row);
      } catch (problem) {
        if (!(problem.body?.owner || problem.status === 403)) return explain(problem);
      }
    }
    toast("There is nothing that you could take just now.", "info");
    refresh();
  } finally {
    busy = false;
  }
  return undefined;
}

function explain(problem) {
  if (problem.body?.owner) toast(`${shortName(problem.body.owner)} has it.`, "warning");
  else if (problem.body?.capacity !== undefined) {
    const { held, capacity } = problem.body;
    toast(`You have ${held} of ${capacity} at the same time. Resolve one, or set it to wait for the customer.`, "warning");
  } else if (problem.status === 403) toast("It needs an agent of another level.", "warning");
  else toast(problem.message, "error");
  if (problem.status) refresh();
}

// ---- filters, kept in the address --------------------------------------------------------------------------

const form = page.querySelector("[data-filters]");

function readFilters() {
  const given = new URLSearchParams(location.search);
  return {
    team: given.get("team") || "",
    topic: given.get("topic") || "",
    priority: (given.get("priority") || "").split(",").filter(Boolean),
    mine: given.get("mine") === "1",
    q: (given.get("q") || "").trim(),
  };
}

function query({ team: slug, topic, priority, mine, q }) {
  const given = new URLSearchParams();
  if (slug) given.set("team", slug);
  if (topic) given.set("topic", topic);
  if (priority.length) given.set("priority", priority.join(","));
  if (mine) given.set("mine", "1");
  if (q) given.set("q", q);
  return given.toString();
}

const isFiltered = () => query(filters) !== "";

function drawFilters() {
  form.elements.q.value = filters.q;
  for (const name of ["team", "topic"]) form.elements[name].value = filters[name];
  for (const box of form.querySelectorAll("[name=priority]")) box.checked = filters.priority.includes(box.value);
  form.elements.mine.checked = filters.mine;
  form.querySelector("[data-clear]").hidden = !isFiltered();
}

function changeFilters(changed) {
  if (query(changed) === query(filters)) return;
  filters = changed;
  const address = query(filters);
  history.replaceState(null, "", address ? `?${address}` : location.pathname);
  sessionStorage.setItem("hn-queue", location.search);
  form.querySelector("[data-clear]").hidden = !isFiltered();
  for (const row of [...rows.rows.values()]) if (!matches(row, filters, me)) rows.remove(row.id);
  rows.versions.clear(); // rows hidden until now may come back in the version that is known
  renderLists();
  refresh();
}

function readForm() {
  return {
    team: form.elements.team.value,
    topic: form.elements.topic.value,
    priority: [...form.querySelectorAll("[name=priority]:checked")].map((box) => box.value),
    mine: form.elements.mine.checked,
    q: form.elements.q.value.trim(),
  };
}

function clearFilters() {
  form.reset();
  changeFilters({ team: "", topic: "", priority: [], mine: false, q: "" });
  drawFilters();
}

let typing = null;
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => changeFilters(readForm()), event.target.name === "q" ? 250 : 0);
});
form.addEventListener("submit", (event) => event.preventDefault());
page.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear]")) clearFilters();
  if (event.target.closest("[data-more]")) more();
  if (event.target.closest("[data-claim-next]")) claimNext();
  const button = event.target.closest("[data-part=claim]");
  if (button) claim(button.closest("[data-id]").shown);
});

// ---- keyboard ----------------------------------------------------------------------------------------------

const help = document.getElementById("hn-help");
const links = () => [...page.querySelectorAll(".hn-row [data-part=link]")];

function move(step) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest?.(".hn-row")?.querySelector("[data-part=link]"));
  const target = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  target.focus({ preventScroll: true });
  target.closest(".hn-row").scrollIntoView({ block: "nearest" });
}

function claimSelected() {
  const row = document.activeElement?.closest?.(".hn-row")?.shown;
  if (!row) return toast("Select one first, with j and k.", "info");
  if (!candidates().includes(row)) return toast(row.assignee ? `${shortName(row.assignee.name)} has it.` : "It can't be claimed.", "warning");
  return claim(row);
}

const KEYS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  c: claimSelected,
  n: claimNext,
  a: () => notices.acceptFirst(),
  d: () => notices.declineFirst(),
  "/": () => form.elements.q.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const typingInto = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && typingInto && form.contains(typingInto)) typingInto.blur();
  if (typingInto || document.querySelector(".hn-pop:not([hidden])")) return;
  const work = KEYS[event.key];
  if (!work) return;
  event.preventDefault();
  work();
});
document.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());

// ---- start -------------------------------------------------------------------------------------------------

const sign = document.querySelector("[data-live]");
sessionStorage.setItem("hn-queue", location.search);
drawFilters();
show(first);
const live = new Live({
  lastEvent: first.last_event,
  onFrame,
  onOpen: (again) => {
    if (!again) return;
    refresh();
    notices.refresh();
  },
  onState: (state, since) => {
    page.dataset.live = state;
    showState(sign, state, clockWithSeconds(since + (now() - Date.now())));
  },
});
everySecond(tick);
