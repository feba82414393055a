"""Seeded inputs: numbers, tagged reads, element strings good and spoiled, web addresses, symbols."""

import json
import random
import re
import string
from importlib import resources

GS = "\x1d"
SET_82 = string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_"
SET_39 = string.digits + string.ascii_uppercase + "#-/"
ALPHABETS = {"N": string.digits, "X": SET_82, "Y": SET_39, "Z": string.ascii_letters + string.digits + "-_"}

# With what an element may stand, by the GS1 Barcode Syntax Dictionary: prefixes of AIs -> companions.
COMPANIONS = [
    (("00", "01", "02", "03", "253", "255", "401", "402", "410", "411", "412", "413", "416", "417"), []),
    (("400", "420", "421", "7023", "7040", "8002", "8003", "8004", "8006", "8013", "8110", "8112"), []),
    (("8017", "8018", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99", "414", "8010"), []),
    (("12", "391"), ["415", "8020"]),
    (("415",), ["8020"]),
    (("8007", "8020"), ["415", "8020"]),
    (("254",), ["414"]),
    (("390", "394", "8111"), ["255"]),
    (("403", "4303", "4313", "43", "7041"), ["00"]),
    (("72",), ["8018"]),
    (("8011",), ["8010"]),
    (("8019",), ["8018"]),
    (("8026", "37"), ["02"]),
    (("395",), ["01", "30"]),
    (("250",), ["01", "21"]),
    (("427",), ["01", "422"]),
    (("7004",), ["01", "10"]),
    (("7020",), ["01", "416"]),
    (("7022",), ["01", "7021"]),
    (("8030",), ["01", "21"]),
]


def check_digit(payload):
    total = sum(int(c) * (3 if place % 2 == 0 else 1) for place, c in enumerate(reversed(payload)))
    return str((10 - total % 10) % 10)


class Inputs:
    def __init__(self, seed):
        self.random = random.Random(seed)
        table = resources.files("biip.gs1_application_identifiers") / "_application_identifiers.json"
        rows = json.loads(table.read_text())
        self.formats = {row["ai"]: row for row in rows}
        self.ais = sorted(ai for ai in self.formats if ai.isdigit())

    def digits(self, count):
        return "".join(self.random.choice(string.digits) for _ in range(count))

    def number(self, length, prefix=""):
        payload = prefix + self.digits(length - 1 - len(prefix))
        return payload + check_digit(payload)

    def maybe_wrong(self, number):
        """Half of the numbers get another last digit."""
        if self.random.random() < 0.5:
            return number
        return number[:-1] + self.random.choice(string.digits)

    def text(self, longest, alphabet=SET_82):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(1, longest)))

    def value(self, ai):
        """A value that the AI may have; what the format does not say is written out here."""
        day = f"{self.random.randint(24, 40):02}{self.random.randint(1, 12):02}"
        full_day = day + f"{self.random.randint(1, 28):02}"
        time = f"{self.random.randint(0, 23):02}{self.random.randint(0, 59):02}"
        pick = self.random.choice
        special = {
            "253": lambda: self.number(13) + pick(["", self.text(17)]),
            "255": lambda: self.number(13) + pick(["", self.digits(5)]),
            "402": lambda: self.number(17),
            "401": lambda: self.digits(4) + self.text(26),
            "4309": lambda: f"{self.random.randint(0, 1800000000):010}{self.random.randint(0, 3600000000):010}",
            "7003": lambda: full_day + time,
            "7007": lambda: full_day + pick(["", full_day]),
            "7011": lambda: full_day + pick(["", time]),
            "7023": lambda: self.digits(4) + self.text(26),
            "7040": lambda: self.digits(1) + self.text(1) + "A" + pick("-_Z0a"),
            "7241": lambda: pick(["01", "10", "80", "99"]),
            "7258": lambda: pick(["1/2", "3/3"]),
            "8001": lambda: "1234" + "00001" + "001" + pick("019") + self.digits(1),
            "8003": lambda: "0" + self.number(13) + pick(["", self.text(16)]),
            "8004": lambda: self.digits(4) + self.text(26),
            "8006": lambda: self.number(14) + pick(["0102", "1212"]),
            "8008": lambda: full_day + time[:2] + pick(["", time[2:], time[2:] + "07"]),
            "8010": lambda: self.digits(4) + self.text(20, SET_39),
            "8011": lambda: "7" + self.digits(9),
            "8013": lambda: self.digits(4) + self.text(15),
            "8014": lambda: self.digits(4) + self.text(15),
            "8017": lambda: self.number(18),
            "8018": lambda: self.number(18),
            "8026": lambda: self.number(14) + "0102",
        }
        if ai in special:
            return special[ai]()
        if ai in ("11", "12", "13", "15", "16", "17"):
            return day + pick(["00", full_day[4:]])
        if ai in ("4324", "4325"):
            return day + pick(["00", full_day[4:]]) + pick([time, time])
        if ai in ("4326", "7006"):
            return full_day
        if ai in ("4321", "4322", "4323"):
            return pick("01")
        if ai in ("4330", "4331", "4332", "4333"):
            return self.digits(6) + pick(["", "-"])
        if ai in ("7250",):
            return "19" + full_day
        if ai in ("7251",):
            return "19" + full_day + time
        if ai in ("7252",):
            return pick("0129")
        if ai.startswith("393") or ai.startswith("391"):
            return "978" + self.digits(self.random.randint(1, 15))
        if ai in ("421", "422", "423", "424", "425", "426"):
            return "724" + (self.text(9, string.ascii_letters) if ai == "421" else "")
        if ai in ("4307", "4317"):
            return "ES"
        if ai.startswith("703"):
            return "724" + self.text(27)
        if ai[:2] == "43" or ai in ("7253", "7254", "7256", "7257", "7259"):
            return self.text(20, string.ascii_letters + "%").replace("%", "%20")
        return self.by_format(self.formats[ai]["format"])

    def by_format(self, format_string):
        value = ""
        for kind, upto, length in re.findall(r"([NXYZ])(?:\d?(\.\.))?(\d+)", format_string.split("+", 1)[1]):
            count = self.random.randint(1, int(length)) if upto else int(length)
            value += "".join(self.random.choice(ALPHABETS[kind]) for _ in range(count))
        return value[:-1] + check_digit(value[:-1]) if format_string in CHECKED else value

    def elements(self):
        """One element and those that it must stand with, now and then one more."""
        ai = self.random.choice(self.ais)
        companions = next((names for starts, names in COMPANIONS if ai.startswith(starts)), ["01"])
        ais = [name for name in companions if name != ai] + [ai]
        if "01" in ais and self.random.random() < 0.5:
            ais += [name for name in ["10", "17", "3103"] if name not in ais]
        if ai == "7258":
            ais.append("7259")
        return [(name, self.value(name)) for name in ais]

    def spoiled(self, elements):
        """One thing made wrong inside one value, so that everybody still sees the same elements."""
        at = self.random.randrange(len(elements))
        ai, value = elements[at]
        place = self.random.randrange(len(value))
        how = self.random.choice(["digit", "character", "shorter", "longer", "last"])
        if how == "digit":
            value = value[:place] + self.random.choice(string.digits) + value[place + 1 :]
        elif how == "character":
            value = value[:place] + self.random.choice("^$#@a~Z ") + value[place + 1 :]
        elif how == "shorter":
            value = value[:-1]
        elif how == "longer":
            value += self.random.choice(string.digits)
        else:
            value = value[:-1] + self.random.choice(string.digits)
        return elements[:at] + [(ai, value)] + elements[at + 1 :]

    def message(self, elements):
        """As a reader sends it: a separator behind every element that needs one, bar the last."""
        text = ""
        for ai, value in elements:
            text += ai + value + (GS if self.formats[ai]["separator_required"] else "")
        return text.removesuffix(GS)

    def torn(self, message):
        """The text of a symbol with one character lost, doubled or put in."""
        place = self.random.randrange(len(message))
        how = self.random.choice(["lost", "doubled", "separator", "twice"])
        if how == "lost":
            return message[:place] + message[place + 1 :]
        if how == "doubled":
            return message[:place] + message[place] + message[place:]
        if how == "separator":
            return message[:place] + GS + message[place:]
        return message + GS + message


CHECKED = {"N2+N14", "N2+N18", "N3+N13", "N4+N18"}
