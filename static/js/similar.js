/* Shows what is like a question while it is being typed, and finds tags by their letters. Without scripts the first button shows the same,
   and the tags are lists to open. */
const PAUSE = 600; // ms without a key
const SHORTEST = 4; // characters; less says nothing

function lookForSimilar(field) {
  const place = document.querySelector("[data-similar-out]");
  const words = place?.querySelector("[data-similar-words]");
  if (!words) return;
  let timer = 0;
  let shown = field.value.trim();
  let request = new AbortController();

  async function show() {
    const title = field.value.trim();
    if (title === shown || title.length < SHORTEST) return;
    request.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.similar}?${new URLSearchParams({ q: title })}`, { redirect: "error", signal: request.signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      words.replaceChildren(...page.body.childNodes);
      place.hidden = false;
      shown = title;
    } catch {
      // what was shown stays; the button still works
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
}

function filterTags(place) {
  const field = place.querySelector("input");
  const status = place.querySelector("[role=status]");
  const groups = [...place.parentElement.querySelectorAll("details")];
  place.hidden = false;

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it filters, and sends nothing
  });
  field.addEventListener("input", () => {
    const letters = field.value.trim().toLocaleLowerCase();
    let found = 0;
    for (const group of groups) {
      let here = 0;
      for (const choice of group.querySelectorAll(".choice")) {
        const fits = choice.textContent.toLocaleLowerCase().includes(letters);
        choice.hidden = !fits && !choice.querySelector("input").checked;
        here += fits;
      }
      group.hidden = !here;
      if (letters) group.open = here > 0;
      found += here;
    }
    status.textContent = found ? "" : status.dataset.none;
  });
}

for (const field of document.querySelectorAll("input[data-similar]")) lookForSimilar(field);
for (const place of document.querySelectorAll("[data-filter-tags]")) filterTags(place);
