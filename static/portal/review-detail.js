"use strict";

/* One flag to look at: the same map and strip, nothing to decide. */
const rvDetail = JSON.parse(document.getElementById("review-setup").textContent);
new ReviewMap(document.getElementById("rv-map"), rvDetail.tiles, rvDetail.words).show(rvDetail.flag);
const rvDetailStrip = document.getElementById("rv-strip");
if (rvDetail.flag.points.length) new ReviewStrip(rvDetailStrip, rvDetail.words).show(rvDetail.flag);
else rvDetailStrip.hidden = true;
