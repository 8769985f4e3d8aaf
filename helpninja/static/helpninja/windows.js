// The dates of a window, shown only where they are asked for.
(() => {
  const followWindowChoice = (form) => {
    const choice = form.elements.window;
    const show = () => (form.dataset.window = choice.value);
    form.classList.add("an-scripted");
    choice.addEventListener("change", show);
    show();
  };

  const filters = document.querySelector(".an-filters");
  if (filters?.elements.window) {
    followWindowChoice(filters);
  }
})();
