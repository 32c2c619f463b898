"""What a person or a program sees: tables, JSON, documents for the warehouse, mails."""
