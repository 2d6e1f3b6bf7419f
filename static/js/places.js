/* Lists towns while one types their name, from our own server; nothing is kept in the browser. Without scripts the button "Search" does it.
   Found by the form [data-places], whose value says where to ask; the rows are copies of the template [data-places-choice]. */
const WAIT = 250; // ms without a key before it asks

function look(form) {
  const status = document.querySelector("[data-places-status]");
  const found = document.querySelector("[data-places-found]");
  const list = found.querySelector("[data-places-list]");
  const row = document.querySelector("[data-places-choice]");
  const field = form.elements.q;
  const country = form.elements.country;
  const token = form.elements.csrfmiddlewaretoken.value;
  let request = new AbortController();
  let timer = 0;

  function choice(place, number) {
    const copy = row.content.cloneNode(true);
    const input = copy.querySelector("input");
    input.value = place.id;
    input.id = `id_place_${number}`;
    copy.querySelector("[data-label]").textContent = place.label;
    copy.querySelector("[data-public]").hidden = !place.public;
    copy.querySelector("[data-none]").hidden = Boolean(place.public);
    copy.querySelector("[data-area]").textContent = place.public ?? "";
    return copy;
  }

  function show(places) {
    list.replaceChildren(...places.map(choice));
    found.hidden = places.length === 0;
    found.elements.country.value = country.value;
    found.elements.q.value = field.value;
    status.textContent = places.length ? status.dataset.found : status.dataset.nothing;
  }

  function clear() {
    list.replaceChildren();
    found.hidden = true;
    status.textContent = "";
  }

  async function ask() {
    request.abort();
    request = new AbortController();
    if (!field.value.trim() || !country.value) return clear();
    const body = new URLSearchParams({ q: field.value, country: country.value, csrfmiddlewaretoken: token });
    try {
      const answer = await fetch(form.dataset.places, { method: "POST", body, redirect: "error", signal: request.signal });
      if (answer.ok) show((await answer.json()).places);
    } catch {
      // the button is still there
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  field.addEventListener("input", later);
  country.addEventListener("change", later);
}

for (const form of document.querySelectorAll("form[data-places]")) look(form);
