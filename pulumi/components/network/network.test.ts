import { describe, expect, it } from 'vitest';
import { register, site } from '../../tests/engine/mocks.ts';
import { firewallRules } from './firewall.ts';
import { Network } from './network.ts';

const ranges = {
  nodes: '10.32.0.0/20',
  pods: '10.36.0.0/14',
  services: '10.40.0.0/20',
  producers: '10.44.0.0/16',
  endpoints: '10.45.0.0/26',
};

describe('the network', () => {
  it('gives nodes, pods and services the ranges that were chosen, and logs what flows', async () => {
    const made = await register(() => new Network('network', { site, ranges }));
    expect(made.find(({ name }) => name === 'network-nodes')?.inputs).toMatchObject({
      network: 'network-id',
      ipCidrRange: ranges.nodes,
      privateIpGoogleAccess: true,
      secondaryIpRanges: [
        { rangeName: 'pods', ipCidrRange: ranges.pods },
        { rangeName: 'services', ipCidrRange: ranges.services },
      ],
      logConfig: { flowSampling: 0.1 },
    });
  });

  it('reserves the range of the producers as it was written, and abandons the peering instead of hanging on it', async () => {
    const made = await register(() => new Network('network', { site, ranges }));
    expect(made.find(({ type }) => type.endsWith(':GlobalAddress'))?.inputs).toMatchObject({
      address: '10.44.0.0',
      prefixLength: 16,
      purpose: 'VPC_PEERING',
    });
    expect(made.find(({ type }) => type.endsWith(':Connection'))?.inputs).toMatchObject({
      reservedPeeringRanges: ['network-producers-0a1b2c3'],
      deletionPolicy: 'ABANDON',
    });
  });

  it('hands out ports of the NAT by need', async () => {
    const made = await register(() => new Network('network', { site, ranges }));
    expect(made.find(({ type }) => type.endsWith(':RouterNat'))?.inputs).toMatchObject({
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
    });
  });
});

describe('the firewall', () => {
  const rules = firewallRules(ranges);

  it('denies everything last, both ways, and each number once', () => {
    const inOrder = rules.toSorted((a, b) => a.priority - b.priority);
    expect(inOrder.slice(-2).map(({ action, ranges: of }) => [action, ...of])).toEqual([
      ['deny', '0.0.0.0/0'],
      ['deny', '0.0.0.0/0'],
    ]);
    expect(new Set(inOrder.slice(-2).map(({ direction }) => direction))).toEqual(new Set(['INGRESS', 'EGRESS']));
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });

  it('lets into the internet by HTTPS and mail alone', () => {
    const out = rules.filter(
      ({ action, direction, ranges: of }) => `${action} ${direction} ${of.join()}` === 'allow EGRESS 0.0.0.0/0',
    );
    expect(out.map(({ ports }) => ports)).toEqual([['443', '465', '587']]);
  });

  it('lets pods reach every store', () => {
    expect(rules.find(({ name }) => name === 'to-stores')?.ranges).toEqual(
      expect.arrayContaining([ranges.producers, ranges.endpoints, ranges.pods]),
    );
  });
});
