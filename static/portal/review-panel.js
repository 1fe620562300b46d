"use strict";

/* What stands beside the map: evidence, cost, facts. Texts only, never markup. */
const rvBox = (id) => document.getElementById(`rv-${id}`);

function rvMade(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function rvPairs(box, pairs, wrap) {
  box.replaceChildren(...pairs.flatMap(([label, value]) => {
    const made = [rvMade("dt", label), rvMade("dd", value)];
    if (!wrap) return made;
    const group = document.createElement("div");
    group.append(...made);
    return [group];
  }));
}

function rvPanel(flag, words) {
  rvBox("label").textContent = flag.label;
  rvBox("label").className = `lm-badge lm-${flag.colour}`;
  rvBox("precision").textContent = flag.precision;
  rvBox("sentence").textContent = flag.sentence;
  rvPairs(rvBox("numbers"), flag.numbers, true);
  rvBox("cost").replaceChildren(...flag.cost.map((text, n) => rvMade("span", text, `lm-badge lm-${n ? "default" : "warning"}`)));
  if (flag.thinned) rvBox("cost").append(rvMade("span", words.thinned, "lm-none"));
  rvPairs(rvBox("facts"), flag.facts);
  rvBox("shipment").href = flag.shipmentUrl;
  rvBox("shipment").hidden = !flag.shipmentUrl;
  rvBox("flag").href = flag.url;
  rvBox("flag").hidden = !flag.url;
  rvBox("others").replaceChildren(...flag.others.map((other) => {
    const link = rvMade("a", `${other.label} · ${other.state}`);
    link.href = other.url;
    return link;
  }));
  rvBox("cause").hidden = flag.siblings < 2;
  rvBox("cause-words").textContent = rvFill(words.ofCause, { count: flag.siblings, kind: flag.label, device: flag.device });
  rvBox("l-flagged").style.borderColor = RV_COLOURS[flag.colour] || RV_COLOURS.default;
}

function rvQueue(now, words) {
  rvBox("waiting").textContent = rvFill(words.waiting, { count: `${now.waiting}${now.more ? "+" : ""}` });
  rvBox("oldest").textContent = now.oldest ? rvFill(words.oldest, { time: now.oldest }) : "";
  rvBox("rates").textContent = rvFill(words.rates, { raised: now.raised, decided: now.decided });
}
