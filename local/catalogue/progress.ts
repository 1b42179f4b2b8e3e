import type { ImportRecord, ImportReport } from '@storefront/product/contract';

/** One line that says how far it is; on a terminal it is written over itself, elsewhere every tenth. */
export function createProgress(count: number) {
  const began = performance.now();
  const outcomes = new Map<string, number>();
  let done = 0;
  let said = -1;

  const summary = () => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const counts = [...outcomes].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
    return `catalogue: ${done}/${count} products${counts && ` · ${counts}`} · ${seconds} s`;
  };

  return {
    add(reports: readonly ImportReport[], records: readonly ImportRecord[]): void {
      for (const { outcome, line, errors } of reports) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (outcome !== 'refused') continue;
        const reasons = errors?.map(({ field, message }) => `${field}: ${message}`).join('; ');
        console.error(`catalogue: ${nameOf(records[line - 1])} was refused: ${reasons}`);
        process.exitCode = 1;
      }
    },
    at(products: number): void {
      done = products;
      const tenth = Math.floor((done / Math.max(1, count)) * 10);
      if (process.stdout.isTTY) process.stdout.write(`\r${summary()}`);
      else if (tenth > said) console.log(summary());
      said = tenth;
    },
    end(): void {
      if (process.stdout.isTTY) process.stdout.write(`\r${summary()}\n`);
    },
  };
}

function nameOf(record: ImportRecord | undefined): string | undefined {
  return record?.kind === 'stock' ? `stock of ${record.sku}` : record?.slug;
}
