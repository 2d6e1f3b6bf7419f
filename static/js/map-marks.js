/* Marks on the map: buttons with words, made of text alone. Pressing one leads to its line in the list, and Escape leads back. */
let returnTo = null; // the mark that led to a line

/* A mark. face: what is seen on it, as [class, text] pairs; label: what it is called; entry: a function giving its line in the list. */
export function markAt(lat, lng, { kind, face, label, entry, above = 0 }) {
  const inside = document.createDocumentFragment();
  for (const [name, text] of face) {
    const part = document.createElement("span");
    part.className = `live-map__${name}`;
    part.textContent = text;
    inside.append(part);
  }
  const box = document.createElement("span");
  box.append(inside);
  const icon = L.divIcon({ html: box, className: `live-map__mark live-map__mark--${kind}`, iconSize: null });
  const mark = L.marker([lat, lng], { icon, keyboard: true, riseOnHover: true, zIndexOffset: above });
  mark.on("add", () => {
    const element = mark.getElement();
    element.setAttribute("aria-label", label);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      goTo(entry(), element);
    });
  });
  mark.on("click", () => goTo(entry(), mark.getElement()));
  return mark;
}

/* Move the focus to a line of the list, and open what hides it. */
function goTo(line, from) {
  if (!line) return;
  for (let around = line.parentElement; around; around = around.parentElement) if (around.localName === "details") around.open = true;
  for (const inside of line.querySelectorAll(":scope > details")) inside.open = true;
  for (const met of document.querySelectorAll(".live-map__met")) met.classList.remove("live-map__met");
  line.tabIndex = -1;
  line.classList.add("live-map__met");
  returnTo = { line, from };
  line.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

/* Escape leads from the line back to its mark, or to the map where the mark is gone. */
export function leadBack(land) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !returnTo?.line.contains(document.activeElement)) return;
    returnTo.line.classList.remove("live-map__met");
    (returnTo.from?.isConnected ? returnTo.from : land).focus();
    returnTo = null;
  });
}

/* The sentence of a pattern, with its places filled. */
export function say(pattern, places) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);
}

/* A group whose marks are replaced at once; a focus that stood on one of them is handed to the map and not lost. */
export function replaceMarks(group, marks, land) {
  const had = land !== document.activeElement && land.contains(document.activeElement);
  group.clearLayers();
  for (const mark of marks) group.addLayer(mark);
  if (had && !land.contains(document.activeElement)) land.focus({ preventScroll: true });
}
