"""When a row was last changed, by the database's own clock: what edit forms compare to see a conflict."""

import pgtrigger


def note_the_change(*, sequence_of: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """Writes down when a row was changed, and counts the changes of what a calendar shows of it."""
    counted = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in sequence_of)
    count = f"IF {counted} THEN NEW.sequence = OLD.sequence + 1; END IF;" if counted else ""
    return pgtrigger.Trigger(
        name="note_the_change",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.AnyChange(),
        func=f"NEW.changed_at = clock_timestamp(); {count} RETURN NEW;",
    )
