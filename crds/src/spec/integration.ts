import { z } from 'zod';
import { mapOf, setOf } from '../list.ts';
import { held, text } from '../rule.ts';
import { PostalAddress } from './address.ts';
import { Cidrs, Host, Port, SecretRef, ShortName } from './value.ts';

const HttpUrl = text(
  512,
  /^https?:\/\/[a-z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?(\/[A-Za-z0-9._~/-]*)?$/,
  'write an address that starts with https:// (or http://), without query',
);
/** A page of the shop loads it with the customer's card in reach: plain http only from the customer's own machine. */
const ScriptUrl = text(
  512,
  /^(https:\/\/[a-z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?)(\/[A-Za-z0-9._~/-]*)?$/,
  'write an https address without query; plain http only on 127.0.0.1, [::1] or localhost',
);
const endpoint = HttpUrl.exactOptional().meta({ description: 'Address of the API where it is not the public one.' });

export const Payments = z
  .strictObject({
    stripe: z
      .strictObject({
        secretRef: SecretRef.meta({ description: 'Secret with the account. Keys: secret-key, webhook-secret.' }),
        publishableKey: text(256, /^pk_[A-Za-z0-9_]+$/, 'write the publishable key, which starts with pk_').meta({
          description: 'Key the browser uses. It is public.',
        }),
        endpoint,
        scriptUrl: ScriptUrl.exactOptional().meta({
          description: 'Address from which browsers load Stripe.js where it is not the public one.',
        }),
      })
      .meta({ description: 'Stripe.' }),
  })
  .meta({ description: 'Who takes the money.' });

const Carrier = z.strictObject({
  name: ShortName.meta({ description: 'Name of the carrier in addresses of webhooks and in labels of metrics.' }),
  kind: z.enum(['EasyPost', 'Shippo']).meta({ description: 'Whose API it is.' }),
  secretRef: SecretRef.meta({ description: 'Secret with the account. Keys: api-key, webhook-secret.' }),
  endpoint,
});

export const Shipping = z
  .strictObject({
    carriers: mapOf(Carrier, 'name', { min: 1, max: 16 }).meta({
      description: 'Carriers that are asked for rates.',
    }),
    from: PostalAddress.exactOptional().meta({
      description: 'Where parcels leave from; carriers ask for it with every rate and label.',
    }),
  })
  .meta({ description: 'Who carries the parcels.' });

const Smtp = z.strictObject({
  host: Host.meta({ description: 'Mail server.' }),
  port: Port.meta({ description: 'TCP port: 465 for TLS from the start, 587 for STARTTLS.' }),
  tls: z.enum(['Disabled', 'StartTls', 'Implicit']).meta({ description: 'How the connection is encrypted.' }),
  secretRef: SecretRef.exactOptional().meta({ description: 'Secret with the account. Keys: username, password.' }),
  cidrs: Cidrs.exactOptional().meta({ description: 'Address ranges of the server; any address unless given.' }),
  from: text(254, /^[^@ <>]+@[a-z0-9.-]+$/, 'write the address alone, such as shop@example.com').meta({
    description: 'Sender of every mail.',
  }),
});

export const Mail = z
  .strictObject({
    smtp: held(Smtp, {
      rule: "!has(self.secretRef) || self.tls != 'Disabled'",
      message: 'a password must not travel in clear: set tls to StartTls or Implicit, or remove secretRef',
      holds: ({ secretRef, tls }) => secretRef === undefined || tls !== 'Disabled',
    }).meta({ description: 'Mail server by which mails leave.' }),
  })
  .meta({ description: 'How mails leave.' });

export const scopes = [
  'openid',
  'profile',
  'email',
  'offline_access',
  'cart',
  'orders:read',
  'orders:write',
  'reviews:write',
  'merchant',
] as const;

/** Loopback addresses may be plain http (RFC 8252 7.3). */
const RedirectUri = text(
  512,
  /^(https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?|http:\/\/(127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?)(\/[A-Za-z0-9._~/-]*)?$/,
  'write an https address without query and fragment; plain http only on 127.0.0.1 or [::1]',
);

const Client = held(
  z.strictObject({
    name: ShortName.meta({ description: 'Its client_id.' }),
    title: z.string().min(1).max(80).meta({ description: 'Name a person reads when asked for consent.' }),
    grants: setOf(z.enum(['AuthorizationCode', 'ClientCredentials', 'DeviceCode']), { min: 1, max: 3 }).meta({
      description: 'Ways to get a token. AuthorizationCode always with PKCE.',
    }),
    scopes: setOf(z.enum(scopes), { min: 1, max: scopes.length }).meta({
      description: 'Scopes it may ask for.',
    }),
    redirectUris: setOf(RedirectUri, { max: 16 }).exactOptional().meta({
      description: 'Where browsers come back to, compared character by character.',
    }),
    secretRef: SecretRef.exactOptional().meta({
      description: 'Secret of a confidential client. Key: client-secret. A public client has none.',
    }),
  }),
  {
    rule: "!('AuthorizationCode' in self.grants) || (has(self.redirectUris) && self.redirectUris.size() > 0)",
    message: 'AuthorizationCode needs redirectUris: list where the browser comes back to',
    holds: ({ grants, redirectUris }) => !grants.includes('AuthorizationCode') || (redirectUris?.length ?? 0) > 0,
  },
  {
    rule: "!('ClientCredentials' in self.grants) || has(self.secretRef)",
    message: 'ClientCredentials needs secretRef: only a confidential client can prove who it is',
    holds: ({ grants, secretRef }) => !grants.includes('ClientCredentials') || secretRef !== undefined,
  },
);

export const OAuth = z
  .strictObject({
    clients: mapOf(Client, 'name', { max: 64 }).meta({
      description: 'Apps of other people. The web UI is not listed: it is part of the shop.',
    }),
  })
  .meta({ description: 'OAuth 2.0.' });
