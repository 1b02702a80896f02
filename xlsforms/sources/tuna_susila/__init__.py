"""SOP 001, Rehabilitasi Tuna Susila (Kota Pangkalpinang)."""
