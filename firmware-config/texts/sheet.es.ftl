# Las páginas que se imprimen: configuración de lectores, tarjetas y alta de cajas.

page = página { $page } de { $pages }
hash = huella { $hash }
made = { $date }

settings-kind = HOJA DE CONFIGURACIÓN
settings-order = Lea los { $steps } códigos en orden, del 1 al { $steps }, y tape los demás. El lector confirma cada uno con un pitido.
settings-order-one = Lea el código una vez. El lector lo confirma con un pitido.
settings-warning = Cuidado: quien lea esta hoja cambia su lector. Úsela solo con este modelo y guárdela lejos de las cajas.
settings-verified-no = Sin probar: ni con el manual del fabricante ni con el aparato.
settings-verified-manual = Según el manual del fabricante; sin probar con el aparato.
settings-verified-bench = Probada con el aparato.
settings-source = Contenido de los códigos: { $source }
settings-footer = Configuración de { $model }
settings-enter = Entrar en la configuración
settings-leave = Salir de la configuración y aplicarla

symbol-qr = QR
symbol-code128 = Code 128
symbol-code128-init = Code 128 con FNC3 (programa el lector)

cards-kind = TARJETAS DE CLIENTE
cards-title = Tarjetas con { $symbol }
cards-count = { $cards } tarjetas de { $width } × { $height } mm · recorte por las líneas · imprima al 100 %, sin ajustar a la página
cards-count-one = 1 tarjeta de { $width } × { $height } mm · recorte por las líneas · imprima al 100 %, sin ajustar a la página
cards-footer = Tarjetas { $first } a { $last } de { $cards }

till-kind = ALTA DE CAJA
till-title-more = { $tills } y { $more } más
till-title-none = Caja nueva
till-note = El código sirve una sola vez y caduca a los 10 minutos de crearlo. Destruya la hoja después.
till-expires = El código sirve una sola vez y caduca el { $time } UTC. Destruya la hoja después.
till-scan = Abra una terminal en la caja y lea este código. Escribe la orden completa; pulse Intro si el lector no lo hace. El lector y la caja deben tener la misma distribución de teclado.
till-type = O escriba la orden y lea solo el código de un uso:
till-footer = Alta en { $hub }
