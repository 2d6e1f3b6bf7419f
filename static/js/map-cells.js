/* Members' circles: for each view the numbers of the squares in it, asked for by whole tiles. */
import { readJson } from "./map-base.js";
import { markAt, replaceMarks, say } from "./map-marks.js";

const SQUARE = 64, ACROSS = 8; // pixels of a square of the grid; tiles that one answer may span, each way
const PAUSE = 200; // ms after the last move, so that a key that is held down asks once
const CIRCLE = 46, ROOM = 6; // pixels: a circle with its edge; how far beside the middle of its square a crowded one may stand

/* The tiles of a view, as ranges of whole numbers that do not wrap: two across 180 degrees. bounds: degrees; east may be beyond 180. */
export function tileRanges({ west, south, east, north }, zoom) {
  const side = 2 ** zoom;
  const column = (lng) => Math.floor(((lng + 180) / 360) * side);
  const row = (lat) => {
    const sine = Math.sin((Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180);
    return Math.min(side - 1, Math.max(0, Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * side)));
  };
  const [top, bottom] = middle(row(north), row(south));
  let [first, last] = [column(west), Math.ceil(((east + 180) / 360) * side) - 1];
  last = Math.max(first, last);
  if (last - first + 1 >= side) [first, last] = [0, side - 1]; // the whole way round
  [first, last] = middle(first, last);
  const turn = Math.floor(first / side) * side;
  const from = first - turn, to = last - turn;
  const parts = to < side ? [[from, to]] : [[from, side - 1], [0, to - side]];
  return parts.map((x) => ({ z: zoom, x, y: [top, bottom] }));
}

/* A square as it was sent: whole hundredths of a degree, the number, and its place where it is only one. */
function asDrawn([lat, lng, number, place = 0]) {
  return [lat / 100, lng / 100, `${number}+`, place];
}

/* At most so many tiles, around the middle. */
function middle(first, last) {
  if (last - first < ACROSS) return [first, last];
  const start = Math.round((first + last + 1 - ACROSS) / 2);
  return [start, start + ACROSS - 1];
}

export class Cells {
  constructor(map, { facts, towns, entries, status, land, group }) {
    Object.assign(this, { map, facts, towns, entries, status, land, group, asking: null, waiting: 0, withOwn: false });
  }

  show(then) {
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.waiting = setTimeout(() => this.ask(then), PAUSE);
  }

  async ask(then) {
    const { words, live } = this.facts;
    const bounds = this.map.getBounds();
    const ranges = tileRanges({ west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() }, this.map.getZoom());
    const asking = (this.asking = new AbortController());
    try {
      const answers = await Promise.all(
        ranges.map(({ z, x, y }) => readJson(`${live.cells}${live.cells.includes("?") ? "&" : "?"}z=${z}&x=${x.join("-")}&y=${y.join("-")}`, { signal: asking.signal })),
      );
      await this.towns.read().catch(() => {}); // without them a circle is called "This area"
      if (asking !== this.asking) return;
      const inView = bounds.pad(0.05);
      const cells = answers.flatMap((answer) => answer.c.map(asDrawn)).filter(([lat, lng]) => inView.contains([lat, lng]));
      this.draw(cells);
      this.status(cells.length ? say(words.found, { number: cells.length }) : words.none);
      then();
    } catch (error) {
      if (error.name === "AbortError" || asking !== this.asking) return;
      this.status({ 403: words.signed_out, 429: words.often }[error.status] ?? words.failed);
    }
  }

  draw(cells) {
    const { words, live } = this.facts;
    const most = (label) => parseInt(label, 10);
    const own = live.own && this.squareOf(live.own.lat, live.own.lng);
    this.withOwn = false;
    this.entries.clear();
    cells.sort((one, other) => most(other[2]) - most(one[2]));
    const spots = this.apart(cells);
    const marks = cells.map(([lat, lng, number, place], index) => {
      const square = this.squareOf(lat, lng);
      const mine = Boolean(own) && own.x === square.x && own.y === square.y;
      this.withOwn ||= mine;
      const name = mine ? say(words.with_you, { name: this.nameOf(lat, lng, place, square) }) : this.nameOf(lat, lng, place, square);
      const filled = { name, number: most(number) };
      const line = this.lineOf({ lat, lng, place, name, filled });
      return markAt(spots[index].lat, spots[index].lng, {
        kind: mine ? "mine" : "members",
        face: [["number", number]],
        label: say(words.members, filled),
        entry: () => (place && document.getElementById(`place-${place}`)) || line,
        above: mine ? 100 : 0,
      });
    });
    this.entries.show();
    replaceMarks(this.group, marks, this.land);
  }

  /* The square of a point on the grid of this zoom: column and row. */
  squareOf(lat, lng) {
    return this.map.project([lat, lng], this.map.getZoom()).divideBy(SQUARE)._floor();
  }

  /* One town is called after the nearest town of the base map; several after the largest town in their square. */
  nameOf(lat, lng, place, square) {
    const { words, live, countries } = this.facts;
    if (place && live.own && Math.abs(live.own.lat - lat) < 0.006 && Math.abs(live.own.lng - lng) < 0.006) return live.own.name;
    const town = (!place && this.towns.largest(this.edgesOf(square))) || this.towns.nearest(lat, lng);
    return town ? say(place ? words.near : words.around, { town: town.name, country: countries[town.code] ?? "" }) : words.here;
  }

  edgesOf({ x, y }) {
    const [start, end] = [[x, y], [x + 1, y + 1]].map((corner) => this.map.unproject(L.point(corner).multiplyBy(SQUARE), this.map.getZoom()));
    return { west: start.lng, north: start.lat, east: end.lng, south: end.lat };
  }

  lineOf({ lat, lng, place, name, filled }) {
    const { words, live } = this.facts;
    const text = say(words.line, filled);
    if (place && live.place) return this.entries.link(text, words.people, live.place.replace(/0(?=\/?(\?|$))/, place), name);
    return this.entries.button(text, words.closer, name, () => {
      this.land.focus();
      this.map.setView([lat, lng], this.map.getZoom() + 2);
    });
  }

  /* Where circles stand: at their point, unless two would lie on each other. Those move to the middle of their squares, which are wider than a circle. */
  apart(cells) {
    const zoom = this.map.getZoom();
    const spots = cells.map(([lat, lng]) => ({ at: this.map.project([lat, lng], zoom), square: this.squareOf(lat, lng), moved: false }));
    const meets = (one, other) => one !== other && Math.abs(one.at.x - other.at.x) < CIRCLE && Math.abs(one.at.y - other.at.y) < CIRCLE;
    for (let again = true; again; ) {
      const crowded = spots.filter((one) => !one.moved && spots.some((other) => meets(one, other)));
      again = crowded.length > 0;
      for (const one of crowded) {
        const near = (at, index) => Math.max((index + 0.5) * SQUARE - ROOM, Math.min((index + 0.5) * SQUARE + ROOM, at));
        one.at = L.point(near(one.at.x, one.square.x), near(one.at.y, one.square.y));
        one.moved = true;
      }
    }
    return spots.map(({ at }) => this.map.unproject(at, zoom));
  }
}
