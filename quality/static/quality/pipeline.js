// After a move the focus is on the card that was moved.
(() => {
  if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
})();
