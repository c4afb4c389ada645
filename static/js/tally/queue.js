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

const exportFile = async ({ count }) => {
  const body = { version: 1, exported_at: new Date().toISOString(), count, entries: await db.entriesOf(count.uuid) };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(body, null, 2)], { type: "application/json" }));
  link.download = `amp-${count.place.slug}-${count.started_at.slice(0, 16).replace(/[:T]/g, "-")}.json`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const remove = async ({ count, entries }) => {
  if (!(await ask(say("sure_delete", { n: written(total(entries)) }), say("delete")))) return;
  await db.removeCount(count.uuid);
  toast(say("deleted"));
  sync.changed();
};

const send = async () => {
  await sync.retry();
  const left = await db.queue();
  toast(say(left.length ? "still" : "sent"));
};

const retry = async ({ count }) => {
  await db.changeCount(count.uuid, { trouble: null });
  await send();
};

// What the server has not taken becomes a count of its own, under new names that cannot meet the old.
const keepMine = async ({ count, entries }) => {
  const own = { ...count, uuid: crypto.randomUUID(), created_sent: false, joined: null, finish_sent: false, saved_at: null, trouble: null };
  const anew = entries.map(({ at, gender, band, people, way }) => ({ uuid: crypto.randomUUID(), at, gender, band, people, way }));
  await db.moveTo(count.uuid, own, anew);
  await send();
};

const keepTheirs = async ({ count, entries }) => {
  if (entries.length && !(await ask(say("sure_keep_theirs", { n: written(total(entries)) }), say("keep_saved")))) return;
  await db.removeCount(count.uuid);
  sync.changed();
};

// --- What is shown ------------------------------------------------------------------------------------------------

const lineOf = ({ count }) => `${longDay(count.day)} ${clock(count.started_at)} · ${say("ago", { age: age(count.started_at) })}`;

const nameOf = ({ count, entries }) => {
  const waits = entries.length ? counted("people", total(entries)) : say("only_end");
  return `${say(`measure_${count.measure}`)}, ${count.ground.name} – ${waits}`;
};

const drawItem = (one, here) => {
  const card = part("item");
  const { count } = one;
  const mine = count.person.id === here?.id;
  card.querySelector("h2").textContent = nameOf(one);
  find("line", card).textContent = count.place.slug === slug ? lineOf(one) : `${count.place.name} · ${lineOf(one)}`;
  find("trouble", card).hidden = !count.trouble;
  find("trouble", card).querySelector("span").textContent = count.trouble?.message ?? "";
  find("belongs", card).hidden = mine;
  find("belongs", card).textContent = say("belongs", { who: count.person.name });
  find("open", card).href = `/p/${count.place.slug}/tally/#count=${count.uuid}`;
  // What is finished is not opened again; what is another's is theirs to send, to count on and to throw away.
  find("open", card).hidden = Boolean(count.finished) || !mine;
  for (const name of ["retry", "delete"]) find(name, card).hidden = !mine;
  find("retry", card).addEventListener("click", () => retry(one));
  find("export", card).addEventListener("click", () => exportFile(one));
  find("delete", card).addEventListener("click", () => remove(one));
  return card;
};

// The two sides of a conflict in the number that differs.
const sidesOf = ({ count, entries }) => {
  const { stored, sent } = count.trouble;
  for (const key of ["people", "minutes"]) {
    if (stored?.[key] !== undefined && stored[key] !== sent?.[key]) return [sent?.[key], stored[key]].map((number) => fieldValue(key, number));
  }
  return [total(entries), count.server?.people].map((number) => fieldValue("people", number));
};

const fieldValue = (key, value) => {
  if (value === undefined || value === null) return "–";
  if (key === "minutes") return say("minutes", { n: written(value) });
  return typeof value === "number" ? written(value) : String(value);
};

const bothTable = (side) => Object.entries(side ?? {}).map(([key, value]) => `${words("fields")[key] ?? key}: ${fieldValue(key, value)}`);

const drawConflict = (one) => {
  const card = part("conflict");
  const [mine, theirs] = sidesOf(one);
  find("line", card).textContent = `${nameOf(one)} · ${lineOf(one)}`;
  find("mine", card).textContent = mine;
  find("theirs", card).textContent = theirs;
  find("keep-mine", card).textContent = say("keep", { n: mine });
  // What the server took of this phone's stands there already; only the rest can be a count of its own.
  find("keep-mine", card).hidden = !one.entries.length;
  find("keep-theirs", card).textContent = say("keep", { n: theirs });
  find("sent", card).textContent = bothTable(one.count.trouble.sent).join("\n");
  find("stored", card).textContent = bothTable(one.count.trouble.stored).join("\n");
  const both = find("both", card);
  both.addEventListener("click", () => {
    const box = find("both-box", card);
    box.hidden = !box.hidden;
    both.setAttribute("aria-expanded", String(!box.hidden));
  });
  find("keep-mine", card).addEventListener("click", () => keepMine(one));
  find("keep-theirs", card).addEventListener("click", () => keepTheirs(one));
  find("export", card).addEventListener("click", () => exportFile(one));
  return card;
};

let shown = "";

const draw = async () => {
  const here = await db.whoIsHere();
  const waiting = await Promise.all((await db.queue()).map(async (one) => ({ ...one, entries: await db.waitingEntries(one.count.uuid) })));
  const { length } = waiting;
  find("summary").textContent = length ? `${counted("waiting", length)}. ${say("oldest", { age: age(waiting[0].count.started_at) })}` : "";
  find("none").hidden = length > 0;
  find("all").hidden = !waiting.some(({ count }) => count.person.id === here?.id);
  // Drawn anew only when it differs, so that a button is not taken from under a finger.
  const now = JSON.stringify([here, waiting.map(({ count, entries }) => [count, entries.length])]);
  if (now === shown) return;
  shown = now;
  const isConflict = ({ count }) => count.trouble?.status === "different" && count.person.id === here?.id;
  find("items").replaceChildren(...waiting.map((one) => (isConflict(one) ? drawConflict(one) : drawItem(one, here))));
};

find("send").addEventListener("click", send);
sync.onChange(draw);
draw();
sync.refresh(slug).then(sync.start);
