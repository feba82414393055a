"""What `domain::scan` makes of many inputs, beside what independent libraries make of them. See README.md.

Usage: compare.py PROGRAM [SEED]: the program is the example `scan_lines` of the crate `domain`.
"""

import re
import string
import subprocess
import sys
import time
from collections import Counter, defaultdict

import biip
import numpy
import stdnum.ean
import stdnum.luhn
import zint
import zxingcpp
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from biip.symbology import GS1Symbology, SymbologyIdentifier
from biip.upc import Upc

from inputs import GS, Inputs, check_digit

EXAMPLES_SHOWN = 10


class Comparison:
    """One table row an oracle and subject: how many inputs, equal, different by named reason."""

    def __init__(self):
        self.inputs, self.equal = Counter(), Counter()
        self.reasons, self.unexplained = defaultdict(Counter), []

    def add(self, row, shown, ours, theirs, reason=None):
        self.inputs[row] += 1
        if ours == theirs:
            self.equal[row] += 1
        elif reason:
            self.reasons[row][reason] += 1
        else:
            self.unexplained.append(f"{row}: {shown!r}: ours {ours!r}, theirs {theirs!r}")

    def report(self):
        width = max(len(row) for row in self.inputs)
        print(f"{'oracle: subject':{width}}  inputs   equal  differing, by reason")
        for row, count in self.inputs.items():
            reasons = ", ".join(f"{n} {why}" for why, n in sorted(self.reasons[row].items()))
            print(f"{row:{width}}  {count:6}  {self.equal[row]:6}  {reasons or '-'}")
        total, equal = sum(self.inputs.values()), sum(self.equal.values())
        print(f"{total} comparisons, {equal} equal, {total - equal - len(self.unexplained)} explained,", end=" ")
        print(f"{len(self.unexplained)} unexplained")
        for line in self.unexplained[:EXAMPLES_SHOWN]:
            print(line)
        return 1 if self.unexplained else 0


class Domain:
    """Asks the program all questions at once; answers are pairs of meaning and elements."""

    def __init__(self, program):
        self.program, self.lines = program, []

    def ask(self, text, aim="", origin="serial_scanner"):
        plain = "".join(
            chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f"\\x{byte:02x}" for byte in text.encode()
        )
        self.lines.append(f"{origin}\t{aim}\t{plain}")
        return len(self.lines) - 1

    def answers(self):
        text = "".join(line + "\n" for line in self.lines)
        done = subprocess.run([self.program], input=text, capture_output=True, text=True, check=True)
        answers = [tuple(line.split("\t")) for line in done.stdout.splitlines()]
        assert len(answers) == len(self.lines), "one answer a line"
        return answers


def quiet(call, *arguments):
    try:
        return call(*arguments)
    except (biip.ParseError, biip.EncodeError, ValueError):
        return None


def is_payment_number(digits):
    return len(digits) in range(14, 20) and stdnum.luhn.is_valid(digits)


def product_14(meaning):
    found = re.match(r"product (\d+)(?: |$)", meaning)
    return found and found[1].zfill(14)


# -- numbers ----------------------------------------------------------------------------------------------


def check_digits(inputs, domain, results, count):
    tags = {8: "]E4", 13: "]E0", 14: "]I1", 12: ""}
    for _ in range(count):
        length = inputs.random.choice(list(tags))
        number = inputs.maybe_wrong(inputs.number(length))
        asked = domain.ask(number, tags[length])

        def judge(answers, number=number, asked=asked, length=length):
            meaning = answers[asked][0]
            ours = not meaning.startswith(("unknown", "code"))
            reason = None
            if meaning == "payment card" and is_payment_number(number):
                ours, reason = None, "payment card first"
            results.add("python-stdnum: check digits", number, ours, stdnum.ean.is_valid(number), reason)
            gtin = quiet(Gtin.parse, number)
            if ours is not False and not meaning.startswith("product") and reason is None:
                # Cards, coupons and receipts of the default rules are valid numbers as well.
                results.add("biip: GTIN in its one form", number, ours, gtin is not None)
                return
            form = product_14(meaning) if ours else None if ours is None else False
            theirs = gtin.as_gtin_14() if gtin else False
            results.add("biip: GTIN in its one form", number, form, theirs, reason)

        yield judge


def upc_e(inputs, domain, results, count):
    for _ in range(count):
        number = inputs.random.choice("01") + inputs.digits(6)
        wanted = quiet(Upc.parse, number)
        number += str(wanted.check_digit) if wanted and inputs.random.random() < 0.8 else inputs.digits(1)
        asked = domain.ask(number, origin="keyboard_wedge")
        vendor = quiet(Upc.parse, number)

        def judge(answers, number=number, asked=asked, upc=vendor):
            found = re.match(r"eight digits (\d{8}) (\d{8}|\d{13})$", answers[asked][0])
            ours = found[2] if found and found[1] == number else None
            theirs = plain_gtin(upc.as_upc_a()) if upc else None
            results.add("biip: UPC-E expanded", number, ours, theirs)

        yield judge


# -- identifiers of symbols -------------------------------------------------------------------------------


def identifiers(inputs, domain, results, count):
    letters = string.ascii_letters + string.digits + "[]é "
    for number in range(count):
        tag = "]" + inputs.random.choice(letters) + inputs.random.choice("0123456789ABCDEFGz")
        tag = tag if number % 20 else inputs.random.choice(["]", "ABC", "]E", ""])
        if number % 3:
            tag = "]" + inputs.random.choice(["E0", "E3", "E4", "I1", "C1", "e0", "d2", "Q3", "J1", "C0", "Q1"])
        content = inputs.random.choice([inputs.number(13, "84"), inputs.number(8, "5"), "01" + inputs.number(14, "0")])
        asked = domain.ask(tag + content, "?")

        def judge(answers, tag=tag, content=content, asked=asked):
            meaning = answers[asked][0]
            theirs = quiet(SymbologyIdentifier.extract, tag + content)
            row, reason = "biip: AIM identifiers", None
            if theirs and theirs.value != tag:
                theirs = None
            if meaning != "no identifier" and theirs is None and tag[1:2].isalpha():
                reason = "letter without symbology"
            elif meaning == "no identifier" and theirs and tag[2:3] in "Gz":
                reason = "modifier out of range"
            results.add(row, tag, meaning != "no identifier", theirs is not None, reason)
            if meaning == "no identifier" or theirs is None or theirs.gs1_symbology is None:
                return
            parsed = quiet(biip.parse, tag + content)
            gtin = parsed and (parsed.gtin or (parsed.gs1_message and gtin_of(parsed.gs1_message)))
            reason, ours = None, product_14(meaning)
            theirs_14 = gtin.as_gtin_14() if gtin else None
            symbology = theirs.gs1_symbology
            lengths = {GS1Symbology.EAN_13: 13, GS1Symbology.EAN_8: 8, GS1Symbology.EAN_13_WITH_ADD_ON: 15}
            if ours is None and len(content) != lengths.get(symbology, len(content)):
                reason = "length of the symbol"
            elif meaning.startswith("unknown scan_add_on"):
                reason = "add-on alone"
            elif meaning.startswith("eight"):
                reason = "eight digits"
            elif symbology == GS1Symbology.ITF_14 and len(content) != 14:
                reason = "length of the symbol"
            elif tag[1:] in ("e1", "e2", "E1", "E2"):
                reason = "part of a composite"
            results.add("biip: what identifiers mean", tag + content, ours, theirs_14, reason)

        yield judge


def gtin_of(message):
    found = message.element_strings.get(ai="01") or message.element_strings.get(ai="02")
    return found and found.gtin


# -- element strings --------------------------------------------------------------------------------------


def printed(pairs):
    return "".join(f"({ai}){value}" for ai, value in pairs)


def biip_elements(text):
    message = quiet(GS1Message.parse, text)
    return message and printed((e.ai.ai, e.value) for e in message.element_strings)


def once(pairs):
    return list(dict.fromkeys(pairs))


def zint_findings(elements):
    """What zint says of the elements, each by itself: nothing if it finds them good."""
    symbol = zint.Symbol()
    symbol.symbology, symbol.input_mode = zint.Symbology.DATAMATRIX, zint.InputMode.GS1
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    try:
        symbol.encode("".join(f"[{ai}]{value}" for ai, value in elements))
    except Exception as error:  # noqa: BLE001 - zint raises different kinds for one thing: it is not good
        return str(error) or type(error).__name__
    return ""


REGISTERS = re.compile(
    r"AI \(811[02]\)|AI \(8007\)|country code|currency code|IBAN|package type|Coupon|coupon|Savings|Data Field|save|purchase|RFU|GCP|"
    r"VLI|Primary|Secondary|Third|Serial Number|Retailer|Offer Code|Expiration|Start Date|Format",
    re.IGNORECASE,
)


def biip_reason(ours, theirs, text):
    """The named class of a difference to biip, if it belongs to one."""
    if theirs is not None and ours.startswith("!"):
        return {
            "!missing": "companion missing",
            "!excluded": "elements exclude each other",
            "!repeated": "one thing said twice",
            "!separator": "two separators",
            "!check_digit": "check digit",
            "!value": "value out of its range",
            "!length": "cut at its longest",
        }.get(ours)
    if theirs is None and re.search(r"\(7007\)\d{12}", ours):
        return "days from and to"
    if theirs is None and re.search(r"\(8010\)[^(]{1,4}(\(|$)", ours):
        return "short part number"
    if theirs is None and not ours.startswith("!"):
        return "century" if re.search(r"0229|0200", text) else None
    return None


def zint_reason(ours, finding, intended):
    if finding and not ours.startswith("!") and ours != printed(once(intended)):
        return "shifted"
    if re.search(r"Invalid AI \((717|804[0-3])\)", finding):
        return "newer than zint"
    if finding and not ours.startswith("!") and REGISTERS.search(finding):
        return "register"
    if finding and not ours.startswith("!") and "hecksum" in finding and re.search(r"AI \((8013|8014)\)", finding):
        return "GMN check pair"
    if not finding:
        return {
            "!missing": "companion missing",
            "!excluded": "elements exclude each other",
            "!repeated": "one thing said twice",
        }.get(ours)
    return None


def element_strings(inputs, domain, results, count):
    for number in range(count):
        elements = inputs.elements()
        kind = ["good", "spoiled", "good", "torn"][number % 4]
        if kind == "spoiled":
            elements = inputs.spoiled(elements)
        text = inputs.message(elements)
        if kind == "torn":
            text = inputs.torn(text)
        asked = domain.ask(text, inputs.random.choice(["]C1", "]d2", "]Q3", "]J1"]))
        finding = None if kind == "torn" else zint_findings(elements)

        def judge(answers, text=text, asked=asked, kind=kind, finding=finding, elements=elements):
            ours, theirs = answers[asked][1], biip_elements(text)
            pairs = quiet(GS1Message.parse, text)
            if pairs:
                theirs = printed(once([(e.ai.ai, e.value) for e in pairs.element_strings]))
            reason = biip_reason(ours, theirs, text)
            ours_or_none = None if ours.startswith("!") else ours
            results.add(f"biip: element strings, {kind}", text, ours_or_none, theirs, reason)
            if finding is not None:
                good = not ours.startswith("!")
                reason = zint_reason(ours, finding, elements)
                shown = f"{printed(elements)} {ours} {finding}"
                results.add(f"zint: element strings, {kind}", shown, good, not finding, reason)

        yield judge


# -- web addresses ----------------------------------------------------------------------------------------


def addresses(inputs, domain, results, count):
    for number in range(count):
        elements = [("01", inputs.number(14))]
        kind = inputs.random.choice(["plain", "plain", "qualified", "member", "spoiled", "other"])
        path, query = f"/01/{elements[0][1]}", []
        if kind == "qualified":
            for ai in ["22", "10", "21"]:
                if inputs.random.random() < 0.6:
                    elements.append((ai, inputs.text(12)))
                    path += f"/{ai}/{escaped(elements[-1][1])}"
            for ai in ["17", "3103", "3922"]:
                if inputs.random.random() < 0.5:
                    elements.append((ai, inputs.value(ai)))
                    query.append(f"{ai}={elements[-1][1]}")
        elif kind == "member":
            path = f"/8018/{inputs.number(18)}" + inputs.random.choice(["", "/8019/12"])
        elif kind == "spoiled":
            path = inputs.maybe_wrong(path) + inputs.random.choice(["", "/10/A/22/B", "/17/271231", "?17=271331"])
        elif kind == "other":
            path = inputs.random.choice(["/menu", "/", "/01", "/gtin/" + elements[0][1], "/club/77"])
        scheme = inputs.random.choice(["https", "https", "http", "HTTPS", "HtTps"])
        stem = inputs.random.choice(["", "/stem", "/some/more"])
        text = f"{scheme}://id.example{stem}{path}" + ("?" + "&".join(query) if query else "")
        asked = domain.ask(text, "]Q1")

        def judge(answers, text=text, asked=asked):
            meaning, ours = answers[asked]
            link = quiet(GS1DigitalLinkURI.parse, text)
            theirs = link and printed((e.ai.ai, e.value) for e in link.element_strings)
            ours_or_none = None if ours.startswith("!") or ours == "-" else ours
            reason = None
            if ours == "-" and text.startswith("HtTps"):
                reason = "scheme in mixed letters"
            elif ours == "-" and "/gtin/" in text:
                reason = "names instead of AIs"
            elif ours == "!check_digit":
                reason = "check digit"
            elif ours == "!missing":
                reason = "companion missing"
            results.add("biip: web addresses", text, ours_or_none, theirs, reason)

        yield judge


def escaped(text):
    return "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in text)


# -- symbols, drawn and read ------------------------------------------------------------------------------


def drawn(symbology, content, gs1):
    symbol = zint.Symbol()
    symbol.symbology = symbology
    if gs1:
        symbol.input_mode = zint.InputMode.GS1
    symbol.scale, symbol.whitespace_width, symbol.whitespace_height = 2.0, 10, 5
    symbol.show_text = False
    symbol.encode(content)
    symbol.buffer()
    return numpy.ascontiguousarray(numpy.array(symbol.bitmap))


def symbols(inputs, domain, results, count):
    family = zint.Symbology
    for number in range(count):
        gtin, lot = inputs.number(14, "0"), inputs.text(10, string.ascii_uppercase)
        weight, member = f"{inputs.random.randint(1, 99999):06}", inputs.number(18, "84")
        label = f"[01]{gtin}[3103]{weight}"
        kilograms = f"product {plain_gtin(gtin)} quantity {int(weight) // 1000}.{int(weight) % 1000:03}"
        product = f"product {plain_gtin(gtin)}"
        ean_13, ean_8 = inputs.number(13, "84"), inputs.number(8, "5")
        upc_a, upc_e7 = inputs.number(12, "7"), "0" + inputs.digits(5) + inputs.random.choice("012")
        kinds = [
            (family.EANX, ean_13[:-1], False, f"product {ean_13}"),
            (family.EANX, ean_8[:-1], False, f"product {ean_8}"),
            (family.UPCA, upc_a[:-1], False, f"product {plain_gtin(upc_a)}"),
            (family.UPCE, upc_e7, False, f"product {plain_gtin(Upc.parse(upc_e7).as_upc_a())}"),
            (family.ITF14, gtin[:-1], False, product),
            (family.GS1_128, f"[01]{gtin}[10]{lot}", True, product),
            (family.GS1_128, label, True, kilograms),
            (family.GS1_128, f"[8018]{member}", True, f"member {member}"),
            (family.DATAMATRIX, f"[01]{gtin}[10]{lot}[21]7", True, product),
            (family.DATAMATRIX, f"[01]{gtin}[10]{lot}[3103]{weight}", True, kilograms),
            (family.QRCODE, label, True, kilograms),
            (family.DBAR_OMN, gtin[:-1], False, product),
            (family.DBAR_EXP, f"[01]{gtin}[10]{lot}[3922]199", True, product + " price 1.99"),
            (family.CODE128, "SOCIO-" + lot, False, "code SOCIO-" + lot),
            (family.QRCODE, "SOCIO-" + lot, False, "code SOCIO-" + lot),
            (family.QRCODE, f"https://id.example/01/{gtin}", False, product),
            (family.QRCODE, f"https://id.example/8018/{member}", False, f"member {member}"),
        ]
        symbology, content, gs1, wanted = kinds[number % len(kinds)]
        read = zxingcpp.read_barcodes(
            drawn(symbology, content, gs1), text_mode=zxingcpp.TextMode.Plain, is_pure=False
        )
        if len(read) != 1:
            results.add("zint and zxing-cpp: symbols", content, "nothing read", wanted)
            continue
        asked = domain.ask(read[0].symbology_identifier + read[0].text, "?")

        def judge(answers, asked=asked, wanted=wanted, shown=(symbology.name, content, read[0].text)):
            meaning, reason = answers[asked][0], None
            digits = re.sub(r"\D", "", shown[2])
            if meaning == "payment card" and is_payment_number(digits):
                reason = "payment card first"
            results.add("zint and zxing-cpp: symbols", shown, meaning, wanted, reason)

        yield judge


def plain_gtin(gtin):
    """Our form of a number of GS1: eight digits if no more are needed, else thirteen."""
    number = gtin.zfill(14)
    return number[6:] if number.startswith("000000") else number[1:]


def main():
    program, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    begun = time.monotonic()
    inputs, domain, results = Inputs(seed), Domain(program), Comparison()
    assert check_digit("841234567890") == "5"
    assert GS == "\x1d"
    judges = [
        judge
        for subject, count in [
            (check_digits, 5000),
            (upc_e, 3000),
            (identifiers, 2000),
            (element_strings, 12000),
            (addresses, 3000),
            (symbols, 408),
        ]
        for judge in subject(inputs, domain, results, count)
    ]
    answers = domain.answers()
    for judge in judges:
        judge(answers)
    code = results.report()
    print(f"{len(answers)} inputs, seed {seed}, {time.monotonic() - begun:.0f} s")
    sys.exit(code)


if __name__ == "__main__":
    main()
