// Parts of a page that take longer to work out than the rest, fetched once it shows itself.
// Without this script the link that stands in their place leads to the same.
(() => {
  const fill = async (place) => {
    const response = await fetch(place.dataset.fragment, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    if (response.ok) {
      place.innerHTML = await response.text();
    }
    place.removeAttribute("aria-busy");
  };

  for (const place of document.querySelectorAll("[data-fragment]")) {
    place.setAttribute("aria-busy", "true");
    fill(place).catch(() => place.removeAttribute("aria-busy"));
  }
})();
