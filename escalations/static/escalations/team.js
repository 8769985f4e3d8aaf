// The team beside the queue: who is there, what they did today, and one's own presence.

import { build, call, clock, dayOrClock, fill, initials, now, part, roughly, setText, toast } from "./core.js";

const ONLINE = ["available", "in_conversation"];
const RANK = { available: 0, in_conversation: 1, away: 2, on_break: 3, offline: 4 };
const TODAY_EVERY = 60_000;

export class Team {
  constructor(page, me) {
    this.page = page;
    this.me = me;
    this.agents = [];
    this.today = {};
    this.nodes = new Map();
    this.own = new OwnPresence(page.querySelector("[data-presence]"), page.dataset.api);
    this.loadToday();
    setInterval(() => document.hidden || this.loadToday(), TODAY_EVERY);
  }

  show(agents) {
    this.agents = agents;
    this.render();
  }

  render() {
    const box = this.page.querySelector("[data-team]");
    const sorted = [...this.agents].sort((a, b) => RANK[a.status] - RANK[b.status] || a.name.localeCompare(b.name));
    const nodes = sorted.map((agent) => this.draw(agent));
    if (nodes.some((node, index) => box.children[index] !== node) || box.children.length !== nodes.length) {
      box.replaceChildren(...nodes);
    }
    const online = this.agents.filter((agent) => ONLINE.includes(agent.status)).length;
    setText(this.page.querySelector("[data-online]"), `${online} of ${this.agents.length} online`);
    const own = this.agents.find((agent) => agent.id === this.me()?.id);
    this.own.show(own);
  }

  draw(agent) {
    const node = this.nodes.get(agent.id) || build("hn-agent");
    this.nodes.set(agent.id, node);
    node.dataset.status = agent.status;
    node.toggleAttribute("data-overdue", isOverdue(agent));
    fill(node, { name: agent.name, avatar: initials(agent.name), status: statusWords(agent), skills: agent.specialization });
    part(node, "skills").hidden = !agent.specialization;
    setText(part(node, "load"), agent.holding ? `${agent.holding}/${agent.capacity}` : "");
    part(node, "load").title = `Holds ${agent.holding} of ${agent.capacity} at the same time`;
    this.drawToday(node, this.today[agent.id]);
    return node;
  }

  drawToday(node, figures) {
    part(node, "figures").hidden = !figures;
    if (!figures) return;
    const seconds = figures.first_response_seconds;
    const known = (value) => value !== null && value !== undefined;
    fill(node, {
      conversations: `${figures.conversations ?? 0} today`,
      response: known(seconds) ? `${(seconds / 60).toFixed(1)} min` : "",
      csat: known(figures.csat) ? `${Number(figures.csat).toFixed(1)}/5` : "",
    });
    for (const name of ["response", "csat"]) part(node, name).hidden = !part(node, name).textContent;
  }

  // The page works without these figures: they come from the analytics above it.
  async loadToday() {
    try {
      this.today = (await call("GET", this.page.dataset.teamToday)).agents || {};
      this.render();
    } catch {
      this.today = {};
    }
  }

  onPresence(frame, refresh) {
    const given = frame.agent && typeof frame.agent === "object" ? frame.agent : frame;
    const id = given.id || given.agent;
    const agent = this.agents.find((known) => known.id === id);
    if (!agent || !given.status) return refresh();
    Object.assign(agent, {
      status: given.status,
      status_label: given.status_label || agent.status_label,
      reason: given.reason ?? "",
      since: given.since ?? agent.since,
      until: given.until ?? null,
    });
    this.render();
    return undefined;
  }

  // What everybody holds follows from the rows, when all rows are on the page.
  count(rows) {
    const held = new Map();
    for (const row of rows.rows.values()) {
      if (row.assignee && ["assigned", "active"].includes(row.state)) {
        held.set(row.assignee.id, (held.get(row.assignee.id) || 0) + 1);
      }
    }
    for (const agent of this.agents) agent.holding = held.get(agent.id) || 0;
    this.render();
  }

  tick() {
    for (const agent of this.agents) {
      const node = this.nodes.get(agent.id);
      if (!node) continue;
      setText(part(node, "status"), statusWords(agent));
      node.toggleAttribute("data-overdue", isOverdue(agent));
    }
  }
}

// Said when they would be back, and are not.
const isOverdue = (agent) => Boolean(agent.until) && Date.parse(agent.until) <= now();

// "Available", "Lunch, back 13:30", "Away for 12 min"
export function statusWords(agent) {
  const words = agent.reason || agent.status_label;
  if (agent.until && Date.parse(agent.until) > now()) return `${words}, back ${dayOrClock(agent.until)}`;
  if (agent.until) return `${words}, was to be back ${clock(agent.until)}`;
  if (ONLINE.includes(agent.status) || agent.status === "offline") return words;
  return `${words} for ${roughly((now() - Date.parse(agent.since)) / 1000)}`;
}

class OwnPresence {
  constructor(box, api) {
    this.box = box;
    if (!box) return;
    this.url = `${api}agents/me/presence`;
    this.button = box.querySelector("[data-open]");
    this.pop = box.querySelector(".hn-pop");
    this.form = box.querySelector("form");
    this.button.addEventListener("click", () => this.toggle(this.pop.hidden));
    document.addEventListener("click", (event) => box.contains(event.target) || this.toggle(false));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.pop.hidden) return;
      this.toggle(false);
      this.button.focus();
    });
    this.form.addEventListener("change", () => this.showFields());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  show(agent) {
    if (!this.box || !agent) return;
    this.agent = agent;
    this.button.dataset.status = agent.status;
    setText(part(this.button, "text"), statusWords(agent));
  }

  toggle(open) {
    if (open === !this.pop.hidden) return;
    this.pop.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    this.say("");
    this.showPlan();
    const chosen = this.form.querySelector(`[name=status][value="${this.agent?.status}"]`) || this.form.elements.status[0];
    chosen.checked = true;
    this.showFields();
    chosen.focus();
  }

  // "On shift until 17:00"; who has no plan needs no word of it.
  async showPlan() {
    const line = this.form.querySelector("[data-plan]");
    try {
      const { plan } = await call("GET", this.url);
      setText(line, `${plan.text[0].toUpperCase()}${plan.text.slice(1)}`);
      line.hidden = !plan.has_schedule && !plan.on_leave;
    } catch {
      line.hidden = true;
    }
  }

  showFields() {
    const available = this.form.elements.status.value === "available";
    this.form.querySelector("[data-absent]").hidden = available;
  }

  async save() {
    const { status, reason, until } = this.form.elements;
    const absent = status.value !== "available";
    const body = { status: status.value, reason: absent ? reason.value.trim() : "" };
    if (absent && until.value) body.until = nextTime(until.value).toISOString();
    try {
      const saved = await call("POST", this.url, body);
      Object.assign(this.agent, { status: saved.status, status_label: saved.status_label, reason: saved.reason,
        since: saved.since, until: saved.until });
      this.form.reset();
      this.toggle(false);
      this.button.focus();
      this.box.dispatchEvent(new CustomEvent("presence", { bubbles: true }));
      toast(`You are shown as: ${statusWords(this.agent)}.`, "success");
    } catch (problem) {
      this.say(problem.message);
    }
  }

  say(text) {
    const error = this.form.querySelector("[data-error]");
    error.textContent = text;
    error.hidden = !text;
  }
}

// The next moment at which the clock shows "13:30".
function nextTime(text) {
  const [hours, minutes] = text.split(":").map(Number);
  const time = new Date(now());
  time.setHours(hours, minutes, 0, 0);
  if (time.getTime() <= now()) time.setDate(time.getDate() + 1);
  return time;
}
