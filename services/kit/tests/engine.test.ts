import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { eventually, runService } from '@storefront/kit/testing';
import { expect, it, onTestFinished } from 'vitest';

it('sets V8 to work of days when a service has started, and not while compiled code is loaded', async () => {
  const service = await runService(join(import.meta.dirname, 'tagged-service.ts'));
  onTestFinished(() => void service.end());
  const tags = await eventually(() => {
    const line = service.lines.find(({ msg }) => msg === 'tags');
    if (!line) throw new Error('it has not said them');
    return line as { loading: number; serving: number };
  });
  // What V8 makes of its version and its flags: code that was compiled under another is refused.
  expect(tags.loading).toBe(cachedDataVersionTag());
  expect(tags.serving).not.toBe(tags.loading);
});
