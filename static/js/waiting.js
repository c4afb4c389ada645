// Says at the sign-in what waits on this phone: what was counted and told without a network or a session.

import { queue } from "./tally/db.js";

const note = document.querySelector("[data-waiting]");

const draw = async () => {
  // Looking must not make the phone's database where there has never been one.
  const known = (await indexedDB.databases?.()) ?? [{ name: "amp" }];
  if (!known.some(({ name }) => name === "amp")) return;
  const waiting = await queue();
  if (!waiting.length) return;
  const text = waiting.length === 1 ? note.dataset.one : note.dataset.many.replace("{n}", waiting.length);
  note.querySelector("b").textContent = text;
  note.hidden = false;
};

if (note) draw();
