// Remarks at messages and on the whole: shown, written, changed, taken away.

import { build, part, setText } from "../escalations/core.js";

export const KINDS = {
  went_well: { word: "Went well", icon: "thumb_up" },
  to_improve: { word: "To improve", icon: "build" },
};

export class Remarks {
  // `place(message)` gives the list where a message's remarks stand; that of the whole for "".
  constructor(draft, criteria, { isWritten, place, atCriterion, show }) {
    Object.assign(this, { draft, criteria, isWritten, place, atCriterion, show });
    this.forms = new Set();
    this.draw();
  }

  get isWriting() {
    return [...this.forms].some((form) => form.elements.text.value.trim());
  }

  draw() {
    for (const node of document.querySelectorAll(".hn-remark")) node.remove();
    for (const remark of this.draft.remarks) {
      this.place(remark.message).append(this.item(remark, this.isWritten));
      const list = remark.key && this.atCriterion(remark.key);
      if (list) list.append(this.pointer(remark));
    }
  }

  item(remark, isWritten) {
    const kind = KINDS[remark.kind];
    const about = this.criteria.find((one) => one.key === remark.key);
    const node = build("hn-remark", { icon: kind.icon, kind: `${kind.word}: `, text: about ? `${remark.text} (${about.name})` : remark.text });
    node.dataset.kind = remark.kind;
    part(node, "edit").hidden = !isWritten;
    part(node, "drop").hidden = !isWritten;
    part(node, "edit").addEventListener("click", () => this.write(remark.kind, remark.message, remark));
    part(node, "drop").addEventListener("click", () => this.drop(remark));
    return node;
  }

  // At its criterion, as a way to the message.
  pointer(remark) {
    const node = this.item({ ...remark, key: "" }, false);
    if (remark.message) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "hn-link-button";
      button.textContent = "Show";
      button.addEventListener("click", () => this.show(remark.message));
      node.append(button);
    }
    return node;
  }

  drop(remark) {
    this.draft.remarks = this.draft.remarks.filter((one) => one !== remark);
    this.draw();
    this.draft.changed();
  }

  // A form below the message; Enter keeps it, Escape takes it away.
  write(kind, message, known = null) {
    const node = build("hn-remark-form", { icon: KINDS[kind].icon, kind: KINDS[kind].word });
    const form = node.querySelector("form");
    const { text, key } = form.elements;
    node.dataset.kind = kind;
    key.append(...this.criteria.map((one) => new Option(one.name, one.key)));
    key.value = known?.key ?? "";
    text.value = known?.text ?? "";
    const close = () => {
      this.forms.delete(form);
      node.remove();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      this.keep({ kind, message, key: key.value, text: text.value.trim() }, known);
      close();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === text && !event.shiftKey && !event.ctrlKey) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        close();
      }
    });
    part(node, "cancel").addEventListener("click", close);
    this.forms.add(form);
    this.place(message).append(node);
    text.focus();
    node.scrollIntoView({ block: "nearest" });
  }

  keep(remark, known) {
    const at = this.draft.remarks.indexOf(known);
    if (at >= 0) this.draft.remarks[at] = remark;
    else this.draft.remarks.push(remark);
    this.draw();
    this.draft.changed();
  }
}

export function say(box, name, text) {
  const node = part(box, name);
  setText(node, text);
  node.hidden = !text;
}
