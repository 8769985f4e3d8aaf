// Ticking off by keyboard: up and down go from box to box, and after a tick the focus is where it was.
(() => {
  const boxes = () => [...document.querySelectorAll(".im-tick:not(:disabled)")];

  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".im-tick")) return;
    const all = boxes();
    const next = all[all.indexOf(event.target) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // Not before the admin's frame shows itself: what is hidden takes no focus.
  window.addEventListener("load", () => {
    if (location.hash) {
      document.getElementById(location.hash.slice(1))?.querySelector(".im-tick")?.focus();
    }
  });
})();
