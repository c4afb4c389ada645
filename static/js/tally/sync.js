// Carries the queue to the server: in order, once, from one tab at a time, and as the person who counted.

import { addTold, changeTold, placeData, queue, remember, saved, settleTold, waitingEntries, whoIsHere } from "./db.js";

const VERSION = 1;
const MOST_ENTRIES = 200;
const MOST_TOLD = 50;
const EVERY = 20_000;
const SLOWEST = 5 * 60_000;
const SOON = 1_500;
// A server that takes the call and then says nothing is as good as none.
const PATIENCE = 30_000;

// idle: all that can go has gone. offline, signed_out, other_person, outdated: why it has not.
export const state = { now: "idle" };

const listeners = new Set();
const tabs = new BroadcastChannel("amp-queue");
let pause = EVERY;
let timer;

export const onChange = (listener) => {
  listeners.add(listener);
};

const notify = () => listeners.forEach((listener) => listener());

export const changed = () => {
  notify();
  tabs.postMessage(state.now);
};

tabs.addEventListener("message", ({ data }) => {
  state.now = data;
  notify();
});

const underWay = new Set();

const isJson = (answer) => answer.headers.get("Content-Type")?.startsWith("application/json");

// The answer with its body read, so that a network that leaves midway is a call that failed.
const call = async (address, options = {}) => {
  const stop = new AbortController();
  const late = window.setTimeout(() => stop.abort(), PATIENCE);
  underWay.add(stop);
  try {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers }, signal: stop.signal });
    const { ok, status, redirected } = answer;
    return { ok, status, redirected, data: isJson(answer) ? await answer.json() : undefined };
  } finally {
    window.clearTimeout(late);
    underWay.delete(stop);
  }
};

// A call that fails is a network that is away, however it failed.
const isAway = (error) => error instanceof TypeError || error.name === "AbortError";

// --- What the place looks like today ------------------------------------------------------------------------------

// The place as the server tells it now, kept for the next time without a network; undefined where it does not answer.
export const refresh = async (slug) => {
  const answer = await call(`/p/${slug}/offline/`).catch(() => undefined);
  if (!answer) state.now = "offline";
  else if (answer.status === 401 || answer.redirected) state.now = "signed_out";
  else if (answer.ok && answer.data) {
    await remember(answer.data);
    if (state.now !== "outdated") state.now = "idle";
    return answer.data;
  }
  return undefined;
};

export const known = async (slug) => {
  const person = await whoIsHere();
  return person && placeData(person, slug);
};

// --- What is told -------------------------------------------------------------------------------------------------

const item = (kind, payload) => ({ id: crypto.randomUUID(), kind, made_at: new Date().toISOString(), payload });

// Kept on the phone, under the name it keeps until the server has answered; `about` is what a person calls it.
export const tell = async (place, kind, payload, about) => {
  await addTold({ ...item(kind, payload), version: VERSION, person: place.person, place: place.place, about, trouble: null });
  changed();
};

// --- Sending ------------------------------------------------------------------------------------------------------

const headcount = (count) => ({
  uuid: count.uuid,
  measure: count.measure,
  level: "gender_age",
  [count.ground.kind]: count.ground.id,
  started_at: count.started_at,
  minutes: count.minutes,
  note: "",
  age_set: count.age_set.id,
});

const entry = ({ uuid, at, gender, band, people, way }) => ({ uuid, at, gender, band, people, way });

// One request of what waits: what was told goes first, for it is little, and in the version it was written in.
const batch = async (waiting) => {
  const told = waiting.flatMap((one) => one.told ?? []);
  if (!told.length) return { version: VERSION, items: await countItems(waiting.map(({ count }) => count)) };
  const { version } = told[0];
  const alike = told.filter((one) => one.version === version).slice(0, MOST_TOLD);
  return { version, items: alike.map((one) => ({ told: one, sent: { id: one.id, kind: one.kind, made_at: one.made_at, payload: one.payload } })) };
};

// The items of counts, each with what is to be marked when the server has it.
const countItems = async (counts) => {
  const items = [];
  let room = MOST_ENTRIES;
  for (const count of counts) {
    if (room === 0) break;
    const all = await waitingEntries(count.uuid);
    const some = all.slice(0, room);
    room -= some.length;
    if (!count.created_sent) items.push({ count, seqs: [], mark: { created_sent: true }, sent: item("headcount", headcount(count)) });
    if (some.length) {
      const payload = { headcount: count.uuid, entries: some.map(entry) };
      items.push({ count, seqs: some.map(({ seq }) => seq), mark: {}, sent: item("entries", payload) });
    }
    if (count.finished && some.length === all.length) {
      const payload = { headcount: count.uuid, ...count.finished };
      items.push({ count, seqs: [], mark: { finish_sent: true }, sent: item("finish", payload) });
    }
  }
  return items;
};

const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

const post = (slug, body) =>
  call(`/p/${slug}/sync/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
  });

// One request and what came of it: undefined when the server answered, else the state that stops the sending.
const send = async (slug, person, { version, items }, again = true) => {
  const body = { version, person, items: items.map(({ sent }) => sent) };
  const answer = await post(slug, body);
  if (answer.ok && answer.data) {
    const { items: answers } = answer.data;
    await take(items, answers);
    state.now = "idle";
    // Whatever was not answered would be sent again at once, and for ever.
    return answers.length < items.length ? "offline" : undefined;
  }
  const error = answer.data?.error;
  if (answer.status === 401 || answer.redirected) return "signed_out";
  if (answer.status === 400 && error === "version") return "outdated";
  if (answer.status === 403 && error === "other_person") {
    await refresh(slug);
    return "other_person";
  }
  // The token was changed by a new sign-in: any page brings the new one.
  if (answer.status === 403 && again) {
    await call(`/p/${slug}/tally/`, { cache: "reload" });
    return send(slug, person, { version, items }, false);
  }
  return "offline";
};

const isTaken = ({ status }) => status === "done" || status === "same";

const troubleOf = ({ status, message, stored, sent }) => ({ status, message, stored, sent });

const take = async (items, answers) => {
  const troubled = new Set();
  for (const answer of answers) {
    const known = items.find(({ sent }) => sent.id === answer.id);
    if (known.told) await takeTold(known.told, answer);
    else await takeCount(known, answer, troubled);
  }
};

const takeTold = (told, answer) => (isTaken(answer) ? settleTold(told, answer.object) : changeTold(told.seq, { trouble: troubleOf(answer) }));

const takeCount = async ({ count, seqs, mark }, answer, troubled) => {
  const { uuid } = count;
  if (isTaken(answer)) {
    // Another phone had begun to count the same: whoever taps here is told of its people.
    const joined = answer.object.alias && !count.created_sent && mark.created_sent ? { joined: answer.object.people ?? 0 } : {};
    await saved(uuid, seqs, { ...mark, ...joined, saved_at: new Date().toISOString(), server: answer.object });
  } else if (!troubled.has(uuid)) {
    // The first trouble is the cause; what follows in the same count only repeats it.
    troubled.add(uuid);
    await saved(uuid, [], { trouble: troubleOf(answer) });
  }
};

// What this person counted or told, and nothing stands in the way of.
const sendable = async (person) => (await queue()).filter((one) => one.person.id === person.id && !one.trouble);

// With nothing to send, how it stands is asked only where it stood badly: it may have become better.
const ask = async () => {
  if (state.now !== "idle") await refresh(window.location.pathname.split("/")[2]);
  return state.now;
};

const empty = async () => {
  for (;;) {
    const person = await whoIsHere();
    const waiting = person ? await sendable(person) : [];
    if (!waiting.length) return ask();
    const { slug } = waiting[0].place;
    const stopped = await send(slug, person.id, await batch(waiting.filter(({ place }) => place.slug === slug)));
    changed();
    if (stopped) return stopped;
  }
};

// Sends all there is, unless another tab is at it.
const round = () =>
  navigator.locks.request("amp-sync", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    state.now = await empty().catch((error) => (isAway(error) ? "offline" : Promise.reject(error)));
    pause = state.now === "idle" ? EVERY : Math.min(pause * 2, SLOWEST);
    changed();
  });

let running;
let isWanted = false;

const rounds = async () => {
  try {
    do {
      isWanted = false;
      await round();
    } while (isWanted);
  } finally {
    running = undefined;
    again(pause);
  }
};

// Whoever asks while a sending is under way gets another after it: what it saw may be old by then.
export const sync = () => {
  window.clearTimeout(timer);
  isWanted = true;
  running ??= rounds();
  return running;
};

const again = (after) => {
  window.clearTimeout(timer);
  timer = window.setTimeout(sync, after);
};

// After a tap: soon, but not for every finger.
export const soon = () => {
  if (state.now === "idle" && navigator.onLine) again(SOON);
};

export const retry = () => {
  pause = EVERY;
  return sync();
};

export const start = () => {
  window.addEventListener("online", retry);
  window.addEventListener("offline", () => {
    state.now = "offline";
    // What is under way will not be answered any more, and must not keep the next try waiting.
    underWay.forEach((stop) => stop.abort());
    notify();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retry());
  return retry();
};
