#!/usr/bin/env python3
"""Reads printed sheets as a scanner would, and compares what it sees with what was asked for.

    tests/oracles/sheets.py FOLDER

FOLDER/manifest.json lists sheets: `files` (pages in order: PNG, SVG, or one PDF) and `codes` (in order: symbology,
text, reader_init). Every page is made a picture, SVG and PDF by what stands here of them and not by our own
painter, and read by zxing-cpp. A code that is missing, one too many, a wrong order, text or identifier, and FNC3
where it should not be or not where it should, is a failure (exit 1).
"""
import json
import re
import sys
from pathlib import Path

import zxingcpp
from PIL import Image, ImageDraw

# What a reader puts before each (ISO/IEC 15424).
IDENTIFIERS = {"ean13": "]E0", "code128": "]C0", "gsrn": "]C1", "qr": "]Q1"}
DOTS = 300
POINTS = 72
MILLIMETRES = 25.4
RECT = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\3z")
FILL = re.compile(r'<path [^>]*fill="#([0-9a-f]{2})[0-9a-f]{4}" d="([^"]+)"')
PDF_RECT = re.compile(r"([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) re")


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
    """The filled rectangles of each page; its streams are not packed."""
    raw = path.read_bytes()
    pages = []
    boxes = [tuple(map(float, box)) for box in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)]
    streams = [stream for stream in re.findall(rb"stream\n(.*?)\nendstream", raw, re.S) if b" re\nf" in stream]
    assert len(streams) == len(boxes) > 0, f"{path.name}: {len(streams)} drawn pages of {len(boxes)}"
    for (width, height), stream in zip(boxes, streams):
        size = tuple(round(side * DOTS / POINTS) for side in (width, height))
        image = Image.new("L", size, 255)
        pen, grey = ImageDraw.Draw(image), 0
        for line in stream.decode("latin-1").splitlines():
            if line.endswith(" g"):
                grey = round(float(line[:-2]) * 255)
            elif found := PDF_RECT.fullmatch(line):
                x, y, wide, high = (float(part) * DOTS / POINTS for part in found.groups())
                left, top = round(x), round(size[1] - y - high)
                pen.rectangle((left, top, left + round(wide) - 1, top + round(high) - 1), fill=grey)
        pages.append(image)
    return pages


PICTURES = {".png": from_png, ".svg": from_svg, ".pdf": from_pdf}


def seen(image):
    """The codes of a page, row by row."""
    found = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)

    def place(code):
        corners = [code.position.top_left, code.position.bottom_right]
        return (round(sum(c.y for c in corners) / 2 / 120), sum(c.x for c in corners) / 2)

    found = sorted(found, key=place)
    return [(code.symbology_identifier, code.text, bool((code.extra or {}).get("ReaderInit"))) for code in found]


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
        read, pages = [], 0
        for name in sheet["files"]:
            for image in PICTURES[Path(name).suffix](folder / name):
                pages += 1
                read += seen(image)
        wrong = [f"wanted {a}, read {b}" for a, b in zip(right, read) if a != b]
        if len(right) != len(read):
            wrong.append(f"{len(right)} codes asked for, {len(read)} read: {read}")
        failed += bool(wrong)
        print(f"{sheet['files'][0]:44} {pages:3} pages {len(read):3} codes  {'; '.join(wrong) or 'ok'}")
    print(f"{len(sheets)} sheets, {failed} failed")
    return 1 if failed or not sheets else 0


if __name__ == "__main__":
    sys.exit(main())
