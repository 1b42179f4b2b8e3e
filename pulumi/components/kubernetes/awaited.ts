/** Annotations by which Pulumi's provider takes an object for made: a `condition=…`, or a field that is there or has a value. */
export const awaited = (what: string, timeoutSeconds: number) => ({
  'pulumi.com/waitFor': what,
  'pulumi.com/timeoutSeconds': String(timeoutSeconds),
});
