// The items of a transcript, from the templates of timeline_items.html: messages, events, notes, the handoff.

import { build, dayOrClock, duration, fullTime, part, setText, showMood } from "./core.js";

const EVENT_ICONS = {
  offered: "person_add", declined: "person_remove", offer_expired: "timer_off", alerted: "notification_important",
  claimed: "how_to_reg", pended: "hourglass_top", resumed: "play_arrow",
  released: "undo", transferred: "swap_horiz", tier_changed: "school", priority_changed: "flag", priority_raised: "arrow_upward",
  flagged: "tour", repeat_marked: "replay",
  sla_warned: "timer", sla_breached: "error", sla_pause_ended: "timer_play", sla_recomputed: "update",
  resolved: "check_circle", reopened: "restart_alt", cancelled: "block", rated: "star", imported: "history",
};

const DRAWN = {
  message(item) {
    const node = build("hn-message", { name: item.name, text: item.text || "(no text)" });
    node.dataset.author = item.author;
    part(node, "failed").hidden = !item.failed;
    showMood(part(node, "mood"), item.mood);
    const known = item.confidence !== null;
    part(node, "confidence").hidden = !known;
    if (known) showConfidence(node, item.confidence);
    const took = item.response_ms === null ? "" : ` · answered in ${(item.response_ms / 1000).toFixed(1)} s`;
    const intent = item.intent ? ` · ${item.intent}` : "";
    part(node, "name").title = `${item.author}${intent}${took}`;
    return node;
  },
  event(item) {
    const waited = item.waited ? `${item.waited.word} ${duration(item.waited.seconds)}` : "";
    const more = [waited, item.more && `“${item.more}”`].filter(Boolean).join(" · ");
    return build("hn-event", { icon: EVENT_ICONS[item.kind] || "circle", text: item.text, more });
  },
  note: (item) => build("hn-note", { name: item.name, text: item.text }),
  handoff(item) {
    const because = item.because ? `Because: ${item.because}` : "";
    const said = item.said ? `The chat said: “${item.said}”` : "";
    const node = build("hn-handoff", { reason: item.reason, because, summary: item.summary, said });
    part(node, "summary").hidden = !item.summary;
    part(node, "said").hidden = !said;
    return node;
  },
};

function showConfidence(node, confidence) {
  const box = part(node, "confidence");
  box.dataset.level = confidence < 0.2 ? "very-low" : confidence < 0.4 ? "low" : "fair";
  box.title = `The AI's confidence: ${confidence.toFixed(2)} of 1`;
  part(node, "bar").style.width = `${Math.round(confidence * 100)}%`;
  setText(part(node, "number"), confidence.toFixed(2));
}

export function drawItem(item) {
  const node = DRAWN[item.type](item);
  const time = part(node, "time");
  if (item.at) {
    time.dateTime = item.at;
    time.textContent = dayOrClock(item.at);
    time.title = fullTime(item.at);
  }
  return node;
}
