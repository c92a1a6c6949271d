// What the pages do better with a script. Everything works without it; nothing here is needed to read, send or sign in.
(() => {
  "use strict";
  // A menu closes when one clicks elsewhere or presses Escape.
  const close = except => document.querySelectorAll("details.menu[open]").forEach(each => each !== except && (each.open = false));
  document.addEventListener("click", event => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", event => event.key === "Escape" && close(null));
  // A form is sent once: a second click while it is under way does nothing.
  document.addEventListener("submit", event => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(form => delete form.dataset.sent));
  // Desks are read with the keyboard: j and k move along a table, Enter opens the row, / goes to the search box.
  const typing = element => element.closest("input, select, textarea, [contenteditable]");
  const move = step => {
    const links = [...document.querySelectorAll("[data-rows] tbody tr a[data-open], [data-rows] tbody tr th a")];
    const at = links.indexOf(document.activeElement);
    links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });
  // Ticking the head of a table ticks its rows; the bar of bulk moves counts them.
  const count = table => {
    const ticked = table.querySelectorAll("tbody input[type=checkbox]:checked").length;
    document.querySelectorAll("[data-bulk]").forEach(bar => {
      bar.hidden = !ticked;
      bar.querySelectorAll("[data-ticked]").forEach(each => { each.textContent = new Intl.NumberFormat(document.documentElement.lang).format(ticked); });
    });
  };
  document.querySelectorAll("[data-bulk]").forEach(bar => { bar.hidden = true; });
  document.addEventListener("change", event => {
    const table = event.target.closest("[data-rows]");
    if (!table || event.target.type !== "checkbox") return;
    if (event.target.closest("thead")) table.querySelectorAll("tbody input[type=checkbox]").forEach(each => { each.checked = event.target.checked; });
    count(table);
  });
  // An IBAN is grouped in fours as it is typed.
  document.addEventListener("input", event => {
    if (!event.target.matches?.("[data-iban]")) return;
    const at = event.target, end = at.selectionEnd === at.value.length;
    const bare = at.value.replace(/\s/g, "").toUpperCase();
    if (end) at.value = bare.replace(/(.{4})(?=.)/g, "$1 ");
  });
  // Printing is a browser's own business, asked for by a button.
  document.addEventListener("click", event => event.target.closest("[data-print]") && print());
})();
