// One Tab stop in the wheel: arrows walk by week and ring, Home is today, Enter opens, Esc goes back.

const wheel = document.querySelector("[data-wheel]");
const known = document.getElementById("wheel-data");

if (wheel && known) {
  const { rings, weeks, items, now } = JSON.parse(known.textContent);
  const [KEY, RING, FIRST, LAST, TITLE] = [0, 1, 2, 3, 4];
  const drawing = wheel.querySelector("svg");
  const says = document.querySelector("[data-wheel-says]");
  const card = document.getElementById("card");
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const at = { ring: 0, week: now };

  const there = () => items.filter((one) => one[RING] === at.ring && one[FIRST] <= at.week && at.week <= one[LAST]);

  const point = (angle, radius) => {
    const turned = (angle * Math.PI) / 180;
    return `${330 + radius * Math.sin(turned)} ${330 - radius * Math.cos(turned)}`;
  };

  const show = () => {
    const { outer, inner } = rings[at.ring];
    const { first, last } = weeks[at.week];
    cursor.setAttribute(
      "d",
      `M${point(first, outer + 2)}A${outer + 2} ${outer + 2} 0 0 1 ${point(last, outer + 2)}` +
        `L${point(last, inner - 2)}A${inner - 2} ${inner - 2} 0 0 0 ${point(first, inner - 2)}Z`,
    );
  };

  const say = () => {
    const found = there().map((one) => one[TITLE]);
    const few = found.slice(0, 3).join(", ");
    const rest = found.length > 3 ? ` ${wheel.dataset.more} ${found.length - 3}` : "";
    const where = `${wheel.dataset.week} ${weeks[at.week].number}, ${rings[at.ring].name}`;
    says.textContent = `${where}: ${found.length ? few + rest : wheel.dataset.nothing}`;
  };

  const open = (key) => {
    window.location.assign(`?${wheel.dataset.query}&item=${encodeURIComponent(key)}#card`);
  };

  const step = (name, by, count) => {
    at[name] = (at[name] + by + count) % count;
  };

  const moves = {
    ArrowLeft: () => step("week", -1, weeks.length),
    ArrowRight: () => step("week", 1, weeks.length),
    ArrowUp: () => step("ring", -1, rings.length),
    ArrowDown: () => step("ring", 1, rings.length),
    Home: () => {
      at.week = now;
    },
  };

  const goTo = (key) => {
    const chosen = items.find((one) => one[KEY] === key);
    if (chosen) Object.assign(at, { ring: chosen[RING], week: chosen[FIRST] });
  };

  if (rings.length) {
    wheel.tabIndex = 0;
    wheel.setAttribute("role", "application");
    wheel.setAttribute("aria-label", wheel.dataset.name);
    wheel.setAttribute("aria-describedby", "wheel-keys");
    document.getElementById("wheel-keys").hidden = false;
    cursor.setAttribute("class", "cursor");
    goTo(wheel.dataset.chosen);

    wheel.addEventListener("focus", () => {
      if (!wheel.matches(":focus-visible")) return;
      drawing.append(cursor);
      show();
      say();
    });

    wheel.addEventListener("blur", () => cursor.remove());

    wheel.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in moves) {
        event.preventDefault();
        moves[event.key]();
        drawing.append(cursor);
        show();
        say();
      } else if (event.key === "Enter" && there().length) {
        event.preventDefault();
        open(there()[0][KEY]);
      } else if (event.key === "Escape" && wheel.dataset.chosen) {
        window.location.assign(`?${wheel.dataset.query}#wheel`);
      }
    });

    // A tick is as thin as a day: what is pressed near it counts.
    drawing.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
      const [x, y] = [spot.x - 330, spot.y - 330];
      const radius = Math.hypot(x, y);
      const angle = ((Math.atan2(x, -y) * 180) / Math.PI + 360) % 360;
      const ring = rings.findIndex(({ outer, inner }) => inner <= radius && radius <= outer);
      const week = weeks.findIndex(({ first, last }) => first <= angle && angle < last);
      if (ring < 0 || week < 0) return;
      Object.assign(at, { ring, week });
      if (there().length) open(there()[0][KEY]);
    });
  }

  // Arriving at what was chosen, one reads it first; Esc leads back to where it lies in the wheel.
  if (card && window.location.hash === "#card") card.focus({ preventScroll: window.innerWidth >= 1152 });
  if (window.location.hash === "#wheel") wheel.focus({ focusVisible: true });
  card?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    wheel.scrollIntoView({ block: "nearest" });
    wheel.focus({ focusVisible: true });
  });
}
