import { expect, it } from 'vitest';
import { additionalConfig } from './broker-spec.ts';

it('makes quorum queues unless told otherwise, and bounds them in every virtual host', () => {
  const lines = new Map(
    additionalConfig
      .trim()
      .split('\n')
      .map((line) => line.split(' = ') as [string, string]),
  );
  expect(lines.get('default_queue_type')).toBe('quorum');
  expect(lines.get('default_policies.operator.quorum-queues.vhost_pattern')).toBe('.*');
  expect(Number(lines.get('default_policies.operator.quorum-queues.delivery_limit'))).toBeGreaterThan(0);
});
