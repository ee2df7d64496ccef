"""Who tells the world where the gateway is: external-dns, in one public zone."""
