#!/usr/bin/env python3
"""Reads printed sheets as a scanner would, and compares what it sees with what was asked for.

    tests/oracles/sheets.py FOLDER

FOLDER/manifest.json lists sheets: `files` (pages in order: PNG, SVG, or one PDF), `codes` (in order: symbology, text,
reader_init) and `words` that a PDF must give back as text. Every page is made a picture, PDF by pdfium and SVG by what
stands here of it, and read by zxing-cpp. A word or code that is missing, a code too many, a wrong order, text or
identifier, FNC3 where it should not be or not where it should, a bar below 0.33 mm and a mark in a quiet zone are
failures (exit 1).
"""
import json
import re
import sys
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

# What a reader puts before each (ISO/IEC 15424).
IDENTIFIERS = {"ean13": "]E0", "code128": "]C0", "gsrn": "]C1", "qr": "]Q1"}
DOTS = 300
POINTS = 72
# Dots of the thinnest bar, on which the quiet zones are reckoned: 0.34 mm.
BAR = 4
MILLIMETRES = 25.4
RECT = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\3z")
FILL = re.compile(r'<path [^>]*fill="#([0-9a-f]{2})[0-9a-f]{4}" d="([^"]+)"')


def from_png(path):
    image = Image.open(path)
    dots = image.info["dpi"]
    assert all(abs(found - DOTS) < 1 for found in dots), f"{path.name}: {dots} dots to the inch"
    return [image.convert("L")]


def from_svg(path):
    svg = path.read_text(encoding="utf-8")
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    shown = [float(size) for size in re.search(r'width="([\d.]+)mm" height="([\d.]+)mm"', svg).groups()]
    for dots, size in zip((width, height), shown):
        assert abs(dots * MILLIMETRES / DOTS - size) < 0.02, f"{path.name}: {size} mm for {dots} dots"
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for grey, shape in FILL.findall(svg):
        for left, top, wide, high in (map(int, rect) for rect in RECT.findall(shape)):
            pen.rectangle((left, top, left + wide - 1, top + high - 1), fill=int(grey, 16))
    return [image]


def from_pdf(path):
    return [page.render(scale=DOTS / POINTS).to_pil().convert("L") for page in pypdfium2.PdfDocument(path)]


PICTURES = {".png": from_png, ".svg": from_svg, ".pdf": from_pdf}


def text_of(folder, names):
    """All text of a PDF, spaces as they come; what is no PDF is not asked."""
    pages = (page for name in names for page in pypdfium2.PdfDocument(folder / name))
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def room(image, code, blur):
    """What is wrong with the bars and the white around a code: 0.33 mm at least, and the quiet zone of its kind.
    A renderer may put an edge `blur` dots aside."""
    corners = code.position
    left, right = corners.top_left.x, corners.top_right.x
    top, bottom = corners.top_left.y, corners.bottom_left.y
    if code.symbology_identifier == "]Q1":
        module = (right - left) / (17 + 4 * int(code.extra["Version"]))
        zones = [(left - 4 * module, top, left, bottom), (right, top, right + 4 * module, bottom)]
        zones += [(left, top - 4 * module, right, top), (left, bottom, right, bottom + 4 * module)]
        thinnest = module
    else:
        middle = (top + bottom) // 2
        line = [image.getpixel((x, middle)) < 128 for x in range(image.width)]
        left, right = next(x for x in range(left - 4, right) if line[x]), right
        right = next(x for x in range(right + 4, left, -1) if line[x])
        runs = re.findall("1+|0+", "".join("01"[dark] for dark in line[left : right + 1]))
        thinnest = min(map(len, runs))
        before, after = (11, 7) if code.symbology_identifier == "]E0" else (10, 10)
        zones = [(left - before * BAR, middle, left, middle + 1), (right + 1, middle, right + 1 + after * BAR, middle + 1)]
    wrong = [] if (thinnest + blur) * MILLIMETRES / DOTS >= 0.33 else [f"{code.text}: a module of {thinnest} dots"]
    for zone in zones:
        box = [round(side + inset) for side, inset in zip(zone, (1, 1, -1, -1) if len(zones) == 4 else (0, 0, 0, 0))]
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= image.width and box[3] <= image.height
        if not inside or image.crop(box).getextrema()[0] < 128:
            wrong.append(f"{code.text}: something in its quiet zone {box}")
    return wrong


def seen(image, blur):
    """The codes of a page, row by row, and what keeps a scanner from reading them easily."""
    found = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
    wrong = [problem for code in found for problem in room(image, code, blur)]

    def place(code):
        corners = [code.position.top_left, code.position.bottom_right]
        return (round(sum(c.y for c in corners) / 2 / 120), sum(c.x for c in corners) / 2)

    found = sorted(found, key=place)
    said = [(code.symbology_identifier, code.text, bool((code.extra or {}).get("ReaderInit"))) for code in found]
    return said, wrong


def wanted(code):
    symbology = code["symbology"]
    text = "8018" + code["text"] if symbology == "gsrn" else code["text"]
    return (IDENTIFIERS[symbology], text, code["reader_init"])


def main():
    folder = Path(sys.argv[1])
    failed = 0
    sheets = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for sheet in sheets:
        right = [wanted(code) for code in sheet["codes"]]
        read, pages, wrong = [], 0, []
        for name in sheet["files"]:
            for image in PICTURES[Path(name).suffix](folder / name):
                pages += 1
                said, narrow = seen(image, blur=name.endswith(".pdf"))
                read += said
                wrong += narrow
        wrong += [f"wanted {a}, read {b}" for a, b in zip(right, read) if a != b]
        if len(right) != len(read):
            wrong.append(f"{len(right)} codes asked for, {len(read)} read: {read}")
        wrong += [f"no {word!r} in the text" for word in sheet["words"] if word not in text_of(folder, sheet["files"])]
        failed += bool(wrong)
        print(f"{sheet['files'][0]:44} {pages:3} pages {len(read):3} codes  {'; '.join(wrong) or 'ok'}")
    print(f"{len(sheets)} sheets, {failed} failed")
    return 1 if failed or not sheets else 0


if __name__ == "__main__":
    sys.exit(main())
