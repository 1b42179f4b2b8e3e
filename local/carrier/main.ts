import { startCarrier } from './carrier.ts';
import { readConfig } from './config.ts';

const simulator = await startCarrier(readConfig(process.env));
console.log(`carrier simulator at ${simulator.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void simulator.stop();
  });
