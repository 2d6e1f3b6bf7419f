/* The land under the map: whole countries from far away, squares of 15 degrees from near. Everything is painted on one canvas. */
const NEAR = 6, MIDDLE = 4; // zooms from which the finer files are used

export class Base {
  constructor(map, files, theme, tell) {
    Object.assign(this, { map, files, theme, tell, asked: new Map(), squares: new Map(), layers: [], level: "", hidden: false, turn: 0 });
    map.createPane("land").classList.add("live-map__canvas");
    this.renderer = L.canvas({ pane: "land", padding: 0.25 });
  }

  /* Paint what the view needs; what is there already stays until the new has come. */
  async show() {
    if (this.hidden) return;
    const turn = ++this.turn;
    const zoom = this.map.getZoom();
    try {
      if (zoom >= NEAR) await this.showSquares(turn);
      else await this.showCountries(zoom >= MIDDLE ? "middle" : "far", turn);
      if (turn === this.turn) this.tell(true);
    } catch {
      if (turn === this.turn) this.tell(false);
    }
  }

  async showCountries(level, turn) {
    if (this.level === level) return;
    const [land, lakes] = await Promise.all([this.read(this.files[level]), level === "middle" ? this.read(this.files.lakes) : null]);
    if (turn !== this.turn || this.hidden) return;
    this.clear();
    this.level = level;
    this.add(land, "land");
    if (lakes) this.add(lakes, "lake");
  }

  async showSquares(turn) {
    const [index, lakes] = await Promise.all([this.read(`${this.files.squares}index.json`), this.read(this.files.lakes)]);
    const wanted = squaresOf(this.map.getBounds().pad(0.25), index);
    const read = await Promise.all(wanted.map((name) => this.read(`${this.files.squares}${name}.json`)));
    if (turn !== this.turn || this.hidden) return;
    if (this.level === "near" && wanted.every((name) => this.squares.has(name))) return;
    this.clear();
    this.level = "near";
    wanted.forEach((name, index) => this.squares.set(name, read[index]));
    for (const square of read) this.add(square.land, "land");
    this.add(lakes, "lake");
    for (const square of read) this.add(square.borders, "border");
  }

  add(shape, kind) {
    const layer = L.geoJSON(shape, { renderer: this.renderer, interactive: false, style: this.styleOf(kind) }).addTo(this.map);
    this.layers.push([layer, kind]);
  }

  styleOf(kind) {
    const { sea, land, border } = this.theme();
    if (kind === "border") return { color: border, weight: 1, fill: false };
    if (kind === "lake") return { stroke: false, fill: true, fillColor: sea, fillOpacity: 1 };
    return { color: this.level === "near" ? land : border, weight: 1, fill: true, fillColor: land, fillOpacity: 1 };
  }

  recolour() {
    for (const [layer, kind] of this.layers) layer.setStyle(this.styleOf(kind));
  }

  clear() {
    for (const [layer] of this.layers) layer.remove();
    this.layers = [];
    this.squares.clear();
    this.level = "";
  }

  hide() {
    this.hidden = true;
    this.clear();
  }

  unhide() {
    this.hidden = false;
    return this.show();
  }

  /* Ask for a file once; one that failed is asked for again when the map has moved, never by itself. */
  read(address) {
    if (!this.asked.has(address)) {
      const answer = readJson(address);
      answer.catch(() => this.asked.delete(address));
      this.asked.set(address, answer);
    }
    return this.asked.get(address);
  }
}

export async function readJson(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  if (!answer.ok) throw Object.assign(new Error(`The server answered ${answer.status}.`), { status: answer.status });
  return answer.json();
}

/* The names of the squares that a view touches: west and south edge of each, in degrees. */
export function squaresOf(bounds, { size, squares }) {
  const there = new Set(squares);
  const found = [];
  for (let west = Math.floor(bounds.getWest() / size) * size; west < bounds.getEast(); west += size)
    for (let south = Math.floor(bounds.getSouth() / size) * size; south < bounds.getNorth(); south += size)
      if (there.has(`${west}_${south}`)) found.push(`${west}_${south}`);
  return found;
}
