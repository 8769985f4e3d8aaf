// The rows that the page knows of, each in its newest version. No elements here: see queue.js.

export class Rows {
  constructor() {
    this.rows = new Map();
    this.versions = new Map(); // also of rows that left: an old frame must not bring one back
    this.changedAt = new Map();
    this.changes = 0;
  }

  // "added", "changed", "removed" or "ignored"
  upsert(row, wanted = true) {
    if (row.version < (this.versions.get(row.id) ?? 0)) return "ignored";
    const known = this.rows.get(row.id);
    if (known && known.version === row.version) return "ignored";
    if (!known && this.versions.get(row.id) === row.version) return "ignored";
    this.versions.set(row.id, row.version);
    this.changedAt.set(row.id, ++this.changes);
    if (row.list === "gone" || !wanted) return this.rows.delete(row.id) ? "removed" : "ignored";
    this.rows.set(row.id, row);
    return known ? "changed" : "added";
  }

  // What the server shows now. `asked` is `changes` at the moment of asking: what changed since then is newer.
  replace(rows, asked) {
    const shown = new Set(rows.map((row) => row.id));
    for (const id of [...this.rows.keys()]) {
      if (!shown.has(id) && (this.changedAt.get(id) ?? 0) <= asked) this.rows.delete(id);
    }
    this.add(rows);
  }

  // Rows that were read, not announced: they may be of a version that is known but was not shown here.
  add(rows) {
    for (const row of rows) {
      if (row.version < (this.versions.get(row.id) ?? 0)) continue;
      this.versions.set(row.id, row.version);
      this.rows.set(row.id, row);
    }
  }

  // Another team has it now: it goes, unless what is known is newer.
  leave(id, version) {
    if (version < (this.versions.get(id) ?? 0)) return;
    this.versions.set(id, version);
    this.changedAt.set(id, ++this.changes);
    this.rows.delete(id);
  }

  remove(id) {
    this.rows.delete(id);
  }

  get(id) {
    return this.rows.get(id);
  }

  list(name) {
    return [...this.rows.values()].filter((row) => row.list === name).sort(ORDERS[name]);
  }
}

const LAST = "9999";
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export const ORDERS = {
  waiting: (a, b) =>
    b.queue_level.level - a.queue_level.level ||
    compare(a.first_response_due_at ?? LAST, b.first_response_due_at ?? LAST) ||
    compare(a.opened_at, b.opened_at) ||
    compare(a.id, b.id),
  handled: (a, b) => compare(a.opened_at, b.opened_at) || compare(a.id, b.id),
  resolved: (a, b) => compare(b.last_resolved_at, a.last_resolved_at) || compare(a.id, b.id),
};

// The page's filters as the server applies them (views/board.py), for rows that come over the socket.
export function matches(row, filters, me) {
  if (filters.team && row.team?.slug !== filters.team) return false;
  if (filters.topic && row.topic?.slug !== filters.topic) return false;
  if (filters.priority.length && !filters.priority.includes(row.priority.code)) return false;
  if (filters.mine && ![row.assignee?.id, row.resolved_by?.id].includes(me?.id ?? null)) return false;
  if (!filters.q) return true;
  const text = filters.q.toLowerCase();
  const searched = [row.subject, row.summary, row.customer?.name, row.customer?.company];
  return searched.some((value) => value && value.toLowerCase().includes(text));
}
