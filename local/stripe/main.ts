import { readConfig } from './config.ts';
import { startStripe } from './stripe.ts';

const simulator = await startStripe(readConfig(process.env));
console.log(`stripe simulator at ${simulator.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void simulator.stop();
  });
