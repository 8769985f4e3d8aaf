// A supervisor's decision on a dispute: upheld, voided, or other answers instead of the reviewer's.

import { build, fill, part } from "../escalations/core.js";
import { pointsOf } from "./draft.js";

export function decisionForm(dialog) {
  const form = dialog.querySelector("form");
  const changes = part(dialog, "changes");
  let rows = [];

  form.addEventListener("change", () => {
    changes.hidden = form.elements.outcome.value !== "changed";
  });

  function open(card) {
    const scored = card.criteria.filter((one) => one.kind !== "question");
    rows = scored.map((criterion) => rowOf(criterion));
    changes.replaceChildren(...rows.map((one) => one.node));
    changes.hidden = form.elements.outcome.value !== "changed";
    dialog.showModal();
  }

  function body() {
    const changed = rows.map((one) => [one.key, one.changed()]).filter(([, answer]) => answer);
    const outcome = form.elements.outcome.value;
    return {
      outcome,
      decision: form.elements.decision.value,
      answers: outcome === "changed" ? Object.fromEntries(changed) : {},
    };
  }

  return { open, body };
}

// `changed()` is null where the answer stays as it is.
function rowOf(criterion) {
  const node = build("hn-change");
  fill(node, { name: criterion.name, of: `of ${criterion.of_points}` });
  const [band, points] = [node.querySelector("[name=band]"), node.querySelector("[name=points]")];
  const { answer } = criterion;
  const isVerdict = criterion.kind === "auto_fail";
  const names = isVerdict ? [["Passed", "passed"], ["Failed", "failed"]] : criterion.bands.map((one) => [`${one.name} (${one.points})`, one.name]);
  band.append(...names.map(([name, value]) => new Option(name, value)));
  if (criterion.na_allowed) band.append(new Option("N/A", "\u0000na"));
  band.setAttribute("aria-label", criterion.name);
  band.value = answer.na ? "\u0000na" : isVerdict ? answer.verdict : answer.band;
  points.max = criterion.of_points;
  points.value = pointsOf(criterion, answer) ?? "";
  points.setAttribute("aria-label", `Points for ${criterion.name}`);
  points.parentElement.hidden = isVerdict;
  band.addEventListener("change", () => {
    points.value = criterion.bands.find((one) => one.name === band.value)?.points ?? "";
  });
  const before = JSON.stringify(said());

  function said() {
    if (band.value === "\u0000na") return { na: true };
    if (isVerdict) return { verdict: band.value };
    return points.value === "" ? { band: band.value } : { points: Number(points.value) };
  }

  return { key: criterion.key, node, changed: () => (JSON.stringify(said()) === before ? null : said()) };
}
