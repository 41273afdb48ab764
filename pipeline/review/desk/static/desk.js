// The desk without a mouse: keys, the mark that ties a cell to its place on the page, drawing a region. Nothing is
// decided here: every decision is a form that the server answers.
"use strict";

// a cell and its place light up together
const lit = (id, on) => {
  for (const one of document.querySelectorAll("[data-of]")) if (one.dataset.of === id) one.classList.toggle("lit", on);
};
for (const one of document.querySelectorAll("[data-of]")) {
  for (const [event, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]])
    one.addEventListener(event, () => lit(one.dataset.of, on));
  if (one.tagName === "rect") one.addEventListener("click", () => cellOf(one.dataset.of)?.focus());
}
function cellOf(id) {
  return [...document.querySelectorAll("a.value")].find((cell) => cell.dataset.of === id);
}

// keys
const typing = (target) => target.closest("input:not([type=hidden]), select, textarea");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key.startsWith("Arrow") && moved(event)) return;
  const field = document.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
  if (field) { event.preventDefault(); field.focus(); field.select?.(); return; }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.click(); }
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.getElementById("main").focus(); });

function moved(event) {
  const cell = event.target.closest("a.value, a.open");
  if (!cell) return false;
  const column = cell.closest("td, th").cellIndex;
  const row = cell.closest("tr");
  const inRow = [...row.querySelectorAll("a.value, a.open")];
  let next;
  if (event.key === "ArrowRight") next = inRow[inRow.indexOf(cell) + 1];
  if (event.key === "ArrowLeft") next = inRow[inRow.indexOf(cell) - 1];
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  for (let other = step && row[step]; other && !next; other = other[step])
    next = other.cells[column]?.querySelector("a.value, a.open");
  if (next) { event.preventDefault(); next.focus(); }
  return Boolean(next);
}

// the value that was opened, or else the first one, is where the keys begin
const begin = document.querySelector("a.value.chosen") || document.querySelector("a.value, a.open");
if (begin && !document.activeElement.closest("main")) begin.focus({ preventScroll: !location.hash });

// drawing a region on a page: by pointer, or by arrows
const sheet = document.querySelector("svg.draw");
if (sheet) {
  const frame = sheet.querySelector(".drawn"), field = document.getElementById("box");
  const { width, height } = sheet.viewBox.baseVal;
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  const at = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(sheet.getScreenCTM().inverse());
  const draw = ([x0, top, x1, bottom]) => {
    for (const [name, value] of [["x", x0], ["y", top], ["width", x1 - x0], ["height", bottom - top]])
      frame.setAttribute(name, String(Math.max(value, 0) || 0));
  };
  const show = (sides) => { draw(sides); field.value = sides.map((side) => side.toFixed(1)).join(", "); };
  let from = null;
  sheet.addEventListener("pointerdown", (event) => { from = at(event); sheet.setPointerCapture(event.pointerId); event.preventDefault(); sheet.focus({ preventScroll: true }); });
  sheet.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    show([Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)]);
  });
  sheet.addEventListener("pointerup", () => { from = null; });
  field.addEventListener("input", () => draw(field.value.split(",").map(Number)));
  sheet.addEventListener("keydown", (event) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === "Enter" && field.value) { event.preventDefault(); field.form.querySelector("button").focus(); return; }
    if (!dx && !dy) return;
    event.preventDefault();
    event.stopPropagation();
    const begun = field.value ? field.value.split(",").map(Number) : [width / 4, height / 4, 3 * width / 4, height / 2];
    const step = 6, [x0, top, x1, bottom] = begun;
    if (event.shiftKey) {
      show([x0, top, Math.max(within(x1 + step * dx, width), x0 + step), Math.max(within(bottom + step * dy, height), top + step)]);
    } else {
      const left = within(x0 + step * dx, width - (x1 - x0)), upper = within(top + step * dy, height - (bottom - top));
      show([left, upper, left + x1 - x0, upper + bottom - top]);
    }
  });
}

// the checks over the whole edition end after the decision was answered: then show their outcome, unless somebody writes
const written = () => [...document.querySelectorAll("main input:not([type=hidden]), main textarea, main select")].some((field) =>
  field.tagName === "SELECT" ? [...field.options].some((o) => o.selected !== o.defaultSelected && o.index > 0)
    : field.value !== field.defaultValue);
let leaving = false;
addEventListener("beforeunload", () => { leaving = true; });
async function settled() {
  const answer = await fetch("/stamp").catch(() => null);
  const stamp = answer?.ok ? await answer.json() : null;
  if (leaving) return;
  if (!stamp || !stamp.whole) { setTimeout(settled, 700); return; }
  if (written() || (document.activeElement && typing(document.activeElement))) { setTimeout(settled, 1500); return; }
  location.reload();
}
if (document.body.dataset.whole === "false") setTimeout(settled, 700);
