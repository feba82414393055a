## pos-agent scan-test
listening = { $path }: perfil { $profile } ({ $device }; { $verified }). No se vende ni se guarda nada.
verified-no = sin comprobar
verified-manual = según el manual
verified-bench = probado con el aparato
read = Lectura { $number }: { $read }
read-whole = completa
read-too-long = demasiado larga; se descartó hasta su final
read-unended = sin final; revise el sufijo del lector (CR, LF, TAB o ETX) y el del perfil
read-cut-off = cortada al desconectarse el aparato
read-garbage = signos sin sentido; pruebe otra velocidad en el perfil (9600, 115200, 38400, 57600, 19200) u otra paridad
hidden = { $count } signos ocultos: son o pueden ser de una tarjeta de pago
symbol = Símbolo { $symbol }
meaning-product = Artículo { $text }
meaning-labelled = Artículo con etiqueta de peso, precio o cantidad: { $text }
meaning-eight-digits = Ocho dígitos, EAN-8 o UPC-E: { $text }; decide el catálogo
meaning-member-card = Tarjeta de cliente { $text }
meaning-coupon = Cupón { $text }
meaning-receipt = Recibo { $text }
meaning-code = Código que ninguna regla reclama { $text }: se busca entre los artículos y después entre las tarjetas
meaning-unreadable = No es un código ({ $text })
meaning-payment-card = Tarjeta de pago ({ $text }): se olvida
meaning-weight = Peso { $text }
meaning-none = Sin significado
key-gaps = Entre teclas: { $shortest } ms la menor, { $median } ms la mediana, { $longest } ms la mayor
burst-taken = Si lo lee la pantalla y no este programa: burst_gap_ms = { $set } de [till] basta (hacen falta { $needed })
burst-set = Si lo lee la pantalla y no este programa: ponga burst_gap_ms = { $needed } en [till] (ahora { $set })
burst-too-slow = Demasiado lento para distinguirlo de una persona: declárelo en [[device]] con role = "wedge"
