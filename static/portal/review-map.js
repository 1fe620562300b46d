"use strict";

/* The map: lines in the order of arrival. Places come in the tiles' system; nothing is converted here. */
const RV_COLOURS = { warning: "#d97706", danger: "#d92d20", info: "#2563eb", success: "#17803d", default: "#667085" };
const RV_RAW = "#a3abb8";
const RV_ACCEPTED = "#17803d";
const RV_ROUTE = "#6941c6";
const RV_PREVIEW = "#0ea5b7";
const RV_MOST_ARROWS = 40;
const RV_GRID_LINES = 6;
const RV_AREA_M = 6000;

function rvIcon(className, html, size) {
  return L.divIcon({ className, html, iconSize: size || null });
}

function rvText(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.outerHTML;
}

class ReviewMap {
  constructor(box, tiles, words) {
    this.words = words;
    this.map = L.map(box, { preferCanvas: true, worldCopyJump: false, zoomSnap: 0.25, maxZoom: 19, keyboard: false, zoomAnimation: false, fadeAnimation: false });
    this.map.attributionControl.setPrefix("Leaflet");
    L.control.scale({ imperial: false }).addTo(this.map);
    this.grid = L.layerGroup().addTo(this.map);
    this.drawn = L.layerGroup().addTo(this.map);
    this.preview = L.layerGroup().addTo(this.map);
    this.marker = L.circleMarker([0, 0], { radius: 9, color: "#111827", weight: 3, fill: false, interactive: false });
    if (tiles.url) L.tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: 19 }).addTo(this.map);
    else this.map.on("moveend", () => this.drawGrid());
    this.map.setView([35, 105], 4);
    new ResizeObserver(() => this.map.invalidateSize()).observe(box);
  }

  show(flag) {
    this.drawn.clearLayers();
    this.clearPreview();
    this.marker.remove();
    const tone = RV_COLOURS[flag.colour] || RV_COLOURS.default;
    if (flag.route.length) this.line(flag.route, { color: RV_ROUTE, weight: 3, dashArray: "8 7", opacity: 0.75 });
    this.line(flag.points.map((point) => point.place), { color: RV_RAW, weight: 1 });
    this.accepted(flag.points);
    this.flagged(flag.points, tone);
    for (const scan of flag.scans) this.area(scan.place, scan.flagged ? tone : RV_RAW, this.words.scan.replace("%(time)s", scan.time).replace("%(area)s", scan.area).replace("%(text)s", scan.text));
    if (flag.route.length) {
      this.place(flag.route[0], this.words.depot);
      this.place(flag.route[flag.route.length - 1], this.words.destination);
    } else if (flag.destination && !flag.points.length) this.area(flag.destination, RV_ROUTE, this.words.destination);
    this.bounds = {
      all: L.latLngBounds([...flag.points, ...flag.scans].map((one) => one.place).concat(flag.route)),
      stretch: L.latLngBounds(this.around(flag)),
    };
    this.shown = "";
    this.fit();
  }

  /* What a customer sees of a track: solid where fixes follow each other, dashed over what is held back. */
  showTrack(track) {
    this.drawn.clearLayers();
    if (track.planned.length) {
      this.line(track.planned, { color: RV_ROUTE, weight: 3, dashArray: "8 7", opacity: 0.75 });
      this.place(track.planned[0], this.words.depot);
      this.place(track.planned[track.planned.length - 1], this.words.destination);
    }
    let run = [];
    for (const point of track.points) {
      if (point.gap) {
        this.line(run, { color: RV_ACCEPTED, weight: 3 });
        this.line([run[run.length - 1], point.place], { color: RV_ACCEPTED, weight: 2, dashArray: "4 7", opacity: 0.8 });
        run = [];
      }
      run.push(point.place);
      L.circleMarker(point.place, { radius: 3.5, stroke: false, fillOpacity: 0.9, fillColor: point.moved ? RV_PREVIEW : RV_ACCEPTED }).bindTooltip(rvText(point.time)).addTo(this.drawn);
    }
    this.line(run, { color: RV_ACCEPTED, weight: 3 });
    const last = track.points[track.points.length - 1];
    if (last) L.circleMarker(last.place, { radius: 8, color: "#fff", weight: 2, fillColor: RV_ACCEPTED, fillOpacity: 1 }).bindTooltip(rvText(`${this.words.last} ${last.time}`)).addTo(this.drawn);
    this.map.fitBounds(L.latLngBounds(track.points.map((point) => point.place).concat(track.planned)), { paddingTopLeft: [36, 36], paddingBottomRight: [96, 36], maxZoom: 17, animate: false });
  }

  /* The stretch with a few fixes on either side, so that one sees where it left the way. */
  around(flag) {
    const rows = flag.points;
    const first = rows.findIndex((point) => point.flagged);
    if (first < 0) return flag.scans.filter((scan) => scan.flagged).map((scan) => scan.place);
    const last = rows.length - 1 - [...rows].reverse().findIndex((point) => point.flagged);
    return rows.slice(Math.max(0, first - 8), last + 9).map((point) => point.place);
  }

  fit() {
    this.shown = this.shown === "stretch" ? "all" : "stretch";
    const bounds = this.bounds[this.shown].isValid() ? this.bounds[this.shown] : this.bounds.all;
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [36, 36], maxZoom: 17, animate: false });
    else this.map.setView([35, 105], 4);
  }

  line(places, style) {
    if (places.length > 1) L.polyline(places, { interactive: false, noClip: true, ...style }).addTo(this.drawn);
  }

  accepted(points) {
    let run = [];
    for (const point of points) {
      const place = point.use === "corrected" ? point.moved : point.place;
      if (point.use === "accepted" || point.use === "corrected") run.push(place);
      else { this.line(run, { color: RV_ACCEPTED, weight: 3 }); run = []; }
    }
    this.line(run, { color: RV_ACCEPTED, weight: 3 });
    for (const point of points) {
      if (!point.flagged) L.circleMarker(point.place, { radius: 2.5, stroke: false, fillOpacity: 0.9, fillColor: point.use === "accepted" ? RV_ACCEPTED : RV_RAW, interactive: false }).addTo(this.drawn);
    }
  }

  flagged(points, tone) {
    const legs = [];
    points.forEach((point, n) => {
      if (!point.flagged) return;
      if (n && !points[n - 1].flagged) legs.push([points[n - 1], point]);
      if (n + 1 < points.length) legs.push([point, points[n + 1]]);
      L.circleMarker(point.place, { radius: 4.5, color: "#fff", weight: 1, fillColor: tone, fillOpacity: 1, interactive: false }).addTo(this.drawn);
    });
    for (const [from, to] of legs) this.line([from.place, to.place], { color: tone, weight: 3, opacity: 0.85 });
    const every = Math.max(1, Math.ceil(legs.length / RV_MOST_ARROWS));
    legs.forEach(([from, to], n) => { if (n % every === 0) this.arrow(from.place, to.place, tone); });
  }

  arrow(from, to, tone) {
    const a = L.CRS.EPSG3857.project(L.latLng(from));
    const b = L.CRS.EPSG3857.project(L.latLng(to));
    if (Math.hypot(b.x - a.x, b.y - a.y) < 15) return;
    const turn = -Math.atan2(b.y - a.y, b.x - a.x);
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const html = `<span style="display:block;color:${tone};transform:rotate(${turn}rad)">➤</span>`;
    L.marker(middle, { icon: rvIcon("rv-arrow", html, [12, 12]), interactive: false, keyboard: false }).addTo(this.drawn);
  }

  area(place, tone, text) {
    L.circle(place, { radius: RV_AREA_M, stroke: false, fillColor: tone, fillOpacity: 0.22 }).bindTooltip(rvText(text)).addTo(this.drawn);
  }

  place(place, text) {
    L.marker(place, { icon: rvIcon("rv-place", rvText(text)), interactive: false, keyboard: false }).addTo(this.drawn);
  }

  showPreview(points) {
    this.preview.clearLayers();
    const places = points.map((point) => point.place);
    if (places.length > 1) L.polyline(places, { color: RV_PREVIEW, weight: 4, interactive: false }).addTo(this.preview);
    for (const place of places) L.circleMarker(place, { radius: 4.5, color: "#fff", weight: 1, fillColor: RV_PREVIEW, fillOpacity: 1, interactive: false }).addTo(this.preview);
    this.map.fitBounds(L.latLngBounds(places).extend(this.bounds.stretch), { padding: [36, 36], maxZoom: 17, animate: false });
  }

  clearPreview() {
    this.preview.clearLayers();
  }

  mark(place) {
    this.marker.setLatLng(place).addTo(this.map).bringToFront();
  }

  drawGrid() {
    this.grid.clearLayers();
    const bounds = this.map.getBounds();
    const span = Math.max(bounds.getNorth() - bounds.getSouth(), 1e-5) / RV_GRID_LINES;
    const power = 10 ** Math.floor(Math.log10(span));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= span);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const style = { color: "#c9d0d9", weight: 1, opacity: 0.6, interactive: false, noClip: true };
    const label = (place, text, anchor) => L.marker(place, { icon: L.divIcon({ className: "rv-grid", html: text, iconSize: [0, 0], iconAnchor: anchor }), interactive: false, keyboard: false }).addTo(this.grid);
    for (let lat = Math.ceil(bounds.getSouth() / step) * step; lat < bounds.getNorth(); lat += step) {
      L.polyline([[lat, bounds.getWest()], [lat, bounds.getEast()]], style).addTo(this.grid);
      label([lat, bounds.getEast()], `${lat.toFixed(digits)}°`, [52, 14]);
    }
    for (let lon = Math.ceil(bounds.getWest() / step) * step; lon < bounds.getEast(); lon += step) {
      L.polyline([[bounds.getSouth(), lon], [bounds.getNorth(), lon]], style).addTo(this.grid);
      label([bounds.getSouth(), lon], `${lon.toFixed(digits)}°`, [-3, 32]);
    }
    this.grid.eachLayer((layer) => { if (layer.bringToBack) layer.bringToBack(); });
  }
}
