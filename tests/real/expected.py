"""Computes the answers with pandas, straight from the source tables, and keeps them beside the CSV files.

    expected.py FOLDER [--slice TICKETS]

Every affinity table is counted twice: by a pandas self-join and by a library that works another way
(scipy's sparse product for all, mlxtend's FP-growth where it can). They must agree with each other before
anything of ours is asked.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse
from mlxtend.frequent_patterns import fpgrowth

import journey

LEVELS = {"sku": "product_id", "line": "product_type", "category": "product_category"}
# Minimum counts in tickets, per level; the first of each is also checked by FP-growth.
WHOLE_YEAR = {"sku": [312, 31], "line": [312, 78], "category": [1558, 78, 1]}
SLICE = {"sku": [40, 4], "line": [60, 5], "category": [100, 1]}
# Known totals of the year at a minimum count of 1: distinct pairs and the sum of their counts.
TOTALS = {"sku": (11_934_372, 17_985_213), "line": (718_852, 12_132_874), "category": (37_540, 8_223_043)}
PERIOD = ("2017-03-01", "2017-06-30")


def rhythm(dates):
    """Visits, first, last, mean and median interval of each group of (key, date), dates distinct."""
    dates = dates.sort_values(list(dates.columns))
    key = dates.columns[0]
    gaps = dates.groupby(key).date.diff().dt.days
    grouped = dates.assign(gap=gaps).groupby(key)
    out = grouped.agg(visits=("date", "size"), first=("date", "min"), last=("date", "max"),
                      mean=("gap", "mean"), median=("gap", "median"))
    out.loc[out.visits < 3, ["mean", "median"]] = np.nan
    return out


def visits(rows, as_of):
    out = rhythm(rows[["household_id", "date"]].drop_duplicates()).reset_index()
    days = np.floor(out["median"] + 0.5)
    out["next"] = out["last"] + pd.to_timedelta(days, unit="D")
    out["overdue"] = (as_of - out.next).dt.days
    out["member"] = out.household_id.map(journey.member_code)
    out["card"] = out.household_id.map(journey.card_number)
    return out.drop(columns="household_id")


def usual(rows, as_of):
    bought = rows[["household_id", "product_id", "date"]].drop_duplicates()
    often = bought.groupby(["household_id", "product_id"]).date.transform("size") >= 3
    bought = bought[often]
    pair = bought.groupby(["household_id", "product_id"]).ngroup()
    out = rhythm(pd.DataFrame({"pair": pair, "date": bought.date}))
    keys = bought.assign(pair=pair).drop_duplicates("pair").set_index("pair")[["household_id", "product_id"]]
    out = out.join(keys)
    days = rows[["household_id", "date"]].drop_duplicates().groupby("household_id").size()
    out["share"] = out.visits / out.household_id.map(days)
    out["due"] = (as_of - out["last"]).dt.days >= out["median"]
    out["member"] = out.household_id.map(journey.member_code)
    out["sku"] = out.product_id.map(journey.sku)
    return out[["member", "sku", "visits", "share", "mean", "last", "due"]].reset_index(drop=True)


def points(rows):
    """One point for 1.00 of net, rounded down to whole points once per ticket."""
    per_ticket = rows.groupby(["household_id", "basket_id"]).net.sum() // 100
    out = per_ticket.groupby("household_id").sum().rename("points").reset_index()
    out["member"] = out.household_id.map(journey.member_code)
    return out[["member", "points"]]


def baskets(rows, level):
    """Distinct (ticket, item); a product without a line or a category takes no part at that level."""
    column = LEVELS[level]
    items = rows[["basket_id", column]].rename(columns={column: "item"}).astype({"item": str})
    return items[items["item"] != ""].drop_duplicates()


def pairs_by_join(items):
    """All pairs with their counts, by joining the tickets with themselves."""
    codes, names = pd.factorize(items["item"], sort=True)
    half = pd.DataFrame({"ticket": items.basket_id.to_numpy(), "x": codes.astype("int32")})
    parts = []
    # In parts by ticket: the join of a whole year at once would not fit a small machine.
    for _, part in half.groupby(half.ticket % 16):
        both = part.merge(part, on="ticket", suffixes=("", "_b"))
        both = both[both.x < both.x_b]
        parts.append(both.x.to_numpy(np.int64) * len(names) + both.x_b.to_numpy(np.int64))
    coded, counts = np.unique(np.concatenate(parts), return_counts=True)
    single = half.groupby("x").size().reindex(range(len(names))).to_numpy()
    a, b = coded // len(names), coded % len(names)
    return pd.DataFrame({"a": names[a], "b": names[b], "count": counts,
                         "count_a": single[a], "count_b": single[b]})


def check_by_product(items, pairs):
    """The same counts as the upper triangle of the items' co-occurrence matrix."""
    codes, names = pd.factorize(items["item"], sort=True)
    tickets = pd.factorize(items.basket_id)[0]
    matrix = scipy.sparse.csr_matrix((np.ones(len(items), dtype=np.int32), (tickets, codes)))
    both = scipy.sparse.triu(matrix.T @ matrix, k=1).tocoo()
    order = np.lexsort((both.col, both.row))
    same = (len(pairs) == both.nnz and (pairs["count"].to_numpy() == both.data[order]).all()
            and (pairs.a.to_numpy() == names[both.row[order]]).all()
            and (pairs.b.to_numpy() == names[both.col[order]]).all())
    assert same, "pandas and scipy count pairs differently"


def check_by_growth(items, pairs, tickets, minimum):
    """The same pairs by FP-growth."""
    frequent = items.groupby("item").basket_id.transform("size") >= minimum
    items = items[frequent]
    codes, names = pd.factorize(items["item"], sort=True)
    rows = pd.factorize(items.basket_id)[0]
    matrix = scipy.sparse.csr_matrix((np.ones(len(items), dtype=bool), (rows, codes)),
                                     shape=(tickets, len(names)))
    table = pd.DataFrame.sparse.from_spmatrix(matrix, columns=range(len(names)))
    found = fpgrowth(table, min_support=(minimum - 0.5) / tickets, max_len=2)
    found = found[found.itemsets.str.len() == 2]
    grown = {tuple(sorted(names[i] for i in pair)): round(share * tickets)
             for pair, share in zip(found.itemsets, found.support)}
    wanted = {(a, b): n for a, b, n in zip(pairs.a, pairs.b, pairs["count"]) if n >= minimum}
    assert grown == wanted, f"FP-growth finds {len(grown)} pairs, pandas {len(wanted)}"


def affinity(rows, folder, minimums, whole_year):
    tickets = rows.basket_id.nunique()
    for level, wanted in minimums.items():
        items = baskets(rows, level)
        pairs = pairs_by_join(items)
        check_by_product(items, pairs)
        if whole_year:
            assert (len(pairs), int(pairs["count"].sum())) == TOTALS[level], level
        check_by_growth(items, pairs, tickets, wanted[0])
        for minimum in wanted:
            kept = pairs[pairs["count"] >= minimum]
            keep(folder, f"affinity-{level}-{minimum}", kept.assign(tickets=tickets))
        print(f"affinity, {level}: {len(pairs):,} pairs, {pairs['count'].sum():,} together; "
              "pandas, scipy and FP-growth agree", flush=True)


def keep(folder, name, frame):
    frame.reset_index(drop=True).to_parquet(folder / f"{name}.parquet")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--slice", type=int, metavar="TICKETS")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rows = journey.lines(given.slice)
    known = journey.products(rows).set_index("product_id")
    rows = rows.join(known[["product_type", "product_category"]], on="product_id")
    rows["date"] = pd.to_datetime(rows.business_date)
    as_of = rows.date.max()
    store = rows.groupby("store_id").basket_id.nunique().idxmax()
    in_store = rows[rows.store_id == store]
    in_period = in_store[in_store.date.between(*PERIOD)]

    keep(given.folder, "visits", visits(rows, as_of))
    keep(given.folder, "visits-store", visits(in_store, as_of))
    keep(given.folder, "usual", usual(rows, as_of))
    keep(given.folder, "points", points(rows))
    minimums = WHOLE_YEAR if given.slice is None else SLICE
    affinity(rows, given.folder, minimums, given.slice is None)
    pairs = pairs_by_join(baskets(in_period, "category"))
    pairs = pairs[pairs["count"] >= 3].assign(tickets=in_period.basket_id.nunique())
    keep(given.folder, "affinity-period", pairs)
    facts = {"as_of": str(as_of.date()), "store": journey.store_code(store), "period": PERIOD,
             "minimums": minimums, "tickets": int(rows.basket_id.nunique()), "lines": len(rows)}
    (given.folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
