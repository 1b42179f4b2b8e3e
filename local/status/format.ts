import { indent } from '../steps.ts';
import { memoryGroups } from './memory.ts';
import type { Report } from './report.ts';

/** The report as a person reads it: what is well in one line each, what is not with its reason. */
export function formatReport(report: Report): string {
  return [
    `Cluster  ${report.cluster}`,
    section('Storefronts', report.storefronts.flatMap(formatStorefront), 'none: make up'),
    section('Pods', formatPods(report), 'none'),
    section('Stores', formatStores(report), 'none: make up'),
    section('Memory (PSS)', formatMemory(report), 'none'),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[], nothing: string): string {
  return `${title}\n${indent((lines.length > 0 ? lines : [nothing]).join('\n'))}`;
}

function formatStorefront({ namespace, name, url, conditions }: Report['storefronts'][number]): string[] {
  const told = conditions.map(({ type, status, reason, message }) => `  ${type}=${status}  ${reason}  ${message}`);
  return [`${namespace}/${name}  ${url ?? ''}`.trimEnd(), ...told];
}

function formatPods({ pods }: Report): string[] {
  const width = Math.max(0, ...pods.map(({ namespace, name }) => namespace.length + name.length + 1));
  return pods.map(({ namespace, name, restarts, why }) => {
    const restarted = restarts > 0 ? `, ${restarts} restarts` : '';
    return `${`${namespace}/${name}`.padEnd(width)}  ${why ?? 'ready'}${restarted}`;
  });
}

function formatStores({ stores }: Report): string[] {
  const instances = [...new Set(stores.map(({ instance }) => instance))];
  return instances.flatMap((instance) => {
    const own = stores.filter((store) => store.instance === instance);
    if (!own.some(({ isRunning }) => isRunning)) return [];
    return [`${instance}  ${own.map(({ name, isRunning }) => (isRunning ? name : `${name} (stopped)`)).join(', ')}`];
  });
}

function formatMemory({ memory }: Report): string[] {
  const total = memoryGroups.reduce((sum, group) => sum + memory[group], 0);
  if (total === 0) return [];
  const line = (name: string, bytes: number) => `${name.padEnd(10)}  ${mebibytes(bytes).padStart(5)} MiB`;
  return [...memoryGroups.map((group) => line(group, memory[group])), line('all', total)];
}

const mebibytes = (bytes: number): string => String(Math.round(bytes / 2 ** 20));
