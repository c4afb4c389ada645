// What the phone keeps: the place as it was last told, counts, and every tap in order until the server has it; and what
// was told of the day: how things went, and lines for its log.

import { openDB } from "../../vendor/js/idb.js";

// A transaction is answered only when the disk has it, not just the system's memory: "on the phone" is a promise.
const TO_DISK = { durability: "strict" };
const KEPT_DAYS = 3;

// One step a version, never changed once it is out: a phone in a drawer since spring takes them all, and its queue with it.
const STEPS = [
  (db) => {
    db.createObjectStore("known");
    db.createObjectStore("places", { keyPath: ["person", "slug"] });
    db.createObjectStore("counts", { keyPath: "uuid" });
    db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true }).createIndex("count", "count");
  },
  // Entries said `sent: true` or `false`, and all had to be walked to find those that wait. Now only those carry
  // `waiting`, which an index finds.
  async (db, transaction) => {
    const entries = transaction.objectStore("entries");
    entries.createIndex("waiting", "waiting");
    for (let cursor = await entries.openCursor(); cursor; cursor = await cursor.continue()) {
      const { sent, ...entry } = cursor.value;
      await cursor.update(sent ? entry : { ...entry, waiting: entry.count });
    }
  },
  (db) => {
    db.createObjectStore("told", { keyPath: "seq", autoIncrement: true });
  },
];

let opened;

export const open = () => {
  opened ??= openDB("amp", STEPS.length, {
    async upgrade(db, from, _to, transaction) {
      for (const step of STEPS.slice(from)) await step(db, transaction);
    },
    // A newer page wants to upgrade: this one lets go and comes back in its new clothes. Every tap is already kept.
    blocking() {
      opened.then((db) => db.close()).then(() => window.location.reload());
    },
  });
  return opened;
};

// --- Who and where ------------------------------------------------------------------------------------------------

export const remember = async (data) => {
  const db = await open();
  const transaction = db.transaction(["known", "places"], "readwrite", TO_DISK);
  transaction.objectStore("known").put(data.person, "person");
  transaction.objectStore("places").put({ person: data.person.id, slug: data.place.slug, data });
  await transaction.done;
};

// The one who was signed in when the server last answered; undefined on a new phone.
export const whoIsHere = async () => (await open()).get("known", "person");

export const placeData = async (person, slug) => (await (await open()).get("places", [person.id, slug]))?.data;

// The place this person was last told of; undefined on a new phone.
export const lastPlace = async (person) => {
  const kept = (await (await open()).getAll("places")).filter((one) => one.person === person.id);
  return kept.map(({ data }) => data).sort((one, other) => other.made_at.localeCompare(one.made_at))[0];
};

// --- Counts and taps ----------------------------------------------------------------------------------------------

export const getCount = async (uuid) => (await open()).get("counts", uuid);

export const putCount = async (count) => {
  const transaction = (await open()).transaction("counts", "readwrite", TO_DISK);
  transaction.store.put(count);
  await transaction.done;
};

// Changes only what is named, so that a tap and an answer from the server never undo each other.
export const changeCount = async (uuid, change) => {
  const transaction = (await open()).transaction("counts", "readwrite", TO_DISK);
  const count = await transaction.store.get(uuid);
  if (count) transaction.store.put({ ...count, ...change });
  await transaction.done;
};

// The first tap brings its count with it, in one transaction.
export const addEntry = async (count, entry) => {
  const transaction = (await open()).transaction(["counts", "entries"], "readwrite", TO_DISK);
  const counts = transaction.objectStore("counts");
  const adding = transaction.objectStore("entries").add({ ...entry, count: count.uuid, waiting: count.uuid });
  if (!(await counts.getKey(count.uuid))) counts.put(count);
  await Promise.all([adding, transaction.done]);
};

export const entriesOf = async (uuid) => (await open()).getAllFromIndex("entries", "count", uuid);

export const waitingEntries = async (uuid) => (await open()).getAllFromIndex("entries", "waiting", uuid);

export const allCounts = async () => {
  const counts = await (await open()).getAll("counts");
  return counts.sort((one, other) => one.started_at.localeCompare(other.started_at));
};

export const saved = async (uuid, seqs, change) => {
  const transaction = (await open()).transaction(["counts", "entries"], "readwrite", TO_DISK);
  const entries = transaction.objectStore("entries");
  for (const seq of seqs) {
    const entry = await entries.get(seq);
    if (entry) {
      delete entry.waiting;
      entries.put(entry);
    }
  }
  const counts = transaction.objectStore("counts");
  const count = await counts.get(uuid);
  if (count) counts.put({ ...count, ...change });
  await transaction.done;
};

export const removeCount = async (uuid) => {
  const transaction = (await open()).transaction(["counts", "entries"], "readwrite", TO_DISK);
  transaction.objectStore("counts").delete(uuid);
  const entries = transaction.objectStore("entries");
  for (const seq of await entries.index("count").getAllKeys(uuid)) entries.delete(seq);
  await transaction.done;
};

// The entries of a count go to another one: the differences that make the server's numbers those of this phone.
export const moveTo = async (uuid, target, entries) => {
  const transaction = (await open()).transaction(["counts", "entries"], "readwrite", TO_DISK);
  const counts = transaction.objectStore("counts");
  const store = transaction.objectStore("entries");
  counts.delete(uuid);
  for (const seq of await store.index("count").getAllKeys(uuid)) store.delete(seq);
  counts.put(target);
  for (const entry of entries) store.add({ ...entry, count: target.uuid, waiting: target.uuid });
  await transaction.done;
};

// --- What was told of the day -------------------------------------------------------------------------------------

// Kept as it will be sent, with the version it was written in: a newer page sends it as what it is.
export const addTold = async (told) => {
  const transaction = (await open()).transaction("told", "readwrite", TO_DISK);
  transaction.store.add(told);
  await transaction.done;
};

// Oldest first.
export const allTold = async () => (await open()).getAll("told");

export const changeTold = async (seq, change) => {
  const transaction = (await open()).transaction("told", "readwrite", TO_DISK);
  const told = await transaction.store.get(seq);
  if (told) transaction.store.put({ ...told, ...change });
  await transaction.done;
};

// The server has it, or what it has is to stand: it leaves the queue, and the place is as the server says.
export const settleTold = async ({ seq, person, place }, stands) => {
  const transaction = (await open()).transaction(["told", "places"], "readwrite", TO_DISK);
  const places = transaction.objectStore("places");
  transaction.objectStore("told").delete(seq);
  const kept = await places.get([person.id, place.slug]);
  const occurrence = kept?.data.occurrences.find(({ id }) => id === stands?.occurrence);
  if (occurrence) {
    Object.assign(occurrence, { outcome: stands.outcome, reason: stands.reason });
    places.put(kept);
  }
  await transaction.done;
};

export const removeTold = async (seq) => {
  const transaction = (await open()).transaction("told", "readwrite", TO_DISK);
  transaction.store.delete(seq);
  await transaction.done;
};

// --- The queue ----------------------------------------------------------------------------------------------------

const isUnsent = (count, waiting) => waiting > 0 || Boolean(count.finished && !count.finish_sent);

const unsentCounts = async () => {
  const db = await open();
  const counts = await allCounts();
  const numbers = await Promise.all(counts.map(({ uuid }) => db.countFromIndex("entries", "waiting", uuid)));
  return counts.filter((count, index) => isUnsent(count, numbers[index]));
};

// All that the server does not have, oldest first: each either a count or something told, and both alike in the rest.
export const queue = async () => {
  const [counts, told] = await Promise.all([unsentCounts(), allTold()]);
  const waiting = [
    ...counts.map((count) => ({ count, at: count.started_at })),
    ...told.map((one) => ({ told: one, at: one.made_at })),
  ].map((one) => {
    const { person, place, trouble } = one.count ?? one.told;
    return { ...one, person, place, trouble };
  });
  return waiting.sort((one, other) => one.at.localeCompare(other.at));
};

// Counts that are done and saved leave the phone after some days.
export const tidy = async () => {
  const before = new Date(Date.now() - KEPT_DAYS * 86_400_000).toISOString();
  const unsent = new Set((await unsentCounts()).map(({ uuid }) => uuid));
  for (const count of await allCounts()) {
    if (count.started_at < before && !unsent.has(count.uuid)) await removeCount(count.uuid);
  }
};
