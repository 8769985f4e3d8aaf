// The editor of a rule's conditions: shows for each field what goes with it. What it hides the server would refuse.
"use strict";

(() => {
  const source = document.getElementById("condition-specs");
  if (!source) return;
  const { fields, operators } = JSON.parse(source.textContent);

  const find = (row, name) => row.querySelector(`[name$="-${name}"]`);

  function fit(row) {
    const field = find(row, "field");
    const spec = fields[field.value];
    fitOperators(find(row, "operator"), spec ? spec.operators : Object.keys(operators));
    fitArgument(find(row, "argument"), spec);
    fitValue(find(row, "value"), operators[find(row, "operator").value], spec);
  }

  function fitOperators(select, fitting) {
    for (const option of select.options) {
      option.hidden = option.disabled = option.value !== "" && !fitting.includes(option.value);
    }
    if (select.selectedOptions[0]?.disabled) select.value = fitting.length === 1 ? fitting[0] : "";
    if (fitting.length === 1) select.value = fitting[0];
  }

  function fitArgument(input, spec) {
    const needed = Boolean(spec && spec.argument);
    input.hidden = !needed;
    input.placeholder = needed ? spec.argument : "";
    input.inputMode = needed && spec.counts ? "numeric" : "text";
    input.setAttribute("aria-label", needed ? spec.argument : "Of what");
    if (!needed) input.value = "";
  }

  function fitValue(textarea, operator, spec) {
    const kind = operator ? operator.kind : "texts";
    textarea.hidden = kind === "none";
    if (kind === "none") textarea.value = "";
    textarea.rows = kind === "texts" ? Math.min(6, textarea.value.split("\n").length + 1) : 1;
    textarea.inputMode = kind === "number" ? "decimal" : "text";
    textarea.placeholder = { number: (spec && spec.range) || "A number", pattern: "A pattern (RE2)", texts: "One a line" }[kind] || "";
    hintOf(textarea).textContent = hints(kind, spec).join(" ");
  }

  function hints(kind, spec) {
    const known = spec && spec.known.length && kind === "texts" ? [`Known: ${spec.known.join(", ")}.`] : [];
    return [...(spec && spec.hint && kind !== "none" ? [spec.hint] : []), ...known];
  }

  function hintOf(textarea) {
    if (textarea.nextElementSibling?.classList.contains("hn-hint")) return textarea.nextElementSibling;
    const hint = document.createElement("p");
    hint.className = "hn-hint hn-subtle";
    hint.id = `${textarea.id}_hint`;
    textarea.setAttribute("aria-describedby", hint.id);
    textarea.after(hint);
    return hint;
  }

  function watch(select) {
    const row = select.closest("tr");
    if (!row || select.name.includes("__prefix__")) return;
    row.addEventListener("change", (event) => {
      if (/-(field|operator)$/.test(event.target.name || "")) fit(row);
    });
    fit(row);
  }

  const watchAll = (within) => within.querySelectorAll("select[name$='-field']").forEach(watch);
  watchAll(document);
  document.addEventListener("formset:added", (event) => watchAll(event.target));
})();
