#!/usr/bin/env python3
"""Joins the pictures of a Saturday ticket, which the browser story leaves, to one strip for the README.

    tests/paper/strip.py FOLDER [OUT]      FOLDER holds saturday-1-*.png to saturday-8-*.png; OUT is
                                           docs/pictures/saturday.png if left out

A picture that is missing, or a strip that is too large to be kept with the source, is a failure (exit 1).
"""
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from render import FONTS, ROOT

STEPS = ["Saludo", "Cesta", "Descuento", "Parte en efectivo", "Recibo", "Devolución", "Cambio por otro", "Listo"]
COLUMNS, WIDTH, GAP, TITLE = 4, 480, 12, 34
BYTES_MAX = 600_000


def frame(path, title):
    picture = Image.open(path).convert("RGB")
    picture = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.LANCZOS)
    frame = Image.new("RGB", (WIDTH, TITLE + picture.height), "white")
    font = ImageFont.truetype(str(FONTS / "DejaVuSans-Bold.ttf"), 20)
    ImageDraw.Draw(frame).text((0, 4), title, font=font, fill="black")
    frame.paste(picture, (0, TITLE))
    return frame


def main():
    folder = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs/pictures/saturday.png"
    frames = []
    for number, step in enumerate(STEPS, 1):
        found = sorted(folder.glob(f"saturday-{number}-*.png"))
        assert len(found) == 1, f"{len(found)} pictures of step {number} in {folder}: run the story of the Saturday ticket"
        frames.append(frame(found[0], f"{number}. {step}"))
    rows = [frames[at : at + COLUMNS] for at in range(0, len(frames), COLUMNS)]
    heights = [max(frame.height for frame in row) for row in rows]
    size = (COLUMNS * (WIDTH + GAP) + GAP, sum(heights) + GAP * (len(rows) + 1))
    strip, top = Image.new("RGB", size, "white"), GAP
    for row, height in zip(rows, heights):
        for at, one in enumerate(row):
            strip.paste(one, (GAP + at * (WIDTH + GAP), top))
        top += height + GAP
    out.parent.mkdir(parents=True, exist_ok=True)
    # Screens have few colours: a palette holds them in a third of the bytes.
    strip.quantize(128, method=Image.MEDIANCUT, dither=Image.Dither.NONE).save(out, optimize=True)
    print(f"{out}: {len(frames)} steps, {size[0]} × {size[1]}, {out.stat().st_size} bytes")
    return 0 if out.stat().st_size < BYTES_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
