// The queue: what waits on this phone, whose it is, why it waits, and what can be done about it.

import * as db from "./db.js";
import { total } from "./model.js";
import * as sync from "./sync.js";
import { age, clock, counted, longDay, say, words, written } from "./words.js";

const find = (name, within = document) => within.querySelector(`[data-${name}]`);
const slug = window.location.pathname.split("/")[2];

const part = (name) => document.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

const toast = (text) => {
  const box = find("says");
  box.replaceChildren(Object.assign(document.createElement("div"), { className: "toast passes" }));
  box.firstElementChild.append(Object.assign(document.createElement("p"), { textContent: text }));
};

// --- What can be done ---------------------------------------------------------------------------------------------

const ask = (text, verb) =>
  new Promise((resolve) => {
    const dialog = find("sure");
    find("sure-text").textContent = text;
    find("sure-yes").textContent = verb;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

const exportFile = async ({ count, told, place, at }) => {
  const what = count ? { count, entries: await db.entriesOf(count.uuid) } : { told };
  const body = { version: 1, exported_at: new Date().toISOString(), ...what };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(body, null, 2)], { type: "application/json" }));
  link.download = `amp-${place.slug}-${at.slice(0, 16).replace(/[:T]/g, "-")}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const remove = async ({ count, told, entries }) => {
  const question = count ? say("sure_delete", { n: written(total(entries)) }) : say("sure_delete_told");
  if (!(await ask(question, say("delete")))) return;
  await (count ? db.removeCount(count.uuid) : db.removeTold(told.seq));
  toast(say("deleted"));
  sync.changed();
};

const send = async () => {
  await sync.retry();
  const left = await db.queue();
  toast(say(left.length ? "still" : "sent"));
};

const retry = async ({ count, told }) => {
  await (count ? db.changeCount(count.uuid, { trouble: null }) : db.changeTold(told.seq, { trouble: null }));
  await send();
};

// What the server has not taken becomes a count of its own, under new names that cannot meet the old.
const keepMyCount = async ({ count, entries }) => {
  const own = { ...count, uuid: crypto.randomUUID(), created_sent: false, joined: null, finish_sent: false, saved_at: null, trouble: null };
  const anew = entries.map(({ at, gender, band, people, way }) => ({ uuid: crypto.randomUUID(), at, gender, band, people, way }));
  await db.moveTo(count.uuid, own, anew);
  await send();
};

// Told anew, now that the other answer is known.
const keepMyWord = async ({ told }) => {
  await db.changeTold(told.seq, { id: crypto.randomUUID(), made_at: new Date().toISOString(), trouble: null });
  await send();
};

const keepTheirCount = async ({ count, entries }) => {
  if (entries.length && !(await ask(say("sure_keep_theirs", { n: written(total(entries)) }), say("keep_saved")))) return;
  await db.removeCount(count.uuid);
  sync.changed();
};

const keepTheirWord = async ({ told }) => {
  await db.settleTold(told, told.trouble.stored);
  sync.changed();
};

// --- What is shown ------------------------------------------------------------------------------------------------

const lineOf = ({ count, told, at }) => `${longDay(count?.day ?? told.about.day)} ${clock(at)} · ${say("ago", { age: age(at) })}`;

// How something went, in words: "Cancelled – weather".
const outcomeOf = ({ outcome, reason }) => [words("outcomes")[outcome], words("reasons")[reason]].filter(Boolean).join(" – ");

const nameOf = ({ count, told, entries }) => {
  if (told) return told.kind === "note" ? say("note_in_log") : `${told.about.title}: ${outcomeOf(told.payload)}`;
  const waits = entries.length ? counted("people", total(entries)) : say("only_end");
  return `${say(`measure_${count.measure}`)}, ${count.ground.name} – ${waits}`;
};

// What is finished is not opened again; what is another's is theirs to send, to count on and to throw away.
const addressOf = ({ count, place }) => (count ? `/p/${place.slug}/tally/#count=${count.uuid}` : `/p/${place.slug}/`);

const drawItem = (one, here) => {
  const card = part("item");
  const { count, told, person, place, trouble } = one;
  const mine = person.id === here?.id;
  card.querySelector("h2").textContent = nameOf(one);
  find("line", card).textContent = place.slug === slug ? lineOf(one) : `${place.name} · ${lineOf(one)}`;
  find("text", card).hidden = told?.kind !== "note";
  find("text", card).textContent = told?.payload.text ?? "";
  find("trouble", card).hidden = !trouble;
  find("trouble", card).querySelector("span").textContent = trouble?.message ?? "";
  find("belongs", card).hidden = mine;
  find("belongs", card).textContent = say("belongs", { who: person.name });
  find("open", card).href = addressOf(one);
  find("open", card).hidden = Boolean(count?.finished) || !mine;
  for (const name of ["retry", "delete"]) find(name, card).hidden = !mine;
  find("retry", card).addEventListener("click", () => retry(one));
  find("export", card).addEventListener("click", () => exportFile(one));
  find("delete", card).addEventListener("click", () => remove(one));
  return card;
};

// The two sides of a conflict: of a count in the number that differs.
const sidesOf = ({ count, entries, trouble: { stored, sent } }) => {
  if (!count) return [sent, stored].map((side) => outcomeOf(side ?? {}) || side?.text || "–");
  // Where only the beginning was sent, its people wait here still.
  const mine = { ...sent, people: sent?.people ?? total(entries) };
  const differs = ["people", "minutes"].find((key) => stored?.[key] !== undefined && stored[key] !== mine[key]);
  if (differs) return [mine, stored].map((side) => fieldValue(differs, side[differs]));
  return [mine.people, stored?.people ?? count.server?.people].map((number) => fieldValue("people", number));
};

const fieldValue = (key, value) => {
  if (value === undefined || value === null || value === "") return "–";
  if (key === "minutes") return say("minutes", { n: written(value) });
  if (key === "outcome") return words("outcomes")[value];
  if (key === "reason") return words("reasons")[value];
  if (key === "at" || key === "started_at") return clock(value);
  return typeof value === "number" ? written(value) : String(value);
};

// What a key of the wire is called, where a person has a word for it.
const bothTable = (side) =>
  Object.entries(side ?? {})
    .filter(([key]) => key in words("fields"))
    .map(([key, value]) => `${words("fields")[key]}: ${fieldValue(key, value)}`);

const drawConflict = (one) => {
  const card = part("conflict");
  const { count, trouble } = one;
  const [mine, theirs] = sidesOf(one);
  find("name", card).textContent = count ? say("two_numbers") : say("two_answers", { what: one.told.about.title });
  find("line", card).textContent = count ? `${nameOf(one)} · ${lineOf(one)}` : lineOf(one);
  find("mine", card).textContent = mine;
  find("theirs", card).textContent = theirs;
  find("by", card).textContent = trouble.stored?.by ? say("told_by", { who: trouble.stored.by, time: clock(trouble.stored.at) }) : "";
  find("keep-mine", card).textContent = say("keep", { n: mine });
  // What the server took of this phone's stands there already; only the rest can be a count of its own.
  find("keep-mine", card).hidden = Boolean(count) && !one.entries.length;
  find("keep-theirs", card).textContent = say("keep", { n: theirs });
  find("sent", card).textContent = bothTable(trouble.sent).join("\n");
  find("stored", card).textContent = bothTable(trouble.stored).join("\n");
  const both = find("both", card);
  both.addEventListener("click", () => {
    const box = find("both-box", card);
    box.hidden = !box.hidden;
    both.setAttribute("aria-expanded", String(!box.hidden));
  });
  find("keep-mine", card).addEventListener("click", () => (count ? keepMyCount(one) : keepMyWord(one)));
  find("keep-theirs", card).addEventListener("click", () => (count ? keepTheirCount(one) : keepTheirWord(one)));
  find("export", card).addEventListener("click", () => exportFile(one));
  return card;
};

let shown = "";

const draw = async () => {
  const here = await db.whoIsHere();
  const waiting = await Promise.all(
    (await db.queue()).map(async (one) => ({ ...one, entries: one.count ? await db.waitingEntries(one.count.uuid) : [] })),
  );
  const { length } = waiting;
  find("summary").textContent = length ? `${counted("waiting", length)}. ${say("oldest", { age: age(waiting[0].at) })}` : "";
  find("none").hidden = length > 0;
  find("all").hidden = !waiting.some(({ person }) => person.id === here?.id);
  const place = here && (await db.placeData(here, slug));
  find("practice").hidden = !place?.place.practice;
  // Drawn anew only when it differs, so that a button is not taken from under a finger.
  const now = JSON.stringify([here, waiting.map(({ count, told, entries }) => [count, told, entries.length])]);
  if (now === shown) return;
  shown = now;
  const isConflict = ({ trouble, person }) => trouble?.status === "different" && person.id === here?.id;
  find("items").replaceChildren(...waiting.map((one) => (isConflict(one) ? drawConflict(one) : drawItem(one, here))));
};

find("send").addEventListener("click", send);
sync.onChange(draw);
draw();
sync.refresh(slug).then(sync.start);
