// Carries the queue to the server: in order, once, from one tab at a time, and as the person who counted.

import { placeData, queue, remember, saved, waitingEntries, whoIsHere } from "./db.js";

const VERSION = 1;
const MOST_ENTRIES = 200;
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

const tell = () => listeners.forEach((listener) => listener());

export const changed = () => {
  tell();
  tabs.postMessage(state.now);
};

tabs.addEventListener("message", ({ data }) => {
  state.now = data;
  tell();
});

const call = (address, options = {}) =>
  fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers }, signal: AbortSignal.timeout(PATIENCE) });

const isJson = (answer) => answer.headers.get("Content-Type")?.startsWith("application/json");

// --- What the place looks like today ------------------------------------------------------------------------------

// The place as the server tells it now, kept for the next time without a network; undefined where it does not answer.
export const refresh = async (slug) => {
  const answer = await call(`/p/${slug}/offline/`).catch(() => undefined);
  if (!answer) state.now = "offline";
  else if (answer.status === 401 || answer.redirected) state.now = "signed_out";
  else if (answer.ok && isJson(answer)) {
    const data = await answer.json();
    await remember(data);
    if (state.now !== "outdated") state.now = "idle";
    return data;
  }
  return undefined;
};

export const known = async (slug) => {
  const person = await whoIsHere();
  return person && placeData(person, slug);
};

// --- Sending ------------------------------------------------------------------------------------------------------

const item = (kind, payload) => ({ id: crypto.randomUUID(), kind, made_at: new Date().toISOString(), payload });

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

// The items of one request, each with what is to be marked when the server has it.
const batch = async (counts) => {
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

const errorOf = async (answer) => (isJson(answer) ? (await answer.json()).error : undefined);

// One request and what came of it: undefined when the server answered, else the state that stops the sending.
const send = async (slug, person, items, again = true) => {
  const body = { version: VERSION, person, items: items.map(({ sent }) => sent) };
  const answer = await post(slug, body);
  if (answer.ok && isJson(answer)) {
    const { items: answers } = await answer.json();
    await take(items, answers);
    // Whatever was not answered would be sent again at once, and for ever.
    return answers.length < items.length ? "offline" : undefined;
  }
  const error = await errorOf(answer);
  if (answer.status === 401 || answer.redirected) return "signed_out";
  if (answer.status === 400 && error === "version") return "outdated";
  if (answer.status === 403 && error === "other_person") {
    await refresh(slug);
    return "other_person";
  }
  // The token was changed by a new sign-in: any page brings the new one.
  if (answer.status === 403 && again) {
    await call(`/p/${slug}/tally/`, { cache: "reload" });
    return send(slug, person, items, false);
  }
  return "offline";
};

const take = async (items, answers) => {
  const troubled = new Set();
  for (const answer of answers) {
    const known = items.find(({ sent }) => sent.id === answer.id);
    const { uuid } = known.count;
    if (answer.status === "done" || answer.status === "same") {
      await saved(uuid, known.seqs, { ...known.mark, saved_at: new Date().toISOString(), server: answer.object });
    } else if (!troubled.has(uuid)) {
      // The first trouble is the cause; what follows in the same count only repeats it.
      troubled.add(uuid);
      const { status, message, stored, sent } = answer;
      await saved(uuid, [], { trouble: { status, message, stored, sent } });
    }
  }
};

// What this person counted and nothing stands in the way of.
const sendable = async (person) =>
  (await queue()).map(({ count }) => count).filter((count) => count.person.id === person.id && !count.trouble);

const empty = async () => {
  for (;;) {
    const person = await whoIsHere();
    const counts = person ? await sendable(person) : [];
    if (!counts.length) return "idle";
    const { slug } = counts[0].place;
    const items = await batch(counts.filter(({ place }) => place.slug === slug));
    const stopped = await send(slug, person.id, items);
    changed();
    if (stopped) return stopped;
  }
};

// Sends all there is, unless another tab is at it.
export const sync = async () => {
  window.clearTimeout(timer);
  await navigator.locks.request("amp-sync", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    // A call that fails is a network that is away, however it failed.
    state.now = await empty().catch((error) => (error instanceof TypeError || error.name === "TimeoutError" ? "offline" : Promise.reject(error)));
    pause = state.now === "idle" ? EVERY : Math.min(pause * 2, SLOWEST);
    changed();
  });
  again(pause);
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
    tell();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && retry());
  return retry();
};
