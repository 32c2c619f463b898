"""What a parcel costs and how long it travels: zones, rates, transit days, tracking numbers. Pure."""
