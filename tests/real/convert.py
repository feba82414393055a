"""Writes the year as the CSV files that `hub-server import` and `pos-agent import` read.

    convert.py FOLDER [--slice TICKETS]

What the columns mean, and what was decided, stands in README.md beside this file.
"""

import argparse
import csv
import json
from pathlib import Path

import journey


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def write(path, header, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def unit_prices(rows):
    """Shelf price per piece in whole cents, half up; a line without pieces has its whole amount as price."""
    gross = rows.net + rows.retail_disc + rows.coupon_match_disc
    pieces = rows.quantity.clip(lower=1)
    return (gross + pieces // 2) // pieces


def write_stores(folder, rows):
    stores = sorted(rows.store_id.unique())
    write(folder / "stores.csv", ["store", "name", "zone", "timezone"],
          ([journey.store_code(s), f"Store {s}", "Chain", journey.ZONE] for s in stores))


def write_products(folder, rows, all_of_them):
    known = journey.products(rows)
    if not all_of_them:
        known = known[known.product_id.isin(rows.product_id)]
    prices = rows.assign(price=unit_prices(rows)).query("quantity > 0")
    prices = prices.groupby("product_id").price.median().apply(int)
    header = ["sku", "barcode", "name", "line", "category", "price", "cost", "tax_rate", "supplier"]

    def row(p):
        name = " ".join(w for w in (p.product_type or p.product_category or "Unnamed", p.package_size) if w)
        supplier = "" if p.manufacturer_id != p.manufacturer_id else str(int(p.manufacturer_id))
        return [journey.sku(p.product_id), journey.barcode(p.product_id), name, p.product_type,
                p.product_category, money(prices.get(p.product_id, 0)), "", "0", supplier]

    write(folder / "products.csv", header, (row(p) for p in known.itertuples()))


def write_members(folder, rows):
    households = sorted(rows.household_id.unique())
    header = ["member", "first_name", "last_name", "email", "phone",
              "consent_marketing", "consent_at", "consent_source"]
    write(folder / "members.csv", header,
          ([journey.member_code(h), "Household", str(h), "", "", "no", "", ""] for h in households))
    write(folder / "cards.csv", ["card", "member"],
          ([journey.card_number(h), journey.member_code(h)] for h in households))


def write_sales(folder, rows):
    header = ["store", "till", "seq", "business_date", "occurred_at", "cashier", "card", "line", "sku",
              "qty", "unit_price", "net", "tax", "discount", "kind", "maker_coupon"]
    # One text per ticket instead of one per line: a million and a half of them take a while.
    instants = {ticket: at.isoformat() for ticket, at in
                zip(*(rows.drop_duplicates("basket_id")[c] for c in ("basket_id", "occurred_at")))}
    cards = {h: journey.card_number(h) for h in rows.household_id.unique()}
    numbers = rows.groupby("basket_id").cumcount() + 1

    def lines():
        columns = zip(rows.store_id, rows.basket_id, rows.business_date, rows.household_id, numbers,
                      rows.product_id, rows.quantity, unit_prices(rows), rows.net,
                      rows.retail_disc + rows.coupon_match_disc, rows.maker_coupon)
        for store, ticket, day, household, line, product, pieces, price, net, discount, coupon in columns:
            yield [store, "1", ticket, day, instants[ticket], "", cards[household], line, product,
                   pieces, money(price), money(net), "0.00", money(discount), "sale", money(coupon)]

    write(folder / "sales.csv", header, lines())


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--slice", type=int, metavar="TICKETS")
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    rows = journey.lines(given.slice)
    write_stores(given.folder, rows)
    write_products(given.folder, rows, all_of_them=given.slice is None)
    write_members(given.folder, rows)
    write_sales(given.folder, rows)
    counts = {"tickets": int(rows.basket_id.nunique()), "lines": len(rows),
              "households": int(rows.household_id.nunique()), "stores": int(rows.store_id.nunique())}
    (given.folder / "counts.json").write_text(json.dumps(counts))
    print("CSV files written:", ", ".join(f"{n:,} {what}" for what, n in counts.items()))


if __name__ == "__main__":
    main()
