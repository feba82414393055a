#!/usr/bin/env python3
"""Draws the kept receipts as a printer would, checks what is on them, and leaves the pictures to be looked at.

    tests/paper/render.py [FOLDER]      pictures go to FOLDER, else to $SHOTS, else nowhere

It reads the bytes in pos-agent/src/receipt/golden with Python's own code pages and a QR library of its own, so a
wrong table in the till cannot hide itself. A command it does not know, a line wider than the paper, a text that
is missing or a QR code that cannot be read from the picture is a failure (exit 1).
"""
import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import qrcode
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "pos-agent/src/receipt/golden"
PROFILES = ROOT / "pos-agent/src/receipt/profiles"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
# Font A of a printer with 8 dots to the millimetre.
CELL = (12, 24)
LINE = 30
LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}
QR_LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
CODE = "YR01KAV9FT00EW3RE1R70W3GE1R7"
PAGE = "https://hub.example/r/abcdefghijklmnopqrstuvwxyz234567"


@dataclass
class Line:
    text: str
    bold: bool
    width: int
    height: int
    align: int


@dataclass
class Qr:
    text: str
    module: int
    level: str
    align: int


@dataclass
class Feed:
    lines: int


@dataclass
class Paper:
    """What is on the paper, in order, and what else the printer was told."""

    pages: dict
    things: list = field(default_factory=list)
    cuts: list = field(default_factory=list)
    drawers: list = field(default_factory=list)
    page: str = "cp437"
    bold: bool = False
    size: tuple = (1, 1)
    align: int = 0
    buffer: bytes = b""
    symbol: dict = field(default_factory=dict)

    def read(self, job):
        at = 0
        while at < len(job):
            at = self.command(job, at)
        assert not self.buffer, f"text without an end of line: {self.buffer!r}"
        return self

    def command(self, job, at):
        byte = job[at]
        if byte == 0x0A:
            self.end_line()
            return at + 1
        if byte == 0x1B:
            return self.escape(job, at)
        if byte == 0x1D:
            return self.group(job, at)
        assert byte >= 0x20, f"a control byte {byte:02X} at {at}"
        self.buffer += bytes([byte])
        return at + 1

    def escape(self, job, at):
        kind, n = chr(job[at + 1]), job[at + 2] if at + 2 < len(job) else 0
        if kind == "@":
            self.bold, self.size, self.align, self.page = False, (1, 1), 0, "cp437"
            return at + 2
        if kind == "t":
            self.page = self.pages[n]
        elif kind == "E":
            self.bold = n & 1 == 1
        elif kind == "a":
            assert n in (0, 1, 2), f"alignment {n}"
            self.align = n
        elif kind == "d":
            self.things.append(Feed(n))
        elif kind == "p":
            self.drawers.append((n, job[at + 3], job[at + 4]))
            return at + 5
        else:
            raise AssertionError(f"ESC {kind!r} at {at}")
        return at + 3

    def group(self, job, at):
        kind, n = chr(job[at + 1]), job[at + 2]
        if kind == "!":
            self.size = ((n >> 4) + 1, (n & 15) + 1)
            return at + 3
        if kind == "V":
            self.cuts.append({0: "full", 1: "partial"}[n])
            return at + 3
        assert kind == "(" and job[at + 2] == ord("k"), f"GS {kind!r} at {at}"
        length = job[at + 3] + 256 * job[at + 4]
        self.function(job[at + 5 : at + 5 + length])
        return at + 5 + length

    def function(self, said):
        assert said[0] == 49, "a symbol that is no QR code"
        number, rest = said[1], said[2:]
        if number == 65:
            assert rest == b"2\0", "not model 2"
        elif number == 67:
            self.symbol["module"] = rest[0]
        elif number == 69:
            self.symbol["level"] = LEVELS[rest[0]]
        elif number == 80:
            assert rest[0] == 48
            self.symbol["text"] = rest[1:].decode()
        elif number == 81:
            self.things.append(Qr(align=self.align, **self.symbol))
        else:
            raise AssertionError(f"QR function {number}")

    def end_line(self):
        text = self.buffer.decode(self.page)
        self.things.append(Line(text, self.bold, *self.size, self.align))
        self.buffer = b""

    def lines(self):
        return [thing for thing in self.things if isinstance(thing, Line)]

    def codes(self):
        return [thing for thing in self.things if isinstance(thing, Qr)]


def draw(paper, columns):
    width = columns * CELL[0]
    margin = 24
    height = sum(tall(thing) for thing in paper.things) + 2 * margin
    image = Image.new("L", (width + 2 * margin, height), 255)
    top = margin
    for thing in paper.things:
        piece = picture(thing, width)
        if piece:
            left = {0: 0, 1: (width - piece.width) // 2, 2: width - piece.width}[thing.align]
            image.paste(piece, (margin + left, top))
        top += tall(thing)
    return image


def tall(thing):
    if isinstance(thing, Feed):
        return thing.lines * LINE
    if isinstance(thing, Qr):
        return symbol(thing).height
    return LINE * thing.height


def picture(thing, width):
    if isinstance(thing, Feed) or (isinstance(thing, Line) and not thing.text):
        return None
    if isinstance(thing, Qr):
        return symbol(thing)
    name = "DejaVuSansMono-Bold.ttf" if thing.bold else "DejaVuSansMono.ttf"
    font = ImageFont.truetype(str(FONTS / name), 20)
    piece = Image.new("L", (CELL[0] * len(thing.text), CELL[1]), 255)
    pen = ImageDraw.Draw(piece)
    for at, letter in enumerate(thing.text):
        pen.text((at * CELL[0], 0), letter, font=font, fill=0)
    piece = piece.resize((piece.width * thing.width, piece.height * thing.height), Image.NEAREST)
    assert piece.width <= width, f"wider than the paper: {thing.text!r}"
    return piece


def symbol(code):
    maker = qrcode.QRCode(error_correction=QR_LEVELS[code.level], box_size=code.module, border=4)
    maker.add_data(code.text)
    maker.make(fit=True)
    return maker.make_image().get_image().convert("L")


SPANISH = "ñ Ñ á é í ó ú ü ¿ ¡ €"
RECEIPT = [
    "NIT 900.123.456-7", "Cra. 7 # 12-30", "Bogotá", "Recibo", "marta", "Leche entera 1 L", "3 × 4.200", "-650",
    "Detergente líquido", "Devolución: Café 500 g", "$ 57.350", "54.619,05", "2.730,95", "Efectivo", "60.000",
    "0421", "+55", "52.300", "Venta sin conexión", "Cambios en 30 días", CODE, "Comprobante interno",
    "no es documento fiscal", "¡Gracias y vuelva pronto!",
]
# Name, profile, texts that must be there, texts that must not, drawer's pin, code or codes.
JOBS = [
    ("generic-80", "generic-80", RECEIPT, ["COPIA", "?"], 0, CODE),
    ("generic-58", "generic-58", RECEIPT, ["COPIA", "?"], 0, CODE),
    ("generic-80-858", "generic-80-858", RECEIPT, ["COPIA", "?"], 1, CODE),
    ("copy", "generic-58", ["COPIA", CODE], [], None, CODE),
    ("page", "generic-58", ["Este recibo en su teléfono", CODE], ["COPIA", "?"], None, [CODE, PAGE]),
    ("training", "generic-58", ["ENTRENAMIENTO", "SIN VALIDEZ", "Leche entera 1 L"], [], None, CODE),
    ("voided", "generic-58", ["VENTA ANULADA", "$ 0"], ["Leche", "IVA"], None, CODE),
    ("generic-80-test", "generic-80", [SPANISH, "Año 1.234,50 €", "¡Ñandú!"], ["?"], None, "YAPA front"),
    ("generic-58-test", "generic-58", [SPANISH, "Año 1.234,50 €", "¡Ñandú!"], ["?"], None, "YAPA front"),
    ("z", "generic-80", ["Informe Z 41", "Cajón abierto sin venta", "812.500"], ["COPIA", "?"], 0, None),
    ("z-copy", "generic-58", ["COPIA", "Informe Z 41", "IVA"], ["?"], None, None),
    ("x", "generic-58", ["Informe X", "Hasta"], ["COPIA", "contado", "?"], None, None),
    ("generic-80-858-test", "generic-80-858", [SPANISH, "Año 1.234,50 €"], ["?"], None, "YAPA front"),
]
PDF = ["COPIA", "Leche entera 1 L", "Detergente líquido", "Devolución: Café 500 g", "Puntos de esta compra", CODE]
PDFS = [("receipt", PDF, [CODE]), ("page", ["COPY", "This receipt on your phone", CODE], [CODE, PAGE])]
STAMPS = {"COPIA", "ENTRENAMIENTO", "SIN VALIDEZ", "VENTA ANULADA"}


def check(name, profile_id, wanted, unwanted, drawer, code):
    """Everything that is wrong with one job, and its picture."""
    profile = tomllib.loads((PROFILES / f"{profile_id}.toml").read_text())
    page = profile["code_page"]
    paper = Paper(pages={page["number"]: page["encoding"]}).read((GOLDEN / f"{name}.bin").read_bytes())
    columns, wrong = profile["columns"], []
    for line in paper.lines():
        if len(line.text) * line.width > columns:
            wrong.append(f"wider than {columns} columns: {line.text!r}")
        if line.text in STAMPS and (line.width, line.height, line.bold, line.align) != (2, 2, True, 1):
            wrong.append(f"a stamp that can be overlooked: {line.text!r}")
    # Long texts go on in the next line, so spaces do not count.
    text = "".join("".join(line.text.split()) for line in paper.lines())
    wrong += [f"missing: {word!r}" for word in wanted if "".join(word.split()) not in text]
    wrong += [f"must not be there: {word!r}" for word in unwanted if word in text]
    kick = [] if drawer is None else [(drawer, 50, 50)]
    cut = [] if profile["cut"] == "none" else [profile["cut"]]
    if (paper.drawers, paper.cuts) != (kick, cut):
        wrong.append(f"drawer {paper.drawers} for {kick}, knife {paper.cuts} for {cut}")
    image = draw(paper, columns)
    seen = sorted(found.text for found in zxingcpp.read_barcodes(image))
    codes = [] if code is None else sorted([code] if isinstance(code, str) else code)
    if seen != codes:
        wrong.append(f"the QR codes read {seen}, not {codes}")
    return paper, image, wrong


def check_pdf(name, wanted, codes):
    """The same of the receipt as a PDF: its words as text, and its codes from the picture of its one page."""
    document = pypdfium2.PdfDocument(GOLDEN / f"{name}.pdf")
    wrong = [] if len(document) == 1 else [f"{len(document)} pages"]
    text = "".join(document[0].get_textpage().get_text_bounded().split())
    wrong += [f"missing: {word!r}" for word in wanted if "".join(word.split()) not in text]
    image = document[0].render(scale=203 / 72).to_pil().convert("L")
    seen = sorted(found.text for found in zxingcpp.read_barcodes(image))
    return image, wrong + ([f"the QR codes read {seen}, not {codes}"] if seen != sorted(codes) else [])


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SHOTS")
    failed = 0
    print(f"{'job':22} {'lines':>5} {'codes':>5}  finding")
    for job in JOBS:
        paper, image, wrong = check(*job)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            image.save(Path(folder) / f"paper-{job[0]}.png")
        failed += bool(wrong)
        print(f"{job[0]:22} {len(paper.lines()):5} {len(paper.codes()):5}  {'; '.join(wrong) or 'ok'}")
    for name, wanted, codes in PDFS:
        image, wrong = check_pdf(name, wanted, codes)
        if folder:
            image.save(Path(folder) / f"paper-{name}-pdf.png")
        failed += bool(wrong)
        print(f"{name + '.pdf':22} {'':5} {len(codes):5}  {'; '.join(wrong) or 'ok'}")
    unknown = {path.stem for path in GOLDEN.glob("*.bin")} - {job[0] for job in JOBS}
    assert not unknown, f"kept receipts that nobody looks at: {unknown}"
    print(f"{len(JOBS) + len(PDFS)} jobs, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
