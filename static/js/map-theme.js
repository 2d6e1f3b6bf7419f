/* The map's colours, for what is painted on a canvas: custom properties of the style sheet, read as the browser resolves them
   (by day or by night, or with forced colours), and read again when the device or the reader changes the theme. */
const NAMES = ["sea", "land", "border"];

function probe(box, name) {
  const one = document.createElement("span");
  one.className = `live-map__probe live-map__probe--${name}`;
  one.hidden = true;
  box.append(one);
  return one;
}

export function themeOf(box) {
  const probes = NAMES.map((name) => [name, probe(box, name)]);
  return () => Object.fromEntries(probes.map(([name, one]) => [name, getComputedStyle(one).color]));
}

export function onThemeChange(then) {
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", then);
  new MutationObserver(then).observe(document.documentElement, { attributeFilter: ["data-theme", "data-text"] });
}
