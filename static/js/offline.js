// A page of a place leads to the place's tally, which stands without a network.

const [, slug] = window.location.pathname.match(/^\/p\/([^/]+)\//) ?? [];
const link = document.querySelector("[data-tally]");

if (slug) {
  link.href = `/p/${slug}/tally/`;
  link.hidden = false;
}
