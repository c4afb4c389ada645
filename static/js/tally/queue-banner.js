// Says under the header what waits on this phone, and why, on every page that has the banner; and sends it from there.

import { queue, whoIsHere } from "./db.js";
import * as sync from "./sync.js";

const banner = document.querySelector("[data-queue-banner]");
const slug = window.location.pathname.split("/")[2];

const fill = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, value), text);

const age = (instant) => {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(instant)) / 60_000));
  const { dataset } = banner;
  if (minutes < 60) return fill(dataset.ageMinutes, { n: minutes });
  return minutes < 48 * 60 ? fill(dataset.ageHours, { n: Math.floor(minutes / 60) }) : fill(dataset.ageDays, { n: Math.floor(minutes / 1440) });
};

// The words for how it stands; undefined while there is nothing to say.
const headOf = (waiting, here) => {
  const { dataset } = banner;
  const mine = waiting.filter(({ person }) => person.id === here?.id);
  const troubled = mine.filter(({ trouble }) => trouble);
  const n = mine.length - troubled.length;
  if (sync.state.now === "signed_out") return n ? fill(dataset.signedOut, { n }) : dataset.signedOutNone;
  if (!navigator.onLine || sync.state.now === "offline") return n ? fill(dataset.offline, { n }) : dataset.offlineNone;
  if (sync.state.now === "outdated" && n) return fill(dataset.outdated, { n });
  if (troubled.length) return fill(dataset.trouble, { n: troubled.length });
  const others = waiting.filter(({ person }) => person.id !== here?.id);
  if (others.length) return fill(dataset.other, { n: others.length, who: others[0].person.name });
  return undefined;
};

const draw = async () => {
  const [waiting, here] = await Promise.all([queue(), whoIsHere()]);
  const head = headOf(waiting, here);
  banner.hidden = !head;
  if (!head) return;
  const oldest = waiting[0]?.at;
  const more = oldest ? fill(banner.dataset.oldest, { age: age(oldest) }) : banner.dataset.kept;
  // Written only when it differs: a reader is told of every writing.
  const write = (name, text) => {
    const element = banner.querySelector(`[data-${name}]`);
    if (element.textContent !== text) element.textContent = text;
  };
  write("head", head);
  write("more", more);
  const signedOut = sync.state.now === "signed_out";
  const signIn = banner.querySelector("[data-sign-in]");
  signIn.hidden = !signedOut;
  signIn.href = `/accounts/login/?next=${encodeURIComponent(window.location.pathname)}`;
  const show = banner.querySelector("[data-show]");
  show.hidden = signedOut || !waiting.length || window.location.pathname.endsWith("/queue/");
  show.href = `/p/${slug}/queue/`;
};

sync.onChange(draw);
window.addEventListener("online", draw);
window.addEventListener("offline", draw);
window.setInterval(draw, 30_000);
draw();
// The pages that stand without a network start the sending themselves, once they know what they show. Any other takes the
// coming week along, so that the day can be told where there is no network.
if (!document.body.classList.contains("shell")) sync.start().then(() => sync.refresh(slug));
