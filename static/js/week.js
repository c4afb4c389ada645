// Moving things about in the week: by dragging, or by the keys after pressing the arrows on an item. The server decides;
// what it refuses or doubts is asked in a dialog, and nothing is moved until it has said so.
//
// Days are counted from the Monday shown, which is 0: -1 is the Sunday before it, 7 the Monday after. What lies in another
// week is drawn at its weekday in this one, with the edge towards that week lit. Times are minutes from midnight.

const week = document.querySelector("[data-week]");
const form = document.querySelector("[data-week-form]");

if (week && form) {
  const STEP = 15;
  const SEVEN = 7;
  // In pixels; less is a press and no drag.
  const NEAR = 5;
  const DAY = 24 * 60 * 60 * 1000;
  const says = document.querySelector("[data-week-says]");
  const hint = document.querySelector("[data-week-hint]");
  const dialog = document.querySelector("[data-week-dialog]");
  const columns = [...week.querySelectorAll(".week-day")];
  const edges = [...week.querySelectorAll(".week-edge")];
  const monday = Date.parse(week.dataset.monday);
  const earliest = Number(week.dataset.first) * 60;
  const latest = Number(week.dataset.last) * 60;
  const desk = window.matchMedia("(min-width: 48rem)");
  const named = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  });

  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const between = (least, value, most) => Math.max(least, Math.min(most, value));
  const fill = (text, words) => text.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

  const dayOf = (date) => (Date.parse(date) - monday) / DAY;
  const dateOf = (day) => new Date(monday + day * DAY);
  const weekOf = (day) => {
    // An ISO week belongs to the year of its Thursday.
    const thursday = dateOf(Math.floor(day / SEVEN) * SEVEN + 3);
    return 1 + Math.floor((thursday - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / DAY / SEVEN);
  };

  // What is being moved, or null: the item, where it is by now (day, from) and where it was, and how long it takes.
  let moving = null;

  const where = () => {
    const { day, days, from, length, ends } = moving;
    const first = fill(week.dataset.day, { day: named.format(dateOf(day)), week: weekOf(day) });
    if (days > 1) return `${first} – ${named.format(dateOf(day + days - 1))}`;
    return `${first}, ${clock(from)}–${ends ?? clock(from + length)}`;
  };

  // How many weeks from the one shown; 0 as long as any of it is there.
  const away = () => {
    const last = moving.day + moving.days - 1;
    return Math.min(0, Math.floor(last / SEVEN)) || Math.max(0, Math.floor(moving.day / SEVEN));
  };

  const draw = () => {
    const { item, days, from, length, ends, was } = moving;
    const weeks = away();
    const day = moving.day - weeks * SEVEN;
    edges.forEach((edge) => {
      const side = Number(edge.dataset.side);
      const beyond = Math.sign(weeks) === side;
      edge.classList.toggle("lit", beyond || moving.day - was.day === SEVEN * side);
      edge.textContent = beyond ? fill(week.dataset.edge, { week: weekOf(SEVEN * weeks) }) : edge.dataset.words;
    });
    item.classList.toggle("away", weeks !== 0);
    if (days > 1) {
      const first = Math.max(0, day);
      item.dataset.first = first;
      item.dataset.days = Math.min(SEVEN, day + days) - first;
      return;
    }
    item.dataset.clock = clock(from);
    item.querySelector(".week-box").dataset.clock = clock(Math.min(from + length, 1440));
    item.querySelector("[data-starts]").textContent = clock(from);
    item.querySelector("[data-ends]").textContent = ends ?? clock(from + length);
    item.style.setProperty("--over", day - was.day);
  };

  const start = (item) => {
    const from = minutes(item.dataset.clock);
    const day = dayOf(item.dataset.from);
    moving = { item, day, from, days: 1, length: 0, was: { day, from } };
    if (item.dataset.until) moving.days = dayOf(item.dataset.until) - day + 1;
    else {
      const ends = item.querySelector("[data-ends]").textContent;
      moving.length = minutes(item.querySelector(".week-box").dataset.clock) - from;
      // What ends after midnight keeps its end's words; the server knows how long it is.
      if (minutes(ends) <= from) moving.ends = ends;
    }
    item.classList.add("moving");
    week.classList.add("carrying");
    draw();
  };

  const place = (day, from) => {
    moving.day = day;
    // What stands for days keeps its hours.
    if (moving.days === 1) moving.from = between(earliest, from, Math.max(earliest, latest - moving.length));
    draw();
    says.textContent = where();
  };

  const leave = () => {
    const { item, was } = moving;
    Object.assign(moving, was);
    draw();
    item.classList.remove("moving", "dragging");
    week.classList.remove("carrying");
    item.querySelector(".week-move").setAttribute("aria-pressed", "false");
    moving = null;
  };

  const giveUp = () => {
    Object.assign(moving, moving.was);
    says.textContent = fill(week.dataset.kept, { title: moving.item.dataset.title, where: where() });
    leave();
  };

  const go = (address) => {
    const next = new URL(address, window.location.href);
    const here = window.location;
    if (next.pathname + next.search === here.pathname + here.search) {
      window.history.replaceState(null, "", next);
      here.reload();
    } else here.assign(next);
  };

  const ask = (html) => {
    const { item } = moving;
    leave();
    says.textContent = "";
    dialog.innerHTML = html;
    dialog.querySelector("[data-close]").addEventListener("click", (event) => {
      event.preventDefault();
      // What the other has done is not on this page yet.
      if (dialog.querySelector("dl")) go(event.currentTarget.href);
      else dialog.close();
    });
    dialog.addEventListener("close", () => item.querySelector(".week-move").focus(), { once: true });
    dialog.showModal();
  };

  const save = async () => {
    const { item, day, from, was } = moving;
    if (day === was.day && from === was.from) {
      giveUp();
      return;
    }
    moving.saving = true;
    says.textContent = week.dataset.saving;
    const sent = new FormData(form);
    sent.set("date", dateOf(day).toISOString().slice(0, 10));
    sent.set("starts", clock(from));
    sent.set("seen", item.dataset.seen);
    let answer;
    try {
      const response = await fetch(item.dataset.move, {
        method: "POST",
        body: sent,
        headers: { Accept: "application/json" },
        // Sent to the end, even when the page is left.
        keepalive: true,
      });
      answer = await response.json();
    } catch {
      leave();
      says.textContent = week.dataset.failed;
      return;
    }
    if (answer.next) go(answer.next);
    else ask(answer.html);
  };

  const STEPS = {
    ArrowLeft: () => place(moving.day - 1, moving.from),
    ArrowRight: () => place(moving.day + 1, moving.from),
    ArrowUp: () => place(moving.day, (Math.ceil(moving.from / STEP) - 1) * STEP),
    ArrowDown: () => place(moving.day, (Math.floor(moving.from / STEP) + 1) * STEP),
    PageUp: () => place(moving.day - SEVEN, moving.from),
    PageDown: () => place(moving.day + SEVEN, moving.from),
    Enter: save,
    " ": save,
    Escape: giveUp,
  };

  // How many days to the side: from the column pressed to the one under the pointer, or a whole week at an edge.
  const across = (pressed, x) => {
    const rights = columns.map((column) => column.getBoundingClientRect().right);
    if (x < columns[0].getBoundingClientRect().left) return -SEVEN;
    if (x >= rights.at(-1)) return SEVEN;
    return rights.findIndex((right) => x < right) - rights.findIndex((right) => pressed < right);
  };

  const drag = (item, press) => {
    const hour = week.querySelector(".week-column").getBoundingClientRect().height / ((latest - earliest) / 60);
    const over = new AbortController();
    const on = (name, answer) => document.addEventListener(name, answer, { signal: over.signal });
    let begun = false;
    const cancel = () => {
      over.abort();
      if (begun && moving) giveUp();
    };
    on("pointermove", (event) => {
      if (!begun && Math.hypot(event.pageX - press.pageX, event.pageY - press.pageY) < NEAR) return;
      if (!begun) {
        begun = true;
        start(item);
        item.classList.add("dragging");
        item.setPointerCapture(press.pointerId);
      }
      const down = ((event.pageY - press.pageY) / hour) * 60;
      place(moving.was.day + across(press.clientX, event.clientX), Math.round((moving.was.from + down) / STEP) * STEP);
    });
    on("pointerup", () => {
      over.abort();
      if (!begun) return;
      // The press that ends a drag opens nothing.
      const still = (event) => {
        event.preventDefault();
        event.stopPropagation();
      };
      item.addEventListener("click", still, { capture: true, once: true });
      window.setTimeout(() => item.removeEventListener("click", still, { capture: true }), 0);
      save();
    });
    on("pointercancel", cancel);
    on("keydown", (event) => event.key === "Escape" && cancel());
  };

  week.classList.add("may-move");
  week.querySelectorAll("[data-move]").forEach((item) => {
    const button = item.querySelector(".week-move");
    button.hidden = false;
    hint.hidden = false;

    button.addEventListener("click", () => {
      if (moving) return;
      start(item);
      button.setAttribute("aria-pressed", "true");
      button.focus();
      says.textContent = fill(item.dataset.until ? week.dataset.movingDays : week.dataset.moving, item.dataset);
    });
    button.addEventListener("keydown", (event) => {
      if (!moving || !STEPS[event.key]) return;
      event.preventDefault();
      if (!moving.saving) STEPS[event.key]();
    });
    // Space presses a button when it is let go.
    button.addEventListener("keyup", (event) => moving && event.key === " " && event.preventDefault());
    button.addEventListener("blur", () => {
      if (moving?.item === item && !item.classList.contains("dragging") && !moving.saving) giveUp();
    });

    item.addEventListener("dragstart", (event) => event.preventDefault());
    item.addEventListener("pointerdown", (event) => {
      const byFinger = event.pointerType === "touch" && !event.target.closest(".week-move");
      if (!desk.matches || event.button !== 0 || moving || byFinger) return;
      drag(item, event);
    });
  });
}

// What was just moved, or was asked for by its address, has the focus; after the browser has been there, for it takes the
// focus from whatever had it.
window.addEventListener("load", () => {
  const asked = document.querySelector(window.location.hash.match(/^#o\d+$/)?.[0] ?? "[data-nothing]");
  asked?.closest("details")?.setAttribute("open", "");
  asked?.querySelector("a, summary")?.focus({ focusVisible: true });
});
