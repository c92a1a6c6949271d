// The list of orders without a mouse: x ticks the row that j and k have led to. Ticking by hand works without it.
(() => {
  "use strict";
  document.addEventListener("keydown", event => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.target.closest?.("[data-rows] tbody tr")?.querySelector("input[type=checkbox]")?.click();
  });
})();
