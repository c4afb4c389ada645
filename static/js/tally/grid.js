// The grid on the page: gender across, age down. It draws numbers and tells which cell was pressed; it knows no queue.

import { GENDERS, keyOf } from "./model.js";
import { say, written } from "./words.js";

const part = (name) => document.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  constructor(root, { onPress, onKey }) {
    this.root = root;
    this.onPress = onPress;
    this.onKey = onKey;
    root.addEventListener("click", ({ target }) => this.#press(target.closest(".tally-cell")));
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusin", ({ target }) => this.#rove(target.closest(".tally-cell")));
  }

  // bands: [{id, label}], oldest last; a row for those whose age was not judged follows, set apart.
  draw(bands, words) {
    this.root.querySelectorAll(".tally-row:not(.tally-heads)").forEach((row) => row.remove());
    this.rows = [...bands, { id: null, label: words.notJudged }].map((band) => this.#row(band, words));
    this.cells = this.rows.flatMap((row) => row.cells);
    this.byKey = new Map(this.cells.map((cell) => [cell.key, cell]));
    this.cells[0].button.tabIndex = 0;
    this.#sums(words);
  }

  #row(band, words) {
    const element = part("row");
    element.firstElementChild.textContent = band.label;
    element.classList.toggle("apart", band.id === null);
    const age = band.id === null ? words.ageWords : band.label;
    const cells = GENDERS.map((gender) => {
      const holder = part("cell");
      const button = holder.firstElementChild;
      button.classList.add(`gender-${gender}`);
      // Of one whose gender and age were not judged it is said once.
      const nameOf = (genders) => (gender === 0 && band.id === null ? genders[0] : `${genders[gender]} ${age}`);
      element.append(holder);
      return { gender, band: band.id, key: keyOf(gender, band.id), button, number: button.firstElementChild, mark: button.lastElementChild, name: nameOf(words.genders), short: nameOf(words.short), people: -1 };
    });
    const all = part("sum");
    all.classList.add("all");
    element.append(all);
    this.root.append(element);
    const row = { cells, all, people: 0 };
    cells.forEach((cell) => Object.assign(cell, { row }));
    return row;
  }

  #sums(words) {
    const element = part("row");
    element.classList.add("tally-sums");
    element.firstElementChild.textContent = words.all;
    this.columns = GENDERS.map(() => part("sum"));
    this.grand = part("sum");
    this.grand.classList.add("all");
    element.append(...this.columns, this.grand);
    this.root.append(element);
  }

  // All numbers; only what differs is written to the page.
  show(numbers) {
    let grand = 0;
    const columns = GENDERS.map(() => 0);
    for (const row of this.rows) {
      let people = 0;
      row.cells.forEach((cell, column) => {
        const now = numbers.get(cell.key) ?? 0;
        if (now !== cell.people) this.#write(cell, now);
        people += now;
        columns[column] += now;
      });
      row.all.textContent = written(people);
      grand += people;
    }
    columns.forEach((people, column) => {
      this.columns[column].textContent = written(people);
    });
    this.grand.textContent = written(grand);
  }

  #write(cell, people, draft = written(people)) {
    cell.people = people;
    cell.number.textContent = draft;
    cell.button.classList.toggle("filled", people > 0);
    cell.button.setAttribute("aria-label", say("cell", { who: cell.name, n: written(people) }));
  }

  // The last touched cell wears a ring and what it got.
  touch(cell, words) {
    if (this.touched) {
      this.touched.button.classList.remove("touched");
      this.touched.mark.dataset.mark = "";
    }
    this.touched = cell;
    cell?.button.classList.add("touched");
    // Drawn by the style sheet: it is no part of the name that a reader hears.
    if (cell) cell.mark.dataset.mark = words;
  }

  // A number on its way in, not yet kept.
  draft(cell, digits) {
    cell.button.classList.add("typing");
    cell.number.textContent = digits === "" ? written(cell.people) : digits;
  }

  endDraft(cell) {
    cell.button.classList.remove("typing");
    this.#write(cell, cell.people);
  }

  // Down each column first, as one counts: all women by age, then all men.
  after(cell) {
    const column = cell.row.cells.indexOf(cell);
    const row = this.rows.indexOf(cell.row) + 1;
    return row < this.rows.length ? this.rows[row].cells[column] : this.rows[0].cells[column + 1];
  }

  cellOf(entry) {
    return this.byKey.get(keyOf(entry.gender, entry.band));
  }

  #find(button) {
    return this.cells.find((cell) => cell.button === button);
  }

  #press(button) {
    if (button) this.onPress(this.#find(button));
  }

  #rove(button) {
    if (!button) return;
    this.cells.forEach((cell) => {
      cell.button.tabIndex = cell.button === button ? 0 : -1;
    });
  }

  #key(event) {
    const cell = this.#find(event.target);
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      const row = this.rows.indexOf(cell.row) + move[0];
      const column = cell.row.cells.indexOf(cell) + move[1];
      this.rows[row]?.cells[column]?.button.focus();
    } else if (this.onKey(cell, event.key)) event.preventDefault();
  }
}
