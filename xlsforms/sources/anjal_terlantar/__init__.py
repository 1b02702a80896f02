"""SOP 002, Rekomendasi dan Pengiriman Anak ke UPT Provinsi (Kabupaten Lumajang)."""
