// What a reviewer has said so far, saved a moment after each change. Nothing typed is lost: what can't be saved stays
// here and in this browser until it can.

import { call } from "../escalations/core.js";

const SAVE_AFTER = 600;
const AGAIN_AFTER = 5000;

export class Draft {
  // `on` has saved(card), refused(errors), conflict(problem), state(text).
  constructor(id, api, on) {
    this.name = `hn-review-${id}`;
    this.api = api;
    this.on = on;
    this.saving = Promise.resolve();
    this.timer = null;
    this.stopped = false;
  }

  load(card) {
    this.card = card;
    this.answers = Object.fromEntries(card.criteria.map((one) => [one.key, { ...one.answer }]));
    this.remarks = card.remarks.map((one) => ({ ...one }));
    this.summary = card.summary;
    this.causes = new Set(card.root_causes.map((one) => one.id));
    this.revision = 0;
    this.stored = 0;
  }

  get isDirty() {
    return this.revision !== this.stored;
  }

  changed() {
    this.revision += 1;
    this.keep();
    if (this.stopped) return;
    this.on.state("Saving…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  // ---- what this browser keeps while it is not saved

  keep() {
    const { answers, remarks, summary, causes } = this;
    const kept = { version: this.card.version, answers, remarks, summary, causes: [...causes] };
    try {
      localStorage.setItem(this.name, JSON.stringify(kept));
    } catch { /* full or switched off: the page itself still has it */ }
  }

  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  forget() {
    localStorage.removeItem(this.name);
  }

  // Criteria that the rubric no longer has are left out.
  restore(kept) {
    for (const key of Object.keys(this.answers)) Object.assign(this.answers[key], kept.answers[key]);
    this.remarks = kept.remarks;
    this.summary = kept.summary;
    this.causes = new Set(kept.causes);
  }

  // ---- what the server takes

  // An overrule is refused until its reason is written: until then the stored answer stands, and all else is saved.
  get withoutReason() {
    return this.card.criteria.filter((one) => {
      const said = this.answers[one.key];
      return one.measured_points !== null && pointsOf(one, said) !== one.measured_points && !said.overruled.trim();
    });
  }

  body() {
    const held = new Set(this.withoutReason.map((one) => one.key));
    const answers = this.card.criteria.map((one) => [one.key, held.has(one.key) ? one.answer : this.answers[one.key]]);
    return {
      version: this.card.version,
      answers: Object.fromEntries(answers),
      remarks: this.remarks,
      summary: this.summary,
      root_causes: [...this.causes],
    };
  }

  // One after the other, so that an older draft never overtakes a newer one.
  save() {
    clearTimeout(this.timer);
    this.timer = null;
    this.saving = this.saving.then(() => this.put());
    return this.saving;
  }

  // Until all that was typed is on its way and answered.
  async settled() {
    if (this.timer || this.isDirty) this.save();
    await this.saving;
  }

  async put() {
    if (this.stopped || !this.isDirty) return;
    const revision = this.revision;
    const isHeld = this.withoutReason.length > 0;
    try {
      this.card = await call("PUT", `${this.api}draft`, this.body());
    } catch (problem) {
      this.failed(problem);
      return;
    }
    if (revision === this.revision && !isHeld) {
      this.stored = revision;
      this.forget();
    } else {
      this.keep();
    }
    this.on.saved(this.card);
  }

  failed(problem) {
    if (problem.status === 409) {
      this.stopped = true;
      this.on.state("Not saved");
      this.on.conflict(problem);
    } else if (problem.status === 400) {
      this.on.state("Not saved");
      this.on.refused(problem.body.errors || { "": [problem.message] });
    } else {
      this.on.state(`Not saved. ${problem.message}`);
      if (problem.status !== 401 && problem.status !== 404) this.timer = setTimeout(() => this.save(), AGAIN_AFTER);
    }
  }

  goOnFrom(version) {
    this.card.version = version;
    this.stopped = false;
    this.changed();
  }
}

// Null while there is no answer, or it is N/A.
export function pointsOf(criterion, said) {
  if (said.na) return null;
  if (said.points !== null) return said.points;
  return criterion.bands.find((band) => band.name === said.band)?.points ?? null;
}

// The best band that these points reach.
export function bandAt(criterion, points) {
  const reached = criterion.bands.filter((band) => points !== null && band.points <= points);
  return reached.reduce((best, band) => (best && best.points >= band.points ? best : band), null);
}
