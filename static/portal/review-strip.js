"use strict";

/* Speed over time, drawn by hand: the flagged stretch shaded, gaps hatched. */
const RV_CLOCK_KINDS = new Set(["future", "rollover", "order"]);
const RV_GAP = 4;
const RV_PAD = { left: 34, right: 8, top: 16, bottom: 17 };

class ReviewStrip {
  constructor(canvas, words) {
    this.canvas = canvas;
    this.words = words;
    this.points = [];
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(flag) {
    this.points = flag.points;
    this.tone = RV_COLOURS[flag.colour] || RV_COLOURS.default;
    this.byReceipt = RV_CLOCK_KINDS.has(flag.kind);
    this.times = flag.points.map((point) => (this.byReceipt ? point.heard : point.at));
    this.first = Math.min(...this.times);
    this.span = Math.max(Math.max(...this.times) - this.first, 1);
    const speeds = flag.points.map((point) => point.speed).filter((speed) => speed !== null).sort((a, b) => a - b);
    const usual = speeds.length ? speeds[Math.floor(speeds.length * 0.9)] : 10;
    this.top = Math.max(20, Math.min(speeds[speeds.length - 1] || 20, usual * 4));
    const steps = this.times.slice(1).map((time, n) => time - this.times[n]).filter((step) => step > 0).sort((a, b) => a - b);
    this.usual = steps.length ? steps[Math.floor(steps.length / 2)] : 1;
    this.here = -1;
    this.draw();
  }

  x(n) {
    return RV_PAD.left + ((this.times[n] - this.first) / this.span) * (this.width - RV_PAD.left - RV_PAD.right);
  }

  y(speed) {
    const room = this.height - RV_PAD.top - RV_PAD.bottom;
    return this.height - RV_PAD.bottom - (Math.min(speed, this.top) / this.top) * room;
  }

  mark(n) {
    this.here = n;
    this.draw();
  }

  /* The row nearest to a place of the pointer. */
  rowAt(offset) {
    let best = 0;
    this.times.forEach((_time, n) => { if (Math.abs(this.x(n) - offset) < Math.abs(this.x(best) - offset)) best = n; });
    return best;
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = this.width * ratio;
    this.canvas.height = this.height * ratio;
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.clearRect(0, 0, this.width, this.height);
    if (!this.points.length || !this.width) return;
    this.shade(pen);
    this.axes(pen);
    this.curve(pen);
    if (this.here >= 0) {
      pen.fillStyle = "#111827";
      pen.fillRect(this.x(this.here) - 1, RV_PAD.top - 4, 2, this.height - RV_PAD.top - RV_PAD.bottom + 8);
    }
  }

  shade(pen) {
    const foot = this.height - RV_PAD.bottom;
    const rows = this.points.map((point, n) => (point.flagged ? this.x(n) : null)).filter((x) => x !== null);
    if (rows.length) {
      const from = Math.min(...rows);
      pen.fillStyle = `${this.tone}2e`;
      pen.fillRect(from - 3, RV_PAD.top, Math.max(...rows) - from + 6, foot - RV_PAD.top);
    }
    pen.fillStyle = "#98a2b333";
    for (let n = 1; n < this.times.length; n += 1) {
      if (this.times[n] - this.times[n - 1] > RV_GAP * this.usual) {
        pen.fillRect(this.x(n - 1), RV_PAD.top, this.x(n) - this.x(n - 1), foot - RV_PAD.top);
        if (this.x(n) - this.x(n - 1) > 30) this.write(pen, this.words.gap, (this.x(n) + this.x(n - 1)) / 2, RV_PAD.top + 10, "center");
      }
    }
  }

  write(pen, text, x, y, align) {
    pen.font = "10.5px Inter, 'PingFang SC', 'Noto Sans CJK SC', sans-serif";
    pen.fillStyle = "#667085";
    pen.textAlign = align;
    pen.fillText(text, x, y);
  }

  axes(pen) {
    for (const speed of [0, this.top / 2, this.top]) {
      pen.fillStyle = "#98a2b340";
      pen.fillRect(RV_PAD.left, this.y(speed), this.width - RV_PAD.left - RV_PAD.right, 1);
      this.write(pen, speed.toFixed(0), RV_PAD.left - 4, this.y(speed) + 3, "right");
    }
    const clock = (time) => new Date(time * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
    this.write(pen, `km/h · ${this.byReceipt ? this.words.byReceipt : this.words.byFix}`, RV_PAD.left, 11, "left");
    this.write(pen, clock(this.first), RV_PAD.left, this.height - 4, "left");
    this.write(pen, clock(this.first + this.span), this.width - RV_PAD.right, this.height - 4, "right");
  }

  curve(pen) {
    let open = false;
    pen.strokeStyle = "#475467";
    pen.lineWidth = 1.4;
    pen.beginPath();
    this.points.forEach((point, n) => {
      const gap = n && this.times[n] - this.times[n - 1] > RV_GAP * this.usual;
      if (point.speed === null || gap) { open = false; if (point.speed === null) return; }
      if (open) pen.lineTo(this.x(n), this.y(point.speed));
      else pen.moveTo(this.x(n), this.y(point.speed));
      open = true;
    });
    pen.stroke();
    this.points.forEach((point, n) => {
      if (point.speed === null) return;
      pen.fillStyle = point.flagged ? this.tone : "#475467";
      const over = point.speed > this.top;
      pen.fillRect(this.x(n) - (over ? 2.5 : 1.5), this.y(point.speed) - 1.5, over ? 5 : 3, 3);
    });
  }
}
