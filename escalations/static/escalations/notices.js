// What the reader is to act on, on every live page: work that is offered to them, and alerts for leaders.
// Frames are hints; what stands now is asked of the server.

import { announce, build, call, duration, everySecond, fill, now, part, roughly, setText, shortName, showPriority, toast } from "./core.js";

const box = document.getElementById("hn-offers");
const { api, queue, notices: address } = box.dataset;
const SETTLE = 150; // a burst of frames is one question
const LINKS = 3;
const ALERTING = new Set(["notices", "alerted", "sla_warned", "sla_breached"]);
const KIND_ICONS = {
  no_eligible_agent: "person_off", below_threshold: "person_search", nobody_accepted: "timer_off",
  asked: "front_hand", sla_warning: "hourglass_bottom", sla_breach: "alarm_off",
};

export class Notices {
  // onTaken(id): what the page does once an offer is accepted
  constructor({ onTaken }) {
    Object.assign(this, { onTaken, me: null, leads: false, offers: [], alerts: [], nodes: new Map() });
    this.bell = new Bell((alerts) => this.see(alerts));
    this.dialog = document.getElementById("hn-decline");
    this.dialog.querySelector("form").addEventListener("submit", (event) => this.sendDecline(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog || event.target.closest("[data-close]")) this.dialog.close();
    });
    this.refresh();
    everySecond(() => this.tick());
  }

  onFrame(frame) {
    const mine = frame.row?.state === "assigned" && frame.row.assignee?.id === this.me;
    const known = [...this.offers, ...this.alerts].some((one) => one.id === frame.id);
    if (frame.type === "reload" || mine || known || (this.leads && ALERTING.has(frame.type))) this.soon();
  }

  soon(after = SETTLE) {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.refresh();
    }, after);
  }

  async refresh() {
    try {
      this.show(await call("GET", address));
    } catch {
      // The page itself says that it is not live; its next frame or repair asks again.
    }
  }

  show({ me, leads, offers, alerts, more }) {
    const before = new Set(this.nodes.keys());
    Object.assign(this, { me, leads, offers, alerts });
    const shown = new Map();
    for (const offer of offers) {
      const key = `${offer.id} ${offer.offered_at}`;
      shown.set(key, this.nodes.get(key) ?? this.draw(offer));
      if (!before.has(key)) announce(`Offered to you, ${offer.priority.label}: ${offer.subject}`);
    }
    for (const [key, node] of this.nodes) if (!shown.has(key)) node.remove();
    this.nodes = shown;
    box.append(...[...shown.values()].filter((node) => node.parentNode !== box));
    box.hidden = !offers.length;
    this.bell.show(leads, alerts, more);
    this.tick();
  }

  draw(offer) {
    const who = [offer.customer, offer.plan].filter(Boolean).join(" · ");
    const node = build("hn-offer", {
      by: offer.passed_on ? `${shortName(offer.by)} passes it on to you` : "Offered to you",
      subject: offer.subject, topic: offer.topic, who, because: offer.because,
    });
    node.offer = offer;
    showPriority(part(node, "priority"), offer.priority);
    part(node, "link").href = `${queue}${offer.id}/`;
    part(node, "accept").addEventListener("click", () => this.accept(offer));
    part(node, "decline").addEventListener("click", () => this.decline(offer.id, offer.subject));
    return node;
  }

  tick() {
    for (const node of this.nodes.values()) {
      const start = Date.parse(node.offer.offered_at);
      const end = Date.parse(node.offer.expires_at);
      const left = Math.max(0, end - now());
      setText(part(node, "left"), left ? `${duration(Math.ceil(left / 1000))} to accept` : "Time is up");
      part(node, "bar").style.width = `${Math.min(100, (100 * left) / (end - start))}%`;
      node.classList.toggle("is-urgent", left < 15_000);
      if (!left) this.soon(2000);
    }
    this.bell.tick();
  }

  acceptFirst() {
    if (this.offers.length) this.accept(this.offers[0]);
    else toast("Nothing is offered to you just now.", "info");
  }

  declineFirst() {
    if (this.offers.length) this.decline(this.offers[0].id, this.offers[0].subject);
    else toast("Nothing is offered to you just now.", "info");
  }

  async accept({ id }) {
    if (this.busy) return;
    this.busy = true;
    try {
      await call("POST", `${api}escalations/${id}/claim`);
      this.onTaken(id);
    } catch (problem) {
      toast(problem.body?.owner ? `${shortName(problem.body.owner)} has it.` : problem.message, "warning");
    } finally {
      this.busy = false;
      this.refresh();
    }
  }

  decline(id, subject) {
    this.declining = id;
    fill(this.dialog, { subject });
    this.complain("");
    this.dialog.showModal();
  }

  async sendDecline(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      await call("POST", `${api}escalations/${this.declining}/decline`, Object.fromEntries(new FormData(form)));
      form.reset();
      this.dialog.close();
      toast("Declined. Somebody else is asked now.", "info");
      this.refresh();
    } catch (problem) {
      this.complain(problem.message);
    } finally {
      button.disabled = false;
    }
  }

  complain(text) {
    const error = this.dialog.querySelector("[data-error]");
    error.textContent = text;
    error.hidden = !text;
  }

  async see(alerts) {
    try {
      await Promise.all(alerts.map((alert) => call("POST", `${api}alerts/${alert.alert}/seen`)));
    } catch (problem) {
      toast(problem.message, "error");
    }
    this.refresh();
  }
}

// The leaders' bell: alerts of one kind that say the same are one entry.
class Bell {
  constructor(onSeen) {
    this.onSeen = onSeen;
    this.node = document.querySelector("[data-bell]");
    this.button = this.node.querySelector("button");
    this.pop = document.getElementById("hn-bell-pop");
    this.button.addEventListener("click", () => this.open(this.pop.hidden));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.pop.hidden) return;
      event.preventDefault();
      this.open(false);
      this.button.focus();
    });
    document.addEventListener("click", (event) => this.node.contains(event.target) || this.open(false));
  }

  open(open) {
    this.pop.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.pop.querySelector("a, button")?.focus();
  }

  show(leads, alerts, more) {
    this.node.hidden = !leads;
    const unseen = alerts.filter((alert) => !alert.seen_by);
    const fresh = unseen.filter((alert) => this.known && !this.known.has(alert.alert));
    if (fresh.length) announce(fresh.length === 1 ? `${fresh[0].label}: ${fresh[0].subject}` : `${fresh.length} new alerts`);
    this.known = new Set(alerts.map((alert) => alert.alert));
    const count = `${unseen.length}${more ? "+" : ""}`;
    this.button.setAttribute("aria-label", unseen.length ? `Alerts: ${count} that nobody looks after` : "Alerts: none open");
    fill(this.node, { count });
    part(this.node, "count").hidden = !unseen.length;
    part(this.node, "none").hidden = alerts.length > 0;
    this.list(alerts);
    this.tick();
  }

  // Drawn again only when something changed, and the keyboard stays where it was: in the box.
  list(alerts) {
    const drawn = JSON.stringify(alerts);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const inside = this.pop.contains(document.activeElement);
    this.pop.querySelector("ul").replaceChildren(...grouped(alerts).map((group) => this.draw(group)));
    if (inside) this.pop.querySelector("a").focus();
  }

  draw(group) {
    const { label, kind, text, seen_by: by } = group[0];
    const title = group.length > 1 ? `${label} · ${group.length}` : label;
    const node = build("hn-alert", { title, text, icon: KIND_ICONS[kind], seen: by ? `${shortName(by)} looks after it` : "" });
    node.dataset.kind = kind;
    node.since = Math.min(...group.map((alert) => Date.parse(alert.raised_at)));
    const links = group.slice(0, LINKS).map((alert) => {
      const link = document.createElement("a");
      link.href = `${queue}${alert.id}/`;
      link.textContent = [alert.subject, alert.customer].filter(Boolean).join(" · ");
      link.className = "hn-clip";
      return link;
    });
    part(node, "links").append(...links);
    setText(part(node, "more"), group.length > LINKS ? `and ${group.length - LINKS} more` : "");
    const see = part(node, "see");
    see.hidden = Boolean(by);
    see.addEventListener("click", () => this.onSeen(group));
    return node;
  }

  tick() {
    for (const node of this.pop.querySelectorAll("li")) setText(part(node, "age"), `${roughly((now() - node.since) / 1000)}`);
  }
}

function grouped(alerts) {
  const groups = new Map();
  for (const alert of alerts) {
    const key = JSON.stringify([alert.kind, alert.text, alert.seen_by]);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()];
}
