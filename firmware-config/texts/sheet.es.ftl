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
settings-by-tool = Queda por configurar con la herramienta o el manual del fabricante: { $settings }
settings-enter = Entrar en la configuración
settings-leave = Salir de la configuración y aplicarla

setting-suffix = Fin de cada lectura: { $value }
setting-code_id = Identificador de símbolo delante de cada lectura: { $value }
setting-decode_packets = Lecturas en paquetes: { $value }
setting-acknowledge = Respuesta a cada orden: { $value }
setting-parameter_scanning = Configuración con códigos en papel: { $value }
setting-trigger = Inicio de la lectura: { $value }
setting-all_codes = Todos los símbolos: { $value }
setting-codabar = Codabar: { $value }
setting-code_39 = Code 39: { $value }
setting-code_93 = Code 93: { $value }
setting-code_128 = Code 128: { $value }
setting-gs1_128 = GS1-128: { $value }
setting-ocr = Lectura de letras (OCR): { $value }
setting-expand_upc_e = UPC-E enviado como UPC-A: { $value }
setting-illumination = Iluminación: { $value }
setting-aimer = Puntero: { $value }
setting-good_read_tone = Pitido de lectura correcta: { $value }
setting-read_timeout_ms = Tiempo máximo de una lectura, en milisegundos: { $value }
setting-baud = Velocidad de la línea, en baudios: { $value }

value-on = sí
value-off = no
value-cr = CR
value-lf = LF
value-cr_lf = CR y LF
value-tab = tabulador
value-none = nada
value-aim = AIM
value-vendor = el del fabricante
value-button = el botón
value-host = una orden de la caja
value-always = siempre activa
value-low = bajo
value-medium = medio
value-high = alto

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
