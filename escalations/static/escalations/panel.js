// Part of the workspace that an app above serves as HTML: it is searched in, and its texts go into the reply.

export class Panel {
  // `insert(text)` puts it into the reply and says whether it did.
  constructor(box, insert) {
    this.box = box;
    this.body = box.querySelector("[data-panel-body]");
    this.insert = insert;
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.load(new FormData(event.target).get("q").trim(), true);
    });
    box.addEventListener("click", (event) => this.clicked(event.target.closest("[data-insert]")));
    this.load();
  }

  // The workspace works without it: whoever may not see it, or when its server fails, has one card less.
  async load(query = "", searched = false) {
    this.query = query;
    const url = this.box.dataset.panel + (query ? `&q=${encodeURIComponent(query)}` : "");
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (this.query !== query) return;
    const shown = Boolean(answer?.ok) && !answer.redirected;
    if (shown) this.body.innerHTML = await answer.text();
    this.box.hidden = !shown;
    if (searched) this.body.querySelector("input")?.focus();
  }

  // More was said: what was suggested may not fit any more. A search of one's own stays, and what is being typed.
  renew() {
    const typed = this.body.querySelector("input")?.value.trim();
    if (!this.query && !typed) this.load();
  }

  clicked(button) {
    if (!button || !this.insert(button.dataset.insert)) return;
    const headers = { "X-CSRFToken": document.querySelector("[data-csrf]").dataset.csrf };
    fetch(button.dataset.inserted, { method: "POST", credentials: "same-origin", headers }).catch(() => null);
  }
}
