// The keys of the review page. In a field they type, but for Ctrl+Enter and Escape.

const FIELDS = 'textarea, select, input:not([type="radio"]):not([type="checkbox"])';

export function listen(on) {
  const keys = {
    j: () => on.message(1),
    k: () => on.message(-1),
    w: () => on.remark("went_well"),
    i: () => on.remark("to_improve"),
    n: () => on.note(),
    p: () => on.points(),
    s: () => on.summary(),
    0: () => on.na(),
    "?": () => on.help(),
    ArrowDown: () => on.criterion(1),
    ArrowUp: () => on.criterion(-1),
    ArrowRight: () => on.beside(1),
    ArrowLeft: () => on.beside(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter") {
        event.preventDefault();
        on.finish();
      }
      return;
    }
    const field = event.target.closest(FIELDS);
    if (field) {
      if (event.key === "Escape") leave(field);
      return;
    }
    const isArrow = event.key.startsWith("Arrow");
    if (isArrow && !event.target.closest(".hn-criterion") && event.target !== document.body) return; // scrolls
    const act = /^[1-9]$/.test(event.key) ? () => on.band(Number(event.key) - 1) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

// To the criterion around it, where the keys go on.
function leave(field) {
  const around = field.closest("[tabindex]");
  if (around) around.focus();
  else field.blur();
}
