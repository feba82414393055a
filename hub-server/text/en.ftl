# Texts of the hub.

# Frame
shell-error = Error
shell-skip = Skip to content
shell-find = Find customer or card
shell-find-hint = Scan a card or type a name
shell-live-off = Offline
shell-view = View
shell-language = Language
shell-theme = Appearance
shell-apply = Apply
shell-help = Help
shell-logout = Sign out
shell-nav = Sections
shell-crumbs = You are in
theme-auto = Like the device
theme-light = Light
theme-dark = Dark
nav-overview = Overview
nav-customers = Customers
nav-adjustments = Points to agree to
nav-gift-cards = Gift cards
nav-affinity = Bought together
nav-stock = Stock
nav-promotions = Promotions
nav-tills = Stores and tills
nav-liability = Points in the books
nav-quarantine = Quarantine
role-cashier = Cashier
role-manager = Store manager
role-marketing = Marketing
role-service = Customer service
role-accountant = Accounting
role-admin = Administration
today = today
store = Store
store-all = All stores
card = Card
card-state-active = active
card-state-lost = lost
card-state-stolen = stolen
card-state-replaced = replaced
card-state-blocked = blocked
as-of = as of { $time }
ago-now = just now
ago-minutes = { $n-kind ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
ago-hours = { $n-kind ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

# Table
table-rows = { $from }–{ $to } of { $total }
table-filter = Filter
table-clear = Clear filters
table-pages = Pages
table-previous = Previous
table-next = Next
table-size = Rows per page:
table-export = Download this view:
table-excel = for Excel
table-programs = for programs
table-nothing = No row meets these filters.

# Form
form-problem = There is a problem

# Charts
chart-see-table = See table
chart-mean = mean { $days }
chart-median = median { $days }
chart-gaps-title = Days between visits
chart-gaps-axis = Days between visits
chart-gaps-count = Times
chart-gaps-subtitle = n = { $n } intervals · { $period }
chart-gaps-summary = Most often { $bin } days between visits. Mean { $mean }, median { $median }.
chart-next-title = Next visit
chart-next-subtitle = { $n-kind ->
    [one] { $n } visit in the last 90 days
   *[other] { $n } visits in the last 90 days
}
chart-next-summary = Expected on { $date }; in 8 of 10 cases between { $from } and { $to }.
chart-next-overdue = Expected on { $date }: { $days } days overdue.
chart-late = Overdue
chart-expected = Expected
visits-day = Day
chart-affinity-title = Affinity: how much more than chance
chart-affinity-summary = The strongest pair: { $a } with { $b }, { $lift } times what chance would give ({ $n } tickets).
chart-cover-title = Days of cover
chart-cover-lead = delivery time
chart-cover-none = Everything lasts until an order arrives.
chart-cover-summary = { $n-kind ->
    [one] { $n } product runs out before an order arrives.
   *[other] { $n } products run out before an order arrives.
}
chart-hours-title = Tickets by hour
chart-hour = Hour
chart-hour-usual = Usual
chart-hours-summary = { $tickets } tickets; the band is the least and the most of the last { $weeks } weeks, same weekday.
chart-hours-first = { $tickets } tickets. There is no same weekday of earlier weeks yet to compare with.
chart-hours-past = { $day }
chart-hours-subtitle = { $day } · the running hour is hatched

# Sign in
login-title = Sign in
login-user = User
login-password = Password
login-enter = Sign in
login-wrong = Wrong user or password. Check and try again.
login-wait = Too many tries. Wait a minute and try again.
login-empty-user = Enter your user
login-empty-password = Enter your password
login-demo = Demo: sign in as { $users } with the password “{ $password }”. It works on this computer only.

# Faults
fault-code = Code:
fault-home = Go to the overview
fault-404-title = This page does not exist
fault-404-what = The address leads nowhere, or what was there is gone.
fault-404-next = Check the address, or find the customer above.
fault-403-title = Your account cannot open this page
fault-403-what = This page asks for a permission that your role does not have.
fault-403-next = If you need it for your work, ask administration.
fault-400-title = We did not understand what was sent
fault-400-what = Something is missing or misspelt.
fault-400-next = Go back, check it and send it again.
fault-409-title = Somebody changed this first
fault-409-what = What you saw is no longer what is there.
fault-409-next = Open the page again and try once more.
fault-500-title = Something failed on our side
fault-500-what = Nothing that was saved is lost. The fault has been recorded.
fault-500-next = Try again in a moment.

# Overview
overview-title = Overview
overview-lead = Today, { $day } · time of the stores
overview-lead-past = The whole day: { $day }
overview-date = Day
overview-today = Today
overview-sales = Sales
overview-tickets = Tickets
overview-basket = Average ticket
overview-card = With card
overview-points = Points granted
overview-overdue = Overdue customers
overview-alerts = Stock alerts
overview-unsent = Sales not yet sent
overview-delta = { $change } vs { $day } at this hour
overview-delta-past = { $change } vs { $day }
overview-share-points = { $n } pp
overview-nothing-then = No tickets by this hour on { $day }
overview-nothing-past = No tickets on { $day }
overview-weeks = 8 weeks
overview-n-tickets = { $n-kind ->
    [one] { $n } ticket
   *[other] { $n } tickets
}
overview-n-pattern = { $n-kind ->
    [one] of { $n } with a pattern
   *[other] of { $n } with a pattern
}
overview-n-minimum = at or below their minimum
overview-n-tills = { $n-kind ->
    [one] { $n } till
   *[other] { $n } tills
}
overview-n-counted = { $n-kind ->
    [one] of { $n } counted product
   *[other] of { $n } counted products
}
overview-partial = Partial figures: { $tills } missing
overview-list-overdue = Most overdue
overview-list-stock = Runs out first
overview-list-tills = Tills
overview-none-overdue = Nobody with a pattern is overdue.
overview-none-stock = Nothing is below its minimum.
overview-none-tills = There are no tills yet.
overview-all-overdue = See all who are overdue
overview-all-stock = See all alerts
overview-all-tills = See stores and tills
overview-usual-gap = usually comes every { $days } days
overview-on-hand = { $n } left
overview-days-late = { $n-kind ->
    [one] { $n } day
   *[other] { $n } days
}
overview-name = Name
overview-value = Value

# Customers
customers-title = Customers
customers-lead = How often each of them comes, and when they are expected.
customers-caption = Customers
customers-search = Name, number or card
customers-state = Rhythm
customers-state-all = All
customers-state-overdue = Overdue
customers-state-pattern = With a pattern
customers-state-new = No pattern yet
customers-name = Name
customers-code = Number
customers-card = Card
customers-visits = Visits
customers-mean = Every (mean)
customers-median = Median
customers-last = Last visit
customers-next = Next
customers-late = Overdue
customers-none = There are no customers yet. Import them with “hub-server import members”.
customers-no-pattern = from 3 visits
found-none = Nothing matches “{ $q }”. Search by name, customer number or card number.

# Customer
customer-lead = Customer { $code } · since { $date }
customer-answers = The answers
customer-rhythm = How often they come
customer-next = Next visit
customer-usual = What they usually take
customer-balance = Balance
customer-visits = Visits
customer-points = Points
customer-contact = Contact
customer-email = E-mail
customer-phone = Phone
customer-birthday = Birthday
customer-consent = Marketing
customer-consent-yes = agreed, { $date } ({ $source })
customer-consent-no = not agreed
customer-masked = Your role sees contact details masked.
customer-every = every { $days } days
customer-median = median { $days } days
customer-n-visits = { $n-kind ->
    [one] { $n } visit
   *[other] { $n } visits
}
customer-no-pattern = { $n-kind ->
    [one] No pattern yet: { $n } visit; shown from 3 on.
   *[other] No pattern yet: { $n } visits; shown from 3 on.
}
customer-last = last: { $when }
customer-overdue = { $n-kind ->
    [one] { $n } day overdue
   *[other] { $n } days overdue
}
customer-on-time = on time
customer-due-count = { $n-kind ->
    [one] { $n } product due today
   *[other] { $n } products due today
}
customer-none-due = none due today
customer-no-usual = Nothing habitual yet: a product counts from 3 visits.
customer-available = { $points } available
customer-pending = { $points } pending until { $date }
customer-pending-several = { $points } pending, { $first } of them until { $date }
customer-debt = { $points } owed
customer-ending = { $points } expire on { $date }
customer-tier = { $name } · { $missing } to { $next }
tier = Tier
customer-no-visits = No visits yet.
customer-no-points = No points entries yet.
customer-older = See earlier visits
customer-period = { $from } to { $to }
usual-due = due today
usual-share = on { $share } of visits
usual-detail = every { $days } days · { $visits } visits · last { $date }
receipt-qty = Qty
receipt-product = Product
receipt-price = Price
receipt-paid = Paid
receipt-no = Receipt { $number } · { $store } · till { $till } · { $time }
receipt-items = { $n-kind ->
    [one] { $n } line
   *[other] { $n } lines
}
receipt-return = return
receipt-void = void
receipt-training = training
receipt-discount = discount { $amount }
receipt-coupon = Coupon { $name } ({ $code })
receipt-coupon-part = { $amount } of the discounts
entry-earn = Earned
entry-burn = Redeemed
entry-burn-back = Redeemed points given back
entry-expire = Expired
entry-adjust = Adjustment
entry-hand = Adjusted by customer service
entry-reverse = Taken back
entry-transfer = Redeemed with a lost card, given back
entry-parted = Shared out after parting

# Affinity
affinity-title = Bought together
affinity-lead = Pairs that leave on one ticket, all counted, none sampled. { $tickets } tickets · { $period }
affinity-always = all time
affinity-subtitle = { $pairs } pairs · n = { $tickets } tickets
affinity-level = Level
affinity-sku = Product
affinity-line = Line
affinity-category = Category
affinity-from = From
affinity-to = To
affinity-min = Least tickets
affinity-a = A
affinity-b = B
affinity-count = Tickets
affinity-support = Support
affinity-ab = A → B
affinity-ba = B → A
affinity-lift = Lift
affinity-caption = Pairs
affinity-none = No pair reaches the least number of tickets.
affinity-why = No pair reaches { $n } tickets in this period. Lower the least number or widen the dates.
affinity-key = Grey: fewer than 30 tickets, says little. 1 is what chance would give.

# Stock
stock-title = Stock
stock-lead = Products at or below their minimum, the most urgent first.
stock-caption = Stock alerts
stock-product = Product
stock-on-hand = On hand
stock-minimum = Minimum
stock-order = Order
stock-cover = Days
stock-lead-days = Delivery
stock-none = Nothing is below its minimum. Stock is loaded with “hub-server import stock”.
stock-days = { $days } days
stock-no-pace = no sales
stock-subtitle = { $n-kind ->
    [one] n = { $n } product · sales of the last 28 days
   *[other] n = { $n } products · sales of the last 28 days
}

# Promotions
promotions-title = Promotions
promotions-lead = What the till offers to whom, and what they answered.
promotions-new = New promotion
promotions-caption = Promotions
promotions-none = There are no promotions yet.
promotion-name = Name
promotion-state = State
promotion-active = running
promotion-stopped = stopped
promotion-ended = ended
promotion-coming = not yet begun
promotion-from = From
promotion-until = Until
promotion-reach = Customers today
promotion-shown = Shown
promotion-accepted = Accepted
promotion-declined = Declined
promotion-lead = Say what is offered and to whom; tills show it after their next sync.
promotion-text = What the till says
promotion-text-hint = One sentence, as it is said aloud.
promotion-sku = Product on offer (SKU)
promotion-percent = Discount in %
promotion-whom = To whom
promotion-when = When
promotion-segment = Condition
promotion-overdue = Overdue by at least (days)
promotion-gap-from = Comes every, from (days)
promotion-gap-to = Comes every, to (days)
promotion-start = Start
promotion-count = Count customers
promotion-stop = Stop
promotion-terms = Terms
promotion-reached = { $n-kind ->
    [one] { $n } customer would see it today.
   *[other] { $n } customers would see it today.
}
promotion-started = The promotion is running.
promotion-was-stopped = The promotion is stopped. Tills cease to show it after their next sync.
promotion-what = What is offered
promotion-discount = Discount
promotion-off = { $percent } off { $sku }
promotion-of-shown = { $share } of those shown
promotion-no-consent = { $n-kind ->
    [one] and { $n } without consent, who does not see it
   *[other] and { $n } without consent, who do not see it
}
promotion-waterfall = { $matching } match → without consent −{ $without } → { $reachable } see it
promotion-examples = For example:
promotion-figures-of = Figures of { $date }
promotion-no-sales = There are no sales yet to count with.
promotion-bought = Bought
promotion-did = bought
promotion-did-not = did not buy
promotion-goods-by = By
promotion-goods = Product (SKU) or line
promotion-within = In the last (days)
segment-by-rhythm = By how they come
segment-by-product = By what they buy
segment-mean-from = { $n-kind ->
    [one] comes every { $n } day or more
   *[other] comes every { $n } days or more
}
segment-mean-to = { $n-kind ->
    [one] comes every { $n } day or less
   *[other] comes every { $n } days or less
}
segment-overdue = { $n-kind ->
    [one] { $n } day overdue or more
   *[other] { $n } days overdue or more
}
segment-bought = { $n-kind ->
    [one] bought { $goods } in the last { $n } day
   *[other] bought { $goods } in the last { $n } days
}
segment-not-bought = { $n-kind ->
    [one] did not buy { $goods } in the last { $n } day
   *[other] did not buy { $goods } in the last { $n } days
}
promotion-wrong-empty = Enter something here
promotion-wrong-long = Use 200 characters or fewer
promotion-wrong-of-what = Say which product becomes cheaper
promotion-wrong-condition = Give at least one condition
promotion-wrong-crossed = “To” is less than “from”
promotion-wrong-days = Enter a whole number of days, 1 to 3660
promotion-wrong-percent = The discount is from 0 to 100, such as 10 or 12.5
promotion-wrong-date = Write the date like 2026-05-31
promotion-wrong-order = “Until” cannot be before “from”
promotion-wrong-sku = There is no such product

# Stores and tills
tills-title = Stores and tills
tills-lead = Which till was heard of, and what it has not sent yet.
tills-caption = Tills
tills-till = Till
tills-state = State
tills-seen = Last heard of
tills-unsent = Not sent
tills-version = Version
tills-clock = Clock
till-seconds = { $n } s
tills-none = There are no tills yet. Create one with “hub-server till add”.
till-online = online
till-silent = silent
till-waiting = not enrolled
till-revoked = revoked
till-never = never
enrol-title = Enrol tills
enrol-lead = A code for one use, valid for 10 minutes, for one or several tills.
enrol-which = Tills
enrol-make = Make a code
enrol-once = Enrolment code
enrol-terms = Valid until { $time }, once, for: { $tills }. It will not be shown again.
enrol-run = On the till's computer:
enrol-none-chosen = Tick at least one till

# Quarantine
quarantine-title = Quarantine
quarantine-lead = What came from a till and could not be applied. It is kept; nothing is lost while somebody looks at it.
quarantine-file = imported file
quarantine-more = { $n-kind ->
    [one] And { $n } older one that is not shown.
   *[other] And { $n } older ones that are not shown.
}
quarantine-why-conflict = Contradicts something that came before
quarantine-why-unreadable = Could not be read
quarantine-why-unknown = Of a kind that is not known yet
quarantine-why-till = Belongs to another till than the one that sent it
quarantine-why-card = The card belongs to somebody else
quarantine-why-late-card = The sale has another card already
quarantine-why-failed = Could not be applied
quarantine-why-rule = Breaks a rule
quarantine-none = Nothing waits. All that came in was applied.
quarantine-code = Reason
quarantine-place = Log and number
quarantine-bytes = Bytes
quarantine-settle = Mark as settled
quarantine-apply = Try again
quarantine-apply-all = Try all again
quarantine-none-applied = Nothing took effect.
quarantine-applied = { $n-kind ->
    [one] { $n } event took effect.
   *[other] { $n } events took effect.
}
quarantine-still = { $n-kind ->
    [one] { $n } still does not fit.
   *[other] { $n } still do not fit.
}

# Help
help-title = Help
help-lead = What the figures mean, and how the daily things are done.
help-words = What the figures mean
help-how = How it is done
help-visit = Visit
help-visit-is = A business date with at least one sale. Several sales on one day are one visit; a return alone is none.
help-gap = How often they come
help-gap-is = The days between consecutive visits: mean and median, from 3 visits on. With fewer there is no pattern.
help-next = Next visit
help-next-is = The last visit plus the median. After that date the customer is overdue.
help-usual = What they usually take
help-usual-is = What was bought on 3 visits or more, by its share of the visits. “Due today”: its own median has passed.
help-lift = Lift
help-lift-is = How many times more often two products leave together than by chance. 1 is chance.
help-cover = Days of cover
help-cover-is = What is on hand, divided by what was sold a day over the last 28 days.
help-scan = Open a customer
help-scan-how = Scan their card on any page, or type their name above.
help-export = Take a table to Excel
help-export-how = “For Excel” or “for programs” under the table: the same rows, filters and order.
help-enrol = Set up a new till
help-enrol-how = Under “Stores and tills”, make a code and type it at the till with “pos-agent enrol”.
help-live = See the latest
help-live-how = Pages renew themselves when a sale arrives. Without JavaScript, reload.
help-api = Interface for other systems (API)

shifts-title = Shifts and closings
shifts-lead = What was counted in each drawer, and what should have been there.
shifts-opened = Opened
shifts-number = Z report
shifts-open = Open
shifts-cashier = Cashier
shifts-tickets = Tickets
shifts-drawer = Drawer, no sale
shifts-total = Net sales
shifts-expected = Expected
shifts-counted = Counted
shifts-difference = Difference
shifts-none = No shifts yet. They are opened at the till, under “Shift and till”.

readers-title = Readers
readers-lead = Which reader of which till is not set up as the chain wants it. They are checked with “firmware-config verify --all”.
readers-reader = Reader
readers-verified = Profile tried
readers-verified-no = no
readers-verified-manual = by the manual
readers-verified-bench = with the device
readers-differences = What differs
readers-checked = Checked
readers-settings = Settings
readers-never = never
readers-not-checked = Not checked
readers-no-reader = No readers
readers-as-wanted = As wanted
readers-not-meant = Not set up
readers-differs = Differs
readers-silent = No answer
readers-not-open = Port closed
readers-no-profile = No profile
readers-unclear = Unclear
readers-cannot-ask = Cannot be asked
readers-by-sheet = not compared, set by the sheet: { $settings }
readers-difference = { $setting }: should be { $wanted }, { $found }
readers-found-word = is { $word }
readers-found-other = another value ({ $phrase })
readers-found-unknown = not known to it
readers-found-cannot-ask = cannot be asked
readers-found-silent = no answer
readers-found-not-asked = not asked
readers-none = No till is enrolled yet.

cards-title = Cards
cards-lead = Points belong to the customer, not to the card: they stay, whatever becomes of it.
cards-none = This customer has no card.
cards-earns-and-pays = earns and redeems
cards-earns = earns, does not redeem
cards-nothing = neither earns nor redeems
cards-noted = Noted. The tills hear of it within a minute, those without a connection when they have one.
cards-said = { $state } since { $since }
cards-said-replaced = { $state } since { $since }, replaced by { $number }
cards-said-by = { $who }, { $when }
cards-report-title = Report a card
cards-report = What happened
cards-report-lost = Lost
cards-report-stolen = Stolen
cards-report-replaced = Damaged: replace it
cards-report-blocked = Block it
cards-report-active = Found again, or reported by mistake
cards-date = Since, date
cards-time = Since, time
cards-since-hint = The moment from which the customer did not have it. What was redeemed after it is charged to the store.
cards-time-hint = For example 10:00. For a card reported by mistake, the moment that was reported.
cards-reason = Reason
cards-reason-hint = Who reported it and how. It stays in the history.
cards-replacement = Number of the new card
cards-replacement-hint = Scan or type the card that you hand over. A number that any card has or had is not accepted.
cards-send = Report
cards-wrong-unknown = This customer does not have that card.
cards-wrong-state = Choose what happened.
cards-wrong-since = Write the date and a time such as 10:00.
cards-wrong-number = This is not the number of a loyalty card. Read the new card again.
cards-wrong-reason = Write the reason.
cards-wrong-long = Write the reason in at most 200 characters.
cards-wrong-future = That moment has not come yet.
cards-wrong-old = A report reaches back at most 30 days. Choose a later moment.
cards-wrong-no-replacement = Write the number of the new card: a damaged one is replaced.
cards-wrong-nothing = A card that works is not replaced: leave the number empty.
cards-wrong-taken = A card has or had this number. Hand over another card.
adjust-title = Adjust points
adjust-lead = Up to { $points } for one customer in { $days } days one person does alone; beyond that a second person agrees. Everything stays in the history, with who and why.
adjust-lead-all = A second person agrees to every adjustment before it takes effect. Everything stays in the history, with who and why.
adjust-way = Give or take
adjust-way-give = Give points
adjust-way-take = Take points
adjust-points = How many points
adjust-points-hint = Without a mark between thousands, for example 1500.
adjust-cause = Reason
adjust-cause-goodwill = Goodwill: something went wrong
adjust-cause-missing = A purchase gave none or too few
adjust-cause-promotion = A promotion was not applied
adjust-cause-mistake = Given or taken by mistake before
adjust-cause-misuse = Misuse
adjust-cause-other = Other
adjust-note = What happened
adjust-note-hint = So that somebody else understands it later. It stays in the history.
adjust-receipt = Receipt
adjust-receipt-none = none
adjust-receipt-of = { $date } · { $store } · no. { $number } · { $total }
adjust-look = See before and after
adjust-changes = Points before and after
adjust-before = Before
adjust-after = After
adjust-balance = Balance
adjust-available = Can be spent
adjust-debt = Owed
adjust-next-posted = It takes effect at once. The tills hear of it within a minute.
adjust-next-waits = More than { $points } in { $days } days: it takes effect when a second person agrees. After { $wait } days without an answer it ends.
adjust-next-all = It takes effect when a second person agrees. After { $wait } days without an answer it ends.
adjust-password = Your password
adjust-password-hint = So that nobody does this at a desk that was left open.
adjust-post = Adjust
adjust-ask = Ask for it
adjust-change = Change
adjust-posted = Done. The tills hear of it within a minute.
adjust-waits = Asked for. It takes effect when a second person agrees.
adjust-earlier = Adjustments before
adjust-by = { $who }, { $when }
adjust-agreed-by = { $who } agreed, { $when }
adjust-refused-by = { $who } refused, { $when }: { $why }
adjust-state-posted = done
adjust-state-refused = refused
adjust-state-ended = ended without an answer
adjust-state-waiting = waits
adjust-wrong-way = Choose whether points are given or taken.
adjust-wrong-points = Write how many points, for example 1500.
adjust-wrong-most = Those are too many points for one adjustment. Write at most 10000000.
adjust-wrong-fraction = The programme gives whole points. Write a whole number.
adjust-wrong-cause = Choose a reason.
adjust-wrong-receipt = This customer does not have that receipt.
adjust-wrong-note = Write what happened.
adjust-wrong-long = Write it in at most 200 characters.
adjust-wrong-signs = Write it on one line, without signs that nobody sees.
adjust-wrong-used = This form was sent before, with something else in it. Open the page again.
adjust-wrong-unknown = There is no such request.
adjust-wrong-settled = Somebody has answered this request already.
adjust-wrong-ended = This request has ended without an answer. Ask for it again.
adjust-wrong-own = You asked for it: another person has to agree.
adjust-wrong-script = Only a person can do this, not a script.
adjust-wrong-password = This is not your password. Nothing was done.
adjustments-title = Points to agree to
adjustments-lead = Points that somebody asked to give or to take beyond what one person may do alone. Who asked cannot agree.
adjustments-none = Nothing waits.
adjustments-ends = ends { $when }
adjustments-own = You asked for it: another person has to agree.
adjustments-agree = Agree
adjustments-refuse = Refuse
adjustments-withdraw = Withdraw
adjustments-why = Why not
adjustments-settled = Noted.
adjustments-past = Before
adjustments-more = { $n-kind ->
    [one] { $n } more waits.
   *[other] { $n } more wait.
}

charged-title = Redemptions charged to stores
charged-lead = Points that a till let a lost, stolen or blocked card spend after its customer had reported it. The customer has them back; the store answers for them.
charged-none = None: no till redeemed with a card that had been reported.
charged-card = Card
charged-since = Reported since
charged-cashier = Cashier
charged-points = Points
charged-paid = Paid with points
charged-when = Redeemed
held-twice-title = Held sales paid twice
held-twice-lead = One till took the sale up, and the till that had held it closed it too, without a connection to the centre. Both sales count; see whether the customer paid twice.
held-twice-none = None: each held sale was taken up by one till only.
held-twice-held = Held at
held-twice-basket = Sale
held-twice-total = Total then
held-twice-taken = Taken up at till
held-twice-also = At its own too, told
gifts-over-title = Gifts beyond their limit
gifts-over-lead = Gifts that were handed over more often than the programme allows: tills did not know of each other. The sale counts and its points were spent once; talk to whoever handed them over if it happens again.
gifts-over-none = None: no gift was handed over more often than allowed.
gifts-over-receipt = Receipt
gifts-over-gift = Gift
gifts-over-member = Member
gifts-over-cashier = Cashier
gifts-over-limit = Limit
gifts-over-of-member = { $n } for each member { $per }
gifts-over-of-all = { $n } in total { $per }
gifts-over-per-day = a day
gifts-over-per-month = a month
gifts-over-per-ever = for good
over-returned-title = Returned more than once
over-returned-lead = Lines of which more came back than was sold: tills without a connection did not know of each other. The tickets count as they were paid, and points are taken back once only; talk to whoever took the second return.
over-returned-none = None: of no line more came back than was sold.
over-returned-receipt = Receipt
over-returned-product = Product
over-returned-sold = Sold
over-returned-returned = Returned
over-returned-kept-twice = More with the points of a first purchase than were exchanged evenly: some of the line’s own points stay
over-returned-over = Paid beyond
over-returned-by = Taken back by
# Points in the books
liability-title = What points owe
liability-lead = The part of the price that is deferred for points, and when it becomes revenue. A month closes five days after its end; what arrives later is in the first month that was still open.
liability-without-value = { $points } were given under rules by which points pay nothing: no money is deferred for them.
liability-month = Month
liability-state = State
liability-open = Open
liability-closed = Closed
liability-opening = Opening
liability-deferred = Deferred
liability-taken-back = Taken back
liability-goodwill = Given by hand
liability-redeemed = Redeemed
liability-expired = Expired
liability-closing = Closing
liability-points-earned = Points earned
liability-points-redeemed = Points redeemed
liability-points-expired = Points expired
liability-points-outstanding = Points outstanding
liability-expected = Expected to be redeemed
liability-none = No points have been earned yet.
journal-title = Journal
journal-none = { liability-none }
journal-lead = Each row has its other half beside it: debit and credit of a month are the same to the last cent.
liability-account = Account
liability-debit = Debit
liability-credit = Credit
liability-what = Why
liability-account-sales = Sales
liability-account-points_liability = Points liability
liability-account-points_redeemed = Revenue from points redeemed
liability-account-points_expired = Revenue from points expired
liability-account-points_goodwill = Cost of points given
liability-what-earned = Points earned
liability-what-returned = Goods returned
liability-what-goodwill = Points given or taken by hand
liability-what-redeemed = Points redeemed
liability-what-expired = Points expired

# Points programme
nav-programme = Programme
programme-title = Points programme
programme-lead = What earns points and what they are worth, version by version. A version is never changed: the next one begins after the last sale.
programme-new = Write the next version
programme-published = The version is published. The tills get it with the next synchronisation.
programme-in-force = in force
programme-to-come = to come
programme-past = earlier
programme-since = From { $date }
programme-since-ever = From the beginning
programme-version-n = Version { $n }
programme-draft-n = Draft of version { $n }
programme-download-n = Download version { $n } (TOML)
programme-says-base = { $gives } of purchase without tax.
programme-says-whole = Whole points are given.
programme-says-hundredths = Hundredths of a point are given.
programme-says-per-amount = { $points } for every { $amount }
programme-says-factor = { $percent } more points
programme-says-ticket = { $points } a ticket
programme-says-unit = { $points } for every { $units } units
programme-says-unit-one = { $points } a unit
programme-says-lines = on the line { $list }
programme-says-categories = on the category { $list }
programme-says-skus = on the products { $list }
programme-says-stores = in the stores { $list }
programme-says-weekdays = on { $list }
programme-says-hours = in the hours { $hours }
programme-says-from = from { $date }
programme-says-until = until { $date }
programme-says-full-price = not on discounted goods
programme-says-min-amount = if they come to { $amount } or more
programme-says-min-quantity = if they are { $units } units or more
programme-says-excluded = Earns nothing: { $list }.
programme-says-discounted = discounted goods
programme-says-points-paid = what points pay
programme-says-even-exchange = Goods exchanged for the same goods keep the points that those earned.
programme-says-cap-ticket = A ticket gives { $points } at most.
programme-says-cap-day = Of one day { $points } are kept at most.
programme-says-no-redemption = Points do not pay.
programme-says-pays = Redeeming: { $points } for { $amount }.
programme-says-minimum = At least { $points } a ticket.
programme-says-offline-none = Without the hub, points wait.
programme-says-offline-open = Without the hub, a card spends up to { $points } at each till. The number of such sales has no limit, so what may be spent twice at worst has none.
programme-says-offline-worst = Without the hub, a card spends up to { $points } at each till, in { $redemptions } sales of all cards at most. At worst { $tills } tills let { $worst } be spent that are not there, worth { $amount }.
programme-says-offline-too-large = Without the hub, a card spends up to { $points } at each till, in { $redemptions } sales of all cards at most. What { $tills } tills let be spent at worst that is not there is larger than can be counted.
programme-says-no-expiry = Points do not expire.
programme-draft-lead = Kept with every step; nothing changes until it is published.
programme-saved = The draft is saved.
programme-saved-by = Saved by { $who }, { $time }
programme-save = Save draft
programme-try = Try on real tickets
programme-when = From when
programme-valid-from = First day
programme-valid-from-hint = After the last sale: what was earned does not change.
programme-base = Base points
programme-base-points = Points
programme-base-per = For every (money)
programme-decimals = Rounded down to
programme-whole = whole points
programme-hundredths = hundredths
programme-rules = Rules
programme-rules-hint = Rules add up, they do not multiply. Each rounds once a ticket.
programme-stores = Stores: { $list }.
programme-rule-n = Rule { $n }
programme-name = Name
programme-gives = Gives
programme-gives-factor = a % more of base points
programme-gives-ticket = points a ticket
programme-gives-amount = points for money
programme-gives-unit = points for units
programme-points = How much
programme-points-hint = Points, or the per cent: 100 doubles.
programme-per = For every
programme-per-hint = For money or units only.
programme-conditions = Where and when
programme-weekdays = Days of the week (none: all)
programme-mon = Monday
programme-tue = Tuesday
programme-wed = Wednesday
programme-thu = Thursday
programme-fri = Friday
programme-sat = Saturday
programme-sun = Sunday
programme-lines = Only on the lines
programme-list-hint = Several, with commas.
programme-categories = Only on the categories
programme-skus = Only on the products (SKU)
programme-stores-only = Only in the stores (code)
programme-after = From the hour
programme-hours-hint = Such as 10:00.
programme-before = Before the hour
programme-from = From the day
programme-until = Until the day
programme-amount = If they come to at least (money)
programme-quantity = If they are at least (units)
programme-full = Not on discounted goods
programme-remove-n = Remove rule { $n }
programme-add = Add a rule
programme-not = What earns nothing
programme-not-lines = Lines
programme-not-categories = Categories, such as gift cards
programme-not-skus = Products (SKU)
programme-not-discounted = No discounted goods earn
programme-earns-on-points = What points pay earns too
programme-even-exchange = Goods exchanged for the same goods keep their points
programme-caps = Caps
programme-cap-ticket = A ticket (points)
programme-cap-day = A day (points)
programme-paying = Paying with points
programme-value-points = So many points
programme-value-money = pay (money)
programme-minimum = Least a ticket (points)
programme-offline-cap = Without the hub, up to (points)
programme-offline-days = on a balance of up to (days)
programme-offline-redemptions = in so many sales a till (empty: no limit)
programme-vest-days = Can be spent after (days)
programme-ending = Expiry
programme-expiry-days = They live (days; empty: for ever)
programme-end-of = and to the end
programme-end-day = of the day
programme-end-month = of the month
programme-end-year = of the year
programme-grace-days = Grace if they come back late (days)
programme-kept = Ranks and gifts stay as they are; change them in the file.
programme-file = As a file
programme-download = Download the draft (TOML)
programme-choose-file = Choose a file
programme-toml = Text of the file
programme-toml-hint = Replaces the draft; its version number does not count.
programme-take-file = Take this text
programme-wrong-figure = Write a figure above 0, such as 10 or 12.50
programme-wrong-percent = Write a whole per cent, such as 50 or 100
programme-wrong-name = Each rule needs a name of its own, of 1 to 60 characters
programme-wrong-whole = This programme gives whole points
programme-wrong-order = “Until” cannot be before “from”
programme-wrong-least = The least must be above 0
programme-wrong-many = They are too many
programme-wrong-days = Write whole days, 0 to 3653; from 1 where points end with a day
programme-wrong-vesting = Points would end before they can be spent
programme-wrong-cap = A cap must be above 0, a day's no less than a ticket's; whole where whole points are given
programme-wrong-redemptions = Write a whole number from 1 on; empty sets no limit
programme-wrong-redemption = Say how many points pay how much money; the least is in whole points
programme-wrong-tiers = The ranks of the file are not right
programme-wrong-gifts = The gifts of the file are not right
programme-wrong-codes = A code is not valid; put commas between them
programme-wrong-stores = There is no store with that code
programme-wrong-hours = Write two different hours, such as 10:00 and 14:00
programme-wrong-toml = The file cannot be read: { $why }
programme-wrong-confirm = Write the number of the version to confirm
programme-wrong-changed = The draft changed meanwhile: read it again and confirm
programme-wrong-begun = Sales of { $date } have their points: set a first day after it
programme-wrong-before = A published version begins on { $date }: this one cannot begin before it.
programme-wrong-version = Somebody else published a version: go back to the draft
programme-trial = Trial on real tickets
programme-tried-nothing = No points were given on those days.
programme-tried-same = It would have given the same points.
programme-tried-more = It would have given { $percent } more points.
programme-tried-less = It would have given { $percent } fewer points.
programme-tried-days = { $from } to { $until }
programme-tried-tickets = { $n } tickets
programme-tried-instead = instead of { $now }
programme-tried-members = of { $n } members
programme-tried-points = Points
programme-tried-cost = Cost if redeemed
programme-tried-winners = Earn more
programme-tried-losers = Earn less
programme-tried-sold-only = Counts what was sold to members; returns are taken off on neither side.
programme-tried-unread = { $n } tickets are not kept here whole and do not count.
programme-tried-other-days = “{ $name }” holds on other dates: it gives nothing in this trial.
programme-by-rule = By rule
programme-by-store = By store
programme-win-most = Who wins most
programme-lose-most = Who loses most
programme-now = Now
programme-then = Draft
programme-more = Difference
programme-will-say = What it will say
programme-publish = Publish version { $n }
programme-publish-lead = A published version is never changed or removed: the next one corrects it.
programme-publish-other = It is published by an administrator.
programme-confirm = Write { $n } to publish
programme-back = Back to the draft
programme-says-vest = { $n-kind ->
    [one] Points can be spent { $n } day later.
   *[other] Points can be spent { $n } days later.
}
programme-says-ends-day = { $n-kind ->
    [one] They expire { $n } day after they were earned.
   *[other] They expire { $n } days after they were earned.
}
programme-says-ends-month = { $n-kind ->
    [one] They expire at the end of the month, { $n } day after they were earned.
   *[other] They expire at the end of the month, { $n } days after they were earned.
}
programme-says-ends-year = { $n-kind ->
    [one] They expire at the end of the year, { $n } day after they were earned.
   *[other] They expire at the end of the year, { $n } days after they were earned.
}
programme-says-tiers = { $n-kind ->
    [one] Ranks by the points of { $n } day: { $levels }.
   *[other] Ranks by the points of { $n } days: { $levels }.
}
programme-says-gifts = { $n-kind ->
    [one] There is { $n } gift for points.
   *[other] There are { $n } gifts for points.
}
merge-title = Merge
merge-lead = Two customers who are the same person become one: the points of both with their dates, their cards and their visits. Nothing is lost, and it can be taken back.
merge-q = Who else is this?
merge-q-hint = Card, phone, name or customer number.
merge-find = Search
merge-alike = Same phone or e-mail
merge-found = Found
merge-merged = Merged into this customer
merge-now = Now
merge-after = After merging
merge-after-undo = After taking it back
merge-lots = Points by last day
merge-lot = { $points } until { $date }
merge-lot-endless = { $points } without an end
merge-nothing = none
merge-debt = owes { $points }
merge-consent-yes = agreed
merge-note = { $survivor } stays. The cards of { $loser } greet { $survivor } from then on.
merge-note-stricter = { $survivor } stays. The cards of { $loser } greet { $survivor } from then on. One of them did not agree to marketing, so nobody is sent offers until they agree again.
merge-note-undo = Lots that are still open and what was bought since go back by card. What was spent in the meantime stays spent.
merge-reason-hint = How you know. It stays in the history.
merge-send = Merge { $loser } into { $survivor }
merge-undo = Take back
merge-cancel = Cancel
merge-wrong-unknown = There is no such customer, or no such merge.
merge-wrong-same = They are one already.
merge-wrong-reason = Write how you know.
merge-wrong-long = At most 200 characters.
merge-wrong-changed = Somebody else merged one of these customers meanwhile. Check what is shown now and confirm again.
customer-merged = also { $codes }
customer-alike = Same person as { $codes }?
customer-part-of = { $other } is part of { $code } now.

# Signals
nav-signals = Signals
signals-title = Signals
signals-lead = What happened at tills and desks that is worth a look. A signal accuses nobody: it names the events so that a person can look at them.
signals-shortened = At most { $days } days are looked at: from { $from } on.
signals-left-off = { $n-kind ->
    [one] { $n } more signal is not shown: choose fewer dates, a store or a rule.
   *[other] { $n } more signals are not shown: choose fewer dates, a store or a rule.
}
signals-none = No open signal on these dates.
signals-none-such = No such signal on these dates.
signals-from = From
signals-to = To
signals-rule = Rule
signals-rule-all = All rules
signals-state = State
signals-state-open = Open
signals-state-looked = Looked at
signals-state-all = All
signals-open = open
signals-again = more since it was looked at
signals-looked = looked at
signals-date = Day
signals-place = Where
signals-several = several stores or tills
signals-who = Who
signals-member = Customer
signals-found = Found
signals-limit = Limit
signals-events = Events
signals-event-count = { $n-kind ->
    [one] { $n } event
   *[other] { $n } events
}
signals-when = When
signals-what = What
signals-receipt = Receipt
signals-total = Total
signals-points = Points
signals-unanswered = What cannot be told
signals-rules = Rules and limits
signals-looks = What was said of it
signals-looked-by = { $who }, { $when }
signals-mark = Mark as looked at
signals-mark-send = I looked at it
signals-note = What you found
signals-note-hint = So that somebody else understands it later. If more events come, the signal opens again.
signals-noted = Noted. It is off the list unless other events come.
signals-wrong-changed = Other events came meanwhile. Look at what is shown now and send it again.
signals-wrong-missing = Write what you found.
signals-wrong-long = At most 200 characters.
signals-wrong-signs = Write it in one line, without invisible signs.
signals-wrong-payment-card = This looks like the number of a payment card, which is kept nowhere. Take it out.
signal-minutes = { $n } min
signal-receipt = { $store } · { $till } · { $date } · no. { $number }
signal-number = no. { $number }
signal-what-sale = Sale
signal-what-return = Return
signal-what-void = Cancelled ticket
signal-what-late-card = Card attached later
signal-what-by-hand = Points by hand
signal-what-enrolment = Enrolment
signal-rule-card-day = Card used a lot in a day
signal-rule-card-hour = Card used a lot in an hour
signal-rule-card-share = One card with much of a cashier
signal-rule-card-times = One card again and again at a cashier
signal-rule-staff-card = Card of staff at their own till
signal-rule-by-hand-day = Many points by hand in a day
signal-rule-by-hand-sigma = Points by hand far above the usual
signal-rule-late-card = Points added long after the sale
signal-rule-empty-sale = Points without a sale
signal-rule-return-keeps = Return that leaves the points
signal-rule-return-unnamed = Return without the original
signal-rule-sale-return = Sale and return in a row
signal-rule-enrol-redeem = Enrolled and redeemed on one day
signal-rule-out-of-hours = Redeemed outside opening hours
signal-rule-redeem-undone = Redemption undone at once
signal-rule-split = Purchase split under a cap
signal-rule-lookups = Look-ups without a sale
signal-rule-offline = Many redemptions offline
signal-rule-clock = Redeemed with the till's clock wrong
signal-about-card-day = Sales with one card in a day: more than { $card-day }.
signal-about-card-hour = Sales with one card in less than an hour: more than { $card-hour }.
signal-about-card-share = Of a cashier's tickets with a card in a week, those of one card: more than { $card-share }, from { $card-least } tickets on.
signal-about-card-times = Tickets of one card at a cashier in a week: more than { $card-times } times the median of their cards, from { $card-least } tickets on.
signal-about-by-hand-day = Points that one person gives and takes by hand in a day: more than { $by-hand-day }.
signal-about-by-hand-sigma = The same points against everybody's 90 days before: above the mean plus { $by-hand-sigma } standard deviations, and at least twice the mean.
signal-about-late-card = Cards attached more than { $late-minutes } minutes after the sale, by card and day: that is how receipts of others are collected.
signal-about-empty-sale = Tickets on which nothing was sold, or with a total of zero, that left points.
signal-about-return-keeps = Goods that came back while the points they had earned did not; or money given back without an original and without a card.
signal-about-return-unnamed = Returned lines that name no sale, or one that the hub has not got, by cashier and day: more than { $unnamed }.
signal-about-sale-return = Returns less than { $return-minutes } minutes after a sale with the same card, in a week: more than { $returns }.
signal-about-enrol-redeem = A customer whom the same cashier enrolled and let redeem on the same day.
signal-about-out-of-hours = Redemptions outside the stores' hours: { $hours }.
signal-about-redeem-undone = Less than { $undone-minutes } minutes after a redemption a ticket of the same card is cancelled at that till, or its goods come back.
signal-about-split = Tickets of one card at a till, less than { $split-minutes } minutes from one to the next, each from { $split-near } of a cap on and under it, that together reach it.
signal-about-offline = Redemptions of one card in a day whose tickets arrived more than { $offline-minutes } minutes later: more than { $offline }.
signal-about-clock = Redemptions with a time after their arrival, or before a ticket that the same till wrote earlier, by more than { $clock-minutes } minutes.
signal-about-staff-card = The card of whoever stands at the till.
signal-about-lookups = Customers looked for in a shift without a sale.
signal-why-staff-card = No cashier is linked with a customer or a card.
signal-why-lookups = Nobody writes down who was looked for: tills ask, and the hub counts only what was asked in vain, for ten minutes.
signal-why-out-of-hours = The stores' hours are not known. Who operates the hub sets them as signals.hours.
signal-why-split = On these dates no programme has a cap for a ticket, and signals.split_amount is not set.

ownpage-title = Card on the phone
ownpage-lead = By a link customers open their card, their balance and their consents, and install nothing. The link is the key: whoever has it sees that page.
ownpage-now = Links that work
ownpage-none = None.
ownpage-link = { $code }: made by { $who }, { $when }
ownpage-make = Make the link
ownpage-renew = Make another
ownpage-renew-what = With another link those before stop working at once. Revoking ends them and gives no other.
ownpage-revoke = Revoke
ownpage-revoked = Revoked: the link opens the page no more.
ownpage-once = This link is shown once
ownpage-once-how = The customer reads it with the camera and keeps the page. Nobody can see it again afterwards: if it is lost, make another.
ownpage-qr = QR code with the customer's link
ownpage-changed = The link changed meanwhile and nothing was done. Look at what is shown now.
mycard-title = Your card
mycard-hello = Hello, { $name }
keyed-language = Language
mycard-codes = Codes of your card
mycard-qr = QR code of card { $number }
mycard-bars = Barcode of card { $number }
mycard-bright = If the till does not read it, make the screen brighter.
mycard-no-card = You have no card that works. Ask for one at the till or at customer service: your points are still here.
mycard-old = No connection: this is what was known last.
mycard-balance-at = Balance of { $time }
mycard-usable = You can use { $points }.
mycard-pending = { $points } can be used from { $date }.
mycard-debt = You owe { $points }: they are taken off the next that you earn.
mycard-ending = { $points } end: use them until { $date }.
mycard-tier = { $name } tier
mycard-tier-next = { $missing } more for { $next }.
mycard-tier-top = It is the highest tier.
mycard-offers = Your offer
mycard-offer-until = Until { $date }
mycard-gifts = Gifts you can ask for
mycard-gifts-more = { $n-kind ->
    [one] And { $n } more gift: ask at the till.
   *[other] And { $n } more gifts: ask at the till.
}
mycard-receipts = Last purchases
mycard-receipts-none = There are no purchases with your card yet.
mycard-consents = Your consents
mycard-consent-marketing = Offers from { $chain } by phone or e-mail. You can withdraw this at any time.
mycard-consent-yes = Given since { $date }
mycard-consent-no = Not given
mycard-stop = No more messages
mycard-stop-what = Withdraws every consent to messages. Your card and your points stay as they are.
mycard-said-yes = Done: you can receive offers.
mycard-said-no = Done: you will receive no more messages.
mycard-gone-title = This address does not work
mycard-gone-what = There is no card here: the address is incomplete, has changed or was revoked.
mycard-gone-next = Ask for a new one at the till or at customer service. Your points are not lost.
mycard-often-title = Too many requests
mycard-often-what = Too much was asked from this connection.
mycard-often-next = Wait ten minutes and open it again. At the till your card works all the same.

# Gift cards
redemptions-title = Points that tills hold
redemptions-lead = A till reserves a customer's points before they pay: meanwhile no other till can spend them. A reservation ends by itself when the sale arrives or the till lets go of the points, also after it was without a connection.
redemptions-none = No till holds any points.
redemptions-nobody = Unknown customer
redemptions-held = { $points } held in { $store }, till { $till }, since { $when }
redemptions-days = { $n-kind ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
redemptions-early = They can be released a day after they were reserved, if the till does not come back.
redemptions-own = You asked that they be released: another person has to agree.
redemptions-asked = { $who } asked that they be released, { $when }. Agree only if that till will not come back: if its sale arrives all the same, it stands, and what is missing is the customer's debt.
redemptions-ask = Ask that they be released
redemptions-agree = Agree and release
redemptions-noted-asked = Noted: now another person has to agree.
redemptions-noted-released = The points are free.
redemptions-wrong-redemption_not_held = These points are not held any more: there is nothing to release.
redemptions-wrong-redemption_early = That till reserved them less than a day ago and may still send its sale: wait until a day has passed.
redemptions-wrong-redemption_same_person = You have asked already: another person has to agree.
customer-held-desk = See all that tills hold
gift-cards-title = Gift cards
gift-cards-lead = What is on each card, by the sales that have arrived. What a till holds for a sale under way cannot be spent elsewhere.
gift-cards-none = No gift card has been sold yet.
gift-cards-find = Look up a card by its number
gift-cards-find-lead = Scan the card or type the number that is printed on it. The number is not kept: only its last four digits are shown.
gift-cards-number = Number of the card
gift-cards-number-hint = All digits; blanks between them do not matter.
gift-cards-look = Look up
gift-cards-wrong-number = That is not the number of a gift card: check its digits and type it again.
gift-cards-wrong-unknown = No till has sent the sale of this card yet. If it was sold today, wait until that till has sent its sales.
gift-cards-wrong-note = Write why: whoever looks at this card later has to know.
gift-cards-wrong-long = Write it in fewer words: at most 200 characters.
gift-cards-wrong-early = That till asked for it less than a day ago and may still send its sale: wait until the day is over.
gift-cards-card = Card
gift-cards-state = State
gift-cards-active = Can be used
gift-cards-blocked = Blocked
gift-cards-balance = On the card
gift-cards-held = Held by tills
gift-cards-available = Can be spent
gift-cards-missing = Spent and not on it
gift-cards-since = Known since
gift-cards-when = When
gift-cards-what = What
gift-cards-amount = Amount
gift-cards-where = Where or who
gift-cards-sale = Sale
gift-cards-did-loaded = Sold or loaded
gift-cards-did-spent = Spent
gift-cards-did-refunded = Given back onto it
gift-cards-did-blocked = Blocked
gift-cards-did-unblocked = Can be used again
gift-cards-entries = What happened to it
gift-cards-say = Change this card
gift-cards-note = Why
gift-cards-note-hint = What the customer said, for example. It stays with the card and in the audit.
gift-cards-block = Block the card
gift-cards-unblock = Let it be used again
gift-cards-noted = It is noted.
gift-cards-holds = Held by tills
gift-cards-holds-lead = Each ends by itself when its sale arrives or its till gives it up. A day after a till asked for it, it can be let go; do so only where that till will not come back: should its sale arrive all the same, it stands, and what is missing is shown here.
gift-cards-hold = { $amount } at { $store }, till { $till }, since { $when }
gift-cards-release = Let go
gift-cards-shortfalls = Spent and not on the card
gift-cards-shortfall = { $amount } in a sale of { $date } at { $store }, till { $till }. What comes onto the card next pays this first.
gift-card-title = Gift card
gift-card-of = Gift card { $card }
gift-moves-title = Movements of gift cards
gift-moves-lead = What came onto cards and was spent of them, the latest first.
gift-moves-none = Nothing has moved on a gift card yet.
gift-liability-title = What gift cards owe
gift-liability-none = { gift-cards-none }
gift-liability-lead = A gift card that is sold is no revenue yet: it is owed until somebody spends it. By month, with what was heard of after a month closed in the next open one.
gift-liability-sold = Sold and loaded
gift-liability-refunded = Given back onto cards
gift-liability-spent = Spent
liability-account-gift_card_liability = Gift card liability
liability-account-gift_card_tenders = Gift cards taken as payment
liability-what-gift_card_sold = Gift cards sold
liability-what-gift_card_refunded = Given back onto gift cards
liability-what-gift_card_spent = Gift cards spent

# A receipt's page
receiptpage-title = Your receipt
receiptpage-title-of = Receipt { $number }
receiptpage-returned = RETURNED
receiptpage-returned-part = PARTLY RETURNED
receiptpage-came-back = Came back: { $name }
receiptpage-keep = This address opens your receipt: share it only with who should see it.
receiptpage-gone-title = There is no receipt here yet
receiptpage-gone-what = The receipt may still be on its way: a till without a connection sends it when it has one again.
receiptpage-gone-next = Open it again later. If it does not come, take the paper receipt or its code to the store.
receiptpage-often-title = Asked too often
receiptpage-often-what = From this connection it was asked too often.
receiptpage-often-next = Wait ten minutes and open it again. The paper receipt is as good.
