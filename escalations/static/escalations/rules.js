// The progress of a back-test that is under way, and dates shown only where they are asked for.

const ASK_EVERY = 1000;
const ASK_AGAIN_AFTER_FAILURE = 5000;

const follow = (element) => {
  const bar = element.querySelector("progress");
  const text = element.querySelector("[data-part=text]");
  const ask = async () => {
    let wait = ASK_EVERY;
    try {
      const answer = await fetch(element.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (found.finished) {
        location.reload();
        return;
      }
      if (found.total === null) bar.removeAttribute("value");
      else bar.value = found.percent;
      const counted = found.total === null ? "" : `: ${found.done.toLocaleString()} of ${found.total.toLocaleString()}`;
      text.textContent = `${found.label}${counted}`;
    } catch {
      wait = ASK_AGAIN_AFTER_FAILURE;
      text.textContent = "The server does not answer; trying again…";
    }
    setTimeout(ask, wait);
  };
  ask();
};

for (const element of document.querySelectorAll("[data-progress]")) {
  follow(element);
}

for (const form of document.querySelectorAll("form[data-dated]")) {
  const choice = form.elements.window;
  const show = () => (form.dataset.window = choice.value);
  choice.addEventListener("change", show);
  show();
}
