/** What others may know of carts. JSON-shaped: ISO strings, no Date, no bigint. */
import { Country } from '@storefront/commerce/address';
import { BuyerId } from '@storefront/commerce/guest-tokens';
import { ProductId, Sku, Slug } from '@storefront/commerce/ids';
import { Currency, Money } from '@storefront/commerce/money';
import { TaxCategory } from '@storefront/commerce/tax';
import { LineTotals, Totals } from '@storefront/commerce/totals';
import { Image } from '@storefront/product/contract';
import { z } from 'zod';

export const CartId = z.uuid().meta({ id: 'CartId', description: 'UUID of a cart' });
export type CartId = z.infer<typeof CartId>;

/** Lines of one cart, and units of one line, that are accepted at most. */
export const maxLines = 50;
export const maxUnits = 99;

export const NewCart = z
  .strictObject({
    currency: Currency.exactOptional().meta({ description: 'The first currency of the shop unless given' }),
    country: Country.exactOptional().meta({
      description: 'Where it will go; decides the tax. The first of the shop unless given',
    }),
  })
  .meta({ id: 'NewCart' });
export type NewCart = z.infer<typeof NewCart>;

export const ItemChange = z
  .strictObject({
    units: z.int().min(1).max(maxUnits).meta({ description: 'How many there shall be, not how many more' }),
  })
  .meta({ id: 'ItemChange' });
export type ItemChange = z.infer<typeof ItemChange>;

export const CountryChange = z.strictObject({ country: Country }).meta({ id: 'CountryChange' });
export type CountryChange = z.infer<typeof CountryChange>;

/** `unknown` while the catalogue cannot be asked: the price is then the one remembered. */
export const Availability = z
  .enum(['available', 'short', 'sold-out', 'not-offered', 'unknown'])
  .meta({ id: 'Availability' });

export const CartItem = z
  .strictObject({
    sku: Sku,
    productId: ProductId,
    slug: Slug,
    name: z.string(),
    options: z.record(z.string(), z.string()),
    image: Image.nullable(),
    units: z.int().min(1).max(maxUnits),
    unitPrice: Money.meta({ description: 'What it costs now, tax included' }),
    taxCategory: TaxCategory,
    weightGrams: z.int().min(0).meta({ description: 'Of one unit' }),
    totals: LineTotals,
    priceChange: z
      .strictObject({ from: Money, to: Money })
      .nullable()
      .meta({ description: 'When it costs something else than when it was put in; gone once its units are set again' }),
    availability: Availability,
  })
  .meta({ id: 'CartItem' });
export type CartItem = z.infer<typeof CartItem>;

export const Cart = z
  .strictObject({
    cartId: CartId,
    buyerId: BuyerId,
    version: z.int().min(1).meta({ description: 'Rises with every change of items or country; the ETag' }),
    currency: Currency,
    country: Country,
    items: z.array(CartItem).max(maxLines),
    totals: Totals,
    weightGrams: z.int().min(0),
    expiresAt: z.iso.datetime().meta({ description: 'Moves on with every change' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof Cart>;

/** The token goes into `Authorization: Bearer …`; it opens what belongs to this buyer. */
export const CreatedCart = Cart.extend({ cartToken: z.string() }).meta({ id: 'CreatedCart' });
export type CreatedCart = z.infer<typeof CreatedCart>;
