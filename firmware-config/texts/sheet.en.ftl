# The pages that are printed: settings of scanners, cards, enrolment of tills.

page = page { $page } of { $pages }
hash = hash { $hash }
made = { $date }

settings-kind = CONFIGURATION SHEET
settings-order = Read the { $steps } codes in order, 1 to { $steps }, and cover the others. The scanner beeps for each one that it takes.
settings-order-one = Read the code once. The scanner beeps when it has taken it.
settings-warning = Careful: whoever reads this sheet changes the scanner. For this model only; keep it away from the tills.
settings-verified-no = Not tried: neither with the maker's manual nor with the device.
settings-verified-manual = Agrees with the maker's manual; not tried with the device.
settings-verified-bench = Tried with the device.
settings-source = What the codes hold: { $source }
settings-footer = Configuration of { $model }
settings-by-tool = Still to be set with the maker's tool or manual: { $settings }
settings-enter = Enter configuration
settings-leave = Leave configuration and apply it

setting-suffix = End of each read: { $value }
setting-code_id = Symbol identifier before each read: { $value }
setting-decode_packets = Reads in packets: { $value }
setting-acknowledge = Answer to each command: { $value }
setting-parameter_scanning = Set up by codes on paper: { $value }
setting-trigger = What starts a read: { $value }
setting-all_codes = All symbologies: { $value }
setting-codabar = Codabar: { $value }
setting-code_39 = Code 39: { $value }
setting-code_93 = Code 93: { $value }
setting-code_128 = Code 128: { $value }
setting-gs1_128 = GS1-128: { $value }
setting-ocr = Reading of letters (OCR): { $value }
setting-expand_upc_e = UPC-E sent as UPC-A: { $value }
setting-illumination = Illumination: { $value }
setting-aimer = Aimer: { $value }
setting-good_read_tone = Beep of a good read: { $value }
setting-read_timeout_ms = Longest time of one read, in milliseconds: { $value }
setting-baud = Speed of the line, in baud: { $value }

value-on = yes
value-off = no
value-cr = CR
value-lf = LF
value-cr_lf = CR and LF
value-tab = tab
value-none = nothing
value-aim = AIM
value-vendor = the maker's own
value-button = the button
value-host = a command of the till
value-always = always reading
value-low = low
value-medium = medium
value-high = high

symbol-qr = QR
symbol-code128 = Code 128
symbol-code128-init = Code 128 with FNC3 (programs the scanner)

cards-kind = LOYALTY CARDS
cards-title = Cards with { $symbol }
cards-count = { $cards } cards of { $width } × { $height } mm · cut along the lines · print at 100 %, not fitted to the page
cards-count-one = 1 card of { $width } × { $height } mm · cut along the lines · print at 100 %, not fitted to the page
cards-footer = Cards { $first } to { $last } of { $cards }

till-kind = TILL ENROLMENT
till-title-more = { $tills } and { $more } more
till-title-none = New till
till-note = The code serves once and ends 10 minutes after it was made. Destroy the sheet afterwards.
till-expires = The code serves once and ends on { $time } UTC. Destroy the sheet afterwards.
till-scan = Open a terminal on the till and read this code. It types the whole command; press Enter if the scanner does not. Scanner and till must be set to the same keyboard layout.
till-type = Or type the command and read the one-time code alone:
till-footer = Enrolment at { $hub }
