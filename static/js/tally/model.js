// What a list of entries says: numbers in, numbers out, no page and no database.

export const BANDLESS = "x";
export const GENDERS = [1, 2, 0];
export const MOST = 99_999;

export const keyOf = (gender, band) => `${gender}-${band ?? BANDLESS}`;

// The people of each cell, whether someone has looked, and what can be undone, the last at the end.
export const read = (entries) => {
  const cells = new Map();
  const undoable = [];
  for (const entry of entries) {
    const key = keyOf(entry.gender, entry.band);
    cells.set(key, (cells.get(key) ?? 0) + entry.people);
    if (entry.way === "undo") undoable.pop();
    else if (entry.people) undoable.push(entry);
  }
  return { cells, undoable, looked: entries.length > 0 };
};

export const sum = (cells) => [...cells.values()].reduce((people, one) => people + one, 0);

export const total = (entries) => entries.reduce((people, entry) => people + entry.people, 0);

export const newEntry = (gender, band, people, way) => ({
  uuid: crypto.randomUUID(),
  at: new Date().toISOString(),
  gender,
  band,
  people,
  way,
});
