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
moment-time = { $time }
moment-day = { $day }, { $time }
file-damaged = The till's file is damaged: close the program and run pos-agent salvage
device-missing = Scanner unplugged: { $path }
scale-missing = Scale unplugged: { $path }
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
earns-a-day = a day gives { points-short } at most
earns-with-card = with a card: +{ points-short }
points-short = { $n } pts
discount = discount { $amount }
tax-included = tax included { $amount }

## Actions
actions = Actions
keys = Keys
pay = Pay
pay-exact = Exact
pay-blocked-unknown = Resolve the unknown codes first
pay-blocked-price = Key the missing prices first
price-missing = Price missing: { $name }
open-price = Open price
open-price-title = Open price
open-price-price = Price of one
open-price-tax = Tax included: { $rate }. At most { $most }.
open-price-name = Name (left empty, the code stands for it)
open-price-department = Department (may be empty)
open-price-add = Put into the sale
notice-price-needed = The price of { $about } is missing: key it under “Open price”
error-open-price = Type a price above zero and of no more than { $most }, as the label says
error-open-price-code = That is the code, not the price: type the price on the label
error-open-price-name = Write name and department in a few words, without numbers of payment cards
error-open-price-gone = That code does not wait any more: scan it again
pay-blocked-empty = The sale is empty
customer = Customer
void-last = Void line
cancel-sale = Cancel sale
back = Back
numpad = Numbers
numpad-erase = Erase
key-enter = Enter
key-delete = Del
key-insert = Ins
key-page-up = PgUp
key-page-down = PgDn

## Customer
hello = Hello, { $name }
card-ending = Card { $card }
card-hint = Scan the card, or type its number, a phone or an e-mail.
card-number = Card, phone or e-mail
card-attach = Attach card
card-remove = Remove card
card-unknown = This card is not known here yet. Go on: the sale carries it, and points arrive once the hub knows it. If it is new, enrol the customer.
card-blocked = Card blocked. The sale goes on without points. Customer service can help.
card-lost = Card reported lost: it neither earns nor redeems. Ask the customer for the new card, or find them by phone. If they found this one, customer service makes it work again.
card-stolen = Card reported stolen: it neither earns nor redeems. Follow the store’s rule for stolen cards; the owner can be found by phone.
card-replaced = Card replaced by a new one: it earns points and redeems none. To redeem, ask for the new card.
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
pay-title = Take payment
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
next-sale = New sale
see-receipt = See receipt
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
keys-help = This help
keys-search = Entry and search
keys-customer = Customer
keys-pay = Pay
keys-exact = Take the exact amount in cash
keys-void = Void the last line
keys-back = Back; never clears the sale

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
notice-card-lost = Card reported lost: the sale goes on without points
notice-card-stolen = Card reported stolen: the sale goes on without points
notice-card-replaced = Card replaced by a new one: it earns and does not redeem
notice-code-unknown = Unknown code { $about }
notice-unreadable = Damaged read: scan the code again
notice-unreadable-measure = The label says no weight or price that the till can use: weigh the product or type its number
notice-unreadable-currency = The price on the label is in another currency: weigh the product or type its number
notice-unreadable-not-sold = That code is of no product, card or coupon: scan another code on the package
notice-unreadable-card-number = The number of this card could be a payment card’s: give the customer another card
notice-read-unended = The reader sends no line end: scan the code again, and if that repeats, check its setting
notice-read-garbage = The reader sends signs without sense: nothing was entered. Its speed and this till's differ; tell support
notice-payment-card = That was a payment card ({ $about }): nothing was kept
notice-coupon = Coupon: { $about }
notice-coupon-not-taken = This coupon is not taken here ({ $about }): give it back and go on
notice-coupon-not-yet = That coupon is good from { $about } on: give it back to the customer
notice-coupon-expired = That coupon ended on { $about }
notice-coupon-twice = That coupon is on the sale already
notice-coupon-used = Coupon { $about } was used in this shop already
notice-coupon-too-many = No more of these coupons are taken on one sale
coupon-tag = Coupon
coupon_minimum = not good yet: buy at least { $amount }
coupon_no_goods = not good yet: its product is missing
coupon_promoted = not good together with the offer on its product
coupon_nothing_left = not good: nothing is left to take off
notice-nothing = There is nothing to change
notice-basket-full = The sale is full: take payment and start another
notice-too-many-unknown = Too many unknown codes: resolve those on the list first
notice-price-shown = Price of { $about }
notice-no-article = That is not a product
notice-card-read = Card read
notice-article-no-card = That is a product, not a card
notice-no-card = That is not a card number
notice-member-enrolled = Enrolled: { $about }
notice-quantity-refused = That quantity cannot be
notice-receipt-queued = Receipt { $about } sent to the printer
notice-printer-no-paper = Printer { $about } is out of paper: the sale is kept and its receipt prints with a new roll
notice-printer-cover-open = Printer { $about } has its cover open: close it and the receipt prints
notice-printer-offline = Printer { $about } does not answer: sales go on and receipts wait
notice-printer-missing = Printer { $about } is not found: look at cable and power; receipts wait
notice-printer-ready = Printer { $about } is ready
notice-device-still-missing = { $about } still does not answer: see to cable and power
notice-label-printed = Label “{ $about }” printed
notice-label-not-printed = The label “{ $about }” was not printed: see that the label printer is on and plugged in
notice-label-unsure = The label printer was lost in the middle of “{ $about }”: see whether it came out before you ask again

## Problems
problem-title = That could not be done
problem-token = The page was old. Go back to the till and repeat; nothing was lost.
problem-origin = The order did not come from this till and was refused.
problem-host = Open the till by its numeric address or by localhost.
problem-no-till = This program does not run till { $n }.
problem-no-sale = That sale is not on this till.
problem-no-printer = This till has no receipt printer. It is set up with [[printers]].
problem-no-drawer = This till's printer has no drawer. It is set up with drawer_pin in its profile.
problem-already-paid = This sale was paid already, receipt { $number }, and it stands: it was not cancelled. Do not hand the money back.
problem-already-cancelled = This sale was cancelled already, receipt { $number }: nothing was charged. Hand back what you received.
problem-storage = The till's disk could not be read or written. Tell support; code { $code }.
problem-disk-full = The till's disk is full. Make room and repeat: nothing was charged.
problem-other = Not done: { $code }
to-till = Back to the till

## Receipt
receipt-title = Receipt { $number }
receipt-copy = COPY
receipt-taken-back = Points taken back
receipt-next-gift = With { $points } points: { $gift }
receipt-offline = Sold offline: points are added later
receipt-page = This receipt on your phone
receipt-print = Print a copy
receipt-pdf = Download PDF
receipt-no-printer = This till has no printer. Open the PDF or show the QR code.
receipt-printer = Printer { $id }: { $state }
receipt-waiting = { $n-kind ->
    [one] { $n } receipt to print
   *[other] { $n } receipts to print
}
printer-unknown = not asked yet
printer-ok = ready
printer-paper_low = paper is low
printer-no_paper = out of paper
printer-cover_open = cover open
printer-offline = does not answer
printer-missing = not found
receipt-balance = Balance { $when }

## Discounts, holds, refunds and mixed payments
pay-blocked-overpaid = More was taken than is due now: give a payment back first
give-back = To give back
give-back-cash = Give back { $amount } in cash
given-back = Amount given back (with a minus sign)
cash-rounded = In cash: { $amount }
payments-taken = Payments taken
payment-give-back = Give back the payment: { $kind }
pay-kind = How it is paid
pay-reference = Terminal reference or gift card number
pay-part = Only a part
pay-back = Give money back
error-too-much = At most { $amount } can be paid this way
error-overpaid = { $amount } too much was taken: give a payment back first
error-gift-card-number = Type the number of the gift card
error-reference-card = That is a payment card number and is not kept: type the reference on the slip
error-reference = The reference is too long or has characters that cannot be read
error-coupon-used = A coupon on this ticket was taken at another till meanwhile. Give back what is paid already, take it off the ticket and charge again.
error-returned-meanwhile = Some of that receipt came back at another till. Look at the receipt again.
hold = Hold
recall = Recall
held-title = Held sales
held-none = No sale is held in this store.
held-own-only = The centre does not answer: here are only the sales held at the tills of this machine.
held-unsure = The centre does not answer, and another till may have recalled this sale. Take it up only if the customer is here: if another till is paid for it too, both sales count and are pointed out.
held-is-here = The customer is here: recall
held-leave = Leave it on hold
discount-give = Discount
discount-title = Discount or price
discount-on = Take it off
discount-ticket = the whole sale
discount-value = How much
discount-amount = Amount
discount-none = Take the discount back
percent = { $n }%
ticket-discount = sale −{ $cut }
price-of = Another price for { $name }
price-hint = Empty puts the catalogue price back.
price-set = Set price
error-discount = Type a discount above zero and not above the price, for example 10
error-price = Type a price in figures, for example 12.50
refund = Refund
refund-title = Refund
refund-lines = Lines of the receipt
refund-comes = Come back
refund-left = Left
refund-points = Points
refund-of = How many come back of { $name }
refund-reason = Reason
reason-unwanted = Not wanted
reason-defective = Defective
reason-wrong-article = Wrong article
reason-expired = Past its date
refund-card = Card { $card } goes on this sale: what is new earns points, and none are spent
refund-hint = The lines go to the sale with a minus sign. Scan other products for an exchange; money is given back when you pay.
refund-add = Put into the sale
refund-code = Receipt code or number
refund-unreceipted = Without a receipt
refund-sku = Product code
refund-price = Price, only if lower (empty: what the shop’s rules say)
refund-unreceipted-hint = With the customer’s card on the sale their purchase is looked for and comes back as with a receipt. If it is not found, it is worth the least that was charged here of late, and needs permission.
notice-return-by-rules = Returned without a receipt, at the price of the shop’s rules: { $about }
return-forbidden = Nothing comes back here without its receipt. Look for it by its code or its number.
return-limit-member = This customer returned without a receipt { $limit } times in { $days } days. Ask for the receipt, or let the office decide.
return-limit-cashier = { $limit } returns without a receipt were taken by this cashier in { $days } days. Ask for the receipt, or let another cashier take it.
return-no-product = That product is not in the catalogue. Look it up by its name, or scan another code of the package.
return-card-changed = The card on the sale is not the one from when goods without a receipt were taken. Take those lines off and return them again: so the customer’s purchase is looked for.
return-quantity = Type how many come back, more than zero
error-credit = { $amount } of goods without a receipt goes onto a gift card. Choose gift card for that part; then give back the rest.
credit-due = { $amount } goes onto a gift card: it is of goods without a receipt
refund-not-found = Nobody knows that receipt: neither this till nor the centre. With permission it can come back without a receipt.
refund-no-number = No receipt of that number is among this till’s latest. Scan or type the receipt’s code: with it the whole chain is searched.
late-not-here = Neither this till nor the centre knows that receipt. Read its code again, or type it.
late-hub-away = That receipt is another till’s, and the centre does not answer. Try again when it does, or at the till that sold it.
refund-not-here = That receipt is not this till’s, and the centre does not answer. Try again later, or refund at the till that sold it; with permission it can come back without a receipt.
refund-hub-away = The centre does not answer: what came back at other tills already is not seen here. See whether the receipt is marked.
refund-not-returnable = Nothing of that receipt can come back: it was cancelled or a training ticket.
refund-quantity = Type how many come back, not more than are left
returned = Returned
takes-back-points = { $n } are taken back
keys-minus = Takes 500 off the last line
keys-slash = Takes 10% off the last line
keys-reset = Last line at its catalogue price
keys-hold = Hold the sale
keys-recall = Recall a sale
keys-discount = Discount or price
keys-refund = Refund
notice-receipt-read = Receipt read.
notice-receipt-elsewhere = Another till’s receipt.
notice-receipt-asked = That receipt is not this till’s: the centre is being asked. You can go on selling.
notice-receipt-unknown = Nobody knows that receipt: neither this till nor the centre. If it is of today, its till may not have sent it yet.
notice-receipt-away = That receipt is not this till’s, and the centre does not answer. Try again later, or refund at the till that sold it.
notice-receipt-page = That code opens a page on the customer’s phone. Read the other code, or type the receipt’s.
notice-discount-given = Discount: { $about }
notice-discount-taken-back = Discount taken back: { $about }
notice-price-set = Price: { $about }
notice-return-added = Returned: { $about }
notice-payment-taken = Payment taken; the rest is due
notice-payment-given-back = Payment given back
notice-basket-held = Held: { $about }
notice-held-elsewhere = Till { $about } has recalled that sale.
notice-held-gone = That sale is held no more.
notice-held-away = That sale was held at another machine, and the centre does not answer. Recall it there, or scan its goods again.
notice-held-twice = A sale that was recalled here without a connection was recalled at till { $about } too: see whether the customer paid twice.
notice-basket-recalled = Recalled: { $about }
notice-discount-refused = The discount must be above zero and not above the price
notice-price-refused = That is not a price
notice-more-than-sold = No more can come back than were sold
notice-returned-line = A return keeps the price of its receipt
notice-too-many-payments = Too many payments in one sale: give one back
problem-partly-paid = A part was paid already: give it back before you hold or cancel the sale.
problem-held-in-training = This ticket was put on hold in training. Switch training on to take it up.
problem-held-while-selling = This ticket was put on hold while selling. Switch training off to take it up.
problem-in-training = The till is in training: what you ask for counts for real. Switch training off first.
problem-under-way = A sale is under way: hold or close it first.
problem-not-held = Another till has recalled that sale already.
returned-count = { $n-kind ->
    [one] { $n } returned
   *[other] { $n } returned
}
recall-count = { $n-kind ->
    [one] Recall ({ $n })
   *[other] Recall ({ $n })
}

## Redeeming
redeem = Points
redeem-title = Pay with points
redeem-points = Points to redeem
redeem-none = No points
redeem-use = Redeem
redeem-most = Redeem { $points } ({ $amount })
redeem-no-card = Put the customer’s card on the sale first.
redeem_not_offered = The programme does not let points pay.
redeem_balance = The balance does not reach for all of it.
redeem_minimum = It stays below the least that can be redeemed.
redeem_online_only = Without a connection no points are redeemed.
redeem_snapshot_old = No connection, and the balance known here is too old to redeem.
redeem_offline_cap = No connection: this card cannot redeem more here.
redeem_offline_redemptions = No connection: this till has redeemed as often as it may. Points wait until the hub is back; take another payment.
gifts = Gifts
gift-take = Take
gift-take-named = Take the gift { $name }
gift-missing = { $n } missing
gifts-in-reach = Can have:
gift-limit-member = Had it already: { $n } for each member { $per }
gift-limit-total = All given in the chain: { $n } in total { $per }
gift-per-day = a day
gift-per-month = a month
gift-per-ever = for good
gift_member_limit = This member has had this gift as often as the programme allows. Choose another one.
gift_total_limit = This gift was handed over as often as the programme allows. Choose another one.
gift-where = Where is it?
gift-where-named = Where is { $name }?
gift-instead = Instead:
gift-instead-named = Take instead { $name } · { $n }
gift-tag = Gift · { $n }
notice-gift = Gift: { $about }
notice-gift-fixed = A gift is one piece at its own price. Take it off, or take another one under Points.
notice-gift-card = A gift needs the member’s card on the sale.
error-points = Type how many points, for example 1,000
error-points-most = At most { $n } can be redeemed now, in the programme’s steps

## Enrolment
enrol-title = New member
enrol-card = Card
enrol-card-hint = Scan a new card or type its number.
enrol-temporary = No card at hand: give a temporary number
enrol-first-name = First name
enrol-last-name = Surname (optional)
enrol-phone = Phone
enrol-email = E-mail
enrol-birthday = Birthday (optional, without the year)
enrol-birth-day = Day
enrol-birth-month = Month
enrol-error-birthday = The birthday is no day of the year: write day and month in figures, or leave both empty
enrol-contact-hint = One of the two is enough. They go to the hub: only the last digits of the phone stay here.
enrol-yes = Yes
enrol-no = No
enrol-confirm = Enrol
enrol-leave = Leave without enrolling
enrol-this-card = Enrol with this card
enrol-use-card = Put this card on the sale
consent-programme = Do you accept the terms of { $chain }’s points programme, and that we keep your purchases and points under your name?
consent-marketing = Would you like offers from { $chain } by phone or e-mail? You can withdraw this at any time.
enrol-error-card = Scan or type the card, or tick that there is none
enrol-error-card-taken = That card belongs to somebody. Put it on the sale or use another.
enrol-error-card-blocked = That card is blocked. Use another.
enrol-error-payment-card = That was a payment card: nothing was kept. Use the points card.
enrol-error-article = That is a product, not a card
enrol-error-not-a-card = That is not a card number
enrol-error-no-first-name = Type the first name
enrol-error-name = The name is too long or has characters that cannot be kept
enrol-error-no-contact = Type a phone number or an e-mail address
enrol-error-phone = Type the phone number with 7 to 15 digits, for example 300 123 4567
enrol-error-email = Type the e-mail address like name@example.com
enrol-error-choose = Ask, and choose yes or no
enrol-error-no-programme = Without accepting the terms there is no card. The sale can go on without one.
card-code-title = Temporary card
card-code-text = The customer can photograph it or write it down. It counts from now on, until they get their own.
card-code-show = Show temporary card
tier-next = { $name } · { $missing } to { $next }
phone-end = Phone ••• { $digits }
birthday-today = It is their birthday today: congratulate them!
birthday-soon = { $n-kind ->
    [one] Birthday tomorrow
   *[other] Birthday in { $n } days
}
pending = { $points } pending until { $date }
pending-several = { $points } pending, { $first } of them until { $date }
vests = can be spent from { $date } on
expiring = { $points } expire on { $date }

## Price check
price-title = Check a price
price-label = Scan or type a code or a name
price-label-print = Print a label
price-ask = Check
price-found = Price
price-aimed = The reader’s next code is checked here and not sold. After it, or in 30 seconds, the reader sells again.
price-not-aimed = The reader scans for the sale again.
price-again = Check another
price-empty = Scan a product to see its price.
price-no-article = That is not a product.
price-unknown = There is no price for “{ $code }”.
price-price = Price
price-offer = Price with their offer
price-rules = Promotions
price-rule-members = with a member's card
price-no-offer = No offer for this customer
price-no-member = Attach the customer’s card to see their offer
stock-enough = Enough left
stock-low = Few left
stock-out = None left
stock-since = By the hub, since { $since }
stock-age = By the hub, since { $since }; last heard { $heard }
price-stock = Stock
price-stock-unknown = The hub does not answer: nobody knows. Look at the shelf.
price-stock-asking = Asking…
price-stock-not-kept = Nobody keeps count of this product.
price-stock-here = Here:

## Queue and devices
status-title = Queue and devices
status-hub = Hub
status-hub-unknown = Connecting
status-hub-online = Online
status-hub-offline = Offline
status-hub-refused = Does not let this till in
status-heard = last contact { $when }
status-unsent = To be sent
status-other = { $n-kind ->
    [one] and { $n } record more (enrolments, answers to offers)
   *[other] and { $n } records more (enrolments, answers to offers)
}
status-oldest = the oldest is from { $when }
status-kept = It is kept on this till and goes out by itself once there is a connection.
status-catalogue = Catalogue
status-products = { $n-kind ->
    [one] { $n } product
   *[other] { $n } products
}
status-cards = { $n-kind ->
    [one] { $n } card
   *[other] { $n } cards
}
status-members = { $n-kind ->
    [one] { $n } member
   *[other] { $n } members
}
status-age = as the hub gave it, { $when }
status-never = The hub has given nothing yet.
status-devices = Readers
status-no-devices = None set up. A reader that types like a keyboard works too.
status-since = since { $when }
status-printer = Printer
status-no-printer = This till has no printer
status-last-good = last well: { $when }
status-never-good = no answer since the program was started
status-device-try = Try { $name } again
status-printer-try = Try again
status-printer-test = Print a test strip
status-labels = Labels
status-labels-test = Print a test label
status-labels-hint = A product's label is printed from the price check.
labels-taken = Last label printed
labels-lost = The last label did not come out whole
labels-none-yet = None since the start
label-test = Label test: Ñ Á é ü
status-jobs = { $n-kind ->
    [one] { $n } job to print
   *[other] { $n } jobs to print
}
device-there = Connected
verified-no = profile not verified
verified-manual = profile by the manual
verified-bench = profile tried with the device
device-gone = Unplugged
status-aside = Kept aside by the hub
status-none-aside = Nothing since the program was started.
status-aside-hint = The hub has it in custody; somebody reviews it there under Quarantine.
status-file = The till's file
status-file-sound = No damage
status-file-checked = checked { $when }
status-file-unknown = Is checked shortly after the start.
status-file-hint = Sales are still kept. Do it today: what can be read goes into a new file, and the damaged one is kept.
status-version = Version
status-send = Send now
status-send-hint = The till sends by itself; this only brings the next attempt forward.
status-sound = Sound
status-test = Test
status-sound-hint = Every sound comes with a text.
status-capture = Scan from any field
status-capture-hint = With a reader that types like a keyboard. Off, what is typed stays where it is typed, and the reader works in the entry line only.
capture-on = On
capture-off = Off
volume-0 = Mute
volume-1 = Low
volume-2 = Normal
volume-3 = Loud
tone-found = Product
tone-card = Card
tone-error = Error

## Customer display
display-welcome = Welcome
display-enrol = Ask for the points card at the till.
display-enrol-code = Enrolment on your phone
display-enrol-photo = No points card yet? Open this code on your phone.
display-yours = Your purchase
display-first = Your products come next
display-article = Item
display-more = { $n-kind ->
    [one] and { $n } line before
   *[other] and { $n } lines before
}
display-card = Your temporary card
display-photo = Your temporary card: take a photo of it.
display-receipt = Code of your receipt
display-receipt-photo = Your receipt: take a picture of it for returns.
display-thanks-name = Thank you, { $name }
display-given-back = Points given back
display-spent = Points redeemed
display-balance = Balance { $when }, without this purchase

## Who serves
login-title = Log in to the till
login-hint = Tap your name and type your PIN, or hold your badge to the reader.
login-who = Alias or badge
login-names = Cashiers
login-pin = PIN
login-pad = Digits of the PIN
login-enter = Log in
login-leave = Log out
login-wrong = The alias or the PIN is wrong.
login-wait = { $n-kind ->
    [one] Too many wrong PINs: wait { $n } second.
   *[other] Too many wrong PINs: wait { $n } seconds.
}
approve-title = Approval
approve-hint = Whoever approves types their PIN or holds their badge to the reader.
approve-nobody = Nobody at this till may approve this.
approve-not-permitted = { $who } may not approve this.
approve-denied = This cannot be done at a till.
approve-done = { $who } approves.
approve-go = Continue
permission-discount = Discount of { $percent }
permission-price-override = Another price
permission-refund = Refund with receipt
permission-refund-without-receipt = Refund without receipt
permission-void-after-total = Void after the total
permission-training = Training
permission-open-shift = Open a shift
permission-close-shift = Close a shift
permission-drawer = Open the drawer or move cash
permission-late-card = Points for a receipt without a card
notice-logged-in = { $about } serves
notice-not-logged-in = Nobody is logged in: the scan was not taken
notice-approved = { $about } approves
notice-not-permitted = { $about } may not approve this

## Shift
shift-title = Shift and till
shift-none = No shift is open
shift-open = Open shift
shift-float-count = Cash counted in the drawer
shift-print = See report
shift-cash = Cash in or out
shift-amount = Amount
shift-reason = Reason
shift-put-in = In
shift-take-out = Out
shift-close = Close shift
shift-count-total = Cash counted, in total
shift-count-pieces = Or by notes and coins
shift-close-confirm = Close and print the Z report
shift-close-only = Close the shift
shift-until = Until
shift-drawer-openings = Drawer opened without a sale
shift-drawer-counts = Drawer opened to count
report-print = Print
drawer-count = Open the drawer to count
drawer-change = Open the drawer
shift-closed-list = Closed shifts
shift-closed-none = No Z report yet.
shift-date = Date of the shift
shift-opened = Opened
shift-closed = Closed
shift-tickets = Tickets
shift-returns = Of them with a return
shift-voids = Cancelled sales
shift-sold = Sold
shift-returned = Returned
shift-net = Net { $rate }
shift-tax = VAT { $rate }
shift-tax-other = other rate
shift-rounding = Rounding
shift-coupons = Of that in coupons
shift-points-given = Points given
shift-points-redeemed = Points redeemed
shift-float = Float
shift-cash-in = Cash in
shift-cash-out = Cash out
shift-expected = CASH EXPECTED
shift-counted = Cash counted
shift-difference = DIFFERENCE
x-report = X report
z-report = Z report { $number }
shift-error-amount = Type the amount in figures.
shift-error-open = A shift is open already.
shift-error-none = That shift is not open.
shift-error-basket = A sale is open: pay or cancel it first.
shift-error-move = Type an amount above zero and a reason.
problem-shift-needed = Open a shift and count the cash in the drawer first. Nothing was charged.
training = TRAINING
training-title = Training
training-text = What is rung up does not count: no points, no stock, no drawer.
training-start = Start training
training-stop = End training

## Scale
notice-weight-needed = { $about } is sold by weight and there is no scale: type the weight first, for example 1.250*
notice-scale = Scale: { $about }
scale_missing = it is off or unplugged; switch it on and take the product again
scale_timeout = it does not answer; check its protocol with pos-agent scan-test
scale_unstable = the load still moves; wait and take the product again
scale_zero = nothing lies on it; put the product on and take it again
scale_under_zero = it shows less than zero; clear it and set it to zero
scale_over = the load is too heavy; weigh it in parts
scale_unreadable = its answer cannot be understood; check its profile
scale_unit = it weighs in another unit; set it to kilograms
error-points-spent = The points no longer reach: they were spent at another till. Give the payment in points back; { $n } can be redeemed now.

## Forgotten card
late-title = Points for a receipt without a card
late-link = Add to a card
late-card = Card
late-hint = Swipe the card through the reader or type its number.
late-points = Points of this purchase: { $n }
late-agreement = The sale is not of this moment: somebody with permission has to agree.
late-confirm = Add the points
notice-late-card = Receipt added to the card of { $about }
late_card_off = This chain adds no points after the sale.
late_card_not_completed = That receipt earns no points: it was cancelled or rung up to learn.
late_card_nothing_sold = Nothing was sold on that receipt: there are no points to add.
late_card_has_card = That sale had its card: the points are the card's.
late_card_attached = That receipt was added to another card already.
late_card_too_late = That receipt is too old: its points cannot be added any more.
late_card_blocked = That card is blocked: ask the customer for the new one.
late_card_in_training = The till is in training: turn it off before adding points.

## A customer without the card
find-again = Look again
redeem_by_contact = The customer was found by phone or e-mail: to spend points, scan the card.
redeem_card_replaced = This card was replaced by a new one: to spend points, scan the new one.
redeem_card_reported = This card was reported lost, stolen or replaced meanwhile: it spends no points. Give a payment in points back, take gifts for points off the ticket, and ask for the new card.
find-title = Customer without the card
find-label = The customer’s phone or e-mail
find-hint = Ask for the name before you attach the card. A phone number earns points; spending them takes the card.
find-found = Customers found
find-asking = Asking the hub…
find-away = Without the hub nobody can be searched for. Sell without the card: with receipt and card the points are added later.
find-too-many = Too many searches without a result. Wait 10 minutes, or scan the card.
find-nobody = Nobody has that phone or e-mail. Check it with the customer, or enrol them.
find-more = More people have this: ask for the e-mail or the card.
find-take = This is them
find-take-named = This is them: { $name }
find-no-card = No valid card: send the customer to customer service
find-as-card = No: it is a card number
find-error-contact = Type a phone number of 7 to 15 digits, or an e-mail like name@example.com
card-by-contact = No card: earns points, spends none
enrol-known = A member already? These have that phone or e-mail:
enrol-known-no = If they are none of these, press Enrol once more.

# Gift cards
gift-card-title = Gift card
gift-card-number = Number of the card
gift-card-number-hint = Scan the card, or type all its digits.
gift-card-read = Card { $card }
gift-card-fixed = On it: { $amount }
gift-card-amount = Amount on it
gift-card-most = At most { $most }.
gift-card-balance = Gift card { $card }: { $amount } left
gift-card-asking = Gift card { $card }: asking the centre…
gift-card-is-blocked = Gift card { $card } is blocked: send the customer to customer service.
gift-card-is-unknown = Nobody has heard of gift card { $card } yet: take another payment. If it was sold today, wait until that till has sent its sales.
gift-card-is-away = The centre cannot be asked what is on gift card { $card }: take another payment, or try again when there is a connection.
gift-card-pay = Pay with this card
gift-card-give-back = Give it back onto this card
error-gift-card-no = That is not the number of one of our gift cards: scan the card, or type all its digits
error-gift-card-away = The centre cannot be asked what is on the card: take another payment, or try again when there is a connection
error-gift-card-unknown = Nobody has heard of this card yet: take another payment. If it was sold today, wait until that till has sent its sales
error-gift-card-blocked = This card is blocked: take another payment, and send the customer to customer service
error-gift-card-empty = Nothing is left on this card: take another payment
error-gift-card-ended = What was held of the card was let go meanwhile: scan it once more
error-gift-card-training = In training nothing is taken off a real card: take another payment
error-reference-gift-card = That is the number of a gift card, which is kept nowhere: choose gift card as the payment, or write what the terminal printed
error-gift-card-elsewhere = This is a gift card of the centre, and this till leaves gift cards to another system: take another payment, and tell whoever set the till up
notice-gift-card-read = Gift card { $about }: pay shows what is on it.
notice-gift-card-elsewhere = Gift card { $about } of the centre: this till leaves gift cards to another system. Take another payment, and tell whoever set the till up.
notice-gift-card-needed = { $about }: scan the card, then type the amount.
notice-gift-card-for-sale = Card { $about }: now type the amount.
notice-gift-card-not-sold = { $about }: this till leaves gift cards to another system, so it sells none of the centre’s. Tell whoever set the till up.
notice-gift-card-twice = This card is on the sale already: scan another one.
notice-gift-card-fixed = A gift card is sold by itself for its amount, without a discount.
error-gift-card-sold = A gift card that was sold does not come back: what is on it can be spent in any store of the chain
