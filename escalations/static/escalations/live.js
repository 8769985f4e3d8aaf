// The socket of the live pages. A frame is a hint: what it brings is checked by version, and after every lost
// connection the page repairs itself from a snapshot.

const SILENCE = 40_000; // the server gives a sign of life every 15 s
const LONGEST_PAUSE = 15_000;
const POLL = 30_000;
const REFUSALS = { 4401: "signed-out", 4403: "not-live" };

export class Live {
  // lastEvent: what the page shows already, null for pages that read themselves again when the socket opens;
  // onFrame(frame); onOpen(again) when connected; onState(state, since) with a state of STATES
  constructor({ lastEvent, onFrame, onOpen, onState }) {
    Object.assign(this, { lastEvent, onFrame, onOpen, onState });
    this.attempts = 0;
    this.opened = 0;
    this.heardAt = Date.now();
    this.watched = null;
    onState("connecting", this.heardAt);
    this.connect();
    setInterval(() => this.checkSilence(), 5000);
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("offline", () => this.socket?.close());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/queue`);
    this.socket = socket;
    socket.addEventListener("message", (message) => this.hear(message.data));
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.socket) return;
      if (REFUSALS[code]) this.refused(REFUSALS[code]);
      else this.lost();
    });
  }

  begin() {
    this.attempts = 0;
    this.heardAt = Date.now();
    if (this.lastEvent !== null) this.say({ type: "since", event: this.lastEvent });
    if (this.watched) this.say({ type: "watch", id: this.watched });
    this.onState("live", this.heardAt);
    this.onOpen(this.opened++ > 0);
  }

  hear(text) {
    this.heardAt = Date.now();
    const frame = JSON.parse(text);
    if (this.lastEvent !== null && frame.event > this.lastEvent) this.lastEvent = frame.event;
    if (frame.type === "hello") this.begin();
    else if (frame.type !== "beat") this.onFrame(frame);
  }

  lost() {
    this.onState("stale", this.heardAt);
    const limit = Math.min(LONGEST_PAUSE, 500 * 2 ** this.attempts++);
    this.timer = setTimeout(() => this.connect(), limit / 2 + Math.random() * (limit / 2));
  }

  // Those who may read but not listen still see what is new, later.
  refused(state) {
    this.onState(state, this.heardAt);
    if (state === "not-live") this.polling ??= setInterval(() => document.hidden || this.onOpen(true), POLL);
  }

  retryNow() {
    if (!this.timer) return;
    this.attempts = 0;
    this.connect();
  }

  checkSilence() {
    if (this.socket.readyState === WebSocket.OPEN && Date.now() - this.heardAt > SILENCE) {
      const silent = this.socket;
      this.socket = null; // its own late "close" must not count twice
      silent.close();
      this.lost();
    }
  }

  watch(id) {
    this.watched = id;
    if (this.socket?.readyState === WebSocket.OPEN) this.say({ type: "watch", id });
  }

  // Others who look at the watched escalation see it; the server takes one a second.
  typing() {
    if (this.socket?.readyState !== WebSocket.OPEN || Date.now() - (this.typedAt ?? 0) < 1500) return;
    this.typedAt = Date.now();
    this.say({ type: "typing" });
  }

  say(frame) {
    this.socket.send(JSON.stringify(frame));
  }
}

// The small "Live" / "Reconnecting…" sign in the header.
const STATES = {
  connecting: () => "Connecting…",
  live: () => "Live",
  stale: (time) => `Reconnecting… shown as of ${time}`,
  "signed-out": (time) => `Signed out; shown as of ${time}`,
  "not-live": () => "Updated every 30 s",
};

export function showState(node, state, time) {
  node.dataset.state = state;
  node.querySelector("[data-part=text]").textContent = STATES[state](time);
}
