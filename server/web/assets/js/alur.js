// Small helps on top of pages that work without any script.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open], details.nav-menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});

// A second click on a button that already sends would send twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
});

// Whoever signs out leaves nothing of their unsent answers on this device.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.forgets || !globalThis.indexedDB) {
    return;
  }
  event.preventDefault();
  const forgotten = import(form.dataset.kept).then(({ forget }) => forget(Number(form.dataset.forgets)));
  const enough = new Promise((resolve) => setTimeout(resolve, 1500));
  Promise.race([forgotten.catch(() => {}), enough]).then(() => form.submit());
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});

// A page that answers a form is asked for again by the page the form was on: going back to it, or loading it again,
// sends nothing a second time.
const asked = document.querySelector("meta[name='alamat']");
if (asked) {
  history.replaceState(null, "", asked.content);
}

const summary = document.querySelector(".govuk-error-summary");
if (summary) {
  summary.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A filter that changes applies itself; without script the button does it.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
