// The counting sheet: sums as one types, the number grid by keyboard, and a UUID made here so that a form sent twice counts once.

const sheet = document.querySelector("[data-count]");

if (sheet) {
  const cells = [...sheet.querySelectorAll("[data-grid] .cell")];
  const others = [...sheet.querySelectorAll("[data-other]")];
  const save = sheet.querySelector("[data-save]");
  const nobody = sheet.querySelector("[data-nobody]");
  const total = sheet.querySelector("[name=total]");
  const language = document.documentElement.lang;
  const written = (number) => number.toLocaleString(language === "sv" ? "sv-SE" : "en-GB");
  const valueOf = (input) => (/^\s*\d+\s*$/.test(input.value) ? Number(input.value) : 0);
  const sum = (inputs) => inputs.reduce((people, input) => people + valueOf(input), 0);

  const uuid = sheet.querySelector("[name=uuid]");
  const [visit] = performance.getEntriesByType("navigation");
  // Back to a sheet already sent keeps its UUID: sent again, it is the same count.
  if ("fresh" in uuid.dataset && visit?.type !== "back_forward" && crypto.randomUUID) uuid.value = crypto.randomUUID();

  // Down each column first, as one counts: all women by age, then all men.
  const columns = [...new Set(cells.map((cell) => cell.dataset.column))].sort();
  const order = columns.flatMap((column) => cells.filter((cell) => cell.dataset.column === column));

  const showSums = () => {
    const rows = [...sheet.querySelectorAll("[data-grid] tbody tr:not(.wrong)")];
    const manyColumns = columns.length > 1;
    rows.forEach((row, number) => {
      const own = [...row.querySelectorAll(".cell"), ...others.filter((other) => Number(other.dataset.other) === number)];
      if (manyColumns) row.querySelector("[data-row-total]").textContent = written(sum(own));
    });
    columns.forEach((column) => {
      const own = cells.filter((cell) => cell.dataset.column === column);
      if (manyColumns) sheet.querySelector(`[data-column-total="${column}"]`).textContent = written(sum(own));
    });
    const typed = total ? valueOf(total) : 0;
    const parts = sum([...cells, ...others]);
    const people = Math.max(parts, typed);
    sheet.querySelector("[data-grand-total]").textContent = written(parts);
    const words = people === 0 ? save.dataset.none : people === 1 ? save.dataset.one : save.dataset.many;
    save.querySelector("span").textContent = words.replace("{n}", written(people));
    nobody.hidden = people > 0;
    [...cells, ...others].forEach((cell) => cell.classList.toggle("filled", valueOf(cell) > 0));
  };

  const goTo = (input) => {
    input.focus();
    input.select?.();
  };
  const step = (cell, by) => order[order.indexOf(cell) + by];
  const beside = (cell, by) => {
    const row = [...cell.closest("tr").querySelectorAll(".cell")];
    return row[row.indexOf(cell) + by];
  };

  const moves = {
    ArrowDown: (cell) => step(cell, 1),
    ArrowUp: (cell) => step(cell, -1),
    ArrowRight: (cell) => beside(cell, 1),
    ArrowLeft: (cell) => beside(cell, -1),
    Enter: (cell) => step(cell, 1) ?? save,
  };

  sheet.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cells.includes(cell) || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.key === "Tab" ? step(cell, event.shiftKey ? -1 : 1) : moves[event.key]?.(cell);
    if (target || event.key === "Enter") event.preventDefault();
    if (target) goTo(target);
  });

  sheet.addEventListener("input", showSums);
  sheet.addEventListener("focusin", (event) => cells.includes(event.target) && event.target.select());

  // Another zone, line or day has other earlier values, and another instruction.
  const ground = sheet.querySelector("[name=zone], [name=line]");
  const earlier = sheet.querySelector("[data-earlier-box]");
  const showGround = async () => {
    sheet.querySelectorAll("[data-instruction]").forEach((text) => {
      text.hidden = text.dataset.instruction !== ground.value;
    });
    const asked = new URLSearchParams({ measure: sheet.elements.measure.value, [ground.name]: ground.value });
    asked.set("date", sheet.elements.date.value);
    const answer = await fetch(`${sheet.dataset.earlier}?${asked}`).catch(() => null);
    // Without net the sheet is as good, only without last week beside it.
    earlier.innerHTML = answer?.ok ? await answer.text() : "";
  };
  ground?.addEventListener("change", showGround);
  if (ground) sheet.elements.date.addEventListener("change", showGround);

  showSums();
  window.addEventListener("pageshow", showSums);
}
