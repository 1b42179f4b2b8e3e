import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { paths } from '../paths.ts';
import { Failure } from '../steps.ts';
import { batches, type Plan } from './catalogue.ts';
import { createFolder } from './folder.ts';
import { createGallery } from './gallery.ts';
import { createProgress } from './progress.ts';
import { createShop } from './shop.ts';

const help = `Fills a shop with a catalogue: products with variants, prices in three currencies, and a drawn picture each.

  node local/catalogue/main.ts --url http://127.0.0.1:8080 --token-file FILE   into a running shop
  node local/catalogue/main.ts --out DIR                                      into products.ndjson and images/

  --count N        products (1000)
  --pictures N     products with pictures of their own (all, at most 5000); the others borrow one of their kind
  --from N         begin with product N, after a run that was broken off (0)
  --url URL        public address of the shop
  --token-file F   file with the token of the merchant
  --out DIR        write files in place of filling a shop
  --help           this text

The same N gives the same catalogue, and a larger one begins with it. Running it again changes nothing.`;

type Settings = Plan & { url: string | undefined; tokenFile: string | undefined; out: string | undefined };

function readSettings(): Settings | 'help' {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      count: text,
      pictures: text,
      from: text,
      url: text,
      'token-file': text,
      out: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  if (!values.out && !(values.url && values['token-file']))
    throw new Failure('where to?', 'Give --url and --token-file, or --out. See --help');
  const count = whole('count', values.count, 1000);
  return {
    count,
    from: whole('from', values.from, 0),
    drawn: whole('pictures', values.pictures, Math.min(count, 5000)),
    size: 100,
    atOnce: 4,
    url: values.url,
    tokenFile: values['token-file'],
    out: values.out,
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 10_000_000) return value;
  throw new Failure(`--${name} ${text}: not a whole number`, 'Write a number from 0 to 10000000');
}

async function fillShop(settings: Settings, url: string, tokenFile: string): Promise<void> {
  const token = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
    throw new Failure(`${tokenFile} cannot be read`, 'Write the token of the merchant into a file', { cause });
  });
  const shop = createShop({ url, token: token.trim() });
  const progress = createProgress(settings.count);
  for await (const { first, records } of batches(settings, createGallery(pictureCache).picture, shop.hang)) {
    const reports = await shop.import(records);
    progress.add(reports, records);
    progress.at(first + records.filter(({ kind }) => kind === 'product').length);
  }
  progress.end();
}

async function fillFolder(settings: Settings, out: string): Promise<void> {
  const folder = await createFolder(out);
  const progress = createProgress(settings.count);
  for await (const { first, records } of batches(settings, createGallery(pictureCache).picture, folder.hang)) {
    await folder.write(records);
    progress.at(first + records.filter(({ kind }) => kind === 'product').length);
  }
  await folder.close();
  progress.end();
}

/** Beside what else can be made again: it outlives a shop whose data is thrown away. */
const pictureCache = paths.cached('catalogue/pictures');

try {
  const settings = readSettings();
  if (settings === 'help') console.log(help);
  else if (settings.out) await fillFolder(settings, settings.out);
  else await fillShop(settings, settings.url!, settings.tokenFile!);
} catch (error) {
  if (!(error instanceof Failure) && !(error instanceof TypeError && 'code' in error)) throw error;
  console.error(`catalogue: ${error.message}`);
  process.exitCode = 1;
}
