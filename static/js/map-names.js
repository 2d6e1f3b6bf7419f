/* Names on the map: countries in the page's language, towns in letters that most can read. They give way to numbers, and to each other.
   They are for the eye only: the marks say where they are. */
import { readJson } from "./map-base.js";

const TOWNS = 4; // zoom from which towns are named
const LINE = 22, GAP = 4; // pixels
const DEGREE = Math.PI / 180;

export class Towns {
  constructor(address) {
    this.address = address;
    this.list = null;
  }

  async read() {
    this.asked ??= readJson(this.address).catch((error) => {
      this.asked = null;
      throw error;
    });
    this.list = await this.asked;
    return this.list;
  }

  /* The largest town in a part of the world, or undefined; the file begins with the largest. */
  largest({ west, south, east, north }) {
    const found = this.list?.find(([lat, lng]) => lat >= south && lat <= north && lng >= west && lng <= east);
    return found && { name: found[2], code: found[3] };
  }

  /* The nearest town, or null before they are there. */
  nearest(lat, lng) {
    let best = null, least = Infinity;
    const narrow = Math.cos(lat * DEGREE) ** 2;
    for (const [townLat, townLng, name, code] of this.list ?? []) {
      const across = Math.abs(townLng - lng);
      const away = (townLat - lat) ** 2 + narrow * Math.min(across, 360 - across) ** 2;
      if (away < least) [best, least] = [{ name, code }, away];
    }
    return best;
  }
}

export class Names {
  constructor(map, { facts, towns }) {
    Object.assign(this, { map, facts, towns, labels: null, turn: 0 });
    const pane = map.createPane("names");
    pane.classList.add("live-map__names");
    pane.setAttribute("aria-hidden", "true");
    this.group = L.layerGroup().addTo(map);
    this.pen = document.createElement("canvas").getContext("2d");
  }

  /* taken: boxes in the window that hold something already; named: countries that a badge names. */
  async show(taken, named = new Set()) {
    const turn = ++this.turn;
    const zoom = this.map.getZoom();
    try {
      this.labels ??= await readJson(this.facts.files.labels);
      if (zoom >= TOWNS) await this.towns.read();
    } catch {
      return; // the map is as good without them
    }
    if (turn !== this.turn) return;
    this.group.clearLayers();
    const boxes = [...taken];
    const view = this.map.getBounds();
    for (const [lat, lng, code, from] of this.labels)
      if (from <= zoom && this.facts.countries[code] && !named.has(code) && view.contains([lat, lng]))
        this.place(lat, lng, this.facts.countries[code], "country", boxes);
    if (zoom < TOWNS) return;
    for (const [lat, lng, name, , from] of this.towns.list)
      if (from <= zoom && view.contains([lat, lng])) this.place(lat, lng, name, "town", boxes);
  }

  place(lat, lng, text, kind, boxes) {
    const style = getComputedStyle(this.map.getContainer());
    this.pen.font = `${kind === "country" ? 600 : 400} ${style.fontSize} ${style.fontFamily}`;
    const half = this.pen.measureText(text).width / 2 + GAP;
    const line = (LINE * parseFloat(style.fontSize)) / 16;
    const { x, y } = this.map.latLngToContainerPoint([lat, lng]);
    const size = this.map.getSize();
    const box = [x - half, y - line / 2, x + half, y + line / 2];
    if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y) return;
    if (boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return;
    boxes.push(box);
    const inside = document.createElement("span");
    inside.textContent = text;
    if (kind === "town") inside.lang = "";
    const icon = L.divIcon({ html: inside, className: `live-map__name live-map__name--${kind}`, iconSize: null });
    L.marker([lat, lng], { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.group);
  }
}
