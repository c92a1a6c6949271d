// The same for every policy: a clause that applies is set aside by an exception to it that applies; what remains must agree.
const CARRIAGES = ["return_shipping", "redelivery_shipping", "outbound_shipping"];
const SCALARS = ["outcome", ...CARRIAGES];
const GRANTED = ["approve", "evidence"];
const known = (value) => value !== undefined && value !== null;
const distinct = (values) => [...new Set(values)];
const period = (end) => `${end.count} ${end.unit} after ${end.after}`;

// Each list's own order is kept where all can be, else that of first appearance.
const united = (lists) => {
  const items = distinct(lists.flat());
  const found = [];
  while (found.length < items.length) {
    const free = items.find((item) => !found.includes(item) && lists.every((list) =>
      !list.includes(item) || list.slice(0, list.indexOf(item)).every((earlier) => found.includes(earlier))));
    if (!free) return items;
    found.push(free);
  }
  return found;
};

const paidBy = (payer) => Object.fromEntries(CARRIAGES.map((way) => [way, payer(way)]));

const blank = { remedies: [], ...paidBy(() => null), requires: [], deadlines: {}, because: [] };

export const handler = async ({ applies, open, needs, ...facts }) => {
  const ask = needs.facts.filter((name) => !known(facts[name]));
  if (ask.length) return { ...blank, outcome: "ask", finding: "", ask };

  const excepted = applies.flatMap((rule) => rule.exception_to);
  const inForce = applies.filter((rule) => !excepted.includes(rule.clause));
  const outcomes = distinct(inForce.map((rule) => rule.outcome).filter(known));
  const fallen = outcomes.length === 1 ? outcomes[0] : null;
  const speaks = { "": true, granted: GRANTED.includes(fallen), denied: fallen === "deny" };
  const force = inForce.filter((rule) => speaks[rule.once]);

  const rows = force.flatMap((rule) => [
    ...SCALARS.filter((effect) => known(rule[effect])).map((effect) => ({ rule, effect, value: rule[effect] })),
    ...Object.entries(rule.deadlines).map(([effect, end]) => ({ rule, effect, value: period(end), end })),
  ]);
  const says = (effect) => distinct(rows.filter((row) => row.effect === effect).map((row) => row.value));
  const disputed = distinct(rows.map((row) => row.effect)).filter((effect) => says(effect).length > 1);
  const agreed = (effect) => (disputed.includes(effect) ? null : says(effect)[0] ?? null);

  const finding = disputed.length ? "conflict" : says("outcome").length ? "" : "gap";
  const silent = (row) => row.effect === "outcome" && finding === "conflict" && !disputed.includes("outcome");
  const cited = (rule) => rule.remedies.length || rule.requires.length || rows.some((row) => row.rule === rule && !silent(row));
  const places = finding !== "gap" ? [] : open.length ? open.map((place) => place.about) : ["GAP"];
  const ends = rows.filter((row) => row.end && !disputed.includes(row.effect)).map((row) => [row.effect, row.end]);
  return {
    outcome: finding ? "review" : agreed("outcome"),
    remedies: united(force.map((rule) => rule.remedies)),
    ...paidBy(agreed),
    requires: united(force.map((rule) => rule.requires)),
    deadlines: Object.fromEntries(ends),
    because: distinct([...force.filter(cited).map((rule) => rule.clause), ...places]),
    finding,
    ask: [],
  };
};
