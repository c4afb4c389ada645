// A page of a place leads to the place's day and tally, which stand without a network; so does where amp begins.

import { lastPlace, whoIsHere } from "./tally/db.js";

const [, named] = window.location.pathname.match(/^\/p\/([^/]+)\//) ?? [];

const slugOfLast = async () => {
  const person = await whoIsHere();
  return person && (await lastPlace(person))?.place.slug;
};

const slug = named ?? (await slugOfLast());

if (slug && window.location.pathname === "/") window.location.replace(`/p/${slug}/`);
else if (slug) {
  for (const [name, address] of Object.entries({ today: `/p/${slug}/`, tally: `/p/${slug}/tally/` })) {
    const link = document.querySelector(`[data-${name}]`);
    link.href = address;
    link.hidden = false;
  }
}
