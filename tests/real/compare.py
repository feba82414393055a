"""Asks a hub for its reports and compares them row by row with what pandas computed.

    compare.py FOLDER DATABASE HUB_SERVER_PROGRAM

Exits 1 with the first differences of every report that has any.
"""

import io
import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

SHOWN = 5
# A report may round a share or an interval for people; it must not round more than this.
NEAR = {"share": 5e-5, "mean": 5e-3, "median": 5e-3, "support": 5e-7, "confidence_ab": 5e-7,
        "confidence_ba": 5e-7, "lift": 5e-5}


class Hub:
    def __init__(self, program, database):
        self.program, self.database = program, database

    def report(self, *words):
        """The rows of one report; a failure prints what the program said."""
        command = [self.program, "report", *words, "--json", "--database", self.database]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n  exit {done.returncode}: {done.stderr.strip()}")
        return pd.DataFrame(json.loads(done.stdout))


def differences(name, wanted, got, key):
    """Compares two tables whose columns have the same names; returns what to print."""
    wanted, got = (frame[wanted.columns].astype({k: str for k in key}) for frame in (wanted, got))
    if got.duplicated(key).any():
        return [f"{name}: {got.duplicated(key).sum()} rows appear twice"]
    both = wanted.merge(got, on=key, how="outer", suffixes=("", " hub"), indicator=True)
    found = []
    for side, words in (("left_only", "missing from the hub"), ("right_only", "only on the hub")):
        lost = both[both._merge == side]
        if len(lost):
            found.append(f"{name}: {len(lost):,} rows {words}, the first:\n{lost[key].head(SHOWN).to_string()}")
    both = both[both._merge == "both"]
    for column in wanted.columns.difference(key):
        ours, theirs = both[column + " hub"], both[column]
        bad = both[~equal(column, theirs, ours)]
        if len(bad):
            sample = bad[[*key, column, column + " hub"]].head(SHOWN).to_string()
            found.append(f"{name}: {column} differs in {len(bad):,} of {len(both):,} rows, the first:\n{sample}")
    if not found:
        print(f"{name}: {len(wanted):,} rows equal", flush=True)
    return found


def equal(column, wanted, got):
    if column in NEAR or pd.api.types.is_numeric_dtype(wanted) and wanted.dtype != bool:
        wanted, got = pd.to_numeric(wanted).to_numpy(float), pd.to_numeric(got).to_numpy(float)
        near = np.abs(wanted - got) <= NEAR.get(column, 0) + 1e-12
        return near | (np.isnan(wanted) & np.isnan(got))
    wanted, got = (side.astype(object).where(side.notna(), None) for side in (wanted, got))
    return (wanted == got) | (wanted.isna() & got.isna())


def days(column):
    return column.dt.strftime("%Y-%m-%d")


def visits(hub, folder, name, *words):
    wanted = pd.read_parquet(folder / f"{name}.parquet")
    wanted = wanted.assign(**{c: days(wanted[c]) for c in ("first", "last", "next")})
    got = hub.report("visits", *words).rename(columns={
        "first_visit": "first", "last_visit": "last", "expected_next_visit": "next",
        "interval_mean_days": "mean", "interval_median_days": "median", "overdue_days": "overdue"})
    # Who never came has a row too.
    return differences(name, wanted, got[got.visits > 0], ["member"])


def usual(hub, folder):
    wanted = pd.read_parquet(folder / "usual.parquet")
    wanted["last"] = days(wanted["last"])
    members = pd.read_parquet(folder / "visits.parquet").member

    def one(member):
        rows = hub.report("usual", "--member", member)
        return rows.assign(member=member) if len(rows) else None

    with ThreadPoolExecutor(2) as pool:
        got = pd.concat([rows for rows in pool.map(one, members) if rows is not None])
    got = got.rename(columns={"interval_mean_days": "mean", "last_bought": "last"})
    return differences("usual products", wanted, got, ["member", "sku"])


def points(hub, folder):
    wanted = pd.read_parquet(folder / "points.parquet").rename(columns={"points": "balance"})
    wanted = wanted.assign(earned=wanted.balance, available=wanted.balance, pending=0, debt=0, burned=0, expired=0)
    return differences("points", wanted, hub.report("points"), ["member"])


def affinity(hub, folder, name, level, minimum, *words):
    wanted = pd.read_parquet(folder / f"{name}.parquet")
    n, a, b, tickets = (wanted[c] for c in ("count", "count_a", "count_b", "tickets"))
    wanted = wanted.assign(support=n / tickets, confidence_ab=n / a, confidence_ba=n / b,
                           lift=n * tickets / (a * b))
    got = hub.report("affinity", "--level", level, "--min-count", str(minimum), *words)
    return differences(name, wanted, one_way(got), ["a", "b"])


def one_way(pairs):
    """Which of the two stands first is the hub's affair: put the smaller name first."""
    turned = pairs.a > pairs.b
    out = pairs.copy()
    for left, right in (("a", "b"), ("count_a", "count_b"), ("confidence_ab", "confidence_ba")):
        out.loc[turned, [left, right]] = pairs.loc[turned, [right, left]].to_numpy()
    return out


LINES = """select s.receipt_no as ticket, s.store, s.card, cast(s.business_date as text) as day, l.number,
    l.sku, l.kind, l.quantity, l.unit_price, l.net, l.tax, l.discount
    from sale_line l join sale s on s.id = l.sale"""


def held_lines(database):
    """What the hub's tables hold, past its own reading code. The hub must not be running."""
    if database.startswith("sqlite://"):
        with sqlite3.connect(database.removeprefix("sqlite://")) as connection:
            return pd.read_sql(LINES, connection)
    query = " ".join(LINES.split())
    command = ["psql", database, "-v", "ON_ERROR_STOP=1", "-c", f"copy ({query}) to stdout csv header"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return pd.read_csv(io.StringIO(done.stdout), dtype={"store": str, "sku": str, "card": str})


def lines(database, folder):
    """Every line of every ticket, as it stands in the file that went through the till."""
    given = pd.read_csv(folder / "sales.csv", dtype=str)
    wanted = pd.DataFrame({"ticket": given.seq.astype("int64"), "store": given.store, "card": given.card,
                           "day": given.business_date, "number": given.line.astype("int64"),
                           "sku": given.sku, "kind": given.kind,
                           "quantity": given.qty.astype("int64") * 1000})
    for column in ("unit_price", "net", "tax", "discount"):
        wanted[column] = given[column].str.replace(".", "").astype("int64")
    key = ["ticket", "number"]
    order = {"ignore_index": True, "by": key}
    wanted, got = wanted.sort_values(**order), held_lines(database)[wanted.columns].sort_values(**order)
    if len(wanted) == len(got):
        bad = (wanted != got).any(axis=1)
        if not bad.any():
            print(f"tickets: {wanted.ticket.nunique():,} with {len(wanted):,} lines, every field equal", flush=True)
            return []
    return differences("lines", wanted, got, key)


def main():
    folder, database, program = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    facts = json.loads((folder / "facts.json").read_text())
    hub = Hub(program, database)
    found = lines(database, folder)
    found += visits(hub, folder, "visits")
    found += visits(hub, folder, "visits-store", "--store", facts["store"])
    found += points(hub, folder)
    for level, minimums in facts["minimums"].items():
        for minimum in minimums:
            found += affinity(hub, folder, f"affinity-{level}-{minimum}", level, minimum)
    first, last = facts["period"]
    found += affinity(hub, folder, "affinity-period", "category", 3,
                      "--store", facts["store"], "--from", first, "--to", last)
    found += usual(hub, folder)
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main()
