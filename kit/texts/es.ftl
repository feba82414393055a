# Common to till and hub.
days-count = { $n-kind ->
    [one] { $n } día
    [many] { $n } de días
   *[other] { $n } días
}
points-count = { $n-kind ->
    [one] { $n } punto
    [many] { $n } de puntos
   *[other] { $n } puntos
}
day-today = hoy
day-yesterday = ayer
day-tomorrow = mañana
days-ago = hace { days-count }
days-ahead = en { days-count }
