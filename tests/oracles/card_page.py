#!/usr/bin/env python3
"""Reads a customer's card off pictures of a phone's screen, as a till's reader would.

    tests/oracles/card_page.py NUMBER PICTURE...

On every picture there must be one QR code and one Code 128, both with the number, and nothing else (exit 1 otherwise).
The pictures come from `tests/it/browser/card_page.rs`, in both themes.
"""
import sys

import zxingcpp
from PIL import Image

WANTED = ["]C0", "]Q1"]


def main():
    number, pictures = sys.argv[1], sys.argv[2:]
    failed = not pictures
    for picture in pictures:
        image = Image.open(picture).convert("L")
        read = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
        right = sorted(code.symbology_identifier for code in read) == WANTED and all(code.text == number for code in read)
        said = ", ".join(f"{code.symbology_identifier} {code.text}" for code in read) or "nothing"
        print(f"{picture}: {image.width}x{image.height}: {said}: {'ok' if right else 'WRONG'}")
        failed = failed or not right
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
