//! What holds for any basket and any rules.
