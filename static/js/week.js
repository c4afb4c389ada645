// Moving things about in the week: by dragging, or by the keys after pressing the arrows on an item. The server decides;
// what it refuses or doubts is asked in a dialog, and nothing is moved until it has said so.

const week = document.querySelector("[data-week]");
const form = document.querySelector("[data-week-form]");

if (week && form) {
  const STEP = 15;
  const NEAR = 5;
  const says = document.querySelector("[data-week-says]");
  const dialog = document.querySelector("[data-week-dialog]");
  const days = [...week.querySelectorAll("[data-date]")];
  const earliest = Number(week.dataset.first) * 60;
  const latest = Number(week.dataset.last) * 60;
  const desk = window.matchMedia("(min-width: 48rem)");

  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const between = (least, value, most) => Math.max(least, Math.min(most, value));
  const fill = (text, words) => text.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

  let moving = null;

  const words = () => ({
    title: moving.item.dataset.title,
    day: days[moving.column].dataset.name,
    from: clock(moving.from),
    until: clock(moving.from + moving.length),
  });

  const draw = () => {
    const { item, from, length, column } = moving;
    item.dataset.clock = clock(from);
    item.querySelector(".week-box").dataset.clock = clock(Math.min(from + length, 1440));
    item.querySelector("[data-from]").textContent = clock(from);
    item.querySelector("[data-until]").textContent = moving.crosses ? moving.words : clock(from + length);
    item.style.setProperty("--over", column - moving.was.column);
  };

  const start = (item) => {
    const from = minutes(item.dataset.clock);
    const until = item.querySelector("[data-until]").textContent;
    const length = minutes(item.querySelector(".week-box").dataset.clock) - from;
    const column = Number(item.dataset.column);
    // What ends after midnight keeps its end's words; the server knows how long it is.
    moving = { item, from, length, column, was: { from, column }, crosses: minutes(until) <= from, words: until };
    item.classList.add("moving");
  };

  const place = (column, from) => {
    moving.column = between(0, column, days.length - 1);
    moving.from = between(earliest, from, Math.max(earliest, latest - moving.length));
    draw();
    says.textContent = `${words().day} ${clock(moving.from)}–${moving.crosses ? moving.words : words().until}`;
  };

  const leave = () => {
    const { item, was } = moving;
    Object.assign(moving, was);
    draw();
    item.classList.remove("moving", "dragging");
    item.querySelector(".week-move").setAttribute("aria-pressed", "false");
    moving = null;
  };

  const giveUp = () => {
    const stays = { ...words(), day: days[moving.was.column].dataset.name, from: clock(moving.was.from) };
    leave();
    says.textContent = fill(week.dataset.kept, stays);
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
    const { item, column, from, was } = moving;
    if (column === was.column && from === was.from) {
      giveUp();
      return;
    }
    says.textContent = week.dataset.saving;
    const sent = new FormData(form);
    sent.set("date", days[column].dataset.date);
    sent.set("starts", clock(from));
    sent.set("seen", item.dataset.seen);
    let answer;
    try {
      const response = await fetch(item.dataset.move, {
        method: "POST",
        body: sent,
        headers: { Accept: "application/json" },
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
    ArrowLeft: () => place(moving.column - 1, moving.from),
    ArrowRight: () => place(moving.column + 1, moving.from),
    ArrowUp: () => place(moving.column, (Math.ceil(moving.from / STEP) - 1) * STEP),
    ArrowDown: () => place(moving.column, (Math.floor(moving.from / STEP) + 1) * STEP),
    Enter: save,
    " ": save,
    Escape: giveUp,
  };

  const drag = (item, press) => {
    const hour = week.querySelector(".week-column").getBoundingClientRect().height / ((latest - earliest) / 60);
    let begun = false;
    const follow = (event) => {
      if (!begun && Math.hypot(event.pageX - press.pageX, event.pageY - press.pageY) < NEAR) return;
      if (!begun) {
        begun = true;
        start(item);
        item.classList.add("dragging");
        item.setPointerCapture(press.pointerId);
      }
      const column = days.findIndex((day) => event.clientX < day.getBoundingClientRect().right);
      const far = ((event.pageY - press.pageY) / hour) * 60;
      place(column < 0 ? days.length - 1 : column, Math.round((moving.was.from + far) / STEP) * STEP);
    };
    const stop = () => {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", cancel);
      document.removeEventListener("keydown", escape);
    };
    const drop = () => {
      stop();
      if (!begun) return;
      // The press that ends a drag opens nothing.
      const still = (event) => {
        event.preventDefault();
        event.stopPropagation();
      };
      item.addEventListener("click", still, { capture: true, once: true });
      window.setTimeout(() => item.removeEventListener("click", still, { capture: true }), 0);
      if (moving) save();
    };
    const cancel = () => {
      stop();
      if (begun && moving) giveUp();
    };
    const escape = (event) => event.key === "Escape" && cancel();
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", cancel);
    document.addEventListener("keydown", escape);
  };

  week.classList.add("may-move");
  week.querySelectorAll("[data-move]").forEach((item) => {
    const button = item.querySelector(".week-move");
    button.hidden = false;
    document.querySelector("[data-week-hint]").hidden = false;

    button.addEventListener("click", () => {
      if (moving) return;
      start(item);
      button.setAttribute("aria-pressed", "true");
      button.focus();
      says.textContent = fill(week.dataset.moving, words());
    });
    button.addEventListener("keydown", (event) => {
      if (!moving || !STEPS[event.key]) return;
      event.preventDefault();
      STEPS[event.key]();
    });
    // Space presses a button when it is let go.
    button.addEventListener("keyup", (event) => moving && event.key === " " && event.preventDefault());
    button.addEventListener("blur", () => {
      if (moving?.item === item && !item.classList.contains("dragging") && says.textContent !== week.dataset.saving) giveUp();
    });

    item.addEventListener("dragstart", (event) => event.preventDefault());
    item.addEventListener("pointerdown", (event) => {
      const byFinger = event.pointerType === "touch" && !event.target.closest(".week-move");
      if (!desk.matches || event.button !== 0 || moving || byFinger) return;
      drag(item, event);
    });
  });
}

// What was just moved, or was asked for by its address, has the focus.
document
  .querySelector(window.location.hash.match(/^#o\d+$/)?.[0] ?? "[data-nothing]")
  ?.querySelector("a, summary")
  ?.focus({ focusVisible: true });
