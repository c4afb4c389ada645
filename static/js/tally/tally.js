// The tally: choose what to count, tap, be done. A tap is painted first, then kept on the phone, then sent.

import * as db from "./db.js";
import { Grid } from "./grid.js";
import { MOST, newEntry, read, sum, total } from "./model.js";
import * as sync from "./sync.js";
import { clock, counted, localDate, longDay, say, signed, words, written } from "./words.js";

// One view stands in the page at a time, with the page's one heading.
const views = [...document.querySelectorAll("[data-view]")];
const find = (name) => [document, ...views].map((within) => within.querySelector(`[data-${name}]`)).find(Boolean);
const slug = window.location.pathname.split("/")[2];
const KIND = { staying: "zone", passing: "line", participating: "occurrence" };
const MEASURE = { zone: "staying", line: "passing", occurrence: "participating" };
// Whoever comes back to the same ground within the hour goes on with the count there.
const SAME_COUNT = 60 * 60_000;
const SPEAK_EVERY = 1_000;

let place; // as the server last told it
let count; // the one on the page
let entries = []; // its taps, in order
let last = { cells: new Map(), undoable: [], looked: false };
let step = 1;
let typing = null; // { cell, digits } while a number is typed
let isTyping = false; // whether a press types

// --- Saying -------------------------------------------------------------------------------------------------------

let spoken;
let speaking;
// At most once a second: a reader cannot keep up with a thumb.
const speak = (text) => {
  spoken = text;
  speaking ??= window.setTimeout(() => {
    find("voice").textContent = spoken;
    speaking = undefined;
  }, SPEAK_EVERY);
};

// A message covers keys, so it leaves by itself.
const TOAST_FOR = 6_000;
let leaving;

const toast = (text) => {
  const box = find("says");
  clearTimeout(leaving);
  leaving = setTimeout(() => box.replaceChildren(), TOAST_FOR);
  box.replaceChildren(Object.assign(document.createElement("div"), { className: "toast passes" }));
  box.firstElementChild.append(Object.assign(document.createElement("p"), { textContent: text }));
};

// --- Views --------------------------------------------------------------------------------------------------------

const show = (name) => {
  const shown = views.find((view) => view.dataset.view === name);
  shown.hidden = false;
  views.forEach((view) => view !== shown && view.remove());
  document.getElementById("main").prepend(shown);
  window.scrollTo(0, 0);
};

const showEmpty = (kind, action, address) => {
  find("empty-title").textContent = say(`${kind}_title`);
  find("empty-text").textContent = say(`${kind}_text`);
  const link = find("empty-action");
  link.textContent = say(action);
  link.href = address;
  show("empty");
};

const signInAddress = () => `/accounts/login/?next=${encodeURIComponent(window.location.pathname)}`;

// --- Choosing -----------------------------------------------------------------------------------------------------

let measure = "staying";

const groundName = (kind, id) => {
  const rows = { zone: place.zones, line: place.lines, occurrence: place.occurrences }[kind];
  const ground = rows.find((row) => row.id === Number(id));
  // An occurrence has a kind of its own, which is another.
  return ground && { ...ground, kind, name: ground.name ?? ground.title };
};

const row = ({ name, note, address }) => {
  const element = document.querySelector("template[data-ground]").content.firstElementChild.cloneNode(true);
  const link = element.querySelector("a");
  link.textContent = name;
  if (address) link.href = address;
  else element.querySelector(".row-end").remove();
  element.querySelector("p").textContent = note;
  return element;
};

const section = (heading, rows) => {
  const element = document.querySelector("template[data-day]").content.firstElementChild.cloneNode(true);
  element.querySelector("h2").textContent = heading;
  element.querySelector("h2").hidden = !heading;
  element.querySelector("ul").replaceChildren(...rows);
  return element;
};

const occurrenceRow = (one, address) => {
  const parts = [`${one.starts}–${one.ends}`, one.kind_label, one.zone];
  if (one.outcome === "cancelled") parts.push(say("cancelled"));
  if (one.people !== null) parts.push(say("already", { n: written(one.people) }));
  return row({ name: one.title, note: parts.filter(Boolean).join(" · "), address });
};

const days = () => {
  const today = localDate();
  const dates = [...new Set(place.occurrences.map(({ date }) => date))].sort();
  const begun = dates.filter((date) => date <= today).reverse();
  const coming = dates.filter((date) => date > today);
  const sections = begun.map((date) => {
    const own = place.occurrences.filter((one) => one.date === date);
    return section(longDay(date), own.map((one) => occurrenceRow(one, one.outcome === "cancelled" ? "" : `#occurrence=${one.id}`)));
  });
  if (coming.length) {
    const own = place.occurrences.filter((one) => one.date > today);
    sections.push(section(say("coming"), own.map((one) => row({ name: one.title, note: `${longDay(one.date)} ${one.starts}`, address: "" }))));
  }
  return sections;
};

const grounds = () => {
  if (measure === "participating") return days();
  const rows = measure === "staying" ? place.zones : place.lines;
  if (!rows.length) return [];
  const kind = KIND[measure];
  return [section("", rows.map((one) => row({ name: one.name, note: one.instruction, address: `#${kind}=${one.id}` })))];
};

const showGrounds = () => {
  find("measures").querySelectorAll("button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.measure === measure));
  });
  find("meaning").textContent = say(`meaning_${measure}`);
  const shown = grounds();
  const none = { staying: "no_zones", passing: "no_lines", participating: "no_occurrences" };
  const empty = Object.assign(document.createElement("p"), { className: "note", textContent: say(none[measure]) });
  find("grounds").replaceChildren(...(shown.length ? shown : [empty]));
};

const choose = async () => {
  find("place").textContent = place.place.name;
  find("ready").hidden = false;
  const mine = await myOpenCounts();
  const rows = await Promise.all(
    mine.map(async (one) => {
      const people = counted("people", total(await db.entriesOf(one.uuid)));
      const name = `${say(`measure_${one.measure}`)}, ${one.ground.name}`;
      return row({ name, note: `${longDay(localDate(one.started_at))} ${clock(one.started_at)} · ${say("went_on", { n: people })}`, address: `#count=${one.uuid}` });
    }),
  );
  find("unfinished").replaceChildren(...rows);
  find("unfinished-box").hidden = !rows.length;
  showGrounds();
  show("choose");
};

const myOpenCounts = async () => {
  const counts = await db.allCounts();
  return counts.filter((one) => !one.finished && one.place.slug === slug && one.person.id === place.person.id).reverse();
};

// --- One count ----------------------------------------------------------------------------------------------------

const newCount = (ground) => {
  const joined = ground.headcount ?? null;
  return {
    uuid: joined ?? crypto.randomUUID(),
    person: place.person,
    place: place.place,
    measure: MEASURE[ground.kind],
    ground: { kind: ground.kind, id: ground.id, name: ground.name },
    day: ground.date ?? localDate(),
    started_at: startOf(ground),
    clock_from: ground.kind === "line" ? null : new Date().toISOString(),
    clock_to: null,
    minutes: null,
    age_set: place.age_set,
    // A count the server has already is only added to.
    created_sent: Boolean(joined),
    joined: joined && ground.people,
    finished: null,
    finish_sent: false,
    saved_at: null,
    trouble: null,
  };
};

// Participants belong to the day of their occurrence, also when they are counted the day after.
const startOf = (ground) =>
  ground.kind === "occurrence" && ground.date !== localDate() ? new Date(`${ground.date}T${ground.starts}`).toISOString() : new Date().toISOString();

const countOn = async (ground) => {
  const mine = (await myOpenCounts()).filter((one) => one.ground.kind === ground.kind && one.ground.id === ground.id);
  const known = ground.kind === "occurrence" ? mine[0] : mine.find((one) => Date.now() - new Date(one.started_at) < SAME_COUNT);
  return known ?? newCount(ground);
};

const grid = new Grid(find("grid"), { onPress: (cell) => press(cell), onKey: (cell, key) => pressKey(cell, key) });

const openCount = async (chosen) => {
  // What was being typed belongs to the count that is left.
  if (count) endTyping();
  const kept = await db.entriesOf(chosen.uuid);
  // Both at once: a tap in between would have gone to the one with the numbers of the other.
  count = chosen;
  entries = kept;
  // Where the count was begun on another day, its own bands are still the right ones.
  grid.draw(count.age_set.bands, { genders: words("genders"), short: words("short"), notJudged: say("age_not_judged"), ageWords: say("not_judged"), all: say("all") });
  const ground = groundName(count.ground.kind, count.ground.id);
  find("title").textContent = say(`count_${count.measure}`);
  find("where").textContent = `${count.ground.name} · ${count.person.name}`;
  find("how").hidden = !ground?.instruction;
  find("how").querySelector("p").textContent = ground?.instruction ?? "";
  showNeighbours();
  showJoined();
  showEarlier();
  setStep(1);
  endTyping();
  grid.touch(null);
  paint();
  showClock();
  show("count");
  await showState();
};

const showJoined = () => {
  for (const name of ["joined", "done-joined"]) {
    find(name).hidden = count.joined === null;
    if (count.joined !== null) find(name).querySelector(".banner-text").textContent = say("joined", { n: written(count.joined) });
  }
};

// The zones and lines in their order; of the programme what is counted on the same day.
const neighbours = () => {
  const { kind, id } = count.ground;
  const rows = { zone: place.zones, line: place.lines, occurrence: place.occurrences }[kind];
  const among = kind === "occurrence" ? rows.filter(({ date, outcome }) => date === count.day && outcome !== "cancelled") : rows;
  const index = among.findIndex((one) => one.id === id);
  return index < 0 ? [] : [among[index - 1], among[index + 1]];
};

const showNeighbours = () => {
  const [before, after] = neighbours();
  for (const [name, ground] of Object.entries({ before, after })) {
    const link = find(name);
    link.hidden = !ground;
    if (!ground) continue;
    link.href = `#${count.ground.kind}=${ground.id}`;
    link.lastElementChild.textContent = say(name, { what: ground.name ?? ground.title });
  }
};

const showEarlier = () => {
  const weekday = new Date(`${count.day}T12:00`).getDay();
  // The server counts days from Monday.
  const found = place.earlier.find((one) => one.measure === count.measure && one[count.ground.kind] === count.ground.id && one.weekday === (weekday + 6) % 7);
  const box = find("earlier");
  box.hidden = !found;
  if (!found) return;
  box.querySelector("span").textContent = words("weekdays")[weekday];
  const value = (people, index) => written(people) + (found.minutes ? ` (${say("minutes", { n: found.minutes[index] })})` : "");
  box.querySelector("b").textContent = found.values.map(value).join(" · ");
};

const whatOf = (entry) => say("undo_what", { people: signed(entry.people), who: grid.cellOf(entry).short });

// Everything that follows from the taps, written at once.
const paint = () => {
  last = read(entries);
  grid.show(last.cells);
  const people = sum(last.cells);
  const undoable = last.undoable.at(-1);
  find("done-word").textContent = people ? counted("done", people) : say(last.looked ? "done_none" : "done_empty");
  find("nobody").hidden = people > 0 || last.looked || count.joined !== null;
  find("undo").hidden = !undoable;
  if (undoable) find("undo-what").textContent = whatOf(undoable);
};

// Paint first; the disk follows in the same order, for the browser queues transactions as they are asked for.
const add = (entry) => {
  if (count.measure === "passing" && !count.clock_from) startClock();
  entries.push(entry);
  paint();
  navigator.vibrate?.(8);
  const own = count;
  db.addEntry(own, entry).then(
    () => {
      if (window.location.hash !== `#count=${own.uuid}`) window.history.replaceState(null, "", `#count=${own.uuid}`);
      showState();
      sync.soon();
    },
    () => {
      // Not kept is not counted: it leaves the page again, and says so.
      entries = entries.filter((one) => one !== entry);
      paint();
      toast(say("not_kept"));
    },
  );
};

const heard = (cell) => speak(say("heard", { who: cell.name, n: written(cell.people), all: written(sum(last.cells)) }));

const tap = (cell, people, way) => {
  if (cell.people + people < 0) {
    toast(say("nothing_to_take"));
    return;
  }
  if (cell.people + people > MOST) {
    toast(say("too_many"));
    return;
  }
  add(newEntry(cell.gender, cell.band, people, way));
  grid.touch(cell, signed(people));
  heard(cell);
};

const press = (cell) => {
  if (isTyping) startTyping(cell);
  else tap(cell, step, "tap");
};

const undo = () => {
  endTyping();
  const entry = last.undoable.at(-1);
  if (!entry) return;
  const cell = grid.cellOf(entry);
  add(newEntry(entry.gender, entry.band, -entry.people, "undo"));
  grid.touch(cell, signed(-entry.people));
  speak(`${say("undone", { what: whatOf(entry) })}. ${say("heard", { who: cell.name, n: written(cell.people), all: written(sum(last.cells)) })}`);
};

const setStep = (chosen) => {
  step = chosen;
  find("steps").querySelectorAll("[data-step]").forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.step) === step)));
};

// --- Typing a number ----------------------------------------------------------------------------------------------

const startTyping = (cell, digits = "") => {
  keepTyped();
  isTyping = true;
  typing = { cell, digits };
  find("tapping").hidden = true;
  find("typing").hidden = false;
  find("grid").classList.add("with-pad");
  grid.touch(null);
  showTyped();
};

const showTyped = () => {
  const { cell, digits } = typing;
  grid.draft(cell, digits);
  find("typed-cell").textContent = cell.name;
  find("typed-change").textContent = say("was", { was: written(cell.people), becomes: digits === "" ? written(cell.people) : written(Number(digits)) });
};

const digit = (one) => {
  if (Number(typing.digits + one) > MOST) {
    toast(say("too_many"));
    return;
  }
  typing.digits = String(Number(typing.digits + one));
  showTyped();
};

const backspace = () => {
  typing.digits = typing.digits.slice(0, -1);
  showTyped();
};

// The number becomes an entry of the difference, marked as typed.
const keepTyped = () => {
  if (!typing) return;
  const { cell, digits } = typing;
  typing = null;
  grid.endDraft(cell);
  const difference = digits === "" ? 0 : Number(digits) - cell.people;
  if (difference) tap(cell, difference, "typed");
};

const endTyping = ({ keep = true } = {}) => {
  if (keep) keepTyped();
  else if (typing) grid.endDraft(typing.cell);
  typing = null;
  isTyping = false;
  find("tapping").hidden = false;
  find("typing").hidden = true;
  find("grid").classList.remove("with-pad");
};

const next = () => {
  const cell = grid.after(typing.cell);
  if (cell) {
    cell.button.focus();
    startTyping(cell);
  } else endTyping();
};

const pressKey = (cell, key) => {
  if (/^\d$/.test(key)) {
    if (typing?.cell !== cell) startTyping(cell);
    digit(key);
    return true;
  }
  if (typing && key === "Enter") {
    // Enter goes on, as in a column of figures.
    next();
    return true;
  }
  if (typing && key === "Backspace") {
    backspace();
    return true;
  }
  if (typing && key === "Escape") {
    endTyping({ keep: false });
    return true;
  }
  if (key === "-" || key === "−") {
    tap(cell, -1, "tap");
    return true;
  }
  return false;
};

// --- The clock ----------------------------------------------------------------------------------------------------

const elapsed = () => (count.clock_from ? (count.clock_to ? new Date(count.clock_to) : new Date()) - new Date(count.clock_from) : 0);

const showClock = () => {
  const passing = count.measure === "passing";
  find("start").hidden = !passing || Boolean(count.clock_from);
  find("planned").hidden = !passing || Boolean(count.clock_from);
  find("stop").hidden = !passing || !count.clock_from || Boolean(count.clock_to);
  find("clock-box").hidden = !count.clock_from;
  find("started").textContent = count.clock_from ? say("started", { time: clock(count.clock_from) }) : "";
  tick();
};

const tick = () => {
  if (!count?.clock_from || count.finished) return;
  const seconds = Math.floor(elapsed() / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const text = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  if (find("clock").textContent !== text) find("clock").textContent = text;
};

const startClock = () => {
  count.clock_from = new Date().toISOString();
  count.started_at = count.clock_from;
  count.minutes = Number(find("planned").querySelector(":checked").value);
  showClock();
};

// Pressed before anyone has passed: the clock runs on while one looks at something else.
const pressStart = async () => {
  startClock();
  const own = count;
  await db.putCount(own);
  if (own === count) window.history.replaceState(null, "", `#count=${own.uuid}`);
};

const stopClock = () => {
  count.clock_to = new Date().toISOString();
  db.changeCount(count.uuid, { clock_to: count.clock_to });
  showClock();
};

// --- Being done ---------------------------------------------------------------------------------------------------

const done = async () => {
  endTyping();
  if (!last.looked) {
    toast(say("tap_nobody"));
    return;
  }
  if (count.measure !== "passing") {
    await finish(null);
    return;
  }
  const dialog = find("minutes");
  dialog.querySelector("input").value = Math.max(1, Math.round(elapsed() / 60_000));
  dialog.returnValue = "";
  dialog.showModal();
};

const finish = async (minutes) => {
  const finished = { minutes, ended_at: new Date().toISOString() };
  await db.changeCount(count.uuid, { finished });
  count = { ...count, finished };
  const people = sum(last.cells);
  find("done-title").textContent = people ? counted("people", people) : say("nobody");
  const parts = [say(`measure_${count.measure}`), count.ground.name];
  if (minutes) parts.push(say("counted_minutes", { n: written(minutes) }));
  find("done-where").textContent = parts.join(" · ");
  window.history.replaceState(null, "", "#done");
  show("done");
  find("done-title").focus();
  await showState();
  await sync.retry();
};

// --- How it stands ------------------------------------------------------------------------------------------------

const stateOf = (now, waiting) => {
  if (now.trouble) return { icon: 2, tone: "bad", word: say("trouble") };
  if (waiting.length || (now.finished && !now.finish_sent)) {
    if (sync.state.now === "signed_out") return { icon: 1, tone: "warn", word: say("sign_in") };
    return { icon: 1, tone: "warn", word: waiting.length ? counted("on_phone", waiting.length) : say("on_phone_done") };
  }
  if (now.saved_at) return { icon: 0, tone: "ok", word: say("saved", { time: clock(now.saved_at) }) };
  return { icon: 1, tone: "neutral", word: say("nothing_yet") };
};

const dress = (chip, { icon, tone, word }) => {
  chip.className = `status ${tone}`;
  chip.querySelectorAll("svg").forEach((svg, index) => svg.toggleAttribute("hidden", index !== icon));
  chip.lastElementChild.textContent = word;
};

const showState = async () => {
  if (!count) return;
  const { uuid } = count;
  const [kept, waiting] = await Promise.all([db.getCount(uuid), db.waitingEntries(uuid)]);
  if (uuid !== count.uuid) return;
  const now = kept ?? count;
  if (now.joined !== count.joined) {
    count.joined = now.joined;
    showJoined();
  }
  const state = stateOf(now, waiting);
  dress(find("chip"), state);
  dress(find("done-chip"), state);
  find("to-queue").href = `/p/${slug}/queue/`;
  const arrived = !waiting.length && now.saved_at;
  find("last").textContent = arrived ? say("all_arrived") : now.saved_at ? say("last_saved", { time: clock(now.saved_at) }) : "";
};

// --- Routes -------------------------------------------------------------------------------------------------------

const showPractice = () => {
  views.flatMap((view) => [...view.querySelectorAll("[data-practice]")]).forEach((banner) => {
    banner.hidden = !place.place.practice;
  });
};

const go = async () => {
  showPractice();
  const [kind, id] = window.location.hash.slice(1).split("=");
  if (kind === "done") return;
  if (kind === "count") {
    if (count?.uuid === id && !count.finished && views.find((view) => view.dataset.view === "count").isConnected) return;
    const kept = await db.getCount(id);
    if (kept && !kept.finished && kept.person.id === place.person.id) await openCount(kept);
    else showEmpty("gone", "choose", "#");
    return;
  }
  if (kind in MEASURE) {
    const ground = groundName(kind, id);
    if (ground && place.age_set) await openCount(await countOn(ground));
    else showEmpty("gone", "choose", "#");
    return;
  }
  if (count) endTyping();
  count = undefined;
  await choose();
};

// One after the other, so that the last place asked for is the one that is shown.
let routing = Promise.resolve();

const route = () => {
  routing = routing.then(go, go);
  return routing;
};

// --- Begin --------------------------------------------------------------------------------------------------------

const listen = () => {
  find("measures").addEventListener("click", ({ target }) => {
    const button = target.closest("[data-measure]");
    if (!button) return;
    ({ measure } = button.dataset);
    showGrounds();
  });
  find("steps").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if ("type" in button.dataset) startTyping(grid.touched ?? grid.cells[0]);
    else setStep(Number(button.dataset.step));
  });
  find("pad").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if ("digit" in button.dataset) digit(button.dataset.digit);
    else if ("back" in button.dataset) backspace();
    else next();
  });
  find("tap-instead").addEventListener("click", () => endTyping());
  find("undo").addEventListener("click", undo);
  find("nobody").addEventListener("click", () => {
    add(newEntry(0, null, 0, "nobody"));
    speak(say("nobody"));
  });
  find("done").addEventListener("click", done);
  find("start").addEventListener("click", pressStart);
  find("stop").addEventListener("click", stopClock);
  find("minutes").addEventListener("close", ({ target }) => {
    if (target.returnValue === "save") finish(Number(target.querySelector("input").value));
  });
  document.addEventListener("keydown", (event) => {
    if (count && (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
    }
  });
  // A number half typed is a number: it is kept when the page goes away.
  window.addEventListener("pagehide", () => count && keepTyped());
  window.addEventListener("hashchange", route);
  window.setInterval(tick, 250);
  sync.onChange(showState);
};

const begin = async () => {
  views.flatMap((view) => [...view.querySelectorAll("[data-today]")]).forEach((link) => {
    link.href = `/p/${slug}/`;
  });
  find("sheet").href = `/p/${slug}/counts/new/`;
  place = await sync.known(slug);
  const fresh = sync.refresh(slug);
  // What the phone knows is shown at once; what the server knows better follows.
  place ??= await fresh;
  if (!place) {
    const signedOut = sync.state.now === "signed_out";
    showEmpty(signedOut ? "signed_out" : "new", signedOut ? "sign_in_action" : "try_again", signedOut ? signInAddress() : window.location.href);
    return;
  }
  listen();
  await route();
  sync.start();
  db.tidy();
  navigator.storage?.persist?.();
  const newer = await fresh;
  if (newer) {
    const other = newer.person.id !== place.person.id;
    place = newer;
    if (other || !count) await route();
    // Perhaps another has signed in, whose counts may go now.
    await sync.retry();
  }
};

begin().catch((error) => {
  showEmpty("broken", "try_again", window.location.href);
  throw error;
});
