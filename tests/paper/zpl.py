#!/usr/bin/env python3
"""Draws the kept labels as a printer would, reads their codes, and leaves the pictures to be looked at.

    tests/paper/zpl.py [FOLDER]      pictures go to FOLDER, else to $SHOTS, else nowhere

It knows the commands of ZPL II that the till writes, and no other. Bars come from the tables of python-barcode, QR
codes from qrcode, so a wrong count of modules in the till cannot hide itself. A command it does not know, a field that
runs off the label, a mark in a quiet zone, a text that is missing or a code that zxing reads otherwise is a failure
(exit 1).
"""
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import zxingcpp
from barcode import EAN8, EAN13
from barcode.charsets import code128
from PIL import Image, ImageDraw, ImageFont

from render import FONTS, GOLDEN, Qr, symbol

COMMAND = re.compile(r"\^(XA|XZ|CI|PW|LL|LH|FO|A0|FB|FH|FD|FS|BY|BE|B8|BC|BQ)([^^]*)")
FONT = str(FONTS / "DejaVuSansCondensed-Bold.ttf")
# Modules of white on the left and on the right.
QUIET = {"BE": (11, 7), "B8": (7, 7), "BC": (10, 10)}
IDENTIFIERS = {"BE": "]E0", "B8": "]E4", "BC": "]C0", "BQ": "]Q1"}
INVOKED = {"<": 62, "0": 30, "=": 94, "1": 95, "2": 96, "3": 97, "4": 98, "5": 99, "6": 100, "7": 101, "8": 102,
           "9": 103, ":": 104, ";": 105}


def bars_128(data):
    """The modules of a ^BC field: subsets by their invocation codes, the check character added."""
    values, in_c, at = [], False, 0
    while at < len(data):
        if data[at] == ">":
            value = INVOKED[data[at + 1]]
            if not values and value < 103:
                values.append(104)
            values.append(value)
            in_c = value in (99, 105) or (in_c and value != 100)
            at += 2
        elif in_c:
            assert data[at : at + 2].isdigit() and len(data[at : at + 2]) == 2, f"no pair of digits in {data!r} at {at}"
            values.append(int(data[at : at + 2]))
            at += 2
        else:
            values += ([] if values else [104]) + [ord(data[at]) - 32]
            at += 1
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return "".join(code128.CODES[value] for value in [*values, check]) + code128.STOP + "11"


@dataclass
class Label:
    size: tuple = (0, 0)
    origin: tuple = (0, 0)
    font: int = 0
    block: tuple = None
    module: int = 2
    tall: int = 10
    code: tuple = None
    escaped: bool = False
    data: str = None
    texts: list = field(default_factory=list)
    codes: list = field(default_factory=list)
    boxes: list = field(default_factory=list)
    image: Image.Image = None

    def read(self, zpl):
        assert zpl.startswith("^XA") and zpl.endswith("^XZ\n") and zpl.count("^XA") == 1, "not one label"
        left = COMMAND.sub("", zpl).strip()
        assert not left and zpl.count("^") == len(COMMAND.findall(zpl)), f"not understood: {left!r}"
        for name, said in COMMAND.findall(zpl):
            self.command(name, said)
        return self

    def command(self, name, said):
        numbers = [int(part) for part in said.split(",") if part.isdigit()]
        if name == "CI":
            assert said == "28", "names are UTF-8"
        elif name == "PW":
            self.size = (numbers[0], 0)
        elif name == "LL":
            self.size = (self.size[0], numbers[0])
            self.image = Image.new("L", self.size, 255)
        elif name == "FO":
            self.origin = tuple(numbers)
        elif name == "A0":
            self.font = numbers[0]
        elif name == "FB":
            width, lines, _, how, *_ = said.split(",")
            self.block = (int(width), int(lines), how)
        elif name == "BY":
            self.module, self.tall = numbers[0], numbers[2] if len(numbers) > 2 else self.tall
        elif name in IDENTIFIERS:
            self.code = (name, said)
        elif name == "FH":
            self.escaped = True
        elif name == "FD":
            self.data = re.sub("_([0-9A-F]{2})", lambda hit: chr(int(hit[1], 16)), said) if self.escaped else said
        elif name == "FS":
            (self.draw_code if self.code else self.draw_text)()
            self.code, self.block, self.escaped = None, None, False

    def draw_code(self):
        name, said = self.code
        x, y = self.origin
        if name == "BQ":
            _, model, module = said.split(",")
            assert model == "2" and self.data.startswith("MA,"), "a QR code of model 2, level M, automatic"
            text, quiet = self.data[3:], 4 * int(module)
            piece = symbol(Qr(text, int(module), "M", 0))
            # Its height of bar codes is how far a QR code sinks.
            box = (x - quiet, y + self.tall - quiet)
            asked = text
        else:
            parts = said.split(",")
            assert parts[2] == "N", "the printer's own line of text has a size that nobody knows"
            data = self.data
            bits = {"BE": EAN13, "B8": EAN8}[name](data).build()[0] if name != "BC" else bars_128(data)
            bits, asked = bits.replace("G", "1"), {"BE": EAN13, "B8": EAN8}[name](data).get_fullcode() if name != "BC" else None
            left, right = QUIET[name]
            piece = Image.new("L", ((left + len(bits) + right) * self.module, int(parts[1])), 255)
            pen = ImageDraw.Draw(piece)
            for at in (at for at, bit in enumerate(bits) if bit == "1"):
                pen.rectangle(((left + at) * self.module, 0, (left + at + 1) * self.module - 1, piece.height), fill=0)
            box = (x - left * self.module, y)
        self.codes.append((IDENTIFIERS[name], asked))
        self.paste(piece, box)

    def draw_text(self):
        width, most, how = self.block
        font = ImageFont.truetype(FONT, round(self.font * 0.8))
        lines, words = [""], self.data.split(" ")
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            lines = [*lines[:-1], longer] if font.getlength(longer) <= width else [*lines, word]
        lines = [line for line in lines if line]
        assert len(lines) <= most, f"{lines} on {most} lines"
        self.texts.append(self.data)
        piece = Image.new("L", (width, self.font * len(lines)), 255)
        for at, line in enumerate(lines):
            assert font.getlength(line) <= width, f"{line!r} is wider than {width} dots"
            spare = width - font.getlength(line)
            left = {"L": 0, "R": spare, "C": spare / 2}[how]
            ImageDraw.Draw(piece).text((left, at * self.font), line, font=font, fill=0)
        inked = piece.point(lambda grey: 255 - grey).getbbox()
        self.paste(piece.crop(inked), (self.origin[0] + inked[0], self.origin[1] + inked[1]))

    def paste(self, piece, at):
        box = (*at, at[0] + piece.width, at[1] + piece.height)
        assert min(box) >= 0 and box[2] <= self.size[0] and box[3] <= self.size[1], f"{box} runs off {self.size}"
        for other in self.boxes:
            apart = box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
            assert apart, f"{box} lies over {other}"
        self.boxes.append(box)
        self.image.paste(piece, at)


GSRN, TEMPORARY = "950110153000000014", "YT0123456789ABCDEF"
SHELF, CARD = ["Café 500 g", "$ 18.900"], ["Almacenes La Ceiba"]
# Name, texts, codes as a scanner reads them.
JOBS = [
    ("shelf-13", [*SHELF, "2000000000312"], [("]E0", "2000000000312")]),
    ("shelf-8", [*SHELF, "96385074"], [("]E4", "96385074")]),
    ("shelf-18", [*SHELF, GSRN], [("]C0", GSRN)]),
    ("shelf-temporary", [*SHELF, TEMPORARY], [("]Q1", TEMPORARY)]),
    ("shelf-fine", SHELF, [("]E0", "2000000000312")]),
    ("shelf-small", [GSRN], [("]Q1", GSRN)]),
    ("card-13", [*CARD, "2990000010421"], [("]C0", "2990000010421"), ("]Q1", "2990000010421")]),
    ("card-18", [*CARD, GSRN], [("]C0", GSRN), ("]Q1", GSRN)]),
    ("card-temporary", [*CARD, TEMPORARY], [("]Q1", TEMPORARY)]),
    ("card-wide", [*CARD, TEMPORARY], [("]C0", TEMPORARY), ("]Q1", TEMPORARY)]),
    ("card-fine", [*CARD, GSRN], [("]C0", GSRN), ("]Q1", GSRN)]),
]


def check(name, texts, codes):
    """Everything that is wrong with one label, and its picture."""
    try:
        label = Label().read((GOLDEN / f"{name}.zpl").read_text(encoding="utf-8"))
    except AssertionError as error:
        return None, [str(error)]
    wrong = [f"missing: {text!r}" for text in texts if text not in label.texts]
    # A scanner sees the edge of the paper, not black.
    paper = Image.new("L", (label.size[0] + 40, label.size[1] + 40), 255)
    paper.paste(label.image, (20, 20))
    seen = sorted((found.symbology_identifier, found.text) for found in zxingcpp.read_barcodes(paper))
    wrong += [f"reads {seen}, not {codes}"] if seen != codes else []
    drawn = sorted(code[0] for code in label.codes)
    wrong += [f"draws {drawn}"] if drawn != [code[0] for code in codes] else []
    return paper, wrong


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SHOTS")
    failed = 0
    print(f"{'label':22} {'codes':>5}  finding")
    for name, texts, codes in JOBS:
        picture, wrong = check(name, texts, codes)
        if folder and picture:
            Path(folder).mkdir(parents=True, exist_ok=True)
            picture.save(Path(folder) / f"label-{name}.png")
        failed += bool(wrong)
        print(f"{name:22} {len(codes):5}  {'; '.join(wrong) or 'ok'}")
    unknown = {path.stem for path in GOLDEN.glob("*.zpl")} - {job[0] for job in JOBS}
    assert not unknown, f"kept labels that nobody looks at: {unknown}"
    print(f"{len(JOBS)} labels, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
