// What makes amp at home on a phone: the worker that keeps the tally for days without a network, and the offer to install.

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js", { scope: "/" });

// Offered only in the menus, when the browser says that it can be done.
const offers = document.querySelectorAll("[data-install]");

if (offers.length) {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offers.forEach((offer) => {
      offer.hidden = false;
      offer.querySelector("button").addEventListener("click", () => event.prompt(), { once: true });
    });
  });
  window.addEventListener("appinstalled", () =>
    offers.forEach((offer) => {
      offer.hidden = true;
    }),
  );
}
