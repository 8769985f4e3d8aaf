// One criterion of the rubric: its bands, points, N/A, verdict, note, and what the data says of it.

import { build, part, setText } from "../escalations/core.js";
import { bandAt, pointsOf } from "./draft.js";

const KINDS = { bonus: "Bonus", auto_fail: "Auto-fail", question: "Not scored" };
const VERDICTS = [{ name: "Passed", verdict: "passed" }, { name: "Failed", verdict: "failed" }];

export class CriterionCard {
  // `changed()` is called after each change of `said`, the draft's own answer.
  constructor(criterion, said, { isWritten, changed, show }) {
    Object.assign(this, { criterion, said, isWritten, changed });
    this.node = build("hn-criterion", { name: criterion.name, help: criterion.help });
    this.node.dataset.key = criterion.key;
    part(this.node, "help").hidden = !criterion.help;
    const kind = part(this.node, "kind");
    kind.hidden = !KINDS[criterion.kind];
    setText(kind, KINDS[criterion.kind] || "");
    this.options = criterion.kind === "auto_fail" ? VERDICTS : criterion.bands;
    this.drawOptions();
    this.drawFields();
    const button = part(this.node, "show");
    button.hidden = !show;
    button.addEventListener("click", () => show());
    this.fill();
    this.update(criterion);
  }

  get hasPoints() {
    return ["scored", "bonus"].includes(this.criterion.kind);
  }

  field(name) {
    return this.node.querySelector(`[name="${name}"]`);
  }

  drawOptions() {
    const box = part(this.node, "bands");
    box.hidden = !this.options.length;
    box.setAttribute("aria-label", this.criterion.name);
    this.radios = this.options.map((option, index) => {
      const points = this.hasPoints ? `${option.points}` : "";
      const node = build("hn-band", { key: `${index + 1}`, name: option.name, points });
      const radio = node.querySelector("input");
      radio.name = `band-${this.criterion.key}`;
      radio.disabled = !this.isWritten;
      radio.addEventListener("change", () => this.choose(index));
      part(node, "key").hidden = !this.isWritten || index > 8;
      const isData = this.criterion.measured_points !== null && this.criterion.measured_points === option.points;
      part(node, "data").hidden = !isData;
      box.append(node);
      return radio;
    });
  }

  drawFields() {
    const { criterion, isWritten, said } = this;
    part(this.node, "na-box").hidden = !(isWritten && criterion.na_allowed);
    part(this.node, "text-box").hidden = !(isWritten && criterion.kind === "question");
    part(this.node, "evidence-line").hidden = !criterion.evidence;
    setText(part(this.node, "evidence"), criterion.evidence);
    setText(part(this.node, "of"), `of ${criterion.of_points}`);
    const points = this.field("points");
    points.max = criterion.of_points;
    points.disabled = !isWritten;
    points.setAttribute("aria-label", `Points for ${criterion.name}, of ${criterion.of_points}`);
    points.addEventListener("input", () => this.typePoints());
    this.field("na").addEventListener("change", (event) => this.setNa(event.target.checked));
    for (const name of ["text", "note", "overruled"]) {
      this.field(name).addEventListener("input", (event) => {
        said[name] = event.target.value;
        this.fill();
        this.changed();
      });
    }
    part(this.node, "note-button").addEventListener("click", () => this.openNote());
  }

  choose(index) {
    const option = this.options[index];
    if (!option || !this.isWritten) return;
    Object.assign(this.said, { na: false, points: null });
    if (option.verdict) this.said.verdict = option.verdict;
    else this.said.band = option.name;
    this.fill();
    this.changed();
  }

  // The band beside the chosen one; the first where none is.
  move(by) {
    const at = this.radios.findIndex((radio) => radio.checked);
    const to = at < 0 ? 0 : Math.min(this.options.length - 1, Math.max(0, at + by));
    if (to !== at) this.choose(to);
  }

  typePoints() {
    const field = this.field("points");
    if (field.value !== "" && !field.checkValidity()) {
      this.refuse(`0 to ${this.criterion.of_points} points.`);
      return;
    }
    const points = field.value === "" ? null : Number(field.value);
    Object.assign(this.said, { na: false, points, band: "" });
    this.fill(field);
    this.changed();
  }

  setNa(na) {
    if (!this.isWritten || !this.criterion.na_allowed) return;
    Object.assign(this.said, na ? { na, points: null, band: "", verdict: "" } : { na });
    this.fill();
    this.changed();
  }

  openNote() {
    part(this.node, "note-box").hidden = false;
    this.field("note").focus();
  }

  // The fields by what is said; `typing` is left alone.
  fill(typing = null) {
    const { criterion, said, isWritten } = this;
    const points = pointsOf(criterion, said);
    const band = this.hasPoints ? bandAt(criterion, points) : null;
    this.options.forEach((option, index) => {
      const isChosen = option.verdict ? option.verdict === said.verdict : this.hasPoints ? option === band : option.name === said.band;
      this.radios[index].checked = isChosen && !said.na;
    });
    const isBetween = points !== null && points !== band?.points;
    part(this.node, "points-box").hidden = !(this.hasPoints && (isWritten || isBetween));
    if (typing !== this.field("points")) this.field("points").value = points ?? "";
    this.field("na").checked = said.na;
    for (const name of ["text", "note", "overruled"]) {
      if (this.field(name).value !== said[name]) this.field(name).value = said[name];
    }
    this.isOverruled = criterion.measured_points !== null && points !== criterion.measured_points;
    part(this.node, "overruled-box").hidden = !(isWritten && this.isOverruled);
    const isNoted = Boolean(said.note) || document.activeElement === this.field("note");
    part(this.node, "note-box").hidden = !(isWritten && isNoted);
    part(this.node, "note-button").hidden = !isWritten || isNoted;
    const read = [said.text, said.overruled && `The data is overruled: ${said.overruled}`, said.note];
    setText(part(this.node, "read"), isWritten ? "" : read.filter(Boolean).join("\n"));
    this.refuse(isWritten && this.isOverruled && !said.overruled.trim() ? "Say why the data is overruled; then it is saved." : "");
  }

  // What the server makes of it.
  update(criterion) {
    const { score, possible } = criterion;
    this.criterion = { ...this.criterion, score, possible, answer: criterion.answer };
    const words = { na: "N/A", scored: `${score} of ${possible}` };
    const isNa = criterion.answer.na;
    setText(part(this.node, "score"), score !== null ? words.scored : isNa ? words.na : "");
  }

  refuse(text) {
    const error = part(this.node, "error");
    setText(error, text);
    error.hidden = !text;
    this.node.classList.toggle("is-refused", Boolean(text));
  }
}
