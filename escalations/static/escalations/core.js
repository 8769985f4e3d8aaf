// What both pages need: the server's clock, words for times, calls of the API, short messages.

let ahead = 0; // milliseconds by which the server's clock is ahead of this machine's

export function setClock(serverTime) {
  ahead = Date.parse(serverTime) - Date.now();
}

export function now() {
  return Date.now() + ahead;
}

// "0:45", "12:05", "1 h 05", "2 d 3 h"
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  const hours = Math.floor(whole / 3600);
  if (hours < 24) return `${hours} h ${two(Math.floor((whole % 3600) / 60))}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// "45 s", "12 min", "1 h 5 min"
export function roughly(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const secondFormat = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const dayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const shortDayFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const clock = (time) => clockFormat.format(new Date(time));
export const clockWithSeconds = (time) => secondFormat.format(new Date(time));
export const day = (time) => dayFormat.format(new Date(time));
export const fullTime = (time) => fullFormat.format(new Date(time));

export function dayOrClock(time) {
  const date = new Date(time);
  const today = new Date(now());
  if (date.toDateString() === today.toDateString()) return clock(time);
  const words = date.getFullYear() === today.getFullYear() ? shortDayFormat.format(date) : day(time);
  return `${words}, ${clock(time)}`;
}

// A refusal or a lost connection; `status` is 0 when no answer came.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "It did not work.");
    this.status = status;
    this.body = body;
  }
}

const LOST = "The server can't be reached. Nothing is lost; try again in a moment.";
const SIGNED_OUT = "You are signed out. Sign in again in another tab, then repeat this.";

export async function call(method, url, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" };
  if (method !== "GET") {
    options.headers["X-CSRFToken"] = document.querySelector("[data-csrf]").dataset.csrf;
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body || {});
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Problem(0, { detail: LOST });
  }
  if (response.redirected || response.status === 401) throw new Problem(401, { detail: SIGNED_OUT });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer);
  return answer;
}

// Clones the template's first element; `parts` maps data-part names to texts.
export function build(templateId, parts = {}) {
  const node = document.getElementById(templateId).content.firstElementChild.cloneNode(true);
  fill(node, parts);
  return node;
}

export function part(node, name) {
  return node.querySelector(`[data-part="${name}"]`);
}

// Texts only, never markup. What overflows can be read in full in the title.
export function fill(node, parts) {
  for (const [name, text] of Object.entries(parts)) {
    const target = part(node, name);
    if (target.textContent !== text) target.textContent = text;
    if (target.classList.contains("hn-clip")) target.title = text;
  }
}

export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export const PRIORITY_ICONS = {
  critical: "keyboard_double_arrow_up",
  high: "keyboard_arrow_up",
  medium: "drag_handle",
  low: "keyboard_arrow_down",
};

export function showPriority(node, priority) {
  node.dataset.priority = priority.code;
  fill(node, { "priority-icon": PRIORITY_ICONS[priority.code], "priority-word": priority.label });
}

const MOOD_ICONS = {
  frustrated: "sentiment_very_dissatisfied", unhappy: "sentiment_dissatisfied", pleased: "sentiment_satisfied",
};

// How the customer sounds; nothing where that is not known, or as usual.
export function showMood(node, mood) {
  node.hidden = !mood;
  if (!mood) return;
  node.dataset.mood = mood.code;
  node.title = mood.sentiment === null ? mood.label : `${mood.label}: sentiment ${mood.sentiment.toFixed(2)}, from -1 to 1`;
  fill(node, { "mood-icon": MOOD_ICONS[mood.code], "mood-word": mood.label });
}

export function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] || "?") + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

// "Sarah M.", as colleagues say it; one word stays as it is.
export function shortName(name) {
  const words = name.trim().split(/\s+/);
  return words.length < 2 ? name : `${words[0]} ${words[words.length - 1][0]}.`;
}

export function toast(text, kind = "info", link = null) {
  const box = document.getElementById("hn-toasts");
  const node = build("hn-toast", { text });
  node.dataset.kind = kind;
  node.setAttribute("role", kind === "error" ? "alert" : "status");
  if (link) {
    const anchor = part(node, "link");
    anchor.hidden = false;
    anchor.href = link.url;
    anchor.textContent = link.text;
  }
  part(node, "close").addEventListener("click", () => node.remove());
  box.append(node);
  while (box.children.length > 3) box.firstElementChild.remove();
  setTimeout(() => node.remove(), 8000);
}

// Says it to screen readers, at most every few seconds and then only the last thing.
let spokenAt = 0;
let pending = null;

export function announce(text) {
  const wait = Math.max(0, spokenAt + 4000 - Date.now());
  clearTimeout(pending);
  pending = setTimeout(() => {
    spokenAt = Date.now();
    document.getElementById("hn-announcer").textContent = text;
  }, wait);
}

export function everySecond(work) {
  work();
  setInterval(() => {
    if (!document.hidden) work();
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) work();
  });
}

// Time left until the nearest deadline, as the SLA column shows it, and how the first response went once no clock
// runs. Answered exactly at the deadline is met.
const ASKS = { next_response: "next reply", resolution: "resolution" };

export function deadline(row) {
  if (row.clock) return countdown(row.clock.due_at, row.clock.warn_at, ASKS[row.clock.metric]);
  if (!row.first_response_due_at) return { state: "none", text: "No deadline" };
  const due = Date.parse(row.first_response_due_at);
  if (row.first_response_at) {
    const met = Date.parse(row.first_response_at) <= due;
    return { state: met ? "met" : "missed", text: met ? "Answered in time" : "Answered late" };
  }
  return countdown(row.first_response_due_at, null);
}

export function countdown(dueAt, warnAt, asks = "") {
  const left = (Date.parse(dueAt) - now()) / 1000;
  if (left < 0) return { state: "overdue", text: `${asks ? `${asks[0].toUpperCase()}${asks.slice(1)} overdue` : "Overdue"} by ${duration(-left)}` };
  const state = warnAt && now() >= Date.parse(warnAt) ? "soon" : "running";
  return { state, text: `${duration(left)} left${asks ? ` to ${asks === "resolution" ? "resolve" : "reply"}` : ""}` };
}
