/** What a stack is told when its configuration is wrong, line by line; nothing if it is right. */
import { parseSettings } from '../../config.ts';
import { type Config, packed, settingsOf, type Stack } from './stacks.ts';

/** Settings in a setting, for a change of one of them: `within('prod', 'mongo', { members: 1 })`. */
export function within(stack: Stack, setting: string, change: Config): Config {
  return { [setting]: { ...(settingsOf(stack)[setting] as Config), ...change } };
}

/** A change of both PostgreSQLs, or of one. */
export function databases(stack: Stack, change: { customers?: Config; orders?: Config }): Config {
  const { customers, orders } = settingsOf(stack)['databases'] as Record<'customers' | 'orders', Config>;
  return {
    databases: { customers: { ...customers, ...change.customers }, orders: { ...orders, ...change.orders } },
  };
}

export const refusalsOf = (stack: Stack, change: Config, deployed: string[] = []): string[] =>
  refusalsIn({ ...settingsOf(stack), ...change }, deployed);

export function refusalsIn(settings: Config, deployed: string[] = []): string[] {
  try {
    parseSettings(packed(settings), deployed);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}
