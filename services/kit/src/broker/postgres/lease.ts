const isDue = 'sent_at IS NULL AND (leased_until IS NULL OR leased_until < now())';
const isFree = `bucket NOT IN (
  SELECT held.bucket FROM outbox held WHERE held.sent_at IS NULL AND held.lease IS NOT NULL AND held.leased_until > now())`;

/**
 * The two statements of the function `lease_outbox`: in PostgreSQL, so that a look, mostly in vain, is one round trip and
 * what is found takes no second one. Within a bucket one relay at a time, or a later event could overtake an earlier one:
 * `lock` decides the buckets, and `take`, being a statement of its own, sees what their last holder committed.
 */
export const leaseStatements = {
  lock: `SELECT array_agg(bucket) INTO mine
    FROM (SELECT DISTINCT bucket FROM (
      SELECT bucket FROM outbox WHERE ${isDue} AND ${isFree} ORDER BY seq LIMIT most) AS first) AS due
    WHERE pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox'), bucket)`,
  take: `WITH due AS MATERIALIZED (
      SELECT bucket, id FROM outbox WHERE ${isDue} AND bucket = ANY (mine) AND ${isFree}
      ORDER BY seq LIMIT most FOR UPDATE SKIP LOCKED)
    UPDATE outbox SET lease = holder, leased_until = now() + hold_ms * interval '1 millisecond', attempts = attempts + 1
    FROM due WHERE outbox.bucket = due.bucket AND outbox.id = due.id
    RETURNING outbox.*`,
};
