// The day without a network: what is planned, how it went, and a line for the log. All that is told waits in the queue.

import * as db from "./db.js";
import * as sync from "./sync.js";
import { clock, localClock, localDate, longDay, say, words, written } from "./words.js";

const find = (name, within = document) => within.querySelector(`[data-${name}]`);
const slug = window.location.pathname.split("/")[2];

let place; // as the server last told it
let told = []; // what this person told here and the server does not have yet, oldest first
const changing = new Set(); // what was told, and is asked anew

const part = (name) => document.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

const toast = (text) => {
  const box = find("says");
  box.replaceChildren(Object.assign(document.createElement("div"), { className: "toast passes" }));
  box.firstElementChild.append(Object.assign(document.createElement("p"), { textContent: text }));
};

// --- How it stands ------------------------------------------------------------------------------------------------

const hasBegun = ({ date, starts }) => `${date}T${starts}` <= `${localDate()}T${localClock()}`;

// What the server last said, unless something newer waits on this phone.
const standing = (one) => {
  const waiting = told.findLast(({ kind, payload }) => kind === "outcome" && payload.occurrence === one.id);
  return { waiting, outcome: waiting?.payload.outcome ?? one.outcome, reason: waiting ? waiting.payload.reason : one.reason };
};

// What is told beforehand can only be that it will not be.
const answersTo = (one, outcome) => {
  if (!place.may_log || (outcome !== "planned" && !changing.has(one.id))) return [];
  if (hasBegun(one)) return ["held", "changed", "cancelled"];
  return one.date === localDate() || changing.has(one.id) ? ["cancelled"] : [];
};

// --- Telling ------------------------------------------------------------------------------------------------------

const keep = async (kind, payload, about) => {
  try {
    await sync.tell(place, kind, payload, about);
  } catch (error) {
    toast(say("not_kept"));
    throw error;
  }
  toast(say("kept"));
  sync.soon();
};

const tellOutcome = async (one, outcome, reason) => {
  changing.delete(one.id);
  // Nothing goes out that the server would refuse.
  if (outcome !== "held" && !reason) return;
  await keep("outcome", { occurrence: one.id, outcome, reason, note: "" }, { title: one.title, day: one.date });
};

const tellNote = async (event) => {
  event.preventDefault();
  const field = find("text");
  const text = field.value.trim();
  find("missing").hidden = Boolean(text);
  field.setAttribute("aria-invalid", String(!text));
  if (!text) {
    field.focus();
    return;
  }
  await keep("note", { date: localDate(), text, weather: "" }, { title: "", day: localDate() });
  field.value = "";
};

// --- Drawing ------------------------------------------------------------------------------------------------------

const onSubmit = (form, act) =>
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter.value);
  });

const drawAnswers = (one, answers) => {
  const asking = part("asking");
  find("question", asking).textContent = say(hasBegun(one) ? "how_did_it_go" : "will_it_be");
  const held = find("held", asking);
  if (answers.includes("held")) onSubmit(held, () => tellOutcome(one, "held", ""));
  else held.remove();
  asking.querySelectorAll("details").forEach((details) => {
    const { outcome } = details.dataset;
    details.name = `why-${one.id}`;
    if (!answers.includes(outcome)) details.remove();
    const buttons = place.reasons.map(({ value, label }) =>
      Object.assign(document.createElement("button"), { className: "button", name: "reason", value, textContent: label.charAt(0).toUpperCase() + label.slice(1) }),
    );
    find("reasons", details).replaceChildren(...buttons);
    onSubmit(details.querySelector("form"), (reason) => tellOutcome(one, outcome, reason));
  });
  return asking;
};

const noteOf = (one, reason) => {
  const label = place.reasons.find(({ value }) => value === reason)?.label;
  return [one.kind_label, one.people === null ? one.zone : say("took_part", { n: written(one.people) }), label].filter(Boolean).join(" · ");
};

const drawOccurrence = (one) => {
  const { waiting, outcome, reason } = standing(one);
  const row = part("occurrence");
  row.dataset.occurrence = one.id;
  const [starts, ends] = find("time", row).children;
  starts.textContent = one.starts;
  ends.textContent = one.ends;
  find("title", row).textContent = one.title;
  find("about", row).textContent = noteOf(one, reason);
  find("waits", row).hidden = !waiting || Boolean(waiting.trouble);
  find("trouble", row).hidden = !waiting?.trouble;
  find("trouble", row).href = `/p/${slug}/queue/`;
  const count = find("participants", row);
  count.href = `/p/${slug}/tally/#occurrence=${one.id}`;
  count.hidden = one.people !== null || one.kind === "activation" || !["held", "changed"].includes(outcome);
  const answers = answersTo(one, outcome);
  row.classList.toggle("waiting", answers.includes("held"));
  const change = find("change", row);
  change.hidden = outcome === "planned" || !place.may_log || answers.length > 0;
  change.addEventListener("click", () => {
    changing.add(one.id);
    draw();
  });
  if (outcome === "planned") find("state", row).remove();
  else find("state", row).replaceWith(part(`state="${outcome}"`));
  if (answers.length) row.append(drawAnswers(one, answers));
  return row;
};

const openingOf = (date) => {
  const day = place.days.find((one) => one.date === date);
  if (!day) return "";
  return day.opens ? say("open", { opens: day.opens, closes: day.closes }) : say("closed", { reason: day.closed_reason });
};

const section = (heading, note, rows) => {
  const element = part("day");
  element.querySelector("h2").textContent = heading;
  element.querySelector("p").textContent = note;
  element.querySelector("p").hidden = !note;
  element.querySelector("ul").replaceChildren(...rows);
  if (!rows.length) element.querySelector("ul").remove();
  return element;
};

const byStart = (one, other) => `${one.date}${one.starts}`.localeCompare(`${other.date}${other.starts}`);

const rowsOf = (occurrences, day) => occurrences.filter(({ date }) => date === day).map(drawOccurrence);

const drawDays = () => {
  const today = localDate();
  const all = [...place.occurrences].sort(byStart);
  const own = rowsOf(all, today);
  // Of days gone by, what was never told, and what was told here just now.
  const before = all.filter((one) => one.date < today && (one.outcome === "planned" || standing(one).waiting));
  const gone = [...new Set(before.map(({ date }) => date))].reverse();
  const coming = place.days.map(({ date }) => date).filter((date) => date > today);
  find("days").replaceChildren(
    section(say("programme"), own.length ? "" : say("nothing_planned"), own),
    ...gone.map((day) => section(longDay(day), "", rowsOf(before, day))),
  );
  find("coming").replaceChildren(...coming.map((day) => section(longDay(day), openingOf(day), rowsOf(all, day))));
};

const drawNotes = () => {
  const notes = told.filter(({ kind }) => kind === "note");
  find("notes").hidden = !notes.length;
  find("notes").replaceChildren(
    ...notes.map(({ payload, made_at }) => {
      const row = part("line");
      row.querySelector("p").textContent = payload.text;
      row.querySelector("small").textContent = clock(made_at);
      return row;
    }),
  );
};

let shown = "";

const draw = async () => {
  place = (await sync.known(slug)) ?? place;
  told = (await db.allTold()).filter((one) => one.place.slug === slug && one.person.id === place.person.id);
  find("whole").hidden = sync.state.now !== "idle" || !navigator.onLine;
  // Drawn anew only when it differs, so that a button is not taken from under a finger.
  const now = JSON.stringify([place, told, [...changing], localDate(), place.occurrences.filter(hasBegun).length]);
  if (now === shown) return;
  shown = now;
  const open = [...document.querySelectorAll("details[open]")].map(({ name, dataset }) => [name, dataset.outcome]);
  find("date").textContent = longDay(localDate());
  find("place").textContent = place.place.name;
  find("practice").hidden = !place.place.practice;
  find("opening").textContent = openingOf(localDate());
  find("known").textContent = say("known", { day: longDay(localDate(place.made_at)), time: clock(place.made_at) });
  drawDays();
  open.forEach(([name, outcome]) => document.querySelector(`details[name="${name}"][data-outcome="${outcome}"]`)?.setAttribute("open", ""));
  find("log").hidden = !place.may_log;
  drawNotes();
};

const showEmpty = () => {
  const isSignedOut = sync.state.now === "signed_out";
  find("empty-title").textContent = say(isSignedOut ? "signed_out_title" : "new_title");
  find("empty-text").textContent = say(isSignedOut ? "signed_out_text" : "new_text");
  find("empty-action").textContent = say(isSignedOut ? "sign_in_action" : "try_again");
  find("empty-action").href = isSignedOut ? `/accounts/login/?next=${encodeURIComponent(window.location.pathname)}` : "";
  find("view=day").remove();
  find("view=empty").hidden = false;
};

const begin = async () => {
  find("whole").href = window.location.href;
  find("tally").href = `/p/${slug}/tally/`;
  place = await sync.known(slug);
  const fresh = sync.refresh(slug);
  place ??= await fresh;
  if (!place) {
    showEmpty();
    return;
  }
  find("note").addEventListener("submit", tellNote);
  sync.onChange(draw);
  window.setInterval(draw, 30_000);
  await draw();
  find("view=day").hidden = false;
  sync.start();
  await fresh;
  await draw();
};

begin();
