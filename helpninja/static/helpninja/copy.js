// A button with data-copy="id" copies the value of that input; without the clipboard it selects it.
"use strict";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const input = document.getElementById(button.dataset.copy);
  input.select();
  if (!navigator.clipboard) return;
  await navigator.clipboard.writeText(input.value);
  button.textContent = "Copied";
});
