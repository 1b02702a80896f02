"""Berita Acara Penanganan Kasus Rehabilitasi Sosial: the product of PAS-TS and PAS-ABH."""
