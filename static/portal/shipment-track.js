"use strict";

/* The track's section: asks for the track, and loads the map only where there is something to draw. */
(() => {
  const setup = JSON.parse(document.getElementById("sp-track-setup").textContent);
  const part = (name) => document.getElementById(name ? `sp-track-${name}` : "sp-track");

  function item(text) {
    const row = document.createElement("li");
    row.textContent = text;
    return row;
  }

  function load(tag, values) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), values);
      element.onload = resolve;
      element.onerror = () => reject(new Error(values.src || values.href));
      document.head.append(element);
    });
  }

  /* Scripts one after the other: the map's class needs Leaflet. */
  async function loadMap() {
    await Promise.all(setup.styles.map((href) => load("link", { rel: "stylesheet", href })));
    for (const src of setup.scripts) await load("script", { src });
  }

  async function draw(track) {
    await loadMap();
    part("map").hidden = part("legend").hidden = false;
    new ReviewMap(part("map"), setup.tiles, setup.words).showTrack(track);
  }

  function tell(track) {
    part("said").replaceChildren(...track.said.map(item));
    part("scans").hidden = !track.scans.length;
    part("scans").querySelector("ol").replaceChildren(...track.scans.map(item));
    part("flags").hidden = !track.flags_url;
    part("flags").href = track.flags_url;
  }

  async function show() {
    const answer = await fetch(setup.url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const track = await answer.json();
    const drawn = track.points.length + track.planned.length > 0;
    if (!drawn && !track.said.length) return;
    tell(track);
    part().hidden = false;
    if (drawn) await draw(track);
  }

  show().catch((error) => {
    console.error(error);
    part("said").append(item(setup.words.failed));
    part().hidden = false;
  });
})();
