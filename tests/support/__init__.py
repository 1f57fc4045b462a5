"""What several tests need: real simulated provinces, forged packets, inventories made by hand."""
