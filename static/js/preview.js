/* Shows a text below its field as others will see it, while one types. Found by the field [data-preview], whose value is the address that
   renders it; without scripts the button "Preview" does the same. The server renders: what stands here was sanitised there. */
const PAUSE = 900; // ms without a key

function look(field) {
  const form = field.form;
  const place = form.querySelector("[data-preview-out]");
  const words = place?.querySelector("[data-preview-words]");
  if (!words) return;
  let timer = 0;
  let request = new AbortController();

  async function show() {
    request.abort();
    request = new AbortController();
    if (!field.value.trim()) {
      place.hidden = true;
      return;
    }
    const body = new URLSearchParams({ body: field.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    try {
      const answer = await fetch(field.dataset.preview, { method: "POST", body, redirect: "error", signal: request.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      words.replaceChildren(...page.body.childNodes);
      place.hidden = false;
    } catch {
      // the last one stays, or none: the button still works
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
}

for (const field of document.querySelectorAll("textarea[data-preview]")) look(field);
