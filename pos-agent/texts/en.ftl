## Header
till-name = Till { $code }
hub-unknown = Connecting · { $unsent }
hub-online = Online · { $unsent }
hub-offline = Offline · { $unsent }
hub-refused = The hub does not admit this till · { $unsent }
hub-balances = balances { $when }
unsent-short = { $n } to send
unsent-sales = { $n-kind ->
    [one] { $n } sale to send
   *[other] { $n } sales to send
}
at-time = as of { $time }
at-day = as of { $day }, { $time }
device-missing = Scanner unplugged: { $path }
theme-to-dark = Change to dark colours
theme-to-light = Change to light colours
language-other = Español
lost = The till program does not answer. What was entered is safe; trying again every few seconds.

## Entry
entry-label = Scan or type a code
entry-hint = Scan or type a code · 3* quantity
add = Add
search = Search

## Sale
basket = Current sale
col-quantity = Qty
col-product = Product
col-price = Price
col-total = Total
col-actions = Change
less = One less of { $name }
more = One more of { $name }
void-line = Void { $name }
undo = Undo
voided = Voided
voided-count = { $n-kind ->
    [one] { $n } line voided
   *[other] { $n } lines voided
}
empty-title = Scan a product or a card
empty-text = You can also type the code and press Enter.
last-sale = Last sale: receipt { $number }, { $total }
reprint = Reprint
unknown-code = Unknown code { $code }
discard = Discard
items-count = { $n-kind ->
    [one] { $n } item
   *[other] { $n } items
}
earns = earns +{ points-short }
earns-with-card = with a card: +{ points-short }
points-short = { $n } pts
discount = discount { $amount }
tax-included = tax included { $amount }
total = TOTAL

## Actions
actions = Actions
keys = Keys
pay = Pay
pay-exact = Exact
pay-blocked-unknown = Resolve the unknown codes first
pay-blocked-empty = The sale is empty
customer = Customer
void-last = Void line
cancel-sale = Cancel sale
back = Back
numpad = Numbers
numpad-erase = Erase
key-enter = Enter
key-delete = Del

## Customer
hello = Hello, { $name }
card-ending = Card { $card }
card-hint = Scan the card or type its number.
card-number = Card number
card-attach = Attach card
card-remove = Remove card
card-unknown = This card is not known here yet. The sale carries it; points arrive once the hub knows it.
card-blocked = Card blocked. The sale goes on without points.
no-card = No card
balance-at = balance { $when }
last-visit = Last visit { $when }
usual-gap = usually every { $days } days
visits-count = { $n-kind ->
    [one] { $n } visit
   *[other] { $n } visits
}
no-rhythm = No rhythm yet: it takes 3 visits
usual = Usually buys
usual-none = No usual products yet
due-today = missing today
usual-had = Has already: { $names }
offer = Offer
offer-until = until { $date }
offer-accept = Apply
offer-decline = No, thanks
offer-applied = Offer applied
offer-waiting = Accepted: the product is still to be scanned
offer-declined = Offer declined

## Payment
pay-title = Take cash
due = To pay
exact = Exact { $amount }
tendered = Handed over by the customer
pay-confirm = Take payment
error-title = There is a problem
error-amount = Type the amount handed over in figures, for example { $example }
error-too-little = { $amount } missing
error-changed = The total changed while you were taking payment. Check the amount and take it again.
error-prefix = Error: { $title }

## Done
done-title = Sale paid
change = Change
next-sale = New sale
see-receipt = See receipt
receipt-code-label = Return code { $code }
cancel-title = Cancel the whole sale?
cancel-text = Its lines stay on record as cancelled. Nothing is charged.
cancel-confirm = Yes, cancel it

## Search
search-title = Find a product
search-label = Beginning of the name
search-none = No product begins with “{ $query }”.
search-start = Type the beginning of the name.
search-count = { $n-kind ->
    [one] { $n } product
   *[other] { $n } products
}

## Keys
keys-title = Keys
keys-scan = Scan: at any moment, without touching anything
keys-3 = 3* and then the product: three of it
keys-5 = *5 Enter: the last line becomes 5
keys-f1 = This help
keys-f2 = Entry and search
keys-f3 = Customer
keys-f9 = Pay
keys-exact = Take the exact amount in cash
keys-delete = Void the last line
keys-escape = Back; never clears the sale

## Notices
notice-product-added = { $about }
notice-quantity-set = Quantity changed: { $about }
notice-quantity-next = Quantity { $about } for the next product
notice-line-voided = Voided: { $about }
notice-line-restored = Restored: { $about }
notice-code-discarded = Code discarded
notice-offer-accepted = Offer accepted
notice-offer-declined = Offer declined
notice-sale-closed = Receipt { $about } saved
notice-sale-cancelled = Sale cancelled, receipt { $about }
notice-card-attached = Card attached
notice-card-removed = Card removed
notice-card-unknown = Card { $about } is not known here yet
notice-card-blocked = Card blocked: the sale goes on without points
notice-code-unknown = Unknown code { $about }
notice-unreadable = Damaged read: scan the code again
notice-read-unended = The reader sends no line end: scan the code again, and if that repeats, check its setting
notice-read-garbage = The reader sends signs without sense: nothing was entered. Its speed and this till's differ; tell support
notice-payment-card = That was a payment card ({ $about }): nothing was kept
notice-coupon = This till does not take coupons yet
notice-receipt = This till does not take returns by receipt yet
notice-nothing = There is nothing to change
notice-basket-full = The sale is full: take payment and start another
notice-too-many-unknown = Too many unknown codes: resolve those on the list first
notice-quantity-refused = That quantity cannot be

## Problems
problem-title = That could not be done
problem-token = The page was old. Go back to the till and repeat; nothing was lost.
problem-origin = The order did not come from this till and was refused.
problem-host = Open the till by its numeric address or by localhost.
problem-no-till = This program does not run till { $n }.
problem-no-sale = That sale is not on this till.
problem-already-paid = This sale was paid already, receipt { $number }, and it stands: it was not cancelled. Do not hand the money back.
problem-already-cancelled = This sale was cancelled already, receipt { $number }: nothing was charged. Hand back what you received.
problem-storage = The till's disk could not be read or written. Tell support; code { $code }.
problem-disk-full = The till's disk is full. Make room and repeat: nothing was charged.
problem-other = Not done: { $code }
to-till = Back to the till

## Receipt
receipt-title = Receipt { $number }
receipt-copy = COPY
receipt-voided = SALE CANCELLED
receipt-number = Receipt
receipt-till = Till
receipt-cashier = Served by
receipt-date = Date
receipt-discount = Discount
receipt-return = Return
receipt-net = Net
receipt-tax = Tax
receipt-card = Card
receipt-earned = Points from this sale
receipt-balance = Balance { $when }
receipt-not-fiscal = Internal receipt — not a fiscal document
receipt-thanks = Thank you
tender-cash = Cash
tender-card = Payment card
tender-points = Points
tender-gift-card = Gift card
tender-external = Other system
