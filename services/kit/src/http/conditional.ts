import { invalid, ServiceError } from '../errors.ts';

/** What a route wants of `If-Match`: a version, or a version if one is given. */
export type ExpectsVersion<Optional extends boolean = boolean> = { readonly optional: Optional };

/** The route changes a versioned record: without `If-Match` it answers 428, and `expectedVersion` is the version named there. */
export function ifMatch(): ExpectsVersion<false>;
/** With `{ optional: true }` a request may come without, and `expectedVersion` is then null. */
export function ifMatch(options: { optional: true }): ExpectsVersion<true>;
export function ifMatch({ optional = false }: { optional?: boolean } = {}): ExpectsVersion {
  return { optional };
}

/**
 * The version in `If-Match` (RFC 9110 13.1.1): one entity tag that we gave out. A proxy that compresses makes a strong
 * tag weak, so `W/` is let pass. A tag that we cannot have given out is a mismatch: 412.
 */
export function readExpectedVersion(header: string | undefined, expects: ExpectsVersion): number | null {
  if (header === undefined || header.trim() === '*') {
    if (expects.optional) return null;
    throw new ServiceError('conflict', 'precondition-required', 'Name the version you change in If-Match.', {
      status: 428,
      fields: [{ field: 'If-Match', message: 'must be the ETag of the version that was read' }],
    });
  }
  if (header.includes(','))
    throw invalid('bad-if-match', 'If-Match must name one version.', [
      { field: 'If-Match', message: 'must be one entity tag' },
    ]);
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (version === undefined)
    throw new ServiceError('conflict', 'version-mismatch', 'If-Match does not name a version of this record.', {
      status: 412,
    });
  return Number(version);
}

/** Whether `If-None-Match` (RFC 9110 13.1.2, weak comparison) names this entity tag. */
export function isUnchanged(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const opaque = withoutWeakness(etag);
  return header.split(',').some((tag) => withoutWeakness(tag.trim()) === opaque);
}

function withoutWeakness(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
