-- What must happen at a time: written in the transaction that wants it, removed when it was done.
CREATE TABLE due_work (
  kind text NOT NULL,
  key text NOT NULL,
  -- Epoch milliseconds. While the work is being done this is the end of the worker's lease.
  due_at bigint NOT NULL,
  payload jsonb NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, key)
);

CREATE INDEX ix_due_work_due_at ON due_work (due_at);
