"""
One time for the server, the browser and the database.

Tests without a browser stand still at NOW. Tests with one run on: from the real moment, or from the one that
AMP_TEST_NOW names (local Stockholm time, "2026-12-31T23:30"). In the test database, functions named as Postgres' own
time functions are found before those, shifted alike, so that triggers and defaults agree with the other two.
"""

import datetime as dt
import os
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection

STOCKHOLM = ZoneInfo("Europe/Stockholm")
# A Monday in ISO week 48, while the square is open.
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=STOCKHOLM)

SCHEMA = "test_clock"
FUNCTIONS = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
# What is made without naming a schema goes to the first of these, as ever.
SEARCH_PATH = f"public, {SCHEMA}, pg_catalog"
# Postgres shows CURRENT_TIMESTAMP and Now() of Django as the function they stand for, or by this name.
DEFAULTS = """
SELECT adrelid::regclass::text, attname, pg_get_expr(adbin, adrelid)
  FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
 WHERE pg_get_expr(adbin, adrelid) IN ('now()', 'statement_timestamp()', 'clock_timestamp()', 'CURRENT_TIMESTAMP')
"""


class DatabaseClock:
    """The time functions of this process's test database."""

    def __init__(self) -> None:
        self.shift = dt.timedelta()
        self._started_at: dt.datetime | None = None

    def install(self) -> None:
        """Make the functions, and have new connections find them. Defaults were bound to Postgres' own by then."""
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            for function in FUNCTIONS:
                cursor.execute(_definition(function, self.shift))
            cursor.execute(f"ALTER DATABASE {quote(connection.settings_dict['NAME'])} SET search_path = {SEARCH_PATH}")
            cursor.execute(DEFAULTS)
            for table, column, default in cursor.fetchall():
                function = "now" if default == "CURRENT_TIMESTAMP" else default.removesuffix("()")
                cursor.execute(f"ALTER TABLE {table} ALTER {quote(column)} SET DEFAULT {SCHEMA}.{function}()")
        connection.close()

    def start_at(self, moment: dt.datetime | None, *, anew: bool) -> None:
        """
        From now on the database's time runs on from that moment; None for the real one.

        Unless `anew`, a clock that was started at the moment before runs on.
        """
        if moment == self._started_at and not (anew and moment):
            return
        parameters = connection.get_connection_params()
        options = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname") if key in parameters}
        # Beside the test's own connection, which may be in a transaction.
        with psycopg.connect(**options, autocommit=True) as own:
            self.shift = dt.timedelta()
            if moment:
                # The machine's own clock, whatever Python's has been set to.
                row = own.execute("SELECT pg_catalog.clock_timestamp()").fetchone()
                assert row
                self.shift = moment - row[0]
            for function in FUNCTIONS:
                own.execute(_definition(function, self.shift))
        self._started_at = moment


def _definition(function: str, shift: dt.timedelta) -> str:
    """Volatility as Postgres' own has it."""
    volatility = "VOLATILE" if function == "clock_timestamp" else "STABLE"
    return (
        f"CREATE OR REPLACE FUNCTION {SCHEMA}.{function}() RETURNS timestamptz LANGUAGE sql {volatility} PARALLEL SAFE"
        f" AS $$ SELECT pg_catalog.{function}() + interval '{shift.total_seconds()} seconds' $$"
    )


def chosen() -> dt.datetime | None:
    """When tests with a browser begin; None for the real moment."""
    named = os.environ.get("AMP_TEST_NOW")
    return moment_of(named) if named else None


def moment_of(named: str) -> dt.datetime:
    """Local Stockholm time; of an hour that comes twice the first."""
    return dt.datetime.fromisoformat(named).replace(tzinfo=STOCKHOLM)
