## pos-agent scan-test
listening = { $path }: profile { $profile } ({ $device }; { $verified }). Nothing is sold and nothing is kept.
verified-no = not verified
verified-manual = by its manual
verified-bench = tried with the device
read = Read { $number }: { $read }
read-whole = whole
read-too-long = too long; dropped up to its end
read-unended = without an end; check the reader's suffix (CR, LF, TAB or ETX) and the profile's
read-cut-off = cut off when the device was unplugged
read-garbage = signs without sense; try another speed in the profile (9600, 115200, 38400, 57600, 19200) or another parity
hidden = { $count } signs hidden: they are or may be a payment card's
symbol = Symbol { $symbol }
meaning-product = Article { $text }
meaning-labelled = Article with a label of weight, price or count: { $text }
meaning-eight-digits = Eight digits, EAN-8 or UPC-E: { $text }; the catalogue decides
meaning-member-card = Member card { $text }
meaning-coupon = Coupon { $text }
meaning-receipt = Receipt { $text }
meaning-code = Code that no rule claims { $text }: looked up among the articles, then among the cards
meaning-unreadable = No code ({ $text })
meaning-payment-card = Payment card ({ $text }): forgotten
meaning-weight = Weight { $text }
meaning-none = No meaning
key-gaps = Between keys: { $shortest } ms shortest, { $median } ms median, { $longest } ms longest
burst-taken = If the screen reads it and not this program: burst_gap_ms = { $set } of [till] is enough ({ $needed } are needed)
burst-set = If the screen reads it and not this program: set burst_gap_ms = { $needed } in [till] (now { $set })
burst-too-slow = Too slow to be told from a person: declare it as a [[device]] with role = "wedge"
