"""What leaves the house: files, mails as bytes, SMTP."""
