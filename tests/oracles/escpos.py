#!/usr/bin/env python3
"""Compares our ESC/POS bytes with those of python-escpos on random jobs.

    tests/oracles/escpos.py [--jobs N] [--seed N] [PROGRAM]

PROGRAM is the example `escpos_lines` of pos-agent; without it the one in $CARGO_TARGET_DIR (or ./target), debug
build, is run. Prints how often each command was compared and each difference that is explained in ESCPOS.md. A
difference that is not is printed with its job, and the exit code is 1.
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

# This file is called like the library: its own folder must not be searched for it.
sys.path = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]
from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER  # noqa: E402
from escpos.printer import Dummy  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["CP1252", "CP858"]
ASCII = "".join(map(chr, range(0x20, 0x7F)))
SPANISH = "ñÑáéíóúÁÉÍÓÚüÜ¿¡€ºª·çÇ"
# Both pages have these; python-escpos writes NBSP and the soft hyphen where we write a space and nothing.
SHARED = "".join(c for c in map(chr, range(0xA1, 0x100)) if c != "\u00ad") + "€ƒ"
TYPOGRAPHIC = "—–…“”‘’•™ŠšŽžŒœ"
ABSENT = "ŐőČćŁł日本→✓"
LEVELS = {"L": 0, "M": 1, "Q": 2, "H": 3}


def text(random):
    kind = random.random()
    letters = ASCII if kind < 0.3 else ASCII + SPANISH * 3 if kind < 0.7 else ASCII + SHARED
    if kind > 0.9:
        letters = ASCII + TYPOGRAPHIC + ABSENT
    return "".join(random.choice(letters) for _ in range(random.randrange(1, 49)))


def gtin(random):
    body = "".join(random.choice("0123456789") for _ in range(12))
    total = sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body))
    return body + str(-total % 10)


def code128(random):
    return "".join(random.choice(ASCII) for _ in range(random.randrange(1, 29)))


def command(random):
    return random.choice([
        lambda: ["init"],
        lambda: ["page", random.choice(PAGES)],
        lambda: ["text", text(random)],
        lambda: ["line", text(random)],
        lambda: ["text", text(random)],
        lambda: ["bold", random.random() < 0.5],
        lambda: ["size", random.randrange(1, 9), random.randrange(1, 9)],
        lambda: ["align", random.choice(["left", "center", "right"])],
        lambda: ["feed", random.randrange(0, 256)],
        lambda: ["cut", random.choice(["FULL", "PART"])],
        lambda: ["drawer", random.choice([2, 5])],
        lambda: ["qr", text(random), random.randrange(1, 17), random.choice("LMQH")],
        lambda: ["ean13", gtin(random), random.randrange(1, 256), random.randrange(2, 7)],
        lambda: ["code128", code128(random), random.randrange(1, 256), random.randrange(2, 7)],
        lambda: ["query", random.choice([1, 4])],
    ])()


def job(random):
    commands = [["page", random.choice(PAGES)]] + [command(random) for _ in range(random.randrange(3, 16))]
    return commands


class Theirs:
    """The same commands to python-escpos; one list of bytes a command."""

    def __init__(self):
        self.printer = Dummy()
        self.page = None

    def obey(self, command):
        before = len(self.printer.output)
        getattr(self, command[0])(*command[1:])
        return self.printer.output[before:]

    def init(self):
        # Their `hw("INIT")` is the same two bytes.
        self.printer.hw("INIT")

    def page_(self, name):
        self.printer.magic.encoding = None
        self.printer.charcode(name)

    def text(self, text):
        self.printer.text(text)

    def line(self, text):
        self.printer.text(text)
        self.printer.ln()

    def bold(self, on):
        self.printer.set(bold=on)

    def size(self, width, height):
        self.printer.set(custom_size=True, width=width, height=height)

    def align(self, where):
        self.printer.set(align=where)

    def feed(self, lines):
        self.printer.print_and_feed(lines)

    def cut(self, mode):
        self.printer.cut(mode=mode)

    def drawer(self, pin):
        self.printer.cashdraw(pin)

    def qr(self, text, module, level):
        self.printer.qr(text, ec=LEVELS[level], size=module, native=True)

    def ean13(self, digits, height, module):
        self.printer._hw_barcode(digits, "EAN13", height, module, align_ct=False, function_type="B")

    def code128(self, text, height, module):
        # The set and the doubling of braces are the caller's part there.
        self.printer._hw_barcode("{B" + text.replace("{", "{{"), "CODE128", height, module, align_ct=False,
                                 function_type="B")

    def query(self, number):
        self.printer._raw({1: RT_STATUS_ONLINE, 4: RT_STATUS_PAPER}[number])


def theirs(commands):
    printer = Theirs()
    return [printer.obey(["page_", *c[1:]] if c[0] == "page" else c) for c in commands]


def explained(command, page, ours, theirs):
    """Why the two may differ here, or None. The names are explained in ESCPOS.md."""
    kind = command[0]
    if kind == "cut" and theirs == b"\x1bd\x06" + ours:
        return "cut-feeds"
    if kind in ("text", "line") and len(theirs) != 0:
        wanted = "".join(c if known(c, page) else "?" for c in command[1])
        if theirs == encoded(wanted, page) + (b"\n" if kind == "line" else b""):
            # They put a question mark where we spell; what both can write must be the same, in the same order.
            pattern = b"".join(
                re.escape(encoded(c, page)) if known(c, page) else b"[ -~]{1,3}?" for c in command[1])
            if re.fullmatch(pattern + (b"\n" if kind == "line" else b""), ours):
                return "spelt"
    return None


def known(c, page):
    try:
        return bool(c.encode(page.lower()))
    except UnicodeEncodeError:
        return False


def encoded(text, page):
    return text.encode(page.lower())


def page_at(commands, at):
    return next(c[1] for c in reversed(commands[: at + 1]) if c[0] == "page")


def our_bytes(program, jobs):
    """Bytes by job and command, and by job and None for the whole job. Each command also runs alone, behind its page."""
    lines, owners = [], []
    for number, commands in enumerate(jobs):
        for at, command in enumerate(commands):
            lines.append(json.dumps([["page", page_at(commands, at)], command]))
            owners.append((number, at))
        lines.append(json.dumps(commands))
        owners.append((number, None))
    done = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    answers = [bytes.fromhex(line) for line in done.stdout.split("\n")[: len(lines)]]
    found = {owner: answer for owner, answer in zip(owners, answers, strict=True)}
    for (number, at), answer in found.items():
        if at is not None:
            assert answer[:2] == b"\x1bt"
            found[number, at] = answer[3:]
    return found


def main():
    default = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/examples/escpos_lines"
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=default)
    parser.add_argument("--jobs", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    jobs = [job(chance) for _ in range(args.jobs)]
    ours = our_bytes(args.program, jobs)
    same, reasons, wrong, whole = Counter(), Counter(), [], 0
    for number, commands in enumerate(jobs):
        answers = theirs(commands)
        joined = b"".join(ours[number, at] for at in range(len(commands)))
        if ours[number, None] != joined:
            wrong.append((number, "the whole job", commands, ours[number, None], joined))
        whole += ours[number, None] == b"".join(answers)
        for at, (command, their) in enumerate(zip(commands, answers, strict=True)):
            our = ours[number, at]
            reason = explained(command, page_at(commands, at), our, their)
            if our == their:
                same[command[0]] += 1
            elif reason:
                reasons[command[0], reason] += 1
            else:
                wrong.append((number, command[0], command, our, their))
    report(jobs, same, reasons, wrong, whole)
    return 1 if wrong else 0


def report(jobs, same, reasons, wrong, whole):
    print(f"{'command':10} {'same':>7}  explained")
    for kind in sorted(set(same) | {kind for kind, _ in reasons}):
        why = ", ".join(f"{reason} {count}" for (k, reason), count in sorted(reasons.items()) if k == kind)
        print(f"{kind:10} {same[kind]:7}  {why}")
    total = sum(same.values()) + sum(reasons.values()) + len(wrong)
    print(f"{len(jobs)} jobs, {total} commands: {sum(same.values())} the same, {sum(reasons.values())} explained, "
          f"{len(wrong)} unexplained; {whole} whole jobs byte for byte")
    for number, kind, command, our, their in wrong[:10]:
        print(f"job {number}, {kind}: {command}\n  ours   {our.hex(' ')}\n  theirs {their.hex(' ')}")


if __name__ == "__main__":
    sys.exit(main())
