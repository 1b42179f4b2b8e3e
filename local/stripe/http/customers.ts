import type Stripe from 'stripe';
import { z } from 'zod';
import { newId } from '../account.ts';
import { refuse } from '../api/errors.ts';
import { createdFilter, listPage, listParameters } from '../api/lists.ts';
import {
  address,
  changeMetadata,
  metadata,
  readParameters,
  shipping,
  text,
  toAddress,
  toShipping,
  unsettable,
} from '../api/parameters.ts';
import type { Endpoints, StripeRequest } from './endpoint.ts';

const Input = z.strictObject({
  address: address.exactOptional(),
  description: unsettable.exactOptional(),
  email: unsettable.exactOptional(),
  metadata: metadata.exactOptional(),
  name: unsettable.exactOptional(),
  phone: unsettable.exactOptional(),
  shipping: shipping.exactOptional(),
  invoice_settings: z.strictObject({ default_payment_method: unsettable.exactOptional() }).exactOptional(),
});
const ListInput = z.strictObject({
  ...listParameters,
  created: createdFilter.exactOptional(),
  email: text.exactOptional(),
});
const MethodsInput = z.strictObject({ ...listParameters, type: z.literal('card').exactOptional() });

export const customers: Endpoints = {
  'POST /v1/customers': {
    handle({ account, form }) {
      const shown = change(emptyCustomer(newId('cus'), account.now), readParameters(Input, form));
      account.save('customer', { shown, hidden: null });
      account.emit('customer.created', shown);
      return shown;
    },
  },
  'GET /v1/customers': {
    handle({ account, form }) {
      const { email, ...input } = readParameters(ListInput, form);
      const where = (customer: Record<string, unknown>) => email === undefined || customer['email'] === email;
      return listPage(account.objects, 'customer', { url: '/v1/customers', attributes: {}, input, where });
    },
  },
  'GET /v1/customers/:id': { handle: ({ account, params }) => account.get('customer', params['id'] ?? '').shown },
  'POST /v1/customers/:id': {
    handle(request) {
      const shown = change(living(request), readParameters(Input, request.form));
      request.account.save('customer', { shown, hidden: null });
      request.account.emit('customer.updated', shown);
      return shown;
    },
  },
  'DELETE /v1/customers/:id': {
    handle(request) {
      const { id } = living(request);
      const { account } = request;
      for (const { shown, hidden } of account.objects.all('payment_method', { customer: id }))
        account.save('payment_method', { shown: { ...shown, customer: null }, hidden: { ...hidden, isUsed: true } });
      const deleted = { id, object: 'customer', deleted: true };
      account.save('customer', { shown: deleted as never, hidden: null });
      account.emit('customer.deleted', deleted);
      return deleted;
    },
  },
  'GET /v1/customers/:id/payment_methods': {
    handle(request) {
      const { id } = living(request);
      const input = readParameters(MethodsInput, request.form);
      const url = `/v1/customers/${id}/payment_methods`;
      return listPage(request.account.objects, 'payment_method', { url, attributes: { customer: id }, input });
    },
  },
};

function living({ account, params }: StripeRequest): Stripe.Customer {
  const { shown } = account.get('customer', params['id'] ?? '');
  if ('deleted' in shown) throw refuse.missing('customer', shown.id);
  return shown;
}

function emptyCustomer(id: string, created: number): Stripe.Customer {
  return {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

function change(customer: Stripe.Customer, input: z.infer<typeof Input>): Stripe.Customer {
  const named = (['description', 'email', 'name', 'phone'] as const).filter((name) => input[name] !== undefined);
  const method = input.invoice_settings?.default_payment_method;
  return {
    ...customer,
    ...Object.fromEntries(named.map((name) => [name, input[name] || null])),
    ...(input.address ? { address: toAddress(input.address) } : {}),
    ...(input.shipping ? { shipping: toShipping(input.shipping) as Stripe.Customer.Shipping } : {}),
    ...(method === undefined
      ? {}
      : { invoice_settings: { ...customer.invoice_settings, default_payment_method: method || null } }),
    metadata: changeMetadata(customer.metadata, input.metadata),
  };
}
