// Words in the reader's language: the shell carries them as data, because a policy forbids scripts inside the page.

const known = JSON.parse(document.getElementById("words").textContent);
export const language = document.documentElement.lang === "sv" ? "sv-SE" : "en-GB";

// Words that come as a list or by number.
export const words = (key) => known[key];

export const say = (key, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), known[key]);

export const counted = (key, number) => say(number === 1 ? `${key}_one` : key, { n: written(number) });

export const written = (number) => number.toLocaleString(language).replace("-", "−");

export const signed = (number) => (number > 0 ? `+${written(number)}` : written(number));

const SQUARE = { timeZone: "Europe/Stockholm" };

// The day and the time of day on the square, wherever the phone believes it is.
export const localDate = (at = new Date()) => new Date(at).toLocaleDateString("sv-SE", SQUARE);

export const localClock = (at = new Date()) => new Date(at).toLocaleTimeString("sv-SE", { ...SQUARE, hour: "2-digit", minute: "2-digit" });

export const clock = (instant) => new Date(instant).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });

export const longDay = (date) => {
  const text = new Date(`${date}T12:00`).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
  return text.charAt(0).toUpperCase() + text.slice(1);
};

export const age = (instant) => {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(instant)) / 60_000));
  if (minutes < 60) return say("minutes", { n: minutes });
  if (minutes < 48 * 60) return say("hours", { n: Math.floor(minutes / 60) });
  return say("days", { n: Math.floor(minutes / 60 / 24) });
};
