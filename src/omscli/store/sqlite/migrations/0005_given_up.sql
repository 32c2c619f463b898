-- What a rule gave up of an order counts in the conditions of rules as before, or a second run would choose another rule.
ALTER TABLE order_line ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up >= 0); -- of `cancelled`
