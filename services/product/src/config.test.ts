import { describe, expect, it } from 'vitest';
import { mediaBucket, mediaFolder, readConfig } from './config.ts';

const env = {
  SERVICE: 'product',
  SCOPE: 'shop-acme',
  PORT: '7001',
  LOCALE: 'en-GB',
  TIME_ZONE: 'Europe/Berlin',
  CURRENCIES: 'EUR',
  COUNTRIES: 'DE',
  PUBLIC_URL: 'https://shop.example',
  PRODUCTS_URL: 'mongodb://mongo.example/product',
  BROKER_URL: 'amqp://broker.example/shop',
};
const withMedia = (url: string) => readConfig({ ...env, MEDIA_URL: url });

describe('where images are kept', () => {
  it('is a folder', () => {
    const config = withMedia('file:///media');
    expect(mediaFolder(config)).toBe('/media');
    expect(mediaBucket(config)).toBeUndefined();
  });

  it('is a bucket, as the operator writes it', () => {
    expect(mediaBucket(withMedia('gs://acme-shop-media'))).toBe('acme-shop-media');
    expect(mediaBucket(withMedia('gs://media_2.acme.example'))).toBe('media_2.acme.example');
  });

  it.each(['gs://', 'gs://a', 'gs://acme/folder', 'gs://Acme', 's3://acme', 'https://acme.example', 'media'])(
    'is not %s',
    (url) => {
      expect(() => withMedia(url)).toThrow('MEDIA_URL');
    },
  );
});
