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
  // Desks are read with the keyboard: j and k move along a table or the board, h and l from lane to lane of it, x ticks a row,
  // Enter opens. Whatever names a key of its own answers to it: a box is typed into, a move is opened and its form begun, from
  // which Escape leads back, and a link is followed. Letters count as they stand on the keys, whichever alphabet these write.
  const typing = element => element.closest("input, select, textarea, [contenteditable]");
  const pressed = event => (/^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key) ? event.code[3].toLowerCase() : event.key);
  const near = (all, at, step) => all[Math.min(Math.max(at + step, 0), all.length - 1)];
  const move = step => {
    const links = [...document.querySelectorAll("[data-rows] a[data-open], [data-rows] tbody tr th a")];
    near(links, links.indexOf(document.activeElement), step)?.focus();
  };
  const cross = step => {
    const lanes = [...document.querySelectorAll(".lane")].filter(each => each.querySelector("a[data-open]"));
    const ahead = document.documentElement.dir === "rtl" ? -step : step;
    near(lanes, lanes.indexOf(document.activeElement.closest(".lane")), ahead)?.querySelector("a[data-open]").focus();
  };
  const tick = () => document.activeElement.closest("[data-rows] tbody tr")?.querySelector("input[type=checkbox]")?.click();
  const begin = element => {
    if (element.matches("a")) return element.click();
    const move = element.matches("summary") ? element.parentElement : null;
    if (move) move.open = true;
    const first = move?.querySelector("input:not([type=hidden]), select, textarea, button") ?? element;
    first.focus();
    first.select?.();
  };
  const keys = { j: () => move(1), k: () => move(-1), l: () => cross(1), h: () => cross(-1), x: tick };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") event.target.closest("details.deed")?.querySelector("summary").focus();
    if (typing(event.target)) return;
    const key = pressed(event);
    const own = [...document.querySelectorAll("[aria-keyshortcuts]")].find(each => each.getAttribute("aria-keyshortcuts") === key);
    if (own) { event.preventDefault(); begin(own); } else keys[key]?.();
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
