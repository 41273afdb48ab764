"use strict";
// The explorer: everything it shows is in the page; nothing is loaded. Texts of the data are only ever set as text.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const WORDS = {
  en: {
    skip: "To the chart", language: "Language", choices: "What to show", find: "Find a question", question: "Question",
    item: "Row of the question", view: "Show as", level: "Answer options", groups: "Respondents", waves: "Waves (survey years)",
    chart: "Chart", table: "Values and where they are printed", close: "Close", lines: "lines over waves", bars: "bars per wave",
    printed: "as printed", harmonised: "harmonised over waves", all: "everyone", wave: "Wave", group: "Respondents",
    category: "Answer", value: "Value", edition: "Edition", page: "Page", figure: "Figure", notes: "Remarks", source: "Source",
    show: "show", count: (n) => `(${n})`, latest: "latest", replaced: "replaced: a later edition prints another value", again: "printed again by a later edition",
    revised: (v) => `revised by ${v}`, broken: (r) => `not comparable with the wave before (${r})`,
    measured: "measured from the drawing, not printed", unmapped: "Not in the catalogue", base: "Respondents asked",
    confidence: "Confidence", readers: "Read by", printedAs: "Printed as", flags: "Flags", finding: "Finding", id: "Identifier",
    noImage: "No picture of this exhibit is embedded.", added: "sum of parts", sumOf: (n, b) => `sum of ${n} printed values, rounding may miss by ${b}`,
    wordings: "Wordings", kind: "Kind", unit: "Unit", scale: "scale", asked: (e) => `as printed in ${e}`,
    key: "Filled: latest value of the wave. Hollow: an earlier edition printed another value. Dashed rule: the waves on its two sides are not comparable.",
    about: (e, n, v) => `${n} values of ${e} ${e === 1 ? "edition" : "editions"} · data version ${v}`, nothing: "Nothing to show: choose respondents and waves.",
    limited: "This page holds the newest editions only; longitudinal.parquet holds all.",
    reasons: { wording: "wording", options: "answer options", base: "who was asked", group: "make-up of the group", mode: "way of asking" },
  },
  nl: {
    skip: "Naar de grafiek", language: "Taal", choices: "Wat te tonen", find: "Zoek een vraag", question: "Vraag",
    item: "Rij van de vraag", view: "Toon als", level: "Antwoorden", groups: "Respondenten", waves: "Golven (jaren van bevraging)",
    chart: "Grafiek", table: "Waarden en waar ze gedrukt staan", close: "Sluiten", lines: "lijnen over de golven", bars: "staven per golf",
    printed: "zoals gedrukt", harmonised: "vergelijkbaar gemaakt", all: "iedereen", wave: "Golf", group: "Respondenten",
    category: "Antwoord", value: "Waarde", edition: "Editie", page: "Pagina", figure: "Figuur", notes: "Opmerkingen", source: "Bron",
    show: "toon", count: (n) => `(${n})`, latest: "nieuwste", replaced: "vervangen: een latere editie drukt een andere waarde", again: "opnieuw gedrukt door een latere editie",
    revised: (v) => `herzien met ${v}`, broken: (r) => `niet vergelijkbaar met de vorige golf (${r})`,
    measured: "gemeten aan de tekening, niet gedrukt", unmapped: "Niet in de catalogus", base: "Aantal respondenten",
    confidence: "Betrouwbaarheid", readers: "Gelezen door", printedAs: "Gedrukt als", flags: "Vlaggen", finding: "Bevinding", id: "Identificatie",
    noImage: "Van deze figuur zit geen beeld in de pagina.", added: "som van delen", sumOf: (n, b) => `som van ${n} gedrukte waarden, afronding kan ${b} schelen`,
    wordings: "Verwoordingen", kind: "Soort", unit: "Eenheid", scale: "schaal", asked: (e) => `zoals gedrukt in ${e}`,
    key: "Gevuld: nieuwste waarde van de golf. Hol: een eerdere editie drukte een andere waarde. Streeplijn: de golven aan weerszijden zijn niet vergelijkbaar.",
    about: (e, n, v) => `${n} waarden uit ${e} ${e === 1 ? "editie" : "edities"} · dataversie ${v}`, nothing: "Niets te tonen: kies respondenten en golven.",
    limited: "Deze pagina bevat alleen de nieuwste edities; longitudinal.parquet bevat alles.",
    reasons: { wording: "verwoording", options: "antwoordmogelijkheden", base: "wie bevraagd werd", group: "samenstelling van de groep", mode: "wijze van bevragen" },
  },
};
// Okabe & Ito (2008): told apart with every common colour blindness; shapes and dashes repeat the difference.
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9", "#7A5195", "#8C8C00"];
const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"];
const DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3]];
const UNITS = { percent: "%", points: "%", currency: "€", count: "n", rank: "", mean_score: "" };
const CHART_WIDTH = 1060;
const LINES_MOST = 12; // beyond, lines cannot be told apart: bars say more

let language = (navigator.language || "en").startsWith("nl") && data.languages.includes("nl") ? "nl" : "en";
let state = { question: null, item: null, view: "lines", level: "harmonised", groups: new Set(), waves: new Set() };
const columns = Object.keys(data.rows);
const rows = data.rows[columns[0]].map((_, i) => Object.fromEntries(columns.map((c) => [c, data.texts[c] ? data.texts[c][data.rows[c][i]] ?? null : data.rows[c][i]])));
const word = (name) => WORDS[language][name];
const label = (labels, otherwise) => (labels && (labels[language] || labels.en || labels.nl || Object.values(labels)[0])) || otherwise;
const number = (v, digits) => v.toLocaleString(language, { maximumFractionDigits: digits ?? 2 });

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== null && text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function questionKey(row) { return row.question_id ?? `? ${row.question ?? row.figure}`; }
// A value is superseded where the latest edition to print its wave prints another one.
const valueKey = (r) => JSON.stringify([questionKey(r), r.item_id, r.item, r.category_id, r.category_id === null ? r.category : null, r.group, r.wave, r.unit]);
const latestValues = new Map(rows.filter((r) => r.is_latest).map((r) => [valueKey(r), r.value]));
const byQuestion = new Map();
for (const row of rows) {
  row.superseded = !row.is_latest && latestValues.get(valueKey(row)) !== row.value;
  const key = questionKey(row);
  if (!byQuestion.has(key)) byQuestion.set(key, []);
  byQuestion.get(key).push(row);
}
function questionLabel(key) {
  return key.startsWith("? ") ? `${word("unmapped")}: ${key.slice(2)}` : label(data.questions[key]?.label, key);
}
function optionLabel(question, id, printed) {
  return label(data.questions[question]?.options[id], printed ?? id ?? "–");
}
function groupLabel(id) { return id === null ? word("all") : label(data.groups[id], id); }

function fill(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => element("option", text, { value })));
  if (entries.some(([value]) => value === chosen)) select.value = chosen;
  return select.value;
}

function boxes(fieldset, values, chosen, text) {
  const legend = fieldset.querySelector("legend");
  fieldset.replaceChildren(legend, ...values.map((value) => {
    const line = element("label");
    const box = element("input", null, { type: "checkbox", value: value ?? "" });
    box.checked = chosen.has(value);
    box.addEventListener("change", () => { box.checked ? chosen.add(value) : chosen.delete(value); draw(); });
    line.append(box, ` ${text(value)}`);
    return line;
  }));
}

function distinct(list) { return [...new Set(list)]; }
function chosenRows() {
  return byQuestion.get(state.question).filter((r) => r.item_key === state.item && state.groups.has(r.group) && state.waves.has(r.wave));
}

function listQuestions() {
  const wanted = $("find").value.toLocaleLowerCase(language);
  const entries = [...byQuestion.keys()].map((key) => [key, questionLabel(key)])
    .filter(([key, text]) => `${key} ${text} ${data.questions[key]?.wordings.map((w) => w.text).join(" ") ?? ""}`.toLocaleLowerCase(language).includes(wanted))
    .sort((a, b) => a[1].localeCompare(b[1], language));
  const kept = fill($("question"), entries, state.question);
  if (kept && kept !== state.question) chooseQuestion(kept);
}

function chooseQuestion(key) {
  state.question = key;
  const here = byQuestion.get(key);
  for (const row of here) row.item_key = row.item_id ?? row.item ?? "";
  const items = distinct(here.map((r) => r.item_key));
  state.item = items[0];
  state.groups = new Set(here.map((r) => r.group));
  state.waves = new Set(here.map((r) => r.wave));
  state.view = state.waves.size > 1 ? "lines" : "bars";
  draw();
  controls();
}

function controls() {
  const here = byQuestion.get(state.question);
  const items = new Map(here.map((r) => [r.item_key, r]));
  $("item-choice").hidden = items.size < 2;
  fill($("item"), [...items].map(([key, r]) => [key, optionLabel(state.question, r.item_id, r.item)]), state.item);
  fill($("view"), [["lines", word("lines")], ["bars", word("bars")]], state.view);
  fill($("level"), [["harmonised", word("harmonised")], ["printed", word("printed")]], state.level);
  boxes($("groups"), distinct(here.map((r) => r.group)), state.groups, groupLabel);
  boxes($("waves"), distinct(here.map((r) => r.wave)).sort(), state.waves, (w) => w);
}

function say() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = word(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", word(node.dataset.label));
  for (const each of ["en", "nl"]) $(`lang-${each}`).setAttribute("aria-pressed", String(each === language));
  $("title").textContent = label(data.title, data.study);
  $("about").textContent = word("about")(data.editions.length, number(data.total), data.version) + (data.total > rows.length ? ` · ${word("limited")}` : "");
  document.title = label(data.title, data.study);
  listQuestions();
  controls();
  draw();
}

// One point per option, group and wave; at the harmonised level the parts of a net are added up, and it says so.
function points() {
  const harmonised = state.level === "harmonised" && !state.question.startsWith("? ");
  const out = new Map();
  for (const row of chosenRows()) {
    if (harmonised && row.harmonised === null) continue;
    const option = harmonised ? row.harmonised : row.category_id ?? row.category;
    const key = JSON.stringify([option, row.group, row.wave, row.unit, row.is_latest ? "" : row.edition]);
    const parts = out.get(key) ?? { option, row, rows: [] };
    // printed twice in one edition: the same value is not added to itself
    const doubled = parts.rows.some((r) => r.category_id === row.category_id && r.category === row.category);
    if (!doubled) parts.rows.push(row);
    out.set(key, parts);
  }
  // An option that one edition prints whole and another in parts counts once: as printed whole.
  for (const p of out.values()) {
    const whole = p.rows.filter((r) => r.category_id === p.option);
    if (whole.length) [p.rows, p.row] = [whole, whole[0]];
  }
  const additive = ["single", "count"].includes(data.questions[state.question]?.kind);
  return [...out.values()].filter((p) => p.rows.length === 1 || additive).map((p) => point(p, harmonised));
}

function point({ option, row, rows: parts }, harmonised) {
  const value = parts.reduce((sum, r) => sum + r.value, 0);
  const name = harmonised ? optionLabel(state.question, option, row.category) : optionLabel(state.question, row.category_id, row.category);
  const shown = `${number(value)}${UNITS[row.unit] ? ` ${UNITS[row.unit]}` : ""}`;
  return {
    option: name, group: groupLabel(row.group), wave: row.wave, value, shown, latest: row.is_latest, edition: row.edition,
    revision: row.revision, reason: row.break_reason, unit: row.unit, remark: remarks(parts[0], parts).join("; "),
    changed: !row.is_latest && parts.some((r) => r.superseded),
  };
}

// Half a unit of the last printed digit: by so much may rounding have moved a value.
function halfUnit(row) { return 0.5 / 10 ** (/[.,](\d+)\D*$/.exec(row.value_printed ?? "")?.[1].length ?? 0); }

function remarks(row, parts = [row]) {
  const said = [];
  if (parts.length > 1) said.push(word("sumOf")(parts.length, number(parts.reduce((sum, r) => sum + halfUnit(r), 0))));
  if (!row.is_latest) said.push(word(row.superseded ? "replaced" : "again"));
  if (row.revision) said.push(word("revised")(number(row.revision)));
  if (row.break_reason) said.push(word("broken")(row.break_reason.split("+").map((r) => word("reasons")[r] ?? r).join(", ")));
  if (row.value_printed === null) said.push(word("measured"));
  return said;
}

// Waves after a break belong to another line: the segment number keeps the two sides apart.
function segments(found) {
  const breaks = new Map();
  for (const p of found) if (p.reason) breaks.set(`${p.group}|${p.wave}`, p);
  for (const p of found) p.segment = [...breaks.values()].filter((b) => b.group === p.group && b.wave <= p.wave).length;
  return [...breaks.values()];
}

function specification(found) {
  const breaks = segments(found);
  const known = Object.keys(data.questions[state.question]?.options ?? {}).map((id) => optionLabel(state.question, id, id));
  const place = (name) => (known.includes(name) ? known.indexOf(name) : known.length);
  const options = distinct(found.map((p) => p.option)).sort((a, b) => place(a) - place(b));
  const named = [...Object.keys(data.groups).map(groupLabel), groupLabel(null)];
  const groups = distinct(found.map((p) => p.group)).sort((a, b) => named.indexOf(a) - named.indexOf(b));
  const byGroup = { column: { field: "group", title: null, sort: groups } };
  const unit = UNITS[found[0].unit] ?? "";
  const lowIsBest = found[0].unit === "rank";
  const scale = { domain: options, range: options.map((_, i) => COLOURS[i % COLOURS.length]) };
  const legend = { title: null, orient: "bottom", columns: 2, labelLimit: 460 };
  const colour = { field: "option", type: "nominal", scale, legend };
  const shape = { field: "option", type: "nominal", scale: { domain: options, range: options.map((_, i) => SHAPES[i % SHAPES.length]) }, legend };
  const dash = { field: "option", type: "nominal", scale: { domain: options, range: options.map((_, i) => DASHES[Math.floor(i / COLOURS.length) % DASHES.length]) }, legend };
  const tooltip = ["option", "group", "wave", "shown", "edition", "remark"].map((field) => ({ field, title: word({ option: "category", shown: "value", remark: "notes" }[field] ?? field) }));
  const y = { field: "value", type: "quantitative", title: unit || null, scale: { zero: found[0].unit !== "mean_score", reverse: lowIsBest && state.view === "lines" } };
  const width = Math.max(220, Math.floor((CHART_WIDTH - 60) / groups.length) - 20);
  const base = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", data: { values: found }, config: { font: "system-ui, sans-serif", axis: { labelFontSize: 12, titleFontSize: 12 }, legend: { labelFontSize: 12 }, header: { labelFontSize: 13, labelFontWeight: "bold" } } };
  if (state.view === "bars" || options.length > LINES_MOST) {
    const longest = Math.min(340, 40 + 7 * Math.max(...options.map((o) => o.length)));
    const spec = {
      width: Math.max(180, Math.floor((CHART_WIDTH - longest) / groups.length) - 20), height: { step: distinct(found.map((p) => p.wave)).length > 1 ? 13 : 20 },
      transform: [{ filter: "datum.latest" }],
      layer: [
        { mark: { type: "bar", aria: true }, encoding: {} },
        { mark: { type: "text", align: "left", dx: 3, fontSize: 10.5 }, encoding: { text: { field: "shown" }, color: { value: "#333" } } },
      ],
      encoding: {
        y: { field: "option", type: "nominal", sort: options, title: null, axis: { labelLimit: longest } }, x: { ...y, scale: { zero: true } },
        yOffset: { field: "wave", type: "nominal" }, tooltip,
        color: { field: "wave", type: "ordinal", title: word("wave"), scale: { scheme: "viridis" }, legend: { orient: "bottom" } },
      },
    };
    return { ...base, facet: byGroup, spec };
  }
  const dx = { x: { field: "wave", type: "ordinal", title: null, axis: { labelAngle: 0 } } };
  const layer = [
    { transform: [{ filter: "datum.latest" }], mark: { type: "line", strokeWidth: 2 }, encoding: { ...dx, y, color: colour, strokeDash: dash, detail: { field: "segment" } } },
    { transform: [{ filter: "datum.latest" }], mark: { type: "point", filled: true, size: 75, opacity: 1 }, encoding: { ...dx, y, color: colour, shape, tooltip } },
  ];
  if (found.some((p) => p.changed)) layer.push({
    transform: [{ filter: "datum.changed" }], mark: { type: "point", filled: false, size: 95, strokeWidth: 2 }, encoding: { ...dx, y, color: colour, shape, tooltip } });
  if (breaks.length) {
    const transform = [{ filter: "isValid(datum.reason)" }, { aggregate: [{ op: "count", as: "n" }], groupby: ["wave", "group", "reason"] }];
    const brown = "#8a4b00", xOffset = { expr: breakOffset(found, width) };
    layer.push(
      { transform, mark: { type: "rule", aria: false, strokeDash: [4, 4], stroke: brown, strokeWidth: 1.5, xOffset }, encoding: dx },
      { transform, mark: { type: "text", aria: false, text: "//", y: -2, fontSize: 14, fontWeight: "bold", color: brown, xOffset }, encoding: dx },
    );
  }
  return { ...base, facet: byGroup, spec: { width, height: 330, layer } };
}

// The rule stands half a step before the first wave after the break.
function breakOffset(found, width) { return String(-width / (2 * Math.max(1, distinct(found.map((p) => p.wave)).length))); }

function describe() {
  const question = data.questions[state.question];
  const here = byQuestion.get(state.question);
  const texts = question?.wordings ?? [];
  $("wording").textContent = questionLabel(state.question);
  const bits = [`${word("kind")}: ${here[0].kind}`, `${word("unit")}: ${distinct(here.map((r) => r.unit)).join(", ")}`];
  if (here[0].scale) bits.push(`${word("scale")} ${here[0].scale}`);
  $("facts").textContent = bits.join(" · ");
  const printed = distinct(here.map((r) => JSON.stringify([r.edition, r.question]))).map((t) => JSON.parse(t));
  const byText = new Map();
  for (const [edition, text] of printed) if (text) byText.set(text, [...(byText.get(text) ?? []), edition]);
  const notes = [...byText].map(([text, editions]) => element("li", `“${text}” — ${word("asked")(distinct(editions).join(", "))}`));
  const broken = distinct(here.filter((r) => r.break_reason).map((r) => `${r.wave} (${groupLabel(r.group)}): ${word("broken")(r.break_reason.split("+").map((x) => word("reasons")[x] ?? x).join(", "))}`));
  notes.push(...broken.map((text) => element("li", text, { class: "warning" })));
  for (const remark of texts.length ? question.notes ?? [] : []) notes.push(element("li", remark));
  $("notes").replaceChildren(...notes);
}

function table(found) {
  const heads = ["wave", "group", "category", "value", "edition", "page", "figure", "notes", "source"];
  const line = element("tr");
  line.append(...heads.map((h) => element("th", word(h), { scope: "col" })));
  $("rows").tHead.replaceChildren(line);
  const sorted = [...found].sort((a, b) => b.wave.localeCompare(a.wave) || b.is_latest - a.is_latest || String(a.group).localeCompare(String(b.group)));
  $("rows").tBodies[0].replaceChildren(...sorted.map(tableRow));
  $("count").textContent = word("count")(number(found.length));
}

function tableRow(row) {
  const line = element("tr", null, { class: `${row.is_latest ? "" : "old"} ${row.break_reason ? "break" : ""}`.trim() });
  const value = row.value_printed ?? number(row.value);
  line.append(element("td", row.wave), element("td", groupLabel(row.group)), element("td", optionLabel(state.question, row.category_id, row.category)),
    element("td", value, { class: "number" }), element("td", row.edition), element("td", row.page), element("td", row.figure));
  const notes = element("td", remarks(row).join("; "));
  for (const flag of row.flags) notes.append(" ", element("span", flag, { class: "flag" }));
  const cell = element("td");
  const button = element("button", word("show"), { type: "button", "aria-label": `${word("source")}: ${row.wave}, ${optionLabel(state.question, row.category_id, row.category)}, ${value}` });
  button.addEventListener("click", () => showSource(row, value));
  cell.append(button);
  line.append(notes, cell);
  return line;
}

function showSource(row, value) {
  $("source-title").textContent = `${value} — ${word("edition")} ${row.edition}, ${word("page").toLowerCase()} ${row.page}, ${word("figure").toLowerCase()} ${row.figure}`;
  const picture = data.pictures[`${row.edition}/${row.page}/${row.figure}`];
  const holder = $("source-image");
  holder.replaceChildren();
  if (picture) {
    const image = element("img", null, { src: picture.src, alt: `${word("figure")} ${row.figure}, ${word("edition")} ${row.edition}` });
    const spot = element("div", null, { class: "spot" });
    const percent = (from, size) => `${(100 * from) / size}%`;
    Object.assign(spot.style, {
      left: percent(row.x0 - picture.x0, picture.width), top: percent(row.top - picture.top, picture.height),
      width: percent(row.x1 - row.x0, picture.width), height: percent(row.bottom - row.top, picture.height),
    });
    holder.append(image, spot);
  } else holder.append(element("p", word("noImage")));
  const said = (data.findings[`${row.edition}/${row.page}/${row.figure}`] ?? []).filter(([code]) => row.flags.includes(code));
  const facts = [["printedAs", row.value_printed ?? "–"], ["category", row.category], ["question", row.question], ["base", row.base_n], ["readers", row.readers], ["confidence", number(row.confidence)], ["flags", row.flags.join(", ") || "–"], ...said.map(([code, message]) => ["finding", `${code}: ${message}`]), ["id", row.observation_id]];
  $("source-facts").replaceChildren(...facts.filter(([, v]) => v !== null).flatMap(([name, v]) => [element("dt", word(name)), element("dd", String(v))]));
  $("source").showModal();
}

let view = null;
async function draw() {
  if (!state.question) return;
  describe();
  const found = points();
  table(chosenRows());
  $("key").textContent = state.view === "lines" ? word("key") : "";
  if (view) { view.finalize(); view = null; }
  if (!found.length) { $("vega").textContent = word("nothing"); document.body.dataset.drawn = "empty"; return; }
  const units = distinct(found.map((p) => p.unit));
  const specs = units.map((unit) => specification(found.filter((p) => p.unit === unit)));
  const spec = specs.length === 1 ? specs[0] : { $schema: specs[0].$schema, config: specs[0].config, vconcat: specs.map(({ $schema, config, ...rest }) => rest), resolve: { scale: { color: "independent", shape: "independent" } } };
  document.body.dataset.drawn = "";
  view = await window.vegaEmbed("#vega", spec, { actions: false, renderer: "svg", ast: false });
  document.body.dataset.drawn = state.question;
}

$("question").addEventListener("change", (e) => chooseQuestion(e.target.value));
$("item").addEventListener("change", (e) => { state.item = e.target.value; draw(); });
$("view").addEventListener("change", (e) => { state.view = e.target.value; draw(); });
$("level").addEventListener("change", (e) => { state.level = e.target.value; draw(); });
$("find").addEventListener("input", listQuestions);
document.querySelector("form.choices").addEventListener("submit", (e) => e.preventDefault());
for (const each of ["en", "nl"]) $(`lang-${each}`).addEventListener("click", () => { language = each; say(); });
const first = [...byQuestion.keys()].sort((a, b) => distinct(byQuestion.get(b).map((r) => r.wave)).length - distinct(byQuestion.get(a).map((r) => r.wave)).length)[0];
if (first) { chooseQuestion(first); }
say();
