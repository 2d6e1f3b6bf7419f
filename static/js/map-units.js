/* Visitors' numbers: the published set as it is, countries and, from near, their regions. Badges with names; a country is never a pin. */
import { readJson } from "./map-base.js";
import { markAt, replaceMarks, say } from "./map-marks.js";

const REGIONS = 5; // zoom from which regions are shown
const CLOSE = 4; // zoom to begin with, at most
const AIR = 60; // pixels between a number and the edge
const SIGN = 9, LINE = 20; // pixels of a sign of a name, about, and of its line
const CROWDED = 46; // pixels between two badges at least; the smaller one waits until one comes nearer

export class Units {
  constructor(map, { facts, status, land, group }) {
    Object.assign(this, { map, facts, status, land, group, units: null, shown: [], fitted: Boolean(facts.live.view) });
  }

  async show(then) {
    const { live, words } = this.facts;
    try {
      this.units ??= (await readJson(live.units)).u;
    } catch {
      this.status(words.failed);
      return;
    }
    if (!this.fitted) {
      this.fit(); // moving there shows them
      return;
    }
    this.draw();
    this.status(this.shown.length < this.units.length ? words.crowded : "");
    then();
  }

  /* Begin where the numbers are; on a telephone that may be most of the world, but never all of it in a thumbnail. */
  fit() {
    this.fitted = true;
    if (!this.units.length) return void this.map.setView(this.map.getCenter(), this.map.getZoom());
    const bounds = L.latLngBounds(this.units.map(([, lat, lng]) => [lat, lng]));
    const zoom = Math.max(1, Math.min(CLOSE, this.map.getBoundsZoom(bounds, false, L.point(2 * AIR, 2 * AIR))));
    this.map.setView(bounds.getCenter(), zoom);
  }

  draw() {
    const { words } = this.facts;
    const spots = this.placed();
    this.shown = spots.map(({ unit }) => unit);
    const marks = spots.map(({ unit: [, lat, lng, number], name, line, named }) =>
      markAt(lat, lng, {
        kind: "unit",
        face: [["number", number], ...(named ? [["called", name]] : [])],
        label: say(words.members, { name, number: parseInt(number, 10) }),
        entry: () => line,
      }),
    );
    replaceMarks(this.group, marks, this.land);
  }

  /* The units that have room, the largest first, and whether their names have room under them. */
  placed() {
    const zoom = this.map.getZoom();
    const spots = [];
    const order = this.units
      .filter(([code]) => !code.includes(".") || zoom >= REGIONS)
      .sort((one, other) => one[0].includes(".") - other[0].includes(".") || parseInt(other[3], 10) - parseInt(one[3], 10));
    for (const unit of order) {
      const at = this.map.project([unit[1], unit[2]], zoom);
      if (spots.some((other) => other.at.distanceTo(at) < CROWDED)) continue;
      const line = document.getElementById(`unit-${unit[0]}`);
      const name = this.facts.countries[unit[0]] ?? line?.querySelector("[data-name]")?.textContent ?? unit[0];
      spots.push({ unit, at, line, name });
    }
    const boxes = spots.map(({ at }) => [at.x - CROWDED / 2, at.y - CROWDED / 2, at.x + CROWDED / 2, at.y + CROWDED / 2]);
    for (const spot of spots) {
      const half = (spot.name.length * SIGN) / 2;
      const box = [spot.at.x - half, spot.at.y + CROWDED / 2, spot.at.x + half, spot.at.y + CROWDED / 2 + LINE];
      spot.named = !boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
      if (spot.named) boxes.push(box);
    }
    return spots;
  }
}
