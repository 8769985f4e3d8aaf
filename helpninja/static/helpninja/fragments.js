// Parts of a page that take longer to work out than the rest, fetched once it shows itself, and again and again
// while they say that something in them is unfinished. Without this script the link that stands in their place
// leads to the same, or loading the page again does.
(() => {
  const AGAIN_AFTER = 1000;
  const AGAIN_AFTER_FAILURE = 5000;
  const shown = new WeakMap();

  const fill = async (place) => {
    const response = await fetch(place.dataset.fragment, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    const text = await response.text();
    if (response.ok && shown.get(place) !== text) {
      place.innerHTML = text;
      shown.set(place, text);
    }
    return response.ok;
  };

  const follow = async (place) => {
    const isFilled = await fill(place).catch(() => false);
    place.removeAttribute("aria-busy");
    if (place.querySelector("[data-unfinished]")) {
      setTimeout(() => again(place), isFilled ? AGAIN_AFTER : AGAIN_AFTER_FAILURE);
    }
  };

  const again = (place) => (document.hidden ? setTimeout(() => again(place), AGAIN_AFTER) : follow(place));

  for (const place of document.querySelectorAll("[data-fragment]")) {
    place.setAttribute("aria-busy", "true");
    follow(place);
  }
})();
