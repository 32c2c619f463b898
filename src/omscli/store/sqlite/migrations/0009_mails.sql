-- Events of the last days are found without walking through the history.
CREATE INDEX shipment_by_delivery ON shipment (delivered_on) WHERE delivered_on IS NOT NULL;
CREATE INDEX order_event_cancelled ON order_event (at) WHERE what = 'cancelled';
CREATE INDEX refund_by_day ON refund (at);
CREATE INDEX return_receipt_by_day ON return_receipt (at);
CREATE INDEX shipment_to_come ON shipment (shipped_at) WHERE state = 'shipped';
