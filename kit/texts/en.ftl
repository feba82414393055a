# Common to till and hub.
days-count = { $n-kind ->
    [one] { $n } day
   *[other] { $n } days
}
points-count = { $n-kind ->
    [one] { $n } point
   *[other] { $n } points
}
day-today = today
day-yesterday = yesterday
day-tomorrow = tomorrow
days-ago = { days-count } ago
days-ahead = in { days-count }
