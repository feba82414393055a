#!/usr/bin/env python3
"""Reads a QR code off pictures of a screen, as a phone or a till's reader would, and prints what it says.

    tests/oracles/qr_code.py BEGINNING PICTURE...

On every picture there must be one QR code and no other code, all with one text that begins so (exit 1 otherwise). The
pictures come from `tests/it/browser/receipt_page.rs`, in both languages and themes.
"""
import sys

import zxingcpp
from PIL import Image


def main():
    beginning, pictures = sys.argv[1], sys.argv[2:]
    texts, failed = set(), not pictures
    for picture in pictures:
        image = Image.open(picture).convert("L")
        read = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
        right = [code.symbology_identifier for code in read] == ["]Q1"] and read[0].text.startswith(beginning)
        said = ", ".join(f"{code.symbology_identifier} {code.text}" for code in read) or "nothing"
        print(f"{picture}: {image.width}x{image.height}: {said}: {'ok' if right else 'WRONG'}", file=sys.stderr)
        texts.update(code.text for code in read)
        failed = failed or not right
    print("\n".join(sorted(texts)))
    return 1 if failed or len(texts) != 1 else 0


if __name__ == "__main__":
    sys.exit(main())
