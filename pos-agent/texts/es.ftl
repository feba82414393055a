## Cabecera
till-name = Caja { $code }
hub-unknown = Conectando · { $unsent }
hub-online = En línea · { $unsent }
hub-offline = Sin conexión · { $unsent }
hub-refused = El centro no admite esta caja · { $unsent }
hub-balances = los saldos son { $when }
unsent-short = { $n } por enviar
unsent-sales = { $n-kind ->
    [one] { $n } venta por enviar
    [many] { $n } de ventas por enviar
   *[other] { $n } ventas por enviar
}
at-time = de las { $time }
at-day = del { $day }, { $time }
moment-time = de las { $time }
moment-day = del { $day }, { $time }
file-damaged = El archivo de la caja está dañado: cierre el programa y ejecute pos-agent salvage
device-missing = Lector desconectado: { $path }
scale-missing = Báscula desconectada: { $path }
theme-to-dark = Pasar a colores oscuros
theme-to-light = Pasar a colores claros
language-other = English
lost = El programa de la caja no responde. Lo ya registrado está guardado; se reintenta cada pocos segundos.

## Entrada
entry-label = Escanee o escriba código
entry-hint = Escanee o escriba código · 3* cantidad
add = Agregar
search = Buscar

## Venta
basket = Venta en curso
col-quantity = Cant.
col-product = Producto
col-price = Precio
col-total = Total
col-actions = Cambiar
less = Uno menos de { $name }
more = Uno más de { $name }
void-line = Anular { $name }
undo = Deshacer
voided = Anulada
voided-count = { $n-kind ->
    [one] { $n } línea anulada
    [many] { $n } de líneas anuladas
   *[other] { $n } líneas anuladas
}
empty-title = Escanee un producto o una tarjeta
empty-text = También puede escribir el código y pulsar Entrar.
last-sale = Última venta: recibo { $number }, { $total }
reprint = Reimprimir
unknown-code = Código desconocido { $code }
discard = Descartar
items-count = { $n-kind ->
    [one] { $n } artículo
    [many] { $n } de artículos
   *[other] { $n } artículos
}
earns = gana +{ points-short }
earns-a-day = al día como máximo { points-short }
earns-with-card = con tarjeta: +{ points-short }
points-short = { $n } pts
discount = descuento { $amount }
tax-included = IVA incluido { $amount }

## Acciones
actions = Acciones
keys = Teclas
pay = Pagar
pay-exact = Exacto
pay-blocked-unknown = Resuelva antes los códigos desconocidos
pay-blocked-price = Escriba antes los precios que faltan
price-missing = Falta el precio: { $name }
open-price = Precio abierto
open-price-title = Precio abierto
open-price-price = Precio de una unidad
open-price-tax = IVA incluido: { $rate }. Como mucho { $most }.
open-price-name = Nombre (si se deja vacío, va el código)
open-price-department = Sección (puede quedar vacía)
open-price-add = Pasar a la venta
notice-price-needed = Falta el precio de { $about }: escríbalo en «Precio abierto»
error-open-price = Escriba un precio mayor que cero y de no más de { $most }, como dice la etiqueta
error-open-price-code = Eso es el código, no el precio: escriba el precio de la etiqueta
error-open-price-name = Escriba el nombre y la sección en pocas palabras, sin números de tarjetas de pago
error-open-price-gone = Ese código ya no espera: páselo otra vez
pay-blocked-empty = La venta está vacía
customer = Cliente
void-last = Anular línea
cancel-sale = Anular venta
back = Volver
numpad = Números
numpad-erase = Borrar
key-enter = Entrar
key-delete = Supr
key-insert = Ins
key-page-up = RePág
key-page-down = AvPág

## Cliente
hello = Hola, { $name }
card-ending = Tarjeta { $card }
card-hint = Pase la tarjeta, o escriba su número, un teléfono o un correo.
card-number = Tarjeta, teléfono o correo
card-attach = Poner tarjeta
card-remove = Quitar tarjeta
card-unknown = Tarjeta aún no conocida aquí. Siga: la venta la lleva y los puntos llegan cuando el centro la conozca. Si es nueva, dé de alta al cliente.
card-blocked = Tarjeta bloqueada. La venta sigue sin puntos. En atención al cliente le pueden ayudar.
card-lost = Tarjeta reportada como perdida: no acumula ni canjea. Pida la tarjeta nueva o busque al cliente por teléfono. Si apareció esta, atención al cliente la activa otra vez.
card-stolen = Tarjeta reportada como robada: no acumula ni canjea. Siga la norma de la tienda para tarjetas robadas; al dueño se le puede buscar por teléfono.
card-replaced = Tarjeta reemplazada por una nueva: acumula puntos y no canjea. Para canjear, pida la nueva.
no-card = Sin tarjeta
balance-at = saldo { $when }
last-visit = Última visita { $when }
usual-gap = suele venir cada { $days } días
visits-count = { $n-kind ->
    [one] { $n } visita
    [many] { $n } de visitas
   *[other] { $n } visitas
}
no-rhythm = Aún sin ritmo: hacen falta 3 visitas
usual = Suele comprar
usual-none = Aún no hay productos habituales
due-today = hoy falta
usual-had = Ya lleva: { $names }
offer = Oferta
offer-until = hasta el { $date }
offer-accept = Aplicar
offer-decline = No, gracias
offer-applied = Oferta aplicada
offer-waiting = Aceptada: falta escanear el producto
offer-declined = Oferta rechazada

## Pago
pay-title = Cobrar
due = A pagar
exact = Exacto { $amount }
tendered = Entregado por el cliente
pay-confirm = Cobrar
error-title = Hay un problema
error-amount = Escriba el importe entregado en cifras, por ejemplo { $example }
error-too-little = Faltan { $amount }
error-changed = El total cambió mientras cobraba. Revise el importe y cobre otra vez.
error-prefix = Error: { $title }

## Hecho
done-title = Venta cobrada
next-sale = Nueva venta
see-receipt = Ver recibo
cancel-title = ¿Anular toda la venta?
cancel-text = Las líneas quedan registradas como anuladas. No se cobra nada.
cancel-confirm = Sí, anular

## Búsqueda
search-title = Buscar producto
search-label = Comienzo del nombre
search-none = Ningún producto empieza por «{ $query }».
search-start = Escriba el comienzo del nombre.
search-count = { $n-kind ->
    [one] { $n } producto
    [many] { $n } de productos
   *[other] { $n } productos
}

## Teclas
keys-title = Teclas
keys-scan = Escanear: en cualquier momento, sin tocar nada
keys-3 = 3* y luego el producto: tres unidades
keys-5 = *5 Entrar: la última línea queda en 5
keys-help = Esta ayuda
keys-search = Entrada y búsqueda
keys-customer = Cliente
keys-pay = Pagar
keys-exact = Cobrar el importe exacto en efectivo
keys-void = Anular la última línea
keys-back = Volver; nunca borra la venta

## Avisos
notice-product-added = { $about }
notice-quantity-set = Cantidad cambiada: { $about }
notice-quantity-next = Cantidad { $about } para el próximo producto
notice-line-voided = Anulado: { $about }
notice-line-restored = Recuperado: { $about }
notice-code-discarded = Código descartado
notice-offer-accepted = Oferta aceptada
notice-offer-declined = Oferta rechazada
notice-sale-closed = Recibo { $about } guardado
notice-sale-cancelled = Venta anulada, recibo { $about }
notice-card-attached = Tarjeta puesta
notice-card-removed = Tarjeta quitada
notice-card-unknown = Tarjeta { $about } aún no conocida aquí
notice-card-blocked = Tarjeta bloqueada: la venta sigue sin puntos
notice-card-lost = Tarjeta reportada como perdida: la venta sigue sin puntos
notice-card-stolen = Tarjeta reportada como robada: la venta sigue sin puntos
notice-card-replaced = Tarjeta reemplazada por una nueva: acumula y no canjea
notice-code-unknown = Código desconocido { $about }
notice-unreadable = Lectura dañada: pase el código otra vez
notice-unreadable-measure = La etiqueta no trae un peso o precio que la caja pueda usar: pese el producto o escriba su número
notice-unreadable-currency = El precio de la etiqueta está en otra moneda: pese el producto o escriba su número
notice-unreadable-not-sold = Ese código no es de producto, tarjeta ni cupón: pase otro código del empaque
notice-unreadable-card-number = El número de esta tarjeta podría ser de una tarjeta de pago: entregue otra tarjeta al cliente
notice-read-unended = El lector no envía fin de línea: pase el código otra vez y, si se repite, revise su configuración
notice-read-garbage = El lector envía signos sin sentido: no se registró nada. Su velocidad y la de esta caja no coinciden; avise a soporte
notice-payment-card = Era una tarjeta de pago ({ $about }): no se guardó nada
notice-coupon = Cupón: { $about }
notice-coupon-not-taken = Este cupón no se acepta aquí ({ $about }): devuélvalo al cliente y siga
notice-coupon-not-yet = Ese cupón vale desde el { $about }: devuélvalo al cliente
notice-coupon-expired = Ese cupón venció el { $about }
notice-coupon-twice = Ese cupón ya está en la venta
notice-coupon-used = El cupón { $about } ya se usó en esta tienda
notice-coupon-too-many = No se aceptan más cupones de estos en una venta
coupon-tag = Cupón
coupon_minimum = aún no vale: compra mínima { $amount }
coupon_no_goods = aún no vale: falta su producto
coupon_promoted = no vale con la oferta de su producto
coupon_nothing_left = no vale: no queda nada que descontar
notice-nothing = No hay nada que cambiar
notice-basket-full = La venta está llena: cóbrela y empiece otra
notice-too-many-unknown = Demasiados códigos desconocidos: resuelva primero los de la lista
notice-price-shown = Precio de { $about }
notice-no-article = Eso no es un producto
notice-card-read = Tarjeta leída
notice-article-no-card = Eso es un producto, no una tarjeta
notice-no-card = Eso no es un número de tarjeta
notice-member-enrolled = Alta hecha: { $about }
notice-quantity-refused = Esa cantidad no vale
notice-receipt-queued = Recibo { $about } a la impresora
notice-printer-no-paper = Impresora { $about } sin papel: la venta está guardada y el recibo se imprime al ponerlo
notice-printer-cover-open = Impresora { $about } con la tapa abierta: ciérrela y el recibo se imprime
notice-printer-offline = Impresora { $about } no responde: las ventas siguen y los recibos esperan
notice-printer-missing = Impresora { $about } no se encuentra: revise cable y corriente; los recibos esperan
notice-printer-ready = Impresora { $about } lista
notice-device-still-missing = { $about } sigue sin responder: revise cable y corriente
notice-label-printed = Etiqueta «{ $about }» impresa
notice-label-not-printed = La etiqueta «{ $about }» no se imprimió: mire que la impresora de etiquetas esté encendida y conectada
notice-label-unsure = La impresora de etiquetas se perdió a mitad de «{ $about }»: mire si salió antes de pedir otra

## Problemas
problem-title = No se pudo hacer
problem-token = La página estaba vieja. Vuelva a la caja y repita; no se perdió nada.
problem-origin = La orden no vino de esta caja y se rechazó.
problem-host = Abra la caja por su dirección numérica o por localhost.
problem-no-till = Este programa no lleva la caja { $n }.
problem-no-sale = Esa venta no está en esta caja.
problem-no-printer = Esta caja no tiene impresora de recibos. Se configura con [[printers]].
problem-no-drawer = La impresora de esta caja no tiene cajón. Se configura con drawer_pin en su perfil.
problem-already-paid = Esta venta ya se cobró con el recibo { $number } y sigue en pie: no se anuló. No devuelva el dinero.
problem-already-cancelled = Esta venta ya se anuló con el recibo { $number }: no se cobró nada. Devuelva lo que recibió.
problem-storage = No se pudo leer o guardar en el disco de la caja. Avise a soporte; código { $code }.
problem-disk-full = El disco de la caja está lleno. Libere espacio y repita: no se cobró nada.
problem-other = No se hizo: { $code }
to-till = Volver a la caja

## Recibo
receipt-title = Recibo { $number }
receipt-copy = COPIA
receipt-taken-back = Puntos que se retiran
receipt-next-gift = Con { $points } puntos: { $gift }
receipt-offline = Venta sin conexión: los puntos se suman después
receipt-page = Este recibo en su teléfono
receipt-print = Imprimir copia
receipt-pdf = Descargar PDF
receipt-no-printer = Esta caja no tiene impresora. Ábrala como PDF o muestre el código QR.
receipt-printer = Impresora { $id }: { $state }
receipt-waiting = { $n-kind ->
    [one] { $n } recibo por imprimir
    [many] { $n } de recibos por imprimir
   *[other] { $n } recibos por imprimir
}
printer-unknown = aún sin consultar
printer-ok = lista
printer-paper_low = queda poco papel
printer-no_paper = sin papel
printer-cover_open = tapa abierta
printer-offline = no responde
printer-missing = no se encuentra
receipt-balance = Saldo { $when }

## Descuentos, espera, devoluciones y pagos mixtos
pay-blocked-overpaid = Se recibió más de lo que ahora se debe: devuelva antes un pago
give-back = A devolver
give-back-cash = Devolver { $amount } en efectivo
given-back = Importe devuelto (con signo menos)
cash-rounded = En efectivo: { $amount }
payments-taken = Pagos recibidos
payment-give-back = Devolver el pago: { $kind }
pay-kind = Forma de pago
pay-reference = Referencia del datáfono o número de la tarjeta regalo
pay-part = Solo una parte
pay-back = Devolver dinero
error-too-much = De esta forma se pueden cobrar como mucho { $amount }
error-overpaid = Hay { $amount } de más: devuelva antes un pago
error-gift-card-number = Escriba el número de la tarjeta regalo
error-reference-card = Eso es un número de tarjeta de pago y no se guarda: escriba la referencia del comprobante
error-reference = La referencia es demasiado larga o tiene signos que no se leen
error-coupon-used = Un cupón de este tiquete ya se usó en otra caja. Devuelva lo que ya se pagó, quítelo del tiquete y vuelva a cobrar.
error-returned-meanwhile = Algo de ese recibo ya se devolvió en otra caja. Mire otra vez el recibo.
hold = En espera
recall = Recuperar
held-title = Ventas en espera
held-none = No hay ventas en espera en esta tienda.
held-own-only = El centro no responde: aquí solo están las ventas puestas en espera en las cajas de este equipo.
held-unsure = El centro no responde y otra caja pudo haber retomado esta venta. Retómela solo si el cliente está aquí: si otra caja también la cobra, las dos ventas valen y quedan señaladas.
held-is-here = El cliente está aquí: retomar
held-leave = Dejar en espera
discount-give = Descuento
discount-title = Descuento o precio
discount-on = Descontar de
discount-ticket = toda la venta
discount-value = Cuánto
discount-amount = Importe
discount-none = Quitar el descuento
percent = { $n } %
ticket-discount = venta −{ $cut }
price-of = Otro precio para { $name }
price-hint = Vacío vuelve al precio del catálogo.
price-set = Poner precio
error-discount = Escriba un descuento mayor que cero y no mayor que el precio, por ejemplo 10
error-price = Escriba un precio en cifras, por ejemplo 12,50
refund = Devolución
refund-title = Devolución
refund-lines = Líneas del recibo
refund-comes = Vuelven
refund-left = Quedan
refund-points = Puntos
refund-of = Cuántos vuelven de { $name }
refund-reason = Motivo
reason-unwanted = No lo quiere
reason-defective = Defectuoso
reason-wrong-article = Artículo equivocado
reason-expired = Caducado
refund-card = La tarjeta { $card } va en esta venta: lo nuevo suma puntos, y no se gastan
refund-hint = Las líneas pasan a la venta con signo menos. Puede escanear otros productos para un cambio; el dinero se devuelve al cobrar.
refund-add = Pasar a la venta
refund-code = Código o número del recibo
refund-unreceipted = Sin recibo
refund-sku = Código del producto
refund-price = Precio, solo si es menor (vacío: el de las reglas de la tienda)
refund-unreceipted-hint = Con la tarjeta del cliente en la venta se busca su compra y vuelve como con recibo. Si no aparece, vale lo menos que se cobró aquí en los últimos días y hace falta permiso.
notice-return-by-rules = Devuelto sin recibo, al precio de las reglas de la tienda: { $about }
return-forbidden = Aquí solo se devuelve con el recibo. Búsquelo por su código o su número.
return-limit-member = Este cliente ya devolvió sin recibo { $limit } veces en { $days } días. Pida el recibo, o que lo decida la oficina.
return-limit-cashier = Ya se tomaron { $limit } devoluciones sin recibo con este cajero en { $days } días. Pida el recibo, o que la tome otro cajero.
return-no-product = Ese producto no está en el catálogo. Búsquelo por su nombre o pase otro código del empaque.
return-card-changed = La tarjeta de la venta no es la misma que cuando se tomó lo devuelto sin recibo. Quite esas líneas y devuélvalas otra vez: así se busca la compra del cliente.
return-quantity = Escriba cuántos vuelven, más de cero
error-credit = { $amount } de lo devuelto sin recibo van a una tarjeta regalo. Elija tarjeta regalo para esa parte; después, el resto.
credit-due = { $amount } van a una tarjeta regalo: son de lo devuelto sin recibo
refund-not-found = Nadie conoce ese recibo: ni esta caja ni el centro. Con permiso puede devolverse sin recibo.
refund-no-number = No hay un recibo con ese número entre los últimos de esta caja. Escanee o escriba el código del recibo: con él se busca en toda la cadena.
late-not-here = Ni esta caja ni el centro conocen ese recibo. Lea otra vez su código, o escríbalo.
late-hub-away = Ese recibo es de otra caja y el centro no responde. Inténtelo cuando responda, o en la caja que lo vendió.
refund-not-here = Ese recibo no es de esta caja y el centro no responde. Inténtelo más tarde, o devuelva en la caja que lo vendió; con permiso puede devolverse sin recibo.
refund-hub-away = El centro no responde: aquí no se ve lo que ya volvió en otras cajas. Mire si el recibo está marcado.
refund-not-returnable = De ese recibo no se puede devolver nada: fue anulado o de prueba.
refund-quantity = Escriba cuántos vuelven, no más de los que quedan
returned = Devuelto
takes-back-points = se retiran { $n }
keys-minus = Descuenta 500 de la última línea
keys-slash = Descuenta el 10 % de la última línea
keys-reset = Última línea a su precio de catálogo
keys-hold = Poner la venta en espera
keys-recall = Recuperar una venta
keys-discount = Descuento o precio
keys-refund = Devolución
notice-receipt-read = Recibo leído.
notice-receipt-elsewhere = Recibo de otra caja.
notice-receipt-asked = Ese recibo no es de esta caja: se busca en el centro. Puede seguir vendiendo.
notice-receipt-unknown = Nadie conoce ese recibo: ni esta caja ni el centro. Si es de hoy, puede que su caja aún no lo haya enviado.
notice-receipt-away = Ese recibo no es de esta caja y el centro no responde. Inténtelo más tarde, o devuelva en la caja que lo vendió.
notice-receipt-page = Ese código abre una página en el teléfono del cliente. Lea el otro código, o escriba el del recibo.
notice-discount-given = Descuento: { $about }
notice-discount-taken-back = Descuento quitado: { $about }
notice-price-set = Precio: { $about }
notice-return-added = Devuelto: { $about }
notice-payment-taken = Pago recibido; falta el resto
notice-payment-given-back = Pago devuelto
notice-basket-held = En espera: { $about }
notice-held-elsewhere = Esa venta la retomó la caja { $about }.
notice-held-gone = Esa venta ya no está en espera.
notice-held-away = Esa venta la puso en espera otro equipo y el centro no responde. Retómela allí, o pase los productos otra vez.
notice-held-twice = Una venta que se retomó aquí sin conexión la retomó también la caja { $about }: mire si el cliente pagó dos veces.
notice-basket-recalled = Recuperada: { $about }
notice-discount-refused = El descuento tiene que ser mayor que cero y no mayor que el precio
notice-price-refused = Eso no es un precio
notice-more-than-sold = No pueden volver más de los vendidos
notice-returned-line = Una devolución conserva el precio de su recibo
notice-too-many-payments = Demasiados pagos en una venta: devuelva alguno
problem-partly-paid = Ya se recibió una parte del pago: devuélvala antes de dejar en espera o anular la venta.
problem-held-in-training = Esta venta se puso en espera durante el entrenamiento. Active el entrenamiento para retomarla.
problem-held-while-selling = Esta venta se puso en espera fuera del entrenamiento. Desactive el entrenamiento para retomarla.
problem-in-training = La caja está en entrenamiento: lo que pide cuenta de verdad. Desactive antes el entrenamiento.
problem-under-way = Hay una venta en curso: póngala en espera o ciérrela antes.
problem-not-held = Otra caja ya recuperó esa venta.
returned-count = { $n-kind ->
    [one] { $n } devuelto
    [many] { $n } de devueltos
   *[other] { $n } devueltos
}
recall-count = { $n-kind ->
    [one] Recuperar ({ $n })
    [many] Recuperar ({ $n })
   *[other] Recuperar ({ $n })
}

## Canje
redeem = Puntos
redeem-title = Pagar con puntos
redeem-points = Puntos que canjea
redeem-none = Sin puntos
redeem-use = Canjear
redeem-most = Canjear { $points } ({ $amount })
redeem-no-card = Ponga antes la tarjeta del cliente en la venta.
redeem_not_offered = El programa no permite pagar con puntos.
redeem_balance = El saldo no alcanza para todo.
redeem_minimum = No llega al mínimo que se puede canjear.
redeem_online_only = Sin conexión no se canjean puntos.
redeem_snapshot_old = Sin conexión, y el saldo conocido aquí es demasiado antiguo para canjear.
redeem_offline_cap = Sin conexión: esta tarjeta no puede canjear más aquí.
redeem_offline_redemptions = Sin conexión: esta caja ya hizo todos los canjes que puede. Los puntos esperan a que vuelva la conexión; cobre con otro medio.
gifts = Regalos
gift-take = Tomar
gift-take-named = Tomar el regalo { $name }
gift-missing = faltan { $n }
gifts-in-reach = Puede llevar:
gift-limit-member = Ya lo tuvo: { $n } por socio { $per }
gift-limit-total = Agotado en la cadena: { $n } en total { $per }
gift-per-day = al día
gift-per-month = al mes
gift-per-ever = para siempre
gift_member_limit = Este socio ya tuvo este regalo tantas veces como el programa permite. Elija otro.
gift_total_limit = Este regalo ya se entregó tantas veces como el programa permite. Elija otro.
gift-where = ¿Dónde hay?
gift-where-named = ¿Dónde hay { $name }?
gift-instead = En su lugar:
gift-instead-named = Tomar en su lugar { $name } · { $n }
gift-tag = Regalo · { $n }
notice-gift = Regalo: { $about }
notice-gift-fixed = Un regalo es una sola pieza a su precio. Quítelo, o tome otro en Puntos.
notice-gift-card = Un regalo necesita la tarjeta del socio en la venta.
error-points = Escriba cuántos puntos, por ejemplo 1.000
error-points-most = Ahora se pueden canjear como mucho { $n }, en los pasos del programa

## Alta de cliente
enrol-title = Alta de cliente
enrol-card = Tarjeta
enrol-card-hint = Escanee una tarjeta nueva o escriba su número.
enrol-temporary = No hay tarjeta: dar un número temporal
enrol-first-name = Nombre
enrol-last-name = Apellido (opcional)
enrol-phone = Teléfono
enrol-email = Correo electrónico
enrol-birthday = Cumpleaños (opcional, sin año)
enrol-birth-day = Día
enrol-birth-month = Mes
enrol-error-birthday = El cumpleaños no es un día del año: escriba día y mes en números, o deje ambos vacíos
enrol-contact-hint = Uno de los dos basta. Van al centro: aquí quedan solo las últimas cifras del teléfono.
enrol-yes = Sí
enrol-no = No
enrol-confirm = Dar de alta
enrol-leave = Salir sin alta
enrol-this-card = Alta con esta tarjeta
enrol-use-card = Poner esta tarjeta en la venta
consent-programme = ¿Acepta usted las condiciones del programa de puntos de { $chain } y que guardemos sus compras y puntos a su nombre?
consent-marketing = ¿Quiere usted recibir ofertas de { $chain } por teléfono o correo? Puede retirarlo cuando quiera.
enrol-error-card = Escanee o escriba la tarjeta, o marque que no hay
enrol-error-card-taken = Esa tarjeta ya es de alguien. Póngala en la venta o use otra.
enrol-error-card-blocked = Esa tarjeta está bloqueada. Use otra.
enrol-error-payment-card = Era una tarjeta de pago: no se guardó. Use la tarjeta de puntos.
enrol-error-article = Eso es un producto, no una tarjeta
enrol-error-not-a-card = Eso no es un número de tarjeta
enrol-error-no-first-name = Escriba el nombre
enrol-error-name = El nombre es demasiado largo o tiene signos que no valen
enrol-error-no-contact = Escriba un teléfono o un correo
enrol-error-phone = Escriba el teléfono con 7 a 15 cifras, por ejemplo 300 123 4567
enrol-error-email = Escriba el correo como nombre@ejemplo.com
enrol-error-choose = Pregunte y marque sí o no
enrol-error-no-programme = Sin aceptar las condiciones no hay tarjeta. La venta puede seguir sin ella.
card-code-title = Tarjeta temporal
card-code-text = El cliente puede fotografiarla o anotarla. Vale desde ahora, hasta que reciba la suya.
card-code-show = Ver tarjeta temporal
tier-next = { $name } · faltan { $missing } para { $next }
phone-end = Tel. ••• { $digits }
birthday-today = Hoy es su cumpleaños: ¡felicítelo!
birthday-soon = { $n-kind ->
    [one] Cumple años mañana
    [many] Cumple años en { $n } de días
   *[other] Cumple años en { $n } días
}
pending = pendientes { $points } hasta el { $date }
pending-several = pendientes { $points }, de ellos { $first } hasta el { $date }
vests = se puede usar desde el { $date }
expiring = vencen { $points } el { $date }

## Consulta de precio
price-title = Consultar precio
price-label = Escanee o escriba código o nombre
price-label-print = Imprimir etiqueta
price-ask = Consultar
price-found = Precio
price-aimed = El próximo código del lector se consulta aquí y no se vende. Después, o en 30 segundos, el lector vuelve a la venta.
price-not-aimed = El lector escanea otra vez para la venta.
price-again = Consultar otro
price-empty = Escanee un producto para ver su precio.
price-no-article = Eso no es un producto.
price-unknown = No hay precio para «{ $code }».
price-price = Precio
price-offer = Precio con su oferta
price-rules = Promociones
price-rule-members = con tarjeta de socio
price-no-offer = Sin oferta para este cliente
price-no-member = Ponga la tarjeta del cliente para ver su oferta
stock-enough = Hay suficiente
stock-low = Quedan pocas
stock-out = Sin existencias
stock-since = Según el centro, dato { $since }
stock-age = Según el centro, dato { $since }; última noticia { $heard }
price-stock = Existencias
price-stock-unknown = El centro no responde: no se sabe. Mire en el estante.
price-stock-asking = Preguntando…
price-stock-not-kept = Nadie lleva la cuenta de este artículo.
price-stock-here = Aquí:

## Cola y dispositivos
status-title = Cola y dispositivos
status-hub = Centro
status-hub-unknown = Conectando
status-hub-online = En línea
status-hub-offline = Sin conexión
status-hub-refused = No admite esta caja
status-heard = último contacto { $when }
status-unsent = Por enviar
status-other = { $n-kind ->
    [one] y { $n } registro más (altas, respuestas a ofertas)
    [many] y { $n } de registros más (altas, respuestas a ofertas)
   *[other] y { $n } registros más (altas, respuestas a ofertas)
}
status-oldest = lo más antiguo es { $when }
status-kept = Está guardado en esta caja y se envía solo en cuanto haya conexión.
status-catalogue = Catálogo
status-products = { $n-kind ->
    [one] { $n } producto
    [many] { $n } de productos
   *[other] { $n } productos
}
status-cards = { $n-kind ->
    [one] { $n } tarjeta
    [many] { $n } de tarjetas
   *[other] { $n } tarjetas
}
status-members = { $n-kind ->
    [one] { $n } cliente
    [many] { $n } de clientes
   *[other] { $n } clientes
}
status-age = como lo dio el centro { $when }
status-never = El centro aún no ha dado nada.
status-devices = Lectores
status-no-devices = Ninguno configurado. Un lector que escribe como teclado también vale.
status-since = { $when }
status-printer = Impresora
status-no-printer = Esta caja no tiene impresora
status-last-good = último buen estado { $when }
status-never-good = sin respuesta desde que se inició el programa
status-device-try = Reintentar { $name }
status-printer-try = Reintentar
status-printer-test = Imprimir prueba
status-labels = Etiquetas
status-labels-test = Imprimir etiqueta de prueba
status-labels-hint = La etiqueta de un producto se imprime desde la consulta de precio.
labels-taken = Última etiqueta impresa
labels-lost = La última etiqueta no salió completa
labels-none-yet = Ninguna desde el inicio
label-test = Prueba de etiquetas: Ñ Á é ü
status-jobs = { $n-kind ->
    [one] { $n } trabajo por imprimir
    [many] { $n } de trabajos por imprimir
   *[other] { $n } trabajos por imprimir
}
device-there = Conectado
verified-no = perfil sin comprobar
verified-manual = perfil según el manual
verified-bench = perfil probado con el aparato
device-gone = Desconectado
status-aside = Apartado por el centro
status-none-aside = Nada desde que se inició el programa.
status-aside-hint = El centro lo tiene guardado; alguien lo revisa allí en Cuarentena.
status-file = Archivo de la caja
status-file-sound = Sin daños
status-file-checked = revisado { $when }
status-file-unknown = Se revisa poco después de iniciar.
status-file-hint = Las ventas siguen guardándose. Hágalo hoy: lo que se pueda leer pasa a un archivo nuevo y el dañado se conserva.
status-version = Versión
status-send = Enviar ahora
status-send-hint = La caja envía sola; esto solo adelanta el próximo intento.
status-sound = Sonido
status-test = Probar
status-sound-hint = Cada sonido va siempre con un texto.
status-capture = Escanear desde cualquier campo
status-capture-hint = Con un lector que escribe como teclado. Apagado, lo que se escribe se queda donde se escribe y el lector solo vale en la línea de entrada.
capture-on = Encendido
capture-off = Apagado
volume-0 = Silencio
volume-1 = Bajo
volume-2 = Normal
volume-3 = Alto
tone-found = Producto
tone-card = Tarjeta
tone-error = Error

## Pantalla del cliente
display-welcome = Bienvenido
display-enrol = Pida en caja la tarjeta de puntos.
display-enrol-code = Alta en su teléfono
display-enrol-photo = ¿Sin tarjeta de puntos? Ábrala con este código en su teléfono.
display-yours = Su compra
display-first = Ya vamos con sus productos
display-article = Artículo
display-more = { $n-kind ->
    [one] y { $n } línea antes
    [many] y { $n } de líneas antes
   *[other] y { $n } líneas antes
}
display-card = Su tarjeta temporal
display-photo = Su tarjeta temporal: tómele una foto.
display-receipt = Código de su recibo
display-receipt-photo = Su recibo: tómele una foto, sirve para cambios.
display-thanks-name = Gracias, { $name }
display-given-back = Puntos que le devolvemos
display-spent = Puntos canjeados
display-balance = Saldo { $when }, sin esta compra

## Quién atiende
login-title = Entrar a la caja
login-hint = Toque su nombre y escriba su PIN, o pase su carné por el lector.
login-who = Alias o carné
login-names = Cajeros
login-pin = PIN
login-pad = Números del PIN
login-enter = Entrar
login-leave = Salir de la caja
login-wrong = El alias o el PIN no es correcto.
login-wait = { $n-kind ->
    [one] Demasiados PIN equivocados: espere { $n } segundo.
    [many] Demasiados PIN equivocados: espere { $n } de segundos.
   *[other] Demasiados PIN equivocados: espere { $n } segundos.
}
approve-title = Autorización
approve-hint = Quien autoriza escribe su PIN o pasa su carné.
approve-nobody = En esta caja nadie puede autorizar esto.
approve-not-permitted = { $who } no puede autorizar esto.
approve-denied = Esto no se puede hacer en una caja.
approve-done = { $who } autoriza.
approve-go = Continuar
permission-discount = Descuento de { $percent }
permission-price-override = Otro precio
permission-refund = Devolución con recibo
permission-refund-without-receipt = Devolución sin recibo
permission-void-after-total = Anular después del total
permission-training = Entrenamiento
permission-open-shift = Abrir turno
permission-close-shift = Cerrar turno
permission-drawer = Abrir el cajón o mover efectivo
permission-late-card = Sumar puntos a un recibo sin tarjeta
notice-logged-in = Atiende { $about }
notice-not-logged-in = Nadie ha entrado a la caja: no se tomó la lectura
notice-approved = { $about } autoriza
notice-not-permitted = { $about } no puede autorizar esto

## Turno
shift-title = Turno y caja
shift-none = No hay turno abierto
shift-open = Abrir turno
shift-float-count = Efectivo contado en el cajón
shift-print = Ver informe
shift-cash = Entrada o salida de efectivo
shift-amount = Importe
shift-reason = Motivo
shift-put-in = Entra
shift-take-out = Sale
shift-close = Cerrar turno
shift-count-total = Efectivo contado, en total
shift-count-pieces = O por billetes y monedas
shift-close-confirm = Cerrar e imprimir informe Z
shift-close-only = Cerrar el turno
shift-until = Hasta
shift-drawer-openings = Cajón abierto sin venta
shift-drawer-counts = Cajón abierto para contar
report-print = Imprimir
drawer-count = Abrir el cajón para contar
drawer-change = Abrir el cajón
shift-closed-list = Turnos cerrados
shift-closed-none = Aún no hay informes Z.
shift-date = Fecha del turno
shift-opened = Apertura
shift-closed = Cierre
shift-tickets = Tiquetes
shift-returns = De ellos con devolución
shift-voids = Ventas anuladas
shift-sold = Vendido
shift-returned = Devuelto
shift-net = Base { $rate }
shift-tax = IVA { $rate }
shift-tax-other = otra tasa
shift-rounding = Redondeo
shift-coupons = De ello en cupones
shift-points-given = Puntos dados
shift-points-redeemed = Puntos canjeados
shift-float = Fondo inicial
shift-cash-in = Entradas de efectivo
shift-cash-out = Salidas de efectivo
shift-expected = EFECTIVO ESPERADO
shift-counted = Efectivo contado
shift-difference = DIFERENCIA
x-report = Informe X
z-report = Informe Z { $number }
shift-error-amount = Escriba el importe en cifras.
shift-error-open = Ya hay un turno abierto.
shift-error-none = Ese turno no está abierto.
shift-error-basket = Hay una venta en curso: cóbrela o anúlela primero.
shift-error-move = Escriba un importe mayor que cero y un motivo.
problem-shift-needed = Abra primero un turno y cuente el efectivo del cajón. No se cobró nada.
training = ENTRENAMIENTO
training-title = Entrenamiento
training-text = Lo que se registre no cuenta: ni puntos, ni existencias, ni cajón.
training-start = Empezar entrenamiento
training-stop = Terminar entrenamiento

## Báscula
notice-weight-needed = { $about } se vende por peso y no hay báscula: escriba el peso antes, por ejemplo 1,250*
notice-scale = Báscula: { $about }
scale_missing = está apagada o desconectada; enciéndala y pase otra vez el producto
scale_timeout = no responde; revise su protocolo con pos-agent scan-test
scale_unstable = el peso aún se mueve; espere y pase otra vez el producto
scale_zero = no hay nada encima; ponga el producto y páselo otra vez
scale_under_zero = marca menos de cero; vacíela y póngala a cero
scale_over = el peso es excesivo; péselo en partes
scale_unreadable = su respuesta no se entiende; revise su perfil
scale_unit = pesa en otra unidad; póngala en kilogramos
error-points-spent = Los puntos ya no alcanzan: se gastaron en otra caja. Devuelva el pago en puntos; ahora se pueden canjear { $n }.

## Tarjeta olvidada
late-title = Puntos para un recibo sin tarjeta
late-link = Sumar a una tarjeta
late-card = Tarjeta
late-hint = Pase la tarjeta por el lector o escriba su número.
late-points = Puntos de esta compra: { $n }
late-agreement = La venta no es de ahora: alguien con permiso tiene que autorizar.
late-confirm = Sumar los puntos
notice-late-card = Recibo sumado a la tarjeta de { $about }
late_card_off = En esta cadena no se suman puntos después de la venta.
late_card_not_completed = Ese recibo no suma puntos: fue anulado o de prueba.
late_card_nothing_sold = En ese recibo no se vendió nada: no hay puntos que sumar.
late_card_has_card = Esa venta ya tuvo su tarjeta: los puntos son de ella.
late_card_attached = Ese recibo ya se sumó a otra tarjeta.
late_card_too_late = Ese recibo es demasiado antiguo: ya no se pueden sumar sus puntos.
late_card_blocked = Esa tarjeta está bloqueada: pida al cliente la nueva.
late_card_in_training = La caja está en entrenamiento: desactívelo antes de sumar puntos.

## Cliente sin tarjeta
find-again = Mirar otra vez
redeem_by_contact = Se encontró al cliente por teléfono o correo: para gastar puntos, pase su tarjeta.
redeem_card_replaced = Esta tarjeta fue reemplazada por una nueva: para gastar puntos, pase la nueva.
redeem_card_reported = Esta tarjeta se reportó entretanto como perdida, robada o reemplazada: no gasta puntos. Devuelva el pago con puntos, quite los regalos por puntos y pida la tarjeta nueva.
find-title = Cliente sin tarjeta
find-label = Teléfono o correo del cliente
find-hint = Pregunte el nombre antes de poner la tarjeta. Con el teléfono se suman puntos; para gastarlos hace falta la tarjeta.
find-found = Clientes encontrados
find-asking = Preguntando al centro…
find-away = Sin conexión con el centro no se puede buscar. Venda sin tarjeta: con el recibo y la tarjeta se suman los puntos después.
find-too-many = Demasiadas búsquedas sin resultado. Espere 10 minutos o pase la tarjeta.
find-nobody = Nadie tiene ese teléfono o correo. Revíselo con el cliente o haga el alta.
find-more = Hay más personas con ese dato: pida el correo o la tarjeta.
find-take = Es esta persona
find-take-named = Es esta persona: { $name }
find-no-card = Sin tarjeta válida: dirija al cliente a atención
find-as-card = No: es un número de tarjeta
find-error-contact = Escriba un teléfono de 7 a 15 cifras o un correo como nombre@ejemplo.com
card-by-contact = Sin tarjeta: suma puntos, no los gasta
enrol-known = ¿Ya es cliente? Tienen ese teléfono o correo:
enrol-known-no = Si no es ninguna de estas personas, pulse otra vez Dar de alta.

# Tarjetas regalo
gift-card-title = Tarjeta regalo
gift-card-number = Número de la tarjeta
gift-card-number-hint = Escanee la tarjeta o escriba todos sus dígitos.
gift-card-read = Tarjeta { $card }
gift-card-fixed = Lleva: { $amount }
gift-card-amount = Importe que llevará
gift-card-most = Como mucho { $most }.
gift-card-balance = Tarjeta regalo { $card }: quedan { $amount }
gift-card-asking = Tarjeta regalo { $card }: preguntando al centro…
gift-card-is-blocked = La tarjeta regalo { $card } está bloqueada: envíe al cliente a atención al cliente.
gift-card-is-unknown = Nadie conoce todavía la tarjeta regalo { $card }: cobre de otra forma. Si se vendió hoy, espere a que esa caja envíe sus ventas.
gift-card-is-away = No se puede preguntar al centro cuánto hay en la tarjeta regalo { $card }: cobre de otra forma o pruebe cuando haya conexión.
gift-card-pay = Pagar con esta tarjeta
gift-card-give-back = Devolver a esta tarjeta
error-gift-card-no = Ese no es el número de una de nuestras tarjetas regalo: escanee la tarjeta o escriba todos sus dígitos
error-gift-card-away = No se puede preguntar al centro cuánto hay en la tarjeta: cobre de otra forma o pruebe cuando haya conexión
error-gift-card-unknown = Nadie conoce todavía esta tarjeta: cobre de otra forma. Si se vendió hoy, espere a que esa caja envíe sus ventas
error-gift-card-blocked = Esta tarjeta está bloqueada: cobre de otra forma y envíe al cliente a atención al cliente
error-gift-card-empty = No queda nada en esta tarjeta: cobre de otra forma
error-gift-card-ended = Lo que se había reservado de la tarjeta se soltó entretanto: escanéela otra vez
error-gift-card-training = En prácticas no se toma nada de una tarjeta real: cobre de otra forma
error-reference-gift-card = Ese es el número de una tarjeta regalo, que no se guarda en ninguna parte: elija tarjeta regalo como forma de pago, o escriba lo que imprimió el datáfono
error-gift-card-elsewhere = Es una tarjeta regalo del centro, y esta caja deja las tarjetas regalo a otro sistema: cobre de otra forma y avise a quien configuró la caja
notice-gift-card-read = Tarjeta regalo { $about }: al cobrar se ve cuánto hay.
notice-gift-card-elsewhere = Tarjeta regalo { $about } del centro: esta caja deja las tarjetas regalo a otro sistema. Cobre de otra forma y avise a quien configuró la caja.
notice-gift-card-needed = { $about }: escanee la tarjeta y escriba el importe.
notice-gift-card-for-sale = Tarjeta { $about }: ahora escriba el importe.
notice-gift-card-not-sold = { $about }: esta caja deja las tarjetas regalo a otro sistema, así que no vende las del centro. Avise a quien configuró la caja.
notice-gift-card-twice = Esta tarjeta ya está en la venta: escanee otra.
notice-gift-card-fixed = Una tarjeta regalo se vende sola por su importe, sin descuento.
error-gift-card-sold = Una tarjeta regalo vendida no se devuelve: lo que hay en ella se puede gastar en cualquier tienda de la cadena
