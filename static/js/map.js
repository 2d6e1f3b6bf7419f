/* The live map: improves a page that is complete without it. Found by [data-map]; what it shows comes from the JSON in #map-facts.
   Nothing moves by itself, the wheel scrolls the page, and everything can be done by buttons and keys. */
import { Base } from "./map-base.js";
import { Cells } from "./map-cells.js";
import { Entries } from "./map-entries.js";
import { leadBack, replaceMarks } from "./map-marks.js";
import { Names, Towns } from "./map-names.js";
import { matchMarks, organisationMarks, ownMarks } from "./map-pins.js";
import { onThemeChange, themeOf } from "./map-theme.js";
import { Units } from "./map-units.js";

const TILE = 256; // pixels of the whole world at zoom 0
const EDGE = [[-85, -180], [85, 180]];
const MIDDLE = [27, 10]; // most people live on the northern half
const NEAREST = 9; // the land is drawn for no more, and nobody's place is known better
const AROUND = 5; // zoom that shows a town with some hundred kilometres around it
const AIR = 60; // pixels between a mark and the edge
const PART = 0.4; // of the view: how far one press moves

/* Leaflet slides along when one moves by keys; here every move is a step. */
const StillMap = () => L.Map.extend({
  panBy(offset, options) {
    return L.Map.prototype.panBy.call(this, offset, { ...options, animate: false });
  },
});

function start(section) {
  const facts = JSON.parse(document.getElementById("map-facts").textContent);
  const { live, words } = facts;
  const land = section.querySelector("[data-map-land]");
  const said = section.querySelector("[data-map-status]");
  const parts = { land: "", numbers: "" };
  const tell = (part, text) => {
    parts[part] = text;
    const now = Object.values(parts).filter(Boolean).join(" ");
    if (said.textContent !== now) said.textContent = now;
  };
  const status = (text) => tell("numbers", text);

  section.hidden = false;
  const map = new (StillMap())(land, {
    preferCanvas: true,
    maxZoom: NEAREST,
    maxBounds: EDGE,
    maxBoundsViscosity: 1,
    scrollWheelZoom: false,
    doubleClickZoom: false,
    boxZoom: false,
    inertia: false,
    bounceAtZoomLimits: false,
    zoomAnimation: false,
    fadeAnimation: false,
    markerZoomAnimation: false,
    zoomControl: false,
    attributionControl: false,
    trackResize: true,
  });
  const widest = () => Math.max(0, Math.floor(Math.log2(map.getSize().x / TILE)));
  const world = () => map.setView(MIDDLE, widest());
  begin();
  map.setMinZoom(widest());
  map.on("resize", () => map.setMinZoom(widest()));

  /* Where to begin: where the page says, around one's matches or one's town, or with the world. */
  function begin() {
    const { view, own, matches } = live;
    const spots = [...matches, ...(own ? [own] : [])].map((one) => [one.lat, one.lng]);
    if (view) map.setView([view.lat, view.lng], view.zoom);
    else if (matches.length) map.fitBounds(spots, { maxZoom: AROUND, padding: [AIR, AIR] });
    else if (own) map.setView([own.lat, own.lng], AROUND);
    else map.setView(MIDDLE, Math.max(1, widest())); // on a telephone most of the world, not all of it in a thumbnail
  }

  const theme = themeOf(section);
  const base = new Base(map, facts.files, theme, (there) => tell("land", there ? "" : words.outlines));
  const towns = new Towns(facts.files.towns);
  const names = new Names(map, { facts, towns });
  const groups = { members: L.layerGroup().addTo(map), matches: L.layerGroup(), organisations: L.layerGroup(), own: L.layerGroup().addTo(map) };
  const shared = { facts, towns, status, land, group: groups.members };
  const members = live.cells
    ? new Cells(map, { ...shared, entries: new Entries(section.querySelector("[data-map-entries]")) })
    : live.units ? new Units(map, shared) : null;
  replaceMarks(groups.organisations, organisationMarks(facts), land);

  /* Names stand where no mark is. */
  function nameAround() {
    if (names.off) return;
    const frame = land.getBoundingClientRect();
    const boxes = [...land.querySelectorAll(".live-map__mark, .live-map__called")].map((mark) => {
      const { left, top, right, bottom } = mark.getBoundingClientRect();
      return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
    });
    names.show(boxes, new Set(map.hasLayer(groups.members) ? members?.shown?.map(([code]) => code) : []));
  }

  /* The reader's own town: the circle that holds it has another colour; where none does, it has a mark of its own. */
  function around() {
    replaceMarks(groups.own, members?.withOwn && map.hasLayer(groups.members) ? [] : ownMarks(facts), land);
    nameAround();
  }

  function look() {
    if (!names.off) base.show();
    if (map.hasLayer(groups.matches)) replaceMarks(groups.matches, matchMarks(map, facts), land);
    if (members && map.hasLayer(groups.members)) members.show(around);
    else around();
  }

  map.on("moveend", look);
  onThemeChange(() => {
    base.recolour();
    nameAround();
  });
  leadBack(land);

  for (const box of section.querySelectorAll("[data-map-layer]")) {
    const set = () => {
      const group = groups[box.dataset.mapLayer];
      if (box.checked) map.addLayer(group);
      else map.removeLayer(group);
      look();
    };
    box.addEventListener("change", set);
    if (box.checked !== map.hasLayer(groups[box.dataset.mapLayer])) set();
  }

  const steps = { west: [-1, 0], east: [1, 0], north: [0, -1], south: [0, 1] };
  for (const button of section.querySelectorAll("[data-map-move]"))
    button.addEventListener("click", () => {
      const way = button.dataset.mapMove;
      if (way === "world") world();
      else if (way === "in" && map.getZoom() >= map.getMaxZoom()) status(words.closest);
      else if (way === "out" && map.getZoom() <= map.getMinZoom()) status(words.widest);
      else if (way === "in") map.zoomIn();
      else if (way === "out") map.zoomOut();
      else map.panBy(map.getSize().scaleBy(L.point(steps[way])).multiplyBy(PART));
    });

  section.querySelector("[data-map-tiles]")?.addEventListener("click", () => {
    const credit = section.querySelector("[data-map-credit]");
    const tiles = L.tileLayer(facts.tiles, { maxZoom: NEAREST, noWrap: true, bounds: EDGE, className: "live-map__tile" });
    const bare = (on) => {
      names.off = on;
      names.group.clearLayers();
      section.querySelector("[data-map-ask]").hidden = on;
      if (credit) credit.hidden = !on;
    };
    let any = false;
    tiles.on("tileload", () => (any = true));
    tiles.on("tileerror", () => {
      if (any) return; // a gap in it is no reason to give it up
      tiles.remove();
      bare(false);
      base.unhide();
      look();
      status(words.tiles);
    });
    base.hide();
    bare(true);
    tiles.addTo(map);
    land.focus({ preventScroll: true });
  });

  for (const still of document.querySelectorAll("[data-map-still]")) still.hidden = true;
  look();
}

if (window.L) for (const section of document.querySelectorAll("[data-map]")) start(section);
