// What the frame adds when scripts run: one toast at a time, menus that close, and focus on the first mistake.

const toasts = document.querySelector("[data-toasts]");

if (toasts) {
  const waiting = [...toasts.querySelectorAll("[data-toast]")];
  // A live region speaks of what is put into it, not of what it was born with.
  waiting.forEach((toast) => toast.remove());

  const showNext = () => {
    const toast = waiting.shift();
    if (!toast) return;
    const leave = () => {
      toast.remove();
      showNext();
    };
    const close = toast.querySelector("[data-close]");
    close.hidden = false;
    close.addEventListener("click", leave);
    toast.addEventListener("animationend", (event) => event.animationName === "toast-gone" && leave());
    toasts.append(toast);
  };
  window.setTimeout(showNext, 100);
}

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

document.addEventListener("focusout", (event) => {
  openMenus().forEach((menu) => {
    if (menu.contains(event.target) && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
});

document.querySelector("[data-error-summary]")?.focus();

// A second press on Save while the first is under way would send the form twice. Five seconds later it may:
// an answer that is a file leaves the page standing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 5000);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
