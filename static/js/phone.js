// What makes amp at home on a phone: the worker that keeps the tally for days without a network, and the offer to install.

// Until a worker has all it needs, another try after so many milliseconds; and at once when the network is back.
const WAITS = [2_000, 5_000, 15_000, 60_000];
const OVER = ["activated", "redundant"];

const pause = (milliseconds) =>
  new Promise((resolve) => {
    window.setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true });
  });

const outcomeOf = (worker) =>
  new Promise((resolve) => {
    const look = () => OVER.includes(worker.state) && resolve(worker.state);
    worker.addEventListener("statechange", look);
    look();
  });

const isReady = (registration) => registration?.active?.state === "activated";

// Whether a worker stands ready. The old one stays in charge until a newer has everything.
const install = async () => {
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  return isReady(registration) || (await outcomeOf(registration.installing ?? registration.waiting ?? registration.active)) === "activated";
};

// The pages that stand without a network say in words how far it is.
const show = (state) => {
  document.documentElement.dataset.readiness = state;
};

const keep = async () => {
  // Without a network nothing can be asked anew, and what is there is there.
  if (isReady(await navigator.serviceWorker.getRegistration("/"))) show("ready");
  for (let tries = 0; !(await install().catch(() => false)); tries += 1) await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
  show("ready");
};

if ("serviceWorker" in navigator) keep();
else show("unable");

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
