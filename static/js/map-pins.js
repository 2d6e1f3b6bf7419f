/* What is the reader's own on the map: their town, their matches (a pin for a town, a badge for a region or country), and organisations. */
import { markAt, say } from "./map-marks.js";

const APART = 5; // zoom from which each place of matches has a mark of its own
const TOGETHER = 70; // pixels: what is nearer than this shares a mark when seen from far away

export function ownMarks({ live, words }) {
  if (!live.own) return [];
  const label = say(words.own, live.own);
  return [markAt(live.own.lat, live.own.lng, { kind: "own", face: [["pill", words.you]], label, entry: () => document.getElementById("own-place") ?? document.getElementById("live-map-title"), above: 2000 })];
}

export function matchMarks(map, { live, words }) {
  return grouped(map, live.matches).map((group) => {
    const [{ lat, lng, where, entry }] = group;
    const names = group.map((one) => one.name);
    const places = [...new Set(group.map((one) => one.where))];
    const pin = group.every((one) => one.kind === "place");
    const few = places.length > 1 ? String(names.length) : names.length > 2 ? `${names[0]} +${names.length - 1}` : names.join(", ");
    return markAt(lat, lng, {
      kind: pin ? "pin" : "badge",
      face: [["pill", pin || places.length > 1 ? few : `${where}: ${few}`]],
      label: say(words.matches, { names: names.join(", "), where: places.join(", ") }),
      entry: () => document.getElementById(entry),
      above: 1000,
    });
  });
}

/* Matches that share a mark: those of one place, and from far away those whose marks would lie on each other. */
function grouped(map, matches) {
  const zoom = map.getZoom();
  const near = zoom < APART ? TOGETHER : 1;
  const groups = [];
  for (const match of matches) {
    const point = map.project([match.lat, match.lng], zoom);
    const group = groups.find((one) => (zoom < APART || one.kind === match.kind) && one.point.distanceTo(point) < near);
    if (group) group.members.push(match);
    else groups.push({ point, kind: match.kind, members: [match] });
  }
  return groups.map((one) => one.members);
}

export function organisationMarks({ live, words, countries }) {
  return live.organisations.map(({ code, lat, lng, n, entry }) => {
    const label = say(words.organisations, { name: countries[code] ?? code, number: n });
    return markAt(lat, lng, { kind: "organisations", face: [["pill", String(n)]], label, entry: () => document.getElementById(entry), above: 500 });
  });
}
