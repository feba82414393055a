# Textos del servidor central. «Usted»; caja, canjear, regalo, devolución, puntos.

# Marco
shell-error = Error
shell-skip = Ir al contenido
shell-find = Buscar cliente o tarjeta
shell-find-hint = Escanee una tarjeta o escriba un nombre
shell-live-off = Sin conexión
shell-view = Vista
shell-language = Idioma
shell-theme = Aspecto
shell-apply = Aplicar
shell-help = Ayuda
shell-logout = Salir
shell-nav = Secciones
shell-crumbs = Usted está en
theme-auto = Como el equipo
theme-light = Claro
theme-dark = Oscuro
nav-overview = Resumen
nav-customers = Clientes
nav-adjustments = Puntos por aprobar
nav-gift-cards = Tarjetas regalo
nav-affinity = Qué va con qué
nav-stock = Existencias
nav-promotions = Promociones
nav-tills = Tiendas y cajas
nav-liability = Puntos en los libros
nav-quarantine = Cuarentena
role-cashier = Caja
role-manager = Gerencia de tienda
role-marketing = Mercadeo
role-service = Atención al cliente
role-accountant = Contabilidad
role-admin = Administración
today = hoy
store = Tienda
store-all = Todas las tiendas
card = Tarjeta
card-state-active = activa
card-state-lost = perdida
card-state-stolen = robada
card-state-replaced = reemplazada
card-state-blocked = bloqueada
as-of = al { $time }
ago-now = ahora
ago-minutes = { $n-kind ->
    [one] hace { $n } minuto
    [many] hace { $n } de minutos
   *[other] hace { $n } minutos
}
ago-hours = { $n-kind ->
    [one] hace { $n } hora
    [many] hace { $n } de horas
   *[other] hace { $n } horas
}
month-1 = ene
month-2 = feb
month-3 = mar
month-4 = abr
month-5 = may
month-6 = jun
month-7 = jul
month-8 = ago
month-9 = sep
month-10 = oct
month-11 = nov
month-12 = dic

# Tabla
table-rows = { $from }–{ $to } de { $total }
table-filter = Filtrar
table-clear = Quitar filtros
table-pages = Páginas
table-previous = Anterior
table-next = Siguiente
table-size = Filas por página:
table-export = Descargar esta vista:
table-excel = para Excel
table-programs = para programas
table-nothing = Ninguna fila cumple estos filtros.

# Formulario
form-problem = Hay un problema

# Gráficos
chart-see-table = Ver tabla
chart-mean = media { $days }
chart-median = mediana { $days }
chart-gaps-title = Días entre visitas
chart-gaps-axis = Días entre visitas
chart-gaps-count = Veces
chart-gaps-subtitle = n = { $n } intervalos · { $period }
chart-gaps-summary = Lo más frecuente: { $bin } días entre visitas. Media { $mean }, mediana { $median }.
chart-next-title = Próxima visita
chart-next-subtitle = { $n-kind ->
    [one] { $n } visita en los últimos 90 días
    [many] { $n } de visitas en los últimos 90 días
   *[other] { $n } visitas en los últimos 90 días
}
chart-next-summary = Se espera el { $date }; en 8 de cada 10 casos, del { $from } al { $to }.
chart-next-overdue = Se esperaba el { $date }: atraso de { $days } días.
chart-late = Atrasado
chart-expected = Esperada
visits-day = Día
chart-affinity-title = Afinidad: cuánto más de lo que daría el azar
chart-affinity-summary = La pareja más fuerte: { $a } con { $b }, { $lift } veces lo que daría el azar ({ $n } tiquetes).
chart-cover-title = Días de existencias
chart-cover-lead = plazo de entrega
chart-cover-none = Todo alcanza hasta que llegue un pedido.
chart-cover-summary = { $n-kind ->
    [one] { $n } producto se acaba antes de que llegue un pedido.
    [many] { $n } de productos se acaban antes de que llegue un pedido.
   *[other] { $n } productos se acaban antes de que llegue un pedido.
}
chart-hours-title = Tiquetes por hora
chart-hour = Hora
chart-hour-usual = Habitual
chart-hours-summary = { $tickets } tiquetes; la banda es el mínimo y el máximo de las últimas { $weeks } semanas, mismo día.
chart-hours-first = { $tickets } tiquetes. Aún no hay el mismo día de semanas anteriores para comparar.
chart-hours-past = { $day }
chart-hours-subtitle = { $day } · la hora en curso va rayada

# Entrada
login-title = Entrar
login-user = Usuario
login-password = Contraseña
login-enter = Entrar
login-wrong = Usuario o contraseña incorrectos. Revise e intente otra vez.
login-wait = Demasiados intentos. Espere un minuto e intente otra vez.
login-empty-user = Escriba su usuario
login-empty-password = Escriba su contraseña
login-demo = Demostración: entre como { $users }, con la contraseña «{ $password }». Solo funciona en este equipo.

# Fallas
fault-code = Código:
fault-home = Ir al resumen
fault-404-title = Esta página no existe
fault-404-what = La dirección no lleva a ninguna parte, o lo que había ya no está.
fault-404-next = Revise la dirección o busque al cliente arriba.
fault-403-title = Su cuenta no puede abrir esta página
fault-403-what = Esta página pide un permiso que su rol no tiene.
fault-403-next = Si lo necesita para su trabajo, pídalo a administración.
fault-400-title = No entendimos lo que se envió
fault-400-what = Falta algo o está mal escrito.
fault-400-next = Vuelva atrás, revise y envíe otra vez.
fault-409-title = Alguien cambió esto antes
fault-409-what = Lo que usted vio ya no es lo que hay.
fault-409-next = Vuelva a abrir la página e intente otra vez.
fault-500-title = Algo falló de nuestro lado
fault-500-what = No se perdió nada de lo guardado. La falla quedó registrada.
fault-500-next = Intente otra vez en un momento.

# Resumen
overview-title = Resumen
overview-lead = Hoy, { $day } · hora de las tiendas
overview-lead-past = Día completo: { $day }
overview-date = Día
overview-today = Hoy
overview-sales = Ventas
overview-tickets = Tiquetes
overview-basket = Tiquete promedio
overview-card = Con tarjeta
overview-points = Puntos otorgados
overview-overdue = Clientes atrasados
overview-alerts = Alertas de existencias
overview-unsent = Ventas por enviar
overview-delta = { $change } vs { $day } a esta hora
overview-delta-past = { $change } vs { $day }
overview-share-points = { $n } p. p.
overview-nothing-then = El { $day } no hubo tiquetes hasta esta hora
overview-nothing-past = El { $day } no hubo tiquetes
overview-weeks = 8 semanas
overview-n-tickets = { $n-kind ->
    [one] { $n } tiquete
    [many] { $n } de tiquetes
   *[other] { $n } tiquetes
}
overview-n-pattern = { $n-kind ->
    [one] de { $n } con patrón
    [many] de { $n } de clientes con patrón
   *[other] de { $n } con patrón
}
overview-n-minimum = en su mínimo o por debajo
overview-n-tills = { $n-kind ->
    [one] { $n } caja
    [many] { $n } de cajas
   *[other] { $n } cajas
}
overview-n-counted = { $n-kind ->
    [one] de { $n } producto contado
    [many] de { $n } de productos contados
   *[other] de { $n } productos contados
}
overview-partial = Cifras parciales: falta { $tills }
overview-list-overdue = Más atrasados
overview-list-stock = Se acaba primero
overview-list-tills = Cajas
overview-none-overdue = Nadie con patrón está atrasado.
overview-none-stock = Nada por debajo del mínimo.
overview-none-tills = Aún no hay cajas.
overview-all-overdue = Ver todos los atrasados
overview-all-stock = Ver todas las alertas
overview-all-tills = Ver tiendas y cajas
overview-usual-gap = suele venir cada { $days } días
overview-on-hand = hay { $n }
overview-days-late = { $n-kind ->
    [one] { $n } día
    [many] { $n } de días
   *[other] { $n } días
}
overview-name = Nombre
overview-value = Valor

# Clientes
customers-title = Clientes
customers-lead = Cada cuánto viene cada uno y cuándo se le espera.
customers-caption = Clientes
customers-search = Nombre, número o tarjeta
customers-state = Ritmo
customers-state-all = Todos
customers-state-overdue = Atrasados
customers-state-pattern = Con patrón
customers-state-new = Aún sin patrón
customers-name = Nombre
customers-code = Número
customers-card = Tarjeta
customers-visits = Visitas
customers-mean = Cada (media)
customers-median = Mediana
customers-last = Última visita
customers-next = Próxima
customers-late = Atraso
customers-none = Aún no hay clientes. Impórtelos con «hub-server import members».
customers-no-pattern = desde 3 visitas
found-none = Nada coincide con «{ $q }». Busque por nombre, número de cliente o número de tarjeta.

# Cliente
customer-lead = Cliente { $code } · desde { $date }
customer-answers = Las respuestas
customer-rhythm = Cada cuánto viene
customer-next = Próxima visita
customer-usual = Qué suele comprar
customer-balance = Saldo
customer-visits = Visitas
customer-points = Puntos
customer-contact = Contacto
customer-email = Correo
customer-phone = Teléfono
customer-birthday = Cumpleaños
customer-consent = Mercadeo
customer-consent-yes = acepta, { $date } ({ $source })
customer-consent-no = no acepta
customer-masked = Su rol ve el contacto oculto.
customer-every = cada { $days } días
customer-median = mediana { $days } días
customer-n-visits = { $n-kind ->
    [one] { $n } visita
    [many] { $n } de visitas
   *[other] { $n } visitas
}
customer-no-pattern = { $n-kind ->
    [one] Aún sin patrón: { $n } visita; lo mostramos desde 3.
    [many] Aún sin patrón: { $n } de visitas; lo mostramos desde 3.
   *[other] Aún sin patrón: { $n } visitas; lo mostramos desde 3.
}
customer-last = última: { $when }
customer-overdue = { $n-kind ->
    [one] atraso de { $n } día
    [many] atraso de { $n } de días
   *[other] atraso de { $n } días
}
customer-on-time = a tiempo
customer-due-count = { $n-kind ->
    [one] hoy le toca { $n } producto
    [many] hoy le tocan { $n } de productos
   *[other] hoy le tocan { $n } productos
}
customer-none-due = hoy no le toca ninguno
customer-no-usual = Aún nada habitual: un producto cuenta desde 3 visitas.
customer-available = disponibles { $points }
customer-pending = pendientes { $points } hasta el { $date }
customer-pending-several = pendientes { $points }, de ellos { $first } hasta el { $date }
customer-debt = deuda { $points }
customer-ending = vencen { $points } el { $date }
customer-tier = { $name } · faltan { $missing } para { $next }
tier = Nivel
customer-no-visits = Aún no tiene visitas.
customer-no-points = Aún no tiene movimientos de puntos.
customer-older = Ver visitas anteriores
customer-period = del { $from } al { $to }
usual-due = hoy le toca
usual-share = en { $share } de las visitas
usual-detail = cada { $days } días · { $visits } visitas · último { $date }
receipt-qty = Cant.
receipt-product = Producto
receipt-price = Precio
receipt-paid = Pagado
receipt-no = Recibo { $number } · { $store } · caja { $till } · { $time }
receipt-items = { $n-kind ->
    [one] { $n } línea
    [many] { $n } de líneas
   *[other] { $n } líneas
}
receipt-return = devolución
receipt-void = anulada
receipt-training = capacitación
receipt-discount = descuento { $amount }
receipt-coupon = Cupón { $name } ({ $code })
receipt-coupon-part = { $amount } de los descuentos
entry-earn = Ganados
entry-burn = Canjeados
entry-burn-back = Puntos canjeados, reintegrados
entry-expire = Vencidos
entry-adjust = Ajuste
entry-hand = Ajuste de servicio al cliente
entry-reverse = Devueltos
entry-transfer = Canje con tarjeta perdida, devuelto
entry-parted = Reparto al deshacer la unión

# Afinidad
affinity-title = Qué va con qué
affinity-lead = Parejas que salen juntas en un tiquete, contadas todas, sin muestreo. { $tickets } tiquetes · { $period }
affinity-always = todo el tiempo
affinity-subtitle = { $pairs } parejas · n = { $tickets } tiquetes
affinity-level = Nivel
affinity-sku = Producto
affinity-line = Línea
affinity-category = Categoría
affinity-from = Desde
affinity-to = Hasta
affinity-min = Mínimo de tiquetes
affinity-a = A
affinity-b = B
affinity-count = Tiquetes
affinity-support = Soporte
affinity-ab = A → B
affinity-ba = B → A
affinity-lift = Veces el azar
affinity-caption = Parejas
affinity-none = Ninguna pareja llega al mínimo de tiquetes.
affinity-why = Ninguna pareja llega a { $n } tiquetes en este periodo. Baje el mínimo o amplíe las fechas.
affinity-key = Gris: menos de 30 tiquetes, dice poco. 1 es lo que daría el azar.

# Existencias
stock-title = Existencias
stock-lead = Productos en su mínimo o por debajo, lo más urgente primero.
stock-caption = Alertas de existencias
stock-product = Producto
stock-on-hand = Hay
stock-minimum = Mínimo
stock-order = Pedir
stock-cover = Días
stock-lead-days = Plazo
stock-none = Nada está por debajo de su mínimo. Las existencias se cargan con «hub-server import stock».
stock-days = { $days } días
stock-no-pace = sin ventas
stock-subtitle = { $n-kind ->
    [one] n = { $n } producto · ventas de los últimos 28 días
    [many] n = { $n } de productos · ventas de los últimos 28 días
   *[other] n = { $n } productos · ventas de los últimos 28 días
}

# Promociones
promotions-title = Promociones
promotions-lead = Lo que la caja ofrece a quién, y qué respondieron.
promotions-new = Nueva promoción
promotions-caption = Promociones
promotions-none = Aún no hay promociones.
promotion-name = Nombre
promotion-state = Estado
promotion-active = en curso
promotion-stopped = detenida
promotion-ended = terminada
promotion-coming = por empezar
promotion-from = Desde
promotion-until = Hasta
promotion-reach = Clientes hoy
promotion-shown = Mostrada
promotion-accepted = Aceptada
promotion-declined = No quiso
promotion-lead = Diga qué se ofrece y a quién; las cajas la muestran en la próxima sincronización.
promotion-text = Lo que dice la caja
promotion-text-hint = En una frase, como se dice en voz alta.
promotion-sku = Producto en oferta (SKU)
promotion-percent = Descuento en %
promotion-whom = A quién
promotion-when = Cuándo
promotion-segment = Condición
promotion-overdue = Atraso mínimo en días
promotion-gap-from = Viene cada, desde (días)
promotion-gap-to = Viene cada, hasta (días)
promotion-start = Empezar
promotion-count = Contar clientes
promotion-stop = Detener
promotion-terms = Condiciones
promotion-reached = { $n-kind ->
    [one] Hoy la verá { $n } cliente.
    [many] Hoy la verán { $n } de clientes.
   *[other] Hoy la verán { $n } clientes.
}
promotion-started = La promoción está en curso.
promotion-was-stopped = La promoción se detuvo. Las cajas dejan de mostrarla en la próxima sincronización.
promotion-what = Qué se ofrece
promotion-discount = Descuento
promotion-off = { $percent } en { $sku }
promotion-of-shown = { $share } de las mostradas
promotion-no-consent = { $n-kind ->
    [one] y { $n } sin consentimiento, que no la ve
    [many] y { $n } de clientes sin consentimiento, que no la ven
   *[other] y { $n } sin consentimiento, que no la ven
}
promotion-waterfall = Cumplen { $matching } → sin consentimiento −{ $without } → la ven { $reachable }
promotion-examples = Por ejemplo:
promotion-figures-of = Cifras al { $date }
promotion-no-sales = Aún no hay ventas con que contar.
promotion-bought = Compró
promotion-did = compró
promotion-did-not = no compró
promotion-goods-by = Por
promotion-goods = Producto (SKU) o línea
promotion-within = En los últimos (días)
segment-by-rhythm = Por cómo viene
segment-by-product = Por lo que compra
segment-mean-from = { $n-kind ->
    [one] viene cada { $n } día o más
    [many] viene cada { $n } de días o más
   *[other] viene cada { $n } días o más
}
segment-mean-to = { $n-kind ->
    [one] viene cada { $n } día o menos
    [many] viene cada { $n } de días o menos
   *[other] viene cada { $n } días o menos
}
segment-overdue = { $n-kind ->
    [one] atraso de { $n } día o más
    [many] atraso de { $n } de días o más
   *[other] atraso de { $n } días o más
}
segment-bought = { $n-kind ->
    [one] compró { $goods } en el último día
    [many] compró { $goods } en los últimos { $n } de días
   *[other] compró { $goods } en los últimos { $n } días
}
segment-not-bought = { $n-kind ->
    [one] no compró { $goods } en el último día
    [many] no compró { $goods } en los últimos { $n } de días
   *[other] no compró { $goods } en los últimos { $n } días
}
promotion-wrong-empty = Escriba algo aquí
promotion-wrong-long = Use 200 caracteres o menos
promotion-wrong-of-what = Diga qué producto baja de precio
promotion-wrong-condition = Ponga al menos una condición
promotion-wrong-crossed = «Hasta» es menor que «desde»
promotion-wrong-days = Escriba un número entero de días, de 1 a 3660
promotion-wrong-percent = El descuento va de 0 a 100, como 10 o 12,5
promotion-wrong-date = La fecha va como 2026-05-31
promotion-wrong-order = «Hasta» no puede ser antes de «desde»
promotion-wrong-sku = Ese producto no existe

# Tiendas y cajas
tills-title = Tiendas y cajas
tills-lead = Qué caja se ha comunicado y qué tiene aún por enviar.
tills-caption = Cajas
tills-till = Caja
tills-state = Estado
tills-seen = Última señal
tills-unsent = Por enviar
tills-version = Versión
tills-clock = Reloj
till-seconds = { $n } s
tills-none = Aún no hay cajas. Cree una con «hub-server till add».
till-online = en línea
till-silent = sin señal
till-waiting = sin enrolar
till-revoked = revocada
till-never = nunca
enrol-title = Enrolar cajas
enrol-lead = Un código de un solo uso, válido por 10 minutos, para una o varias cajas.
enrol-which = Cajas
enrol-make = Crear código
enrol-once = Código para enrolar
enrol-terms = Vale hasta las { $time }, una sola vez, para: { $tills }. No se vuelve a mostrar.
enrol-run = En el equipo de la caja:
enrol-none-chosen = Marque al menos una caja

# Cuarentena
quarantine-title = Cuarentena
quarantine-lead = Lo que llegó de una caja y no se pudo aplicar. Está guardado; no se pierde nada mientras alguien lo revisa.
quarantine-file = archivo importado
quarantine-more = { $n-kind ->
    [one] Y { $n } más antigua que no se muestra.
    [many] Y { $n } de más antiguas que no se muestran.
   *[other] Y { $n } más antiguas que no se muestran.
}
quarantine-why-conflict = Contradice algo que ya llegó
quarantine-why-unreadable = No se pudo leer
quarantine-why-unknown = De una clase que aún no se conoce
quarantine-why-till = Es de otra caja que la que lo envió
quarantine-why-card = La tarjeta ya es de otra persona
quarantine-why-late-card = La venta ya tiene otra tarjeta
quarantine-why-failed = No se pudo aplicar
quarantine-why-rule = No cumple una regla
quarantine-none = Nada espera. Todo lo que llegó se aplicó.
quarantine-code = Motivo
quarantine-place = Registro y número
quarantine-bytes = Bytes
quarantine-settle = Dar por revisado
quarantine-apply = Intentar de nuevo
quarantine-apply-all = Intentar todo de nuevo
quarantine-none-applied = Nada surtió efecto.
quarantine-applied = { $n-kind ->
    [one] { $n } evento surtió efecto.
    [many] { $n } de eventos surtieron efecto.
   *[other] { $n } eventos surtieron efecto.
}
quarantine-still = { $n-kind ->
    [one] { $n } todavía no encaja.
    [many] { $n } todavía no encajan.
   *[other] { $n } todavía no encajan.
}

# Ayuda
help-title = Ayuda
help-lead = Qué significan las cifras y cómo se hace lo de cada día.
help-words = Qué significan las cifras
help-how = Cómo se hace
help-visit = Visita
help-visit-is = Un día de negocio con al menos una venta. Varias ventas el mismo día son una visita; una devolución sola no cuenta.
help-gap = Cada cuánto viene
help-gap-is = Los días entre visitas seguidas: media y mediana, desde 3 visitas. Con menos no hay patrón.
help-next = Próxima visita
help-next-is = La última visita más la mediana. Pasada esa fecha, el cliente está atrasado.
help-usual = Qué suele comprar
help-usual-is = Lo que compró en 3 visitas o más, por su parte de las visitas. «Hoy le toca»: pasó su propia mediana.
help-lift = Veces el azar
help-lift-is = Cuántas veces más salen juntos dos productos de lo que saldrían por azar. 1 es el azar.
help-cover = Días de existencias
help-cover-is = Lo que hay, entre lo vendido por día en los últimos 28 días.
help-scan = Abrir un cliente
help-scan-how = Escanee su tarjeta en cualquier página, o escriba su nombre arriba.
help-export = Llevar una tabla a Excel
help-export-how = «Para Excel» o «para programas» bajo la tabla: las mismas filas, filtros y orden.
help-enrol = Poner una caja nueva
help-enrol-how = En «Tiendas y cajas», cree un código y escríbalo en la caja con «pos-agent enrol».
help-live = Ver lo último
help-live-how = Las páginas se renuevan solas cuando llega una venta. Sin JavaScript, recargue.
help-api = Interfaz para otros sistemas (API)

shifts-title = Turnos y cierres
shifts-lead = Qué se contó en cada cajón y qué debía haber.
shifts-opened = Apertura
shifts-number = Informe Z
shifts-open = Abierto
shifts-cashier = Cajero
shifts-tickets = Tiquetes
shifts-drawer = Cajón sin venta
shifts-total = Ventas netas
shifts-expected = Esperado
shifts-counted = Contado
shifts-difference = Diferencia
shifts-none = Aún no hay turnos. Se abren en la caja, en «Turno y caja».

readers-title = Lectores
readers-lead = Qué lector de qué caja no está configurado como la cadena quiere. Se revisan con «firmware-config verify --all».
readers-reader = Lector
readers-verified = Perfil probado
readers-verified-no = no
readers-verified-manual = según el manual
readers-verified-bench = con el aparato
readers-differences = Qué no coincide
readers-checked = Revisado
readers-settings = Configuración
readers-never = nunca
readers-not-checked = Sin revisar
readers-no-reader = Sin lectores
readers-as-wanted = Bien
readers-not-meant = No se configura
readers-differs = Distinto
readers-silent = No contesta
readers-not-open = Puerto cerrado
readers-no-profile = Sin perfil
readers-unclear = Dudoso
readers-cannot-ask = No se le puede preguntar
readers-by-sheet = sin comparar, se configura con la hoja: { $settings }
readers-difference = { $setting }: debe ser { $wanted }, { $found }
readers-found-word = es { $word }
readers-found-other = otro valor ({ $phrase })
readers-found-unknown = no lo conoce
readers-found-cannot-ask = no se le puede preguntar
readers-found-silent = no contesta
readers-found-not-asked = no se preguntó
readers-none = Aún no hay cajas registradas.

cards-title = Tarjetas
cards-lead = Los puntos son del cliente y no de la tarjeta: quedan, pase lo que pase con ella.
cards-none = Este cliente no tiene tarjeta.
cards-earns-and-pays = acumula y canjea
cards-earns = acumula, no canjea
cards-nothing = no acumula ni canjea
cards-noted = Anotado. Las cajas lo saben en un minuto; las que no tienen conexión, cuando la tengan.
cards-said = { $state } desde { $since }
cards-said-replaced = { $state } desde { $since }, reemplazada por { $number }
cards-said-by = { $who }, { $when }
cards-report-title = Reportar una tarjeta
cards-report = Qué pasó
cards-report-lost = Perdida
cards-report-stolen = Robada
cards-report-replaced = Dañada: reemplazarla
cards-report-blocked = Bloquearla
cards-report-active = Apareció, o se reportó por error
cards-date = Desde, fecha
cards-time = Desde, hora
cards-since-hint = El momento desde el que el cliente no la tenía. Lo canjeado después queda a cargo de la tienda.
cards-time-hint = Por ejemplo 10:00. Si se reportó por error, el momento que se había reportado.
cards-reason = Motivo
cards-reason-hint = Quién la reportó y cómo. Queda en el historial.
cards-replacement = Número de la tarjeta nueva
cards-replacement-hint = Lea o escriba la tarjeta que entrega. No se acepta un número que alguna tarjeta tenga o haya tenido.
cards-send = Reportar
cards-wrong-unknown = Este cliente no tiene esa tarjeta.
cards-wrong-state = Elija qué pasó.
cards-wrong-since = Escriba la fecha y una hora como 10:00.
cards-wrong-number = No es el número de una tarjeta de puntos. Lea otra vez la tarjeta nueva.
cards-wrong-reason = Escriba el motivo.
cards-wrong-long = Escriba el motivo en 200 caracteres o menos.
cards-wrong-future = Ese momento aún no llega.
cards-wrong-old = Un reporte alcanza a lo sumo 30 días atrás. Elija un momento posterior.
cards-wrong-no-replacement = Escriba el número de la tarjeta nueva: una dañada se reemplaza.
cards-wrong-nothing = Una tarjeta que sirve no se reemplaza: deje el número vacío.
cards-wrong-taken = Una tarjeta tiene o tuvo este número. Entregue otra.
adjust-title = Ajustar puntos
adjust-lead = Hasta { $points } a un cliente en { $days } días los ajusta una sola persona; de ahí en adelante otra tiene que aprobar. Todo queda en el historial, con quién y por qué.
adjust-lead-all = Todo ajuste lo aprueba otra persona antes de aplicarse. Todo queda en el historial, con quién y por qué.
adjust-way = Dar o quitar
adjust-way-give = Dar puntos
adjust-way-take = Quitar puntos
adjust-points = Cuántos puntos
adjust-points-hint = Sin separar los miles, por ejemplo 1500.
adjust-cause = Motivo
adjust-cause-goodwill = Cortesía: algo salió mal
adjust-cause-missing = Una compra no dio puntos, o dio menos
adjust-cause-promotion = No se aplicó una promoción
adjust-cause-mistake = Se dieron o quitaron por error
adjust-cause-misuse = Uso indebido
adjust-cause-other = Otro
adjust-note = Qué pasó
adjust-note-hint = Para que otra persona lo entienda después. Queda en el historial.
adjust-receipt = Recibo
adjust-receipt-none = ninguno
adjust-receipt-of = { $date } · { $store } · n.º { $number } · { $total }
adjust-look = Ver antes y después
adjust-changes = Puntos antes y después
adjust-before = Antes
adjust-after = Después
adjust-balance = Saldo
adjust-available = Se pueden canjear
adjust-debt = Debe
adjust-next-posted = Se aplica de inmediato. Las cajas lo saben en un minuto.
adjust-next-waits = Son más de { $points } en { $days } días: se aplica cuando otra persona apruebe. Si en { $wait } días nadie responde, la solicitud termina.
adjust-next-all = Se aplica cuando otra persona apruebe. Si en { $wait } días nadie responde, la solicitud termina.
adjust-password = Su contraseña
adjust-password-hint = Para que nadie lo haga en un puesto que quedó abierto.
adjust-post = Ajustar
adjust-ask = Solicitar
adjust-change = Corregir
adjust-posted = Listo. Las cajas lo saben en un minuto.
adjust-waits = Solicitado. Se aplica cuando otra persona apruebe.
adjust-earlier = Ajustes anteriores
adjust-by = { $who }, { $when }
adjust-agreed-by = { $who } aprobó, { $when }
adjust-refused-by = { $who } rechazó, { $when }: { $why }
adjust-state-posted = aplicado
adjust-state-refused = rechazado
adjust-state-ended = terminó sin respuesta
adjust-state-waiting = en espera
adjust-wrong-way = Elija si los puntos se dan o se quitan.
adjust-wrong-points = Escriba cuántos puntos, por ejemplo 1500.
adjust-wrong-most = Son demasiados puntos para un ajuste. Escriba 10000000 como máximo.
adjust-wrong-fraction = El programa da puntos enteros. Escriba un número entero.
adjust-wrong-cause = Elija un motivo.
adjust-wrong-receipt = Este cliente no tiene ese recibo.
adjust-wrong-note = Escriba qué pasó.
adjust-wrong-long = Escríbalo en 200 caracteres o menos.
adjust-wrong-signs = Escríbalo en una línea, sin signos invisibles.
adjust-wrong-used = Este formulario ya se envió con otros datos. Abra la página otra vez.
adjust-wrong-unknown = No existe esa solicitud.
adjust-wrong-settled = Alguien ya respondió esta solicitud.
adjust-wrong-ended = Esta solicitud terminó sin respuesta. Solicítelo otra vez.
adjust-wrong-own = Usted lo solicitó: tiene que aprobarlo otra persona.
adjust-wrong-script = Solo lo puede hacer una persona, no un programa.
adjust-wrong-password = No es su contraseña. No se hizo nada.
adjustments-title = Puntos por aprobar
adjustments-lead = Puntos que alguien pidió dar o quitar por encima de lo que una persona puede sola. Quien lo pidió no puede aprobarlo.
adjustments-none = No hay nada en espera.
adjustments-ends = termina { $when }
adjustments-own = Usted lo solicitó: tiene que aprobarlo otra persona.
adjustments-agree = Aprobar
adjustments-refuse = Rechazar
adjustments-withdraw = Retirar
adjustments-why = Por qué no
adjustments-settled = Anotado.
adjustments-past = Anteriores
adjustments-more = { $n-kind ->
    [one] Hay { $n } más en espera.
    [many] Hay { $n } más en espera.
   *[other] Hay { $n } más en espera.
}

charged-title = Canjes a cargo de las tiendas
charged-lead = Puntos que una caja dejó canjear con una tarjeta perdida, robada o bloqueada después de que su cliente la había reportado. El cliente los tiene de vuelta; la tienda responde por ellos.
charged-none = Ninguno: ninguna caja canjeó con una tarjeta reportada.
charged-card = Tarjeta
charged-since = Reportada desde
charged-cashier = Cajero
charged-points = Puntos
charged-paid = Pagado con puntos
charged-when = Canjeado
held-twice-title = Ventas en espera cobradas dos veces
held-twice-lead = Una caja retomó la venta y la que la había puesto en espera la cobró también, sin conexión con el centro. Las dos ventas valen; mire si el cliente pagó dos veces.
held-twice-none = Ninguna: cada venta en espera la retomó una sola caja.
held-twice-held = Puesta en espera en
held-twice-basket = Venta
held-twice-total = Total entonces
held-twice-taken = Retomada en la caja
held-twice-also = También en la suya, avisado
gifts-over-title = Regalos por encima de su límite
gifts-over-lead = Regalos entregados más veces de lo que el programa permite: las cajas no sabían una de la otra. La venta vale y los puntos se gastaron una vez; hable con quien los entregó si se repite.
gifts-over-none = Ninguno: ningún regalo se entregó más de lo permitido.
gifts-over-receipt = Recibo
gifts-over-gift = Regalo
gifts-over-member = Socio
gifts-over-cashier = Cajero
gifts-over-limit = Límite
gifts-over-of-member = { $n } por socio { $per }
gifts-over-of-all = { $n } en total { $per }
gifts-over-per-day = al día
gifts-over-per-month = al mes
gifts-over-per-ever = para siempre
over-returned-title = Devuelto más de una vez
over-returned-lead = Líneas de las que volvió más de lo vendido: cajas sin conexión no sabían una de la otra. Las ventas valen como se cobraron y los puntos se quitan una sola vez; hable con quien tomó la segunda devolución.
over-returned-none = Ninguna: de ninguna línea volvió más de lo que se vendió.
over-returned-receipt = Recibo
over-returned-product = Producto
over-returned-sold = Vendido
over-returned-returned = Devuelto
over-returned-kept-twice = Más con los puntos de una primera compra que los cambiados parejo: quedan algunos puntos propios de la línea
over-returned-over = Pagado de más
over-returned-by = Lo devolvieron
# Puntos en los libros
liability-title = Lo que deben los puntos
liability-lead = La parte del precio que se difiere por los puntos, y cuándo pasa a ser ingreso. Un mes se cierra cinco días después de terminar; lo que llega más tarde está en el primer mes que seguía abierto.
liability-without-value = { $points } se dieron con reglas en las que los puntos no pagan nada: por ellos no se difiere dinero.
liability-month = Mes
liability-state = Estado
liability-open = Abierto
liability-closed = Cerrado
liability-opening = Inicial
liability-deferred = Diferido
liability-taken-back = Devuelto
liability-goodwill = Dado a mano
liability-redeemed = Canjeado
liability-expired = Vencido
liability-closing = Final
liability-points-earned = Puntos ganados
liability-points-redeemed = Puntos canjeados
liability-points-expired = Puntos vencidos
liability-points-outstanding = Puntos pendientes
liability-expected = Canje esperado
liability-none = Aún no se han ganado puntos.
journal-title = Asientos
journal-none = { liability-none }
journal-lead = Cada fila tiene su contrapartida al lado: el debe y el haber de un mes coinciden hasta el último centavo.
liability-account = Cuenta
liability-debit = Debe
liability-credit = Haber
liability-what = Motivo
liability-account-sales = Ventas
liability-account-points_liability = Pasivo por puntos
liability-account-points_redeemed = Ingreso por puntos canjeados
liability-account-points_expired = Ingreso por puntos vencidos
liability-account-points_goodwill = Costo de puntos otorgados
liability-what-earned = Puntos ganados
liability-what-returned = Devolución
liability-what-goodwill = Puntos dados o quitados a mano
liability-what-redeemed = Puntos canjeados
liability-what-expired = Puntos vencidos

# Programa de puntos
nav-programme = Programa
programme-title = Programa de puntos
programme-lead = Lo que gana y vale un punto, versión por versión. Una versión no se cambia: la siguiente empieza después de la última venta.
programme-new = Preparar la siguiente versión
programme-published = La versión está publicada. Las cajas la reciben en la próxima sincronización.
programme-in-force = en vigor
programme-to-come = por empezar
programme-past = anterior
programme-since = Desde el { $date }
programme-since-ever = Desde siempre
programme-version-n = Versión { $n }
programme-draft-n = Borrador de la versión { $n }
programme-download-n = Descargar la versión { $n } (TOML)
programme-says-base = { $gives } de compra sin impuestos.
programme-says-whole = Se dan puntos enteros.
programme-says-hundredths = Se dan centésimas de punto.
programme-says-per-amount = { $points } por cada { $amount }
programme-says-factor = { $percent } más puntos
programme-says-ticket = { $points } por ticket
programme-says-unit = { $points } por cada { $units } unidades
programme-says-unit-one = { $points } por unidad
programme-says-lines = en la línea { $list }
programme-says-categories = en la categoría { $list }
programme-says-skus = en los productos { $list }
programme-says-stores = en las tiendas { $list }
programme-says-weekdays = los días { $list }
programme-says-hours = en el horario { $hours }
programme-says-from = desde el { $date }
programme-says-until = hasta el { $date }
programme-says-full-price = sin lo rebajado
programme-says-min-amount = si suman { $amount } o más
programme-says-min-quantity = si son { $units } unidades o más
programme-says-excluded = No da puntos: { $list }.
programme-says-discounted = lo rebajado
programme-says-points-paid = lo que se paga con puntos
programme-says-even-exchange = Lo que se cambia por lo mismo conserva los puntos que ya dio.
programme-says-cap-ticket = Un ticket da como máximo { $points }.
programme-says-cap-day = De un día se conservan como máximo { $points }.
programme-says-no-redemption = Los puntos no pagan compras.
programme-says-pays = Canje: { $points } por { $amount }.
programme-says-minimum = Como mínimo, { $points } por ticket.
programme-says-offline-none = Sin conexión, los puntos esperan.
programme-says-offline-open = Sin conexión, una tarjeta gasta hasta { $points } en cada caja. El número de esas ventas no tiene límite, y lo que se puede gastar dos veces en el peor caso tampoco.
programme-says-offline-worst = Sin conexión, una tarjeta gasta hasta { $points } en cada caja, en { $redemptions } ventas de todas las tarjetas como máximo. En el peor caso { $tills } cajas dejan gastar { $worst } que no existen, que valen { $amount }.
programme-says-offline-too-large = Sin conexión, una tarjeta gasta hasta { $points } en cada caja, en { $redemptions } ventas de todas las tarjetas como máximo. Lo que { $tills } cajas dejan gastar sin que exista, en el peor caso, es mayor de lo que se puede contar.
programme-says-no-expiry = Los puntos no vencen.
programme-draft-lead = Se guarda con cada paso y no cambia nada hasta que se publica.
programme-saved = El borrador está guardado.
programme-saved-by = Guardado por { $who }, { $time }
programme-save = Guardar borrador
programme-try = Probar con tickets reales
programme-when = Desde cuándo
programme-valid-from = Primer día
programme-valid-from-hint = Después de la última venta: lo ya ganado no cambia.
programme-base = Puntos base
programme-base-points = Puntos
programme-base-per = Por cada (dinero)
programme-decimals = Se redondea a
programme-whole = puntos enteros
programme-hundredths = centésimas
programme-rules = Reglas
programme-rules-hint = Las reglas se suman, no se multiplican. Cada una redondea una vez por ticket.
programme-stores = Tiendas: { $list }.
programme-rule-n = Regla { $n }
programme-name = Nombre
programme-gives = Da
programme-gives-factor = un % más de puntos base
programme-gives-ticket = puntos por ticket
programme-gives-amount = puntos por dinero
programme-gives-unit = puntos por unidad
programme-points = Cuánto
programme-points-hint = Puntos, o el porcentaje: 100 es el doble.
programme-per = Por cada
programme-per-hint = Solo por dinero o por unidad.
programme-conditions = Dónde y cuándo
programme-weekdays = Días de la semana (ninguno: todos)
programme-mon = lunes
programme-tue = martes
programme-wed = miércoles
programme-thu = jueves
programme-fri = viernes
programme-sat = sábado
programme-sun = domingo
programme-lines = Solo en las líneas
programme-list-hint = Varias, con comas.
programme-categories = Solo en las categorías
programme-skus = Solo en los productos (SKU)
programme-stores-only = Solo en las tiendas (código)
programme-after = Desde la hora
programme-hours-hint = Como 10:00.
programme-before = Antes de la hora
programme-from = Desde el día
programme-until = Hasta el día
programme-amount = Si suman al menos (dinero)
programme-quantity = Si son al menos (unidades)
programme-full = No en lo rebajado
programme-remove-n = Quitar la regla { $n }
programme-add = Añadir una regla
programme-not = Lo que no da puntos
programme-not-lines = Líneas
programme-not-categories = Categorías, como tarjetas regalo
programme-not-skus = Productos (SKU)
programme-not-discounted = Nada de lo rebajado da puntos
programme-earns-on-points = Lo pagado con puntos también da puntos
programme-even-exchange = Lo que se cambia por lo mismo conserva sus puntos
programme-caps = Topes
programme-cap-ticket = Por ticket (puntos)
programme-cap-day = Por día (puntos)
programme-paying = Pagar con puntos
programme-value-points = Tantos puntos
programme-value-money = pagan (dinero)
programme-minimum = Mínimo por ticket (puntos)
programme-offline-cap = Sin conexión, hasta (puntos)
programme-offline-days = con un saldo de hasta (días)
programme-offline-redemptions = en tantas ventas por caja (vacío: sin límite)
programme-vest-days = Se pueden usar después de (días)
programme-ending = Vencimiento
programme-expiry-days = Viven (días; vacío: no vencen)
programme-end-of = y hasta el fin
programme-end-day = del día
programme-end-month = del mes
programme-end-year = del año
programme-grace-days = Gracia si vuelven tarde (días)
programme-kept = Niveles y regalos quedan como están; se cambian en el archivo.
programme-file = Como archivo
programme-download = Descargar el borrador (TOML)
programme-choose-file = Elegir un archivo
programme-toml = Texto del archivo
programme-toml-hint = Reemplaza el borrador; el número de versión no cuenta.
programme-take-file = Tomar este texto
programme-wrong-figure = Escriba una cifra mayor que 0, como 10 o 12,50
programme-wrong-percent = Escriba un porcentaje entero, como 50 o 100
programme-wrong-name = Cada regla necesita un nombre propio de 1 a 60 letras
programme-wrong-whole = Este programa da puntos enteros
programme-wrong-order = «Hasta» no puede ser antes de «desde»
programme-wrong-least = El mínimo debe ser mayor que 0
programme-wrong-many = Son demasiados
programme-wrong-days = Escriba días enteros, de 0 a 3653; si los puntos vencen con el día, desde 1
programme-wrong-vesting = Los puntos vencerían antes de poder usarse
programme-wrong-cap = El tope debe ser mayor que 0 y el del día no menor que el del ticket; sin decimales si se dan puntos enteros
programme-wrong-redemptions = Escriba un número entero desde 1; vacío es sin límite
programme-wrong-redemption = Diga cuántos puntos pagan cuánto dinero; el mínimo va en puntos enteros
programme-wrong-tiers = Los niveles del archivo no son correctos
programme-wrong-gifts = Los regalos del archivo no son correctos
programme-wrong-codes = Un código no es válido; sepárelos con comas
programme-wrong-stores = No hay una tienda con ese código
programme-wrong-hours = Escriba dos horas distintas, como 10:00 y 14:00
programme-wrong-toml = El archivo no se puede leer: { $why }
programme-wrong-confirm = Escriba el número de la versión para confirmar
programme-wrong-changed = El borrador cambió mientras tanto: léalo otra vez y confirme
programme-wrong-begun = Las ventas del { $date } ya tienen sus puntos: ponga un primer día posterior
programme-wrong-before = Una versión publicada empieza el { $date }: ésta no puede empezar antes.
programme-wrong-version = Otra persona publicó una versión: vuelva al borrador
programme-trial = Prueba con tickets reales
programme-tried-nothing = En esos días no se dieron puntos.
programme-tried-same = Habría dado los mismos puntos.
programme-tried-more = Habría dado { $percent } más puntos.
programme-tried-less = Habría dado { $percent } menos puntos.
programme-tried-days = Del { $from } al { $until }
programme-tried-tickets = { $n } tickets
programme-tried-instead = en lugar de { $now }
programme-tried-members = de { $n } clientes
programme-tried-points = Puntos
programme-tried-cost = Costo si se canjean
programme-tried-winners = Ganan más
programme-tried-losers = Ganan menos
programme-tried-sold-only = Cuenta lo vendido a clientes con tarjeta; las devoluciones no se descuentan en ningún lado.
programme-tried-unread = { $n } tickets no están aquí completos y no cuentan.
programme-tried-other-days = «{ $name }» vale en otras fechas: en esta prueba no da nada.
programme-by-rule = Por regla
programme-by-store = Por tienda
programme-win-most = Quién gana más
programme-lose-most = Quién pierde más
programme-now = Antes
programme-then = Borrador
programme-more = Diferencia
programme-will-say = Lo que dirá
programme-publish = Publicar la versión { $n }
programme-publish-lead = Una versión publicada no se cambia ni se borra: la corrige la siguiente.
programme-publish-other = La publica quien administra.
programme-confirm = Escriba { $n } para publicar
programme-back = Volver al borrador
programme-says-vest = { $n-kind ->
    [one] Los puntos se pueden usar { $n } día después.
    [many] Los puntos se pueden usar { $n } de días después.
   *[other] Los puntos se pueden usar { $n } días después.
}
programme-says-ends-day = { $n-kind ->
    [one] Vencen { $n } día después de ganarlos.
    [many] Vencen { $n } de días después de ganarlos.
   *[other] Vencen { $n } días después de ganarlos.
}
programme-says-ends-month = { $n-kind ->
    [one] Vencen al fin del mes, { $n } día después de ganarlos.
    [many] Vencen al fin del mes, { $n } de días después de ganarlos.
   *[other] Vencen al fin del mes, { $n } días después de ganarlos.
}
programme-says-ends-year = { $n-kind ->
    [one] Vencen al fin del año, { $n } día después de ganarlos.
    [many] Vencen al fin del año, { $n } de días después de ganarlos.
   *[other] Vencen al fin del año, { $n } días después de ganarlos.
}
programme-says-tiers = { $n-kind ->
    [one] Niveles por los puntos de { $n } día: { $levels }.
    [many] Niveles por los puntos de { $n } de días: { $levels }.
   *[other] Niveles por los puntos de { $n } días: { $levels }.
}
programme-says-gifts = { $n-kind ->
    [one] Hay { $n } regalo por puntos.
    [many] Hay { $n } de regalos por puntos.
   *[other] Hay { $n } regalos por puntos.
}
merge-title = Unir
merge-lead = Dos clientes que son la misma persona pasan a ser uno: los puntos de ambos con sus fechas, sus tarjetas y sus visitas. No se pierde nada y se puede deshacer.
merge-q = ¿Quién más es?
merge-q-hint = Tarjeta, teléfono, nombre o número de cliente.
merge-find = Buscar
merge-alike = Mismo teléfono o correo
merge-found = Encontrados
merge-merged = Unidos a este cliente
merge-now = Ahora
merge-after = Después de unir
merge-after-undo = Después de deshacer
merge-lots = Puntos por último día
merge-lot = { $points } hasta { $date }
merge-lot-endless = { $points } sin vencimiento
merge-nothing = ninguno
merge-debt = debe { $points }
merge-consent-yes = acepta
merge-note = Queda { $survivor }. Desde entonces las tarjetas de { $loser } saludan a { $survivor }.
merge-note-stricter = Queda { $survivor }. Desde entonces las tarjetas de { $loser } saludan a { $survivor }. Uno de los dos no aceptó mercadeo: no se le envían ofertas hasta que acepte de nuevo.
merge-note-undo = Los lotes que siguen abiertos y lo comprado desde entonces vuelven según la tarjeta. Lo gastado entretanto queda gastado.
merge-reason-hint = Cómo lo sabe. Queda en el historial.
merge-send = Unir { $loser } a { $survivor }
merge-undo = Deshacer
merge-cancel = Cancelar
merge-wrong-unknown = No existe ese cliente, o esa unión.
merge-wrong-same = Ya son uno.
merge-wrong-reason = Escriba cómo lo sabe.
merge-wrong-long = Máximo 200 caracteres.
merge-wrong-changed = Otra persona unió uno de estos clientes mientras tanto. Revise lo que se muestra ahora y confirme otra vez.
customer-merged = también { $codes }
customer-alike = ¿Es la misma persona que { $codes }?
customer-part-of = { $other } ahora es parte de { $code }.

# Señales
nav-signals = Señales
signals-title = Señales
signals-lead = Lo que vale la pena mirar de lo que pasó en cajas y escritorios. Una señal no acusa a nadie: nombra los hechos para que una persona los mire.
signals-shortened = Se miran { $days } días como máximo: desde el { $from }.
signals-left-off = { $n-kind ->
    [one] Hay { $n } señal más que no se muestra: acote las fechas, la tienda o la regla.
    [many] Hay { $n } de señales más que no se muestran: acote las fechas, la tienda o la regla.
   *[other] Hay { $n } señales más que no se muestran: acote las fechas, la tienda o la regla.
}
signals-none = Ninguna señal abierta en estas fechas.
signals-none-such = Ninguna señal así en estas fechas.
signals-from = Desde
signals-to = Hasta
signals-rule = Regla
signals-rule-all = Todas las reglas
signals-state = Estado
signals-state-open = Abiertas
signals-state-looked = Ya miradas
signals-state-all = Todas
signals-open = abierta
signals-again = hay más desde que se miró
signals-looked = mirada
signals-date = Día
signals-place = Dónde
signals-several = varias tiendas o cajas
signals-who = Quién
signals-member = Cliente
signals-found = Hallado
signals-limit = Límite
signals-events = Hechos
signals-event-count = { $n-kind ->
    [one] { $n } hecho
    [many] { $n } de hechos
   *[other] { $n } hechos
}
signals-when = Cuándo
signals-what = Qué
signals-receipt = Recibo
signals-total = Total
signals-points = Puntos
signals-unanswered = Lo que no se puede saber
signals-rules = Reglas y límites
signals-looks = Lo que se dijo de ella
signals-looked-by = { $who }, { $when }
signals-mark = Marcar como mirada
signals-mark-send = Ya la miré
signals-note = Qué encontró
signals-note-hint = Para que otra persona lo entienda después. Si llegan más hechos, la señal se abre otra vez.
signals-noted = Anotado. No aparece más en la lista, a no ser que lleguen otros hechos.
signals-wrong-changed = Mientras tanto llegaron otros hechos. Mire lo que se muestra ahora y envíelo otra vez.
signals-wrong-missing = Escriba qué encontró.
signals-wrong-long = Máximo 200 caracteres.
signals-wrong-signs = Escríbalo en una línea, sin signos invisibles.
signals-wrong-payment-card = Parece el número de una tarjeta de pago, que no se guarda en ninguna parte. Quítelo.
signal-minutes = { $n } min
signal-receipt = { $store } · { $till } · { $date } · n.º { $number }
signal-number = n.º { $number }
signal-what-sale = Venta
signal-what-return = Devolución
signal-what-void = Tiquete cancelado
signal-what-late-card = Tarjeta agregada después
signal-what-by-hand = Puntos a mano
signal-what-enrolment = Inscripción
signal-rule-card-day = Tarjeta muy usada en un día
signal-rule-card-hour = Tarjeta muy usada en una hora
signal-rule-card-share = Una tarjeta con gran parte de un cajero
signal-rule-card-times = Una tarjeta muy repetida con un cajero
signal-rule-staff-card = Tarjeta de empleado en su propia caja
signal-rule-by-hand-day = Muchos puntos a mano en un día
signal-rule-by-hand-sigma = Puntos a mano muy por encima de lo usual
signal-rule-late-card = Puntos agregados mucho después de la venta
signal-rule-empty-sale = Puntos sin venta
signal-rule-return-keeps = Devolución que deja los puntos
signal-rule-return-unnamed = Devolución sin la venta original
signal-rule-sale-return = Venta y devolución seguidas
signal-rule-enrol-redeem = Inscripción y canje el mismo día
signal-rule-out-of-hours = Canje fuera de horario
signal-rule-redeem-undone = Canje deshecho enseguida
signal-rule-split = Compra partida bajo un tope
signal-rule-lookups = Búsquedas sin venta
signal-rule-offline = Muchos canjes sin conexión
signal-rule-clock = Canje con el reloj de la caja mal
signal-about-card-day = Ventas con la misma tarjeta en un día: más de { $card-day }.
signal-about-card-hour = Ventas con la misma tarjeta en menos de una hora: más de { $card-hour }.
signal-about-card-share = De los tiquetes con tarjeta de un cajero en una semana, los de una sola: más del { $card-share }, desde { $card-least } tiquetes.
signal-about-card-times = Tiquetes de una tarjeta con un cajero en una semana: más de { $card-times } veces la mediana de sus tarjetas, desde { $card-least } tiquetes.
signal-about-by-hand-day = Puntos que una persona da y quita a mano en un día: más de { $by-hand-day }.
signal-about-by-hand-sigma = Los mismos puntos contra los 90 días anteriores de todos: por encima de la media más { $by-hand-sigma } desviaciones, y al menos el doble de la media.
signal-about-late-card = Tarjetas agregadas más de { $late-minutes } minutos después de la venta, por tarjeta y día: así se recogen recibos ajenos.
signal-about-empty-sale = Tiquetes sin nada vendido, o de total cero, que dejaron puntos.
signal-about-return-keeps = Mercancía que volvió sin que volvieran los puntos que había dado; o dinero devuelto sin venta original ni tarjeta.
signal-about-return-unnamed = Líneas devueltas que no nombran su venta, o nombran una que el servidor no tiene, por cajero y día: más de { $unnamed }.
signal-about-sale-return = Devoluciones menos de { $return-minutes } minutos después de una venta con la misma tarjeta, en una semana: más de { $returns }.
signal-about-enrol-redeem = Un cliente que el mismo cajero inscribió y dejó canjear el mismo día.
signal-about-out-of-hours = Canjes fuera del horario de las tiendas: { $hours }.
signal-about-redeem-undone = Menos de { $undone-minutes } minutos después de un canje se cancela un tiquete de la misma tarjeta en esa caja, o vuelve su mercancía.
signal-about-split = Tiquetes de una tarjeta en una caja, con menos de { $split-minutes } minutos entre uno y otro, cada uno desde el { $split-near } de un tope y por debajo de él, que juntos lo alcanzan.
signal-about-offline = Canjes de una tarjeta en un día cuyo tiquete llegó más de { $offline-minutes } minutos después: más de { $offline }.
signal-about-clock = Canjes con una hora posterior a su llegada, o anterior a un tiquete que la misma caja escribió antes, por más de { $clock-minutes } minutos.
signal-about-staff-card = La tarjeta de quien atiende la caja.
signal-about-lookups = Clientes buscados en un turno sin que haya venta.
signal-why-staff-card = Ningún cajero está vinculado con un cliente ni con una tarjeta.
signal-why-lookups = Nadie anota a quién se buscó: las cajas preguntan y el servidor solo cuenta los intentos en vano, por diez minutos.
signal-why-out-of-hours = No se conoce el horario de las tiendas. Quien opera el servidor lo pone en signals.hours.
signal-why-split = En estas fechas ningún programa tiene tope por tiquete, y signals.split_amount no está puesto.

ownpage-title = Tarjeta en el teléfono
ownpage-lead = El cliente abre con un enlace su tarjeta, su saldo y sus permisos, sin instalar nada. El enlace es la llave: quien lo tiene ve esa página.
ownpage-now = Enlaces que sirven
ownpage-none = Ninguno.
ownpage-link = { $code }: hecho por { $who }, { $when }
ownpage-make = Crear el enlace
ownpage-renew = Crear otro
ownpage-renew-what = Con otro enlace, los anteriores dejan de servir enseguida. Retirarlos los termina sin dar otro.
ownpage-revoke = Retirar
ownpage-revoked = Retirado: el enlace ya no abre la página.
ownpage-once = Este enlace se muestra una sola vez
ownpage-once-how = El cliente lo lee con la cámara y guarda la página. Después nadie puede volver a verlo: si se pierde, se crea otro.
ownpage-qr = Código QR con el enlace del cliente
ownpage-changed = El enlace cambió mientras tanto y no se hizo nada. Revise lo que se muestra ahora.
mycard-title = Su tarjeta
mycard-hello = Hola, { $name }
keyed-language = Idioma
mycard-codes = Códigos de su tarjeta
mycard-qr = Código QR de la tarjeta { $number }
mycard-bars = Código de barras de la tarjeta { $number }
mycard-bright = Si la caja no lo lee, suba el brillo de la pantalla.
mycard-no-card = No tiene una tarjeta que funcione. Pida una en la caja o a servicio al cliente: sus puntos siguen aquí.
mycard-old = Sin conexión: esto es lo último que se supo.
mycard-balance-at = Saldo del { $time }
mycard-usable = Puede usar { $points }.
mycard-pending = { $points } se pueden usar desde el { $date }.
mycard-debt = Debe { $points }: se descuentan de los próximos que gane.
mycard-ending = { $points } vencen: úselos hasta el { $date }.
mycard-tier = Nivel { $name }
mycard-tier-next = Le faltan { $missing } para { $next }.
mycard-tier-top = Es el nivel más alto.
mycard-offers = Su oferta
mycard-offer-until = Hasta el { $date }
mycard-gifts = Regalos que puede pedir
mycard-gifts-more = { $n-kind ->
    [one] Y { $n } regalo más: pregunte en caja.
    [many] Y { $n } de regalos más: pregunte en caja.
   *[other] Y { $n } regalos más: pregunte en caja.
}
mycard-receipts = Últimas compras
mycard-receipts-none = Aún no hay compras con su tarjeta.
mycard-consents = Sus permisos
mycard-consent-marketing = Ofertas de { $chain } por teléfono o correo. Puede retirar este permiso cuando quiera.
mycard-consent-yes = Permitido desde el { $date }
mycard-consent-no = No permitido
mycard-stop = No quiero más mensajes
mycard-stop-what = Retira todos los permisos de mensajes. Su tarjeta y sus puntos siguen igual.
mycard-said-yes = Listo: puede recibir ofertas.
mycard-said-no = Listo: no recibirá más mensajes.
mycard-gone-title = Esta dirección no sirve
mycard-gone-what = Aquí no hay ninguna tarjeta: la dirección está incompleta, cambió o fue retirada.
mycard-gone-next = Pida una nueva en la caja o a servicio al cliente. Sus puntos no se pierden.
mycard-often-title = Demasiadas consultas
mycard-often-what = Desde esta conexión se consultó demasiadas veces.
mycard-often-next = Espere diez minutos y ábrala de nuevo. En la caja su tarjeta funciona igual.

# Tarjetas regalo
redemptions-title = Puntos reservados por cajas
redemptions-lead = Una caja reserva los puntos de un cliente antes de cobrar con ellos: mientras tanto, ninguna otra puede gastarlos. La reserva termina sola cuando llega la venta o cuando la caja deja los puntos, también si estuvo sin conexión.
redemptions-none = Ninguna caja tiene puntos reservados.
redemptions-nobody = Cliente desconocido
redemptions-held = { $points } reservados en { $store }, caja { $till }, desde { $when }
redemptions-days = { $n-kind ->
    [one] hace { $n } día
    [many] hace { $n } días
   *[other] hace { $n } días
}
redemptions-early = Se pueden liberar un día después de reservados, si la caja no vuelve.
redemptions-own = Usted pidió liberarlos: tiene que aprobarlo otra persona.
redemptions-asked = { $who } pidió liberarlos, { $when }. Apruebe solo si esa caja no va a volver: si su venta llega de todos modos, vale, y lo que falte queda como deuda del cliente.
redemptions-ask = Pedir que se liberen
redemptions-agree = Aprobar y liberar
redemptions-noted-asked = Anotado: ahora tiene que aprobarlo otra persona.
redemptions-noted-released = Los puntos quedaron libres.
redemptions-wrong-redemption_not_held = Estos puntos ya no están reservados: no hay nada que liberar.
redemptions-wrong-redemption_early = Esa caja los reservó hace menos de un día y aún puede enviar su venta: espere a que pase un día.
redemptions-wrong-redemption_same_person = Usted ya lo pidió: tiene que aprobarlo otra persona.
customer-held-desk = Ver todas las reservas
gift-cards-title = Tarjetas regalo
gift-cards-lead = Lo que hay en cada tarjeta, según las ventas que han llegado. Lo que una caja reserva para una venta en curso no se puede gastar en otra.
gift-cards-none = Todavía no se ha vendido ninguna tarjeta regalo.
gift-cards-find = Buscar una tarjeta por su número
gift-cards-find-lead = Escanee la tarjeta o escriba el número que lleva impreso. El número no se guarda: solo se muestran sus cuatro últimos dígitos.
gift-cards-number = Número de la tarjeta
gift-cards-number-hint = Todos los dígitos; los espacios entre ellos no importan.
gift-cards-look = Buscar
gift-cards-wrong-number = Ese no es el número de una tarjeta regalo: revise los dígitos y escríbalo otra vez.
gift-cards-wrong-unknown = Ninguna caja ha enviado todavía la venta de esta tarjeta. Si se vendió hoy, espere a que esa caja envíe sus ventas.
gift-cards-wrong-note = Escriba por qué: quien mire esta tarjeta después tiene que saberlo.
gift-cards-wrong-long = Escríbalo en menos palabras: como mucho 200 caracteres.
gift-cards-wrong-early = Esa caja lo reservó hace menos de un día y aún puede enviar su venta: espere a que pase un día.
gift-cards-card = Tarjeta
gift-cards-state = Estado
gift-cards-active = Se puede usar
gift-cards-blocked = Bloqueada
gift-cards-balance = En la tarjeta
gift-cards-held = Reservado por cajas
gift-cards-available = Se puede gastar
gift-cards-missing = Gastado sin saldo
gift-cards-since = Conocida desde
gift-cards-when = Cuándo
gift-cards-what = Qué
gift-cards-amount = Importe
gift-cards-where = Dónde o quién
gift-cards-sale = Venta
gift-cards-did-loaded = Vendida o cargada
gift-cards-did-spent = Gastado
gift-cards-did-refunded = Devuelto a la tarjeta
gift-cards-did-blocked = Bloqueada
gift-cards-did-unblocked = Se puede usar otra vez
gift-cards-entries = Qué pasó con ella
gift-cards-say = Cambiar esta tarjeta
gift-cards-note = Por qué
gift-cards-note-hint = Lo que dijo el cliente, por ejemplo. Queda con la tarjeta y en la auditoría.
gift-cards-block = Bloquear la tarjeta
gift-cards-unblock = Permitir que se use otra vez
gift-cards-noted = Quedó anotado.
gift-cards-holds = Reservado por cajas
gift-cards-holds-lead = Cada reserva termina sola cuando llega su venta o su caja la suelta. Un día después de que una caja lo pidió se puede soltar; hágalo solo si esa caja no va a volver: si su venta llega de todos modos, vale, y lo que falte se muestra aquí.
gift-cards-hold = { $amount } en { $store }, caja { $till }, desde { $when }
gift-cards-release = Soltar
gift-cards-shortfalls = Gastado sin saldo en la tarjeta
gift-cards-shortfall = { $amount } en una venta del { $date } en { $store }, caja { $till }. Lo próximo que entre en la tarjeta paga esto primero.
gift-card-title = Tarjeta regalo
gift-card-of = Tarjeta regalo { $card }
gift-moves-title = Movimientos de tarjetas regalo
gift-moves-lead = Lo que entró en las tarjetas y lo que se gastó de ellas, lo último primero.
gift-moves-none = Todavía no se ha movido nada en una tarjeta regalo.
gift-liability-title = Lo que deben las tarjetas regalo
gift-liability-none = { gift-cards-none }
gift-liability-lead = Una tarjeta regalo vendida todavía no es ingreso: se debe hasta que alguien la gasta. Por mes; lo que se supo después de cerrar un mes va en el siguiente abierto.
gift-liability-sold = Vendido y cargado
gift-liability-refunded = Devuelto a tarjetas
gift-liability-spent = Gastado
liability-account-gift_card_liability = Pasivo por tarjetas regalo
liability-account-gift_card_tenders = Tarjetas regalo recibidas como pago
liability-what-gift_card_sold = Tarjetas regalo vendidas
liability-what-gift_card_refunded = Devuelto a tarjetas regalo
liability-what-gift_card_spent = Tarjetas regalo gastadas

# La página de un recibo
receiptpage-title = Su recibo
receiptpage-title-of = Recibo { $number }
receiptpage-returned = DEVUELTO
receiptpage-returned-part = DEVUELTO EN PARTE
receiptpage-came-back = Se devolvió: { $name }
receiptpage-keep = Esta dirección abre su recibo: compártala solo con quien deba verlo.
receiptpage-gone-title = Aquí aún no hay un recibo
receiptpage-gone-what = El recibo puede estar en camino: una caja sin conexión lo envía cuando vuelve a tenerla.
receiptpage-gone-next = Ábrala de nuevo más tarde. Si no aparece, lleve el recibo de papel o su código a la tienda.
receiptpage-often-title = Demasiadas consultas
receiptpage-often-what = Desde esta conexión se consultó demasiadas veces.
receiptpage-often-next = Espere diez minutos y ábrala de nuevo. El recibo de papel sirve igual.
