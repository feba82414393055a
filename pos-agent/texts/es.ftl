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
device-missing = Lector desconectado: { $path }
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
earns-with-card = con tarjeta: +{ points-short }
points-short = { $n } pts
discount = descuento { $amount }
tax-included = IVA incluido { $amount }
total = TOTAL

## Acciones
actions = Acciones
keys = Teclas
pay = Pagar
pay-exact = Exacto
pay-blocked-unknown = Resuelva antes los códigos desconocidos
pay-blocked-empty = La venta está vacía
customer = Cliente
void-last = Anular línea
cancel-sale = Anular venta
back = Volver
numpad = Números
numpad-erase = Borrar
key-enter = Entrar
key-delete = Supr

## Cliente
hello = Hola, { $name }
card-ending = Tarjeta { $card }
card-hint = Pase la tarjeta o escriba su número.
card-number = Número de tarjeta
card-attach = Poner tarjeta
card-remove = Quitar tarjeta
card-unknown = Tarjeta aún no conocida aquí. Siga: la venta la lleva y los puntos llegan cuando el centro la conozca. Si es nueva, dé de alta al cliente.
card-blocked = Tarjeta bloqueada. La venta sigue sin puntos. Si el cliente la perdió, pídale la nueva; si no, que pregunte en atención al cliente.
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
pay-title = Cobrar en efectivo
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
change = Cambio
next-sale = Nueva venta
see-receipt = Ver recibo
receipt-code-label = Código de devolución { $code }
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
keys-f1 = Esta ayuda
keys-f2 = Entrada y búsqueda
keys-f3 = Cliente
keys-f9 = Pagar
keys-exact = Cobrar el importe exacto en efectivo
keys-delete = Anular la última línea
keys-escape = Volver; nunca borra la venta

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
notice-code-unknown = Código desconocido { $about }
notice-unreadable = Lectura dañada: pase el código otra vez
notice-read-unended = El lector no envía fin de línea: pase el código otra vez y, si se repite, revise su configuración
notice-payment-card = Era una tarjeta de pago ({ $about }): no se guardó nada
notice-coupon = Los cupones aún no se aceptan en esta caja
notice-receipt = Las devoluciones por recibo aún no se aceptan en esta caja
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

## Problemas
problem-title = No se pudo hacer
problem-token = La página estaba vieja. Vuelva a la caja y repita; no se perdió nada.
problem-origin = La orden no vino de esta caja y se rechazó.
problem-host = Abra la caja por su dirección numérica o por localhost.
problem-no-till = Este programa no lleva la caja { $n }.
problem-no-sale = Esa venta no está en esta caja.
problem-already-paid = Esta venta ya se cobró con el recibo { $number } y sigue en pie: no se anuló. No devuelva el dinero.
problem-already-cancelled = Esta venta ya se anuló con el recibo { $number }: no se cobró nada. Devuelva lo que recibió.
problem-storage = No se pudo leer o guardar en el disco de la caja. Avise a soporte; código { $code }.
problem-disk-full = El disco de la caja está lleno. Libere espacio y repita: no se cobró nada.
problem-other = No se hizo: { $code }
to-till = Volver a la caja

## Recibo
receipt-title = Recibo { $number }
receipt-copy = COPIA
receipt-voided = VENTA ANULADA
receipt-number = Recibo
receipt-till = Caja
receipt-cashier = Atendió
receipt-date = Fecha
receipt-discount = Descuento
receipt-return = Devolución
receipt-net = Base
receipt-tax = IVA
receipt-card = Tarjeta
receipt-earned = Puntos de esta compra
receipt-balance = Saldo { $when }
receipt-not-fiscal = Comprobante interno — no es documento fiscal
receipt-thanks = Gracias por su compra
tender-cash = Efectivo
tender-card = Tarjeta de pago
tender-points = Puntos
tender-gift-card = Tarjeta regalo
tender-external = Otro sistema

## Alta de cliente
enrol-title = Alta de cliente
enrol-card = Tarjeta
enrol-card-hint = Escanee una tarjeta nueva o escriba su número.
enrol-temporary = No hay tarjeta: dar un número temporal
enrol-first-name = Nombre
enrol-last-name = Apellido (opcional)
enrol-phone = Teléfono
enrol-email = Correo electrónico
enrol-contact-hint = Uno de los dos basta. No queda en esta caja: va al centro.
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
expiring = vencen { $points } el { $date }

## Consulta de precio
price-title = Consultar precio
price-label = Escanee o escriba código o nombre
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
price-no-offer = Sin oferta para este cliente
price-no-member = Ponga la tarjeta del cliente para ver su oferta
price-stock = Existencias
price-stock-unknown = Esta caja no las conoce. Mire en el estante o pregunte al encargado.

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
device-there = Conectado
device-gone = Desconectado
status-aside = Apartado por el centro
status-none-aside = Nada desde que se inició el programa.
status-aside-hint = El centro lo tiene guardado; alguien lo revisa allí en Cuarentena.
status-version = Versión
status-send = Enviar ahora
status-send-hint = La caja envía sola; esto solo adelanta el próximo intento.
status-sound = Sonido
status-test = Probar
status-sound-hint = Cada sonido va siempre con un texto.
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
display-yours = Su compra
display-first = Ya vamos con sus productos
display-more = { $n-kind ->
    [one] y { $n } línea antes
    [many] y { $n } de líneas antes
   *[other] y { $n } líneas antes
}
display-card = Su tarjeta temporal
display-photo = Su tarjeta temporal: tómele una foto.
display-thanks-name = Gracias, { $name }
display-spent = Puntos canjeados
display-balance = Saldo { $when }, sin esta compra
