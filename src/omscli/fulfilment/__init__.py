"""What happens to goods that leave: picking, packing, handing over. Pure."""
