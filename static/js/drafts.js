/* Saves a form's text on the server while one types, and when one leaves the page. Nothing is kept in the browser.
   Found by the hidden field [data-draft], whose value says where to save. Without scripts the button "Save as a draft" does the same. */
const EVERY = 20_000; // ms

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

function look(field) {
  const form = field.form;
  const time = form.querySelector("[data-draft-time]");
  const status = form.querySelector("[data-draft-status]");
  let saved = written().toString(); // what the server knows
  let sending = false; // the form itself is on its way
  let failed = false;
  let request = new AbortController();

  function written() {
    const secret = new Set([...form.querySelectorAll("[type=password], [type=file]")].map((one) => one.name));
    return new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secret.has(name)));
  }

  function say(words) {
    if (status && status.textContent !== words) status.textContent = words;
  }

  async function save() {
    const now = written();
    if (sending || now.toString() === saved) return;
    request = new AbortController();
    try {
      const answer = await fetch(field.dataset.draft, { method: "POST", body: now, redirect: "error", signal: request.signal });
      if (!answer.ok) throw new Error(answer.status);
      saved = now.toString();
      if (answer.status === 204) return; // nothing in it to keep
      if (time) time.textContent = time.dataset.draftTime.replace("{time}", clock.format(new Date()));
      say(status?.dataset.saved);
      failed = false;
    } catch {
      if (sending) return;
      if (time) time.textContent = status?.dataset.failed ?? "";
      if (!failed) say(status?.dataset.failed);
      failed = true;
    }
  }

  form.addEventListener("submit", () => {
    sending = true;
    request.abort();
  });
  setInterval(save, EVERY);
  addEventListener("pagehide", () => {
    const now = written();
    if (!sending && now.toString() !== saved && navigator.sendBeacon(field.dataset.draft, now)) saved = now.toString();
  });
  addEventListener("pageshow", () => {
    sending = false; // back again: the browser shows the page as it was left
  });
}

for (const field of document.querySelectorAll("input[data-draft]")) look(field);
